#include "tally.h"

#include <stdlib.h>

#include "table.h"
#include "value.h"

/*
 *	spellings                counts
 *	"a\u0062"\n7\n  --.
 *	"ab"\n7\n       ---+-->  1: "ab"\n7\n   rows, micro
 *	"ab"\n7.0\n     --'
 * A key is looked up as it stands in its row; only one not seen in this spelling costs more than a hash.
 */
struct spelling {
	struct span text;
	uint32_t number;
};

struct tally {
	size_t values;
	struct table table;
	struct pool spellings, counts;
	struct arena texts, scratch;
	struct datum *key;
};

struct tally *
tally_new(size_t values)
{
	struct tally *tally = xmalloc(sizeof *tally);

	*tally = (struct tally){
		.values = values, .spellings.size = sizeof(struct spelling), .counts.size = sizeof(struct count)
	};
	tally->key = xcalloc(values, sizeof *tally->key);
	return tally;
}

void
tally_free(struct tally *tally)
{
	table_free(&tally->table);
	pool_free(&tally->spellings);
	pool_free(&tally->counts);
	arena_free(&tally->texts);
	arena_free(&tally->scratch);
	free(tally->key);
	free(tally);
}

uint32_t
tally_size(const struct tally *tally)
{
	return tally->counts.n;
}

struct count *
tally_at(const struct tally *tally, uint32_t number)
{
	return pool_at(&tally->counts, number);
}

static struct span
bytes_of(const struct slice *value)
{
	return value->kind == KIND_ABSENT ? SPAN("null") : slice_span(value);
}

/* The key as it stands in its row. A line holds no LF, so none is in a value. */
static struct span
as_spelt(struct tally *tally, const struct slice *const *values)
{
	size_t room = 0;
	char *start, *at;

	for (size_t i = 0; i < tally->values; i++)
		room += bytes_of(values[i]).n + 1;
	start = at = arena_alloc(&tally->scratch, room);
	for (size_t i = 0; i < tally->values; i++) {
		struct span bytes = bytes_of(values[i]);

		memcpy(at, bytes.p, bytes.n);
		at += bytes.n;
		*at++ = '\n';
	}
	return (struct span){ start, room };
}

/* The key in its canonical spelling, or, to be shown, with arrays and objects left as they are. */
static struct span
re_spelt(struct tally *tally, const struct slice *const *values, bool shown)
{
	size_t room = 0;
	char *start, *at;

	for (size_t i = 0; i < tally->values; i++) {
		struct datum *datum = &tally->key[i];

		datum_of_slice(datum, values[i], &tally->scratch);
		if (shown && datum->kind >= KIND_ARRAY)
			datum->text = slice_span(values[i]);
		room += datum_room(datum) + 1;
	}
	start = at = arena_alloc(&tally->scratch, room);
	for (size_t i = 0; i < tally->values; i++) {
		at = datum_put(at, &tally->key[i]);
		*at++ = '\n';
	}
	return (struct span){ start, (size_t)(at - start) };
}

static uint32_t
look_up(const struct tally *tally, struct span text, uint32_t hash)
{
	uint32_t at, n = table_first(&tally->table, hash, &at);

	for (; n != 0; n = table_next(&tally->table, hash, &at)) {
		const struct spelling *spelling = pool_at(&tally->spellings, n);

		if (span_eq(spelling->text, text))
			return spelling->number;
	}
	return 0;
}

static struct span
copied(struct tally *tally, struct span text)
{
	return (struct span){ memcpy(arena_alloc(&tally->texts, text.n), text.p, text.n), text.n };
}

static struct span
add_spelling(struct tally *tally, struct span text, uint32_t hash, uint32_t number)
{
	uint32_t n = pool_add(&tally->spellings);
	struct spelling *spelling = pool_at(&tally->spellings, n);

	*spelling = (struct spelling){ copied(tally, text), number };
	table_add(&tally->table, hash, n);
	return spelling->text;
}

/* A spelling not seen before, of a known key or a new one. Of several ways to show a key the first by bytes is kept. */
static uint32_t
add(struct tally *tally, const struct slice *const *values, struct span spelt, uint32_t hash)
{
	struct span shown = re_spelt(tally, values, true), canonical = re_spelt(tally, values, false);
	uint32_t canonical_hash = table_hash(canonical, 0), number = look_up(tally, canonical, canonical_hash);
	bool known = number != 0;
	struct count *count;

	if (!known) {
		number = pool_add(&tally->counts);
		tally_at(tally, number)->text = add_spelling(tally, canonical, canonical_hash, number);
	}
	if (!span_eq(spelt, canonical))
		add_spelling(tally, spelt, hash, number);
	count = tally_at(tally, number);
	if (known ? span_cmp(shown, count->text) < 0 : !span_eq(shown, canonical))
		count->text = copied(tally, shown);
	return number;
}

uint32_t
tally_number(struct tally *tally, const struct slice *const *values)
{
	struct span spelt;
	uint32_t hash, number;

	arena_reset(&tally->scratch);
	spelt = as_spelt(tally, values);
	hash = table_hash(spelt, 0);
	number = look_up(tally, spelt, hash);
	return number != 0 ? number : add(tally, values, spelt, hash);
}

/* The first value of a key; what it is can be told from its first byte. */
static struct slice
first_value(struct span text)
{
	static const unsigned char kinds[] = { ['n'] = KIND_NULL, ['f'] = KIND_FALSE, ['t'] = KIND_TRUE,
		['"'] = KIND_STRING, ['['] = KIND_ARRAY, ['{'] = KIND_OBJECT };
	unsigned char first = (unsigned char)*text.p;
	struct slice value = { .p = text.p, .n = (uint32_t)((const char *)memchr(text.p, '\n', text.n) - text.p) };

	value.kind = first < sizeof kinds && kinds[first] != 0 ? kinds[first] : KIND_NUMBER;
	value.escaped = value.kind == KIND_STRING && memchr(value.p, '\\', value.n) != NULL;
	return value;
}

struct place {
	struct datum datum;
	uint32_t number;
};

static int
compare_places(const void *a, const void *b)
{
	return datum_cmp(&((const struct place *)a)->datum, &((const struct place *)b)->datum);
}

uint32_t *
tally_order(struct tally *tally)
{
	uint32_t n = tally_size(tally), *numbers = xcalloc(n, sizeof *numbers);
	struct place *places = xcalloc(n, sizeof *places);

	arena_reset(&tally->scratch);
	for (uint32_t i = 0; i < n; i++) {
		struct slice value = first_value(tally_at(tally, i + 1)->text);

		places[i].number = i + 1;
		datum_of_slice(&places[i].datum, &value, &tally->scratch);
	}
	qsort(places, n, sizeof *places, compare_places);
	for (uint32_t i = 0; i < n; i++)
		numbers[i] = places[i].number;
	free(places);
	return numbers;
}
