/* Numbers of JSON in an object {"n":...}, a line each: one spelling for each value, and an order. */
#include "fuzz.h"
#include "number.h"
#include "scan.h"

static struct span
canonical(struct span text)
{
	return fuzz_copy(number_canonical(fuzz_alloc(text.n + NUMBER_EXTRA), text));
}

static void
check_micro(struct span number)
{
	char text[NUMBER_MICRO_LENGTH];
	int64_t micro;
	struct wide back;

	if (!number_micro(number, &micro))
		return;
	MUST(number_read_micro((struct span){ text, (size_t)(number_put_micro(text, wide_of(micro)) - text) }, &back));
	MUST(back.low == wide_of(micro).low && back.high == wide_of(micro).high);
	MUST((micro > 0) <= (number_cmp(number, SPAN("0")) > 0) && (micro < 0) <= (number_cmp(number, SPAN("0")) < 0));
}

void
target(struct span text)
{
	struct fields *fields = fields_new();
	struct slice found;
	struct span last = fuzz_copy(SPAN("1"));

	fields_add(fields, SPAN("n"));
	for (struct span line; input_split(&text, &line);)
		if (scan_object(fields, line, &found) && found.kind == KIND_NUMBER) {
			struct span number = canonical(slice_span(&found)), again = canonical(number);

			MUST_EQUAL(number, again);
			MUST(number_cmp(number, last) == -number_cmp(last, number) && (number_cmp(number, last) == 0) == span_eq(number, last));
			check_micro(number);
			last = number;
		}
	fields_free(fields);
}
