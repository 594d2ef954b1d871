/* Write the best rows of JSON lines; with --by, count the lines by key first, and rank the counts. */
#include <stdio.h>
#include <stdlib.h>

#include "arena.h"
#include "cli.h"
#include "diag.h"
#include "distinct.h"
#include "grid.h"
#include "input.h"
#include "jqexpr.h"
#include "order.h"
#include "output.h"
#include "rank.h"
#include "scan.h"
#include "tally.h"

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
    "\n"
    "  -f, --format FORM       ndjson, table, csv or tsv (ndjson)\n" CLI_COMMON_HELP
    "\n"
    "dhcp-window records.ndjson | dhcp-topn -n 10 -k count -k id:asc -f table\n";

enum { BOTTOM = CLI_FIRST_FREE, PER, SUM };

static const struct option options[] = {
	{ "sort", required_argument, NULL, 'k' }, { "bottom", no_argument, NULL, BOTTOM },
	{ "per", required_argument, NULL, PER }, { "by", required_argument, NULL, 'b' },
	{ "sum", required_argument, NULL, SUM }, { "format", required_argument, NULL, 'f' }, CLI_COMMON_OPTIONS,
};

static const struct cli cli = { help, options, ":n:k:b:f:" };

enum { ROWS = 50 };

/* The fields wanted of an object, and where they were found in it. */
struct view {
	struct fields *fields;
	struct slice *found;
};

/*
 *	lines -----------------> rows -> rank (in groups, with --per) -> ndjson, or grid
 *	lines -> tally (--by) -> rows
 */
struct topn {
	struct cli_common common;
	size_t most;
	struct order order;
	const char *by, *sum, *per;
	enum grid_form form;

	struct input *in;
	struct output *out;
	struct arena record;
	struct view counted, ranked;
	struct tally *tally;
	struct distinct *groups;
	struct rank *rank;
	struct grid *grid;
	uint64_t read, passed, blank, bad, rows;
};

static enum grid_form
form_named(const char *value)
{
	static const char *const names[] = { "ndjson", "table", "csv", "tsv" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(value, names[i]) == 0)
			return (enum grid_form)i;
	cli_wrong("--format", value, "not one of ndjson, table, csv, tsv");
}

static void
parse_options(struct topn *t, int argc, char *argv[])
{
	int c;

	*t = (struct topn){ .most = ROWS };
	while ((c = cli_next(&cli, argc, argv, &t->common)) != -1)
		switch (c) {
		case 'n':
			t->most = (size_t)cli_number("-n", optarg, UINT32_MAX);
			break;
		case 'k':
			order_add(&t->order, "--sort", optarg);
			break;
		case 'b':
			t->by = optarg;
			break;
		case 'f':
			t->form = form_named(optarg);
			break;
		case BOTTOM:
			t->order.reversed = true;
			break;
		case PER:
			t->per = optarg;
			break;
		case SUM:
			t->sum = optarg;
			break;
		}
	if (t->sum != NULL && t->by == NULL)
		cli_wrong("--sum", t->sum, "only with --by");
	if (t->per != NULL && (*t->per == '\0' || strchr(t->per, ',') != NULL))
		cli_wrong("--per", t->per, "not one field name");
	if (t->order.n == 0)
		order_add(&t->order, "--sort", t->by == NULL ? "max_ts" : t->sum == NULL ? "count" : "sum");
}

static void
view_init(struct view *view)
{
	view->found = xcalloc((size_t)view->fields->count, sizeof *view->found);
}

static void
view_free(struct view *view)
{
	fields_free(view->fields);
	free(view->found);
}

/* With --by, what is ranked must be in the rows that are made. */
static void
must_be_made(const struct topn *t, const char *option, struct span path)
{
	const char *dot = memchr(path.p, '.', path.n);
	struct span name = { path.p, dot != NULL ? (size_t)(dot - path.p) : path.n };

	if (!tally_has(t->tally, name))
		cli_wrong(option, path.p, "not in the rows of --by");
}

static void
init_tally(struct topn *t)
{
	t->counted.fields = fields_new();
	t->tally = tally_new(t->by, t->sum, t->counted.fields);
	for (size_t i = 0; i < t->order.n; i++)
		must_be_made(t, "--sort", t->order.keys[i].field);
	if (t->per != NULL)
		must_be_made(t, "--per", span_of(t->per));
	view_init(&t->counted);
}

static void
topn_init(struct topn *t, int argc, char *argv[])
{
	parse_options(t, argc, argv);
	t->ranked.fields = fields_new();
	order_bind(&t->order, t->ranked.fields);
	if (t->per != NULL)
		t->groups = distinct_new("--per", t->per, t->ranked.fields);
	view_init(&t->ranked);
	if (t->by != NULL)
		init_tally(t);
	t->rank = rank_new(&t->order, t->most);
	t->out = output_stdout();
	if (t->form != GRID_NONE)
		t->grid = grid_new(t->form, t->out);
	t->in = input_open(argv + optind);
}

