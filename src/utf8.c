#include "utf8.h"

/* By the first byte. */
static const unsigned char sequence_length[256] = { [0 ... 0x7f] = 1, [0xc2 ... 0xdf] = 2, [0xe0 ... 0xef] = 3,
	[0xf0 ... 0xf4] = 4 };

static int32_t
checked(int32_t cp, size_t length)
{
	static const int32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };

	if (cp < least[length] || (cp >= 0xd800 && cp <= 0xdfff) || cp > 0x10ffff)
		return -1;
	return cp;
}

size_t
utf8_next(const char *p, const char *end, int32_t *cp)
{
	const unsigned char *u = (const unsigned char *)p;
	size_t left = (size_t)(end - p), length = sequence_length[u[0]];
	int32_t c;

	*cp = length == 1 ? u[0] : -1;
	if (length < 2)
		return 1;
	if (length > left)
		return left;
	c = u[0] & (0xff >> (length + 1));
	for (size_t i = 1; i < length; i++) {
		if ((u[i] & 0xc0) != 0x80)
			return i;
		c = c << 6 | (u[i] & 0x3f);
	}
	*cp = checked(c, length);
	return length;
}

/* Without a branch, so that compilers take many bytes at once. */
static bool
is_ascii(const char *p, size_t n)
{
	unsigned char all = 0;

	for (size_t i = 0; i < n; i++)
		all |= (unsigned char)p[i];
	return all < 0x80;
}

bool
utf8_is(const char *p, size_t n)
{
	const char *end = p + n;
	int32_t cp = 0;

	if (is_ascii(p, n))
		return true;
	while (p < end && cp >= 0)
		p += utf8_next(p, end, &cp);
	return cp >= 0;
}

size_t
utf8_put(char *at, uint32_t cp)
{
	size_t length = cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
	static const unsigned char lead[] = { 0, 0, 0xc0, 0xe0, 0xf0 };

	for (size_t i = length - 1; i > 0; i--, cp >>= 6)
		at[i] = (char)(0x80 | (cp & 0x3f));
	at[0] = (char)(lead[length] | cp);
	return length;
}
