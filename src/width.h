/* How many columns of a terminal text takes: two for a wide character of East Asia, none for what joins the one before. */
#ifndef WIDTH_H
#define WIDTH_H

#include <stdint.h>

#include "span.h"

/* Of a character that safe_copy lets pass, or 1. */
unsigned width_of_other(int32_t cp);

static inline unsigned
width_of(int32_t cp)
{
	return cp < 0x80 ? 1 : width_of_other(cp);
}

size_t width_of_text(struct span text);

#endif
