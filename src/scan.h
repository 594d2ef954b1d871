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

/* Step through an object that scan_object has accepted: the next member, false at its end. Start with *at = text.p. */
bool scan_member(const char **at, struct slice *name, struct slice *value);

/*
 * The same for an array, which libjq may have read: its next element. False at its end, behind which *at is then, and false if
 * an element is odd: nested deeper than SCAN_DEPTH. Start with *at = text.p + 1.
 */
bool scan_element(const char **at, struct slice *value);

/* The end of the string that begins behind its quote at p: its closing quote, or NULL if it is odd. */
const char *scan_string(const char *p, struct slice *flags);

#endif
