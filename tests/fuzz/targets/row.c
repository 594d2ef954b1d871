/* Rows of any kind to the best of them: the order in which they come decides nothing (with --upsert and in columns it does). */
#include "board.h"
#include "fuzz.h"

enum { KINDS = 15, UPSERT = 9, COLUMNS = 12 };

static struct board_spec
spec_of(unsigned kind)
{
	bool by = kind / 3 == 1;
	struct board_spec spec = { .most = kind & 1 ? 3 : 0 };

	order_add(&spec.order, "--sort", by ? "count" : kind & 2 ? "max_ts" : "id:asc:num");
	order_add(&spec.order, "--sort", by ? "id" : "src_ip:ip");
	spec.by = by ? "id,window.start" : NULL;
	spec.per = kind / 3 == 2 ? "id" : NULL;
	spec.upsert = kind >= UPSERT && kind < COLUMNS ? "window,id" : NULL;
	spec.form = kind >= COLUMNS ? (enum grid_form)(GRID_TABLE + kind % 3) : GRID_NONE;
	return spec;
}

/* Returns how many were taken. */
static size_t
write_rows(unsigned kind, struct span text, struct output *out)
{
	struct board_spec spec = spec_of(kind);
	struct board *board = board_new(&spec);
	size_t taken = 0;
	const char *reason;

	for (struct span line; input_split(&text, &line);)
		taken += board_take(board, line, &reason) == TAKEN;
	board_write(board, 0, out);
	board_free(board);
	order_free(&spec.order);
	return taken;
}

void
target(struct span text)
{
	unsigned kind = fuzz_choice(&text, KINDS);
	struct output *want = output_memory(), *got = output_memory(), *other = output_memory();
	size_t taken = write_rows(kind, text, want);

	fuzz_reverse(text, other);
	MUST(write_rows(kind, output_span(other), got) == taken);
	if (kind < UPSERT)
		MUST_EQUAL(output_span(want), output_span(got));
	output_free(want);
	output_free(got);
	output_free(other);
}
