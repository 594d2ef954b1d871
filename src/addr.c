#include "addr.h"

#include <arpa/inet.h>

/* Four numbers of one to three digits, none above 255 and none with a zero in front, as inet_pton takes them. */
static bool
parse_ipv4(struct span text, struct addr *addr)
{
	const char *p = text.p, *end = p + text.n;

	*addr = (struct addr){ .length = 4 };
	for (int i = 0; i < 4; i++) {
		unsigned value = 0;
		const char *start = p;

		for (; p < end && (unsigned char)(*p - '0') <= 9 && p - start < 3; p++)
			value = value * 10 + (unsigned)(*p - '0');
		if (p == start || value > 255 || (*start == '0' && p - start > 1))
			return false;
		addr->bytes[i] = (unsigned char)value;
		if (i < 3 && (p == end || *p++ != '.'))
			return false;
	}
	return p == end;
}

bool
addr_parse(struct span text, struct addr *addr)
{
	char copy[INET6_ADDRSTRLEN];

	if (memchr(text.p, ':', text.n) == NULL)
		return parse_ipv4(text, addr);
	if (text.n >= sizeof copy || memchr(text.p, '\0', text.n) != NULL)
		return false;
	memcpy(copy, text.p, text.n);
	copy[text.n] = '\0';
	*addr = (struct addr){ .length = 16 };
	return inet_pton(AF_INET6, copy, addr->bytes) == 1;
}

int
addr_cmp(const struct addr *a, const struct addr *b)
{
	if (a->length != b->length)
		return a->length < b->length ? -1 : 1;
	return memcmp(a->bytes, b->bytes, a->length);
}

bool
prefix_parse(struct span text, struct prefix *prefix)
{
	const char *slash = memchr(text.p, '/', text.n);
	struct span ip = { text.p, slash != NULL ? (size_t)(slash - text.p) : text.n };

	if (!addr_parse(ip, &prefix->addr))
		return false;
	prefix->bits = prefix->addr.length * 8u;
	if (slash == NULL)
		return true;
	if (++slash == text.p + text.n || text.p + text.n - slash > 3)
		return false;
	for (prefix->bits = 0; slash < text.p + text.n; slash++) {
		if (*slash < '0' || *slash > '9')
			return false;
		prefix->bits = prefix->bits * 10 + (unsigned)(*slash - '0');
	}
	return prefix->bits <= prefix->addr.length * 8u;
}

bool
prefix_has(const struct prefix *prefix, const struct addr *addr)
{
	unsigned whole = prefix->bits / 8, rest = prefix->bits % 8;
	const unsigned char *a = prefix->addr.bytes, *b = addr->bytes;

	if (prefix->addr.length != addr->length || memcmp(a, b, whole) != 0)
		return false;
	return rest == 0 || ((a[whole] ^ b[whole]) & (0xff00 >> rest) & 0xff) == 0;
}
