#include "rank.h"

#include <stdlib.h>

#include "arena.h"
#include "when.h"

enum {
	SLACK = 16,       /* bytes that scan_object may read behind a row */
	SPARE_MAX = 4096, /* a block may be larger by so much than four times what its row needs */
};

/*
 *	struct row   keys   text text ...   row LF...
 *	   |          `----->               ^
 *	   `--------------------------------'
 * A kept row is one block; what is compared most stands close together.
 */
struct row {
	size_t size;
	struct span text;
	bool timed; /* the first key is a canonical stamp: where two of them differ, their times decide */
	int64_t time;
	struct datum keys[];
};

/* The worst is on top, where it meets each newcomer; below row i are rows 2i + 1 and 2i + 2. */
struct heap {
	struct row **rows;
	size_t n, room;
};

struct rank {
	const struct order *order;
	size_t most;
	bool rises; /* order_rises, asked once */
	struct datum *keys; /* of the row on offer */
	struct arena arena; /* and what they had to decode */
	struct pool heaps;
};

struct rank *
rank_new(const struct order *order, size_t most)
{
	struct rank *rank = xmalloc(sizeof *rank);

	*rank = (struct rank){ .order = order, .most = most, .rises = order_rises(order), .heaps.size = sizeof(struct heap) };
	rank->keys = xcalloc(order->n, sizeof *rank->keys);
	return rank;
}

void
rank_free(struct rank *rank)
{
	for (uint32_t group = 1; group <= rank->heaps.n; group++) {
		struct heap *heap = pool_at(&rank->heaps, group);

		for (size_t i = 0; i < heap->n; i++)
			free(heap->rows[i]);
		free(heap->rows);
	}
	pool_free(&rank->heaps);
	arena_free(&rank->arena);
	free(rank->keys);
	free(rank);
}

static size_t
size_needed(const struct rank *rank, struct span text)
{
	size_t size = sizeof(struct row) + rank->order->n * sizeof(struct datum) + text.n + SLACK;

	for (size_t i = 0; i < rank->order->n; i++)
		size += rank->keys[i].text.n;
	return size;
}

/* A block of that size: old, if it will do. */
static struct row *
block(struct row *old, size_t size)
{
	if (old != NULL && old->size >= size && old->size <= 4 * size + SPARE_MAX)
		return old;
	free(old);
	old = xmalloc(size);
	old->size = size;
	return old;
}

/* Copy the row on offer, with its keys, over old. */
static struct row *
keep(const struct rank *rank, struct row *old, struct span text)
{
	struct row *row = block(old, size_needed(rank, text));
	char *at = (char *)(row->keys + rank->order->n);

	for (size_t i = 0; i < rank->order->n; i++) {
		struct span from = rank->keys[i].text;

		row->keys[i] = rank->keys[i];
		row->keys[i].text.p = at;
		if (from.n > 0)
			memcpy(at, from.p, from.n);
		at += from.n;
	}
	row->timed = row->keys[0].text.n == WHEN_LENGTH && row->keys[0].kind == KIND_STRING &&
	    when_parse_canonical(row->keys[0].text.p, &row->time);
	row->text = (struct span){ memcpy(at, text.p, text.n), text.n };
	memset(at + text.n, '\n', SLACK);
	return row;
}

static inline int
compare(const struct rank *rank, const struct row *a, const struct row *b)
{
	if (a->timed && b->timed && a->time != b->time)
		return (a->time < b->time) == rank->rises ? -1 : 1;
	return order_cmp(rank->order, a->keys, a->text, b->keys, b->text);
}

static void
sift_up(const struct rank *rank, struct row **rows, size_t i)
{
	struct row *row = rows[i];

	for (size_t above; i > 0; i = above) {
		above = (i - 1) / 2;
		if (compare(rank, row, rows[above]) <= 0)
			break;
		rows[i] = rows[above];
	}
	rows[i] = row;
}

/* What has taken the top is mostly better than all below: let it fall to the ground before it rises to its place. */
static void
sift_down(const struct rank *rank, struct row **rows, size_t n)
{
	struct row *row = rows[0];
	size_t i = 0;

	for (size_t below; (below = 2 * i + 1) < n; i = below) {
		below += below + 1 < n && compare(rank, rows[below + 1], rows[below]) > 0;
		rows[i] = rows[below];
	}
	rows[i] = row;
	sift_up(rank, rows, i);
}

static void
add(struct rank *rank, struct heap *heap, struct span text)
{
	if (heap->n == heap->room)
		heap->rows = xgrow(heap->rows, &heap->room, sizeof *heap->rows);
	heap->rows[heap->n++] = keep(rank, NULL, text);
	if (rank->most != 0)
		sift_up(rank, heap->rows, heap->n - 1);
}

void
rank_offer(struct rank *rank, uint32_t group, const struct slice *found, struct span row)
{
	struct heap *heap;

	while (rank->heaps.n < group)
		pool_add(&rank->heaps);
	heap = pool_at(&rank->heaps, group);
	if (rank->arena.chunks != NULL)
		arena_reset(&rank->arena);
	order_read(rank->order, found, rank->keys, &rank->arena);
	if (rank->most == 0 || heap->n < rank->most)
		add(rank, heap, row);
	else if (order_cmp(rank->order, rank->keys, row, heap->rows[0]->keys, heap->rows[0]->text) < 0) {
		heap->rows[0] = keep(rank, heap->rows[0], row);
		sift_down(rank, heap->rows, heap->n);
	}
}

static int
compare_places(const void *a, const void *b, void *rank)
{
	return compare(rank, *(struct row *const *)a, *(struct row *const *)b);
}

void
rank_sort(struct rank *rank)
{
	for (uint32_t group = 1; group <= rank->heaps.n; group++) {
		struct heap *heap = pool_at(&rank->heaps, group);

		if (heap->n > 0)
			qsort_r(heap->rows, heap->n, sizeof *heap->rows, compare_places, rank);
	}
}

bool
rank_at(const struct rank *rank, uint32_t group, size_t i, struct span *row)
{
	const struct heap *heap = group <= rank->heaps.n ? pool_at(&rank->heaps, group) : NULL;

	if (heap == NULL || i >= heap->n)
		return false;
	*row = heap->rows[i]->text;
	return true;
}
