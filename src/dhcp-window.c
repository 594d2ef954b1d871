/* Group flat records by key and event-time window, and aggregate them. */
#include <stdio.h>
#include <stdlib.h>

#include "cli.h"
#include "diag.h"
#include "input.h"
#include "jqexpr.h"
#include "output.h"
#include "query.h"
#include "row.h"
#include "scan.h"
#include "text.h"
#include "when.h"
#include "window.h"

static const char help[] =
    "usage: dhcp-window [OPTION]... [FILE]...\n"
    "Group flat records by key and event-time window; write one row for each group.\n"
    "\n"
    "  -e, --every DUR    length of a window, aligned to the epoch in UTC (30m)\n"
    "      --slide DUR    a new window every DUR: a record is in several\n"
    "      --session DUR  a window lasts until its key is silent for DUR\n"
    "      --align DUR    shift the windows' edges by DUR\n"
    "  -b, --by FIELDS    group key (id); '' for the window alone\n"
    "  -a, --agg LIST     count, and count(F) distinct(F) min(F) max(F) sum(F) avg(F)\n"
    "                     first(F) last(F) values(F) min_ip(F) max_ip(F); NAME=max(F)\n"
    "                     (max of src_ip, hostname, client_ip, requested_ip and ts,\n"
    "                     and count=count(id))\n"
    "      --having EXPR  keep rows for which the jq condition holds\n" CLI_COMMON_HELP
    "\n"
    "Durations: 90s, 30m, 1h30m, 1d.  Windows close at the end of the input.\n"
    "dhcp-window -e 1h -b dhcp_type -a 'count,distinct(client_mac)' records.ndjson\n";

enum { SLIDE = CLI_FIRST_FREE, SESSION, ALIGN, HAVING };

static const struct option options[] = {
	{ "every", required_argument, NULL, 'e' }, { "slide", required_argument, NULL, SLIDE },
	{ "session", required_argument, NULL, SESSION }, { "align", required_argument, NULL, ALIGN },
	{ "by", required_argument, NULL, 'b' }, { "agg", required_argument, NULL, 'a' },
	{ "having", required_argument, NULL, HAVING }, CLI_COMMON_OPTIONS,
};

static const struct cli cli = { help, options, ":e:b:a:" };

struct job {
	struct cli_common common;
	bool session; /* each group is a window of its own */
	struct query *query;
	struct windows *windows;
	struct jqexpr *having;
	struct input *in;
	struct output *out, *row, *key;
	struct arena record;
	struct slice *found;
	struct datum *data;
	uint64_t read, passed, blank, bad, no_time, not_aggregated, windows_closed, groups, rows, dropped, having_errors;
};

static int64_t
duration(const char *option, const char *value)
{
	int64_t us;

	if (!when_duration(span_of(value), &us))
		cli_wrong(option, value, "not a duration (90s, 30m, 1h30m, 1d)");
	return us;
}

static void
check_spec(struct window_spec *spec, int64_t session)
{
	if (session != 0 && (spec->every != 0 || spec->slide != 0 || spec->align != 0))
		cli_wrong("--session", "a window of its own", "not with --every, --slide or --align");
	spec->session = session != 0;
	if (spec->every == 0)
		spec->every = session != 0 ? session : INT64_C(1800000000);
	if (spec->slide == 0)
		spec->slide = spec->every;
	if (spec->slide > spec->every)
		cli_wrong("--slide", "longer than --every", "records between the windows would be lost");
	if ((spec->every + spec->slide - 1) / spec->slide > WINDOWS_PER_RECORD_MAX)
		cli_wrong("--slide", "too short", "a record would be in more than 10,000 windows");
	if (spec->every > WHEN_MAX / 100)
		cli_wrong(session != 0 ? "--session" : "--every", "too long", "at most 80 years");
	spec->align %= spec->slide;
}

static void
job_init(struct job *job, int argc, char *argv[])
{
	const char *by = NULL, *aggregates = NULL, *having = NULL;
	struct window_spec spec = { 0 };
	int64_t session = 0;
	int c;

	*job = (struct job){ 0 };
	while ((c = cli_next(&cli, argc, argv, &job->common)) != -1)
		switch (c) {
		case 'e':
			spec.every = duration("--every", optarg);
			break;
		case SLIDE:
			spec.slide = duration("--slide", optarg);
			break;
		case SESSION:
			session = duration("--session", optarg);
			break;
		case ALIGN:
			spec.align = duration("--align", optarg);
			break;
		case 'b':
			by = optarg;
			break;
		case 'a':
			aggregates = optarg;
			break;
		case HAVING:
			having = optarg;
			break;
		}
	check_spec(&spec, session);
	job->session = spec.session;
	job->query = query_new(by, aggregates);
	job->windows = windows_new(&spec, job->query);
	job->having = having != NULL ? jqexpr_new("--having", having) : NULL;
	job->found = xcalloc((size_t)job->query->fields->count, sizeof *job->found);
	job->data = xcalloc((size_t)job->query->fields->count, sizeof *job->data);
	job->out = output_stdout();
	job->row = output_memory();
	job->key = output_memory();
	job->in = input_open(argv + optind);
}

