#include "distinct.h"

#include <stdlib.h>

#include "arena.h"
#include "cli.h"
#include "emit.h"
#include "network.h"
#include "table.h"
#include "value.h"

/*
 *	spellings              keys
 *	"\u0061"\n7\n  --.
 *	"a"\n7\n       --+-->  1: "a"\n7\n
 *	"a"\n7.0\n     --'
 * A key is looked up as it stands in its row; only a spelling not met before costs more than a hash.
 */
struct spelling {
	struct span text;
	uint32_t number;
	bool met; /* in a row; the canonical one is there in any case */
};

struct part {
	struct span name;
	int slot, bits; /* bits: of FIELD/LEN, else NETWORK_NONE */
};

struct distinct {
	struct part *parts;
	struct slice *values; /* of the row at hand, by part */
	size_t n;
	struct table table;
	struct pool spellings, keys;
	struct arena texts, record;
};

struct distinct *
distinct_new(const char *option, const char *list, bool networks, struct fields *fields)
{
	struct distinct *distinct = xmalloc(sizeof *distinct);
	struct span rest = span_of(list), path;

	*distinct = (struct distinct){ .spellings.size = sizeof(struct spelling), .keys.size = sizeof(struct span) };
	while (*list != '\0' && cli_list(&rest, &path)) {
		struct part part = { .bits = networks ? network_split(option, &path) : NETWORK_NONE };

		cli_field(option, list, path);
		part.name = path_last_name(path);
		part.slot = fields_add(fields, path);
		if (distinct_has(distinct, part.name))
			cli_wrong(option, list, "two members of the row would have one name");
		distinct->parts = xrealloc(distinct->parts, (distinct->n + 1) * sizeof part);
		distinct->parts[distinct->n++] = part;
	}
	distinct->values = xcalloc(distinct->n, sizeof *distinct->values);
	return distinct;
}

void
distinct_free(struct distinct *distinct)
{
	if (distinct == NULL)
		return;
	table_free(&distinct->table);
	pool_free(&distinct->spellings);
	pool_free(&distinct->keys);
	arena_free(&distinct->texts);
	arena_free(&distinct->record);
	free(distinct->parts);
	free(distinct->values);
	free(distinct);
}

bool
distinct_has(const struct distinct *distinct, struct span name)
{
	for (size_t i = 0; i < distinct->n; i++)
		if (span_eq(distinct->parts[i].name, name))
			return true;
	return false;
}

uint32_t
distinct_count(const struct distinct *distinct)
{
	return distinct->keys.n;
}

/* The values of a key as they are shown, each followed by LF. */
static struct span *
text_of(const struct distinct *distinct, uint32_t number)
{
	return pool_at(&distinct->keys, number);
}

static struct span
bytes_of(const struct slice *value)
{
	return value->kind == KIND_ABSENT ? SPAN("null") : slice_span(value);
}

/* The key as it stands in its row; a line holds no LF, so none of its values does. */
static struct span
as_spelt(struct distinct *distinct)
{
	size_t room = 0;
	char *start, *at;

	for (size_t i = 0; i < distinct->n; i++)
		room += bytes_of(&distinct->values[i]).n + 1;
	start = at = arena_alloc(&distinct->record, room + 1);
	for (size_t i = 0; i < distinct->n; i++) {
		struct span bytes = bytes_of(&distinct->values[i]);

		memcpy(at, bytes.p, bytes.n);
		at += bytes.n;
		*at++ = '\n';
	}
	return (struct span){ start, room };
}

/* The key in its canonical spelling, or as it is shown: with arrays and objects as they are. */
static struct span
re_spelt(struct distinct *distinct, bool shown)
{
	struct datum *data = arena_alloc(&distinct->record, distinct->n * sizeof *data);
	size_t room = 0;
	char *start, *at;

	for (size_t i = 0; i < distinct->n; i++) {
		const struct slice *value = &distinct->values[i];

		datum_of_slice(&data[i], value, &distinct->record);
		if (shown && value->kind >= KIND_ARRAY)
			data[i].text = slice_span(value);
		room += datum_room(&data[i]) + 1;
	}
	start = at = arena_alloc(&distinct->record, room + 1);
	for (size_t i = 0; i < distinct->n; i++) {
		at = datum_put(at, &data[i]);
		*at++ = '\n';
	}
	return (struct span){ start, (size_t)(at - start) };
}

static struct spelling *
look_up(const struct distinct *distinct, struct span text, uint32_t hash)
{
	uint32_t at, n = table_first(&distinct->table, hash, &at);

	for (; n != 0; n = table_next(&distinct->table, hash, &at)) {
		struct spelling *spelling = pool_at(&distinct->spellings, n);

		if (span_eq(spelling->text, text))
			return spelling;
	}
	return NULL;
}

