/*
 * The N best rows of each group. A row that is not among the best so far costs no memory and no copy, and one that is
 * takes over the memory of the row that it replaces.
 */
#ifndef RANK_H
#define RANK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "order.h"

struct rank;

/* Keep most rows in each group, all if it is 0. The order must outlive the rank, which the caller frees. */
struct rank *rank_new(const struct order *order, size_t most);
void rank_free(struct rank *rank);

/* Offer a row, whose members are found, to a group; they are numbered from 1. */
void rank_offer(struct rank *rank, uint32_t group, const struct slice *found, struct span row);

/* Bring the groups into their order; nothing may be offered afterwards. */
void rank_sort(struct rank *rank);

/* Row i (the best is 0) of a group, false behind the last one. LF and what scan_object may read stand behind it. */
bool rank_at(const struct rank *rank, uint32_t group, size_t i, struct span *row);

#endif
