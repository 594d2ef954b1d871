/*
 * Allocations that fail: `alloc' are those of our own code, `alloc-lib' those that libjq and libc make while they work
 * for it. All of them come by here, since the names of an executable go before those of the libraries.
 */
#include <stddef.h>
#include <stdint.h>

#include "inject.h"

void *__libc_malloc(size_t n);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t n);
void *malloc(size_t n);
void *calloc(size_t n, size_t size);
void *realloc(void *p, size_t n);

extern char __executable_start, etext;

static bool
fails(const void *caller)
{
	bool ours = (uintptr_t)caller >= (uintptr_t)&__executable_start && (uintptr_t)caller < (uintptr_t)&etext;

	return inject(ours ? "alloc" : "alloc-lib") != INJECT_NOTHING;
}

void *
malloc(size_t n)
{
	return fails(__builtin_return_address(0)) ? NULL : __libc_malloc(n);
}

void *
calloc(size_t n, size_t size)
{
	return fails(__builtin_return_address(0)) ? NULL : __libc_calloc(n, size);
}

void *
realloc(void *p, size_t n)
{
	return fails(__builtin_return_address(0)) ? NULL : __libc_realloc(p, n);
}
