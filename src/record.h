/* An event -> the flat DHCP record: which fields, under which names, in which order. */
#ifndef RECORD_H
#define RECORD_H

#include "event.h"
#include "output.h"

enum { FIELD_PAD = 32 };

struct field {
	struct span name; /* as it is written: the last name of its path */
	struct span member; /* `,"name":`, with FIELD_PAD bytes behind it */
	enum { FIELD_EVE = -1, FIELD_TIME, FIELD_TOPIC, FIELD_PARTITION, FIELD_OFFSET } from;
	int slots[2]; /* FIELD_EVE: the first that has a value; -1: none */
};

struct record {
	struct field *fields;
	size_t n;
};

/*
 * A field by its name: a record's own (ts, type, offset), a header's or the dhcp object's member by its last name, or a
 * dotted path. The text must live as long as events.
 */
struct field field_named(struct events *events, struct span name);
/* Its value in the current event; FIELD_TIME has none here. */
static inline const struct slice *
field_value(const struct field *field, const struct event *event)
{
	if (field->from != FIELD_EVE)
		return &event->envelope[field->from];
	if (field->slots[1] >= 0 && !slice_has_value(&event->eve[field->slots[0]]))
		return &event->eve[field->slots[1]];
	return &event->eve[field->slots[0]];
}

static inline bool
field_has_value(const struct field *field, const struct event *event)
{
	return field->from == FIELD_TIME ? event->has_time : slice_has_value(field_value(field, event));
}

/* The fields of a list (NULL: the usual ones; behind a plus: those, too). */
struct record record_new(struct events *events, const char *option, const char *list);
void record_free(struct record *record);

/* Write the event as one line; what it does not have is left out. */
void record_emit(const struct record *record, const struct event *event, struct output *out);

#endif
