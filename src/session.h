/*
 * Sessions: a key's records, none of which is a gap or more behind the one before it. A record goes into the pane of its
 * time, as long as the gap, in O(1); pieces of one session in neighbouring panes are joined when they close, which adds
 * what the older one keeps to the newer one, each time.
 */
#ifndef SESSION_H
#define SESSION_H

#include "pane.h"
#include "row.h"

struct sessions {
	struct panes *panes;
	int64_t gap; /* µs */
	size_t at;   /* where a group keeps its first and last time */
	uint64_t gone, gone_size; /* groups that have left panes that are still open, and what they had kept */
	uint64_t kept, work; /* looked at in vain by the last sessions_close, and records since then */
};

/* Make room in the query's groups. */
void sessions_init(struct sessions *sessions, struct panes *panes, struct query *query, int64_t gap);

/* The group has seen records from first to last. */
void session_widen(struct sessions *sessions, struct pane *pane, uint32_t number, int64_t first, int64_t last);
/* What it has seen is [start, end), end being a gap behind the last record; false if it has gone. */
bool session_window(const struct sessions *sessions, const struct pane *pane, uint32_t number, int64_t *start, int64_t *end);

/* The pane is about to be dropped: nobody counts its groups any more. */
void sessions_forget(struct sessions *sessions, const struct pane *pane);

/* Let out the sessions that end at bound or before, by end, start and key. */
void sessions_close(struct sessions *sessions, int64_t bound, void (*row)(void *arg, struct row *row), void *arg);

#endif
