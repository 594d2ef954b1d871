/*
 * One pass over a JSON line: the wanted members become slices. The pass is strict: what it accepts, libjq accepts with the
 * same values; whatever is odd (and perhaps wrong) it leaves to libjq, see jqexpr.h.
 */
#ifndef SCAN_H
#define SCAN_H

#include "fields.h"

enum { SCAN_DEPTH = 100 };

/*
 * Fill found (fields->count of them) from the object in text; true if it is plain. The byte behind text must be readable
 * and below 0x20, and so must be the next 15, whatever they hold. Slices point into text.
 */
bool scan_object(const struct fields *fields, struct span text, struct slice *found);

/* The value at *at, behind which *at is then; the text goes on until it ends. False if it is odd: nested deeper than SCAN_DEPTH. */
bool scan_value(const char **at, struct slice *value);

/* The end of the string that begins behind its quote at p: its closing quote, or NULL if it is odd. */
const char *scan_string(const char *p, struct slice *flags);

#endif
