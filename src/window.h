/*
 * Event-time windows: which ones a record belongs to, and their groups in order once they close. Windows are half open and
 * aligned to the epoch in UTC; a session lasts until its key is silent for a gap.
 */
#ifndef WINDOW_H
#define WINDOW_H

#include "partial.h"
#include "row.h"

enum { WINDOWS_PER_RECORD_MAX = 10000 };

/* Spark's output modes. */
enum mode { MODE_APPEND, MODE_UPDATE, MODE_COMPLETE };

/* Durations in µs. */
struct window_spec {
	int64_t every, slide, align; /* slide == every: tumbling */
	bool session;                /* every is the gap */
	enum mode mode;
	bool partial;                /* rows are partial */
};

/* Write what tells which windows there are, as members of an object, a comma behind each. */
void window_spec_emit(const struct window_spec *spec, struct output *out);

/* What happened to a record. */
enum added { ADDED, ADDED_IN_PART, TOO_LATE };

struct windows;

typedef void row_function(void *arg, struct row *row);

struct windows *windows_new(const struct window_spec *spec, struct query *query);
void windows_free(struct windows *windows);

/* False if a record of that time belongs to a window that does not lie within the years 0000 to 9999. */
bool windows_reach(const struct windows *windows, int64_t ts);

/*
 * Add a record with its key to its windows, but to none that ends at late or before, nor to one that has been closed. Of a
 * session's record the time must be late or after it. ADDED_IN_PART: *reason says what an aggregate could not take.
 */
enum added windows_add(struct windows *windows, struct span key, const struct sample *sample, int64_t late,
    const char **reason);
/* Can the partial row be merged? A session's must be as long as the gap at least. */
bool windows_takes(const struct windows *windows, const struct piece *piece);
/* Add what a partial row that can be merged holds to its window, whatever its length. */
void windows_merge(struct windows *windows, const struct piece *piece);

/*
 * Close what ends at bound or before (all with INT64_MAX): each group, or in update mode each changed one, goes to row by
 * end, start and key bytes, then it is freed. Sessions are let out when it is worth the look, with force at once.
 */
void windows_close(struct windows *windows, int64_t bound, bool force, row_function *row, void *arg);
/* What has changed since the last time, in the same order; nothing is freed. */
void windows_changed(struct windows *windows, row_function *row, void *arg);
void windows_forget_changes(struct windows *windows);
/* All groups in the same order (sessions in pieces); nothing is freed. */
void windows_each(struct windows *windows, row_function *row, void *arg);
/* Let out the oldest windows as partial rows until no more than most is kept, and forget them. */
void windows_evict(struct windows *windows, uint64_t most, row_function *row, void *arg);

/* Up to where windows have been closed, INT64_MIN at first, and what was evicted: kept from one run to the next. */
struct passed {
	int64_t closed, evicted;
	uint64_t parts;
};
struct passed windows_passed(const struct windows *windows);
/* The last end of a window up to there, INT64_MIN at first. */
int64_t windows_closed(const struct windows *windows);
void windows_set_passed(struct windows *windows, struct passed passed);

/* How many windows and groups are open, and how much they keep (see groups_size). */
uint64_t windows_open(const struct windows *windows);
uint64_t windows_let_out(const struct windows *windows); /* and how many have gone */
uint64_t windows_groups(const struct windows *windows);
uint64_t windows_size(const struct windows *windows);

#endif
