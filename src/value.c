#include "value.h"

#include "jqexpr.h"
#include "nested.h"
#include "number.h"
#include "text.h"
#include "when.h"

enum { CONTAINER_MAX = 8192 }; /* what a DHCP option of 255 bytes can fill is less */
enum { HEAP = 0, TIME = 1, BLOCK_AT = 7 }; /* where VALUE_INLINE is not set */

static const struct span constants[] = { { "null", 4 }, { "null", 4 }, { "false", 5 }, { "true", 4 } };

static void
string_datum(struct datum *datum, const struct slice *slice, struct arena *arena)
{
	char *room = NULL;

	if (slice->n == WHEN_LENGTH + 2 && when_parse_canonical(slice->p + 1, &datum->time)) {
		datum->is_time = true;
		return;
	}
	if (slice->escaped || slice->broken)
		room = arena_alloc(arena, TEXT_DECODE_ROOM * (size_t)slice->n);
	datum->text = text_decode(room, slice);
}

bool
values_are_short(const struct slice *values, int n)
{
	for (int i = 0; i < n; i++)
		if (values[i].kind >= KIND_ARRAY && values[i].n > CONTAINER_MAX)
			return false;
	return true;
}

static bool
is_nested(struct span json, int levels)
{
	const char *p = json.p, *end = p + json.n;
	int level = 0;

	for (; p < end && level <= levels; p++)
		if (*p == '"')
			while (*++p != '"')
				p += *p == '\\';
		else
			level += (*p == '[' || *p == '{') - (*p == ']' || *p == '}');
	return level > levels;
}

bool
values_are_nested(const struct slice *values, int n, int levels)
{
	for (int i = 0; i < n; i++)
		if (values[i].kind >= KIND_ARRAY && is_nested(slice_span(&values[i]), levels))
			return true;
	return false;
}

/* Spelt canonically already, as nearly all are. */
static bool
is_short_integer(struct span text)
{
	if (text.n > 18)
		return false;
	for (size_t i = 0; i < text.n; i++)
		if ((unsigned char)(text.p[i] - '0') > 9)
			return false;
	return true;
}

bool
slice_time(const struct slice *slice, int64_t *us)
{
	char plain[TEXT_DECODE_ROOM * 256];

	if (slice->kind == KIND_STRING && slice->n == WHEN_LENGTH + 2 && when_parse_canonical(slice->p + 1, us))
		return true;
	return slice->kind == KIND_STRING && slice->n <= 256 && when_parse(text_decode(plain, slice), us);
}

void
datum_of_other(struct datum *datum, const struct slice *slice, struct arena *arena)
{
	*datum = (struct datum){ .kind = slice->kind == KIND_ABSENT ? KIND_NULL : slice->kind };
	switch (datum->kind) {
	case KIND_NUMBER:
		datum->text = slice_span(slice);
		if (!is_short_integer(datum->text))
			datum->text = number_canonical(arena_alloc(arena, slice->n + NUMBER_EXTRA), datum->text);
		break;
	case KIND_STRING:
		string_datum(datum, slice, arena);
		break;
	case KIND_ARRAY:
	case KIND_OBJECT:
		datum->text = jq_canonical(slice_span(slice), arena);
		break;
	default:
		datum->text = constants[datum->kind];
	}
}

struct span
datum_text(const struct datum *datum, char *scratch)
{
	if (!datum->is_time)
		return datum->text;
	when_format(datum->time, scratch);
	return (struct span){ scratch, WHEN_LENGTH };
}

static int
string_cmp(const struct datum *a, const struct datum *b)
{
	char x[WHEN_LENGTH], y[WHEN_LENGTH];

	if (a->is_time && b->is_time)
		return (a->time > b->time) - (a->time < b->time);
	return span_cmp(datum_text(a, x), datum_text(b, y));
}

int
datum_cmp(const struct datum *a, const struct datum *b)
{
	int c;

	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (a->kind == KIND_STRING)
		return string_cmp(a, b);
	if (a->kind == KIND_NUMBER)
		return number_cmp(a->text, b->text);
	if (a->kind < KIND_NUMBER || span_eq(a->text, b->text))
		return 0;
	c = nested_cmp(a->text, b->text);
	return c != 0 ? c : span_cmp(a->text, b->text); /* [0] and [-0] */
}

