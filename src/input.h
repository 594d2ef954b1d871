/*
 * Operands -> blocks of whole lines, of one after the other, or of all that are pipes at once, as they become ready.
 * Everything finished is flushed before a read that would block. A file that cannot be read is named, the next one is
 * read, and the status becomes 2.
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

/* Read operands (a NULL-terminated list, kept by the caller; "-" or an empty list: standard input); at_once: pipes together. */
struct input *input_open(char **operands, bool at_once);
void input_close(struct input *in);

/* Count lines while reading instead of on demand. */
void input_count_lines(struct input *in);

/*
 * Before a read that would block, waiting(arg) is called, then all output is flushed; the wait lasts at most as many µs as
 * it returned (-1: for ever), then it is called again. A caught signal ends the wait, too.
 */
void input_on_wait(struct input *in, int64_t (*waiting)(void *arg), void *arg);

/*
 * The next whole lines of one operand, each ended by LF (added where the last one has none); valid until the next call.
 * False at the end of the last operand, after input_stop or diag_left, or where --strict ends the run.
 */
bool input_block(struct input *in, struct span *block);
/* Step through a block: its next line without its LF and NUL bytes in front. */
bool input_split(struct span *block, struct span *line);
/* The next line, from the same blocks. */
bool input_line(struct input *in, struct span *line);
/* Read no further: lines from p on count as not read (bytes do, as far as blocks were). */
void input_stop(struct input *in, const char *p);

/* The current block's last line had no LF of its own. */
bool input_unended(const struct input *in);

/* The line at p in the current block was not understood. */
void input_bad(struct input *in, const char *p, const char *reason);
/* Its name and number (the first is 1), which may cost a second look at the file. */
const char *input_name(const struct input *in);
uint64_t input_line_number(struct input *in, const char *p);

/* Operands are numbered from 0: how many there are, which one the block is from, their names, and those that have ended. */
unsigned input_operands(const struct input *in);
unsigned input_now(const struct input *in);
const char *input_operand(const struct input *in, unsigned number);
bool input_ended(const struct input *in, unsigned number);
/* Whether a pipe or terminal is among those read so far: what comes from there may come for ever. */
bool input_is_live(const struct input *in);

/*
 * Lines handed out so far and too long ones, and bytes read. At a block's edge only; may cost a second look, too. False if
 * the lines are not known: an operand is gone that was read without counting.
 */
bool input_lines(struct input *in, uint64_t *lines);
uint64_t input_too_long(const struct input *in);
uint64_t input_bytes(const struct input *in);

#endif
