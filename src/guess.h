/*
 * Which member comes next: lines are much alike, so a name mostly need not be read, only compared with the one that came
 * at its place before. Each node keeps the names met below it, wanted or not, each with the one that last came behind it.
 */
#ifndef GUESS_H
#define GUESS_H

#include "fields.h"
#include "lanes.h"

struct guess {
	char text[2 * LANES]; /* `"name":` */
	uint64_t mask, want;  /* which of its first lanes count; want is beyond mask if it can never be right */
	size_t n;
	struct ends ends; /* of the name */
	const struct node *child;
	struct guess *next;
};

/* A node's guesses; the first stands for the start of the object. */
struct guess *guesses_new(void);

/* The name behind that of guess was this one, of this child: learn it, and return what stands for it. */
struct guess *guess_learn(const struct node *node, struct guess *guess, struct span name, const struct node *child);

/* Does the text at p begin with what guess says? */
static inline bool
guess_is_right(const struct guess *guess, const char *p)
{
	return (lanes_bits((lanes)(lanes_load(p) == lanes_load(guess->text))) & guess->mask) == guess->want &&
	    (guess->n <= LANES || memcmp(p + LANES, guess->text + LANES, guess->n - LANES) == 0);
}

#endif
