#include "board.h"

#include <stdlib.h>

#include "arena.h"
#include "cli.h"
#include "diag.h"
#include "distinct.h"
#include "emit.h"
#include "jqexpr.h"
#include "rank.h"
#include "scan.h"
#include "tally.h"
#include "upsert.h"
#include "value.h"

/* The fields wanted of an object, and where they were found in it. */
struct view {
	struct fields *fields;
	struct slice *found;
};

/*
 *	lines -------------------> rank (in groups, with --per) -> ndjson, or grid
 *	lines -> upsert ---------> rank
 *	lines -----------> tally -> rank
 *	lines -> upsert -> tally -> rank
 * What stands to the right of what keeps rows or counts is made anew for each writing.
 */
struct board {
	const struct board_spec *spec;
	struct arena record;
	struct view counted, ranked, *taken; /* of lines to count, of rows to rank, and the one for lines */
	int heartbeat, id;
	bool keyless; /* a row without id came */
	struct upsert *upsert;
	struct tally *tally;
	struct distinct *groups;
	struct rank *rank;
	struct grid *grid;
	struct output *out; /* what is being written to */
};

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
must_be_made(const struct board *board, const char *option, struct span path)
{
	const char *dot = memchr(path.p, '.', path.n);
	struct span name = { path.p, dot != NULL ? (size_t)(dot - path.p) : path.n };

	if (!tally_has(board->tally, name))
		cli_wrong(option, path.p, "not in the rows of --by");
}

static void
start_tally(struct board *board)
{
	board->tally = tally_new(board->spec->by, board->spec->sum, board->counted.fields);
}

static void
init_tally(struct board *board)
{
	const struct board_spec *spec = board->spec;

	board->taken = &board->counted;
	board->counted.fields = fields_new();
	start_tally(board);
	for (size_t i = 0; i < spec->order.n; i++)
		must_be_made(board, "--sort", spec->order.keys[i].field);
	if (spec->per != NULL)
		must_be_made(board, "--per", span_of(spec->per));
}

/* An empty rank, that of at most limit rows in each group unless it is 0, and no groups. */
static void
start_rank(struct board *board, size_t limit)
{
	const struct board_spec *spec = board->spec;
	size_t most = limit != 0 && (spec->most == 0 || limit < spec->most) ? limit : spec->most;

	board->rank = rank_new(&spec->order, most);
	if (spec->per != NULL)
		board->groups = distinct_new("--per", spec->per, false, board->ranked.fields);
}

static void
end_rank(struct board *board)
{
	rank_free(board->rank);
	distinct_free(board->groups);
}

struct board *
board_new(struct board_spec *spec)
{
	struct board *board = xcalloc(1, sizeof *board);

	board->spec = spec;
	board->taken = &board->ranked;
	board->ranked.fields = fields_new();
	order_bind(&spec->order, board->ranked.fields);
	start_rank(board, 0);
	if (spec->by != NULL)
		init_tally(board);
	if (spec->upsert != NULL)
		board->upsert = upsert_new("--upsert", spec->upsert, board->taken->fields);
	board->heartbeat = fields_add(board->taken->fields, SPAN("heartbeat"));
	if (spec->upsert_is_guess)
		board->id = fields_add(board->taken->fields, SPAN("id"));
	view_init(&board->ranked);
	if (board->tally != NULL)
		view_init(&board->counted);
	if (spec->form != GRID_NONE)
		board->grid = grid_new(spec->form, spec->per, spec->fields);
	return board;
}