static struct span
copied(struct distinct *distinct, struct span text)
{
	return (struct span){ memcpy(arena_alloc(&distinct->texts, text.n + 1), text.p, text.n), text.n };
}

static struct spelling *
add_spelling(struct distinct *distinct, struct span text, uint32_t hash, uint32_t number)
{
	uint32_t n = pool_add(&distinct->spellings);
	struct spelling *spelling = pool_at(&distinct->spellings, n);

	*spelling = (struct spelling){ .text = copied(distinct, text), .number = number };
	table_add(&distinct->table, hash, n);
	return spelling;
}

/* A spelling not met before, of a known key or a new one. Of several ways to show a key the first by bytes is kept. */
static uint32_t
add(struct distinct *distinct, struct span spelt, uint32_t hash)
{
	struct span shown = re_spelt(distinct, true), canonical = re_spelt(distinct, false), *text;
	uint32_t canonical_hash = table_hash(canonical, 0);
	struct spelling *usual = look_up(distinct, canonical, canonical_hash);
	bool known = usual != NULL;

	if (!known)
		usual = add_spelling(distinct, canonical, canonical_hash, pool_add(&distinct->keys));
	if (span_eq(spelt, canonical))
		usual->met = true;
	else
		add_spelling(distinct, spelt, hash, usual->number)->met = true;
	text = text_of(distinct, usual->number);
	if (!known || span_cmp(shown, *text) < 0)
		*text = span_eq(shown, canonical) ? usual->text : copied(distinct, shown);
	return usual->number;
}

static void
look_at(struct distinct *distinct, const struct slice *found)
{
	for (size_t i = 0; i < distinct->n; i++) {
		const struct part *part = &distinct->parts[i];

		distinct->values[i] = part->bits == NETWORK_NONE ? found[part->slot] :
		    network_of(&found[part->slot], part->bits, &distinct->record);
	}
}

uint32_t
distinct_number(struct distinct *distinct, const struct slice *found)
{
	const struct spelling *spelling;
	struct span spelt;
	uint32_t hash;

	arena_reset(&distinct->record);
	look_at(distinct, found);
	spelt = as_spelt(distinct);
	hash = table_hash(spelt, 0);
	spelling = look_up(distinct, spelt, hash);
	return spelling != NULL && spelling->met ? spelling->number : add(distinct, spelt, hash);
}

/* Step to the next value of a key's text. */
static struct span
next_value(struct span *text)
{
	const char *end = memchr(text->p, '\n', text->n);
	struct span value = { text->p, (size_t)(end - text->p) };

	*text = (struct span){ end + 1, text->n - value.n - 1 };
	return value;
}

void
distinct_emit(const struct distinct *distinct, uint32_t number, struct output *out)
{
	struct span text = *text_of(distinct, number);

	for (size_t i = 0; i < distinct->n; i++) {
		emit_name(out, distinct->parts[i].name);
		emit_container(out, next_value(&text));
		output_char(out, ',');
	}
}

/* What a value is can be told from its first byte. */
static struct slice
slice_of(struct span text)
{
	static const unsigned char kinds[] = { ['n'] = KIND_NULL, ['f'] = KIND_FALSE, ['t'] = KIND_TRUE,
		['"'] = KIND_STRING, ['['] = KIND_ARRAY, ['{'] = KIND_OBJECT };
	unsigned char first = (unsigned char)*text.p;
	struct slice value = { .p = text.p, .n = (uint32_t)text.n, .kind = KIND_NUMBER };

	if (first < sizeof kinds && kinds[first] != 0)
		value.kind = kinds[first];
	value.escaped = value.kind == KIND_STRING && memchr(text.p, '\\', text.n) != NULL;
	return value;
}

struct place {
	struct datum value;
	uint32_t number;
};

static int
compare_places(const void *a, const void *b)
{
	return datum_cmp(&((const struct place *)a)->value, &((const struct place *)b)->value);
}

uint32_t *
distinct_order(struct distinct *distinct)
{
	uint32_t n = distinct_count(distinct), *numbers = xcalloc(n, sizeof *numbers);
	struct place *places = xcalloc(n, sizeof *places);

	arena_reset(&distinct->record);
	for (uint32_t i = 0; i < n; i++) {
		struct span text = *text_of(distinct, i + 1);
		struct slice value = slice_of(next_value(&text));

		places[i].number = i + 1;
		datum_of_slice(&places[i].value, &value, &distinct->record);
	}
	qsort(places, n, sizeof *places, compare_places);
	for (uint32_t i = 0; i < n; i++)
		numbers[i] = places[i].number;
	free(places);
	return numbers;
}
