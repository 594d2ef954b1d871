/* A group as a window row: the window, the key's members, the aggregates. */
#ifndef ROW_H
#define ROW_H

#include "group.h"

/* Write the row as one line; start and end in µs. */
void row_emit(const struct query *query, const struct groups *groups, uint32_t number, int64_t start, int64_t end,
    struct output *out);

#endif
