#include "group.h"

#include "addr.h"
#include "emit.h"
#include "number.h"

void
groups_init(struct groups *groups, const struct query *query)
{
	*groups = (struct groups){ .groups.size = query->size, .members.size = sizeof(struct member) };
}

void
groups_free(struct groups *groups)
{
	pool_free(&groups->groups);
	pool_free(&groups->members);
	table_free(&groups->by_key);
	table_free(&groups->by_member);
	arena_free(&groups->arena);
}

struct span
group_key(const struct groups *groups, uint32_t number, struct datum *room)
{
	datum_of_value(room, pool_at(&groups->groups, number));
	return room->text;
}

static uint32_t
find(const struct groups *groups, struct span key, uint32_t hash)
{
	uint32_t at, number;
	struct datum room;

	for (number = table_first(&groups->by_key, hash, &at); number != 0; number = table_next(&groups->by_key, hash, &at))
		if (span_eq(group_key(groups, number, &room), key))
			return number;
	return 0;
}

uint32_t
groups_find(const struct groups *groups, struct span key)
{
	return find(groups, key, table_hash(key, 0));
}

uint32_t
groups_get(struct groups *groups, struct span key)
{
	uint32_t hash = table_hash(key, 0), number = find(groups, key, hash);
	struct datum room;

	if (number != 0)
		return number;
	number = pool_add(&groups->groups);
	room = (struct datum){ .kind = KIND_STRING, .text = key };
	value_set(pool_at(&groups->groups, number), &room, &groups->arena);
	table_add(&groups->by_key, hash, number);
	return number;
}

uint64_t
group_size(const struct groups *groups, const struct query *query, uint32_t number)
{
	uint64_t size = 1;

	for (size_t i = 0; i < query->naggregates; i++) {
		const struct aggregate *aggregate = &query->aggregates[i];

		if (aggregate->op == OP_DISTINCT)
			size += ((const struct set *)group_state(groups, number, aggregate))->n;
		else if (aggregate->op == OP_VALUES)
			size += ((const struct list *)group_state(groups, number, aggregate))->n;
	}
	return size;
}

static void
keep_extreme(struct groups *groups, struct value *value, const struct datum *datum, bool greater)
{
	struct datum kept;

	if (value_is(value, datum))
		return;
	if (value_is_set(value)) {
		int c;

		datum_of_value(&kept, value);
		c = datum_cmp(datum, &kept);
		if (greater ? c <= 0 : c >= 0)
			return;
	}
	value_set(value, datum, &groups->arena);
}

/* Addresses by value; two spellings of one by their bytes. What is no address is passed over. */
static void
keep_extreme_ip(struct groups *groups, struct value *value, const struct datum *datum, bool greater)
{
	struct datum kept;
	struct addr a, b;

	if (value_is(value, datum) || datum->kind != KIND_STRING || datum->is_time || !addr_parse(datum->text, &a))
		return;
	if (value_is_set(value)) {
		int c;

		datum_of_value(&kept, value);
		addr_parse(kept.text, &b);
		if ((c = addr_cmp(&a, &b)) == 0)
			c = span_cmp(datum->text, kept.text);
		if (greater ? c <= 0 : c >= 0)
			return;
	}
	value_set(value, datum, &groups->arena);
}

static void
keep_dated(struct groups *groups, struct dated *dated, const struct datum *datum, int64_t ts, bool last)
{
	struct datum kept;

	if (value_is_set(&dated->value)) {
		int c = (ts > dated->ts) - (ts < dated->ts);

		datum_of_value(&kept, &dated->value);
		if (c == 0)
			c = datum_cmp(datum, &kept);
		if (last ? c <= 0 : c >= 0)
			return;
	}
	dated->ts = ts;
	value_set(&dated->value, datum, &groups->arena);
}

static const char *
add_number(struct total *total, const struct datum *datum)
{
	int64_t micro;

	if (datum->kind != KIND_NUMBER)
		return "sum or avg of what is no number";
	if (!number_micro(datum->text, &micro))
		return "sum or avg of a number beyond 9.2e12";
	total_add(total, 1, wide_of(micro));
	return NULL;
}

static const char *
add_point(struct extent *extent, const struct datum *datum)
{
	int64_t at = datum->time;

	if (datum->kind == KIND_NUMBER ? !number_micro(datum->text, &at) :
	    datum->kind != KIND_STRING || (!datum->is_time && !when_parse(datum->text, &at)))
		return "span of what is neither a time nor a number up to 9.2e12";
	extent_add(extent, at, at);
	return NULL;
}

