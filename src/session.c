#include "session.h"

#include <stdlib.h>

#include "merge.h"

/*
 * A pane is as long as the gap, so a key has one span in it, and its session can go on in the next pane only: there it is
 * handed over to. What is left in a pane then has ended, or may still be joined by what comes.
 *
 * A pane is looked through from when it ends by the bound on. Its records are late then, so it is sorted once, and only
 * take_over changes it. What it keeps ends less than a gap behind it, where the next pane ends at the earliest: so no other
 * pane is sorted as long as it is there.
 */
struct span_state {
	int64_t first, last;
	uint64_t n; /* 0: gone */
};

/* A group on its way out. */
struct leaving {
	int64_t start, end;
	struct pane *pane;
	uint32_t number;
};

void
sessions_init(struct sessions *sessions, struct panes *panes, struct query *query, int64_t gap)
{
	*sessions = (struct sessions){ .panes = panes, .gap = gap, .at = query->size };
	query->size += sizeof(struct span_state);
}

static struct span_state *
span_of_group(const struct sessions *sessions, const struct pane *pane, uint32_t number)
{
	return (struct span_state *)((char *)pool_at(&pane->groups.groups, number) + sessions->at);
}

static void
widen(struct sessions *sessions, const struct pane *pane, uint32_t number, int64_t first, int64_t last)
{
	struct span_state *span = span_of_group(sessions, pane, number);

	if (span->n == 0 || first < span->first)
		span->first = first;
	if (span->n == 0 || last > span->last)
		span->last = last;
	span->n++;
	sessions->work++;
}

bool
session_window(const struct sessions *sessions, const struct pane *pane, uint32_t number, int64_t *start, int64_t *end)
{
	const struct span_state *span = span_of_group(sessions, pane, number);

	*start = span->first;
	*end = span->last + sessions->gap;
	return span->n > 0;
}

void
sessions_forget(struct sessions *sessions, const struct pane *pane)
{
	for (uint32_t g = 1; g <= pane->groups.groups.n; g++)
		if (span_of_group(sessions, pane, g)->n == 0) {
			sessions->gone--;
			sessions->gone_size -= group_size(&pane->groups, sessions->panes->query, g);
		}
}

/* It leaves a pane that stays open: what it has kept stays there, but counts no more. */
static void
let_go(struct sessions *sessions, const struct pane *pane, uint32_t number)
{
	span_of_group(sessions, pane, number)->n = 0;
	sessions->gone++;
	sessions->gone_size += group_size(&pane->groups, sessions->panes->query, number);
}

static int
key_cmp(const struct leaving *a, const struct leaving *b)
{
	struct datum x, y;

	return span_cmp(group_key(&a->pane->groups, a->number, &x), group_key(&b->pane->groups, b->number, &y));
}

static int
by_time(const void *x, const void *y)
{
	const struct leaving *a = x, *b = y;

	if (a->end != b->end)
		return a->end < b->end ? -1 : 1;
	if (a->start != b->start)
		return a->start < b->start ? -1 : 1;
	return key_cmp(a, b);
}

static int
by_key(const void *x, const void *y)
{
	const struct leaving *a = x, *b = y;
	int c = key_cmp(a, b);

	return c != 0 ? c : (a->start > b->start) - (a->start < b->start);
}

/* All groups, in an array of which only *n are still there. */
static struct leaving *
all_groups(const struct sessions *sessions, size_t *n)
{
	const struct panes *panes = sessions->panes;
	struct leaving *all = xmalloc((size_t)panes_groups(panes) * sizeof *all), *at = all;

	for (uint32_t i = 0; i < panes->n; i++)
		for (uint32_t g = 1; g <= panes->open[i]->groups.groups.n; g++) {
			*at = (struct leaving){ .pane = panes->open[i], .number = g };
			at += session_window(sessions, panes->open[i], g, &at->start, &at->end);
		}
	*n = (size_t)(at - all);
	return all;
}

/* Pieces of one key of which the second begins before the first has been silent for the gap are one session. */
static size_t
join(struct sessions *sessions, struct leaving *all, size_t n)
{
	size_t kept = 0;

	for (size_t i = 1; i < n; i++) {
		struct leaving *session = &all[kept], *next = &all[i];

		if (key_cmp(session, next) == 0 && next->start < session->end) {
			uint64_t before = groups_size(&session->pane->groups);

			group_merge(&session->pane->groups, sessions->panes->query, session->number, &next->pane->groups, next->number);
			panes_note(sessions->panes, session->pane, session->number, before);
			if (next->end > session->end)
				session->end = next->end;
		} else
			all[++kept] = *next;
	}
	return n > 0 ? kept + 1 : 0;
}

static void
let_out(struct leaving *all, size_t n, void (*row)(void *arg, struct row *row), void *arg)
{
	if (n > 0)
		qsort(all, n, sizeof *all, by_time);
	for (size_t i = 0; i < n; i++)
		row(arg, &(struct row){ &all[i].pane->groups, all[i].number, all[i].start, all[i].end, false, 0 });
}

static void
close_all(struct sessions *sessions, void (*row)(void *arg, struct row *row), void *arg)
{
	size_t n;
	struct leaving *all = all_groups(sessions, &n);

	if (n > 0)
		qsort(all, n, sizeof *all, by_key);
	let_out(all, join(sessions, all, n), row, arg);
	free(all);
	panes_drop_all(sessions->panes);
	sessions->gone = sessions->gone_size = sessions->kept = sessions->work = 0;
}

