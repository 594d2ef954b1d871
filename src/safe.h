/* What a terminal may see: host names are written by strangers, and a control sequence in one must stay text. */
#ifndef SAFE_H
#define SAFE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SAFE_GROWTH = 6 };

/*
 * Copy n bytes to to (room for SAFE_GROWTH * n): controls but tab and LF, and what turns or breaks a line in Unicode, become
 * \uXXXX, broken UTF-8 U+FFFD. Returns the length.
 */
size_t safe_copy(char *to, const char *p, size_t n);

#endif
