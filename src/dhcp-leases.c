/* Flat records to leases: which client held which address, from when to when. */
#include "addr.h"
#include "cli.h"
#include "diag.h"
#include "duration.h"
#include "input.h"
#include "jqexpr.h"
#include "lease.h"
#include "number.h"
#include "output.h"
#include "scan.h"
#include "text.h"

static const char help[] =
    "usage: dhcp-leases [OPTION]... [FILE]...\n"
    "Write a row for each lease: who held which address, from when to when.\n"
    "The records must be in order of time, as sort(1) puts them.\n"
    "\n"
    "      --at TIME           leases that hold at TIME (RFC 3339, now, -2h, today)\n"
    "      --having EXPR       rows for which the jq expression holds\n"
    "      --lease DUR         how long one is whose ACK does not tell\n" CLI_COMMON_HELP
    "\n"
    "eve-dhcp-filter eve.json | LC_ALL=C sort | dhcp-leases --lease 1h --at now\n";

enum { AT = CLI_FIRST_FREE, HAVING, LEASE };

static const struct option options[] = {
	{ "at", required_argument, NULL, AT }, { "having", required_argument, NULL, HAVING },
	{ "lease", required_argument, NULL, LEASE }, CLI_COMMON_OPTIONS,
};

static const struct cli cli = { help, options, ":" };

/* What is asked of a record. */
enum { TS, TIMESTAMP, HEARTBEAT, TYPE, DHCP_TYPE, SRC_IP, CLIENT_MAC, CLIENT_IP, ASSIGNED_IP, REQUESTED_IP, HOSTNAME, LEASE_TIME,
	RENEWAL_TIME, WANTED };
static const char *const names[] = { "ts", "timestamp", "heartbeat", "type", "dhcp_type", "src_ip", "client_mac", "client_ip",
	"assigned_ip", "requested_ip", "hostname", "lease_time", "renewal_time" };

/* Where a line ends. */
enum end { PASSED, BLANK, BAD, NO_TIME, HEARTBEATS, OTHER, ENDS };

enum { SECOND = 1000000 };

struct run {
	struct cli_common common;
	bool bounded; /* --at is given */
	int64_t at, usual; /* --at, --lease */
	struct jqexpr *having;

	struct input *in;
	struct output *out, *row;
	struct fields *fields;
	struct slice found[WANTED];
	struct arena record;
	struct leases *leases;
	int64_t clock; /* the highest time */
	uint64_t ends[ENDS], seen, elsewhen, dropped, errors, rows;
};

static void
put(void *arg, const struct lease *lease, enum lease_end end)
{
	struct run *run = arg;
	const char *reason;

	if (diag_stopped())
		return;
	run->seen++;
	if (run->bounded && (run->at < lease->start || run->at >= lease->end)) {
		run->elsewhen++;
		return;
	}
	run->row->n = 0;
	lease_emit(lease, end, run->row);
	switch (run->having == NULL ? JQ_TRUE :
	    jqexpr_test(run->having, (struct span){ run->row->buf, run->row->n - 1 }, &reason)) {
	case JQ_TRUE:
		output_put(run->out, run->row->buf, run->row->n);
		run->rows++;
		break;
	case JQ_FALSE:
		run->dropped++;
		break;
	case JQ_ERROR:
		run->errors++;
		diag_bad("--having", run->seen, reason);
		break;
	}
}

static void
parse_options(struct run *run, int argc, char *argv[])
{
	const char *having = NULL;
	int c;

	while ((c = cli_next(&cli, argc, argv, &run->common)) != -1)
		switch (c) {
		case LEASE:
			run->usual = duration_of("--lease", optarg);
			if (run->usual / SECOND > UINT32_MAX)
				cli_wrong("--lease", optarg, "longer than DHCP can tell (136 years)");
			break;
		case AT:
			run->bounded = true;
			if (!when_point(span_of(optarg), when_now(), &run->at))
				cli_wrong("--at", optarg, "not a time (2019-04-30T05:00:00Z, 2019-04-30, -2h, now or today)");
			break;
		case HAVING:
			having = cli_condition("--having", having != NULL, optarg);
			break;
		}
	if (having != NULL)
		run->having = jqexpr_new("--having", having);
}

static void
run_init(struct run *run, int argc, char *argv[])
{
	*run = (struct run){ .fields = fields_new(), .clock = INT64_MIN };
	parse_options(run, argc, argv);
	for (int i = 0; i < WANTED; i++)
		fields_add(run->fields, span_of(names[i])); /* its slot is i */
	run->row = output_memory();
	run->leases = leases_new(put, run);
	run->out = output_stdout();
	run->in = input_open(argv + optind, false);
}

static void
run_free(struct run *run)
{
	leases_free(run->leases);
	output_free(run->row);
	arena_free(&run->record);
	fields_free(run->fields);
	if (run->having != NULL)
		jqexpr_free(run->having);
	input_close(run->in);
}

static struct datum
value_of(struct run *run, int field)
{
	struct datum datum;

	datum_of_slice(&datum, &run->found[field], &run->record);
	return datum;
}

/*
 * How long the lease of an ACK is: as it says, in 32 bits of seconds, or twice its T1, which is half of it unless a server sets
 * another (RFC 2131, 4.4.5). NULL, or why it is none.
 */
