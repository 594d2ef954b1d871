#include "number.h"

/* Value = 0.DIGITS times 10 to the power of point; digits run from p to end, a dot among them is passed over. */
struct decimal {
	bool negative;
	const char *p, *end;
	int64_t point;
};

#define EXPONENT_MAX INT64_C(1000000000)

static inline bool
is_digit(char c)
{
	return (unsigned char)(c - '0') <= 9;
}

static int64_t
exponent(const char *p, const char *end)
{
	bool negative = p < end && *p == '-';
	int64_t e = 0;

	for (p += p < end && !is_digit(*p); p < end; p++)
		if (e < EXPONENT_MAX)
			e = e * 10 + (*p - '0');
	if (e > EXPONENT_MAX)
		e = EXPONENT_MAX;
	return negative ? -e : e;
}

static struct decimal
parse(struct span text)
{
	const char *p = text.p, *end = p + text.n, *dot = NULL;
	struct decimal d = { .negative = p < end && *p == '-' };

	d.p = p += d.negative;
	for (d.end = p; d.end < end && (is_digit(*d.end) || *d.end == '.'); d.end++)
		if (*d.end == '.')
			dot = d.end;
	if (d.end < end)
		d.point = exponent(d.end + 1, end);
	d.point += (dot != NULL ? dot : d.end) - p;
	for (; d.p < d.end && (*d.p == '0' || *d.p == '.'); d.p++)
		d.point -= *d.p == '0';
	while (d.end > d.p && (d.end[-1] == '0' || d.end[-1] == '.'))
		d.end--;
	if (d.p == d.end)
		d = (struct decimal){ .p = d.p, .end = d.p };
	return d;
}

static inline const char *
next_digit(const char *p)
{
	return *p == '.' ? p + 1 : p;
}

static bool
is_canonical_integer(struct span text)
{
	const char *p = text.p;
	size_t n = text.n;

	if (n > 0 && *p == '-') {
		p++;
		n--;
	}
	if (n == 0 || n > 40 || (*p == '0' && text.n > 1))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!is_digit(p[i]))
			return false;
	return true;
}

static char *
put_digits(char *to, const struct decimal *d, int64_t point)
{
	int64_t at = 0;

	if (point <= 0) {
		memcpy(to, "0.", 2);
		memset(to + 2, '0', (size_t)-point);
		to += 2 - point;
	}
	for (const char *p = d->p; p < d->end; p++) {
		if (*p == '.')
			continue;
		if (at++ == point && point > 0)
			*to++ = '.';
		*to++ = *p;
	}
	for (; at < point; at++)
		*to++ = '0';
	return to;
}

static char *
put_exponent(char *to, int64_t e)
{
	char reversed[24];
	int n = 0;

	*to++ = 'e';
	if (e < 0) {
		*to++ = '-';
		e = -e;
	}
	do
		reversed[n++] = (char)('0' + e % 10);
	while ((e /= 10) > 0);
	while (n > 0)
		*to++ = reversed[--n];
	return to;
}

struct span
number_canonical(char *to, struct span text)
{
	struct decimal d;
	char *start = to;

	if (is_canonical_integer(text))
		return text;
	d = parse(text);
	if (d.p == d.end)
		return SPAN("0");
	if (d.negative)
		*to++ = '-';
	if (d.point > -7 && d.point <= 40)
		to = put_digits(to, &d, d.point);
	else
		to = put_exponent(put_digits(to, &d, 1), d.point - 1);
	return (struct span){ start, (size_t)(to - start) };
}

static int
magnitude_cmp(const struct decimal *a, const struct decimal *b)
{
	const char *p = a->p, *q = b->p;

	if (a->point != b->point)
		return a->point < b->point ? -1 : 1;
	for (; p < a->end && q < b->end; p++, q++) {
		p = next_digit(p);
		q = next_digit(q);
		if (*p != *q)
			return *p < *q ? -1 : 1;
	}
	return (p < a->end) - (q < b->end);
}

