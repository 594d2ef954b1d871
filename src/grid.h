/*
 * Rows of JSON laid out: a table for people or as HTML, csv (RFC 4180, but for LF at the line ends), or tsv (with \t \n
 * \r \\ for what would break it). Nothing is ever cut, so rows pass twice: to be measured, and to be written.
 */
#ifndef GRID_H
#define GRID_H

#include <stdbool.h>

#include "output.h"
#include "span.h"

enum grid_form { GRID_NONE, GRID_TABLE, GRID_CSV, GRID_TSV, GRID_HTML };

struct grid;

/*
 * Rows are JSON objects with what scan_object may read behind them. Unless per is NULL, a table has its values as headings
 * of the groups; unless fields is NULL, these alone are columns. The texts must live as long as the grid; the caller frees it.
 */
struct grid *grid_new(enum grid_form form, const char *per, const char *fields);
void grid_free(struct grid *grid);

/* False if a row is nested too deeply to be laid out. */
bool grid_takes(struct grid *grid, struct span row);

/* Begin with no columns; what follows is written to out. */
void grid_start(struct grid *grid, struct output *out);

/* Look at a row: what columns it has, and how wide they must be. */
void grid_measure(struct grid *grid, struct span row);

/* Write the names of the columns, then the rows that have been measured, of which some begin a group, and what ends them. */
void grid_write_names(struct grid *grid);
void grid_write(struct grid *grid, struct span row, bool begins);
void grid_end(struct grid *grid);

#endif
