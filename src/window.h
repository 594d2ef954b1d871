/*
 * Event-time windows: which ones a record belongs to, and their groups in order once they close. Windows are half open and
 * aligned to the epoch in UTC; a session lasts until its key is silent for a gap.
 */
#ifndef WINDOW_H
#define WINDOW_H

#include "group.h"

enum { WINDOWS_PER_RECORD_MAX = 10000 };

/* Durations in µs. */
struct window_spec {
	int64_t every, slide, align; /* slide == every: tumbling */
	bool session;                /* every is the gap */
};

struct windows;

struct windows *windows_new(const struct window_spec *spec, struct query *query);
void windows_free(struct windows *windows);

/* False if a record of that time belongs to a window that does not lie within the years 0000 to 9999. */
bool windows_reach(const struct windows *windows, int64_t ts);

/* Add a record with its key to its windows. NULL, or the reason why an aggregate could not take it (the others have). */
const char *windows_add(struct windows *windows, struct span key, const struct sample *sample);

/* Close all: each group goes to row (with its window in µs) by end, start and key bytes, then all is freed. */
void windows_close(struct windows *windows,
    void (*row)(void *arg, const struct groups *groups, uint32_t number, int64_t start, int64_t end), void *arg);

/* How many windows and groups are open. */
uint64_t windows_open(const struct windows *windows);
uint64_t windows_groups(const struct windows *windows);

#endif
