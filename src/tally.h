/* Rows counted by key, or a field of theirs added up, and rows made of the counts. */
#ifndef TALLY_H
#define TALLY_H

#include <stdbool.h>
#include <stdint.h>

#include "fields.h"
#include "span.h"

struct tally;

/* Count by the fields in a list, add up the field sum unless it is NULL; the texts must live on. The caller frees. */
struct tally *tally_new(const char *by, const char *sum, struct fields *fields);
void tally_free(struct tally *tally);

/* Will the rows have a member of that name? */
bool tally_has(const struct tally *tally, struct span name);

/* False with *reason (valid until the next call) if what is to be added up of a row is no number. */
bool tally_takes(const struct tally *tally, const struct slice *found, const char **reason);
/* Count a row, or false as tally_takes. */
bool tally_add(struct tally *tally, const struct slice *found, const char **reason);

/*
 * The row of count number i (from 1), {KEY..,"count":N,"share":X} or {KEY..,"count":N,"sum":S,"share":X}, valid until the
 * next call; false behind the last one. What scan_object may read stands behind it.
 */
bool tally_row(struct tally *tally, uint32_t i, struct span *row);

#endif
