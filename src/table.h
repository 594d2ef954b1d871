/* A seeded hash: bytes -> numbers of things that the caller keeps. Keys come from strangers, so the seed is random. */
#ifndef TABLE_H
#define TABLE_H

#include <stdint.h>

#include "span.h"

struct table {
	uint64_t *slots; /* hash in the upper half, number in the lower one; 0: free */
	uint32_t mask, n;
};

/* SipHash-1-3 (Aumasson and Bernstein, 2012) under the run's seed; salt tells apart what shares a table. */
uint32_t table_hash(struct span key, uint64_t salt);

/*
 * Numbers stored under hash, one after the other, 0 at the end; the caller compares keys. *at is the walk's own.
 *	for (n = table_first(t, h, &at); n != 0 && !same(n); n = table_next(t, h, &at))
 */
uint32_t table_first(const struct table *table, uint32_t hash, uint32_t *at);
uint32_t table_next(const struct table *table, uint32_t hash, uint32_t *at);
void table_add(struct table *table, uint32_t hash, uint32_t number);
void table_free(struct table *table);

#endif
