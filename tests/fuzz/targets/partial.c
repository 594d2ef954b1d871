/* A partial row that is read is written as one that is read again, to the same bytes. */
#include "fuzz.h"
#include "row.h"

static struct output *first, *second;

static void
write_row(const struct query *query, const struct piece *piece, struct output *out)
{
	struct row row = { piece->groups, piece->number, piece->start, piece->end, true, 0 };

	out->n = 0;
	row_emit(query, &row, out);
}

static void
check_line(const struct query *query, struct partial *partial, struct span line)
{
	struct piece piece, again;
	const char *reason = NULL;
	struct span copy;

	if (!partial_read(partial, line, &piece, &reason)) {
		MUST(reason != NULL);
		return;
	}
	write_row(query, &piece, first);
	copy = fuzz_copy((struct span){ first->buf, first->n - 1 });
	if (!partial_read(partial, copy, &again, &reason))
		fuzz_wrong(first->buf, 0, reason);
	write_row(query, &again, second);
	MUST_EQUAL(output_span(first), output_span(second));
}

void
target(struct span text)
{
	struct query *query = query_new(PARTIAL_BY, EVERYTHING);
	struct partial *partial = partial_new(query, "--merge");

	first = output_memory();
	second = output_memory();
	for (struct span line; input_split(&text, &line);)
		check_line(query, partial, line);
	output_free(first);
	output_free(second);
	partial_free(partial);
	query_free(query);
}
