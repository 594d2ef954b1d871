/*
 * A run's state as text: a header line (the query, how far each source was read, counters), the open groups as partial rows,
 * an end line. `head -n 1 FILE | jq` tells the offsets to read on from.
 */
#ifndef CHECKPOINT_H
#define CHECKPOINT_H

#include "diag.h"
#include "origin.h"
#include "source.h"
#include "window.h"

struct checkpoint;

/* What is kept from one run to the next. */
struct state {
	const struct window_spec *spec;
	struct query *query;
	struct sources *sources;
	struct windows *windows;
	struct origin *origin; /* NULL: rows have no place */
	struct output *asked;  /* NULL: nothing is merged; else what the sources were asked, once one has told */
	struct counter *counters; /* those of this run; nobody else's names are kept */
	size_t ncounters;
};

/*
 * Resume from path (NULL: from nothing), save to save (NULL: to path). What has that name is locked, an old save removed; the
 * state is filled if there is a checkpoint of its query. Whatever is wrong ends the run.
 */
struct checkpoint *checkpoint_open(const char *path, const char *save, const struct state *state);

/* Write the state. False if that failed, which has been said: the file is as it was, unless its folder alone was not synced. */
bool checkpoint_save(struct checkpoint *checkpoint, const struct state *state);

/* Unlock. */
void checkpoint_close(struct checkpoint *checkpoint);

#endif
