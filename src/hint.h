/* What a person at a terminal is told, once, when nothing comes although all is well. */
#ifndef HINT_H
#define HINT_H

#include "source.h"

struct hints {
	bool wanted;   /* standard error is a terminal */
	int64_t began; /* µs of when_elapsed */
	bool said_live, said_held;
};

struct hints hints_start(int64_t now);

/* Windows are open that only the end of the input will close, and the input may have none. Returns µs until it is time, or -1. */
int64_t hint_live(struct hints *hints, int64_t now);

/* Windows are held back by the slowest source, which has long been silent. */
int64_t hint_held(struct hints *hints, const struct sources *sources, int64_t now);

#endif
