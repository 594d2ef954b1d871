/*
 * Two things are looked for at once: `dhcp`, and `\u00`, since dhcp can only hide behind such an escape.
 *
 * First a coarse sieve, 128 bytes at a time: is any two bytes at an even distance from its start `dh` or `\u`? Or, for
 * what begins at an odd distance, `hc` or `u0`? All four are rare in logs. Only where one is, an exact look goes by the
 * second and fourth byte.
 */
#include "find.h"

#include <stdbool.h>
#include <string.h>

#if defined(__x86_64__) && !defined(LANES_PLAIN)
#include <immintrin.h>
#endif

#include "lanes.h"

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Of a member name only these bytes need no further look. */
static bool
is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '@' ||
	    c == '-';
}

/* Step back over a quote at any depth of escaping (" \" \\\" \u0022); NULL if there is none. */
static const char *
back_over_quote(const char *lo, const char *p)
{
	if (p - lo >= 6 && memcmp(p - 5, "u0022", 5) == 0)
		p -= 5;
	else if (p > lo && p[-1] == '"')
		p--;
	else
		return NULL;
	while (p > lo && p[-1] == '\\')
		p--;
	return p;
}

static const char *
over_quote(const char *p, const char *end)
{
	while (p < end && *p == '\\')
		p++;
	if (p < end && *p == '"')
		return p + 1;
	return end - p >= 5 && memcmp(p, "u0022", 5) == 0 ? p + 5 : NULL;
}

/* The name that ends at p (behind its quote) may be event_type: it is, or it is spelt in a way not judged here. */
static bool
may_be_event_type(const char *lo, const char *p)
{
	const char *start;

	if ((p = back_over_quote(lo, p)) == NULL)
		return true;
	for (start = p; start > lo && is_name(start[-1]); start--)
		;
	if (start == lo || start[-1] != '"')
		return true;
	return p - start == 10 && memcmp(start, "event_type", 10) == 0;
}

/* dhcp stands at at: it counts if it is a whole string, no member's name, and the value of what may be event_type. */
static bool
may_be_value(const char *lo, const char *at, const char *end)
{
	const char *after = over_quote(at + 4, end), *p = back_over_quote(lo, at);

	if (after == NULL || p == NULL)
		return false;
	while (after < end && is_blank(*after))
		after++;
	if (after < end && *after == ':')
		return false;
	while (p > lo && is_blank(p[-1]))
		p--;
	if (p == lo)
		return true;
	if (p[-1] != ':')
		return p[-1] != ',' && p[-1] != '[' && p[-1] != '{';
	for (p--; p > lo && is_blank(p[-1]); p--)
		;
	return may_be_event_type(lo, p);
}

/* An escape that stands for a letter, a digit or a backslash: nobody writes these, but a reader must take them. */
static bool
may_hide(const char *at, const char *end)
{
	if (end - at < 6)
		return false;
	return (at[4] >= '4' && at[4] <= '7') || (at[4] == '3' && at[5] <= '9');
}

static bool
judge(const char *lo, const char *at, const char *end)
{
	if (end - at < 4)
		return false;
	if (memcmp(at, "dhcp", 4) == 0)
		return may_be_value(lo, at, end);
	return memcmp(at, "\\u00", 4) == 0 && may_hide(at, end);
}

static inline lanes
pairs(const char *p)
{
	lanes second = lanes_load(p + 1), fourth = lanes_load(p + 3);

	return (lanes)(((second == 'h') & (fourth == 'p')) | ((second == 'u') & (fourth == '0')));
}

static const char *
judge_lanes(const char *lo, const char *p, const char *end, lanes found)
{
	for (uint64_t bits = lanes_bits(found); bits != 0; bits = lanes_drop_first(bits))
		if (judge(lo, p + lanes_first(bits), end))
			return p + lanes_first(bits);
	return NULL;
}

/* The exact look at n bytes from p on. */
static __attribute__((noinline)) const char *
look(const char *lo, const char *p, size_t n, const char *end)
{
	for (const char *stop = p + n; p < stop && p < end; p += LANES) {
		const char *hit = judge_lanes(lo, p, end, pairs(p));

		if (hit != NULL)
			return hit;
	}
	return NULL;
}

enum { WIDE = 32, SIEVE = 4 * WIDE };

typedef short words __attribute__((vector_size(WIDE)));
typedef uint64_t quads __attribute__((vector_size(WIDE)));

static inline short
word(const char *two)
{
	short w;

	memcpy(&w, two, sizeof w);
	return w;
}

/* Lanes that are not zero where two bytes at an even distance may begin a hit, or end its first half. */
/* NOLINTBEGIN(bugprone-macro-parentheses): v is declared here */
#define SIEVE_AT(v, at) \
	words v; \
	memcpy(&v, at, sizeof v); \
	v = ((v == word("dh")) | (v == word("hc"))) | ((v == word("\\u")) | (v == word("u0")))
/* NOLINTEND(bugprone-macro-parentheses) */

/*
 * Defines a function that gives where the first 32 bytes begin that the sieve keeps; end or beyond if none do. It is
 * built twice where there are wider vectors than the machine is sure to have; is_any is all that differs.
 */
#define DEFINE_COARSE(name, is_any) \
	static const char * \
	name(const char *p, const char *end) \
	{ \
		for (; p < end; p += SIEVE) { \
			SIEVE_AT(a, p); \
			SIEVE_AT(b, p + WIDE); \
			SIEVE_AT(c, p + 2 * WIDE); \
			SIEVE_AT(d, p + 3 * WIDE); \
\
			if (is_any((a | b) | (c | d))) \
				return is_any(a) ? p : is_any(b) ? p + WIDE : is_any(c) ? p + 2 * WIDE : p + 3 * WIDE; \
		} \
		return p; \
	}

#define IS_ANY(v) ((((quads)(v))[0] | ((quads)(v))[1] | ((quads)(v))[2] | ((quads)(v))[3]) != 0)
DEFINE_COARSE(coarse_everywhere, IS_ANY)

#if defined(__x86_64__) && !defined(LANES_PLAIN)
#define IS_ANY_AVX2(v) (!_mm256_testz_si256((__m256i)(v), (__m256i)(v)))
__attribute__((target("avx2"))) DEFINE_COARSE(coarse_avx2, IS_ANY_AVX2)

static const char *
coarse(const char *p, const char *end)
{
	return __builtin_cpu_supports("avx2") ? coarse_avx2(p, end) : coarse_everywhere(p, end);
}
#else
#define coarse coarse_everywhere
#endif

const char *
find_dhcp(const char *p, const char *end)
{
	const char *lo = p;

	while ((p = coarse(p, end)) < end) {
		const char *from = p > lo ? p - 1 : p, *hit = look(lo, from, WIDE + 1, end);

		if (hit != NULL)
			return hit;
		p += WIDE;
	}
	return NULL;
}
