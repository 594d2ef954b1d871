/*
 * The newest row of each key: a later one with the same values replaces the earlier one. Keys are typed, equal values are
 * one key however they are spelt, and an absent value is a null.
 */
#ifndef UPSERT_H
#define UPSERT_H

#include <stdbool.h>
#include <stdint.h>

#include "fields.h"
#include "span.h"

struct upsert;

/* Keys of the fields in a list, which must live on and which option names; the caller frees. */
struct upsert *upsert_new(const char *option, const char *list, struct fields *fields);
void upsert_free(struct upsert *upsert);

/* Keep a copy of a row whose members are found. */
void upsert_put(struct upsert *upsert, const struct slice *found, struct span row);

/* Row i (from 1), false behind the last one. LF and what scan_object may read stand behind it. */
bool upsert_row(const struct upsert *upsert, uint32_t i, struct span *row);

#endif
