#include "alloc.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "diag.h"

void *
xmalloc(size_t n)
{
	void *p = malloc(n ? n : 1);

	if (p == NULL)
		die("no memory");
	return p;
}

void *
xrealloc(void *p, size_t n)
{
	p = realloc(p, n ? n : 1);
	if (p == NULL)
		die("no memory");
	return p;
}

void *
xcalloc(size_t n, size_t size)
{
	void *p = calloc(n ? n : 1, size);

	if (p == NULL)
		die("no memory");
	return p;
}

void *
xgrow(void *p, size_t *room, size_t size)
{
	*room = *room != 0 ? 2 * *room : 8;
	return xrealloc(p, *room <= SIZE_MAX / size ? *room * size : SIZE_MAX);
}

#ifdef __SANITIZE_ADDRESS__
enum { SANITIZED = 1 }; /* the sanitizer reserves far more memory than it uses */
#else
enum { SANITIZED = 0 };
#endif

static size_t
size_now(void)
{
	FILE *statm = fopen("/proc/self/statm", "re");
	unsigned long pages = 0;

	if (statm != NULL) {
		/* NOLINTNEXTLINE(cert-err34-c): the kernel writes it */
		if (fscanf(statm, "%lu", &pages) != 1)
			pages = 0;
		fclose(statm);
	}
	return pages * (size_t)sysconf(_SC_PAGESIZE);
}

void
bound_memory(uint64_t more)
{
	struct rlimit memory;

	if (!SANITIZED && getrlimit(RLIMIT_AS, &memory) == 0 && memory.rlim_cur == RLIM_INFINITY) {
		memory.rlim_cur = size_now() + more;
		setrlimit(RLIMIT_AS, &memory);
	}
}

/* Left to itself, glibc raises this threshold once a large block was freed, and then keeps what lies between. */
void
give_memory_back(void)
{
	mallopt(M_MMAP_THRESHOLD, 32 << 10);
}
