#include "arena.h"

#include <stdlib.h>

#include "diag.h"

struct chunk {
	_Alignas(16) struct chunk *next; /* and what comes behind the chunk */
	size_t size;
};

enum { FIRST_CHUNK = 1 << 7, LAST_CHUNK = 1 << 18 };

static void
add_chunk(struct arena *arena, size_t need)
{
	size_t size = arena->chunks != NULL ? arena->chunks->size * 2 : FIRST_CHUNK;
	struct chunk *chunk;

	if (size > LAST_CHUNK)
		size = LAST_CHUNK;
	if (size < need + sizeof *chunk)
		size = need + sizeof *chunk;
	chunk = xmalloc(size);
	*chunk = (struct chunk){ arena->chunks, size };
	arena->chunks = chunk;
	arena->at = (char *)(chunk + 1);
	arena->end = (char *)chunk + size;
}

void *
arena_alloc(struct arena *arena, size_t n)
{
	char *p;

	if (n > SIZE_MAX / 2)
		die("no memory");
	n = (n + (n == 0) + 15) & ~(size_t)15;
	if (n > (size_t)(arena->end - arena->at))
		add_chunk(arena, n);
	p = arena->at;
	arena->at += n;
	return p;
}

void
arena_reset(struct arena *arena)
{
	struct chunk *keep = arena->chunks;

	if (keep == NULL)
		return;
	if (keep->size > LAST_CHUNK) {
		arena_free(arena);
		return;
	}
	while (keep->next != NULL) {
		struct chunk *old = keep->next;

		keep->next = old->next;
		free(old);
	}
	arena->at = (char *)(keep + 1);
}

void
arena_free(struct arena *arena)
{
	while (arena->chunks != NULL) {
		struct chunk *old = arena->chunks;

		arena->chunks = old->next;
		free(old);
	}
	*arena = (struct arena){ 0 };
}

uint32_t
pool_add(struct pool *pool)
{
	uint32_t number = pool->n + 1;
	unsigned part;

	if (number == UINT32_MAX)
		die("more than %u groups", pool->n);
	part = 31 - (unsigned)__builtin_clz(number);
	if (pool->parts[part] == NULL)
		pool->parts[part] = xcalloc((size_t)1 << part, pool->size);
	return pool->n = number;
}

void
pool_free(struct pool *pool)
{
	for (size_t i = 0; i < sizeof pool->parts / sizeof *pool->parts; i++)
		free(pool->parts[i]);
	*pool = (struct pool){ .size = pool->size };
}
