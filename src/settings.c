#include "settings.h"

#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>

#include "duration.h"
#include "when.h"

static const char help[] =
    "usage: dhcp-window [OPTION]... [FILE]...\n"
    "Group flat records by key and event-time window; write one row for each group.\n"
    "\n"
    "  -e, --every DUR         length of a window, aligned to the epoch in UTC (30m)\n"
    "      --slide DUR         a new window every DUR: a record is in several\n"
    "      --session DUR       a window lasts until its key is silent for DUR\n"
    "      --align DUR         shift the windows' edges by DUR\n"
    "  -b, --by FIELDS         group key (id), F or ADDRESS/24; '' for none\n"
    "  -a, --agg LIST          count, or a function of a field: count(F) distinct(F)\n"
    "                          min(F) max(F) sum(F) avg(F) span(F) first(F) last(F)\n"
    "                          values(F) min_ip(F) max_ip(F); NAME=max(F)\n"
    "                          (max of src_ip, hostname, client_ip, requested_ip\n"
    "                          and ts, and count=count(id))\n"
    "      --having EXPR       keep rows for which the jq condition holds\n"
    "\n"
    "  -l, --lateness DUR      close windows once all sources are DUR past their end\n"
    "      --partitions N      how many Kafka partitions the records come from\n"
    "      --idle DUR          what is silent for DUR no longer holds windows back\n"
    "      --late-file FILE    append late records there\n"
    "      --mode MODE         append, update or complete (append)\n"
    "      --trigger DUR       in update and complete mode: how often, or once\n"
    "\n"
    "      --max-groups N      keep no more groups; --on-full fail|evict\n"
    "      --kafka-key         write KEY<TAB>row, for kcat -K\n"
    "      --checkpoint FILE   resume from FILE and save there; --save FILE: there\n"
    "      --final             with a checkpoint: the input's end closes windows\n"
    "      --partial           write partial rows; --merge: take such rows\n"
    "      --source NAME/N     partial rows have a place in N Kafka partitions\n" CLI_COMMON_HELP
    "\n"
    "Durations: 90s, 30m, 1h30m, 1d.  Without --lateness windows close at the end.\n"
    "dhcp-window -e 1h -b dhcp_type -a 'count,distinct(client_mac)' records.ndjson\n";

enum { SLIDE = CLI_FIRST_FREE, SESSION, ALIGN, HAVING, PARTITIONS, IDLE, LATE_FILE, MODE, TRIGGER, MAX_GROUPS, ON_FULL,
	KAFKA_KEY, CHECKPOINT, SAVE, FINAL, PARTIAL, MERGE, SOURCE };

static const struct option options[] = {
	{ "every", required_argument, NULL, 'e' }, { "slide", required_argument, NULL, SLIDE },
	{ "session", required_argument, NULL, SESSION }, { "align", required_argument, NULL, ALIGN },
	{ "by", required_argument, NULL, 'b' }, { "agg", required_argument, NULL, 'a' },
	{ "having", required_argument, NULL, HAVING }, { "lateness", required_argument, NULL, 'l' },
	{ "partitions", required_argument, NULL, PARTITIONS }, { "idle", required_argument, NULL, IDLE },
	{ "late-file", required_argument, NULL, LATE_FILE }, { "mode", required_argument, NULL, MODE },
	{ "trigger", required_argument, NULL, TRIGGER }, { "max-groups", required_argument, NULL, MAX_GROUPS },
	{ "on-full", required_argument, NULL, ON_FULL }, { "kafka-key", no_argument, NULL, KAFKA_KEY },
	{ "checkpoint", required_argument, NULL, CHECKPOINT }, { "save", required_argument, NULL, SAVE },
	{ "final", no_argument, NULL, FINAL }, { "partial", no_argument, NULL, PARTIAL },
	{ "merge", no_argument, NULL, MERGE }, { "source", required_argument, NULL, SOURCE }, CLI_COMMON_OPTIONS,
};

