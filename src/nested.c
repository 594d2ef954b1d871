#include "nested.h"

#include "jqexpr.h"
#include "number.h"
#include "scan.h"
#include "text.h"

enum { ROOM = 1 << 16, SLACK = 64 };

static bool odd; /* nested so deep that the scanner does not go on */

static int any_cmp(const char **a, const char **b);

static int
elements_cmp(const char **a, const char **b)
{
	for (++*a, ++*b; **a != ']' && **b != ']'; *a += **a == ',', *b += **b == ',') {
		int c = any_cmp(a, b);

		if (c != 0 || odd)
			return c;
	}
	return (*(*a)++ != ']') - (*(*b)++ != ']');
}

static int
strings_cmp(const struct slice *a, const struct slice *b)
{
	static char rooms[2][ROOM];

	return span_cmp(text_decode(rooms[0], a), text_decode(rooms[1], b));
}

/* Since version 1.7 libjq leaves them as they were spelt. */
static int
numbers_cmp(const struct slice *a, const struct slice *b)
{
	static char rooms[2][ROOM + NUMBER_EXTRA];

	return number_cmp(number_canonical(rooms[0], slice_span(a)), number_canonical(rooms[1], slice_span(b)));
}

/* What it is, as far as it can be told without reading it. */
static enum kind
kind_at(const char *p)
{
	static const struct {
		char first;
		enum kind kind;
	} kinds[] = { { '[', KIND_ARRAY }, { '{', KIND_OBJECT }, { '"', KIND_STRING }, { 't', KIND_TRUE }, { 'f', KIND_FALSE },
		{ 'n', KIND_NULL } };

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (*p == kinds[i].first)
			return kinds[i].kind;
	return KIND_NUMBER;
}

/* Of the values that begin there; if they are equal, *a and *b are behind them. */
static int
any_cmp(const char **a, const char **b)
{
	enum kind kind = kind_at(*a), other = kind_at(*b);
	struct slice x, y;

	if (kind != other)
		return kind < other ? -1 : 1;
	if (kind == KIND_ARRAY)
		return elements_cmp(a, b);
	odd = !scan_value(a, &x) || !scan_value(b, &y);
	if (odd)
		return 0;
	if (kind == KIND_STRING)
		return strings_cmp(&x, &y);
	if (kind == KIND_NUMBER)
		return numbers_cmp(&x, &y);
	return kind != KIND_OBJECT || span_eq(slice_span(&x), slice_span(&y)) ? 0 : jq_cmp(slice_span(&x), slice_span(&y));
}

/* With the room behind it that the scanner needs. */
static void
copy(char *room, struct span text)
{
	memcpy(room, text.p, text.n);
	memset(room + text.n, '\n', SLACK);
}

int
nested_cmp(struct span a, struct span b)
{
	static char rooms[2][ROOM + SLACK];
	const char *p = rooms[0], *q = rooms[1];
	int c = 0;

	odd = a.n > ROOM || b.n > ROOM;
	if (!odd) {
		copy(rooms[0], a);
		copy(rooms[1], b);
		c = any_cmp(&p, &q);
	}
	return odd ? jq_cmp(a, b) : c;
}
