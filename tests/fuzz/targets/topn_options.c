/* What dhcp-topn is asked for, a letter and its value a line: what is taken is done, on some rows. */
#include "board.h"
#include "fuzz.h"

static const char rows[] = "{\"window\":{\"start\":\"2019-04-30T05:00:00.000000Z\"},\"id\":7,\"src_ip\":\"10.0.0.9\",\"count\":2}\n"
    "{\"id\":\"7\",\"src_ip\":\"::1\",\"a\":{\"b\":[1,null]},\"count\":1.50,\"\xc3\xa9\\t\":\"\\n\"}\n"
    "{\"heartbeat\":true}\n"
    "{\"id\":7, \"count\":null,\"a\":{\"b\":{}}}\n";

static void
option(struct board_spec *spec, char *line)
{
	if (*line == 'k')
		order_add(&spec->order, "--sort", line + 1);
	else if (*line == 'f')
		spec->form = (enum grid_form)((unsigned char)line[1] % 5);
	else if (*line == 'n')
		spec->most = (unsigned char)line[1];
	else
		*(*line == 'b' ? &spec->by : *line == 's' ? &spec->sum : *line == 'p' ? &spec->per : &spec->upsert) = line + (*line != '\0');
}

void
target(struct span text)
{
	struct board_spec spec = { 0 };
	struct span own = fuzz_copy(SPAN(rows)), rest = own, line;
	struct output *out = output_memory();
	struct board *board;
	const char *reason;

	for (char *word; (word = fuzz_string(&text)) != NULL;)
		option(&spec, word);
	if (spec.order.n == 0) /* here as in the program */
		order_add(&spec.order, "--sort", "count");
	if (spec.per != NULL && (*spec.per == '\0' || strchr(spec.per, ',') != NULL))
		spec.per = NULL;
	board = board_new(&spec);
	while (input_split(&rest, &line))
		board_take(board, line, &reason);
	board_write(board, 0, out);
	board_free(board);
	order_free(&spec.order);
	output_free(out);
}