static int
sign(const struct decimal *d)
{
	return d->p == d->end ? 0 : d->negative ? -1 : 1;
}

int
number_cmp(struct span a, struct span b)
{
	struct decimal x = parse(a), y = parse(b);
	int s = sign(&x), t = sign(&y);

	if (s != t || s == 0)
		return (s > t) - (s < t);
	return s * magnitude_cmp(&x, &y);
}

bool
number_micro(struct span text, int64_t *micro)
{
	struct decimal d = parse(text);
	int64_t places = d.point + 6;
	uint64_t value = 0;
	const char *p = d.p;
	bool half, more;

	if (d.p == d.end || places < 0) {
		*micro = 0;
		return true;
	}
	if (d.point > 13)
		return false;
	for (int64_t i = 0; i < places; i++) {
		p = p < d.end ? next_digit(p) : p;
		value = value * 10 + (p < d.end ? (uint64_t)(*p++ - '0') : 0);
	}
	p = p < d.end ? next_digit(p) : p;
	half = p < d.end && *p >= '5';
	more = p < d.end && (*p > '5' || p + 1 < d.end);
	value += half && (more || value % 2 == 1);
	if (value > UINT64_C(9200000000000000000))
		return false;
	*micro = d.negative ? -(int64_t)value : (int64_t)value;
	return true;
}

/* The digits of n, backwards from end; returns the first. */
static char *
digits_before(char *end, uint64_t n, int least)
{
	for (; n > 0 || least > 0; n /= 10, least--)
		*--end = (char)('0' + n % 10);
	return end;
}

char *
number_put_micro(char *to, __int128 micro)
{
	static const uint64_t part = UINT64_C(1000000000000000000);
	char text[NUMBER_MICRO_LENGTH], *end = text + sizeof text, *p = end;
	unsigned __int128 rest = micro < 0 ? -(unsigned __int128)micro : (unsigned __int128)micro;
	uint64_t fraction = (uint64_t)(rest % 1000000);
	int places = 6;

	rest /= 1000000;
	for (; places > 0 && fraction % 10 == 0; places--)
		fraction /= 10;
	if (places > 0) {
		p = digits_before(p, fraction, places);
		*--p = '.';
	}
	if (rest >= part)
		p = digits_before(p, (uint64_t)(rest % part), 18);
	p = digits_before(p, (uint64_t)(rest >= part ? rest / part : rest), 1);
	if (micro < 0)
		*to++ = '-';
	memcpy(to, p, (size_t)(end - p));
	return to + (end - p);
}

__int128
number_divide(__int128 a, __int128 b)
{
	bool negative = a < 0;
	__int128 q, rest;

	if (negative)
		a = -a;
	q = a / b;
	rest = a % b;
	if (rest > b - rest || (rest == b - rest && q % 2 == 1))
		q++;
	return negative ? -q : q;
}

bool
number_read_micro(struct span text, __int128 *micro)
{
	bool negative = text.n > 0 && *text.p == '-';
	size_t i = negative, digits = 0, behind = 0;
	bool dot = false;

	for (*micro = 0; i < text.n; i++) {
		if (text.p[i] == '.' && !dot && digits > 0) {
			dot = true;
			continue;
		}
		if (!is_digit(text.p[i]) || behind == 6 || (!dot && digits == 25))
			return false;
		*micro = *micro * 10 + (text.p[i] - '0');
		digits++;
		behind += dot;
	}
	for (; behind < 6; behind++)
		*micro *= 10;
	if (negative)
		*micro = -*micro;
	return digits > 0;
}

bool
number_whole(struct span text, uint64_t *n)
{
	*n = 0;
	for (size_t i = 0; i < text.n; i++)
		if (!is_digit(text.p[i]) || __builtin_mul_overflow(*n, 10, n) ||
		    __builtin_add_overflow(*n, (uint64_t)(text.p[i] - '0'), n))
			return false;
	return text.n > 0;
}
