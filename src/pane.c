#include "pane.h"

#include <stdlib.h>

void
panes_init(struct panes *panes, struct query *query, bool note_changes)
{
	*panes = (struct panes){ .query = query, .round = 1 };
	if (note_changes) {
		panes->round_at = query->size;
		query->size += sizeof panes->round;
	}
}

static void
pane_free(struct pane *pane)
{
	groups_free(&pane->groups);
	free(pane->changed);
	free(pane->ending);
	free(pane);
}

void
panes_free(struct panes *panes)
{
	for (uint32_t i = 0; i < panes->n; i++)
		pane_free(panes->open[i]);
	free(panes->open);
	free(panes->places);
	free(panes->changed);
	table_free(&panes->by_time);
}

static uint32_t
hash_of(int64_t start, int64_t end)
{
	int64_t time[2] = { start, end };

	return table_hash((struct span){ (const char *)time, sizeof time }, 1);
}

static bool
is_at(const struct pane *pane, int64_t start, int64_t end)
{
	return pane != NULL && pane->start == start && pane->end == end;
}

static uint32_t
find(const struct panes *panes, int64_t start, int64_t end, uint32_t hash)
{
	uint32_t at, number;

	for (number = table_first(&panes->by_time, hash, &at); number != 0; number = table_next(&panes->by_time, hash, &at))
		if (is_at(panes->places[number - 1], start, end))
			return number;
	return 0;
}

struct pane *
panes_find(const struct panes *panes, int64_t start, int64_t end)
{
	uint32_t number = find(panes, start, end, hash_of(start, end));

	return number != 0 ? panes->places[number - 1] : NULL;
}

static int
by_end(const void *x, const void *y)
{
	const struct pane *a = *(struct pane *const *)x, *b = *(struct pane *const *)y;

	if (a->end != b->end)
		return a->end < b->end ? -1 : 1;
	return (a->start > b->start) - (a->start < b->start);
}

static void
push(struct panes *panes, struct pane *pane)
{
	uint32_t i = panes->n++;

	if (i == panes->room)
		panes->open = xgrow(panes->open, &panes->room, sizeof(struct pane *));
	for (uint32_t above; i > 0; i = above) {
		above = (i - 1) / 2;
		if (by_end(&panes->open[above], &pane) <= 0)
			break;
		panes->open[i] = panes->open[above];
	}
	panes->open[i] = pane;
}

static void
put_in_place(struct panes *panes, struct pane *pane, uint32_t hash)
{
	if (panes->nplaces == panes->places_room)
		panes->places = xgrow(panes->places, &panes->places_room, sizeof(struct pane *));
	pane->place = panes->nplaces;
	panes->places[panes->nplaces++] = pane;
	table_add(&panes->by_time, hash, panes->nplaces);
}

static void
note_changed(struct panes *panes, uint32_t place)
{
	if (panes->nchanged == panes->changed_room)
		panes->changed = xgrow(panes->changed, &panes->changed_room, sizeof *panes->changed);
	panes->changed[panes->nchanged++] = place;
}

/* New places, without gaps. */
static void
close_up(struct panes *panes)
{
	table_free(&panes->by_time);
	panes->nplaces = panes->nchanged = panes->last = 0;
	for (uint32_t i = 0; i < panes->n; i++) {
		struct pane *pane = panes->open[i];

		put_in_place(panes, pane, hash_of(pane->start, pane->end));
		if (pane->nchanged > 0)
			note_changed(panes, pane->place);
	}
}

static uint32_t
add(struct panes *panes, int64_t start, int64_t end, uint32_t hash)
{
	struct pane *pane = xcalloc(1, sizeof *pane);

	pane->start = start;
	pane->end = end;
	groups_init(&pane->groups, panes->query);
	if (panes->nplaces >= 2 * panes->n + 8) /* more have gone than are there: so many that it is worth it */
		close_up(panes);
	push(panes, pane);
	put_in_place(panes, pane, hash);
	return panes->nplaces;
}

struct pane *
panes_get(struct panes *panes, int64_t start, int64_t end)
{
	uint32_t hash;

	if (panes->last != 0 && is_at(panes->places[panes->last - 1], start, end))
		return panes->places[panes->last - 1];
	hash = hash_of(start, end);
	if ((panes->last = find(panes, start, end, hash)) == 0)
		panes->last = add(panes, start, end, hash);
	return panes->places[panes->last - 1];
}

