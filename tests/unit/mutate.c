#include "mutate.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* splitmix64 (Steele, Lea and Flood, 2014) */
uint32_t
mutate_random(struct mutant *m, uint32_t n)
{
	uint64_t z = m->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return (uint32_t)((z ^ z >> 31) >> 32) % n;
}

/* Replace cut bytes at at; what does not fit is left as it was. */
static void
replace(struct mutant *m, size_t at, size_t cut, const char *text, size_t n)
{
	if (m->n - cut + n > MUTANT_MAX)
		return;
	memmove(m->text + at + n, m->text + at + cut, m->n - at - cut);
	memcpy(m->text + at, text, n);
	m->n = m->n - cut + n;
	for (size_t i = at; i < at + n; i++)
		if (m->text[i] == '\n')
			m->text[i] = ' ';
}

void
mutate_set(struct mutant *m, const char *text, size_t n)
{
	m->n = 0;
	replace(m, 0, 0, text, n);
}

static size_t
place(struct mutant *m)
{
	return mutate_random(m, (uint32_t)m->n + 1);
}

/* Some place behind a random one where one of these bytes stands; the end if there is none. */
static size_t
find(struct mutant *m, const char *bytes)
{
	size_t at = place(m);

	while (at < m->n && (m->text[at] == '\0' || strchr(bytes, m->text[at]) == NULL))
		at++;
	return at;
}

static void
flip(struct mutant *m)
{
	size_t at = place(m);
	char byte = (char)mutate_random(m, 256);

	if (at < m->n)
		replace(m, at, 1, &byte, 1);
}

static void
insert(struct mutant *m)
{
	static const char *const odd[] = { "\t", "\r", "\x1e", "\x1f", "\x01", "\x7f", "\xff", "\xc3\xa9", "\xe2\x82", "\xf0\x9f\x98\x80",
		"\xed\xa0\x80", "\xef\xbb\xbf", "\xf0", "\xc0\xaf", "\xe0\x80\xaf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80",
		"\xf8\x88\x80\x80\x80", "\"", "\\", "{", "}", "[", "]", ",", ":" };
	const char *text = odd[mutate_random(m, sizeof odd / sizeof *odd)];

	if (mutate_random(m, 10) == 0)
		replace(m, place(m), 0, "", 1); /* NUL */
	else
		replace(m, place(m), 0, text, strlen(text));
}

/* A byte in another spelling: \u00XX, with digits of both cases, perhaps with another \ before it; also one of such an escape. */
static void
escape(struct mutant *m)
{
	static const char *const what[] = { "dhcp", "evntyp_", "\"\\:, ", "\\", "0123456789abcdefghijklmnopqrstuvwxyz" };
	uint32_t i = mutate_random(m, sizeof what / sizeof *what);
	size_t at = find(m, what[i]);
	char text[16];

	if (*what[i] == '\\')
		at += mutate_random(m, 6);

	if (at < m->n) {
		uint32_t form = mutate_random(m, 4);
		int n = snprintf(text, sizeof text, form == 1 ? "\\u%04X" : form == 3 ? "\\\\u%04x" : "\\u%04x",
		    (unsigned char)m->text[at]);

		replace(m, at, 1, text, (size_t)n);
	}
}

static void
unescape(struct mutant *m)
{
	size_t at = find(m, "\\");

	if (at < m->n)
		replace(m, at, 1, "", 0);
}

/* What stands between two commas, once more somewhere else. */
static void
duplicate(struct mutant *m)
{
	char piece[512];
	size_t from = find(m, ",{"), to = from + 1, n;

	while (to < m->n && m->text[to] != ',' && m->text[to] != '}')
		to++;
	n = to - from;
	if (to >= m->n || n >= sizeof piece)
		return;
	memcpy(piece, m->text + from, n);
	piece[0] = ',';
	replace(m, find(m, ",}"), 0, piece, n);
}

static void
number(struct mutant *m)
{
	static const char *const odd[] = { "007", "1e5", "1E+05", "-0", "0.10", "-", "1.", ".5", "+1", "1e", "NaN", "nan", "-Infinity",
		"9007199254740993", "18446744073709551616", "1e400", "0x1f", "1 2", "true", "null", "nul", "\"7\"", "{}", "[]", "[1,{\"a\":2}]" };
	size_t at = find(m, "0123456789"), end = at;
	const char *text = odd[mutate_random(m, sizeof odd / sizeof *odd)];

	while (end < m->n && m->text[end] >= '0' && m->text[end] <= '9')
		end++;
	replace(m, at, end - at, text, strlen(text));
}

static void
blank(struct mutant *m)
{
	static const char *const blanks[] = { " ", "  ", "\t", "\r", " \t\r " };
	const char *text = blanks[mutate_random(m, 5)];

	replace(m, find(m, "{}[],:\""), 0, text, strlen(text));
}

