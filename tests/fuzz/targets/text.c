/* Text, a line each: what is made safe is safe, what is encoded is decoded to the same; and addresses, of which inet_pton knows. */
#include "text.h"

#include <arpa/inet.h>

#include "addr.h"
#include "fuzz.h"
#include "safe.h"
#include "scan.h"

static void
check_address(struct span line)
{
	char copy[64] = "";
	unsigned char bytes[16];
	struct addr addr;
	bool is = addr_parse(line, &addr);

	if (line.n >= sizeof copy || memchr(line.p, '\0', line.n) != NULL)
		return;
	memcpy(copy, line.p, line.n);
	MUST(is == (inet_pton(AF_INET, copy, bytes) == 1 || inet_pton(AF_INET6, copy, bytes) == 1));
	MUST(!is || memcmp(addr.bytes, bytes, addr.length) == 0);
}

static void
check_text(struct span line)
{
	char *safe = xmalloc(SAFE_GROWTH * (SAFE_GROWTH + 1) * line.n), *json = xmalloc(TEXT_ENCODE_ROOM * line.n + TEXT_QUOTES + INPUT_SLACK);
	char *plain = xmalloc(TEXT_DECODE_ROOM * (TEXT_ENCODE_ROOM * line.n + TEXT_QUOTES));
	struct span is_safe = { safe, safe_copy(safe, line.p, line.n) };
	struct slice slice = { .p = json, .n = (uint32_t)(text_encode(json, line) - json), .kind = KIND_STRING };

	MUST_EQUAL(is_safe, ((struct span){ safe + is_safe.n, safe_copy(safe + is_safe.n, safe, is_safe.n) }));
	memset(json + slice.n, '\n', INPUT_SLACK);
	MUST(scan_string(json + 1, &slice) == json + slice.n - 1);
	MUST(span_eq(text_decode(plain, &slice), line) != slice.broken);
	MUST(line.n > 30 || text_is(&slice, text_decode(plain, &slice)));
	free(plain);
	free(json);
	free(safe);
}

void
target(struct span text)
{
	for (struct span line; input_split(&text, &line); check_address(line))
		check_text(line);
}