static void
note_change(struct panes *panes, struct pane *pane, uint32_t number)
{
	char *state = pool_at(&pane->groups.groups, number);
	uint64_t round;

	memcpy(&round, state + panes->round_at, sizeof round);
	if (round == panes->round)
		return;
	memcpy(state + panes->round_at, &panes->round, sizeof round);
	if (pane->nchanged == 0)
		note_changed(panes, pane->place);
	if (pane->nchanged == pane->room)
		pane->changed = xgrow(pane->changed, &pane->room, sizeof *pane->changed);
	pane->changed[pane->nchanged++] = number;
}

void
panes_note(struct panes *panes, struct pane *pane, uint32_t number, uint64_t size_before)
{
	panes->size += groups_size(&pane->groups) - size_before;
	if (panes->round_at != 0)
		note_change(panes, pane, number);
}

struct pane **
panes_changed(const struct panes *panes, uint32_t *n)
{
	struct pane **changed = xmalloc(panes->nchanged * sizeof *changed);

	*n = 0;
	for (uint32_t i = 0; i < panes->nchanged; i++)
		if (panes->places[panes->changed[i]] != NULL)
			changed[(*n)++] = panes->places[panes->changed[i]];
	qsort(changed, *n, sizeof *changed, by_end);
	return changed;
}

void
panes_forget_changes(struct panes *panes)
{
	panes->round++;
	for (uint32_t i = 0; i < panes->nchanged; i++)
		if (panes->places[panes->changed[i]] != NULL)
			panes->places[panes->changed[i]]->nchanged = 0;
	panes->nchanged = 0;
}

void
panes_sort(struct panes *panes)
{
	for (uint32_t i = 1; i < panes->n; i++)
		if (by_end(&panes->open[i - 1], &panes->open[i]) > 0) {
			qsort(panes->open, panes->n, sizeof(struct pane *), by_end);
			return;
		}
}

static void
drop(struct panes *panes, struct pane *pane)
{
	panes->size -= groups_size(&pane->groups);
	panes->places[pane->place] = NULL;
	pane_free(pane);
}

void
panes_drop_all(struct panes *panes)
{
	while (panes->n > 0)
		drop(panes, panes->open[--panes->n]);
}

struct pane *
panes_first(const struct panes *panes)
{
	return panes->n > 0 ? panes->open[0] : NULL;
}

/* The last one takes its place, and sinks. */
void
panes_drop_first(struct panes *panes)
{
	struct pane *last = panes->open[panes->n - 1];
	uint32_t i = 0;

	drop(panes, panes->open[0]);
	panes->n--;
	for (uint32_t below; (below = 2 * i + 1) < panes->n; i = below) {
		below += below + 1 < panes->n && by_end(&panes->open[below + 1], &panes->open[below]) < 0;
		if (by_end(&last, &panes->open[below]) <= 0)
			break;
		panes->open[i] = panes->open[below];
	}
	if (panes->n > 0)
		panes->open[i] = last;
}

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
places_by_key(const void *x, const void *y, void *groups)
{
	const struct place *a = x, *b = y;
	struct datum p, q;

	if (a->head != b->head)
		return a->head < b->head ? -1 : 1;
	return span_cmp(group_key(groups, a->number, &p), group_key(groups, b->number, &q));
}

uint32_t *
pane_in_order(const struct pane *pane, bool changed, uint32_t *n)
{
	struct groups *groups = (struct groups *)&pane->groups;
	struct place *places;
	uint32_t *numbers;
	struct datum room;

	*n = changed ? pane->nchanged : groups->groups.n;
	places = xmalloc(*n * sizeof *places);
	numbers = xmalloc(*n * sizeof *numbers);
	for (uint32_t i = 0; i < *n; i++) {
		uint32_t number = changed ? pane->changed[i] : i + 1;

		places[i] = (struct place){ head_of(group_key(groups, number, &room)), number };
	}
	qsort_r(places, *n, sizeof *places, places_by_key, groups);
	for (uint32_t i = 0; i < *n; i++)
		numbers[i] = places[i].number;
	free(places);
	return numbers;
}

uint64_t
panes_groups(const struct panes *panes)
{
	uint64_t n = 0;

	for (uint32_t i = 0; i < panes->n; i++)
		n += panes->open[i]->groups.groups.n;
	return n;
}