static void
member(struct mutant *m)
{
	static const char *const members[] = { ",\"event_type\":\"dhcp\"", ",\"event_type\":\"dns\"", ",\"event_type\":null",
		",\"event_type\":[\"dhcp\"]", ",\"event\\u005ftype\":\"\\u0064hc\\u0070\"", ",\"dhcp\":{\"hostname\":\"second\"}", ",\"dhcp\":{}",
		",\"dhcp\":null", ",\"dhcp\":5", ",\"hostname\":\"later\"", ",\"hostname\":null", ",\"\\u0068ostname\":\"h\"", ",\"src_ip\":null",
		",\"payload\":null", ",\"payload\":{}", ",\"message\":\"{\\\"event_type\\\":\\\"dhcp\\\"}\"", ",\"x\":\"\\ud83d\\ude00\"", ",\"hostname\":\"\\ude00\\ude01\"", ",\"hostname\":\"\\ud83d\\ud83d\\ude00\"",
		",\"x\":\"\\ud83d\"", ",\"hostname\":\"\\ude00\"", ",\"hostname\":\"a\\/b\\b\\f\\n\\r\\t\\u0000\"", ",\"x\":\"\\x41\"",
		",\"event\":{\"original\":\"{}\"}", ",\"suricata\":{\"eve\":{\"event_type\":\"dhcp\"}}", ",\"\":{\"\":1}", "}" };
	const char *text = members[mutate_random(m, sizeof members / sizeof *members)];
	size_t at = find(m, ",}");

	if (mutate_random(m, 4) == 0) { /* at the front of an object */
		char front[128];
		size_t n = (size_t)snprintf(front, sizeof front, "{%s,", text + 1);

		at = find(m, "{");
		replace(m, at, at < m->n, front, n);
	} else
		replace(m, at, 0, text, strlen(text));
}

static void
splice(struct mutant *m, const char *other, size_t n)
{
	size_t at = place(m), from = n > 0 ? mutate_random(m, (uint32_t)n) : 0;

	replace(m, at, m->n - at, other + from, n - from);
}

void
mutate_once(struct mutant *m, const char *other, size_t n)
{
	static void (*const changes[])(struct mutant *) = { flip, insert, escape, escape, unescape, duplicate, number, blank, blank, member,
		member };
	uint32_t kind = mutate_random(m, sizeof changes / sizeof *changes + 2);

	if (kind < sizeof changes / sizeof *changes)
		changes[kind](m);
	else if (kind == sizeof changes / sizeof *changes)
		splice(m, other, n);
	else
		m->n = place(m);
}

/* As kcat -J writes a payload: only the quote, the backslash and controls are escaped. With hard quotes: \u0022. */
static void
quote(struct mutant *m, bool hard)
{
	for (size_t i = 0; i < m->n; i++) {
		unsigned char c = (unsigned char)m->text[i];
		char text[8];
		int n = 0;

		if (c < ' ' || (hard && c == '"'))
			n = snprintf(text, sizeof text, "\\u%04X", c);
		else if (c == '"' || c == '\\')
			n = snprintf(text, sizeof text, "\\%c", c);
		if (n == 0)
			continue;
		replace(m, i, 1, text, (size_t)n);
		i += (size_t)n - 1;
	}
}

void
mutate_wrap(struct mutant *m)
{
	static const struct {
		const char *before, *after;
		char how;
	} forms[] = {
		{ "{\"topic\":\"t\",\"partition\":0,\"offset\":7,\"tstype\":\"create\",\"ts\":1556550192788,\"broker\":1,\"key\":null,\"payload\":\"",
		    "\"}", 'q' },
		{ "{\"payload\":\"", "\",\"topic\":\"t\",\"partition\":3,\"offset\":1.0}", 'h' },
		{ "{\"schema\":null,\"payload\":", "}", 'o' },
		{ "{\"@timestamp\":\"2019-04-30T05:03:11.123Z\",\"message\":\"", "\",\"host\":{\"name\":\"s\"}}", 'q' },
		{ "{\"file\": \"/x\", \"message\": \"", "\", \"timestamp\": \"2019-04-30T05:03:11.123456789Z\"}", 'q' },
		{ "{\"event\":{\"original\":\"", "\"},\"suricata\":{\"eve\":{}}}", 'q' },
		{ "{\"suricata\":{\"eve\":", "},\"source\":{\"address\":\"10.0.0.9\"},\"destination\":{\"ip\":\"10.0.0.8\"}}", 'o' },
		{ "@cee: ", "", 'o' },
		{ "x {a=1}: ", "", 'o' },
		{ "2019-04-30T05:03:11.123Z host ", "\r", 'o' },
		{ "\xef\xbb\xbf ", "", 'o' },
		{ "a\x7f ", "", 'o' },
		{ "h\xc3\xa9: ", "", 'o' },
		{ "a\tb:", " ", 'o' },
	};
	uint32_t i = mutate_random(m, sizeof forms / sizeof *forms);

	if (m->n > MUTANT_MAX / 8)
		return;
	if (forms[i].how != 'o')
		quote(m, forms[i].how == 'h');
	replace(m, 0, 0, forms[i].before, strlen(forms[i].before));
	replace(m, m->n, 0, forms[i].after, strlen(forms[i].after));
}
