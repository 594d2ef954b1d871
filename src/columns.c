#include "columns.h"

#include <stdlib.h>

#include "cli.h"
#include "diag.h"
#include "jqexpr.h"
#include "scan.h"
#include "step.h"
#include "table.h"
#include "text.h"
#include "utf8.h"

enum {
	SLACK = 16, /* bytes that the scanner may read behind a row */
	COLUMNS_MAX = 4096,
	MEMBERS_MAX = 1 << 16,
	NAMES_MAX = 16 << 20, /* bytes */
};

/* A name below another one (above is 0 in the row itself). */
struct member {
	struct span name, path;
	uint32_t above;
	bool is_column, is_asked;
	uint64_t met, value_of; /* the count of members when the name was met last, and when it was met with this value: */
	struct slice value;
};

/* Members: of is grown as needed. */
struct numbers {
	uint32_t *of;
	size_t n, room;
};

struct columns {
	struct table table;
	struct pool members;
	struct numbers columns, cells; /* all, and those with a value in this row */
	uint64_t met, before; /* members met so far, and those of the rows before this one */
	size_t named; /* bytes */
	bool closed; /* no more than those that were asked for */
	struct arena names, record;
};

void
columns_free(struct columns *columns)
{
	table_free(&columns->table);
	pool_free(&columns->members);
	arena_free(&columns->names);
	arena_free(&columns->record);
	free(columns->columns.of);
	free(columns->cells.of);
	free(columns);
}

static struct member *
member(const struct columns *columns, uint32_t number)
{
	return pool_at(&columns->members, number);
}

static void
push(struct numbers *numbers, uint32_t number)
{
	if (numbers->n == numbers->room)
		numbers->of = xgrow(numbers->of, &numbers->room, sizeof *numbers->of);
	numbers->of[numbers->n++] = number;
}

/* The name with those above it, joined by dots. */
static void
set_path(struct columns *columns, struct member *m)
{
	struct span above = SPAN("");
	char *path;

	if (m->above != 0)
		above = member(columns, m->above)->path;
	m->path.n = above.n + (m->above != 0) + m->name.n;
	if ((columns->named += m->path.n) > NAMES_MAX)
		die("columns with more than 16 MiB of names: only --format ndjson takes them");
	m->path.p = path = arena_alloc(&columns->names, m->path.n + 1);
	memcpy(path, above.p, above.n);
	if (m->above != 0)
		path[above.n] = '.';
	memcpy(path + m->path.n - m->name.n, m->name.p, m->name.n);
	m->name.p = path + m->path.n - m->name.n;
}

static uint32_t
add_member(struct columns *columns, uint32_t above, struct span name, uint32_t hash)
{
	uint32_t number = pool_add(&columns->members);
	struct member *m = member(columns, number);

	m->above = above;
	m->name = name;
	if (number > MEMBERS_MAX)
		die("rows of more than %d names: only --format ndjson takes them all", MEMBERS_MAX);
	set_path(columns, m);
	table_add(&columns->table, hash, number);
	return number;
}

/* Its number; if it was not met before, it is added, or 0 if no more are wanted. */
static uint32_t
find_member(struct columns *columns, uint32_t above, struct span name, bool more)
{
	uint32_t hash = table_hash(name, above), at, number = table_first(&columns->table, hash, &at);

	for (; number != 0; number = table_next(&columns->table, hash, &at))
		if (member(columns, number)->above == above && span_eq(member(columns, number)->name, name))
			return number;
	return more ? add_member(columns, above, name, hash) : 0;
}

static void
add_column(struct columns *columns, uint32_t number)
{
	if (columns->columns.n == COLUMNS_MAX)
		die("rows of more than %d columns: only --format ndjson takes them", COLUMNS_MAX);
	push(&columns->columns, number);
	member(columns, number)->is_column = true;
}

/* A column for the field of that path, whole if it is an object. */
static void
ask(struct columns *columns, struct span path)
{
	const char *p = path.p, *end = path.p + path.n, *dot;
	struct member *m;
	uint32_t number = 0;

	for (; (dot = memchr(p, '.', (size_t)(end - p))) != NULL; p = dot + 1)
		number = find_member(columns, number, (struct span){ p, (size_t)(dot - p) }, true);
	number = find_member(columns, number, (struct span){ p, (size_t)(end - p) }, true);
	m = member(columns, number);
	if (!m->is_asked)
		add_column(columns, number);
	m->is_asked = true;
}

static bool
has_empty_name(struct span path)
{
	return path.n == 0 || path.p[0] == '.' || path.p[path.n - 1] == '.' || memmem(path.p, path.n, "..", 2) != NULL;
}

