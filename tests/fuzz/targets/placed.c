/* Flat records in two sources: their partial rows, each of which comes twice, are merged to the rows of one run. */
#include "fuzz.h"

void
target(struct span text)
{
	struct window_spec spec = fuzz_windows[fuzz_choice(&text, 2)], partial = spec;
	struct output *want = output_memory(), *got = output_memory(), *rows = output_memory();
	const char *half = (const char *)memchr(text.p + text.n / 2, '\n', text.n - text.n / 2) + 1;
	struct span once;

	fuzz_rows(&spec, false, NULL, text, want);
	partial.partial = true;
	fuzz_rows(&partial, false, "a/3", (struct span){ text.p, (size_t)(half - text.p) }, rows);
	fuzz_rows(&partial, false, "b", (struct span){ half, (size_t)(text.p + text.n - half) }, rows);
	once = fuzz_copy(output_span(rows));
	output_put(rows, once.p, once.n);
	fuzz_rows(&spec, true, NULL, output_span(rows), got);
	MUST_EQUAL(output_span(want), output_span(got));
	output_free(want);
	output_free(got);
	output_free(rows);
}
