#include "text.h"

#include "utf8.h"

/* Four hex digits; -1 if they are none. */
static int32_t
hex4(const char *p)
{
	int32_t value = 0;

	for (int i = 0; i < 4; i++) {
		char c = p[i], low = c | 0x20;

		if (c >= '0' && c <= '9')
			value = value << 4 | (c - '0');
		else if (low >= 'a' && low <= 'f')
			value = value << 4 | (low - 'a' + 10);
		else
			return -1;
	}
	return value;
}

static const char *
unicode_escape(const char *p, const char *end, int32_t *cp)
{
	int32_t low;

	if (end - p < 6 || (*cp = hex4(p + 2)) < 0)
		return NULL;
	if (*cp < 0xd800 || *cp > 0xdfff)
		return p + 6;
	if (*cp > 0xdbff || end - p < 12 || p[6] != '\\' || p[7] != 'u' || (low = hex4(p + 8)) < 0xdc00 || low > 0xdfff)
		return NULL;
	*cp = 0x10000 + ((*cp - 0xd800) << 10) + (low - 0xdc00);
	return p + 12;
}

/* What a byte behind a backslash stands for. */
static const unsigned char meant[256] = { ['"'] = '"', ['\\'] = '\\', ['/'] = '/', ['b'] = '\b', ['f'] = '\f', ['n'] = '\n',
	['r'] = '\r', ['t'] = '\t' };

const char *
text_escape(const char *p, const char *end, int32_t *cp)
{
	if (end - p < 2)
		return NULL;
	if ((*cp = meant[(unsigned char)p[1]]) != 0)
		return p + 2;
	return p[1] == 'u' ? unicode_escape(p, end, cp) : NULL;
}

static inline char *
put(char *to, int32_t cp)
{
	if (cp >= 0x80)
		return to + utf8_put(to, (uint32_t)cp);
	*to++ = (char)cp;
	return to;
}

static size_t
unescape(char *to, struct span text)
{
	const char *p = text.p, *end = p + text.n;
	char *start = to;

	while (p < end) {
		const char *escape;
		int32_t cp;

		if (*p == '\\' && end - p >= 2 && meant[(unsigned char)p[1]] != 0) {
			*to++ = (char)meant[(unsigned char)p[1]];
			p += 2;
			continue;
		}
		if (*p == '\\') {
			if ((p = text_escape(p, end, &cp)) == NULL)
				break;
			to = put(to, cp);
			continue;
		}
		if ((escape = memchr(p, '\\', (size_t)(end - p))) == NULL)
			escape = end;
		to = (char *)memcpy(to, p, (size_t)(escape - p)) + (escape - p);
		p = escape;
	}
	return (size_t)(to - start);
}

char *
text_repair(char *to, struct span json)
{
	const char *p = json.p, *end = p + json.n;

	while (p < end) {
		int32_t cp;

		p += utf8_next(p, end, &cp);
		if (cp < 0)
			to = (char *)memcpy(to, "\xef\xbf\xbd", 3) + 3;
		else
			to = put(to, cp);
	}
	return to;
}

struct span
text_decode(char *to, const struct slice *string)
{
	struct span inside = slice_inside(string), raw;

	if (!string->escaped && !string->broken)
		return inside;
	if (!string->broken)
		return (struct span){ to, unescape(to, inside) };
	/* Repair looks at the decoded bytes, as libjq does; they stand behind the room that the repaired ones may need. */
	raw = (struct span){ to + 3 * inside.n, unescape(to + 3 * inside.n, inside) };
	return (struct span){ to, (size_t)(text_repair(to, raw) - to) };
}

/* How a byte is written behind a backslash; u: by its number. */
static const char escaped[256] = { [0 ... 7] = 'u', [11] = 'u', [14 ... 31] = 'u', ['"'] = '"', ['\\'] = '\\', ['\b'] = 'b',
	['\f'] = 'f', ['\n'] = 'n', ['\r'] = 'r', ['\t'] = 't' };

static char *
put_number(char *to, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";

	memcpy(to, "00", 2);
	to[2] = hex[c >> 4];
	to[3] = hex[c & 15];
	return to + 4;
}

char *
text_encode(char *to, struct span text)
{
	const char *p = text.p, *end = p + text.n, *run;

	*to++ = '"';
	while (p < end) {
		char letter = escaped[(unsigned char)*p];

		if (letter != 0) {
			*to++ = '\\';
			*to++ = letter;
			if (letter == 'u')
				to = put_number(to, (unsigned char)*p);
			p++;
			continue;
		}
		for (run = p; p < end && escaped[(unsigned char)*p] == 0; p++)
			;
		to = (char *)memcpy(to, run, (size_t)(p - run)) + (p - run);
	}
	*to++ = '"';
	return to;
}

bool
text_is(const struct slice *string, struct span bytes)
{
	char plain[TEXT_DECODE_ROOM * 256];

	if (string->kind != KIND_STRING || string->n > 256)
		return false;
	return span_eq(text_decode(plain, string), bytes);
}
