/*
 * A group as a window row: the window, the key's members, the aggregates. As a partial row its aggregates can be merged: an
 * average is [n,sum], distinct the sorted array of values, first and last [ts,value]; what remains of a group of which a
 * part has been written before says so with "part".
 */
#ifndef ROW_H
#define ROW_H

#include "group.h"

struct row {
	const struct groups *groups;
	uint32_t number;
	int64_t start, end; /* µs */
	bool partial;
	uint64_t part; /* 0: the group is whole */
};

/* Write the row as one line. */
void row_emit(const struct query *query, const struct row *row, struct output *out);

/* Write `[window.start,by...]` and a tab: what names the row in a compacted topic. A session has its end in it, too. */
void row_emit_key(const struct query *query, const struct row *row, bool session, struct output *out);

#endif
