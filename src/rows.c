#include "rows.h"

#include "diag.h"

static void
write_row(struct rows *rows, const struct row *row)
{
	if (rows->keyed)
		row_emit_key(rows->query, row, rows->session, rows->out);
	row_emit(rows->query, row, rows->out);
	rows->written++;
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
