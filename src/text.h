/* The text of JSON strings: escapes and broken UTF-8 out, canonical spelling in. */
#ifndef TEXT_H
#define TEXT_H

#include <stdint.h>

#include "fields.h"

enum {
	TEXT_DECODE_ROOM = 4, /* bytes for each byte to decode */
	TEXT_ENCODE_ROOM = 6, /* bytes for each byte to encode, and TEXT_QUOTES */
	TEXT_QUOTES = 2,
};

/* The end of the escape at p (a backslash), its code point in *cp; NULL if libjq must judge it (or it reaches end). */
const char *text_escape(const char *p, const char *end, int32_t *cp);

/*
 * The bytes that a string slice stands for: within the slice if it is plain, else written to to (TEXT_DECODE_ROOM bytes
 * for each of the slice's). Broken sequences become U+FFFD as in libjq.
 */
struct span text_decode(char *to, const struct slice *string);

/* Copy JSON text, in which broken sequences become U+FFFD (3 bytes for each byte). Returns the end. */
char *text_repair(char *to, struct span json);

/* Write text as a JSON string: only quote, backslash and controls are escaped. Returns the end. */
char *text_encode(char *to, struct span text);

/* True if the string slice stands for these bytes (any spelling). */
bool text_is(const struct slice *string, struct span bytes);

#endif
