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

/* A line's members by slot (see scan_object for what must stand behind it), valid until the next; NULL with *reason if it is no object. */
const struct slice *partial_scan(struct partial *partial, struct span line, const char **reason);
/* The row that they are; false with *reason if it is none of this query. */
bool partial_take(struct partial *partial, struct piece *piece, const char **reason);
/* Both. */
bool partial_read(struct partial *partial, struct span line, struct piece *piece, const char **reason);

/* A slot for one more member, before the first row is read. */
int partial_slot(struct partial *partial, struct span name);

#endif
