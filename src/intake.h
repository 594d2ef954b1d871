/* A line of input -> its source and its windows: every line meets exactly one end, so the books balance. */
#ifndef INTAKE_H
#define INTAKE_H

#include "source.h"
#include "window.h"

enum { HOLES_SAID = 20 };

/* Where a line ended: as a record in a window, and in the other ways. */
enum end { PASSED, BLANK, BAD, NO_TIME, LATE, REPLAYED, HEARTBEAT, ENDS };

struct intake {
	struct query *query;
	struct windows *windows;
	struct sources *sources;
	struct input *in;
	bool bounded;       /* there is a lateness, µs: */
	int64_t lateness;
	bool keep;          /* for a checkpoint: offsets are needed */
	struct partial *partial; /* lines are partial rows; NULL: they are records */
	bool placed;             /* rows may have a place, see origin.h: none is taken twice */
	struct output *asked;    /* the query of their sources, empty before one has told it */
	const struct window_spec *relays; /* of rows that get a place here; else NULL: windows are those of the rows, whatever they be */
	struct output *late_file;
	uint64_t ends[ENDS], not_aggregated, lost;
	uint64_t holes; /* places where offsets were lost: the first HOLES_SAID are said */
	uint64_t disordered; /* records skipped that may never have been handled */

	int ts, heartbeat, topic, partition, offset, gaps, chain, asks; /* slots */
	int wanted;         /* slots below it go into groups */
	struct arena record;
	const struct slice *found;
	struct slice *room;
	struct datum *data;
	struct output *key;
};

/* Prepare one whose members down to lost, but placed, are set. */
void intake_init(struct intake *intake);
void intake_free(struct intake *intake);

/* Take a line. */
void intake_line(struct intake *intake, struct span line);

/* The sum of all ends, and the gaps that heartbeats told of. */
uint64_t intake_read(const struct intake *intake);
uint64_t intake_gaps(const struct intake *intake);

#endif
