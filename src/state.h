/* What a group keeps for each aggregate. All zero: nothing seen. Counts are a uint64_t, min and max a struct value. */
#ifndef STATE_H
#define STATE_H

#include "value.h"
#include "wide.h"

enum { VALUES_MAX = 1000 };

struct total {
	uint64_t n;
	struct wide sum; /* of millionths */
};

/* Of times and numbers, in millionths. */
struct extent {
	bool seen;
	int64_t low, high;
};

struct dated {
	int64_t ts;
	struct value value;
};

static inline void
total_add(struct total *total, uint64_t n, struct wide sum)
{
	if (__builtin_add_overflow(total->n, n, &total->n))
		total->n = UINT64_MAX;
	total->sum = wide_add_most(total->sum, sum);
}

static inline void
extent_add(struct extent *extent, int64_t low, int64_t high)
{
	if (!extent->seen || low < extent->low)
		extent->low = low;
	if (!extent->seen || high > extent->high)
		extent->high = high;
	extent->seen = true;
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