static const struct cli cli = { help, options, ":e:b:a:l:" };

/* No time at all is a lateness, too: sources that are in order. */
static int64_t
lateness(const char *value)
{
	static const char *const nothing[] = { "0", "0s", "0m", "0h", "0d", "0w", "0ms", "0us" };

	for (size_t i = 0; i < sizeof nothing / sizeof *nothing; i++)
		if (strcmp(value, nothing[i]) == 0)
			return 0;
	return duration_of("--lateness", value);
}

static enum mode
mode_named(const char *value)
{
	static const char *const names[] = { "append", "update", "complete" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(value, names[i]) == 0)
			return (enum mode)i;
	cli_wrong("--mode", value, "not one of append, update, complete");
}

static bool
is_evict(const char *value)
{
	if (strcmp(value, "evict") != 0 && strcmp(value, "fail") != 0)
		cli_wrong("--on-full", value, "not fail or evict");
	return *value == 'e';
}

/* More than none. */
static uint64_t
number(const char *option, const char *value)
{
	uint64_t n = cli_number(option, value, UINT32_MAX);

	if (n == 0)
		cli_wrong(option, value, "at least 1");
	return n;
}

static void
window_option(struct settings *s, int c, const char *value)
{
	switch (c) {
	case 'e':
		s->spec.every = duration_of("--every", value);
		break;
	case SLIDE:
		s->spec.slide = duration_of("--slide", value);
		break;
	case SESSION:
		s->spec.session = true;
		s->spec.every = duration_of("--session", value);
		break;
	case ALIGN:
		s->spec.align = duration_of("--align", value);
		break;
	case 'b':
		s->by = value;
		break;
	case 'a':
		s->aggregates = value;
		break;
	case HAVING:
		s->having = cli_condition("--having", s->having != NULL, value);
		break;
	case MODE:
		s->spec.mode = mode_named(value);
		break;
	case PARTIAL:
		s->spec.partial = true;
		break;
	}
}

static void
option(struct settings *s, int c, const char *value)
{
	switch (c) {
	case 'l':
		s->bounded = true;
		s->lateness = lateness(value);
		break;
	case PARTITIONS:
		s->partitions = number("--partitions", value);
		break;
	case IDLE:
		s->idle = duration_of("--idle", value);
		break;
	case LATE_FILE:
		s->late_file = value;
		break;
	case TRIGGER:
		s->trigger = strcmp(value, "once") == 0 ? TRIGGER_ONCE : duration_of("--trigger", value);
		break;
	case MAX_GROUPS:
		s->most = number("--max-groups", value);
		break;
	case ON_FULL:
		s->evict = is_evict(value);
		break;
	case KAFKA_KEY:
		s->keyed = true;
		break;
	case CHECKPOINT:
		if (*value == '\0')
			cli_wrong("--checkpoint", value, "not the name of a file");
		s->checkpoint = value;
		break;
	case SAVE:
		if (*value == '\0')
			cli_wrong("--save", value, "not the name of a file");
		s->save = value;
		break;
	case FINAL:
		s->final = true;
		break;
	case MERGE:
		s->merge = true;
		break;
	case SOURCE:
		s->source = value;
		break;
	default:
		window_option(s, c, value);
	}
}

static void
check_spec(struct window_spec *spec, bool every)
{
	if (spec->session && (every || spec->slide != 0 || spec->align != 0))
		cli_wrong("--session", "a window of its own", "not with --every, --slide or --align");
	if (spec->every == 0)
		spec->every = INT64_C(1800000000);
	if (spec->slide == 0)
		spec->slide = spec->every;
	if (spec->slide > spec->every)
		cli_wrong("--slide", "longer than --every", "records between the windows would be lost");
	if ((spec->every + spec->slide - 1) / spec->slide > WINDOWS_PER_RECORD_MAX)
		cli_wrong("--slide", "too short", "a record would be in more than 10,000 windows");
	if (spec->every > WHEN_MAX / 100)
		cli_wrong(spec->session ? "--session" : "--every", "too long", "at most 80 years");
	spec->align %= spec->slide;
}

