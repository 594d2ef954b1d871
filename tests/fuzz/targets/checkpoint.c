/* A checkpoint with a good checksum is refused, or it is saved as one that is taken again and saved as the same bytes. */
#include "checkpoint.h"
#include "fuzz.h"
#include "statefile.h"

static struct window_spec spec;

/* Resume from a file and save to it again. */
static void
resume(const char *path, const char *query_text)
{
	static char dash[] = "-", *operands[] = { dash, NULL };
	struct input *in = input_open(operands, false);
	struct query *query = query_new("id", query_text);
	struct state state = { &spec, query, sources_new(in, true), windows_new(&spec, query), NULL, NULL, NULL, 0 };
	struct checkpoint *checkpoint = checkpoint_open(path, NULL, &state);

	fuzz_may_not_refuse();
	MUST(checkpoint_save(checkpoint, &state));
	checkpoint_close(checkpoint);
	sources_free(state.sources);
	windows_free(state.windows);
	query_free(query);
	input_close(in);
}

void
target(struct span text)
{
	const char *path = fuzz_path();
	struct span first, second;
	char *memory, *more;
	struct writing *writing = statefile_write(path, NULL); /* its end line, with the checksum, comes by itself */

	spec = fuzz_windows[fuzz_choice(&text, 3)];
	output_put(writing_text(writing), text.p, text.n);
	MUST(statefile_commit(writing));
	resume(path, EVERYTHING);
	MUST(statefile_read(path, &first, &memory));
	resume(path, EVERYTHING);
	MUST(statefile_read(path, &second, &more));
	MUST_EQUAL(first, second);
	free(memory);
	free(more);
}
