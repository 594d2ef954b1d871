/* Pick the DHCP events out of Suricata's EVE log, in files, pipes or Kafka envelopes, and flatten them. */
#include <stdio.h>
#include <unistd.h>

#include "cli.h"
#include "diag.h"
#include "emit.h"
#include "event.h"
#include "find.h"
#include "front.h"
#include "heartbeat.h"
#include "input.h"
#include "output.h"
#include "record.h"
#include "select.h"

static const char help[] =
    "usage: eve-dhcp-filter [OPTION]... [FILE]...\n"
    "Select DHCP events from EVE lines or kcat -J envelopes; write flat records.\n"
    "\n"
    "  -x, --exclude-src IP[/LEN]  drop events from there\n"
    "      --src IP[/LEN]          keep only events from there\n"
    "  -r, --require FIELD         drop events where FIELD is absent or null\n"
    "  -t, --dhcp-type LIST        discover,offer,request,ack,nak,decline,...\n"
    "  -w, --where EXPR            keep events for which the jq condition holds\n"
    "      --since T, --until T    [since, until): 2019-04-30T05:00:00Z, -2h, today\n"
    "  -v, --invert-match          the DHCP events that fail the conditions\n"
    "\n"
    "  -c, --count                 only count\n"
    "  -m, --max-count N           stop after N\n"
    "      --fields LIST           what to write: id,lease_time; +vlan adds one\n"
    "      --raw                   write the EVE line itself\n"
    "      --time kafka|event      where ts comes from (kafka, in an envelope)\n"
    "  -i, --input FORM            auto, eve, kafka, message, ecs\n"
    "      --heartbeat[=DUR]       say how far each partition has been read (1s)\n"
    "      --reject FILE           append lines that are not understood there\n" CLI_COMMON_HELP
    "\n"
    "eve-dhcp-filter -r hostname eve.json | dhcp-window | dhcp-topn -f table\n";

enum { SRC = CLI_FIRST_FREE, SINCE, UNTIL, FIELDS, RAW, TIME, HEARTBEAT, REJECT };

static const struct option options[] = {
	{ "exclude-src", required_argument, NULL, 'x' }, { "src", required_argument, NULL, SRC },
	{ "require", required_argument, NULL, 'r' }, { "dhcp-type", required_argument, NULL, 't' },
	{ "where", required_argument, NULL, 'w' }, { "since", required_argument, NULL, SINCE },
	{ "until", required_argument, NULL, UNTIL }, { "invert-match", no_argument, NULL, 'v' },
	{ "count", no_argument, NULL, 'c' }, { "max-count", required_argument, NULL, 'm' },
	{ "fields", required_argument, NULL, FIELDS }, { "raw", no_argument, NULL, RAW },
	{ "time", required_argument, NULL, TIME }, { "input", required_argument, NULL, 'i' },
	{ "heartbeat", optional_argument, NULL, HEARTBEAT }, { "reject", required_argument, NULL, REJECT }, CLI_COMMON_OPTIONS,
};

static const struct cli cli = { help, options, ":x:r:t:w:vcm:i:" };

struct filter {
	struct cli_common common;
	bool invert, count, raw, limited, heartbeat;
	uint64_t limit;
	const char *field_list, *reject_path, *heartbeat_every;
	struct events *events;
	struct select *select;
	struct record record;
	struct heartbeats *heartbeats; /* NULL: none are asked for */
	struct input *in;
	struct output *out, *reject;
	uint64_t passed, other, bad, matched, failed[VERDICTS];
};

static bool
is_event_time(const char *value)
{
	if (strcmp(value, "event") != 0 && strcmp(value, "kafka") != 0)
		cli_wrong("--time", value, "not kafka or event");
	return *value == 'e';
}

