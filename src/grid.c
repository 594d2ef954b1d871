#include "grid.h"

#include <stdlib.h>

#include "arena.h"
#include "columns.h"
#include "emit.h"
#include "spell.h"
#include "width.h"

enum { GAP = 2, WIDE = 256 }; /* a cell beyond that stands out, where it would pad all others of its column */

struct shape {
	size_t width;
	bool has_numbers, has_others, is_of_group;
};

struct grid {
	enum grid_form form;
	struct span per; /* NULL: no groups */
	const char *fields; /* NULL: all */
	struct output *out;
	struct columns *columns;
	struct shape *shapes;
	size_t n, shown;
	struct arena cell;
	size_t blanks; /* owed to the next text, so that no line ends in them */
	bool in_names;
};

static const struct span nothing = { NULL, 0 };

static bool
has_shapes(const struct grid *grid)
{
	return grid->form == GRID_TABLE || grid->form == GRID_HTML;
}

struct grid *
grid_new(enum grid_form form, const char *per, const char *fields)
{
	struct grid *grid = xmalloc(sizeof *grid);

	*grid = (struct grid){ .form = form, .fields = fields };
	grid->per = per != NULL && has_shapes(grid) ? span_of(per) : nothing;
	grid->columns = columns_new(grid->per, grid->fields);
	return grid;
}

void
grid_free(struct grid *grid)
{
	if (grid == NULL)
		return;
	columns_free(grid->columns);
	arena_free(&grid->cell);
	free(grid->shapes);
	free(grid);
}

void
grid_start(struct grid *grid, struct output *out)
{
	columns_free(grid->columns);
	grid->columns = columns_new(grid->per, grid->fields);
	grid->n = grid->shown = 0;
	grid->out = out;
}

bool
grid_takes(struct grid *grid, struct span row)
{
	return columns_take(grid->columns, row);
}

/* What stands in a table's cell: null is "-". */
static struct span
cell_text(struct grid *grid, struct span text)
{
	arena_reset(&grid->cell);
	return text.p != NULL ? spell_safe(text, &grid->cell) : SPAN("-");
}

static void
widen(struct grid *grid, struct shape *shape, struct span text)
{
	size_t wide = width_of_text(cell_text(grid, text));

	if (wide > shape->width)
		shape->width = wide < WIDE ? wide : WIDE;
}

static void
add_shapes(struct grid *grid, size_t n)
{
	if (n == grid->n)
		return;
	grid->shapes = xrealloc(grid->shapes, n * sizeof *grid->shapes);
	for (; grid->n < n; grid->n++) {
		struct shape *shape = &grid->shapes[grid->n];

		*shape = (struct shape){ .width = 1 };
		shape->is_of_group = grid->per.p != NULL && columns_is_of(grid->columns, grid->n, grid->per);
		grid->shown += !shape->is_of_group;
		widen(grid, shape, columns_name(grid->columns, grid->n));
	}
}

/* The text of a value; nothing if it is null. */
static struct span
text_of(struct grid *grid, const struct slice *value)
{
	if (!slice_has_value(value))
		return nothing;
	return columns_text(grid->columns, value);
}

void
grid_measure(struct grid *grid, struct span row)
{
	columns_read(grid->columns, row, true);
	if (!has_shapes(grid))
		return;
	add_shapes(grid, columns_count(grid->columns));
	for (size_t i = 0; i < grid->n; i++) {
		struct slice value = columns_value(grid->columns, i);
		struct shape *shape = &grid->shapes[i];

		shape->has_numbers |= value.kind == KIND_NUMBER;
		shape->has_others |= slice_has_value(&value) && value.kind != KIND_NUMBER;
		widen(grid, shape, text_of(grid, &value));
	}
}

static void
put_blanks(struct grid *grid)
{
	for (; grid->blanks > 0; grid->blanks--)
		output_char(grid->out, ' ');
}

/* A column of numbers alone stands at the right. */
static bool
is_right(const struct shape *shape)
{
	return shape->has_numbers && !shape->has_others;
}

static void
put_cell(struct grid *grid, const struct shape *shape, struct span text)
{
	struct span cell = cell_text(grid, text);
	size_t wide = width_of_text(cell), pad = shape->width > wide ? shape->width - wide : 0;
	bool right = is_right(shape);

	if (right)
		grid->blanks += pad;
	if (cell.n > 0)
		put_blanks(grid);
	output_put(grid->out, cell.p, cell.n);
	grid->blanks += GAP + (right ? 0 : pad);
}