struct columns *
columns_new(struct span first, const char *list)
{
	struct columns *columns = xmalloc(sizeof *columns);
	struct span rest = span_of(list != NULL ? list : ""), path;

	*columns = (struct columns){ .members.size = sizeof(struct member), .closed = list != NULL };
	if (list != NULL && first.p != NULL)
		ask(columns, first);
	while (list != NULL && cli_list(&rest, &path)) {
		if (has_empty_name(path))
			cli_wrong("--fields", list, "empty field name");
		cli_blanks("--fields", list, path);
		if (memchr(path.p, ',', path.n) != NULL || !utf8_is(path.p, path.n))
			cli_wrong("--fields", list, "not a list of fields");
		ask(columns, path);
	}
	return columns;
}

static bool
has_members(const char *p)
{
	struct slice name;

	return *p == '{' && step_name(&p, &name);
}

static void
note(struct columns *columns, uint32_t number, uint64_t met, const struct slice *value)
{
	struct member *m = member(columns, number);

	m->value_of = met;
	m->value = *value;
	push(&columns->cells, number);
}

/* Note what stands in the object at p; the end of it. */
static const char *
walk(struct columns *columns, const char *p, uint32_t above)
{
	struct slice name, value;

	while (step_name(&p, &name)) {
		uint32_t number = find_member(columns, above, columns_text(columns, &name), !columns->closed);
		uint64_t met = ++columns->met;
		bool is_parent = number != 0 && has_members(p);

		value = (struct slice){ .p = p, .kind = KIND_OBJECT };
		if (number != 0)
			member(columns, number)->met = met;
		if (is_parent)
			p = walk(columns, p, number);
		else
			scan_value(&p, &value);
		value.n = (uint32_t)(p - value.p);
		if (number != 0 && (!is_parent || member(columns, number)->is_asked))
			note(columns, number, met, &value);
	}
	return p;
}

/* Has it a value in this row?  Of several equal names the last one counts, with all that is below it. */
static bool
has_value(const struct columns *columns, const struct member *m)
{
	uint64_t value_of = m->value_of;

	while (m->met <= value_of && m->above != 0)
		m = member(columns, m->above);
	return m->met <= value_of && value_of > columns->before;
}

static bool
is_plain(struct span row)
{
	static const struct fields none = { .root = { .slot = -1, .number = -1 } };
	struct slice unused;

	return scan_object(&none, row, &unused);
}

/* As libjq writes it: without odd spellings. */
static struct span
canonical(struct columns *columns, struct span row)
{
	struct span text = jq_canonical(row, &columns->record);
	char *copy = arena_alloc(&columns->record, text.n + SLACK);

	memcpy(copy, text.p, text.n);
	memset(copy + text.n, '\n', SLACK);
	return (struct span){ copy, text.n };
}

bool
columns_take(struct columns *columns, struct span row)
{
	arena_reset(&columns->record);
	return is_plain(row) || is_plain(canonical(columns, row));
}

void
columns_read(struct columns *columns, struct span row, bool grow)
{
	arena_reset(&columns->record);
	columns->cells.n = 0;
	columns->before = columns->met;
	walk(columns, is_plain(row) ? row.p : canonical(columns, row).p, 0);
	for (size_t i = 0; grow && !columns->closed && i < columns->cells.n; i++) {
		const struct member *m = member(columns, columns->cells.of[i]);

		if (!m->is_column && has_value(columns, m))
			add_column(columns, columns->cells.of[i]);
	}
}

size_t
columns_count(const struct columns *columns)
{
	return columns->columns.n;
}

struct span
columns_name(const struct columns *columns, size_t i)
{
	return member(columns, columns->columns.of[i])->path;
}

/* What is left of a path behind the names down to a member, NULL if it begins with others. */
static struct span
left_of(const struct columns *columns, const struct member *m, struct span path)
{
	const char *end;

	if (m->above != 0)
		path = left_of(columns, member(columns, m->above), path);
	if (path.n == 0)
		return path;
	end = memchr(path.p, '.', path.n);
	if (!span_eq((struct span){ path.p, end != NULL ? (size_t)(end - path.p) : path.n }, m->name))
		return (struct span){ NULL, 0 };
	path.n -= m->name.n + (end != NULL);
	path.p += m->name.n + (end != NULL);
	return path;
}

bool
columns_is_of(const struct columns *columns, size_t i, struct span path)
{
	struct span left = left_of(columns, member(columns, columns->columns.of[i]), path);

	return left.p != NULL && left.n == 0;
}

struct slice
columns_value(const struct columns *columns, size_t i)
{
	const struct member *m = member(columns, columns->columns.of[i]);

	return has_value(columns, m) ? m->value : (struct slice){ .kind = KIND_ABSENT };
}

struct span
columns_text(struct columns *columns, const struct slice *value)
{
	struct span json = slice_span(value);
	char *room = NULL;

	if (value->kind == KIND_STRING) {
		if (value->escaped || value->broken)
			room = arena_alloc(&columns->record, TEXT_DECODE_ROOM * (size_t)value->n);
		return text_decode(room, value);
	}
	if (utf8_is(json.p, json.n))
		return json;
	room = arena_alloc(&columns->record, TEXT_DECODE_ROOM * json.n);
	return (struct span){ room, (size_t)(text_repair(room, json) - room) };
}
