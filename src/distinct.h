/*
 * Distinct keys of rows, numbered from 1 as they come. Equal values are one key, however they are spelt; 7 and "7" are
 * two, and an absent value is a null.
 */
#ifndef DISTINCT_H
#define DISTINCT_H

#include <stdbool.h>
#include <stdint.h>

#include "fields.h"
#include "output.h"
#include "span.h"

struct distinct;

/* Keys of the fields in a list, which must live on and which option names; the caller frees. */
struct distinct *distinct_new(const char *option, const char *list, bool networks, struct fields *fields);
void distinct_free(struct distinct *distinct);

/* Is there a field of that name? A path goes by its last name. */
bool distinct_has(const struct distinct *distinct, struct span name);

/* The number of a row's key; one not met before gets the next. */
uint32_t distinct_number(struct distinct *distinct, const struct slice *found);
/* How many there are. */
uint32_t distinct_count(const struct distinct *distinct);

/* Write the members of a key, each followed by a comma. */
void distinct_emit(const struct distinct *distinct, uint32_t number, struct output *out);

/* All numbers in the order of their keys' first values; the caller frees. */
uint32_t *distinct_order(struct distinct *distinct);

#endif
