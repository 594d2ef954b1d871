/* UTF-8, byte by byte as libjq reads it, so that a broken sequence becomes the same number of U+FFFD. */
#ifndef UTF8_H
#define UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { UTF8_REPLACEMENT = 0xfffd };

/* Length of the sequence at p (p < end), 1 to 4 bytes. *cp is the code point, or -1 if the sequence is no UTF-8. */
size_t utf8_next(const char *p, const char *end, int32_t *cp);

/* Are all n bytes UTF-8? */
bool utf8_is(const char *p, size_t n);

/* Write cp to at (room for 4 bytes) and return its length. */
size_t utf8_put(char *at, uint32_t cp);

#endif
