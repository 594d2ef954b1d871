#include "jqtext.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { TEXT_MAX = 4 << 20, MEMBERS_MAX = 256, LEVELS = 256 };

struct place {
	char before;              /* the last byte that is not white space */
	size_t level;             /* those beyond LEVELS count as one */
	uint32_t members[LEVELS]; /* of the object that is open there */
};

/* Versions of libjq differ on those that are no white space. */
static bool
has_control(struct span text)
{
	for (size_t i = 0; i < text.n; i++)
		if ((unsigned char)text.p[i] < 0x20 && memchr("\t\n\r", text.p[i], 3) == NULL)
			return true;
	return false;
}

/* The quote at the end of the string that begins at p, or the last byte of the text. */
static const char *
string_end(const char *p, const char *end)
{
	while (++p < end && *p != '"')
		p += *p == '\\';
	return p < end ? p : end - 1;
}

static uint32_t *
members(struct place *place)
{
	return &place->members[place->level < LEVELS ? place->level : LEVELS - 1];
}

static void
step_over(struct place *place, char byte)
{
	if (byte == '{' || byte == '[') {
		if (++place->level < LEVELS)
			*members(place) = 0;
	} else if (byte == '}' || byte == ']') {
		place->level -= place->level > 0;
	} else if (byte == ':') {
		++*members(place);
	}
	place->before = byte;
}

const char *
jqtext_refusal(struct span text)
{
	static char reason[64];
	const char *end = text.p + text.n;
	struct place place = { .before = ',' };

	if (text.n > TEXT_MAX)
		return "too large for libjq: over 4 MiB";
	if (has_control(text))
		return "control byte in JSON";
	for (const char *p = text.p; p < end; p++) {
		if (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r')
			continue;
		if (*p == '"' && memchr("[{,:", place.before, 4) == NULL) {
			snprintf(reason, sizeof reason, "Expected separator between values at column %zu", (size_t)(p - text.p) + 1);
			return reason;
		}
		step_over(&place, *p);
		if (*members(&place) > MEMBERS_MAX)
			return "too large for libjq: an object of over 256 members";
		if (*p == '"')
			p = string_end(p, end);
	}
	return NULL;
}
