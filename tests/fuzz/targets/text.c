/* Text, a line each: what is made safe is safe and stays as it is, also in a page; what is encoded is decoded to the same. */
#include "text.h"

#include "fuzz.h"
#include "safe.h"
#include "scan.h"
#include "spell.h"
#include "utf8.h"

static void
check_html(struct span safe)
{
	struct output *page = output_memory();

	spell_html(page, safe);
	for (size_t i = 0; i < page->n; i++)
		MUST(memchr("<>\"'", page->buf[i], 4) == NULL);
	output_free(page);
}

static void
check_safe(struct span line)
{
	char *room = fuzz_alloc(SAFE_GROWTH * (SAFE_GROWTH + 1) * line.n);
	struct span safe = { room, safe_copy(room, line.p, line.n) };
	char *again = room + safe.n;
	int32_t cp;

	for (const char *p = safe.p; p < again; p += utf8_next(p, again, &cp)) {
		utf8_next(p, again, &cp);
		MUST((cp >= ' ' && (cp < 0x7f || cp > 0x9f)) || cp == '\t');
	}
	MUST_EQUAL(safe, ((struct span){ again, safe_copy(again, room, safe.n) }));
	check_html(safe);
}

static void
check_json(struct span line)
{
	char *json = fuzz_alloc(TEXT_ENCODE_ROOM * line.n + TEXT_QUOTES + INPUT_SLACK);
	char *plain = fuzz_alloc(TEXT_DECODE_ROOM * (TEXT_ENCODE_ROOM * line.n + TEXT_QUOTES));
	struct slice slice = { .p = json, .n = (uint32_t)(text_encode(json, line) - json), .kind = KIND_STRING };

	memset(json + slice.n, '\n', INPUT_SLACK);
	MUST(scan_string(json + 1, &slice) == json + slice.n - 1 && slice.broken != utf8_is(line.p, line.n));
	MUST(span_eq(text_decode(plain, &slice), line) != slice.broken);
	MUST(line.n > 30 || text_is(&slice, text_decode(plain, &slice)));
}

void
target(struct span text)
{
	for (struct span line; input_split(&text, &line); check_json(line))
		check_safe(line);
}
