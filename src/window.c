#include "window.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "merge.h"
#include "pane.h"
#include "session.h"
#include "when.h"

struct windows {
	struct window_spec spec;
	struct query *query;
	struct panes panes;
	struct sessions sessions;
	struct passed passed;
	uint64_t let_out;
};

static void
emit_duration(struct output *out, const char *name, int64_t us)
{
	char text[64];
	bool whole = us % 1000000 == 0;
	int n = snprintf(text, sizeof text, "\"%s\":\"%" PRId64 "%s\",", name, whole ? us / 1000000 : us, whole ? "s" : "us");

	output_put(out, text, (size_t)n);
}

void
window_spec_emit(const struct window_spec *spec, struct output *out)
{
	emit_duration(out, spec->session ? "session" : "every", spec->every);
	if (spec->session)
		return;
	emit_duration(out, "slide", spec->slide);
	emit_duration(out, "align", spec->align);
}

struct windows *
windows_new(const struct window_spec *spec, struct query *query)
{
	struct windows *windows = xcalloc(1, sizeof *windows);

	windows->spec = *spec;
	windows->query = query;
	windows->passed.closed = windows->passed.evicted = INT64_MIN;
	panes_init(&windows->panes, query, spec->mode == MODE_UPDATE);
	if (spec->session)
		sessions_init(&windows->sessions, &windows->panes, query, spec->every);
	return windows;
}

void
windows_free(struct windows *windows)
{
	panes_free(&windows->panes);
	free(windows);
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
	int64_t first = last_start(spec, ts - spec->every) + spec->slide, last = last_start(spec, ts);

	if (spec->session)
		return ts + spec->every <= WHEN_MAX;
	return first >= WHEN_MIN && last + spec->every <= WHEN_MAX;
}

static const char *
add_to_pane(struct windows *windows, int64_t start, struct span key, const struct sample *sample)
{
	struct pane *pane = panes_get(&windows->panes, start, start + windows->spec.every);
	uint64_t before = groups_size(&pane->groups);
	uint32_t number = groups_get(&pane->groups, key);
	const char *reason = group_add(&pane->groups, windows->query, number, sample);

	panes_note(&windows->panes, pane, number, before);
	if (windows->spec.session)
		session_widen(&windows->sessions, pane, number, sample->ts, sample->ts);
	return reason;
}

enum added
windows_add(struct windows *windows, struct span key, const struct sample *sample, int64_t late, const char **reason)
{
	const struct window_spec *spec = &windows->spec;
	int64_t start = last_start(spec, sample->ts);
	enum added added = TOO_LATE;

	if (late < windows->passed.closed)
		late = windows->passed.closed;
	if (spec->session && sample->ts < late)
		return TOO_LATE;
	for (; start + spec->every > sample->ts && (spec->session || start + spec->every > late); start -= spec->slide) {
		const char *why = add_to_pane(windows, start, key, sample);

		if (why != NULL)
			*reason = why;
		added = why != NULL || added == ADDED_IN_PART ? ADDED_IN_PART : ADDED;
	}
	return added;
}

bool
windows_takes(const struct windows *windows, const struct piece *piece)
{
	return !windows->spec.session || piece->end - piece->start >= windows->spec.every;
}

void
windows_merge(struct windows *windows, const struct piece *piece)
{
	int64_t start = piece->start, end = piece->end, last = end - windows->spec.every;
	struct pane *pane;
	uint64_t before;
	uint32_t number;

	if (windows->spec.session) {
		start = last_start(&windows->spec, last);
		end = start + windows->spec.every;
	}
	pane = panes_get(&windows->panes, start, end);
	before = groups_size(&pane->groups);
	number = groups_get(&pane->groups, piece->key);
	group_merge(&pane->groups, windows->query, number, piece->groups, piece->number);
	panes_note(&windows->panes, pane, number, before);
	if (windows->spec.session)
		session_widen(&windows->sessions, pane, number, piece->start, last);
}

/* Whose rows go where, and in which form. */
struct outlet {
	struct windows *windows;
	row_function *row;
	void *arg;
	int64_t end; /* of the last one */
};

