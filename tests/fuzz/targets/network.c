/* ADDRESS/LEN, a line each: the network has the address, is its own network, and is that of any other way to spell it. */
#include "network.h"

#include <arpa/inet.h>

#include "addr.h"
#include "fuzz.h"

static struct slice
quoted(struct span text)
{
	char *copy = fuzz_alloc(text.n + 3);

	sprintf(copy, "\"%.*s\"", (int)text.n, text.p);
	return (struct slice){ .p = copy, .n = (uint32_t)text.n + 2, .kind = KIND_STRING };
}

static void
check(struct span item, struct arena *arena)
{
	int bits = network_split("", &item);
	struct slice address = quoted(item), network, again;
	struct prefix prefix;
	struct addr addr;

	if (bits == NETWORK_NONE || memchr(item.p, '"', item.n) != NULL || memchr(item.p, '\\', item.n) != NULL)
		return;
	network = network_of(&address, bits, arena);
	MUST((network.kind == KIND_STRING) == addr_parse(item, &addr));
	if (network.kind != KIND_STRING)
		return;
	MUST(prefix_parse(slice_inside(&network), &prefix) && prefix_has(&prefix, &addr));
	MUST((int)prefix.bits == bits || (addr.length == 4 && bits > 32 && prefix.bits == 32));
	item = slice_inside(&network);
	MUST(network_split("", &item) == (int)prefix.bits);
	address = quoted(item);
	again = network_of(&address, bits, arena);
	MUST_EQUAL(slice_span(&network), slice_span(&again));
}

void
target(struct span text)
{
	struct arena arena = { 0 };

	for (char *word; (word = fuzz_string(&text)) != NULL;)
		check(span_of(word), &arena);
	arena_free(&arena);
}
