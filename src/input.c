#include "input.h"

#include <poll.h>
#include <stdlib.h>

#include "alloc.h"
#include "diag.h"
#include "operand.h"
#include "output.h"
#include "reader.h"

struct input {
	char **operands;
	unsigned n, next;        /* all of them, and the first that has not been opened for its turn */
	bool *ended, *opened;
	struct reader **pipes;   /* open ones, read as they become ready */
	struct pollfd *polled;
	unsigned npipes, turn;
	bool at_once;            /* all pipes are opened when the first one's turn comes */
	struct reader *now, *file;
	struct span rest;        /* of the block, for input_line */
	bool stopped, counting, live;
	bool unready;            /* the last read gave no block: wait before the next one */
	int64_t (*waiting)(void *);
	void *waiting_arg;
	bool uncounted;          /* an operand before this one was read without counting its lines */
	uint64_t lines, bytes, too_long; /* of those that are closed */
};

struct input *
input_open(char **operands, bool at_once)
{
	static char dash[] = "-", *standard_input[] = { dash, NULL };
	struct input *in = xcalloc(1, sizeof *in);

	in->at_once = at_once;
	in->operands = *operands != NULL ? operands : standard_input;
	while (in->operands[in->n] != NULL)
		in->n++;
	in->ended = xcalloc(in->n, sizeof *in->ended);
	in->opened = xcalloc(in->n, sizeof *in->opened);
	return in;
}

void
input_close(struct input *in)
{
	reader_close(in->file);
	for (unsigned i = 0; i < in->npipes; i++)
		reader_close(in->pipes[i]);
	free(in->pipes);
	free(in->polled);
	free(in->ended);
	free(in->opened);
	free(in);
}

void
input_count_lines(struct input *in)
{
	in->counting = true;
}

void
input_on_wait(struct input *in, int64_t (*waiting)(void *), void *arg)
{
	in->waiting = waiting;
	in->waiting_arg = arg;
}

static void
add_pipe(struct input *in, struct reader *reader)
{
	in->pipes = xrealloc(in->pipes, (in->npipes + 1) * sizeof *in->pipes);
	in->polled = xrealloc(in->polled, (in->npipes + 1) * sizeof *in->polled);
	in->polled[in->npipes] = (struct pollfd){ .fd = reader_fd(reader), .events = POLLIN };
	in->pipes[in->npipes++] = reader;
	in->live = in->unready = true;
}

/* Two readers of one pipe would tear its lines: who comes later gets what is left, which is nothing. */
static bool
is_named_before(const struct input *in, unsigned number)
{
	for (unsigned i = 0; i < number && operand_is_pipe(in->operands[number]); i++)
		if (operand_is(in->operands[number], in->operands[i]))
			return true;
	return false;
}

static struct reader *
open_operand(struct input *in, unsigned number)
{
	struct reader *reader = is_named_before(in, number) ? NULL : reader_open(in->operands[number], number);

	in->opened[number] = true;
	in->ended[number] = reader == NULL;
	if (reader != NULL && in->counting)
		reader_count_lines(reader);
	return reader;
}

/* The first pipe's turn has come: open those behind it, too, since their writers wait for a reader. */
static void
open_other_pipes(struct input *in)
{
	in->at_once = false;
	for (unsigned i = in->next; i < in->n; i++)
		if (operand_is_pipe(in->operands[i])) {
			struct reader *reader = open_operand(in, i);

			if (reader != NULL)
				add_pipe(in, reader);
		}
}

static bool
open_next(struct input *in)
{
	while (in->next < in->n) {
		unsigned number = in->next++;
		struct reader *reader;

		if (in->opened[number] || (reader = open_operand(in, number)) == NULL)
			continue;
		if (reader_is_file(reader)) {
			in->file = reader;
			return true;
		}
		add_pipe(in, reader);
		if (in->at_once)
			open_other_pipes(in);
		return true;
	}
	return false;
}

/* Wait until a pipe is ready; false if a signal said to leave. */
static bool
wait_for_pipes(struct input *in)
{
	for (;;) {
		unsigned seen = diag_signals();
		int64_t us = -1;

		diag_poll();
		if (diag_left())
			return false;
		if (poll(in->polled, in->npipes, 0) > 0)
			return true;
		if (in->waiting != NULL)
			us = in->waiting(in->waiting_arg);
		output_flush_all();
		if (diag_wait(in->polled, in->npipes, us, seen) > 0)
			return true;
	}
}

/* With one pipe and nothing to do meanwhile, the read itself may wait. */
static bool
must_poll(const struct input *in)
{
	return in->npipes > 1 || in->unready || in->waiting != NULL || output_pending() || diag_leaves();
}

