#include "select.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "addr.h"
#include "cli.h"
#include "diag.h"
#include "jqexpr.h"
#include "jqtext.h"
#include "record.h"
#include "text.h"
#include "when.h"

/* Suricata: rust/src/dhcp/logger.rs, log_opt_type */
static const char *const type_names[] = { "discover", "offer", "request", "ack", "nak", "decline", "release", "inform" };
enum { TYPES = sizeof type_names / sizeof *type_names, TYPE_ACK = 3, OTHER_TYPE = 1 << TYPES };

/* An address or a network; an IPv4 address has one spelling only, which is compared as text. */
struct source {
	struct prefix prefix;
	struct span text;
	bool exact;
};

struct select {
	struct events *events;
	struct field src_ip, dhcp_type, *required;
	size_t nrequired, nexcluded, nincluded;
	struct source *excluded, *included;
	unsigned types, types_seen;
	bool has_since, has_until;
	int64_t since, until, now;
	int64_t ahead;       /* until is that much after now, and goes on with it; 0: it stays */
	const char *as_told; /* then */
	struct jqexpr *where;
};

struct select *
select_new(struct events *events)
{
	struct select *select = xcalloc(1, sizeof *select);

	select->events = events;
	select->src_ip = field_named(events, SPAN("src_ip"));
	select->dhcp_type = field_named(events, SPAN("dhcp_type"));
	select->now = when_now();
	return select;
}

void
select_free(struct select *select)
{
	jqexpr_free(select->where);
	free(select->required);
	free(select->excluded);
	free(select->included);
	free(select);
}

void
select_src(struct select *select, const char *option, const char *value, bool exclude)
{
	struct source **list = exclude ? &select->excluded : &select->included;
	size_t *n = exclude ? &select->nexcluded : &select->nincluded;
	struct source source = { .text = span_of(value) };

	if (!prefix_parse(source.text, &source.prefix))
		cli_wrong(option, value, "not an address (10.0.0.1, 10.0.0.0/8, 2001:db8::/32)");
	source.exact = source.prefix.addr.length == 4 && strchr(value, '/') == NULL;
	*list = xrealloc(*list, (*n + 1) * sizeof **list);
	(*list)[(*n)++] = source;
}

void
select_require(struct select *select, const char *option, const char *field)
{
	cli_field(option, field, span_of(field));
	select->required = xrealloc(select->required, (select->nrequired + 1) * sizeof *select->required);
	select->required[select->nrequired++] = field_named(select->events, span_of(field));
}

static unsigned
type_bit(struct span name)
{
	for (unsigned i = 0; i < TYPES; i++)
		if (span_eq(name, span_of(type_names[i])))
			return 1u << i;
	return OTHER_TYPE;
}

void
select_dhcp_types(struct select *select, const char *option, const char *list)
{
	struct span rest = span_of(list), item;

	while (cli_list(&rest, &item)) {
		unsigned bit = type_bit(item);

		if (bit == OTHER_TYPE)
			cli_wrong(option, list, "not a list of discover,offer,request,ack,nak,decline,release,inform");
		select->types |= bit;
	}
}

void
select_time(struct select *select, const char *option, const char *value, bool until)
{
	if (!when_point(span_of(value), select->now, until ? &select->until : &select->since))
		cli_wrong(option, value, "not a time (2019-04-30T05:00:00Z, 2019-04-30, -2h, +1h, today, now)");
	*(until ? &select->has_until : &select->has_since) = true;
	if (until) {
		select->ahead = *value == '+' ? select->until - select->now : 0;
		select->as_told = value;
	}
}

void
select_where(struct select *select, const char *option, const char *expression)
{
	select->where = jqexpr_new(option, cli_condition(option, select->where != NULL, expression));
}

/* The text is parsed for the first prefix, and not before. */
static bool
in_any(const struct source *list, size_t n, struct span text)
{
	enum { NOT_YET, NONE, ADDRESS } kind = NOT_YET;
	struct addr addr;

	for (size_t i = 0; i < n; i++) {
		if (list[i].exact) {
			if (span_eq(list[i].text, text))
				return true;
			continue;
		}
		if (kind == NOT_YET)
			kind = addr_parse(text, &addr) ? ADDRESS : NONE;
		if (kind == ADDRESS && prefix_has(&list[i].prefix, &addr))
			return true;
	}
	return false;
}

