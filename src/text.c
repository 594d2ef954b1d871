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

const char *
text_escape(const char *p, const char *end, int32_t *cp)
{
	static const char from[] = "\"\\/bfnrt";
	static const unsigned char to[] = "\"\\/\b\f\n\r\t";
	const char *known;

	if (end - p < 2)
		return NULL;
	if (p[1] == 'u')
		return unicode_escape(p, end, cp);
	if (p[1] == '\0' || (known = strchr(from, p[1])) == NULL)
		return NULL;
	*cp = to[known - from];
	return p + 2;
}

static size_t
unescape(char *to, struct span text)
{
	const char *p = text.p, *end = p + text.n;
	char *start = to;

	while (p < end) {
		const char *escape = memchr(p, '\\', (size_t)(end - p));
		size_t n = (size_t)((escape != NULL ? escape : end) - p);
		int32_t cp;

		memcpy(to, p, n);
		to += n;
		if (escape == NULL || (p = text_escape(escape, end, &cp)) == NULL)
			break;
		to += utf8_put(to, (uint32_t)cp);
	}
	return (size_t)(to - start);
}

char *
text_repair(char *to, struct span json)
{
	const char *p = json.p, *end = p + json.n;

	while (p < end) {
		int32_t cp;
		size_t length = utf8_next(p, end, &cp);

		to += utf8_put(to, cp < 0 ? UTF8_REPLACEMENT : (uint32_t)cp);
		p += length;
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

static char *
put_control(char *to, unsigned char c)
{
	static const char hex[] = "0123456789abcdef", letters[] = "btn\0fr";

	*to++ = '\\';
	if (c >= '\b' && c <= '\r' && c != '\v')
		*to++ = letters[c - '\b'];
	else {
		memcpy(to, "u00", 3);
		to[3] = hex[c >> 4];
		to[4] = hex[c & 15];
		to += 5;
	}
	return to;
}

static inline bool
is_plain(char c)
{
	static const bool odd[256] = { [0 ... 0x1f] = true, ['"'] = true, ['\\'] = true };

	return !odd[(unsigned char)c];
}

char *
text_encode(char *to, struct span text)
{
	const char *p = text.p, *end = p + text.n, *run;

	*to++ = '"';
	for (;;) {
		for (run = p; p < end && is_plain(*p); p++)
			;
		memcpy(to, run, (size_t)(p - run));
		to += p - run;
		if (p == end)
			break;
		if ((unsigned char)*p < 0x20)
			to = put_control(to, (unsigned char)*p);
		else {
			*to++ = '\\';
			*to++ = *p;
		}
		p++;
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

bool
text_has_control(struct span json)
{
	for (size_t i = 0; i < json.n; i++)
		if ((unsigned char)json.p[i] < 0x20 && memchr("\t\n\r", json.p[i], 3) == NULL)
			return true;
	return false;
}
