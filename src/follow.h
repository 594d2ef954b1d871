/*
 * The board drawn again and again while rows come: in place on a terminal, elsewhere block after block with an empty line
 * between them. It is drawn when the input would block, and under constant load from time to time.
 */
#ifndef FOLLOW_H
#define FOLLOW_H

#include <stdint.h>

#include "board.h"
#include "output.h"

struct follow;

/* Draw at most every so many µs. Board and output must outlive it; the caller frees. */
struct follow *follow_new(struct board *board, struct output *out, int64_t every);
void follow_free(struct follow *follow);

/* A row of so many bytes was taken. */
void follow_row(struct follow *follow, size_t bytes);

/* The input would block: draw if there is something new. Returns how long to wait in µs, -1: for ever. For input_on_wait. */
int64_t follow_waiting(void *follow);

/* Draw what is new since the last time, unless it is not wanted any more, and leave the terminal. */
void follow_end(struct follow *follow, bool wanted);

/* How many rows were drawn last. */
size_t follow_rows(const struct follow *follow);

#endif
