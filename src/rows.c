#include "rows.h"

#include "diag.h"

/* Where it goes is decided by its key. */
static struct place
place_of(struct rows *rows, const struct row *row)
{
	rows->row->n = 0;
	row_emit_key(rows->query, row, rows->session, rows->row);
	return origin_next(rows->origin, (struct span){ rows->row->buf, rows->row->n - 1 });
}

static void
write_row(struct rows *rows, struct row *row)
{
	struct place place;

	if (rows->origin != NULL) {
		place = place_of(rows, row);
		row->place = &place;
	}
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

void
rows_beat(struct rows *rows, int64_t us)
{
	if (rows->origin != NULL && !diag_stopped())
		origin_beat(rows->origin, us, rows->keyed, rows->out);
}
