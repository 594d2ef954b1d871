/* Rows of any kind to the best of them: the order in which they come decides nothing (with --upsert and in columns it does). */
#include "board.h"
#include "fuzz.h"

enum { KINDS = 20, UPSERT = 9, COLUMNS = 12 };

static struct board_spec
spec_of(unsigned kind)
{
	bool by = kind / 3 == 1;
	struct board_spec spec = { .most = kind & 1 ? 3 : 0, .by = by ? "id,window.start" : NULL, .per = kind / 3 == 2 || kind >= 16 ? "id" : NULL,
		.upsert = kind >= UPSERT && kind < COLUMNS ? "window,id" : NULL,
		.form = kind >= COLUMNS ? (enum grid_form)(GRID_TABLE + kind % 4) : GRID_NONE };

	order_add(&spec.order, "--sort", by ? "count" : kind & 2 ? "max_ts" : "id:asc:num");
	order_add(&spec.order, "--sort", by ? "id" : "src_ip:ip");
	return spec;
}

static void
write_rows(unsigned kind, struct span text, struct output *out)
{
	struct board_spec spec = spec_of(kind);
	struct board *board = board_new(&spec);
	const char *reason;

	for (struct span line; input_split(&text, &line);)
		board_take(board, line, &reason);
	board_write(board, 0, out);
	board_free(board);
	order_free(&spec.order);
}

void
target(struct span text)
{
	unsigned kind = fuzz_choice(&text, KINDS);
	struct output *want = output_memory(), *got = output_memory(), *other = output_memory();

	write_rows(kind, text, want);
	fuzz_reverse(text, other);
	write_rows(kind, output_span(other), got);
	if (kind < UPSERT)
		MUST_EQUAL(output_span(want), output_span(got));
	output_free(want);
	output_free(got);
	output_free(other);
}