/* As SQL would: an event without src_ip is neither equal nor unequal to an address, so it goes. */
static bool
src_passes(const struct select *select, const struct event *event)
{
	const struct slice *src = field_value(&select->src_ip, event);
	char plain[TEXT_DECODE_ROOM * 128];
	struct span text = { NULL, 0 };

	if (select->nexcluded + select->nincluded == 0)
		return true;
	if (!slice_has_value(src))
		return false;
	if (src->kind == KIND_STRING && src->n <= 128)
		text = text_decode(plain, src);
	if (text.p == NULL)
		return select->nincluded == 0;
	return !in_any(select->excluded, select->nexcluded, text) &&
	    (select->nincluded == 0 || in_any(select->included, select->nincluded, text));
}

static unsigned
type_of(const struct select *select, const struct event *event)
{
	const struct slice *type = field_value(&select->dhcp_type, event);

	if (type->kind == KIND_STRING && !type->escaped && !type->broken)
		return type_bit(slice_inside(type));
	for (unsigned i = 0; i < TYPES; i++)
		if (text_is(type, span_of(type_names[i])))
			return 1u << i;
	return OTHER_TYPE;
}

/* A clock may be set back, as at the start of a machine: it is asked each time. */
static bool
is_before_until(struct select *select, int64_t time)
{
	if (select->ahead != 0)
		select->until = when_now() + select->ahead;
	return !select->has_until || time < select->until;
}

bool
select_has_time(struct select *select, int64_t time)
{
	return (!select->has_since || time >= select->since) && is_before_until(select, time);
}

static enum verdict
judge_time(struct select *select, const struct event *event)
{
	if (!select->has_since && !select->has_until)
		return PASSED;
	if (!event->has_time)
		return FAILED_NO_TIME;
	if (select->has_since && event->time < select->since)
		return FAILED_SINCE;
	return is_before_until(select, event->time) ? PASSED : FAILED_UNTIL;
}

static enum verdict
judge_where(struct select *select, const struct event *event, const char **reason)
{
	if (select->where == NULL)
		return PASSED;
	*reason = jqtext_refusal(event->text);
	if (*reason != NULL)
		return FAILED_WHERE_ERROR;
	switch (jqexpr_test(select->where, event->text, reason)) {
	case JQ_TRUE:
		return PASSED;
	case JQ_FALSE:
		return FAILED_WHERE;
	case JQ_ERROR:
		break;
	}
	return FAILED_WHERE_ERROR;
}

enum verdict
select_judge(struct select *select, const struct event *event, const char **reason)
{
	unsigned type = type_of(select, event);
	enum verdict verdict;

	select->types_seen |= type;
	if (!src_passes(select, event))
		return FAILED_SRC;
	for (size_t i = 0; i < select->nrequired; i++)
		if (!field_has_value(&select->required[i], event))
			return FAILED_REQUIRE;
	if (select->types != 0 && !(select->types & type))
		return FAILED_DHCP_TYPE;
	verdict = judge_time(select, event);
	return verdict == PASSED ? judge_where(select, event, reason) : verdict;
}

/* Dropped by a bound that goes on with the clock: some clock is wrong. */
static void
tell_ahead(const struct select *select, uint64_t dropped)
{
	if (select->ahead != 0 && dropped > 0)
		warn("dropped %" PRIu64 " by --until %s: their time is ahead of this machine's clock", dropped, select->as_told);
}

void
select_explain(const struct select *select, const uint64_t failed[VERDICTS], bool all)
{
	static const char *const names[VERDICTS] = { "", "--src or --exclude-src", "--require", "--dhcp-type", "--since",
		"--until", "no time", "--where", "--where (failed)" };
	char text[512] = "";
	size_t n = 0;

	tell_ahead(select, failed[FAILED_UNTIL]);
	for (int i = 1; i < VERDICTS && all; i++)
		if (failed[i] > 0 && n < sizeof text)
			n += (size_t)snprintf(text + n, sizeof text - n, "%s%" PRIu64 " by %s", n > 0 ? ", " : "", failed[i], names[i]);
	if (n > 0)
		warn("no event passed: dropped %s%s", text, select->types_seen == 1u << TYPE_ACK ?
		    "; only ACKs were seen: Suricata logs the other types with `dhcp: extended: yes`" : "");
}