/* By whatever names. */
static bool
is_one_file(const char *a, const char *b)
{
	struct stat x, y;

	return strcmp(a, b) == 0 || (stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino);
}

/* One has the other's name with a suffix: that of a file which stands beside it for a while. */
static bool
is_beside(const char *a, const char *b, const char *suffix)
{
	char name[PATH_MAX];

	return snprintf(name, sizeof name, "%s%s", b, suffix) < (int)sizeof name && is_one_file(a, name);
}

/* Options that make no sense together, and why. */
static void
check_together(const struct settings *s)
{
	bool keep = s->checkpoint != NULL || s->save != NULL, append = s->spec.mode == MODE_APPEND;
	const struct {
		bool wrong;
		const char *option, *value, *reason;
	} rules[] = {
		{ s->spec.session && !append, "--session", "--mode", "only in append mode" },
		{ s->spec.partial && !append, "--partial", "--mode", "only in append mode" },
		{ s->evict && !append, "--on-full", "evict", "only in append mode" },
		{ s->spec.partial && s->having != NULL, "--partial", "--having", "asks whole rows" },
		{ s->evict && s->having != NULL, "--on-full", "evict", "not with --having, which asks whole rows" },
		{ s->trigger > 0 && append, "--trigger", "append", "only with --mode update or complete" },
		{ s->evict && s->most == 0, "--on-full", "evict", "only with --max-groups" },
		{ s->final && !keep, "--final", "no checkpoint", "only with --checkpoint or --save" },
		{ s->save != NULL && s->checkpoint != NULL && is_one_file(s->save, s->checkpoint), "--save", s->save,
		    "the checkpoint itself: its state would be removed before it is read" },
		{ s->save != NULL && s->checkpoint != NULL &&
		    (is_beside(s->save, s->checkpoint, ".lock") || is_beside(s->checkpoint, s->save, ".lock") ||
		    is_beside(s->checkpoint, s->save, ".tmp")), "--save", s->save,
		    "it is the checkpoint's .lock, or the checkpoint is its .lock or .tmp: one would undo the other" },
		{ s->merge && s->spec.session && keep, "--session", "--merge", "not with a checkpoint: a session may be open elsewhere" },
		{ s->merge && s->spec.session && s->bounded, "--session", "--merge", "not with --lateness: it may be open elsewhere" },
		{ s->source != NULL && !s->spec.partial, "--source", s->source, "only with --partial" },
		{ s->source != NULL && s->spec.session, "--source", "--session", "a session may go on in another source" },
		{ s->source != NULL && s->idle > 0, "--source", "--idle", "the same rows would not come again" },
		{ s->source != NULL && s->evict, "--source", "--on-full evict", "the same rows would not come again" },
		{ s->idle > 0 && !s->bounded, "--idle", "no lateness", "only with --lateness" },
		{ s->late_file != NULL && !s->bounded, "--late-file", s->late_file, "only with --lateness" },
		{ keep && append && !s->bounded && !s->final, s->checkpoint != NULL ? "--checkpoint" : "--save", "append mode",
		    "needs --lateness DUR, or --final at the last run: no window would ever close" },
	};

	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
		if (rules[i].wrong)
			cli_wrong(rules[i].option, rules[i].value, rules[i].reason);
}

void
settings_read(struct settings *settings, int argc, char *argv[])
{
	bool every = false;
	int c;

	*settings = (struct settings){ 0 };
	while ((c = cli_next(&cli, argc, argv, &settings->common)) != -1) {
		every |= c == 'e';
		option(settings, c, optarg);
	}
	check_spec(&settings->spec, every);
	check_together(settings);
}
