#include "front.h"

#include "lanes.h"
#include "when.h"

/* These step *p forward where they return true. None of them goes beyond a line feed, so the line's end ends them. */
static inline bool
skip(const char **p, struct span literal)
{
	if (memcmp(*p, literal.p, literal.n) != 0)
		return false;
	*p += literal.n;
	return true;
}

/* As many digits as surely fit. */
static inline bool
number(const char **p, int64_t *n)
{
	const char *start = *p;

	for (*n = 0; **p >= '0' && **p <= '9' && *p - start < 18; ++*p)
		*n = *n * 10 + (**p - '0');
	return *p > start && (*start != '0' || *p == start + 1);
}

/* Plain ASCII to the quote, behind the first one. */
static inline bool
string(const char **p, struct span *text)
{
	const char *start = *p;
	uint64_t bits;

	for (;; *p += LANES) {
		const lanes v = lanes_load(*p), space = (lanes){ 0 } + ' ';

		if ((bits = lanes_bits((lanes)((v == '"') | (v == '\\') | (space > v)))) != 0)
			break;
	}
	*p += lanes_first(bits);
	*text = (struct span){ start, (size_t)(*p - start) };
	return skip(p, SPAN("\""));
}

static bool
kafka_time(const char **p, struct mark *mark)
{
	int64_t ms, broker;

	if (!skip(p, SPAN("create\",\"ts\":")) && !skip(p, SPAN("logappend\",\"ts\":")))
		return false;
	if (!number(p, &ms) || ms > WHEN_MAX / 1000 || !skip(p, SPAN(",\"broker\":")))
		return false;
	mark->has_time = true;
	mark->time = ms * 1000;
	skip(p, SPAN("-"));
	return number(p, &broker) && **p == ',';
}

/* kcat's json.c writes these members first, and always so. */
static bool
read_envelope(const char *p, struct mark *mark)
{
	*mark = (struct mark){ 0 };
	return string(&p, &mark->topic) && skip(&p, SPAN(",\"partition\":")) && number(&p, &mark->partition) &&
	    skip(&p, SPAN(",\"offset\":")) && number(&p, &mark->offset) && skip(&p, SPAN(",\"tstype\":\"")) &&
	    kafka_time(&p, mark);
}

/* From the time on, over numbers and text, to the event's type: in Suricata nothing else stands before it. */
static bool
read_eve(const char *p, struct mark *mark)
{
	struct span name, value;
	int64_t n;

	*mark = (struct mark){ .topic = SPAN(""), .partition = -1, .offset = -1, .has_time = true };
	if (!string(&p, &value) || !when_parse(value, &mark->time))
		return false;
	for (;;) {
		if (!skip(&p, SPAN(",\"")) || !string(&p, &name) || !skip(&p, SPAN(":")) || span_eq(name, SPAN("timestamp")))
			return false;
		if (span_eq(name, SPAN("event_type")))
			break;
		if (skip(&p, SPAN("\"")) ? !string(&p, &value) : !number(&p, &n))
			return false;
	}
	if (!skip(&p, SPAN("\"")) || !string(&p, &value))
		return false;
	mark->has_time = !span_eq(value, SPAN("stats"));
	return true;
}

/*
 * What event_read and event_mark would find in a plain line; false if they have to be asked. Of repeated members the last one
 * would win, but nobody who writes such a front repeats one of it later.
 */
static bool
read_plain(const struct events *events, struct span line, struct mark *mark)
{
	const char *p = line.p;

	if (skip(&p, SPAN("{\"timestamp\":\"")))
		return event_may_be(events, SHAPE_EVE) && read_eve(p, mark);
	return skip(&p, SPAN("{\"topic\":\"")) && event_may_be(events, SHAPE_KAFKA) && !events->event_time &&
	    read_envelope(p, mark);
}

bool
front_read(struct events *events, struct span line, bool is_read, bool is_torn, struct mark *mark)
{
	const char *reason;

	if (!is_read && !is_torn && read_plain(events, line, mark))
		return true;
	if (!is_read && memchr(line.p, '{', line.n) == NULL) /* no object: not worth libjq's opinion */
		return false;
	if (!is_read)
		event_read(events, line, &reason);
	return event_mark(events, mark) || (is_read && !is_torn && read_plain(events, line, mark));
}