static void
option(struct filter *f, int c, const char *value)
{
	switch (c) {
	case 'x':
	case SRC:
		select_src(f->select, c == SRC ? "--src" : "--exclude-src", value, c != SRC);
		break;
	case 'r':
		select_require(f->select, "--require", value);
		break;
	case 't':
		select_dhcp_types(f->select, "--dhcp-type", value);
		break;
	case 'w':
		select_where(f->select, "--where", value);
		break;
	case SINCE:
	case UNTIL:
		select_time(f->select, c == SINCE ? "--since" : "--until", value, c == UNTIL);
		break;
	case 'v':
		f->invert = true;
		break;
	case 'c':
		f->count = true;
		break;
	case 'm':
		f->limited = true;
		f->limit = cli_number("--max-count", value, UINT64_MAX);
		break;
	case FIELDS:
		f->field_list = value;
		break;
	case RAW:
		f->raw = f->events->raw = true;
		break;
	case TIME:
		f->events->event_time = is_event_time(value);
		break;
	case 'i':
		if (!event_shape_named(value, &f->events->shape))
			cli_wrong("--input", value, "not one of auto, eve, kafka, message, ecs");
		break;
	case HEARTBEAT:
		f->heartbeat = true;
		f->heartbeat_every = value;
		break;
	case REJECT:
		f->reject_path = value;
		break;
	}
}

/* A reader of heartbeats wants records beside them, of all that passed. */
static void
check_together(const struct filter *f)
{
	const char *other = f->raw ? "--raw" : f->count ? "--count" : f->invert ? "--invert-match" : NULL;

	if (f->raw && f->field_list != NULL)
		cli_wrong("--raw", "--fields", "one excludes the other");
	if (f->heartbeat && other != NULL)
		cli_wrong("--heartbeat", other, "one excludes the other");
}

static void
filter_init(struct filter *f, int argc, char *argv[])
{
	int c;

	*f = (struct filter){ .events = events_new(SHAPE_AUTO, false) };
	f->select = select_new(f->events);
	while ((c = cli_next(&cli, argc, argv, &f->common)) != -1)
		option(f, c, optarg);
	check_together(f);
	if (f->heartbeat)
		f->heartbeats = heartbeats_new("--heartbeat", f->heartbeat_every, argv + optind);
	f->record = record_new(f->events, "--fields", f->field_list);
	f->out = output_stdout();
	if (f->reject_path != NULL)
		f->reject = output_append("--reject", f->reject_path);
	f->in = input_open(argv + optind, false);
	if (f->common.stats)
		input_count_lines(f->in);
}

static void
reject(struct filter *f, struct span line, const char *reason)
{
	if (f->reject != NULL) {
		output_put(f->reject, input_name(f->in), strlen(input_name(f->in)));
		output_char(f->reject, ':');
		emit_integer(f->reject, input_line_number(f->in, line.p));
		output_char(f->reject, ':');
		output_put(f->reject, reason, strlen(reason));
		output_char(f->reject, '\t');
		output_put(f->reject, line.p, line.n);
		output_char(f->reject, '\n');
	}
	f->bad++;
	input_bad(f->in, line.p, reason);
}

static void
write_raw(struct filter *f, struct span line)
{
	const struct event *event = &f->events->now;
	struct span text = !event->wrapped ? line : event->raw.p != NULL ? event->raw : event->text;
	char *to = output_room(f->out, text.n + 1);

	for (; text.n > 0 && *text.p == '\0'; text.n--)
		text.p++;
	memcpy(to, text.p, text.n);
	for (char *nl = to; event->wrapped && (nl = memchr(nl, '\n', text.n - (size_t)(nl - to))) != NULL;)
		*nl = ' ';
	to[text.n] = '\n';
	output_used(f->out, to + text.n + 1);
}

static void
pass(struct filter *f, struct span line)
{
	f->passed++;
	if (f->count)
		return;
	if (f->raw)
		write_raw(f, line);
	else
		record_emit(&f->record, &f->events->now, f->out);
}

static void
judge(struct filter *f, struct span line)
{
	const char *reason = "";
	enum verdict verdict = select_judge(f->select, &f->events->now, &reason);

	if (verdict == FAILED_WHERE_ERROR) {
		char text[256];

		snprintf(text, sizeof text, "--where: %s", reason);
		f->failed[verdict]++;
		input_bad(f->in, line.p, text);
	} else if ((verdict == PASSED) != f->invert)
		pass(f, line);
	else if (f->invert)
		f->matched++;
	else
		f->failed[verdict]++;
}

