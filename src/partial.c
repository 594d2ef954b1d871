#include "partial.h"

#include <stdlib.h>

#include "arena.h"
#include "cli.h"
#include "jqexpr.h"
#include "number.h"
#include "output.h"
#include "scan.h"
#include "step.h"
#include "when.h"

enum { CANONICAL_MAX = 64 << 10 }; /* bytes of an array or object, which had 8 KiB before it was spelt canonically */

static const char too_large[] = "an array or object of more than 64 KiB";

struct partial {
	const struct query *query;
	struct fields *fields;
	int start, end, truncated;
	int *by, *aggregates;
	struct slice *found;
	struct arena arena;
	struct output *key;
	struct groups groups; /* one: what the row has seen */
	bool met_large;
};

static int
slot_of(struct partial *partial, struct span name, const char *option)
{
	if (memchr(name.p, '.', name.n) != NULL)
		cli_wrong(option, "a name with a dot in --by or --agg", "cannot be read back (NAME=max(F) renames)");
	return fields_add(partial->fields, name);
}

struct partial *
partial_new(const struct query *query, const char *option)
{
	struct partial *partial = xcalloc(1, sizeof *partial);

	partial->query = query;
	partial->fields = fields_new();
	partial->start = fields_add(partial->fields, SPAN("window.start"));
	partial->end = fields_add(partial->fields, SPAN("window.end"));
	partial->truncated = fields_add(partial->fields, SPAN("truncated"));
	partial->by = xcalloc(query->nby, sizeof *partial->by);
	partial->aggregates = xcalloc(query->naggregates, sizeof *partial->aggregates);
	for (size_t i = 0; i < query->nby; i++)
		partial->by[i] = slot_of(partial, query->by_names[i], option);
	for (size_t i = 0; i < query->naggregates; i++)
		partial->aggregates[i] = slot_of(partial, query->aggregates[i].name, option);
	partial->found = xcalloc((size_t)partial->fields->count, sizeof *partial->found);
	partial->key = output_memory();
	groups_init(&partial->groups, query);
	return partial;
}

void
partial_free(struct partial *partial)
{
	if (partial == NULL)
		return;
	fields_free(partial->fields);
	free(partial->by);
	free(partial->aggregates);
	free(partial->found);
	arena_free(&partial->arena);
	output_free(partial->key);
	groups_free(&partial->groups);
	free(partial);
}

static bool
read_time(const struct slice *slice, int64_t *us)
{
	return slice->kind == KIND_STRING && when_parse(slice_inside(slice), us);
}

static struct span
read_key(struct partial *partial)
{
	struct datum datum;

	partial->key->n = 0;
	for (size_t i = 0; i < partial->query->nby; i++) {
		if (i > 0)
			output_char(partial->key, '\1');
		datum_of_slice(&datum, &partial->found[partial->by[i]], &partial->arena);
		datum_emit(partial->key, &datum);
	}
	return (struct span){ partial->key->buf, partial->key->n };
}

/* The two elements of an array. */
static bool
read_pair(const struct slice *slice, struct slice *first, struct slice *second)
{
	const char *at;
	struct slice third;

	if (slice->kind != KIND_ARRAY)
		return false;
	at = slice->p + 1;
	return step_element(&at, first) && step_element(&at, second) && !step_element(&at, &third) && at == slice->p + slice->n;
}

static bool
read_total(const struct slice *slice, bool average, struct total *total)
{
	struct slice count, sum = *slice;
	struct wide micro;
	uint64_t n = 1;

	if (average && (!read_pair(slice, &count, &sum) || !number_whole(slice_span(&count), &n) || n == 0))
		return false;
	if (sum.kind != KIND_NUMBER || !number_read_micro(slice_span(&sum), &micro))
		return false;
	total_add(total, n, micro);
	return true;
}

static bool
is_large(const struct slice *slice)
{
	return slice->kind >= KIND_ARRAY && slice->n > CANONICAL_MAX;
}

/* Numbers to be added up, which it might not take, are read by read_total. */
static bool
add(struct partial *partial, uint32_t i, const struct slice *slice, int64_t ts)
{
	struct datum datum;

	if ((partial->met_large = is_large(slice)))
		return false;
	datum_of_slice(&datum, slice, &partial->arena);
	group_add_value(&partial->groups, partial->query, 1, i, &datum, ts);
	return true;
}

