/*
 * Standard input to standard output in small writes:
 *	drip N              N bytes at a time
 *	drip random SEED    1 to 65,536 bytes at a time, mostly few, and here and there a rest of up to 2 ms
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* xorshift64 (Marsaglia, 2003) */
static unsigned
some(uint64_t *state, unsigned n)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return (unsigned)(*state >> 32) % n;
}

static void
put(const char *p, size_t n)
{
	while (n > 0) {
		ssize_t done = write(STDOUT_FILENO, p, n);

		if (done < 0) {
			perror("drip");
			exit(2);
		}
		p += done;
		n -= (size_t)done;
	}
}

int
main(int argc, char *argv[])
{
	static char buf[1 << 16];
	int random = argc > 2 && strcmp(argv[1], "random") == 0;
	uint64_t state = random ? strtoull(argv[2], NULL, 10) * 2654435761u + 1 : 0;
	size_t step = argc > 1 ? strtoul(argv[1], NULL, 10) : 0, n;

	if (!random && (step == 0 || step > sizeof buf))
		return 2;
	for (;;) {
		if (random)
			step = 1 + some(&state, 2u << some(&state, 16));
		if ((n = fread(buf, 1, step, stdin)) == 0)
			return 0;
		put(buf, n);
		if (random && some(&state, 8) == 0)
			usleep(some(&state, 2000));
	}
}
