/*
 * Keys of one or more values, numbered from 1 as they come, with what was counted for each. Equal values are one key,
 * however they are spelt; 7 and "7" are two, and an absent value is a null.
 */
#ifndef TALLY_H
#define TALLY_H

#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "fields.h"
#include "span.h"

struct tally;

/* What was met under a key. The text holds its values as JSON, each followed by LF. */
struct count {
	struct span text;
	uint64_t rows;
	__int128 micro; /* the sum of weights, in millionths */
};

/* The caller frees. */
struct tally *tally_new(size_t values);
void tally_free(struct tally *tally);

/* The number of the key with these values; a new one is kept. */
uint32_t tally_number(struct tally *tally, const struct slice *const *values);

/* How many keys there are, and what is counted for one of them. */
uint32_t tally_size(const struct tally *tally);
struct count *tally_at(const struct tally *tally, uint32_t number);

/* All numbers in the order of their keys' first values; the caller frees. */
uint32_t *tally_order(struct tally *tally);

#endif
