/*
 * Operands -> blocks of whole lines. One buffer that grows with the longest line; everything finished is flushed before
 * a read that would block. A file that cannot be read is named, the next one is read, and the status becomes 2.
 */
#ifndef INPUT_H
#define INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "span.h"

enum {
	INPUT_LINE_MAX = 64 << 20, /* a longer line is bad input */
	INPUT_SLACK = 160,         /* bytes that may be read behind a block, whatever they hold */
};

struct input;

/* Read operands (a NULL-terminated list, kept by the caller; "-" or an empty list: standard input). */
struct input *input_open(char **operands);
void input_close(struct input *in);

/* Count lines while reading instead of on demand. */
void input_count_lines(struct input *in);

/*
 * The next whole lines of one operand, each ended by LF (added where the last one has none); valid until the next call.
 * False at the end of the last operand, after input_stop, or where --strict ends the run.
 */
bool input_block(struct input *in, struct span *block);
/* The next line without its LF and NUL bytes in front, from the same blocks. */
bool input_line(struct input *in, struct span *line);
/* Read no further; what stands from p on counts as not read. */
void input_stop(struct input *in, const char *p);

/* The line at p in the current block was not understood. */
void input_bad(struct input *in, const char *p, const char *reason);
/* Its name and number (the first is 1), which may cost a second look at the file. */
const char *input_name(const struct input *in);
uint64_t input_line_number(struct input *in, const char *p);

/*
 * Lines handed out so far and too long ones, and bytes read. At a block's edge only; may cost a second look, too. False if
 * the lines are not known: an operand is gone that was read without counting.
 */
bool input_lines(struct input *in, uint64_t *lines);
uint64_t input_too_long(const struct input *in);
uint64_t input_bytes(const struct input *in);

#endif
