/* Arrays and objects in libjq's spelling (see jq_canonical), without a blank. */
#ifndef NESTED_H
#define NESTED_H

#include "span.h"

/*
 * Their order: jq's, but numbers are decimals. Arrays are compared up to the first element that differs; only objects are
 * left to libjq, as their names come first.
 */
int nested_cmp(struct span a, struct span b);

#endif
