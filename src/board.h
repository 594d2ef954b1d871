/*
 * The board of the best rows: takes rows one by one, and writes the best of them when it is asked to, at the end or again
 * and again.
 */
#ifndef BOARD_H
#define BOARD_H

#include <stdbool.h>
#include <stddef.h>

#include "grid.h"
#include "order.h"
#include "output.h"
#include "span.h"

/* What is wanted; texts are NULL where nothing is, and live on. */
struct board_spec {
	size_t most; /* rows, in each group of per; all if it is 0 */
	struct order order;
	const char *by, *sum, *per, *upsert, *fields;
	bool upsert_is_guess; /* nobody has said that these are the rows' keys */
	enum grid_form form;
};

/* What a line was: a row, nothing, a heartbeat (which is for others), or not understood. */
enum taken { TAKEN, TAKEN_BLANK, TAKEN_HEARTBEAT, TAKEN_NOT, TAKEN_KINDS };

struct board;

/* The spec must live on; ends the run if it asks for what cannot be. The caller frees. */
struct board *board_new(struct board_spec *spec);
void board_free(struct board *board);

/* Take a line (with what scan_object may read behind it). TAKEN_NOT with *reason, valid until the next call. */
enum taken board_take(struct board *board, struct span line, const char **reason);

/* Write the best rows, at most limit of them unless it is 0. Returns how many. */
size_t board_write(struct board *board, size_t limit, struct output *out);

#endif
