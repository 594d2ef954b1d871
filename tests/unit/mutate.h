/* Seeded damage to lines of JSON: what a bad disk, a bad shipper or a clever client could make of them. */
#ifndef MUTATE_H
#define MUTATE_H

#include <stddef.h>
#include <stdint.h>

enum { MUTANT_MAX = 1 << 17 };

struct mutant {
	uint64_t state; /* of the random numbers: the seed at first */
	char text[MUTANT_MAX];
	size_t n;
};

/* A number below n. */
uint32_t mutate_random(struct mutant *m, uint32_t n);
void mutate_set(struct mutant *m, const char *text, size_t n);
/* One change; other is a line to splice with. No line feed comes in. */
void mutate_once(struct mutant *m, const char *other, size_t n);
/* Put the line into an envelope of one of the forms that event.h knows. */
void mutate_wrap(struct mutant *m);

#endif
