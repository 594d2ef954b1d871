#include "window.h"

#include <stdlib.h>

#include "when.h"

struct window {
	int64_t start;
	struct groups groups;
};

struct windows {
	struct window_spec spec;
	struct query *query;
	struct pool windows;
	struct table by_start;
	uint32_t last; /* the window of the last record: mostly that of the next one, too */
	size_t span_at; /* sessions: where a group keeps its first and last time */
};

/* Sessions: how many records a group has seen, and the first and last ts of them. */
struct span_state {
	int64_t first, last;
	uint64_t n;
};

struct windows *
windows_new(const struct window_spec *spec, struct query *query)
{
	struct windows *windows = xcalloc(1, sizeof *windows);

	windows->spec = *spec;
	windows->query = query;
	windows->windows.size = sizeof(struct window);
	if (spec->session) {
		windows->span_at = query->size;
		query->size += sizeof(struct span_state);
	}
	return windows;
}

static struct window *
window_at(const struct windows *windows, uint32_t number)
{
	return pool_at(&windows->windows, number);
}

static void
free_all(struct windows *windows)
{
	for (uint32_t i = 1; i <= windows->windows.n; i++)
		groups_free(&window_at(windows, i)->groups);
	pool_free(&windows->windows);
	table_free(&windows->by_start);
	windows->last = 0;
}

void
windows_free(struct windows *windows)
{
	free_all(windows);
	free(windows);
}

static struct window *
window_starting(struct windows *windows, int64_t start)
{
	uint32_t hash, at, number = windows->last;

	if (number != 0 && window_at(windows, number)->start == start)
		return window_at(windows, number);
	hash = table_hash((struct span){ (const char *)&start, sizeof start }, 1);
	for (number = table_first(&windows->by_start, hash, &at); number != 0;
	     number = table_next(&windows->by_start, hash, &at))
		if (window_at(windows, number)->start == start)
			break;
	if (number == 0) {
		number = pool_add(&windows->windows);
		window_at(windows, number)->start = start;
		groups_init(&window_at(windows, number)->groups, windows->query);
		table_add(&windows->by_start, hash, number);
	}
	windows->last = number;
	return window_at(windows, number);
}

static struct span_state *
span_of_group(const struct windows *windows, const struct window *window, uint32_t number)
{
	return (struct span_state *)((char *)pool_at(&window->groups.groups, number) + windows->span_at);
}

static void
widen(struct span_state *span, int64_t first, int64_t last)
{
	if (span->n == 0 || first < span->first)
		span->first = first;
	if (span->n == 0 || last > span->last)
		span->last = last;
	span->n++;
}

static const char *
add_to_window(struct windows *windows, int64_t start, struct span key, const struct sample *sample)
{
	struct window *window = window_starting(windows, start);
	uint32_t number = groups_get(&window->groups, key);

	if (windows->spec.session)
		widen(span_of_group(windows, window, number), sample->ts, sample->ts);
	return group_add(&window->groups, windows->query, number, sample);
}

/* The start of the last window that ts belongs to. */
static int64_t
last_start(const struct window_spec *spec, int64_t ts)
{
	return when_floor(ts - spec->align, spec->slide) + spec->align;
}

bool
windows_reach(const struct windows *windows, int64_t ts)
{
	const struct window_spec *spec = &windows->spec;
	int64_t last = last_start(spec, ts);

	if (spec->session)
		return ts + spec->every <= WHEN_MAX;
	return last + spec->slide - spec->every >= WHEN_MIN && last + spec->every <= WHEN_MAX;
}

const char *
windows_add(struct windows *windows, struct span key, const struct sample *sample)
{
	const struct window_spec *spec = &windows->spec;
	int64_t start = last_start(spec, sample->ts);
	const char *reason = NULL;

	for (; start + spec->every > sample->ts; start -= spec->slide) {
		const char *why = add_to_window(windows, start, key, sample);

		if (why != NULL)
			reason = why;
	}
	return reason;
}

/* A group on its way out. */
struct leaving {
	int64_t start, end;
	struct window *window;
	uint32_t number;
};

