/* Putting together what two groups have seen, in whatever order: the result is that of one group that saw it all. */
#ifndef MERGE_H
#define MERGE_H

#include "group.h"

/* Add all that the group from of other has seen. */
void group_merge(struct groups *groups, const struct query *query, uint32_t number, const struct groups *other, uint32_t from);

#endif
