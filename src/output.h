/*
 * The one place that writes results and finds write errors (screen.c, for --follow on a terminal, has its own): a full
 * buffer is written, and input flushes before it blocks.
 */
#ifndef OUTPUT_H
#define OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>

struct output {
	char *buf;
	size_t n, cap;
	int fd;
	bool terminal; /* control bytes are escaped on the way out */
	bool unbroken; /* see output_unbroken */
	const char *name;
	struct output *next;
};

/* Standard output. Lives as long as the run; a write that fails ends it with status 2. */
struct output *output_stdout(void);
/* If it is a pipe, a kill leaves no half line in it (of up to PIPE_BUF bytes): kcat -P would send that. Costs system calls. */
void output_unbroken(struct output *out);
/* If it is appended to a file that ends within a line, as a kill or a full disk leaves it, end that line first. */
void output_mend(struct output *out);
/* A file that is appended to, created if missing; ends the run if it cannot be opened. option names it in messages. */
struct output *output_append(const char *option, const char *path);

/* No file at all: grows, and is read from buf. The caller frees it with output_free. */
struct output *output_memory(void);
void output_free(struct output *out);

/* Write what all outputs hold. */
void output_flush_all(void);
/* The same, and where it goes to files they have it on their disk: a loss of power must not take what a checkpoint forgets. */
void output_sync(void);
/* True if one of them is the regular file that st tells of: reading it would never end. */
bool output_is(const struct stat *st);
/* Something is waiting in a buffer. */
bool output_pending(void);
/* Flush and close all; a full disk that only close() finds is found here. False if something may be lost. */
bool output_finish(void);

char *output_more_room(struct output *out, size_t n);

/* Make room for n more bytes and return where they go; output_used tells how far they went. */
static inline char *
output_room(struct output *out, size_t n)
{
	return n <= out->cap - out->n ? out->buf + out->n : output_more_room(out, n);
}

static inline void
output_used(struct output *out, const char *end)
{
	out->n = (size_t)(end - out->buf);
}

static inline void
output_put(struct output *out, const char *p, size_t n)
{
	memcpy(output_room(out, n), p, n);
	out->n += n;
}

static inline void
output_char(struct output *out, char c)
{
	*output_room(out, 1) = c;
	out->n++;
}

#define output_lit(out, literal) output_put(out, literal, sizeof(literal) - 1)

#endif