static bool
has_block(const struct value *value)
{
	return value->tag != 0 && !(value->tag & VALUE_INLINE) && (value->tag & 15) == HEAP;
}

static char *
block_of(const struct value *value)
{
	char *block;

	memcpy(&block, value->bytes + BLOCK_AT, sizeof block);
	return block;
}

/*
 * A block for text: its capacity, then the bytes. Capacities double, and a value keeps its block for short text too, so
 * what is left behind stays below what is used.
 */
static char *
block_for(const struct value *value, size_t n, struct arena *arena)
{
	char *block = has_block(value) ? block_of(value) : NULL;
	uint32_t capacity = 0;

	if (block != NULL)
		memcpy(&capacity, block, sizeof capacity);
	if (n > capacity) {
		capacity = capacity != 0 ? capacity : 28;
		while (capacity < n)
			capacity = 2 * capacity + 4;
		block = arena_alloc(arena, capacity + sizeof capacity);
		memcpy(block, &capacity, sizeof capacity);
	}
	return block;
}

static void
set_block(struct value *value, enum kind kind, struct span text, struct arena *arena)
{
	char *block = block_for(value, text.n, arena);
	uint32_t n = (uint32_t)text.n;

	value->tag = (unsigned char)(kind << VALUE_KIND_SHIFT | HEAP);
	memcpy(value->bytes, &n, sizeof n);
	memcpy(value->bytes + BLOCK_AT, &block, sizeof block);
	memcpy(block + sizeof(uint32_t), text.p, n);
}

void
value_set(struct value *value, const struct datum *datum, struct arena *arena)
{
	unsigned kind = (unsigned)datum->kind << VALUE_KIND_SHIFT;
	char scratch[WHEN_LENGTH];

	if (has_block(value) || (!datum->is_time && datum->text.n > VALUE_INLINE_MAX))
		set_block(value, datum->kind, datum_text(datum, scratch), arena);
	else if (datum->is_time) {
		value->tag = (unsigned char)(kind | TIME);
		memcpy(value->bytes, &datum->time, sizeof datum->time);
	} else {
		value->tag = (unsigned char)(VALUE_INLINE | kind | datum->text.n);
		memcpy(value->bytes, datum->text.p, datum->text.n);
	}
}

void
datum_of_value(struct datum *datum, const struct value *value)
{
	*datum = (struct datum){ .kind = (enum kind)(value->tag >> VALUE_KIND_SHIFT & 7) };
	if (value->tag == 0) {
		datum->kind = KIND_NULL;
		datum->text = constants[KIND_NULL];
	} else if (value->tag & VALUE_INLINE)
		datum->text = (struct span){ value->bytes, value->tag & 15 };
	else if ((value->tag & 15) == TIME) {
		datum->is_time = true;
		memcpy(&datum->time, value->bytes, sizeof datum->time);
	} else {
		uint32_t n;

		memcpy(&n, value->bytes, sizeof n);
		datum->text = (struct span){ block_of(value) + sizeof(uint32_t), n };
	}
}

size_t
datum_room(const struct datum *datum)
{
	return datum->is_time ? WHEN_LENGTH + TEXT_QUOTES : TEXT_ENCODE_ROOM * datum->text.n + TEXT_QUOTES;
}

char *
datum_put(char *to, const struct datum *datum)
{
	char scratch[WHEN_LENGTH];

	if (datum->kind == KIND_STRING)
		return text_encode(to, datum_text(datum, scratch));
	/* NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): a time, which has no text, is a KIND_STRING */
	memcpy(to, datum->text.p, datum->text.n);
	return to + datum->text.n;
}

void
datum_emit(struct output *out, const struct datum *datum)
{
	output_used(out, datum_put(output_room(out, datum_room(datum)), datum));
}

void
value_emit(struct output *out, const struct value *value)
{
	struct datum datum;

	datum_of_value(&datum, value);
	datum_emit(out, &datum);
}
