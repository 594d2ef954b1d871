/* How often something may be done that takes its time: never sooner than some multiple of what it took the last time. */
#ifndef PACE_H
#define PACE_H

#include <stdint.h>

/* µs: when it was done last (when_elapsed), and what that took. */
struct pace {
	int64_t last, cost;
};

enum { PACE_REST = 20 };

/* How long to wait yet, 0 if it may be done now; least is the shortest time between two. */
static inline int64_t
pace_wait(const struct pace *pace, int64_t now, int64_t least)
{
	int64_t rest = PACE_REST * pace->cost, due = pace->last + (rest > least ? rest : least);

	return now < pace->last || now >= due ? 0 : due - now;
}

static inline void
pace_done(struct pace *pace, int64_t begun, int64_t now)
{
	*pace = (struct pace){ now, now - begun };
}

/* The shorter of two waits, of which -1 is for ever. */
static inline int64_t
shorter(int64_t a, int64_t b)
{
	return a < 0 || (b >= 0 && b < a) ? b : a;
}

#endif
