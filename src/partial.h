/* Partial rows as they are read again: from --partial, from evicted groups, from a checkpoint. row.h tells their form. */
#ifndef PARTIAL_H
#define PARTIAL_H

#include "group.h"

struct partial;

/* What a row holds: a window and one group, valid until the next partial_read. */
struct piece {
	int64_t start, end; /* µs */
	struct span key;
	const struct groups *groups;
	uint32_t number;
};

/* A reader of rows of that query; option (which needs one) ends the run if a name in it cannot be read back. */
struct partial *partial_new(const struct query *query, const char *option);
void partial_free(struct partial *partial);

/* Read a row (see scan_object for what must stand behind it); false with *reason if it is none of this query. */
bool partial_read(struct partial *partial, struct span line, struct piece *piece, const char **reason);

#endif
