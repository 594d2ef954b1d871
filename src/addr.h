/* IP addresses and prefixes: text <-> bytes in network order; every IPv4 address sorts before every IPv6 one. */
#ifndef ADDR_H
#define ADDR_H

#include "span.h"

struct addr {
	unsigned char length; /* 4 or 16 */
	unsigned char bytes[16];
};

struct prefix {
	struct addr addr;
	unsigned bits;
};

/* A plain address, nothing around it. */
bool addr_parse(struct span text, struct addr *addr);
int addr_cmp(const struct addr *a, const struct addr *b);

/* IP or IP/LEN. */
bool prefix_parse(struct span text, struct prefix *prefix);
bool prefix_has(const struct prefix *prefix, const struct addr *addr);

#endif
