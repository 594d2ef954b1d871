/*
 * A line of input -> an EVE event. Knows Suricata's own lines, kcat -J envelopes and the forms that log shippers make of
 * them; told apart line by line, and taken out of each other (a Filebeat message in a Kafka envelope).
 */
#ifndef EVENT_H
#define EVENT_H

#include "arena.h"
#include "fields.h"

enum event_kind { EVENT_DHCP, EVENT_OTHER, EVENT_BAD };

enum event_shape {
	SHAPE_AUTO,
	SHAPE_EVE,     /* event_type at the top level */
	SHAPE_KAFKA,   /* the event in "payload": kcat -J, Kafka Connect */
	SHAPE_MESSAGE, /* the line as a string in "message": Filebeat, Vector, Logstash */
	SHAPE_ECS,     /* Filebeat's suricata module: suricata.eve, or the line in event.original */
};

/* One event, valid until the next event_read. */
struct event {
	struct span text; /* the event's own JSON: the line, or what an envelope holds */
	struct span raw;  /* if asked for, and that is from an envelope where its UTF-8 was broken: as it came; else NULL */
	bool wrapped;     /* it was in an envelope */
	bool has_time;
	int64_t time; /* µs: the Kafka time stamp in an envelope, else EVE's timestamp */
	struct slice envelope[4]; /* nothing, topic, partition, offset */
	struct slice *eve; /* the wanted fields by slot */
};

/* Where a line stands in its stream; valid until the next event_read. */
struct mark {
	struct span topic; /* empty without a partition */
	int64_t partition, offset; /* -1: not known */
	bool has_time;
	int64_t time; /* as in struct event; but stats lines have none of their own: Suricata stamps them by another clock */
};

struct events {
	enum event_shape shape;
	bool event_time; /* EVE's timestamp even in an envelope */
	bool raw; /* now.raw is asked for */
	struct fields *fields;
	struct arena run, record;
	struct event now;
	int slots[20]; /* of what this file itself looks at */
};

/* The run's reader. Add what is wanted with fields_add(events->fields, path) before the first event_read. */
struct events *events_new(enum event_shape shape, bool event_time);
void events_free(struct events *events);

/* A shape by its name for the command line; false if it is none. */
bool event_shape_named(const char *name, enum event_shape *shape);

/*
 * Read one line (what stands behind it is readable, see scan.h, and writable, see jqexpr.h). EVENT_DHCP: the event is in
 * events->now. EVENT_BAD: *reason says why it was not understood.
 */
enum event_kind event_read(struct events *events, struct span line, const char **reason);

/* What the line just read tells, DHCP or not; where an event is broken its envelope still does. False if it tells nothing. */
bool event_mark(struct events *events, struct mark *mark);

/* True if lines of that shape are taken at the top level. */
static inline bool
event_may_be(const struct events *events, enum event_shape shape)
{
	return events->shape == SHAPE_AUTO || events->shape == shape;
}

#endif
