#include "table.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>
#include <unistd.h>

#include "arena.h"
#include "diag.h"

static uint64_t seed[2];

static void
make_seed(void)
{
	if (TEMP_FAILURE_RETRY(getrandom(seed, sizeof seed, 0)) != sizeof seed)
		die("no random seed:");
	seed[0] |= 1;
}

static inline uint64_t
rotate(uint64_t x, int n)
{
	return x << n | x >> (64 - n);
}

static inline void
sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[2] += v[3];
	v[1] = rotate(v[1], 13) ^ v[0];
	v[3] = rotate(v[3], 16) ^ v[2];
	v[0] = rotate(v[0], 32);
	v[2] += v[1];
	v[0] += v[3];
	v[1] = rotate(v[1], 17) ^ v[2];
	v[3] = rotate(v[3], 21) ^ v[0];
	v[2] = rotate(v[2], 32);
}

static inline void
sip_word(uint64_t v[4], uint64_t word)
{
	v[3] ^= word;
	sip_round(v);
	v[0] ^= word;
}

uint32_t
table_hash(struct span key, uint64_t salt)
{
	uint64_t v[4], last = (uint64_t)key.n << 56, word;
	size_t i;

	if (seed[0] == 0)
		make_seed();
	v[0] = (seed[0] ^ salt) ^ UINT64_C(0x736f6d6570736575);
	v[1] = seed[1] ^ UINT64_C(0x646f72616e646f6d);
	v[2] = (seed[0] ^ salt) ^ UINT64_C(0x6c7967656e657261);
	v[3] = seed[1] ^ UINT64_C(0x7465646279746573);
	for (i = 0; i + 8 <= key.n; i += 8) {
		memcpy(&word, key.p + i, 8);
		sip_word(v, word);
	}
	for (int shift = 0; i < key.n; i++, shift += 8)
		last |= (uint64_t)(unsigned char)key.p[i] << shift;
	sip_word(v, last);
	v[2] ^= 0xff;
	for (int n = 0; n < 3; n++)
		sip_round(v);
	word = v[0] ^ v[1] ^ v[2] ^ v[3];
	return (uint32_t)(word ^ word >> 32);
}

uint32_t
table_next(const struct table *table, uint32_t hash, uint32_t *at)
{
	for (;;) {
		uint64_t slot = table->slots[*at];

		if (slot == 0)
			return 0;
		*at = (*at + 1) & table->mask;
		if (slot >> 32 == hash)
			return (uint32_t)slot;
	}
}

uint32_t
table_first(const struct table *table, uint32_t hash, uint32_t *at)
{
	if (table->slots == NULL)
		return 0;
	*at = hash & table->mask;
	return table_next(table, hash, at);
}

static void
insert(struct table *table, uint64_t slot)
{
	uint32_t at = (uint32_t)(slot >> 32) & table->mask;

	while (table->slots[at] != 0)
		at = (at + 1) & table->mask;
	table->slots[at] = slot;
}

static void
grow(struct table *table)
{
	struct table old = *table;
	uint32_t size = old.slots != NULL ? (old.mask + 1) * 2 : 8;

	if (size == 0)
		die("more than %u groups", old.n);
	table->mask = size - 1;
	table->slots = xcalloc(size, sizeof *table->slots);
	for (uint32_t i = 0; old.slots != NULL && i <= old.mask; i++)
		if (old.slots[i] != 0)
			insert(table, old.slots[i]);
	free(old.slots);
}

void
table_add(struct table *table, uint32_t hash, uint32_t number)
{
	if (table->slots == NULL || table->n >= table->mask - table->mask / 4)
		grow(table);
	insert(table, (uint64_t)hash << 32 | number);
	table->n++;
}

void
table_free(struct table *table)
{
	free(table->slots);
	*table = (struct table){ 0 };
}
