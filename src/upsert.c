#include "upsert.h"

#include <stdlib.h>

#include "arena.h"
#include "cli.h"
#include "output.h"
#include "table.h"
#include "value.h"

enum {
	SLACK = 16,      /* bytes that scan_object may read behind a row */
	SPARE_MAX = 256, /* a block may be larger by so much than twice what its row needs */
	MEMOS = 4096,    /* a power of two */
	MEMO_MAX = 1024,
};

/* One block for a key: the key in its canonical spelling (with an LF behind each value), the row, LF... */
struct kept {
	size_t size, nkey, nrow;
	char bytes[];
};

/* How an object or array, a window mostly, is spelt canonically: that is asked of libjq, and few come often. */
struct memo {
	size_t nspelt, ncanonical;
	char bytes[]; /* both, one behind the other */
};

struct upsert {
	int *slots;
	size_t n;
	struct table table;
	struct pool places; /* of struct kept * */
	struct output *key; /* of the row at hand */
	struct arena record;
	struct memo *memos[MEMOS];
};

struct upsert *
upsert_new(const char *option, const char *list, struct fields *fields)
{
	struct upsert *upsert = xcalloc(1, sizeof *upsert);
	struct span rest = span_of(list), path;

	while (*list != '\0' && cli_list(&rest, &path)) {
		cli_field(option, list, path);
		upsert->slots = xrealloc(upsert->slots, (upsert->n + 1) * sizeof *upsert->slots);
		upsert->slots[upsert->n++] = fields_add(fields, path);
	}
	upsert->places.size = sizeof(struct kept *);
	upsert->key = output_memory();
	return upsert;
}

static struct kept **
place(const struct upsert *upsert, uint32_t number)
{
	return pool_at(&upsert->places, number);
}

void
upsert_free(struct upsert *upsert)
{
	if (upsert == NULL)
		return;
	for (uint32_t number = 1; number <= upsert->places.n; number++)
		free(*place(upsert, number));
	for (size_t i = 0; i < MEMOS; i++)
		free(upsert->memos[i]);
	pool_free(&upsert->places);
	table_free(&upsert->table);
	arena_free(&upsert->record);
	output_free(upsert->key);
	free(upsert->slots);
	free(upsert);
}

static void
put_other(struct upsert *upsert, const struct slice *value)
{
	struct datum datum;

	arena_reset(&upsert->record);
	datum_of_slice(&datum, value, &upsert->record);
	datum_emit(upsert->key, &datum);
}

static struct memo *
memo_new(struct span spelt, struct span canonical)
{
	struct memo *memo = xmalloc(sizeof *memo + spelt.n + canonical.n);

	*memo = (struct memo){ spelt.n, canonical.n };
	memcpy(memo->bytes, spelt.p, spelt.n);
	memcpy(memo->bytes + spelt.n, canonical.p, canonical.n);
	return memo;
}

static void
put_container(struct upsert *upsert, const struct slice *value)
{
	struct span spelt = slice_span(value), canonical;
	struct memo **at = &upsert->memos[table_hash(spelt, 0) % MEMOS];
	size_t start = upsert->key->n;

	if (*at != NULL && span_eq(spelt, (struct span){ (*at)->bytes, (*at)->nspelt })) {
		output_put(upsert->key, (*at)->bytes + spelt.n, (*at)->ncanonical);
		return;
	}
	put_other(upsert, value);
	canonical = (struct span){ upsert->key->buf + start, upsert->key->n - start };
	if (spelt.n + canonical.n > MEMO_MAX)
		return;
	free(*at);
	*at = memo_new(spelt, canonical);
}

/* A plain string is spelt canonically as it stands. */
static struct span
key_of(struct upsert *upsert, const struct slice *found)
{
	upsert->key->n = 0;
	for (size_t i = 0; i < upsert->n; i++) {
		const struct slice *value = &found[upsert->slots[i]];

		if (value->kind >= KIND_ARRAY)
			put_container(upsert, value);
		else if (value->kind == KIND_STRING && !value->escaped && !value->broken)
			output_put(upsert->key, value->p, value->n);
		else
			put_other(upsert, value);
		output_char(upsert->key, '\n');
	}
	return (struct span){ upsert->key->buf, upsert->key->n };
}

/* The place of a key, which is made if there is none. */
static struct kept **
place_of(struct upsert *upsert, struct span key)
{
	uint32_t hash = table_hash(key, 0), at, number = table_first(&upsert->table, hash, &at);

	for (; number != 0; number = table_next(&upsert->table, hash, &at)) {
		const struct kept *kept = *place(upsert, number);

		if (span_eq((struct span){ kept->bytes, kept->nkey }, key))
			return place(upsert, number);
	}
	number = pool_add(&upsert->places);
	table_add(&upsert->table, hash, number);
	return place(upsert, number);
}

/* A block of that size: old, if it will do. */
static struct kept *
block(struct kept *old, size_t size)
{
	if (old != NULL && old->size >= size && old->size <= 2 * size + SPARE_MAX)
		return old;
	free(old);
	old = xmalloc(size);
	old->size = size;
	return old;
}

static struct kept *
keep(struct kept *old, struct span key, struct span row)
{
	struct kept *kept = block(old, sizeof *kept + key.n + row.n + SLACK);

	kept->nkey = key.n;
	kept->nrow = row.n;
	memcpy(kept->bytes, key.p, key.n);
	memcpy(kept->bytes + key.n, row.p, row.n);
	memset(kept->bytes + key.n + row.n, '\n', SLACK);
	return kept;
}

void
upsert_put(struct upsert *upsert, const struct slice *found, struct span row)
{
	struct span key = key_of(upsert, found);
	struct kept **at = place_of(upsert, key);

	*at = keep(*at, key, row);
}

bool
upsert_row(const struct upsert *upsert, uint32_t i, struct span *row)
{
	const struct kept *kept;

	if (i > upsert->places.n)
		return false;
	kept = *place(upsert, i);
	*row = (struct span){ kept->bytes + kept->nkey, kept->nrow };
	return true;
}
