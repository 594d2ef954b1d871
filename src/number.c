#include "number.h"

/* Value = 0.DIGITS times 10 to the power of point; digits run from p to end, a dot among them is passed over. */
struct decimal {
	bool negative;
	const char *p, *end;
	int64_t point;
};

enum { LONG = 64, EXPONENT_ROOM = 16 };

#define EXPONENT_MAX INT64_C(1000000000)

static inline bool
is_digit(char c)
{
	return (unsigned char)(c - '0') <= 9;
}

static int64_t
bounded(int64_t e)
{
	return e > EXPONENT_MAX ? EXPONENT_MAX : e < -EXPONENT_MAX ? -EXPONENT_MAX : e;
}

static int64_t
exponent(const char *p, const char *end)
{
	bool negative = p < end && *p == '-';
	int64_t e = 0;

	for (p += p < end && !is_digit(*p); p < end; p++)
		if (e < EXPONENT_MAX)
			e = e * 10 + (*p - '0');
	return bounded(negative ? -e : e);
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
	d.point = bounded(d.point - 1) + 1; /* what is written, in front of the dot one digit, must be read as the same */
	return d;
}

/* A long canonical number has its point near its start and its exponent at its end: what is between need not be read. */
static struct decimal
parse_canonical(struct span text)
{
	const char *end = text.p + text.n, *e;
	struct decimal d = { .p = text.p, .end = end };

	if (text.n < LONG)
		return parse(text);
	d.p += d.negative = *d.p == '-';
	d.point = (const char *)memchr(d.p, '.', LONG - 1) - d.p;
	if ((e = memrchr(end - EXPONENT_ROOM, 'e', EXPONENT_ROOM)) != NULL) {
		d.point += exponent(e + 1, end);
		d.end = e;
	}
	for (; *d.p == '0' || *d.p == '.'; d.p++)
		d.point -= *d.p == '0';
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
	struct decimal x = parse_canonical(a), y = parse_canonical(b);
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

static int
wide_cmp(struct wide a, struct wide b)
{
	if (a.high != b.high)
		return a.high < b.high ? -1 : 1;
	return (a.low > b.low) - (a.low < b.low);
}

/* Of a >= 0 and b > 0; *rest is what is left. */
static struct wide
quotient(struct wide a, struct wide b, struct wide *rest)
{
	struct wide q = { 0, 0 };

	*rest = q;
	if (a.high == 0 && b.high == 0) {
		*rest = (struct wide){ a.low % b.low, 0 };
		return (struct wide){ a.low / b.low, 0 };
	}
	for (int i = 0; i < 128; i++) {
		*rest = wide_add(*rest, *rest);
		rest->low |= a.high >> 63;
		a = wide_add(a, a);
		q = wide_add(q, q);
		if (wide_cmp(*rest, b) >= 0) {
			*rest = wide_add(*rest, wide_negate(b));
			q.low |= 1;
		}
	}
	return q;
}

char *
number_put_micro(char *to, struct wide micro)
{
	static const struct wide million = { 1000000, 0 }, part = { UINT64_C(1000000000000000000), 0 };
	char text[NUMBER_MICRO_LENGTH], *end = text + sizeof text, *p = end;
	struct wide fraction, low, high, whole = quotient(wide_is_negative(micro) ? wide_negate(micro) : micro, million, &fraction);
	int places = 6;

	for (; places > 0 && fraction.low % 10 == 0; places--)
		fraction.low /= 10;
	if (places > 0) {
		p = digits_before(p, fraction.low, places);
		*--p = '.';
	}
	high = quotient(whole, part, &low);
	if (high.low > 0)
		p = digits_before(digits_before(p, low.low, 18), high.low, 1);
	else
		p = digits_before(p, low.low, 1);
	if (wide_is_negative(micro))
		*to++ = '-';
	memcpy(to, p, (size_t)(end - p));
	return to + (end - p);
}

struct wide
number_divide(struct wide a, struct wide b)
{
	struct wide rest, q = quotient(wide_is_negative(a) ? wide_negate(a) : a, b, &rest);
	int beyond_half = wide_cmp(wide_add(rest, rest), b);

	if (beyond_half > 0 || (beyond_half == 0 && q.low % 2 == 1))
		q = wide_add(q, wide_of(1));
	return wide_is_negative(a) ? wide_negate(q) : q;
}

bool
number_read_micro(struct span text, struct wide *micro)
{
	bool negative = text.n > 0 && *text.p == '-';
	size_t i = negative, digits = 0, behind = 0;
	bool dot = false;

	for (*micro = wide_of(0); i < text.n; i++) {
		if (text.p[i] == '.' && !dot && digits > 0) {
			dot = true;
			continue;
		}
		if (!is_digit(text.p[i]) || behind == 6 || (!dot && digits == 32))
			return false;
		*micro = wide_add(wide_times(*micro, 10), wide_of(text.p[i] - '0'));
		digits++;
		behind += dot;
	}
	for (; behind < 6; behind++)
		*micro = wide_times(*micro, 10);
	if (negative)
		*micro = wide_negate(*micro);
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
