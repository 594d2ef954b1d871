/* arena.h and table.h. */
#include <stdlib.h>

#include "arena.h"
#include "check.h"
#include "table.h"

enum { KEYS = 100000 };

static struct span
key_of(char *text, uint32_t i)
{
	return (struct span){ text, (size_t)snprintf(text, 32, "key %u", i * 2654435761u) };
}

/* Numbers in order of their keys' first sight; each is found under its key, and under no other. */
static void
check_table(void)
{
	struct table table = { 0 };
	char text[32], other[32];
	uint32_t at, number, missing = 0, wrong = 0, extra = 0;

	CHECK_NUMBER("an empty table holds nothing", 0, table_first(&table, 5, &at));
	for (uint32_t i = 1; i <= KEYS; i++)
		table_add(&table, table_hash(key_of(text, i), 0), i);
	CHECK_NUMBER("number of keys", KEYS, table.n);
	for (uint32_t i = 1; i <= 2 * KEYS; i++) {
		struct span key = key_of(text, i);
		uint32_t hash = table_hash(key, 0);

		for (number = table_first(&table, hash, &at); number != 0 && !span_eq(key, key_of(other, number));)
			number = table_next(&table, hash, &at);
		missing += i <= KEYS && number == 0;
		wrong += i <= KEYS && number != 0 && number != i;
		extra += i > KEYS && number != 0;
	}
	CHECK_NUMBER("keys not found", 0, missing);
	CHECK_NUMBER("keys found with another number", 0, wrong);
	CHECK_NUMBER("keys found that are not there", 0, extra);
	table_free(&table);
	CHECK_NUMBER("a freed table holds nothing", 0, table_first(&table, 5, &at));
}

static void
check_same_hash(void)
{
	struct table table = { 0 };
	uint32_t at, sum = 0, count = 0;

	for (uint32_t i = 1; i <= 1000; i++)
		table_add(&table, i % 10, i);
	for (uint32_t number = table_first(&table, 7, &at); number != 0; number = table_next(&table, 7, &at)) {
		count++;
		sum += number;
	}
	CHECK_NUMBER("numbers under one hash", 100, count);
	CHECK_NUMBER("their sum", 100 * 502, sum);
	table_free(&table);
}

static void
check_hash(void)
{
	char text[64] = "0123456789abcdef0123456789abcdef";
	uint32_t differ = 0;

	CHECK_NUMBER("a hash is the same again", table_hash(SPAN("key"), 1), table_hash(SPAN("key"), 1));
	for (size_t n = 0; n < 32; n++) {
		differ += table_hash((struct span){ text, n }, 0) != table_hash((struct span){ text, n + 1 }, 0);
		differ += table_hash((struct span){ text, n }, 0) != table_hash((struct span){ text, n }, 1);
		differ += table_hash((struct span){ text, n }, 0) == table_hash((struct span){ text + 16, n }, 0) || n > 16;
	}
	CHECK_NUMBER("hashes that depend on length and salt, and on nothing else", 96, differ);
}

static void
check_arena(void)
{
	struct arena arena = { 0 };
	char *pieces[1000];
	uint32_t odd = 0, changed = 0;

	for (int round = 0; round < 3; round++) {
		for (size_t i = 0; i < 1000; i++) {
			pieces[i] = arena_alloc(&arena, 1 + i * i % 5000);
			odd += (uintptr_t)pieces[i] % 16 != 0;
			memset(pieces[i], (int)(i % 251), 1 + i * i % 5000);
		}
		for (size_t i = 0; i < 1000; i++)
			for (size_t k = 0; k < 1 + i * i % 5000; k++)
				changed += (unsigned char)pieces[i][k] != i % 251;
		arena_reset(&arena);
	}
	CHECK_NUMBER("pieces that are not aligned", 0, odd);
	CHECK_NUMBER("bytes that another piece has changed", 0, changed);
	memset(arena_alloc(&arena, 10000000), 1, 10000000);
	arena_reset(&arena);
	memset(arena_alloc(&arena, 1), 1, 1);
	arena_free(&arena);
	arena_free(&arena);
	arena_reset(&arena);
}

static void
check_pool(void)
{
	struct pool pool = { .size = 12 };
	char *first = NULL;
	uint32_t misnumbered = 0, not_zero = 0, moved = 0;

	for (uint32_t i = 1; i <= KEYS; i++) {
		static const char zeros[12];
		char *item;

		misnumbered += pool_add(&pool) != i;
		item = pool_at(&pool, i);
		not_zero += memcmp(item, zeros, sizeof zeros) != 0;
		memcpy(item, &i, sizeof i);
		first = i == 1 ? item : first;
	}
	for (uint32_t i = 1; i <= KEYS; i++)
		moved += memcmp(pool_at(&pool, i), &i, sizeof i) != 0;
	CHECK_NUMBER("misnumbered", 0, misnumbered);
	CHECK_NUMBER("not zeroed", 0, not_zero);
	CHECK_NUMBER("moved", 0, moved + (first != pool_at(&pool, 1)));
	pool_free(&pool);
	CHECK_NUMBER("the first number after pool_free", 1, pool_add(&pool));
	pool_free(&pool);
}

int
main(void)
{
	check_table();
	check_same_hash();
	check_hash();
	check_arena();
	check_pool();
	return check_failures > 0;
}
