#include "text.h"

#include "check.h"
#include "safe.h"
#include "scan.h"
#include "utf8.h"

#define R "\xef\xbf\xbd"

/* A JSON string's inside, and its bytes. */
static const struct {
	struct span json, bytes;
} strings[] = {
#define T(json, bytes) { { json, sizeof(json) - 1 }, { bytes, sizeof(bytes) - 1 } }
	T("", ""), T("a", "a"), T("nas1", "nas1"), T("\\u0000", "\0"), T("nas1\\u0000", "nas1\0"),
	T("\\\"\\\\\\/\\b\\f\\n\\r\\t", "\"\\/\b\f\n\r\t"), T("\\u0041\\u0061", "Aa"), T("\\u00e9\\u00E9", "\xc3\xa9\xc3\xa9"),
	T("\\u20ac", "\xe2\x82\xac"), T("\\ud83d\\ude00", "\xf0\x9f\x98\x80"), T("\\uD800\\uDC00", "\xf0\x90\x80\x80"),
	T("\\udbff\\udfff", "\xf4\x8f\xbf\xbf"), T("\\uffff", "\xef\xbf\xbf"), T("\\\\u0041", "\\u0041"),
	T("\xeb\xaf\xbc", "\xeb\xaf\xbc"), T("\x7f", "\x7f"),
	/* broken UTF-8: as many U+FFFD as libjq makes */
	T("a\xff\xfez", "a" R R "z"), T("\x80", R), T("\x80\x80", R R), T("\xc0\xaf", R R), T("\xe0\x80\xaf" "123", R "123"),
	T("\xed\xa0\xbd" "12", R "12"), T("\xf4\x90\x80\x80" "1", R "1"), T("\xf8\x88\x80\x80\x80", R R R R R), T("\xe2\x82z12", R "z12"),
	T("\xe2\x82", R), T("\xf0\x9f\x98", R), T("\xc3", R), T("\\u0041\xff", "A" R), T("\xe2\\u0041" "12", R "A12"),
#undef T
};

static const struct {
	struct span bytes;
	const char *json;
} encodings[] = {
	{ { "", 0 }, "\"\"" },
	{ { "a\"b\\c/", 6 }, "\"a\\\"b\\\\c/\"" },
	{ { "\0\x01\x1f\x7f", 4 }, "\"\\u0000\\u0001\\u001f\x7f\"" },
	{ { "\b\t\n\v\f\r", 6 }, "\"\\b\\t\\n\\u000b\\f\\r\"" },
	{ { "\xc3\xa9\xf0\x9f\x98\x80", 6 }, "\"\xc3\xa9\xf0\x9f\x98\x80\"" },
};

/* Escapes, their length and code point; 0: for libjq to judge. */
static const struct {
	const char *text;
	int length;
	int32_t cp;
} escapes[] = {
	{ "\\n", 2, '\n' }, { "\\/", 2, '/' }, { "\\u0041", 6, 'A' }, { "\\uD83D\\uDE00", 12, 0x1f600 }, { "\\x41", 0, 0 }, { "\\", 0, 0 },
	{ "\\u004", 0, 0 }, { "\\u00g1", 0, 0 }, { "\\U0041", 0, 0 }, { "\\ud83d", 0, 0 }, { "\\ud83dx", 0, 0 }, { "\\ud83d\\n", 0, 0 },
	{ "\\ud83d\\u0041", 0, 0 }, { "\\ud83d\\ud83d", 0, 0 }, { "\\ude00", 0, 0 }, { "\\ude00\\ude00", 0, 0 }, { "\\'", 0, 0 }, { "\\a", 0, 0 },
};

