/*
 * JSON numbers as exact decimals: one spelling for each value, and no value is ever rounded through a double. Exponents beyond
 * 1e9 in size count as that.
 */
#ifndef NUMBER_H
#define NUMBER_H

#include <stdbool.h>
#include <stdint.h>

#include "span.h"
#include "wide.h"

enum { NUMBER_EXTRA = 48, NUMBER_MICRO_LENGTH = 48 };

/*
 * The canonical spelling: 1.0 and 1e0 are 1, -0 is 0, plain digits from 1e-7 up to 1e40, else 1.5e-9. Within text if it
 * is spelt so, else written to to (room for text.n + NUMBER_EXTRA).
 */
struct span number_canonical(char *to, struct span text);

/* Order of two canonical numbers by value. */
int number_cmp(struct span a, struct span b);

/* A number of digits alone; false if it is something else, or beyond 2^64. */
bool number_whole(struct span text, uint64_t *n);

/* The number times 1,000,000, rounded half to even; false beyond +-9.2e12. */
bool number_micro(struct span text, int64_t *micro);

/* The same of a sum that was written by number_put_micro, which may be greater (32
 * digits before the point: 2^64 of the greatest numbers); false if it is spelt otherwise. */
bool number_read_micro(struct span text, struct wide *micro);

/* Write millionths as a canonical number; returns the end (room for NUMBER_MICRO_LENGTH). */
char *number_put_micro(char *to, struct wide micro);

/* a / b (b > 0), rounded half to even. */
struct wide number_divide(struct wide a, struct wide b);

#endif
