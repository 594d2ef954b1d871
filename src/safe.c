#include "safe.h"

#include <string.h>

#include "utf8.h"

/* C0 but LF and TAB, DEL, C1, and what turns the direction of writing: they move a cursor, or deceive. */
static bool
is_control(int32_t cp)
{
	if (cp < 0x20)
		return cp != '\n' && cp != '\t';
	return (cp >= 0x7f && cp <= 0x9f) || cp == 0x61c || cp == 0x200e || cp == 0x200f ||
	    (cp >= 0x2028 && cp <= 0x202e) || (cp >= 0x2066 && cp <= 0x2069);
}

static size_t
put_escape(char *to, int32_t cp)
{
	static const char hex[] = "0123456789abcdef";

	memcpy(to, "\\u", 2);
	for (int i = 0; i < 4; i++)
		to[2 + i] = hex[cp >> (12 - 4 * i) & 15];
	return 6;
}

size_t
safe_copy(char *to, const char *p, size_t n)
{
	const char *end = p + n;
	char *start = to;

	while (p < end) {
		int32_t cp;
		size_t length = utf8_next(p, end, &cp);

		if (cp < 0)
			to += utf8_put(to, UTF8_REPLACEMENT);
		else if (is_control(cp))
			to += put_escape(to, cp);
		else {
			memcpy(to, p, length);
			to += length;
		}
		p += length;
	}
	return (size_t)(to - start);
}