/* If the session goes on in the next pane, it is handed over to it. */
static bool
hand_over(struct sessions *sessions, struct pane *pane, uint32_t number, struct pane *next)
{
	struct span_state *span = span_of_group(sessions, pane, number), *later;
	struct datum room;
	uint32_t to = next != NULL ? groups_find(&next->groups, group_key(&pane->groups, number, &room)) : 0;
	uint64_t before;

	if (to == 0 || (later = span_of_group(sessions, next, to))->n == 0 || later->first >= span->last + sessions->gap)
		return false;
	before = groups_size(&next->groups);
	group_merge(&next->groups, sessions->panes->query, to, &pane->groups, number);
	widen(sessions, next, to, span->first, span->last); /* the later one ends when it did */
	panes_note(sessions->panes, next, to, before);
	let_go(sessions, pane, number);
	return true;
}

/* What has been sorted as ending goes on after all. */
static void
take_over(struct sessions *sessions, struct pane *pane, uint32_t number)
{
	struct pane *before = panes_find(sessions->panes, pane->start - sessions->gap, pane->start);
	struct datum room;
	uint32_t from;

	if (before == NULL || before->ending == NULL)
		return;
	from = groups_find(&before->groups, group_key(&pane->groups, number, &room));
	if (from == 0 || span_of_group(sessions, before, from)->n == 0 || !hand_over(sessions, before, from, pane))
		return;
	before->left--;
}

void
session_widen(struct sessions *sessions, struct pane *pane, uint32_t number, int64_t first, int64_t last)
{
	widen(sessions, pane, number, first, last);
	if (sessions->kept > 0)
		take_over(sessions, pane, number);
}

struct leavers {
	struct leaving *all;
	size_t n, room;
};

static void
leave(struct leavers *leavers, struct leaving leaving)
{
	if (leavers->n == leavers->room)
		leavers->all = xgrow(leavers->all, &leavers->room, sizeof *leavers->all);
	leavers->all[leavers->n++] = leaving;
}

struct place {
	const struct sessions *sessions;
	const struct pane *pane;
};

static int
numbers_by_end(const void *x, const void *y, void *arg)
{
	const struct place *of = arg;
	const struct span_state *a = span_of_group(of->sessions, of->pane, *(const uint32_t *)x);
	const struct span_state *b = span_of_group(of->sessions, of->pane, *(const uint32_t *)y);

	return (a->last > b->last) - (a->last < b->last);
}

/* The sessions that do not go on in the next pane, by end: each look then costs what it finds. See take_over. */
static void
sort_by_end(struct sessions *sessions, struct pane *pane)
{
	struct pane *next = panes_find(sessions->panes, pane->end, pane->end + sessions->gap);
	int64_t start, end;

	pane->ending = xmalloc(pane->groups.groups.n * sizeof *pane->ending);
	pane->nending = pane->ended = 0;
	for (uint32_t g = 1; g <= pane->groups.groups.n; g++)
		if (session_window(sessions, pane, g, &start, &end) && !hand_over(sessions, pane, g, next))
			pane->ending[pane->nending++] = g;
	pane->left = pane->nending;
	qsort_r(pane->ending, pane->nending, sizeof *pane->ending, numbers_by_end, &(struct place){ sessions, pane });
}

/* Look through a pane's groups; how many stay. */
static uint32_t
look_through(struct sessions *sessions, struct pane *pane, int64_t bound, struct leavers *leavers)
{
	if (pane->ending == NULL)
		sort_by_end(sessions, pane);
	for (; pane->ended < pane->nending; pane->ended++) {
		struct leaving leaving = { .pane = pane, .number = pane->ending[pane->ended] };

		if (!session_window(sessions, pane, leaving.number, &leaving.start, &leaving.end))
			continue; /* taken over */
		if (leaving.end > bound)
			break;
		pane->left--;
		leave(leavers, leaving);
		let_go(sessions, pane, leaving.number);
	}
	return pane->left;
}

/*
 * Only the panes that end by the bound can hold a session that has ended; the others stay whole. What leaves a pane ends
 * before all that leaves the next one, so pane by pane the rows are in order, and memory is given back.
 */
static void
close_some(struct sessions *sessions, int64_t bound, void (*row)(void *arg, struct row *row), void *arg)
{
	struct panes *panes = sessions->panes;
	struct leavers leavers = { 0 };

	sessions->kept = 0;
	for (struct pane *pane; (pane = panes_first(panes)) != NULL && pane->end <= bound;) {
		sessions->kept = look_through(sessions, pane, bound, &leavers);
		let_out(leavers.all, leavers.n, row, arg);
		leavers.n = 0;
		if (sessions->kept > 0)
			break;
		sessions_forget(sessions, pane);
		panes_drop_first(panes);
	}
	sessions->work = 0;
	free(leavers.all);
}

void
sessions_close(struct sessions *sessions, int64_t bound, void (*row)(void *arg, struct row *row), void *arg)
{
	if (bound == INT64_MAX)
		close_all(sessions, row, arg);
	else if (panes_first(sessions->panes) != NULL && panes_first(sessions->panes)->end <= bound)
		close_some(sessions, bound, row, arg);
}
