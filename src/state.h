/* What a group keeps for each aggregate. All zero: nothing seen. Counts are a uint64_t, min and max a struct value. */
#ifndef STATE_H
#define STATE_H

#include "value.h"

enum { VALUES_MAX = 1000 };

struct total {
	uint64_t n;
	uint64_t sum[2]; /* an __int128 of millionths */
};

struct dated {
	int64_t ts;
	struct value value;
};

static inline __int128
total_sum(const struct total *total)
{
	__int128 sum;

	memcpy(&sum, total->sum, sizeof sum);
	return sum;
}

static inline void
total_add(struct total *total, uint64_t n, __int128 sum)
{
	sum = (__int128)((unsigned __int128)sum + (unsigned __int128)total_sum(total));
	total->n += n;
	memcpy(total->sum, &sum, sizeof sum);
}

/* distinct: a chain of members, which are found by hash. */
struct set {
	uint32_t n, first;
};

/* values: the smallest ones, sorted. */
struct list {
	struct value *values;
	uint32_t n, room;
	bool cut;
};

#endif
