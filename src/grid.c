#include "grid.h"

#include <stdlib.h>

#include "arena.h"
#include "columns.h"
#include "safe.h"
#include "width.h"

enum { GAP = 2 };

struct shape {
	size_t width;
	bool has_numbers, has_others;
};

struct grid {
	enum grid_form form;
	struct output *out;
	struct columns *columns;
	struct shape *shapes;
	size_t n;
	struct arena cell;
	size_t blanks; /* owed to the next text, so that no line ends in them */
};

static const struct span nothing = { NULL, 0 };

struct grid *
grid_new(enum grid_form form)
{
	struct grid *grid = xmalloc(sizeof *grid);

	*grid = (struct grid){ .form = form, .columns = columns_new() };
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
	grid->columns = columns_new();
	grid->n = 0;
	grid->out = out;
}

bool
grid_takes(struct grid *grid, struct span row)
{
	return columns_take(grid->columns, row);
}

/* Text without anything that moves a cursor. */
static struct span
safe(struct grid *grid, struct span text)
{
	const char *p = text.p, *end = p + text.n;
	char *start, *to;

	arena_reset(&grid->cell);
	start = to = arena_alloc(&grid->cell, SAFE_GROWTH * text.n + 1);
	while (p < end) {
		size_t n = 0;

		while (p + n < end && p[n] != '\n' && p[n] != '\t')
			n++;
		to += safe_copy(to, p, n);
		p += n;
		if (p < end)
			to = (char *)memcpy(to, *p++ == '\n' ? "\\u000a" : "\\u0009", 6) + 6;
	}
	return (struct span){ start, (size_t)(to - start) };
}

/* What stands in a table's cell: null is "-". */
static struct span
cell_text(struct grid *grid, struct span text)
{
	return text.p != NULL ? safe(grid, text) : SPAN("-");
}

static void
widen(struct grid *grid, struct shape *shape, struct span text)
{
	size_t wide = width_of_text(cell_text(grid, text));

	if (wide > shape->width)
		shape->width = wide;
}

static void
add_shapes(struct grid *grid, size_t n)
{
	if (n == grid->n)
		return;
	grid->shapes = xrealloc(grid->shapes, n * sizeof *grid->shapes);
	for (; grid->n < n; grid->n++) {
		grid->shapes[grid->n] = (struct shape){ .width = 1 };
		widen(grid, &grid->shapes[grid->n], columns_name(grid->columns, grid->n));
	}
}

/* The text of a value; nothing if it is null. */
static struct span
text_of(struct grid *grid, const struct slice *value)
{
	if (!slice_has_value(value))
		return nothing;
	return value->kind == KIND_STRING ? columns_text(grid->columns, value) : slice_span(value);
}

void
grid_measure(struct grid *grid, struct span row)
{
	columns_read(grid->columns, row, true);
	if (grid->form != GRID_TABLE)
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
static void
put_cell(struct grid *grid, const struct shape *shape, struct span text)
{
	struct span cell = cell_text(grid, text);
	size_t pad = shape->width - width_of_text(cell);
	bool right = shape->has_numbers && !shape->has_others;

	if (right)
		grid->blanks += pad;
	if (cell.n > 0)
		put_blanks(grid);
	output_put(grid->out, cell.p, cell.n);
	grid->blanks += GAP + (right ? 0 : pad);
}

static bool
needs_quotes(struct span text)
{
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] == ',' || text.p[i] == '"' || text.p[i] == '\r' || text.p[i] == '\n')
			return true;
	return text.p != NULL && text.n == 0; /* or it would be taken for null */
}

static void
put_csv(struct output *out, struct span text)
{
	if (!needs_quotes(text)) {
		if (text.n > 0)
			output_put(out, text.p, text.n);
		return;
	}
	output_char(out, '"');
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '"')
			output_char(out, '"');
		output_char(out, text.p[i]);
	}
	output_char(out, '"');
}

static void
put_tsv(struct output *out, struct span text)
{
	static const char letters[] = { ['\t'] = 't', ['\n'] = 'n', ['\r'] = 'r', ['\\'] = '\\' };

	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i], letter = c < sizeof letters ? (unsigned char)letters[c] : 0;

		if (letter != 0)
			output_char(out, '\\');
		output_char(out, letter != 0 ? (char)letter : (char)c);
	}
}

static void
put(struct grid *grid, size_t column, struct span text)
{
	switch (grid->form) {
	case GRID_TABLE:
		put_cell(grid, &grid->shapes[column], text);
		break;
	case GRID_CSV:
		if (column > 0)
			output_char(grid->out, ',');
		put_csv(grid->out, text);
		break;
	default:
		if (column > 0)
			output_char(grid->out, '\t');
		put_tsv(grid->out, text);
	}
}

static void
end_line(struct grid *grid)
{
	grid->blanks = 0;
	output_char(grid->out, '\n');
}

void
grid_write_names(struct grid *grid)
{
	size_t n = columns_count(grid->columns);

	for (size_t i = 0; i < n; i++)
		put(grid, i, columns_name(grid->columns, i));
	if (n > 0)
		end_line(grid);
}

void
grid_write(struct grid *grid, struct span row)
{
	size_t n = columns_count(grid->columns);

	columns_read(grid->columns, row, false);
	for (size_t i = 0; i < n; i++) {
		struct slice value = columns_value(grid->columns, i);

		put(grid, i, text_of(grid, &value));
	}
	if (n > 0)
		end_line(grid);
}
