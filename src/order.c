#include "order.h"

#include <stdlib.h>

#include "addr.h"
#include "cli.h"
#include "number.h"
#include "text.h"
#include "when.h"

static const struct {
	const char *name;
	enum key_type type;
} types[] = { { "text", KEY_TEXT }, { "num", KEY_NUM }, { "time", KEY_TIME }, { "ip", KEY_IP } };

/* Take in a word behind the field; false if it is no direction and no type. */
static bool
add_word(struct key *key, struct span word)
{
	if (span_eq(word, SPAN("asc")) || span_eq(word, SPAN("desc"))) {
		key->ascending = word.n == 3;
		return true;
	}
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (span_eq(word, span_of(types[i].name))) {
			key->type = types[i].type;
			return true;
		}
	return false;
}

void
order_add(struct order *order, const char *option, const char *text)
{
	size_t n = strcspn(text, ":");
	struct key key = { .field = { text, n } };

	if (n == 0)
		cli_wrong(option, text, "no field name");
	cli_field(option, text, key.field);
	for (const char *p = text + n; *p != '\0'; p += n) {
		n = strcspn(++p, ":");
		if (!add_word(&key, (struct span){ p, n }))
			cli_wrong(option, text, "not a direction or type (desc, asc, text, num, time, ip)");
	}
	order->keys = xrealloc(order->keys, (order->n + 1) * sizeof key);
	order->keys[order->n++] = key;
}

void
order_free(struct order *order)
{
	free(order->keys);
	*order = (struct order){ 0 };
}

void
order_bind(struct order *order, struct fields *fields)
{
	for (size_t i = 0; i < order->n; i++)
		order->keys[i].slot = fields_add(fields, order->keys[i].field);
}

static size_t
digits(const char *p, const char *end)
{
	const char *start = p;

	while (p < end && (unsigned char)(*p - '0') <= 9)
		p++;
	return (size_t)(p - start);
}

static bool
is_number(struct span text)
{
	const char *p = text.p, *end = p + text.n;
	size_t n;

	p += p < end && *p == '-';
	p += n = digits(p, end);
	if (n > 0 && p < end && *p == '.')
		p += 1 + (n = digits(p + 1, end));
	if (n > 0 && p < end && (*p == 'e' || *p == 'E')) {
		p++;
		p += p < end && (*p == '+' || *p == '-');
		p += n = digits(p, end);
	}
	return n > 0 && p == end;
}

static struct span
text_of(const struct slice *slice, struct arena *arena)
{
	struct datum datum;

	if (slice->kind == KIND_STRING)
		return text_decode(arena_alloc(arena, TEXT_DECODE_ROOM * (size_t)slice->n), slice);
	datum_of_slice(&datum, slice, arena);
	return datum.text;
}

/* A number written as a string counts as one. */
static bool
read_number(struct datum *datum, struct span text, struct arena *arena)
{
	if (!is_number(text))
		return false;
	datum->kind = KIND_NUMBER;
	datum->text = number_canonical(arena_alloc(arena, text.n + NUMBER_EXTRA), text);
	return true;
}

static bool
read_time(struct datum *datum, struct span text)
{
	datum->is_time = true;
	return when_parse(text, &datum->time);
}

/* The length before the bytes puts IPv4 before IPv6. */
static bool
read_addr(struct datum *datum, struct span text, struct arena *arena)
{
	struct addr *addr = arena_alloc(arena, sizeof *addr);

	if (!addr_parse(text, addr))
		return false;
	datum->text = (struct span){ (const char *)addr, 1 + (size_t)addr->length };
	return true;
}

static bool
read_as(enum key_type type, struct datum *datum, const struct slice *slice, struct arena *arena)
{
	struct span text;

	if (!slice_has_value(slice))
		return false;
	text = text_of(slice, arena);
	*datum = (struct datum){ .kind = KIND_STRING };
	switch (type) {
	case KEY_NUM:
		return read_number(datum, text, arena);
	case KEY_TIME:
		return read_time(datum, text);
	case KEY_IP:
		return read_addr(datum, text, arena);
	default:
		datum->text = text;
		return true;
	}
}

/* A plain string is compared as it stands: time stamps of one form, too, are in order as text. */
static void
read_any(struct datum *datum, const struct slice *slice, struct arena *arena)
{
	if (slice->kind == KIND_STRING && !slice->escaped && !slice->broken)
		*datum = (struct datum){ .kind = KIND_STRING, .text = slice_inside(slice) };
	else
		datum_of_slice(datum, slice, arena);
}

void
order_read(const struct order *order, const struct slice *found, struct datum *keys, struct arena *arena)
{
	for (size_t i = 0; i < order->n; i++) {
		const struct key *key = &order->keys[i];

		if (key->type == KEY_ANY)
			read_any(&keys[i], &found[key->slot], arena);
		else if (!read_as(key->type, &keys[i], &found[key->slot], arena))
			keys[i] = (struct datum){ .kind = KIND_NULL, .text = SPAN("null") };
	}
}

int
order_cmp(const struct order *order, const struct datum *a, struct span a_row, const struct datum *b, struct span b_row)
{
	int c = 0;

	for (size_t i = 0; i < order->n && c == 0; i++) {
		c = datum_cmp(&a[i], &b[i]);
		if (!order->keys[i].ascending)
			c = -c;
	}
	if (c == 0)
		c = span_cmp(a_row, b_row);
	return order->reversed ? -c : c;
}
