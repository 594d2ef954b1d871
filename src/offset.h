/* What a line's topic, partition and offset tell: which source it is from, whether it came before, and what was lost. */
#ifndef OFFSET_H
#define OFFSET_H

#include "intake.h"

/* The source of the line whose members have been found; NULL if it is not told as it should be. */
struct source *offset_source(struct intake *intake, struct span line);

/*
 * Was the line, or what its heartbeat tells of, handled before? If not, it is now. What is missing before it is said. A row that
 * cannot be of this source, or of this query, ends the run.
 */
bool offset_is_old(struct intake *intake, struct source *source, struct span line, bool is_heartbeat);

#endif
