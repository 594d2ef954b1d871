/* malloc and its family, but never NULL: running out of memory ends the run with status 2. The caller frees. */
#ifndef ALLOC_H
#define ALLOC_H

#include <stddef.h>
#include <stdint.h>

void *xmalloc(size_t n);
void *xrealloc(void *p, size_t n);
void *xcalloc(size_t n, size_t size);

/* The array with room for twice as many elements of that size, 8 at first. */
void *xgrow(void *p, size_t *room, size_t size);

/* Both, one behind the other; the caller frees it. */
char *xjoin(const char *a, const char *b);

/* The process may take so many bytes more than it has, until unbound_memory; nothing changes if its user has bounded it. */
void bound_memory(uint64_t more);
void unbound_memory(void);

/* From now on large blocks go back to the system when they are freed: a run without an end stays flat. */
void give_memory_back(void);

#endif
