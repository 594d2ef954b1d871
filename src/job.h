/* A run of dhcp-window: what it is made of, and what can be told of it. */
#ifndef JOB_H
#define JOB_H

#include "checkpoint.h"
#include "hint.h"
#include "intake.h"
#include "pace.h"
#include "rows.h"
#include "settings.h"

/*
 *	lines -> intake -> sources (whose clocks tell what may close)
 *	              `--> windows -> rows -> standard output
 *	                       `----> checkpoint
 */
struct job {
	struct settings settings;
	struct query *query;
	struct windows *windows;
	struct sources *sources;
	struct input *in;
	struct intake intake;
	struct rows rows;
	struct checkpoint *checkpoint; /* NULL: nothing is kept */
	struct pace closing, showing, saving;
	uint64_t shown, saved; /* records taken, and lines read, by then */
	uint64_t evicted, unsaved; /* unsaved: what failed while the state was saved */
	struct hints hints;
	bool full;
};

enum { COUNTERS = 20, KEPT_COUNTERS = 18 }; /* what is open is no count for a checkpoint */

/* All lines, too long ones among them. */
uint64_t job_read(const struct job *job);

/* What --stats counts; without open, windows and groups are those let out: the others are counted by the run that does so. */
void job_count(const struct job *job, bool open, struct counter counters[COUNTERS]);

/* Write the line of --stats to standard error; arg is the struct job. */
void job_stats(void *arg);

/* The closing word on late records, and on lost offsets if not all were said. */
void job_say_more(const struct job *job);

#endif
