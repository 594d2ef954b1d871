/* A FILE operand: opening it, what is wrong with it, and how many lines it has. */
#ifndef OPERAND_H
#define OPERAND_H

#include <stdint.h>

#include "span.h"

/* A pipe, socket or terminal: no file and no folder. False if it is not there. */
bool operand_is_pipe(const char *name);

/* Are both the same file or pipe? */
bool operand_is(const char *name, const char *other);

/*
 * Open it ("-": standard input), without waiting for the writer of a FIFO; a pipe is made larger where that is allowed.
 * *seekable: it can be read a second time; *offset: where reading begins. -1 if it cannot be read or is the output, which
 * has been said.
 */
int operand_open(const char *name, bool *seekable, uint64_t *offset);

enum { OPERAND_HEAD = 6 };

/* These first bytes could be those of a compressed file, and are too few to tell. */
bool operand_may_be_compressed(struct span head);
/* The file's first bytes, of which it takes more than OPERAND_HEAD, are those of a compressed one: say what to type. */
bool operand_is_compressed(const char *name, struct span head);

/* Newlines in memory; in a file from one offset to another, *from being where it ends before; what cannot be read is said. */
uint64_t newlines(const char *p, size_t n);
uint64_t newlines_in_file(const char *name, int fd, uint64_t *from, uint64_t to);

#endif
