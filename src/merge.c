#include "merge.h"

static void
merge_value(struct groups *groups, const struct query *query, uint32_t number, uint32_t aggregate, const struct value *from,
    int64_t ts)
{
	struct datum datum;

	if (!value_is_set(from))
		return;
	datum_of_value(&datum, from);
	(void)group_add_value(groups, query, number, aggregate, &datum, ts);
}

static void
merge_members(struct groups *groups, const struct query *query, uint32_t number, uint32_t aggregate,
    const struct groups *other, const struct set *set)
{
	for (uint32_t i = set->first; i != 0;) {
		const struct member *member = pool_at(&other->members, i);

		merge_value(groups, query, number, aggregate, &member->value, 0);
		i = member->next;
	}
}

static void
merge_list(struct groups *groups, const struct query *query, uint32_t number, uint32_t aggregate, const struct list *from)
{
	struct list *list = group_state(groups, number, &query->aggregates[aggregate]);

	for (uint32_t i = 0; i < from->n; i++)
		merge_value(groups, query, number, aggregate, &from->values[i], 0);
	list->cut |= from->cut;
}

static void
merge_one(struct groups *groups, const struct query *query, uint32_t number, uint32_t i, const struct groups *other,
    const void *from)
{
	const struct aggregate *aggregate = &query->aggregates[i];
	void *state = group_state(groups, number, aggregate);
	const struct total *total = from;
	const struct dated *dated = from;
	const struct extent *extent = from;

	switch (aggregate->op) {
	case OP_COUNT:
	case OP_COUNT_OF:
		if (__builtin_add_overflow(*(uint64_t *)state, *(const uint64_t *)from, (uint64_t *)state))
			*(uint64_t *)state = UINT64_MAX;
		break;
	case OP_SUM:
	case OP_AVG:
		total_add(state, total->n, total->sum);
		break;
	case OP_SPAN:
		if (extent->seen)
			extent_add(state, extent->low, extent->high);
		break;
	case OP_FIRST:
	case OP_LAST:
		merge_value(groups, query, number, i, &dated->value, dated->ts);
		break;
	case OP_DISTINCT:
		merge_members(groups, query, number, i, other, from);
		break;
	case OP_VALUES:
		merge_list(groups, query, number, i, from);
		break;
	default:
		merge_value(groups, query, number, i, from, 0);
	}
}

void
group_merge(struct groups *groups, const struct query *query, uint32_t number, const struct groups *other, uint32_t from)
{
	for (uint32_t i = 0; i < query->naggregates; i++)
		merge_one(groups, query, number, i, other, group_state(other, from, &query->aggregates[i]));
}
