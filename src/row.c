#include "row.h"

#include <stdlib.h>

#include "emit.h"
#include "number.h"

static void
emit_values(struct output *out, const struct list *list)
{
	output_char(out, '[');
	for (uint32_t i = 0; i < list->n; i++) {
		if (i > 0)
			output_char(out, ',');
		value_emit(out, &list->values[i]);
	}
	output_char(out, ']');
}

static int
members_by_value(const void *x, const void *y)
{
	struct datum a, b;

	datum_of_value(&a, &(*(const struct member *const *)x)->value);
	datum_of_value(&b, &(*(const struct member *const *)y)->value);
	return datum_cmp(&a, &b);
}

static void
emit_members(struct output *out, const struct groups *groups, const struct set *set)
{
	const struct member **members = xmalloc(set->n * sizeof *members);
	uint32_t n = 0;

	for (uint32_t i = set->first; i != 0; i = members[n++]->next)
		members[n] = pool_at(&groups->members, i);
	qsort(members, n, sizeof *members, members_by_value);
	output_char(out, '[');
	for (uint32_t i = 0; i < n; i++) {
		if (i > 0)
			output_char(out, ',');
		value_emit(out, &members[i]->value);
	}
	output_char(out, ']');
	free(members);
}

static void
emit_micro(struct output *out, struct wide micro)
{
	output_used(out, number_put_micro(output_room(out, NUMBER_MICRO_LENGTH), micro));
}

static void
emit_total(struct output *out, const struct total *total, bool average)
{
	if (total->n == 0)
		output_lit(out, "null");
	else
		emit_micro(out, average ? number_divide(total->sum, (struct wide){ total->n, 0 }) : total->sum);
}

/* `[first,second]`, or null where nothing was seen. */
static void
emit_average(struct output *out, const struct total *total)
{
	if (total->n == 0) {
		output_lit(out, "null");
		return;
	}
	output_char(out, '[');
	emit_integer(out, total->n);
	output_char(out, ',');
	emit_micro(out, total->sum);
	output_char(out, ']');
}

static void
emit_extent(struct output *out, const struct extent *extent, bool partial)
{
	if (!extent->seen) {
		output_lit(out, "null");
		return;
	}
	if (!partial) {
		emit_micro(out, wide_add(wide_of(extent->high), wide_negate(wide_of(extent->low))));
		return;
	}
	output_char(out, '[');
	emit_micro(out, wide_of(extent->low));
	output_char(out, ',');
	emit_micro(out, wide_of(extent->high));
	output_char(out, ']');
}

static void
emit_dated(struct output *out, const struct dated *dated)
{
	if (!value_is_set(&dated->value)) {
		output_lit(out, "null");
		return;
	}
	output_char(out, '[');
	emit_time(out, dated->ts);
	output_char(out, ',');
	value_emit(out, &dated->value);
	output_char(out, ']');
}

static void
emit_state(struct output *out, const struct aggregate *aggregate, const void *state)
{
	switch (aggregate->op) {
	case OP_COUNT:
	case OP_COUNT_OF:
		emit_integer(out, *(const uint64_t *)state);
		break;
	case OP_DISTINCT:
		emit_integer(out, ((const struct set *)state)->n);
		break;
	case OP_SUM:
	case OP_AVG:
		emit_total(out, state, aggregate->op == OP_AVG);
		break;
	case OP_SPAN:
		emit_extent(out, state, false);
		break;
	case OP_FIRST:
	case OP_LAST:
		value_emit(out, &((const struct dated *)state)->value);
		break;
	case OP_VALUES:
		emit_values(out, state);
		break;
	default:
		value_emit(out, state);
	}
}

static void
emit_partial(struct output *out, const struct groups *groups, const struct aggregate *aggregate, const void *state)
{
	switch (aggregate->op) {
	case OP_DISTINCT:
		emit_members(out, groups, state);
		break;
	case OP_AVG:
		emit_average(out, state);
		break;
	case OP_SPAN:
		emit_extent(out, state, true);
		break;
	case OP_FIRST:
	case OP_LAST:
		emit_dated(out, state);
		break;
	default:
		emit_state(out, aggregate, state);
	}
}

static void
emit_key(const struct query *query, struct output *out, struct span key)
{
	for (size_t i = 0; i < query->nby; i++) {
		const char *end = memchr(key.p, '\1', key.n);
		size_t n = end != NULL ? (size_t)(end - key.p) : key.n;

		output_put(out, query->by_members[i].p, query->by_members[i].n);
		output_put(out, key.p, n);
		if (end != NULL)
			key = (struct span){ end + 1, key.n - n - 1 };
	}
}

static void
emit_aggregates(const struct query *query, const struct row *row, struct output *out)
{
	bool cut = false;

	for (size_t i = 0; i < query->naggregates; i++) {
		const struct aggregate *aggregate = &query->aggregates[i];
		const void *state = group_state(row->groups, row->number, aggregate);

		output_put(out, aggregate->member.p, aggregate->member.n);
		if (row->partial)
			emit_partial(out, row->groups, aggregate, state);
		else
			emit_state(out, aggregate, state);
		cut |= aggregate->op == OP_VALUES && ((const struct list *)state)->cut;
	}
	if (cut)
		output_lit(out, ",\"truncated\":true");
}

void
row_emit(const struct query *query, const struct row *row, struct output *out)
{
	struct datum room;

	output_lit(out, "{\"window\":{\"start\":");
	emit_time(out, row->start);
	output_lit(out, ",\"end\":");
	emit_time(out, row->end);
	output_char(out, '}');
	emit_key(query, out, group_key(row->groups, row->number, &room));
	emit_aggregates(query, row, out);
	if (row->part != 0) {
		output_lit(out, ",\"part\":");
		emit_integer(out, row->part);
	}
	output_lit(out, "}\n");
}

void
row_emit_key(const struct query *query, const struct row *row, bool session, struct output *out)
{
	struct datum room;
	struct span key = group_key(row->groups, row->number, &room);

	output_char(out, '[');
	emit_time(out, row->start);
	if (session) {
		output_char(out, ',');
		emit_time(out, row->end);
	}
	if (query->nby > 0) {
		output_char(out, ',');
		for (size_t i = 0; i < key.n; i++)
			output_char(out, key.p[i] == '\1' ? ',' : key.p[i]);
	}
	if (row->part != 0) {
		output_char(out, ',');
		emit_integer(out, row->part);
	}
	output_lit(out, "]\t");
}