static int
key_cmp(const struct leaving *a, const struct leaving *b)
{
	struct datum x, y;

	return span_cmp(group_key(&a->window->groups, a->number, &x), group_key(&b->window->groups, b->number, &y));
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

static int
windows_by_time(const void *x, const void *y)
{
	const struct window *a = *(struct window *const *)x, *b = *(struct window *const *)y;

	return (a->start > b->start) - (a->start < b->start);
}

static struct window **
sorted_windows(const struct windows *windows)
{
	uint32_t n = windows->windows.n;
	struct window **sorted = xmalloc(n * sizeof(struct window *));

	for (uint32_t i = 0; i < n; i++)
		sorted[i] = window_at(windows, i + 1);
	qsort(sorted, n, sizeof(struct window *), windows_by_time);
	return sorted;
}

typedef void row_function(void *arg, const struct groups *groups, uint32_t number, int64_t start, int64_t end);

static const struct groups *sorting; /* qsort passes nothing on */

/* A group's number behind the first bytes of its key as a number, which decide nearly every comparison. */
struct place {
	uint64_t head;
	uint32_t number;
};

static uint64_t
head_of(struct span key)
{
	uint64_t head = 0;

	for (size_t i = 0; i < 8; i++)
		head = head << 8 | (i < key.n ? (unsigned char)key.p[i] : 0);
	return head;
}

static int
places_by_key(const void *x, const void *y)
{
	const struct place *a = x, *b = y;
	struct datum p, q;

	if (a->head != b->head)
		return a->head < b->head ? -1 : 1;
	return span_cmp(group_key(sorting, a->number, &p), group_key(sorting, b->number, &q));
}

static struct place *
sorted_places(const struct groups *groups)
{
	uint32_t n = groups->groups.n;
	struct place *places = xmalloc(n * sizeof *places);
	struct datum room;

	for (uint32_t i = 0; i < n; i++)
		places[i] = (struct place){ head_of(group_key(groups, i + 1, &room)), i + 1 };
	sorting = groups;
	qsort(places, n, sizeof *places, places_by_key);
	return places;
}

/* All windows are of one length: end and start agree on the order, only keys are left to sort. */
static void
close_window(const struct windows *windows, struct window *window, row_function *row, void *arg)
{
	struct place *places = sorted_places(&window->groups);

	for (uint32_t i = 0; i < window->groups.groups.n; i++)
		row(arg, &window->groups, places[i].number, window->start, window->start + windows->spec.every);
	free(places);
	groups_free(&window->groups);
}

static void
close_in_order(struct windows *windows, row_function *row, void *arg)
{
	struct window **sorted = sorted_windows(windows);

	for (uint32_t i = 0; i < windows->windows.n; i++)
		close_window(windows, sorted[i], row, arg);
	free(sorted);
}

static struct leaving *
all_groups(const struct windows *windows, size_t n)
{
	struct leaving *all = xmalloc(n * sizeof *all), *at = all;

	for (uint32_t w = 1; w <= windows->windows.n; w++) {
		struct window *window = window_at(windows, w);

		for (uint32_t g = 1; g <= window->groups.groups.n; g++) {
			const struct span_state *span = span_of_group(windows, window, g);

			*at++ = (struct leaving){ span->first, span->last + windows->spec.every, window, g };
		}
	}
	return all;
}

/*
 * A key's records within one gap's length of the clock are one session anyhow; those of two neighbouring lengths are, if
 * the last of one is less than a gap before the first of the other. So sessions are put together only here.
 */
static size_t
join_sessions(const struct windows *windows, struct leaving *all, size_t n)
{
	size_t kept = 0;

	for (size_t i = 1; i < n; i++) {
		struct leaving *session = &all[kept], *next = &all[i];

		if (key_cmp(session, next) == 0 && next->start < session->end) {
			group_merge(&session->window->groups, windows->query, session->number, &next->window->groups, next->number);
			session->end = next->end;
		} else
			all[++kept] = *next;
	}
	return n > 0 ? kept + 1 : 0;
}

static void
close_sessions(struct windows *windows, row_function *row, void *arg)
{
	size_t n = windows_groups(windows);
	struct leaving *all = all_groups(windows, n);

	qsort(all, n, sizeof *all, by_key);
	n = join_sessions(windows, all, n);
	qsort(all, n, sizeof *all, by_time);
	for (size_t i = 0; i < n; i++)
		row(arg, &all[i].window->groups, all[i].number, all[i].start, all[i].end);
	free(all);
}

void
windows_close(struct windows *windows, row_function *row, void *arg)
{
	if (windows->spec.session)
		close_sessions(windows, row, arg);
	else
		close_in_order(windows, row, arg);
	free_all(windows);
}

uint64_t
windows_open(const struct windows *windows)
{
	return windows->windows.n;
}

uint64_t
windows_groups(const struct windows *windows)
{
	uint64_t n = 0;

	for (uint32_t i = 1; i <= windows->windows.n; i++)
		n += window_at(windows, i)->groups.groups.n;
	return n;
}
