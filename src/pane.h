/*
 * Panes: stretches of event time with their groups, found by their time and kept until they close. A pane is a window, or
 * for sessions a piece of time as long as the gap.
 */
#ifndef PANE_H
#define PANE_H

#include "group.h"

struct pane {
	int64_t start, end; /* µs */
	struct groups groups;
	uint32_t *changed; /* groups that have changed since panes_forget_changes */
	size_t room;
	uint32_t nchanged, place;
	/* Of sessions, once the pane can get no records: groups by end, those looked at, and how many are left. */
	uint32_t *ending, nending, ended, left;
};

struct panes {
	struct query *query;
	struct pane **open; /* a heap: below pane i are 2i + 1 and 2i + 2, which end later */
	uint32_t n;
	size_t room;
	struct pane **places; /* where they stay, as long as they do; NULL: gone */
	uint32_t nplaces;
	size_t places_room;
	struct table by_time; /* index + 1 in places */
	uint32_t last;        /* that of the last record: mostly the next one's, too */
	uint64_t size;        /* of all their groups, see groups_size */
	size_t round_at;      /* where a group keeps the round in which it changed; 0: not noted */
	uint64_t round;
	uint32_t *changed; /* places of panes that have changed, or have gone since */
	uint32_t nchanged;
	size_t changed_room;
};

/* Panes of a query; to note changes the groups become larger. */
void panes_init(struct panes *panes, struct query *query, bool note_changes);
void panes_free(struct panes *panes);

/* The pane of that time, made if it is not open; NULL from panes_find then. */
struct pane *panes_get(struct panes *panes, int64_t start, int64_t end);
struct pane *panes_find(const struct panes *panes, int64_t start, int64_t end);

/* Note that the pane's groups have grown from that size on, and which one has changed. */
void panes_note(struct panes *panes, struct pane *pane, uint32_t number, uint64_t size_before);

/* The one that ends first, NULL if none is open; and free it. */
struct pane *panes_first(const struct panes *panes);
void panes_drop_first(struct panes *panes);

/* Sort open by end and start: a heap it still is. */
void panes_sort(struct panes *panes);
/* Free all that are open. */
void panes_drop_all(struct panes *panes);

/* The pane's groups (all, or those that changed) in the order of their keys; *n of them, to be freed by the caller. */
uint32_t *pane_in_order(const struct pane *pane, bool changed, uint32_t *n);
/* The panes that have changed, by end and start; *n of them, to be freed by the caller. */
struct pane **panes_changed(const struct panes *panes, uint32_t *n);
void panes_forget_changes(struct panes *panes);

uint64_t panes_groups(const struct panes *panes);

#endif