/* A reader that can be read now, of those that are open; NULL if a signal said to leave. */
static struct reader *
ready_reader(struct input *in)
{
	if (in->file != NULL)
		return in->file;
	if (!must_poll(in))
		return in->pipes[0];
	if (!wait_for_pipes(in))
		return NULL;
	do
		in->turn = (in->turn + 1) % in->npipes;
	while (in->polled[in->turn].revents == 0);
	return in->pipes[in->turn];
}

static void
end_operand(struct input *in, struct reader *reader)
{
	in->ended[reader_number(reader)] = true;
	in->bytes += reader_bytes(reader);
	in->too_long += reader_too_long(reader);
	if (reader_counts(reader))
		in->lines += reader_lines(reader);
	else
		in->uncounted = true;
	if (reader == in->file)
		in->file = NULL;
	for (unsigned i = 0; i < in->npipes; i++)
		if (in->pipes[i] == reader) {
			in->pipes[i] = in->pipes[--in->npipes];
			in->polled[i] = in->polled[in->npipes];
		}
	in->now = NULL;
	in->unready = true;
	reader_close(reader);
}

bool
input_block(struct input *in, struct span *block)
{
	struct reader *reader;

	in->rest = (struct span){ NULL, 0 };
	for (;;) {
		diag_poll();
		if (in->stopped || diag_left() || diag_stopped())
			return false;
		if (in->file == NULL && in->npipes == 0 && !open_next(in))
			return false;
		if ((reader = ready_reader(in)) == NULL)
			continue;
		in->unready = false;
		switch (reader_fill(reader)) {
		case READING_BLOCK:
			in->now = reader;
			*block = in->rest = reader_block(reader);
			if (!diag_stopped())
				return true;
			break;
		case READING_MORE:
			in->unready = true;
			break;
		case READING_END:
			end_operand(in, reader);
			break;
		}
	}
}

bool
input_split(struct span *block, struct span *line)
{
	const char *p = block->p, *nl = block->n > 0 ? memchr(p, '\n', block->n) : NULL;

	if (nl == NULL)
		return false;
	*block = (struct span){ nl + 1, block->n - (size_t)(nl + 1 - p) };
	while (*p == '\0') /* a hole: a file that was cut short while it was written */
		p++;
	*line = (struct span){ p, (size_t)(nl - p) };
	return true;
}

bool
input_line(struct input *in, struct span *line)
{
	struct span block;

	if (in->stopped || diag_stopped())
		return false;
	return input_split(&in->rest, line) || (input_block(in, &block) && input_split(&in->rest, line));
}

void
input_stop(struct input *in, const char *p)
{
	reader_stop(in->now, p);
	in->stopped = true;
}

bool
input_unended(const struct input *in)
{
	return reader_unended(in->now);
}

void
input_bad(struct input *in, const char *p, const char *reason)
{
	diag_bad(input_name(in), diag_will_say() ? input_line_number(in, p) : 0, reason);
}

const char *
input_name(const struct input *in)
{
	return reader_name(in->now);
}

uint64_t
input_line_number(struct input *in, const char *p)
{
	return reader_line_number(in->now, p);
}

unsigned
input_operands(const struct input *in)
{
	return in->n;
}

unsigned
input_now(const struct input *in)
{
	return reader_number(in->now);
}

const char *
input_operand(const struct input *in, unsigned number)
{
	return in->operands[number];
}

bool
input_ended(const struct input *in, unsigned number)
{
	return in->ended[number];
}

bool
input_is_live(const struct input *in)
{
	return in->live;
}

bool
input_lines(struct input *in, uint64_t *lines)
{
	*lines = in->lines;
	if (in->file != NULL)
		*lines += reader_lines(in->file);
	for (unsigned i = 0; i < in->npipes; i++)
		*lines += reader_lines(in->pipes[i]);
	return !in->uncounted && (in->file == NULL || !reader_is_cut(in->file));
}

uint64_t
input_too_long(const struct input *in)
{
	uint64_t n = in->too_long + (in->file != NULL ? reader_too_long(in->file) : 0);

	for (unsigned i = 0; i < in->npipes; i++)
		n += reader_too_long(in->pipes[i]);
	return n;
}

uint64_t
input_bytes(const struct input *in)
{
	uint64_t n = in->bytes + (in->file != NULL ? reader_bytes(in->file) : 0);

	for (unsigned i = 0; i < in->npipes; i++)
		n += reader_bytes(in->pipes[i]);
	return n;
}
