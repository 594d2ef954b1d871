/*
 * collide COUNT BITS: whole numbers whose hashes, under the seed that a getrandom full of zeros would give, end in the same
 * BITS bits; one a line. With a seed that can be known they would all fall into one place of a table.
 */
#include <stdio.h>
#include <stdlib.h>

#include "table.c" /* NOLINT(bugprone-suspicious-include): its seed is static */

void
die(const char *format, ...)
{
	(void)format;
	abort();
}

void *
xcalloc(size_t n, size_t size)
{
	return calloc(n, size);
}

int
main(int argc, char *argv[])
{
	long count = argc == 3 ? strtol(argv[1], NULL, 10) : 0;
	uint32_t mask = argc == 3 ? (UINT32_C(1) << strtol(argv[2], NULL, 10)) - 1 : 0;
	char text[24];

	seed[0] = 1;
	for (unsigned long i = 0; count > 0; i++) {
		int n = snprintf(text, sizeof text, "%lu", i);

		if ((table_hash((struct span){ text, (size_t)n }, 0) & mask) == 0 && count-- > 0)
			puts(text);
	}
	return 0;
}
