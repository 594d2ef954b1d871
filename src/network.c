#include "network.h"

#include <arpa/inet.h>
#include <stdio.h>

#include "addr.h"
#include "diag.h"
#include "text.h"

enum { ADDR_MAX = INET6_ADDRSTRLEN, BITS_MAX = 128 };

int
network_split(const char *option, struct span *item)
{
	const char *slash = memrchr(item->p, '/', item->n), *p;
	int bits = 0;

	if (slash == NULL || slash + 1 == item->p + item->n)
		return NETWORK_NONE;
	for (p = slash + 1; p < item->p + item->n; p++) {
		if (*p < '0' || *p > '9')
			return NETWORK_NONE;
		if (bits <= BITS_MAX)
			bits = bits * 10 + (*p - '0');
	}
	if (bits > BITS_MAX)
		die("%s: %.*s: more bits than an address has", option, (int)item->n, item->p);
	item->n = (size_t)(slash - item->p);
	return bits;
}

static bool
address_of(const struct slice *slice, struct addr *addr)
{
	char plain[TEXT_DECODE_ROOM * (ADDR_MAX * 6)];

	return slice->kind == KIND_STRING && slice->n <= ADDR_MAX * 6 && addr_parse(text_decode(plain, slice), addr);
}

/* Only its first bits. */
static void
mask(struct addr *addr, int bits)
{
	for (int i = 0; i < addr->length; i++, bits -= 8)
		addr->bytes[i] &= (unsigned char)(bits >= 8 ? 0xff : bits <= 0 ? 0 : 0xff00 >> bits);
}

struct slice
network_of(const struct slice *slice, int bits, struct arena *arena)
{
	char text[ADDR_MAX], *quoted;
	struct addr addr;
	int n;

	if (!address_of(slice, &addr))
		return (struct slice){ .p = "null", .n = 4, .kind = KIND_NULL };
	if (bits > addr.length * 8)
		bits = addr.length * 8;
	mask(&addr, bits);
	inet_ntop(addr.length == 4 ? AF_INET : AF_INET6, addr.bytes, text, sizeof text);
	quoted = arena_alloc(arena, ADDR_MAX + sizeof "\"/128\"");
	n = sprintf(quoted, "\"%s/%d\"", text, bits);
	return (struct slice){ .p = quoted, .n = (uint32_t)n, .kind = KIND_STRING };
}
