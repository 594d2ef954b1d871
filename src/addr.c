#include "addr.h"

#include <arpa/inet.h>

bool
addr_parse(struct span text, struct addr *addr)
{
	char copy[INET6_ADDRSTRLEN];
	int family;

	if (text.n >= sizeof copy || memchr(text.p, '\0', text.n) != NULL)
		return false;
	memcpy(copy, text.p, text.n);
	copy[text.n] = '\0';
	family = memchr(copy, ':', text.n) != NULL ? AF_INET6 : AF_INET;
	*addr = (struct addr){ .length = family == AF_INET ? 4 : 16 };
	return inet_pton(family, copy, addr->bytes) == 1;
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
