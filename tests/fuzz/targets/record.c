/* Flat records to rows: in another order, and in two halves whose partial rows are merged, they come to the same bytes. */
#include "fuzz.h"

void
target(struct span text)
{
	struct window_spec spec = fuzz_windows[fuzz_choice(&text, 3)], partial = spec;
	struct output *want = output_memory(), *got = output_memory(), *other = output_memory();
	const char *half = (const char *)memchr(text.p + text.n / 2, '\n', text.n - text.n / 2) + 1;

	fuzz_rows(&spec, false, NULL, text, want);
	fuzz_reverse(text, other);
	fuzz_rows(&spec, false, NULL, output_span(other), got);
	MUST_EQUAL(output_span(want), output_span(got));

	partial.partial = true;
	got->n = other->n = 0;
	fuzz_rows(&partial, false, NULL, (struct span){ text.p, (size_t)(half - text.p) }, other);
	fuzz_rows(&partial, false, NULL, (struct span){ half, (size_t)(text.p + text.n - half) }, other);
	fuzz_rows(&spec, true, NULL, output_span(other), got);
	MUST_EQUAL(output_span(want), output_span(got));
	output_free(want);
	output_free(got);
	output_free(other);
}
