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
