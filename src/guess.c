#include "guess.h"

#include "arena.h"

enum { QUOTES_AND_COLON = 3, TRIES = 4, GUESSES = 1 + FIELD_BUCKETS + TRIES };

struct guess *
guesses_new(void)
{
	struct guess *guesses = xcalloc(GUESSES, sizeof *guesses);

	for (int i = 0; i < GUESSES; i++)
		guesses[i] = (struct guess){ .want = 1, .next = guesses };
	return guesses;
}

static bool
is_of(const struct guess *guess, struct span name, struct ends ends)
{
	return guess->n == name.n + QUOTES_AND_COLON && guess->ends.head == ends.head && guess->ends.tail == ends.tail;
}

static void
fill(struct guess *guess, struct guess *start, struct span name, struct ends ends, const struct node *child)
{
	size_t n = name.n + QUOTES_AND_COLON, first = n < LANES ? n : LANES;

	*guess = (struct guess){ .want = 1, .ends = ends, .n = n, .child = child, .next = start };
	if (n > sizeof guess->text)
		return;
	guess->text[0] = '"';
	memcpy(guess->text + 1, name.p, name.n);
	memcpy(guess->text + 1 + name.n, "\":", 2);
	/* NOLINTNEXTLINE(clang-analyzer-core.UndefinedBinaryOperatorResult): n is at least QUOTES_AND_COLON */
	guess->mask = guess->want = ~UINT64_C(0) >> (64 - first * LANES_BITS);
}

/* A few places hold each name; where they are taken, the first is given up. */
struct guess *
guess_learn(const struct node *node, struct guess *guess, struct span name, const struct node *child)
{
	struct ends ends = ends_of(name);
	struct guess *first = &node->guesses[1 + ends_bucket(ends, name.n)], *next = first;

	while (next < first + TRIES && next->n != 0 && !is_of(next, name, ends))
		next++;
	if (next == first + TRIES)
		next = first;
	if (!is_of(next, name, ends))
		fill(next, node->guesses, name, ends, child);
	guess->next = next;
	return next;
}
