/*
 * How far each partition has been read, by the lines that are no DHCP events, too; and the lines that tell it. They are made
 * from the input alone: whoever begins again at some offset writes none that brings new time.
 */
#ifndef HEARTBEAT_H
#define HEARTBEAT_H

#include "event.h"
#include "output.h"

struct heartbeats;

/*
 * The value that option was given, NULL for the usual one; a wrong one ends the run, and so does an operand that looks like
 * the value of `--heartbeat 5s`.
 */
struct heartbeats *heartbeats_new(const char *option, const char *value, char **operands);
void heartbeats_free(struct heartbeats *h);

/* A line has been handled: note it, and write a heartbeat if it is due. */
void heartbeats_note(struct heartbeats *h, const struct mark *mark, struct output *out);
/* The end of the input: one more for each partition that has gone on since its last. */
void heartbeats_finish(struct heartbeats *h, struct output *out);

/* How many were written, and how many offsets were missing inside the partitions. Zero for NULL. */
uint64_t heartbeats_written(const struct heartbeats *h);
uint64_t heartbeats_gaps(const struct heartbeats *h);

#endif