void
board_free(struct board *board)
{
	end_rank(board);
	grid_free(board->grid);
	upsert_free(board->upsert);
	if (board->tally != NULL) {
		tally_free(board->tally);
		view_free(&board->counted);
	}
	view_free(&board->ranked);
	arena_free(&board->record);
	free(board);
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* A row is written as it came, but without blanks around it, and without the byte order mark of its file. */
static __attribute__((noinline)) struct span
trimmed(struct span line)
{
	const char *p = line.p, *end = p + line.n;

	if (line.n >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0)
		p += 3;
	while (end > p && is_blank(end[-1]))
		end--;
	while (p < end && is_blank(*p))
		p++;
	return (struct span){ p, (size_t)(end - p) };
}

static inline struct span
row_in(struct span line)
{
	return *line.p == '{' && line.p[line.n - 1] == '}' ? line : trimmed(line);
}

/* By libjq; false with *reason if text is no object, or none that can be laid out. */
static bool
look_closely(struct board *board, const struct view *view, struct span text, const char **reason)
{
	arena_reset(&board->record);
	if (!jq_object(view->fields, text, view->found, &board->record, reason))
		return false;
	*reason = "nested too deeply for this format";
	return board->grid == NULL || (board->tally != NULL && !values_are_nested(view->found, view->fields->count, 0)) ||
	    grid_takes(board->grid, text);
}

/* Find the wanted fields of a row that has been understood before. */
static void
look_again(struct board *board, const struct view *view, struct span row)
{
	const char *unused;

	if (!scan_object(view->fields, row, view->found))
		look_closely(board, view, row, &unused);
}

static void
rank_row(struct board *board, struct span row)
{
	uint32_t group = board->groups != NULL ? distinct_number(board->groups, board->ranked.found) : 1;

	rank_offer(board->rank, group, board->ranked.found, row);
}

/* Nobody has said what the keys are, and the usual ones are not there: rows would vanish silently. */
static void
warn_of_keyless(struct board *board)
{
	if (!board->keyless)
		warn("rows without id replace one another; their keys can be named with --upsert");
	board->keyless = true;
}

/* Keep a row that has been looked at. */
static enum taken
keep(struct board *board, struct span row, const char **reason)
{
	const struct slice *found = board->taken->found;

	if (board->tally != NULL && !tally_takes(board->tally, found, reason))
		return TAKEN_NOT;
	if (board->spec->upsert_is_guess && found[board->id].kind == KIND_ABSENT)
		warn_of_keyless(board);
	upsert_put(board->upsert, found, row);
	return TAKEN;
}

static inline enum taken
take_row(struct board *board, struct span line, const char **reason)
{
	if (board->taken->found[board->heartbeat].kind == KIND_TRUE)
		return TAKEN_HEARTBEAT;
	*reason = VALUES_TOO_LONG;
	if (!values_are_short(board->taken->found, board->taken->fields->count))
		return TAKEN_NOT;
	if (board->upsert != NULL)
		return keep(board, row_in(line), reason);
	if (board->tally != NULL)
		return tally_add(board->tally, board->counted.found, reason) ? TAKEN : TAKEN_NOT;
	rank_row(board, row_in(line));
	return TAKEN;
}

static __attribute__((noinline)) enum taken
take_odd(struct board *board, struct span line, const char **reason)
{
	if (trimmed(line).n == 0)
		return TAKEN_BLANK;
	if (!look_closely(board, board->taken, line, reason))
		return TAKEN_NOT;
	return take_row(board, line, reason);
}

enum taken
board_take(struct board *board, struct span line, const char **reason)
{
	if (!scan_object(board->taken->fields, line, board->taken->found))
		return take_odd(board, line, reason);
	return take_row(board, line, reason);
}

static void
count_again(struct board *board)
{
	const char *unused;
	struct span row;

	tally_free(board->tally);
	start_tally(board);
	for (uint32_t i = 1; upsert_row(board->upsert, i, &row); i++) {
		look_again(board, &board->counted, row);
		tally_add(board->tally, board->counted.found, &unused);
	}
}

/* The next row to be ranked of those that are kept, false behind the last one. */
static bool
kept_row(const struct board *board, uint32_t i, struct span *row)
{
	return board->tally != NULL ? tally_row(board->tally, i, row) : upsert_row(board->upsert, i, row);
}

static void
rank_again(struct board *board, size_t limit)
{
	struct span row;

	end_rank(board);
	start_rank(board, limit);
	for (uint32_t i = 1; kept_row(board, i, &row); i++) {
		look_again(board, &board->ranked, row);
		rank_row(board, row);
	}
}

static void
measure_row(struct board *board, struct span row, __attribute__((unused)) bool begins)
{
	grid_measure(board->grid, row);
}

static void
write_row(struct board *board, struct span row, bool begins)
{
	if (board->grid != NULL)
		grid_write(board->grid, row, begins);
	else
		emit_line(board->out, row);
}

/* Visit the best rows, at most limit of them unless it is 0, and tell which begin a group; returns how many. */
static size_t
each_row(struct board *board, size_t limit, void (*visit)(struct board *, struct span, bool))
{
	uint32_t groups = board->groups != NULL ? distinct_count(board->groups) : 1;
	uint32_t *numbers = board->groups != NULL ? distinct_order(board->groups) : NULL;
	size_t n = 0, most = limit != 0 ? limit : SIZE_MAX;
	struct span row;

	for (uint32_t i = 0; i < groups; i++)
		for (size_t place = 0; n < most && rank_at(board->rank, numbers != NULL ? numbers[i] : 1, place, &row); place++, n++)
			visit(board, row, place == 0);
	free(numbers);
	return n;
}

static size_t
lay_out(struct board *board, size_t limit, struct output *out)
{
	size_t n;

	grid_start(board->grid, out);
	each_row(board, limit, measure_row);
	grid_write_names(board->grid);
	n = each_row(board, limit, write_row);
	grid_end(board->grid);
	return n;
}

size_t
board_write(struct board *board, size_t limit, struct output *out)
{
	if (board->tally != NULL && board->upsert != NULL)
		count_again(board);
	if (board->tally != NULL || board->upsert != NULL)
		rank_again(board, limit);
	rank_sort(board->rank);
	board->out = out;
	return board->grid != NULL ? lay_out(board, limit, out) : each_row(board, limit, write_row);
}
