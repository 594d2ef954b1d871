/* Write the best rows of JSON lines; with --by, count the lines by key first, and rank the counts. */

#include "board.h"
#include "cli.h"
#include "diag.h"
#include "duration.h"
#include "follow.h"
#include "input.h"
#include "output.h"

static const char help[] =
    "usage: dhcp-topn [OPTION]... [FILE]...\n"
    "Write the best rows of JSON lines; without options, the 50 of the latest max_ts.\n"
    "\n"
    "  -n N                    how many rows, 0 for all (50)\n"
    "  -k, --sort FIELD[:desc|:asc][:text|:num|:time|:ip]\n"
    "                          the greatest FIELD first, or the least; in jq's order,\n"
    "                          or read as one type; again for what is equal\n"
    "      --bottom            the worst rows, the worst first\n"
    "      --per FIELD         N rows for each value of FIELD (--per window)\n"
    "\n"
    "  -b, --by FIELDS         count the rows with equal FIELDS, and rank the counts\n"
    "      --sum FIELD         with --by: add up FIELD, and rank the sums\n"
    "  -u, --upsert FIELDS     only the newest of the rows with equal FIELDS counts\n"
    "\n"
    "  -f, --format FORM       ndjson, table, csv, tsv or html (ndjson)\n"
    "      --fields LIST       the columns of other forms than ndjson\n"
    "      --follow[=DUR]      write while rows come, every DUR (1s) at most, on a\n"
    "                          terminal in place; without --by, --upsert window,id\n" CLI_COMMON_HELP
    "\n"
    "dhcp-window records.ndjson | dhcp-topn -n 10 -k count -k id:asc -f table\n";

enum { BOTTOM = CLI_FIRST_FREE, PER, SUM, FIELDS, FOLLOW };

static const struct option options[] = {
	{ "sort", required_argument, NULL, 'k' }, { "bottom", no_argument, NULL, BOTTOM },
	{ "per", required_argument, NULL, PER }, { "by", required_argument, NULL, 'b' },
	{ "sum", required_argument, NULL, SUM }, { "upsert", required_argument, NULL, 'u' },
	{ "fields", required_argument, NULL, FIELDS },
	{ "format", required_argument, NULL, 'f' }, { "follow", optional_argument, NULL, FOLLOW }, CLI_COMMON_OPTIONS,
};

static const struct cli cli = { help, options, ":n:k:b:u:f:" };

enum { ROWS = 50, SECOND = 1000000 };

struct topn {
	struct cli_common common;
	struct board_spec spec;
	int64_t every; /* to draw while rows come; 0: at the end */

	struct input *in;
	struct output *out;
	struct board *board;
	struct follow *follow;
	uint64_t lines[TAKEN_KINDS], rows;
};

static enum grid_form
form_named(const char *value)
{
	static const char *const names[] = { "ndjson", "table", "csv", "tsv", "html" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(value, names[i]) == 0)
			return (enum grid_form)i;
	cli_wrong("--format", value, "not one of ndjson, table, csv, tsv, html");
}

/* What is only meant together, and what is meant unless it is said. */
static void
complete(struct board_spec *spec, bool follows)
{
	if (spec->sum != NULL && spec->by == NULL)
		cli_wrong("--sum", spec->sum, "only with --by");
	if (spec->per != NULL && (*spec->per == '\0' || strchr(spec->per, ',') != NULL))
		cli_wrong("--per", spec->per, "not one field name");
	if (spec->fields != NULL && spec->form == GRID_NONE)
		cli_wrong("--fields", spec->fields, "not with --format ndjson, which leaves rows as they are");
	if (spec->order.n == 0)
		order_add(&spec->order, "--sort", spec->by == NULL ? "max_ts" : spec->sum == NULL ? "count" : "sum");
	spec->upsert_is_guess = follows && spec->by == NULL && spec->upsert == NULL;
	if (spec->upsert_is_guess)
		spec->upsert = "window,id";
}

static void
parse_options(struct topn *t, int argc, char *argv[])
{
	struct board_spec *spec = &t->spec;
	const char *every = NULL;
	bool follows = false;
	int c;

	*t = (struct topn){ .spec.most = ROWS };
	while ((c = cli_next(&cli, argc, argv, &t->common)) != -1)
		switch (c) {
		case 'n':
			spec->most = (size_t)cli_number("-n", optarg, UINT32_MAX);
			break;
		case 'k':
			order_add(&spec->order, "--sort", optarg);
			break;
		case 'b':
			spec->by = optarg;
			break;
		case 'u':
			spec->upsert = optarg;
			break;
		case 'f':
			spec->form = form_named(optarg);
			break;
		case BOTTOM:
			spec->order.reversed = true;
			break;
		case PER:
			spec->per = optarg;
			break;
		case SUM:
			spec->sum = optarg;
			break;
		case FIELDS:
			spec->fields = optarg;
			break;
		case FOLLOW:
			follows = true;
			every = optarg;
			break;
		}
	if (follows)
		t->every = duration_or("--follow", every, SECOND, argv + optind);
	complete(spec, follows);
}

static void
topn_init(struct topn *t, int argc, char *argv[])
{
	parse_options(t, argc, argv);
	t->board = board_new(&t->spec);
	t->out = output_stdout();
	t->in = input_open(argv + optind, t->every > 0);
	if (t->every == 0)
		return;
	t->follow = follow_new(t->board, t->out, t->every);
	input_on_wait(t->in, follow_waiting, t->follow);
	diag_leave_on_signals();
}

static void
topn_free(struct topn *t)
{
	follow_free(t->follow);
	board_free(t->board);
	order_free(&t->spec.order);
	input_close(t->in);
}

static void
topn_line(struct topn *t, struct span line)
{
	const char *reason;
	enum taken taken = board_take(t->board, line, &reason);

	t->lines[taken]++;
	if (taken == TAKEN_NOT)
		input_bad(t->in, line.p, reason);
	else if (taken == TAKEN && t->follow != NULL)
		follow_row(t->follow, line.n);
}

static void
topn_end(struct topn *t)
{
	if (t->follow != NULL)
		follow_end(t->follow, !diag_stopped());
	else if (!diag_stopped())
		t->rows = board_write(t->board, 0, t->out);
}

static void
write_stats(void *arg)
{
	const struct topn *t = arg;
	uint64_t bad = t->lines[TAKEN_NOT] + input_too_long(t->in), read = bad;

	for (int taken = TAKEN; taken < TAKEN_NOT; taken++)
		read += t->lines[taken];
	diag_stats((const struct counter[]){ { "read", read }, { "passed", t->lines[TAKEN] }, { "blank", t->lines[TAKEN_BLANK] },
	    { "bad", bad }, { "heartbeats", t->lines[TAKEN_HEARTBEAT] },
	    { "rows", t->follow != NULL ? follow_rows(t->follow) : t->rows } }, 6);
}

int
main(int argc, char *argv[])
{
	struct topn t;
	struct span line;
	int status;

	diag_start("dhcp-topn");
	topn_init(&t, argc, argv);
	diag_on_request(write_stats, &t);
	while (input_line(t.in, &line))
		topn_line(&t, line);
	topn_end(&t);
	output_finish();
	if (t.common.stats)
		write_stats(&t);
	topn_free(&t);
	status = diag_finish();
	if (diag_left())
		diag_die_of_signal();
	return status;
}