static bool
add_dated(struct partial *partial, uint32_t i, const struct slice *slice)
{
	struct slice stamp, value;
	int64_t ts;

	return read_pair(slice, &stamp, &value) && read_time(&stamp, &ts) && slice_has_value(&value) &&
	       add(partial, i, &value, ts);
}

static bool
read_extent(const struct slice *slice, struct extent *extent)
{
	struct slice first, second;
	int64_t low, high;

	if (!read_pair(slice, &first, &second) || first.kind != KIND_NUMBER || second.kind != KIND_NUMBER ||
	    !number_micro(slice_span(&first), &low) || !number_micro(slice_span(&second), &high) || low > high)
		return false;
	extent_add(extent, low, high);
	return true;
}

static bool
add_members(struct partial *partial, uint32_t i, const struct slice *slice)
{
	const char *at;
	struct slice member;

	if (slice->kind != KIND_ARRAY)
		return false;
	at = slice->p + 1;
	while (step_element(&at, &member))
		if (!add(partial, i, &member, 0))
			return false;
	return at == slice->p + slice->n;
}

static bool
read_state(struct partial *partial, uint32_t i, const struct slice *slice)
{
	const struct aggregate *aggregate = &partial->query->aggregates[i];
	void *state = group_state(&partial->groups, 1, aggregate);

	switch (aggregate->op) {
	case OP_COUNT:
	case OP_COUNT_OF:
		return number_whole(slice_span(slice), state);
	case OP_DISTINCT:
	case OP_VALUES:
		if (aggregate->op == OP_VALUES)
			((struct list *)state)->cut = partial->found[partial->truncated].kind == KIND_TRUE;
		return add_members(partial, i, slice);
	case OP_SUM:
	case OP_AVG:
		return slice->kind == KIND_NULL || read_total(slice, aggregate->op == OP_AVG, state);
	case OP_SPAN:
		return slice->kind == KIND_NULL || read_extent(slice, state);
	case OP_FIRST:
	case OP_LAST:
		return slice->kind == KIND_NULL || add_dated(partial, i, slice);
	default:
		return slice->kind != KIND_ABSENT && add(partial, i, slice, 0) && (slice->kind == KIND_NULL || value_is_set(state));
	}
}

int
partial_slot(struct partial *partial, struct span name)
{
	int slot = fields_add(partial->fields, name);

	partial->found = xrealloc(partial->found, (size_t)partial->fields->count * sizeof *partial->found);
	return slot;
}

const struct slice *
partial_scan(struct partial *partial, struct span line, const char **reason)
{
	arena_reset(&partial->arena);
	if (!scan_object(partial->fields, line, partial->found) &&
	    !jq_object(partial->fields, line, partial->found, &partial->arena, reason))
		return NULL;
	return partial->found;
}

bool
partial_take(struct partial *partial, struct piece *piece, const char **reason)
{
	const struct slice *found = partial->found;

	groups_free(&partial->groups);
	groups_init(&partial->groups, partial->query);
	*reason = "not a partial row: no window";
	if (!read_time(&found[partial->start], &piece->start) || !read_time(&found[partial->end], &piece->end) ||
	    piece->start >= piece->end)
		return false;
	*reason = "not a partial row of this --by and --agg";
	for (size_t i = 0; i < partial->query->nby; i++)
		if (found[partial->by[i]].kind == KIND_ABSENT)
			return false;
	*reason = too_large;
	for (size_t i = 0; i < partial->query->nby; i++)
		if (is_large(&found[partial->by[i]]))
			return false;
	piece->key = read_key(partial);
	piece->number = groups_get(&partial->groups, piece->key);
	piece->groups = &partial->groups;
	partial->met_large = false;
	for (uint32_t i = 0; i < partial->query->naggregates; i++)
		if (!read_state(partial, i, &found[partial->aggregates[i]])) {
			*reason = partial->met_large ? too_large : "not a partial row of this --by and --agg";
			return false;
		}
	return true;
}

bool
partial_read(struct partial *partial, struct span line, struct piece *piece, const char **reason)
{
	return partial_scan(partial, line, reason) != NULL && partial_take(partial, piece, reason);
}