static void
put_html(struct grid *grid, const struct shape *shape, struct span text)
{
	struct output *out = grid->out;

	if (grid->in_names)
		output_lit(out, "<th scope=\"col\"");
	else
		output_lit(out, "<td");
	if (is_right(shape))
		output_lit(out, " class=\"n\"");
	output_char(out, '>');
	spell_html(out, cell_text(grid, text));
	output_put(out, grid->in_names ? "</th>" : "</td>", 5);
}

static void
put(struct grid *grid, size_t column, struct span text)
{
	switch (grid->form) {
	case GRID_TABLE:
		put_cell(grid, &grid->shapes[column], text);
		break;
	case GRID_HTML:
		put_html(grid, &grid->shapes[column], text);
		break;
	case GRID_CSV:
		if (column > 0)
			output_char(grid->out, ',');
		spell_csv(grid->out, text);
		break;
	default:
		if (column > 0)
			output_char(grid->out, '\t');
		spell_tsv(grid->out, text);
	}
}

/* A row of nothing but its group's value would vanish under the heading, so then there is none. */
static bool
has_headings(const struct grid *grid)
{
	return grid->per.p != NULL && grid->shown > 0;
}

/* Names, or the values of the row read last. Below headings a table is indented, so that no row looks like one. */
static void
put_line(struct grid *grid, size_t n)
{
	if (grid->form == GRID_HTML)
		output_lit(grid->out, "<tr>");
	grid->blanks = grid->form == GRID_TABLE && has_headings(grid) ? GAP : 0;
	for (size_t i = 0; i < n; i++) {
		struct slice value = columns_value(grid->columns, i);

		if (!has_headings(grid) || !grid->shapes[i].is_of_group)
			put(grid, i, grid->in_names ? columns_name(grid->columns, i) : text_of(grid, &value));
	}
	if (grid->form == GRID_HTML)
		output_lit(grid->out, "</tr>");
	output_char(grid->out, '\n');
}

void
grid_write_names(struct grid *grid)
{
	size_t n = columns_count(grid->columns);

	if (n == 0)
		return;
	if (has_shapes(grid))
		add_shapes(grid, n);
	if (grid->form == GRID_HTML)
		output_lit(grid->out, "<table>\n<thead>\n");
	grid->in_names = true;
	put_line(grid, n);
}

/* Text outside cells. */
static void
put_text(struct grid *grid, struct span text)
{
	struct span safe = cell_text(grid, text);

	if (safe.n > 0)
		put_blanks(grid);
	if (grid->form == GRID_HTML)
		spell_html(grid->out, safe);
	else
		output_put(grid->out, safe.p, safe.n);
}

static void
put_member(struct grid *grid, struct span name, struct span value)
{
	put_text(grid, name);
	output_char(grid->out, ':');
	grid->blanks = 1;
	put_text(grid, value);
}

/* What the field of the groups is in the row read last. */
static void
put_group(struct grid *grid)
{
	size_t n = 0;

	grid->blanks = 0;
	for (size_t i = 0; i < grid->n; i++) {
		struct slice value = columns_value(grid->columns, i);

		if (!grid->shapes[i].is_of_group || value.kind == KIND_ABSENT)
			continue;
		if (n > 0)
			output_char(grid->out, ',');
		grid->blanks = n++ > 0;
		put_member(grid, columns_name(grid->columns, i), text_of(grid, &value));
	}
	if (n == 0)
		put_member(grid, grid->per, nothing);
}

static void
put_heading(struct grid *grid)
{
	if (grid->form == GRID_HTML) {
		output_lit(grid->out, "<tr><th scope=\"rowgroup\" colspan=\"");
		emit_integer(grid->out, grid->shown);
		output_lit(grid->out, "\">");
	}
	put_group(grid);
	if (grid->form == GRID_HTML)
		output_lit(grid->out, "</th></tr>");
	output_char(grid->out, '\n');
}

static void
begin_group(struct grid *grid)
{
	if (grid->form == GRID_HTML && grid->in_names)
		output_lit(grid->out, "</thead>\n<tbody>\n");
	else if (grid->form == GRID_HTML)
		output_lit(grid->out, "</tbody>\n<tbody>\n");
	grid->in_names = false;
	if (has_headings(grid))
		put_heading(grid);
}

void
grid_write(struct grid *grid, struct span row, bool begins)
{
	size_t n = columns_count(grid->columns);

	if (n == 0)
		return;
	columns_read(grid->columns, row, false);
	if (begins)
		begin_group(grid);
	put_line(grid, n);
}

void
grid_end(struct grid *grid)
{
	if (grid->form == GRID_HTML && columns_count(grid->columns) > 0)
		output_put(grid->out, grid->in_names ? "</thead>\n</table>\n" : "</tbody>\n</table>\n", 18);
}
