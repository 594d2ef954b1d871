#include "row.h"

#include "emit.h"
#include "number.h"

static void
emit_members(struct output *out, const struct list *list)
{
	output_char(out, '[');
	for (uint32_t i = 0; i < list->n; i++) {
		if (i > 0)
			output_char(out, ',');
		value_emit(out, &list->values[i]);
	}
	output_char(out, ']');
}

static void
emit_total(struct output *out, const struct total *total, bool average)
{
	__int128 sum;

	if (total->n == 0) {
		output_lit(out, "null");
		return;
	}
	memcpy(&sum, total->sum, sizeof sum);
	if (average)
		sum = number_divide(sum, total->n);
	output_used(out, number_put_micro(output_room(out, NUMBER_MICRO_LENGTH), sum));
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
	case OP_FIRST:
	case OP_LAST:
		value_emit(out, &((const struct dated *)state)->value);
		break;
	case OP_VALUES:
		emit_members(out, state);
		break;
	default:
		value_emit(out, state);
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
emit_aggregates(const struct query *query, const struct groups *groups, uint32_t number, struct output *out)
{
	bool cut = false;

	for (size_t i = 0; i < query->naggregates; i++) {
		const struct aggregate *aggregate = &query->aggregates[i];
		const void *state = group_state(groups, number, aggregate);

		output_put(out, aggregate->member.p, aggregate->member.n);
		emit_state(out, aggregate, state);
		cut |= aggregate->op == OP_VALUES && ((const struct list *)state)->cut;
	}
	if (cut)
		output_lit(out, ",\"truncated\":true");
}

void
row_emit(const struct query *query, const struct groups *groups, uint32_t number, int64_t start, int64_t end,
    struct output *out)
{
	struct datum room;

	output_lit(out, "{\"window\":{\"start\":");
	emit_time(out, start);
	output_lit(out, ",\"end\":");
	emit_time(out, end);
	output_char(out, '}');
	emit_key(query, out, group_key(groups, number, &room));
	emit_aggregates(query, groups, number, out);
	output_lit(out, "}\n");
}