static bool
same_member(const struct groups *groups, uint32_t number, const struct member *like, const struct datum *datum)
{
	const struct member *member = pool_at(&groups->members, number);
	struct datum kept;

	if (member->group != like->group || member->aggregate != like->aggregate)
		return false;
	datum_of_value(&kept, &member->value);
	return datum_cmp(&kept, datum) == 0;
}

static void
add_member(struct groups *groups, struct set *set, const struct member *like, const struct datum *datum)
{
	char scratch[32];
	uint64_t salt = ((uint64_t)like->group << 20 | like->aggregate) << 4 | (unsigned)datum->kind;
	uint32_t hash = table_hash(datum_text(datum, scratch), salt), at, number;
	struct member *member;

	for (number = table_first(&groups->by_member, hash, &at); number != 0;
	     number = table_next(&groups->by_member, hash, &at))
		if (same_member(groups, number, like, datum))
			return;
	number = pool_add(&groups->members);
	member = pool_at(&groups->members, number);
	*member = (struct member){ .next = set->first, .group = like->group, .aggregate = like->aggregate };
	value_set(&member->value, datum, &groups->arena);
	table_add(&groups->by_member, hash, number);
	set->first = number;
	set->n++;
}

/* Where datum stands or belongs among the sorted values. */
static uint32_t
list_place(const struct list *list, const struct datum *datum, bool *found)
{
	uint32_t low = 0, high = list->n;

	*found = false;
	while (low < high && !*found) {
		uint32_t middle = low + (high - low) / 2;
		struct datum kept;
		int c;

		datum_of_value(&kept, &list->values[middle]);
		c = datum_cmp(&kept, datum);
		*found = c == 0;
		if (c < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return high;
}

static void
list_grow(struct groups *groups, struct list *list)
{
	struct value *old = list->values;

	list->room = list->room != 0 ? list->room * 2 : 8;
	list->values = arena_alloc(&groups->arena, list->room * sizeof *list->values);
	if (old != NULL)
		memcpy(list->values, old, list->n * sizeof *old);
}

static void
add_to_list(struct groups *groups, struct list *list, const struct datum *datum)
{
	bool found, full = list->n == VALUES_MAX;
	uint32_t place = list_place(list, datum, &found), moved;
	struct value value = { 0 };

	if (found)
		return;
	if (full) {
		list->cut = true;
		if (place == VALUES_MAX)
			return;
		value = list->values[--list->n]; /* its block of text serves the new one */
	} else if (list->n == list->room)
		list_grow(groups, list);
	moved = list->n++ - place;
	groups->listed += !full;
	memmove(&list->values[place + 1], &list->values[place], moved * sizeof value);
	value_set(&value, datum, &groups->arena);
	list->values[place] = value;
}

static const char *
add_one(struct groups *groups, const struct aggregate *aggregate, const struct member *like, const struct datum *datum,
    int64_t ts)
{
	void *state = group_state(groups, like->group, aggregate);

	if (datum != NULL ? datum->kind == KIND_NULL : aggregate->op != OP_COUNT) /* which alone has no field */
		return NULL;
	switch (aggregate->op) {
	case OP_COUNT:
	case OP_COUNT_OF:
		++*(uint64_t *)state;
		break;
	case OP_MIN:
	case OP_MAX:
		keep_extreme(groups, state, datum, aggregate->op == OP_MAX);
		break;
	case OP_MIN_IP:
	case OP_MAX_IP:
		keep_extreme_ip(groups, state, datum, aggregate->op == OP_MAX_IP);
		break;
	case OP_FIRST:
	case OP_LAST:
		keep_dated(groups, state, datum, ts, aggregate->op == OP_LAST);
		break;
	case OP_SUM:
	case OP_AVG:
		return add_number(state, datum);
	case OP_SPAN:
		return add_point(state, datum);
	case OP_DISTINCT:
		add_member(groups, state, like, datum);
		break;
	case OP_VALUES:
		add_to_list(groups, state, datum);
		break;
	}
	return NULL;
}

const char *
group_add_value(struct groups *groups, const struct query *query, uint32_t number, uint32_t aggregate,
    const struct datum *datum, int64_t ts)
{
	struct member like = { .group = number, .aggregate = aggregate };

	return add_one(groups, &query->aggregates[aggregate], &like, datum, ts);
}

const char *
group_add(struct groups *groups, const struct query *query, uint32_t number, const struct sample *sample)
{
	const char *reason = NULL;

	for (uint32_t i = 0; i < query->naggregates; i++) {
		struct member like = { .group = number, .aggregate = i };
		int field = query->aggregates[i].field;
		const char *why = add_one(groups, &query->aggregates[i], &like, field >= 0 ? &sample->data[field] : NULL, sample->ts);

		if (why != NULL)
			reason = why;
	}
	return reason;
}
