#include "tally.h"

#include <stdio.h>
#include <stdlib.h>

#include "arena.h"
#include "cli.h"
#include "distinct.h"
#include "emit.h"
#include "number.h"

enum { SLACK = 16, MILLION = 1000000, REASON_MAX = 200 };

struct count {
	uint64_t rows;
	struct wide micro; /* the sum, in millionths */
};

struct tally {
	struct distinct *keys;
	const char *sum;
	int sum_slot;
	struct pool counts;
	struct count all;
	struct output *row;
};

/* Does every row have this, whatever it is counted by? */
static bool
is_made(const struct tally *tally, struct span name)
{
	return span_eq(name, SPAN("count")) || span_eq(name, SPAN("share")) ||
	    (tally->sum != NULL && span_eq(name, SPAN("sum")));
}

struct tally *
tally_new(const char *by, const char *sum, struct fields *fields)
{
	static const char *const names[] = { "count", "share", "sum" };
	struct tally *tally = xmalloc(sizeof *tally);

	*tally = (struct tally){
		.keys = distinct_new("--by", by, true, fields), .sum = sum, .counts.size = sizeof(struct count), .row = output_memory()
	};
	if (sum != NULL) {
		cli_field("--sum", sum, span_of(sum));
		tally->sum_slot = fields_add(fields, span_of(sum));
	}
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (is_made(tally, span_of(names[i])) && distinct_has(tally->keys, span_of(names[i])))
			cli_wrong("--by", by, "two members of the row would have one name");
	return tally;
}

void
tally_free(struct tally *tally)
{
	distinct_free(tally->keys);
	pool_free(&tally->counts);
	output_free(tally->row);
	free(tally);
}

bool
tally_has(const struct tally *tally, struct span name)
{
	return is_made(tally, name) || distinct_has(tally->keys, name);
}

/* Null adds nothing. */
static bool
read_weight(const struct tally *tally, const struct slice *found, int64_t *micro, const char **reason)
{
	static char text[REASON_MAX];
	const struct slice *weight = &found[tally->sum_slot];

	*micro = 0;
	if (tally->sum == NULL || !slice_has_value(weight))
		return true;
	if (weight->kind != KIND_NUMBER)
		snprintf(text, sizeof text, "%.150s: not a number", tally->sum);
	else if (!number_micro(slice_span(weight), micro))
		snprintf(text, sizeof text, "%.150s: beyond 9.2e12", tally->sum);
	else
		return true;
	*reason = text;
	return false;
}

bool
tally_takes(const struct tally *tally, const struct slice *found, const char **reason)
{
	int64_t unused;

	return read_weight(tally, found, &unused, reason);
}

bool
tally_add(struct tally *tally, const struct slice *found, const char **reason)
{
	struct count *count;
	uint32_t number;
	int64_t micro;

	if (!read_weight(tally, found, &micro, reason))
		return false;
	number = distinct_number(tally->keys, found);
	if (number > tally->counts.n)
		pool_add(&tally->counts);
	count = pool_at(&tally->counts, number);
	count->rows++;
	count->micro = wide_add(count->micro, wide_of(micro));
	tally->all.rows++;
	tally->all.micro = wide_add(tally->all.micro, wide_of(micro));
	return true;
}

static void
emit_micro(struct output *out, struct wide micro)
{
	output_used(out, number_put_micro(output_room(out, NUMBER_MICRO_LENGTH), micro));
}

/* part of all, with six digits; null where there is nothing to have a share of. */
static void
emit_share(struct output *out, struct wide part, struct wide all)
{
	if ((all.low | all.high) == 0) {
		output_lit(out, "null");
		return;
	}
	if (wide_is_negative(all)) {
		part = wide_negate(part);
		all = wide_negate(all);
	}
	emit_micro(out, number_divide(wide_times(part, MILLION), all));
}

bool
tally_row(struct tally *tally, uint32_t i, struct span *row)
{
	const struct count *count, *all = &tally->all;
	struct output *out = tally->row;

	if (i > tally->counts.n)
		return false;
	count = pool_at(&tally->counts, i);
	out->n = 0;
	output_char(out, '{');
	distinct_emit(tally->keys, i, out);
	output_lit(out, "\"count\":");
	emit_integer(out, count->rows);
	if (tally->sum != NULL) {
		output_lit(out, ",\"sum\":");
		emit_micro(out, count->micro);
	}
	output_lit(out, ",\"share\":");
	if (tally->sum != NULL)
		emit_share(out, count->micro, all->micro);
	else
		emit_share(out, (struct wide){ count->rows, 0 }, (struct wide){ all->rows, 0 });
	output_char(out, '}');
	memset(output_room(out, SLACK), '\n', SLACK);
	*row = (struct span){ out->buf, out->n };
	return true;
}
