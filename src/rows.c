#include "rows.h"

#include "diag.h"

/* Its key decides to which partition it goes. */
static void
write_placed(struct rows *rows, const struct row *row)
{
	struct output *text = rows->row;
	uint32_t partition;

	text->n = 0;
	row_emit_key(rows->query, row, rows->session, text);
	partition = origin_partition_of(rows->origin, (struct span){ text->buf, text->n - 1 });
	if (rows->keyed)
		output_put(rows->out, text->buf, text->n);
	text->n = 0;
	row_emit(rows->query, row, text);
	origin_put(rows->origin, partition, (struct span){ text->buf, text->n }, rows->out);
}

static void
write_row(struct rows *rows, const struct row *row)
{
	rows->written++;
	if (rows->origin != NULL) {
		write_placed(rows, row);
		return;
	}
	if (rows->keyed)
		row_emit_key(rows->query, row, rows->session, rows->out);
	row_emit(rows->query, row, rows->out);
}

void
rows_put(void *arg, struct row *row)
{
	struct rows *rows = arg;
	const char *reason;

	if (diag_stopped())
		return;
	rows->groups++;
	if (rows->having == NULL) {
		write_row(rows, row);
		return;
	}
	rows->row->n = 0;
	row_emit(rows->query, row, rows->row);
	switch (jqexpr_test(rows->having, (struct span){ rows->row->buf, rows->row->n - 1 }, &reason)) {
	case JQ_TRUE:
		write_row(rows, row);
		break;
	case JQ_FALSE:
		rows->dropped++;
		break;
	case JQ_ERROR:
		rows->errors++;
		diag_bad("--having", rows->groups, reason);
		break;
	}
}

void
rows_beat(struct rows *rows, int64_t us)
{
	if (rows->origin != NULL && !diag_stopped())
		origin_beat(rows->origin, us, rows->keyed, rows->out);
}
