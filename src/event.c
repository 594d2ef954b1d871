#include "event.h"

#include <stdlib.h>

#include "input.h"
#include "jqexpr.h"
#include "scan.h"
#include "text.h"
#include "when.h"

enum slot_name {
	EVENT_TYPE,
	TIMESTAMP,
	AT_TIMESTAMP,
	SRC_IP,
	DEST_IP,
	PAYLOAD,
	TOPIC,
	PARTITION,
	OFFSET,
	KAFKA_TS,
	KAFKA_TSTYPE,
	MESSAGE,
	ECS_EVE,
	ECS_ORIGINAL,
	ECS_SOURCE_ADDRESS,
	ECS_SOURCE_IP,
	ECS_DESTINATION_ADDRESS,
	ECS_DESTINATION_IP,
	SLOT_NAMES,
};

static const char *const paths[SLOT_NAMES] = { "event_type", "timestamp", "@timestamp", "src_ip", "dest_ip", "payload",
	"topic", "partition", "offset", "ts", "tstype", "message", "suricata.eve", "event.original", "source.address",
	"source.ip", "destination.address", "destination.ip" };

enum { NESTING_MAX = 4 };

struct events *
events_new(enum event_shape shape, bool event_time)
{
	struct events *events = xcalloc(1, sizeof *events);

	events->shape = shape;
	events->event_time = event_time;
	events->fields = fields_new();
	for (int i = 0; i < SLOT_NAMES; i++)
		events->slots[i] = fields_add(events->fields, span_of(paths[i]));
	events->now.eve = xcalloc(FIELDS_MAX, sizeof *events->now.eve);
	return events;
}

void
events_free(struct events *events)
{
	fields_free(events->fields);
	arena_free(&events->record);
	arena_free(&events->run);
	free(events->now.eve);
	free(events);
}

bool
event_shape_named(const char *name, enum event_shape *shape)
{
	static const char *const names[] = { "auto", "eve", "kafka", "message", "ecs" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(name, names[i]) == 0) {
			*shape = (enum event_shape)i;
			return true;
		}
	return false;
}

static struct slice *
slot(struct events *events, enum slot_name name)
{
	return &events->now.eve[events->slots[name]];
}

/* Behind a brace: does a member's name follow?  Logstash writes {name=host} in front. */
static bool
has_name(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	return p < end && *p == '"';
}

/*
 * Behind the text that a shipper or Suricata's `prefix` puts before the object: words, and a blank or colon at their end. NULL
 * if there is no such text.
 */
static const char *
behind_prefix(const char *p, const char *end)
{
	if (!((*p >= '0' && *p <= '9') || (*p >= 'A' && *p <= 'Z') || (*p >= 'a' && *p <= 'z') || *p == '@' || *p == '<'))
		return NULL;
	for (; p < end; p++) {
		if (*p == '{' && (p[-1] == ' ' || p[-1] == '\t' || p[-1] == ':') && has_name(p + 1, end))
			return p;
		if ((*p < ' ' || *p > '~') && *p != '\t') /* what is not ASCII is one of the two, as char has a sign or not */
			break;
	}
	return NULL;
}

