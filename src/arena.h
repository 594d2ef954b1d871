/*
 * Memory by lifetime: a run, a record, a window. What is allocated together goes together; running out of memory ends the
 * run with status 2, so nobody tests for NULL.
 */
#ifndef ARENA_H
#define ARENA_H

#include <stdint.h>

#include "alloc.h"

struct chunk;

struct arena {
	struct chunk *chunks;
	char *at, *end;
};

/* n bytes, aligned for anything, not zeroed. Valid until arena_reset or arena_free. */
void *arena_alloc(struct arena *arena, size_t n);
/* Forget everything; the newest piece, unless it is very large, is kept for the next record. */
void arena_reset(struct arena *arena);
void arena_free(struct arena *arena);

/* Items of one size, numbered from 1, zeroed, never moved. Grows by doubling; what is not used is not touched. */
struct pool {
	size_t size;
	uint32_t n;
	char *parts[32];
};

uint32_t pool_add(struct pool *pool);
void pool_free(struct pool *pool);

/* Part k holds the items from number 1 << k on, as many as that. */
static inline void *
pool_at(const struct pool *pool, uint32_t number)
{
	unsigned part = 31 - (unsigned)__builtin_clz(number);

	return pool->parts[part] + (number - (1u << part)) * pool->size;
}

#endif