/* What one step through bytes takes, and its code point (-1: none). */
static const struct {
	const char *bytes;
	size_t length;
	int32_t cp;
} sequences[] = {
	{ "a", 1, 'a' }, { "\x7f", 1, 0x7f }, { "\xc2\x80", 2, 0x80 }, { "\xdf\xbf", 2, 0x7ff }, { "\xe0\xa0\x80", 3, 0x800 },
	{ "\xef\xbf\xbf", 3, 0xffff }, { "\xf0\x90\x80\x80", 4, 0x10000 }, { "\xf4\x8f\xbf\xbf", 4, 0x10ffff }, { "\x80", 1, -1 },
	{ "\xc1\x80", 1, -1 }, { "\xe0\x9f\xbf", 3, -1 }, { "\xed\xa0\x80", 3, -1 }, { "\xf0\x8f\xbf\xbf", 4, -1 },
	{ "\xf4\x90\x80\x80", 4, -1 }, { "\xf5\x80\x80\x80", 1, -1 }, { "\xff", 1, -1 }, { "\xe2zz", 1, -1 }, { "\xe2\x82z", 2, -1 },
	{ "\xf0\x9f\x98z", 3, -1 }, { "\xe2\x82", 2, -1 }, { "\xf0", 1, -1 },
};

#define COUNT(table) (sizeof(table) / sizeof *(table))

/* The slice of a string as the scanner gives it. */
static struct slice
slice_of(char *line, struct span json)
{
	struct slice slice = { .p = line, .kind = KIND_STRING };
	const char *end;

	line[0] = '"';
	memcpy(line + 1, json.p, json.n);
	memset(line + 1 + json.n, '\n', 64);
	line[1 + json.n] = '"';
	end = scan_string(line + 1, &slice);
	CHECK_NUMBER("the end of a string", json.n + 1, end != NULL ? end - line : -1);
	slice.n = (uint32_t)json.n + 2;
	return slice;
}

/* Every code point out and in again. */
static void
check_code_points(void)
{
	for (int32_t cp = 0; cp <= 0x10ffff; cp++) {
		char bytes[4];
		int32_t back;
		size_t n = utf8_put(bytes, (uint32_t)cp), length = utf8_next(bytes, bytes + n, &back);

		if (length != n || back != (cp >= 0xd800 && cp <= 0xdfff ? -1 : cp)) {
			CHECK_NUMBER("a code point and back", cp, back);
			return;
		}
	}
}

int
main(void)
{
	char line[512], room[512];
	struct slice slice;

	for (size_t i = 0; i < COUNT(strings); i++) {
		slice = slice_of(line, strings[i].json);
		check_bytes(__FILE__, __LINE__, "decode", strings[i].bytes, text_decode(room, &slice));
		CHECK_NUMBER("is", 1, text_is(&slice, strings[i].bytes));
		CHECK_NUMBER("is not", 0, text_is(&slice, SPAN("something else")));
	}
	for (size_t i = 0; i < COUNT(encodings); i++)
		CHECK_TEXT("encode", encodings[i].json, ((struct span){ room, (size_t)(text_encode(room, encodings[i].bytes) - room) }));
	for (size_t i = 0; i < COUNT(escapes); i++) {
		int32_t cp = 0;
		const char *text = escapes[i].text, *end = text_escape(text, text + strlen(text), &cp);

		CHECK_NUMBER(text, escapes[i].length, end != NULL ? end - text : 0);
		if (end != NULL)
			CHECK_NUMBER(text, escapes[i].cp, cp);
	}
	for (size_t i = 0; i < COUNT(sequences); i++) {
		int32_t cp;
		const char *bytes = sequences[i].bytes;

		CHECK_NUMBER("length of a sequence", sequences[i].length, utf8_next(bytes, bytes + strlen(bytes), &cp));
		CHECK_NUMBER("its code point", sequences[i].cp, cp);
	}
	check_code_points();
	/* NOLINTNEXTLINE(misc-misleading-bidirectional): that it is taken out is what is tested */
	CHECK_BYTES("safe", "a\\u001b[31m\t\n" R "\xc3\xa9\\u009b\\u202e\\u007f",
	    ((struct span){ room, safe_copy(room, "a\x1b[31m\t\n\xff\xc3\xa9\xc2\x9b\xe2\x80\xae\x7f", 17) }));
	return check_failures > 0;
}
