/* Groups on their way out: --having is asked, then they are written. */
#ifndef ROWS_H
#define ROWS_H

#include "jqexpr.h"
#include "origin.h"
#include "row.h"

struct rows {
	const struct query *query;
	struct origin *origin; /* NULL: rows have no place */
	struct jqexpr *having; /* NULL: all pass */
	bool keyed, session;   /* `KEY<TAB>row`; a session's key has its end in it */
	struct output *out, *row;
	uint64_t groups, written, dropped, errors; /* groups are the sum of the others */
};

/* Write or drop the group; arg is the struct rows. */
void rows_put(void *arg, struct row *row);

/* At a pause, and at the end: tell who merges the rows that those of windows that end at us or before are all out. */
void rows_beat(struct rows *rows, int64_t us);

#endif
