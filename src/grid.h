/*
 * Rows of JSON laid out in columns: a table for people, csv (RFC 4180, but for LF at the line ends), or tsv with \t \n \r
 * \\ escaped. The columns are all members of all rows in the order they are first seen, members of objects under dotted
 * names; so rows pass twice, once to be measured and once to be written. Nothing is ever cut.
 */
#ifndef GRID_H
#define GRID_H

#include <stdbool.h>

#include "output.h"
#include "span.h"

enum grid_form { GRID_TABLE, GRID_CSV, GRID_TSV };

struct grid;

/* The caller frees. Rows are JSON objects with what scan_object may read behind them. */
struct grid *grid_new(enum grid_form form);
void grid_free(struct grid *grid);

/* False if a row is nested too deeply to be laid out. */
bool grid_takes(struct grid *grid, struct span row);

/* Look at a row: its members become columns, which get as wide as they need. */
void grid_measure(struct grid *grid, struct span row);

/* Write the names of the columns; nothing if there are none. */
void grid_write_names(struct grid *grid, struct output *out);
/* Write a row that has been measured. */
void grid_write(struct grid *grid, struct span row, struct output *out);

#endif