/* What is left of a window after an eviction must be merged with what went out then. */
static void
put_row(void *arg, struct row *row)
{
	struct outlet *outlet = arg;
	const struct windows *windows = outlet->windows;

	row->partial = windows->spec.partial;
	if (row->start < windows->passed.evicted) {
		row->partial = true;
		row->part = windows->passed.parts + 1;
	}
	outlet->end = row->end;
	outlet->row(outlet->arg, row);
}

static void
put_pane(const struct windows *windows, struct pane *pane, bool changed, row_function *row, void *arg)
{
	uint32_t n, *numbers = pane_in_order(pane, changed, &n);

	for (uint32_t i = 0; i < n; i++) {
		struct row it = { &pane->groups, numbers[i], pane->start, pane->end, false, 0 };

		if (!windows->spec.session || session_window(&windows->sessions, pane, numbers[i], &it.start, &it.end))
			row(arg, &it);
	}
	free(numbers);
}

void
windows_close(struct windows *windows, int64_t bound, bool force, row_function *row, void *arg)
{
	struct panes *panes = &windows->panes;
	struct outlet outlet = { windows, row, arg, INT64_MIN };
	struct pane *pane;

	if (bound < windows->passed.closed)
		bound = windows->passed.closed;
	if (windows->spec.session) {
		if (!force && (bound <= windows->passed.closed || windows->sessions.work < windows->sessions.kept))
			return;
		sessions_close(&windows->sessions, bound, put_row, &outlet);
	} else {
		for (; (pane = panes_first(panes)) != NULL && pane->end <= bound; windows->let_out++) {
			put_pane(windows, pane, windows->spec.mode == MODE_UPDATE, put_row, &outlet);
			outlet.end = pane->end;
			panes_drop_first(panes);
		}
	}
	if (bound == INT64_MAX)
		bound = outlet.end;
	if (bound > windows->passed.closed)
		windows->passed.closed = bound;
}

void
windows_changed(struct windows *windows, row_function *row, void *arg)
{
	uint32_t n;
	struct pane **changed = panes_changed(&windows->panes, &n);

	for (uint32_t i = 0; i < n; i++)
		put_pane(windows, changed[i], true, row, arg);
	free(changed);
	panes_forget_changes(&windows->panes);
}

void
windows_forget_changes(struct windows *windows)
{
	panes_forget_changes(&windows->panes);
}

void
windows_each(struct windows *windows, row_function *row, void *arg)
{
	panes_sort(&windows->panes);
	for (uint32_t i = 0; i < windows->panes.n; i++)
		put_pane(windows, windows->panes.open[i], false, row, arg);
}

static void
put_part(void *arg, struct row *row)
{
	const struct outlet *outlet = arg;
	struct passed *passed = &outlet->windows->passed;

	row->partial = true;
	row->part = passed->parts;
	if (passed->evicted < row->end)
		passed->evicted = row->end;
	outlet->row(outlet->arg, row);
}

void
windows_evict(struct windows *windows, uint64_t most, row_function *row, void *arg)
{
	struct outlet outlet = { windows, row, arg, INT64_MIN };
	struct panes *panes = &windows->panes;
	struct pane *pane;

	for (; (pane = panes_first(panes)) != NULL && windows_size(windows) > most; windows->let_out++) {
		windows->passed.parts++;
		put_pane(windows, pane, false, put_part, &outlet);
		if (windows->spec.session)
			sessions_forget(&windows->sessions, pane);
		panes_drop_first(panes);
	}
}

int64_t
windows_closed(const struct windows *windows)
{
	const struct window_spec *spec = &windows->spec;
	int64_t shift = spec->align + spec->every, end;

	if (windows->passed.closed < WHEN_MIN)
		return INT64_MIN;
	end = when_floor(windows->passed.closed - shift, spec->slide) + shift;
	return end >= WHEN_MIN ? end : INT64_MIN;
}

struct passed
windows_passed(const struct windows *windows)
{
	return windows->passed;
}

void
windows_set_passed(struct windows *windows, struct passed passed)
{
	windows->passed = passed;
}

uint64_t
windows_open(const struct windows *windows)
{
	return windows->panes.n;
}

uint64_t
windows_let_out(const struct windows *windows)
{
	return windows->let_out;
}

uint64_t
windows_groups(const struct windows *windows)
{
	return panes_groups(&windows->panes) - windows->sessions.gone;
}

uint64_t
windows_size(const struct windows *windows)
{
	return windows->panes.size - windows->sessions.gone_size;
}
