/*
 * One operand -> blocks of whole lines. A buffer that grows with the longest line; lines are counted on demand where the
 * file can be read a second time.
 */
#ifndef READER_H
#define READER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "span.h"

enum reading {
	READING_BLOCK, /* whole lines stand in the block */
	READING_MORE,  /* there is only a part of a line so far */
	READING_END,
};

struct reader;

/* Open an operand (its number is kept for the caller); NULL if that failed, which has been said. */
struct reader *reader_open(const char *name, unsigned number);
void reader_close(struct reader *reader);

/* Read once, which may block. An error is said, and ends the operand. The block before is forgotten. */
enum reading reader_fill(struct reader *reader);

/* Whole lines, each ended by LF; valid until the next reader_fill. */
struct span reader_block(const struct reader *reader);
/* The block's last line had no LF of its own. */
bool reader_unended(const struct reader *reader);
/* What stands from p on counts as not read. */
void reader_stop(struct reader *reader, const char *p);

const char *reader_name(const struct reader *reader);
unsigned reader_number(const struct reader *reader);
int reader_fd(const struct reader *reader);
/* A regular file: always ready. */
bool reader_is_file(const struct reader *reader);

/* Count lines while reading. */
void reader_count_lines(struct reader *reader);
/* The number of the line at p in the block (the first is 1), 0 if it is not known: the file was cut short behind the reader. */
uint64_t reader_line_number(struct reader *reader, const char *p);
/* Lines up to the end of the block, and whether that is not known, either. */
uint64_t reader_lines(struct reader *reader);
bool reader_is_cut(const struct reader *reader);
/* False if there are lines that were not counted, and cannot be read again after reader_close. */
bool reader_counts(const struct reader *reader);
uint64_t reader_bytes(const struct reader *reader);
uint64_t reader_too_long(const struct reader *reader);

#endif