/* The object without what may stand before it: NUL bytes of a hole in the file, a byte order mark, blanks, a prefix. */
static struct span
object_in(struct span line)
{
	const char *p = line.p, *end = p + line.n, *object;

	while (p < end && *p == '\0')
		p++;
	if (end - p >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0)
		p += 3;
	while (p < end && (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\n'))
		p++;
	if (p < end && *p != '{' && (object = behind_prefix(p, end)) != NULL)
		p = object;
	return (struct span){ p, (size_t)(end - p) };
}

/* A copy in the record's arena with the room behind it that a scan needs. */
static struct span
inner_text(struct events *events, const struct slice *slice)
{
	size_t room = (slice->broken ? TEXT_DECODE_ROOM : 1) * (size_t)slice->n;
	char *copy = arena_alloc(&events->record, room + INPUT_SLACK);
	struct span text = slice->kind == KIND_STRING ? text_decode(copy, slice) : slice_span(slice);

	if (text.p != copy)
		memcpy(copy, text.p, text.n);
	memset(copy + text.n, '\n', INPUT_SLACK - 2);
	return (struct span){ copy, text.n };
}

/* What libjq would repair, unrepaired. */
static struct span
raw_text(struct events *events, const struct slice *slice)
{
	struct slice unbroken = *slice;

	unbroken.broken = false;
	return object_in(inner_text(events, &unbroken));
}

static bool
kafka_time(struct events *events, int64_t *us)
{
	const struct slice *ts = slot(events, KAFKA_TS);
	int64_t ms = 0;
	bool negative = ts->n > 0 && *ts->p == '-';

	if (ts->kind != KIND_NUMBER || ts->n > (negative ? 16 : 15) || text_is(slot(events, KAFKA_TSTYPE), SPAN("unknown")))
		return false;
	for (uint32_t i = negative; i < ts->n; i++) {
		if (ts->p[i] < '0' || ts->p[i] > '9')
			return false;
		ms = ms * 10 + (ts->p[i] - '0');
	}
	*us = (negative ? -ms : ms) * 1000;
	return *us >= WHEN_MIN && *us <= WHEN_MAX;
}

static bool
stamp(const struct slice *slice, int64_t *us)
{
	char plain[TEXT_DECODE_ROOM * 256];

	return slice->kind == KIND_STRING && slice->n <= 256 && when_parse(text_decode(plain, slice), us);
}

/* Remember what the envelope says of its record; of envelopes in envelopes the outer one, whose topic is being read. */
static void
take_envelope(struct events *events)
{
	struct event *now = &events->now;

	now->wrapped = true;
	if (!slice_has_value(&now->envelope[3])) {
		now->envelope[1] = *slot(events, TOPIC);
		now->envelope[2] = *slot(events, PARTITION);
		now->envelope[3] = *slot(events, OFFSET);
	}
	if (!events->event_time && !now->has_time)
		now->has_time = kafka_time(events, &now->time);
}

static enum event_kind read_object(struct events *events, struct span text, int nesting, const char **reason);

static void
use_if_absent(struct slice *slice, const struct slice *first, const struct slice *second)
{
	if (!slice_has_value(slice))
		*slice = slice_has_value(first) ? *first : *second;
}

/* A shipper's own time, outside, serves an event that has none. */
static enum event_kind
read_inner(struct events *events, const struct slice *inner, int nesting, const char **reason)
{
	struct slice at = *slot(events, AT_TIMESTAMP);
	enum event_kind kind;

	if (inner->kind != KIND_STRING && inner->kind != KIND_OBJECT)
		return EVENT_OTHER;
	events->now.wrapped = true;
	events->now.raw = (struct span){ NULL, 0 };
	if (inner->broken && events->raw)
		events->now.raw = raw_text(events, inner);
	kind = read_object(events, inner_text(events, inner), nesting + 1, reason);
	use_if_absent(slot(events, AT_TIMESTAMP), &at, &at);
	return kind;
}

/* Filebeat's suricata module has moved the addresses out of the event, and keeps only its own time. */
static enum event_kind
read_ecs(struct events *events, int nesting, const char **reason)
{
	static const enum slot_name outer[] = { ECS_SOURCE_ADDRESS, ECS_SOURCE_IP, ECS_DESTINATION_ADDRESS,
		ECS_DESTINATION_IP };
	struct slice kept[4];
	enum event_kind kind;

	for (size_t i = 0; i < 4; i++)
		kept[i] = *slot(events, outer[i]);
	kind = read_inner(events, slot(events, ECS_EVE), nesting, reason);
	use_if_absent(slot(events, SRC_IP), &kept[0], &kept[1]);
	use_if_absent(slot(events, DEST_IP), &kept[2], &kept[3]);
	return kind;
}

static bool
may_be(const struct events *events, enum event_shape shape, int nesting)
{
	return nesting > 0 || event_may_be(events, shape);
}

/* What the object's members say it is. */
static enum event_kind
read_members(struct events *events, struct span text, int nesting, const char **reason)
{
	if (slot(events, EVENT_TYPE)->kind != KIND_ABSENT && may_be(events, SHAPE_EVE, nesting)) {
		events->now.text = text;
		return text_is(slot(events, EVENT_TYPE), SPAN("dhcp")) ? EVENT_DHCP : EVENT_OTHER;
	}
	if (slot(events, PAYLOAD)->kind != KIND_ABSENT && may_be(events, SHAPE_KAFKA, nesting)) {
		take_envelope(events);
		return read_inner(events, slot(events, PAYLOAD), nesting, reason);
	}
	if (slot(events, ECS_ORIGINAL)->kind == KIND_STRING && may_be(events, SHAPE_ECS, nesting))
		return read_inner(events, slot(events, ECS_ORIGINAL), nesting, reason);
	if (slot(events, ECS_EVE)->kind == KIND_OBJECT && may_be(events, SHAPE_ECS, nesting))
		return read_ecs(events, nesting, reason);
	if (slot(events, MESSAGE)->kind == KIND_STRING && may_be(events, SHAPE_MESSAGE, nesting))
		return read_inner(events, slot(events, MESSAGE), nesting, reason);
	return EVENT_OTHER;
}

static enum event_kind
read_object(struct events *events, struct span text, int nesting, const char **reason)
{
	text = object_in(text);
	if (nesting > NESTING_MAX) {
		*reason = "envelopes nested too deep";
		return EVENT_BAD;
	}
	if (!scan_object(events->fields, text, events->now.eve) &&
	    !jq_object(events->fields, text, events->now.eve, &events->record, reason))
		return EVENT_BAD;
	return read_members(events, text, nesting, reason);
}

static bool
own_time(struct events *events, int64_t *us)
{
	return stamp(slot(events, TIMESTAMP), us) || stamp(slot(events, AT_TIMESTAMP), us);
}

enum event_kind
event_read(struct events *events, struct span line, const char **reason)
{
	struct event *now = &events->now;
	enum event_kind kind;

	arena_reset(&events->record);
	*now = (struct event){ .eve = now->eve };
	kind = read_object(events, line, 0, reason);
	if (kind == EVENT_DHCP && !now->has_time)
		now->has_time = own_time(events, &now->time);
	return kind;
}

/* A whole number that is not negative, as Kafka counts; -1 if it is none. */
static int64_t
whole_number(const struct slice *slice)
{
	int64_t n = 0;

	if (slice->kind != KIND_NUMBER)
		return -1;
	for (uint32_t i = 0; i < slice->n; i++)
		if (slice->p[i] < '0' || slice->p[i] > '9' || __builtin_mul_overflow(n, 10, &n) ||
		    __builtin_add_overflow(n, slice->p[i] - '0', &n))
			return -1;
	return n;
}

bool
event_mark(struct events *events, struct mark *mark)
{
	const struct event *now = &events->now;
	const struct slice *topic = &now->envelope[1];
	bool is_event = now->text.p != NULL;

	*mark = (struct mark){ SPAN(""), -1, -1, now->has_time, now->time };
	if (topic->kind == KIND_STRING && (mark->partition = whole_number(&now->envelope[2])) >= 0) {
		mark->topic = text_decode(arena_alloc(&events->record, TEXT_DECODE_ROOM * (size_t)topic->n), topic);
		mark->offset = whole_number(&now->envelope[3]);
	}
	if (is_event && !mark->has_time && !text_is(slot(events, EVENT_TYPE), SPAN("stats")))
		mark->has_time = own_time(events, &mark->time);
	return is_event || mark->has_time || mark->partition >= 0;
}
