/* Addresses, a line each, of which inet_pton knows; and networks. */
#include "addr.h"

#include <arpa/inet.h>

#include "fuzz.h"

static void
check_address(const char *word)
{
	unsigned char bytes[16];
	char text[INET6_ADDRSTRLEN];
	struct addr addr, again;
	bool is = addr_parse(span_of(word), &addr);

	MUST(is == (inet_pton(AF_INET, word, bytes) == 1 || inet_pton(AF_INET6, word, bytes) == 1));
	if (!is)
		return;
	MUST((addr.length == 4 || addr.length == 16) && memcmp(addr.bytes, bytes, addr.length) == 0);
	MUST(inet_ntop(addr.length == 4 ? AF_INET : AF_INET6, bytes, text, sizeof text) != NULL);
	MUST(addr_parse(span_of(text), &again) && addr_cmp(&addr, &again) == 0);
}

static void
check_prefix(const char *word)
{
	const char *slash = strchr(word, '/');
	struct prefix prefix;
	struct addr addr;

	if (!prefix_parse(span_of(word), &prefix))
		return;
	MUST(prefix.bits <= 8u * prefix.addr.length && prefix_has(&prefix, &prefix.addr));
	MUST(addr_parse((struct span){ word, slash != NULL ? (size_t)(slash - word) : strlen(word) }, &addr));
	MUST(prefix_has(&prefix, &addr));
}

void
target(struct span text)
{
	for (char *word; (word = fuzz_string(&text)) != NULL; check_prefix(word))
		check_address(word);
}