static void
topn_free(struct topn *t)
{
	grid_free(t->grid);
	distinct_free(t->groups);
	if (t->tally != NULL) {
		tally_free(t->tally);
		view_free(&t->counted);
	}
	rank_free(t->rank);
	order_free(&t->order);
	view_free(&t->ranked);
	arena_free(&t->record);
	input_close(t->in);
}

/* Find the wanted fields; false with *reason if text is no object, or none that can be laid out. */
static bool
look(struct topn *t, const struct view *view, struct span text, const char **reason)
{
	if (scan_object(view->fields, text, view->found))
		return true;
	arena_reset(&t->record);
	if (!jq_object(view->fields, text, view->found, &t->record, reason))
		return false;
	*reason = "nested too deeply for this format";
	return t->grid == NULL || grid_takes(t->grid, text);
}

static void
rank_row(struct topn *t, struct span row)
{
	uint32_t group = t->groups != NULL ? distinct_number(t->groups, t->ranked.found) : 1;

	rank_offer(t->rank, group, t->ranked.found, row);
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* A row is written as it came, but without blanks around it, and without the byte order mark of its file. */
static struct span
trimmed(struct span line)
{
	if (line.n >= 3 && memcmp(line.p, "\xef\xbb\xbf", 3) == 0)
		line = (struct span){ line.p + 3, line.n - 3 };
	while (line.n > 0 && is_blank(line.p[line.n - 1]))
		line.n--;
	while (line.n > 0 && is_blank(*line.p)) {
		line.p++;
		line.n--;
	}
	return line;
}

static bool
take(struct topn *t, struct span line, struct span row, const char **reason)
{
	if (!look(t, t->tally != NULL ? &t->counted : &t->ranked, line, reason))
		return false;
	if (t->tally != NULL)
		return tally_add(t->tally, t->counted.found, reason);
	rank_row(t, row);
	return true;
}

static void
topn_line(struct topn *t, struct span line)
{
	struct span row = trimmed(line);
	const char *reason;

	t->read++;
	if (row.n == 0)
		t->blank++;
	else if (take(t, line, row, &reason))
		t->passed++;
	else {
		t->bad++;
		input_bad(t->in, line.p, reason);
	}
}

static void
rank_counts(struct topn *t)
{
	struct span row;
	const char *unused;

	for (uint32_t i = 1; tally_row(t->tally, i, &row); i++)
		if (look(t, &t->ranked, row, &unused))
			rank_row(t, row);
}

static void
measure_row(struct topn *t, struct span row)
{
	grid_measure(t->grid, row);
}

static void
write_row(struct topn *t, struct span row)
{
	t->rows++;
	if (t->grid != NULL)
		grid_write(t->grid, row);
	else {
		output_put(t->out, row.p, row.n);
		output_char(t->out, '\n');
	}
}

static void
each_row(struct topn *t, void (*visit)(struct topn *, struct span))
{
	uint32_t n = t->groups != NULL ? distinct_count(t->groups) : 1, *numbers = NULL;
	struct span row;

	if (t->groups != NULL)
		numbers = distinct_order(t->groups);
	for (uint32_t i = 0; i < n; i++)
		for (size_t place = 0; rank_at(t->rank, numbers != NULL ? numbers[i] : 1, place, &row); place++)
			visit(t, row);
	free(numbers);
}

static void
write_rows(struct topn *t)
{
	if (t->tally != NULL)
		rank_counts(t);
	rank_sort(t->rank);
	if (t->grid != NULL) {
		each_row(t, measure_row);
		grid_write_names(t->grid);
	}
	each_row(t, write_row);
}

static void
write_stats(void *arg)
{
	const struct topn *t = arg;
	uint64_t too_long = input_too_long(t->in);

	diag_stats((const struct counter[]){ { "read", t->read + too_long }, { "passed", t->passed }, { "blank", t->blank },
	    { "bad", t->bad + too_long }, { "rows", t->rows } }, 5);
}

int
main(int argc, char *argv[])
{
	struct topn t;
	struct span line;

	diag_start("dhcp-topn");
	topn_init(&t, argc, argv);
	diag_on_request(write_stats, &t);
	while (input_line(t.in, &line))
		topn_line(&t, line);
	if (!diag_stopped())
		write_rows(&t);
	output_finish();
	if (t.common.stats)
		write_stats(&t);
	topn_free(&t);
	return (int)diag_finish();
}
