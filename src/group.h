/*
 * Groups of one window: a key and the state of each aggregate, about 100 bytes for the usual query. What a state keeps
 * does not depend on the order in which records came.
 */
#ifndef GROUP_H
#define GROUP_H

#include "query.h"
#include "state.h"
#include "table.h"
#include "value.h"

/* A member of a distinct set. */
struct member {
	struct value value;
	uint32_t next, group, aggregate;
};

struct groups {
	struct pool groups, members;
	struct table by_key, by_member;
	struct arena arena;
	uint64_t listed; /* values that lists keep */
};

/* One record as the aggregates see it. */
struct sample {
	int64_t ts;
	const struct datum *data; /* by slot */
};

void groups_init(struct groups *groups, const struct query *query);
void groups_free(struct groups *groups);

/* The group of that key (canonical JSON texts joined by '\1'), made if it is not there; its number. */
uint32_t groups_get(struct groups *groups, struct span key);
/* The same, but 0 if it is not there. */
uint32_t groups_find(const struct groups *groups, struct span key);
struct span group_key(const struct groups *groups, uint32_t number, struct datum *room);

/* Add a record. Returns NULL, or the reason why an aggregate could not take it (the others have). */
const char *group_add(struct groups *groups, const struct query *query, uint32_t number, const struct sample *sample);

/* Add to one aggregate alone (its place in the query) what is no null. */
const char *group_add_value(struct groups *groups, const struct query *query, uint32_t number, uint32_t aggregate,
    const struct datum *datum, int64_t ts);

/* The state of an aggregate in a group. */
static inline void *
group_state(const struct groups *groups, uint32_t number, const struct aggregate *aggregate)
{
	return (char *)pool_at(&groups->groups, number) + aggregate->at;
}

/* How much one keeps: itself, and the values in its sets and lists. */
uint64_t group_size(const struct groups *groups, const struct query *query, uint32_t number);

/* How much is kept: groups, and the values in their sets and lists. */
static inline uint64_t
groups_size(const struct groups *groups)
{
	return (uint64_t)groups->groups.n + groups->members.n + groups->listed;
}

#endif
