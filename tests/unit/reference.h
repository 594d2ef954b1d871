/* An input line read by libjq alone: slow, plain, and no code of src/ in it. What event_read says must be the same. */
#ifndef REFERENCE_H
#define REFERENCE_H

#include <jv.h>

#include "event.h"

struct reference {
	enum event_kind kind;
	/*
	 * Bytes that are no UTF-8 stood in a string that holds an event, where we keep them and libjq makes U+FFFD of them. How
	 * many is left open, and also, if one ends that string, what libjq has swallowed with it.
	 */
	bool recoded, swallowed;
	jv event;     /* if kind is EVENT_DHCP: the event itself, */
	jv envelope[3]; /* and its topic, partition and offset, invalid where there are none */
};

struct reference reference_read(struct span line, enum event_shape shape);
void reference_free(struct reference *ref);

/* The object in text, or an invalid value. */
jv reference_parse(struct span text);
/* The value at a path of names joined by dots; invalid if there is none. */
jv reference_get(jv object, const char *path);
/* True if the slice stands for the value (consumed). */
bool reference_same(const struct slice *slice, jv value, const char **why);

#endif