static const char *
find_length(const struct run *run, int64_t *length)
{
	static const int64_t longest = (int64_t)UINT32_MAX * SECOND;
	const struct slice *whole = &run->found[LEASE_TIME], *half = &run->found[RENEWAL_TIME];
	bool told = whole->kind == KIND_NUMBER;

	*length = run->usual;
	if (!told && half->kind != KIND_NUMBER)
		return *length > 0 ? NULL : "an ACK that does not tell how long (lease_time, renewal_time, or --lease DUR)";
	if (!number_micro(slice_span(told ? whole : half), length) || *length <= 0 || *length > longest)
		return "an ACK whose lease_time or renewal_time is no length of a lease";
	if (!told)
		*length = *length < longest / 2 ? *length * 2 : longest;
	return NULL;
}

/* The address that a message concerns; false if it concerns none. */
static bool
find_address(struct run *run, int field, struct datum *address)
{
	static const unsigned char none[16];
	struct addr addr;

	*address = value_of(run, field);
	return address->kind == KIND_STRING && !address->is_time && addr_parse(address->text, &addr) &&
	    memcmp(addr.bytes, none, addr.length) != 0;
}

static bool
type_is(const struct run *run, const char *type)
{
	return text_is(&run->found[DHCP_TYPE], span_of(type));
}

/* What a server sends as a reply; what a client sends of that type nobody heeds (RFC 2131, 4.3.1 and table 5). */
static bool
replies(const struct run *run, const char *type)
{
	return type_is(run, type) && !text_is(&run->found[TYPE], SPAN("request"));
}

static enum end
ended(enum lease_change change, const char **reason)
{
	*reason = "older than what came before it for its address: sort the records by their time";
	return change == LEASE_OLDER ? BAD : change == LEASE_CHANGED ? PASSED : OTHER;
}

static enum end
take_message(struct run *run, int64_t ts, const char **reason)
{
	struct message message = { .ts = ts, .client = value_of(run, CLIENT_MAC), .hostname = value_of(run, HOSTNAME),
		.server = value_of(run, SRC_IP) };

	if (message.hostname.kind == KIND_STRING && !replies(run, "ack") && !replies(run, "nak") && !replies(run, "offer"))
		leases_name(run->leases, &message.client, &message.hostname);
	if (replies(run, "ack") && find_address(run, ASSIGNED_IP, &message.address)) {
		if ((*reason = find_length(run, &message.length)) != NULL)
			return BAD;
		return ended(leases_ack(run->leases, &message), reason);
	}
	if (type_is(run, "release") && find_address(run, CLIENT_IP, &message.address))
		return ended(leases_give_up(run->leases, &message, LEASE_RELEASED), reason);
	if (type_is(run, "decline") && find_address(run, REQUESTED_IP, &message.address))
		return ended(leases_give_up(run->leases, &message, LEASE_DECLINED), reason);
	return OTHER;
}

static enum end
take(struct run *run, struct span line, const char **reason)
{
	int64_t ts;

	if (span_is_blank(line))
		return BLANK;
	if (!scan_object(run->fields, line, run->found) && !jq_object(run->fields, line, run->found, &run->record, reason))
		return BAD;
	*reason = VALUES_TOO_LONG;
	if (!values_are_short(run->found, WANTED))
		return BAD;
	*reason = "no time in ts or timestamp";
	if (!slice_time(&run->found[TS], &ts) && !slice_time(&run->found[TIMESTAMP], &ts))
		return run->found[HEARTBEAT].kind == KIND_TRUE ? HEARTBEATS : NO_TIME;
	if (ts > run->clock)
		run->clock = ts;
	return run->found[HEARTBEAT].kind == KIND_TRUE ? HEARTBEATS : take_message(run, ts, reason);
}

static void
run_line(struct run *run, struct span line)
{
	const char *reason = "";
	enum end end;

	arena_reset(&run->record);
	end = take(run, line, &reason);
	run->ends[end]++;
	if (end == BAD || end == NO_TIME)
		input_bad(run->in, line.p, reason);
}

static void
write_stats(void *arg)
{
	const struct run *run = arg;
	uint64_t bad = run->ends[BAD] + input_too_long(run->in), read = bad - run->ends[BAD];

	for (int i = 0; i < ENDS; i++)
		read += run->ends[i];
	diag_stats((const struct counter[]){ { "read", read }, { "passed", run->ends[PASSED] }, { "blank", run->ends[BLANK] },
	    { "bad", bad }, { "no_time", run->ends[NO_TIME] }, { "heartbeats", run->ends[HEARTBEATS] },
	    { "other", run->ends[OTHER] }, { "leases", run->seen }, { "rows", run->rows }, { "at", run->elsewhen },
	    { "having", run->dropped }, { "having_error", run->errors } }, 12);
}

int
main(int argc, char *argv[])
{
	struct run run;
	struct span line;

	diag_start("dhcp-leases");
	run_init(&run, argc, argv);
	diag_on_request(write_stats, &run);
	while (input_line(run.in, &line))
		run_line(&run, line);
	leases_end(run.leases, run.clock);
	output_finish();
	if (run.common.stats)
		write_stats(&run);
	run_free(&run);
	return diag_finish();
}
