/* Step through an object that scan_object has accepted, or an array, which libjq may have read. */
#ifndef STEP_H
#define STEP_H

#include "fields.h"

/* The next member's name; *at is then where its value begins. False at the object's end, which *at is behind. Start with *at = text.p. */
bool step_name(const char **at, struct slice *name);

/* The next member, and *at is behind it. */
bool step_member(const char **at, struct slice *name, struct slice *value);

/*
 * The same for an array: its next element. False at its end, behind which *at is then, and false if an element is odd: nested
 * deeper than SCAN_DEPTH. Start with *at = text.p + 1.
 */
bool step_element(const char **at, struct slice *value);

#endif
