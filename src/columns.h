/*
 * Rows of JSON as cells: every member that some row has is a column, in the order they are first seen; members of objects
 * are columns of their own, under dotted names.
 */
#ifndef COLUMNS_H
#define COLUMNS_H

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"
#include "fields.h"
#include "span.h"

struct columns;

/*
 * Unless list is NULL there are only the columns in it, in their order, an object as a whole, and in front of them first if that
 * is not NULL; a wrong list ends the run. The texts must live on; the caller frees.
 */
struct columns *columns_new(struct span first, const char *list);
void columns_free(struct columns *columns);

/* False if a row, though it is JSON, is nested too deeply to be read. */
bool columns_take(struct columns *columns, struct span row);

/* Read an object (with what scan_object may read behind it); if grow, members not met before become columns. */
void columns_read(struct columns *columns, struct span row, bool grow);

size_t columns_count(const struct columns *columns);
struct span columns_name(const struct columns *columns, size_t i);
/* Is a column the field of that path, or a member of it? */
bool columns_is_of(const struct columns *columns, size_t i, struct span path);
/* A column's value in the row last read, which must still stand where it stood. */
struct slice columns_value(const struct columns *columns, size_t i);
/* The bytes that a string stands for, or a value's own but for broken UTF-8; until the next row is read. */
struct span columns_text(struct columns *columns, const struct slice *value);

#endif