static bool
time_of(const struct slice *slice, int64_t *us)
{
	char plain[TEXT_DECODE_ROOM * 256];

	if (slice->kind != KIND_STRING || slice->n > 256)
		return false;
	return when_parse(text_decode(plain, slice), us);
}

/* The key's canonical JSON texts, joined by a byte that stands in none of them. */
static struct span
key_of(struct job *job)
{
	const struct query *query = job->query;

	job->key->n = 0;
	for (size_t i = 0; i < query->nby; i++) {
		if (i > 0)
			output_char(job->key, '\1');
		datum_emit(job->key, &job->data[query->by[i]]);
	}
	return (struct span){ job->key->buf, job->key->n };
}

static void
add_record(struct job *job, struct span line, int64_t ts)
{
	struct sample sample = { ts, job->data };
	const char *reason;

	for (int i = 0; i < job->query->fields->count; i++)
		if (i != job->query->ts && (i != job->query->timestamp || job->query->uses_timestamp))
			datum_of_slice(&job->data[i], &job->found[i], &job->record);
	reason = windows_add(job->windows, key_of(job), &sample);
	job->passed++;
	if (reason != NULL) {
		job->not_aggregated++;
		input_bad(job->in, line.p, reason);
	}
}

static bool
is_blank(struct span line)
{
	for (size_t i = 0; i < line.n; i++)
		if (line.p[i] != ' ' && line.p[i] != '\t' && line.p[i] != '\r')
			return false;
	return true;
}

static void
job_line(struct job *job, struct span line)
{
	const struct query *query = job->query;
	const char *reason = "";
	int64_t ts;

	job->read++;
	arena_reset(&job->record);
	if (is_blank(line)) {
		job->blank++;
		return;
	}
	if (scan_object(query->fields, line, job->found) ||
	    jq_object(query->fields, line, job->found, &job->record, &reason)) {
		reason = "no time in ts or timestamp";
		datum_of_slice(&job->data[query->ts], &job->found[query->ts], &job->record);
		ts = job->data[query->ts].time;
		if (job->data[query->ts].is_time || time_of(&job->found[query->ts], &ts) || time_of(&job->found[query->timestamp], &ts)) {
			if (windows_reach(job->windows, ts)) {
				add_record(job, line, ts);
				return;
			}
			reason = "time too close to the year 0 or 10000 for a window";
		}
		job->no_time++;
	} else
		job->bad++;
	input_bad(job->in, line.p, reason);
}

/* A closed group: write it unless --having says no. */
static void
job_row(void *arg, const struct groups *groups, uint32_t number, int64_t start, int64_t end)
{
	struct job *job = arg;
	const char *reason;

	if (diag_stopped())
		return;
	job->groups++;
	if (job->having == NULL) {
		row_emit(job->query, groups, number, start, end, job->out);
		job->rows++;
		return;
	}
	job->row->n = 0;
	row_emit(job->query, groups, number, start, end, job->row);
	switch (jqexpr_test(job->having, (struct span){ job->row->buf, job->row->n - 1 }, &reason)) {
	case JQ_TRUE:
		output_put(job->out, job->row->buf, job->row->n);
		job->rows++;
		break;
	case JQ_FALSE:
		job->dropped++;
		break;
	case JQ_ERROR:
		job->having_errors++;
		diag_bad("--having", job->groups, reason);
		break;
	}
}

static void
write_stats(void *arg)
{
	struct job *job = arg;
	uint64_t too_long = input_too_long(job->in), groups = job->groups + windows_groups(job->windows);
	uint64_t windows = job->session ? groups : job->windows_closed + windows_open(job->windows);

	diag_stats((const struct counter[]){ { "read", job->read + too_long }, { "passed", job->passed },
	    { "blank", job->blank }, { "bad", job->bad + too_long }, { "no_time", job->no_time },
	    { "not_aggregated", job->not_aggregated }, { "windows", windows }, { "groups", groups },
	    { "rows", job->rows }, { "having", job->dropped },
	    { "having_error", job->having_errors }, { "bytes", input_bytes(job->in) } }, 12);
}

static void
job_free(struct job *job)
{
	windows_free(job->windows);
	query_free(job->query);
	jqexpr_free(job->having);
	arena_free(&job->record);
	output_free(job->row);
	output_free(job->key);
	free(job->found);
	free(job->data);
	input_close(job->in);
}

int
main(int argc, char *argv[])
{
	struct job job;
	struct span line;

	diag_start("dhcp-window");
	job_init(&job, argc, argv);
	diag_on_request(write_stats, &job);
	while (input_line(job.in, &line))
		job_line(&job, line);
	if (!diag_stopped()) {
		job.windows_closed = windows_open(job.windows);
		windows_close(job.windows, job_row, &job);
	}
	output_finish();
	if (job.common.stats)
		write_stats(&job);
	job_free(&job);
	return diag_finish();
}
