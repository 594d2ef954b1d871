#include "alloc.h"

#include <fcntl.h>
#include <malloc.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
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

char *
xjoin(const char *a, const char *b)
{
	size_t n = strlen(a), room = n + strlen(b) + 1;
	char *both = xmalloc(room);

	memcpy(both, a, n);
	memcpy(both + n, b, room - n);
	return both;
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

static struct rlimit unbounded;
static bool is_bounded;

/* The address space in use, in bytes; 0 if nobody tells. */
static uint64_t
size_now(void)
{
	static int statm = -1;
	char text[32] = "";

	if (statm < 0)
		statm = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
	if (statm < 0 || pread(statm, text, sizeof text - 1, 0) < 0)
		return 0;
	return strtoull(text, NULL, 10) * (uint64_t)sysconf(_SC_PAGESIZE);
}

void
bound_memory(uint64_t more)
{
	struct rlimit bound;

	if (SANITIZED || getrlimit(RLIMIT_AS, &unbounded) < 0 || unbounded.rlim_cur != RLIM_INFINITY)
		return;
	bound = unbounded;
	bound.rlim_cur = size_now() + more;
	is_bounded = bound.rlim_cur > more && setrlimit(RLIMIT_AS, &bound) == 0;
}

void
unbound_memory(void)
{
	if (is_bounded)
		setrlimit(RLIMIT_AS, &unbounded);
	is_bounded = false;
}

/* Left to itself, glibc raises this threshold once a large block was freed, and then keeps what lies between. */
void
give_memory_back(void)
{
	mallopt(M_MMAP_THRESHOLD, 32 << 10);
}