static void
filter_line(struct filter *f, struct span line)
{
	const char *reason = "";

	switch (event_read(f->events, line, &reason)) {
	case EVENT_DHCP:
		judge(f, line);
		break;
	case EVENT_OTHER:
		f->other++;
		break;
	case EVENT_BAD:
		reject(f, line, reason);
		break;
	}
}

static bool
is_done(const struct filter *f)
{
	return diag_stopped() || (f->limited && f->passed >= f->limit);
}

/* The whole block is searched; only a line around a hit is ever looked at. */
static void
filter_block(struct filter *f, struct span block)
{
	const char *p = block.p, *end = block.p + block.n, *hit;

	while (!is_done(f) && (hit = find_dhcp(p, end)) != NULL) {
		const char *before = memrchr(p, '\n', (size_t)(hit - p)), *start = before != NULL ? before + 1 : p;
		const char *stop = memchr(hit, '\n', (size_t)(end - hit));

		filter_line(f, (struct span){ start, (size_t)(stop - start) });
		p = stop + 1;
	}
	if (is_done(f))
		input_stop(f->in, p);
}

/* With heartbeats every line is looked at, most of them only at their front. */
static void
follow_line(struct filter *f, struct span line, bool is_hit, bool is_torn)
{
	struct mark mark;

	if (is_hit)
		filter_line(f, line);
	if (diag_stopped() || !front_read(f->events, line, is_hit, is_torn, &mark))
		return;
	mark.has_time = mark.has_time && select_has_time(f->select, mark.time);
	heartbeats_note(f->heartbeats, &mark, f->out);
}

static void
follow_block(struct filter *f, struct span block)
{
	const char *p = block.p, *end = block.p + block.n, *hit = find_dhcp(p, end);

	while (p < end && !is_done(f)) {
		const char *stop = memchr(p, '\n', (size_t)(end - p));
		bool is_hit = hit != NULL && hit < stop;

		follow_line(f, (struct span){ p, (size_t)(stop - p) }, is_hit, stop + 1 == end && input_unended(f->in));
		p = stop + 1;
		if (is_hit)
			hit = find_dhcp(p, end);
	}
	if (is_done(f))
		input_stop(f->in, p);
}

static void
write_stats(void *arg)
{
	struct filter *f = arg;
	uint64_t read, bad = f->bad + input_too_long(f->in), dhcp = f->passed + f->matched;
	bool known = input_lines(f->in, &read);

	for (int i = 0; i < VERDICTS; i++)
		dhcp += f->failed[i];
	diag_stats((const struct counter[]){ { known ? "read" : NULL, read }, { "passed", f->passed },
	    { known ? "not_dhcp" : NULL, read - dhcp - bad },
	    { "bad", bad }, { "src", f->failed[FAILED_SRC] }, { "require", f->failed[FAILED_REQUIRE] },
	    { "dhcp_type", f->failed[FAILED_DHCP_TYPE] }, { "since", f->failed[FAILED_SINCE] },
	    { "until", f->failed[FAILED_UNTIL] }, { "no_time", f->failed[FAILED_NO_TIME] },
	    { "where", f->failed[FAILED_WHERE] }, { "where_error", f->failed[FAILED_WHERE_ERROR] },
	    { "matched", f->matched }, { "gaps", heartbeats_gaps(f->heartbeats) },
	    { "heartbeats", heartbeats_written(f->heartbeats) }, { "bytes", input_bytes(f->in) } }, 16);
}

int
main(int argc, char *argv[])
{
	struct filter f;
	struct span block;

	diag_start("eve-dhcp-filter");
	filter_init(&f, argc, argv);
	diag_on_request(write_stats, &f);
	while (!is_done(&f) && input_block(f.in, &block))
		(f.heartbeats != NULL ? follow_block : filter_block)(&f, block);
	if (f.heartbeats != NULL)
		heartbeats_finish(f.heartbeats, f.out);
	if (f.count) {
		emit_integer(f.out, f.passed);
		output_char(f.out, '\n');
	}
	output_finish();
	if (!f.invert)
		select_explain(f.select, f.failed, f.passed == 0 && isatty(STDERR_FILENO));
	if (f.common.stats)
		write_stats(&f);
	input_close(f.in);
	heartbeats_free(f.heartbeats);
	record_free(&f.record);
	select_free(f.select);
	events_free(f.events);
	return diag_finish();
}
