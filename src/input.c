#include "input.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "alloc.h"
#include "diag.h"
#include "operand.h"
#include "output.h"

enum { READ_SIZE = 256 << 10, BUFFER = READ_SIZE + (64 << 10) };

/*
 *       buf          end (of the block)      fill          cap
 *        | whole lines | start of a next line | free | slack |
 */
struct input {
	char **operands;   /* still to be opened */
	const char *name;
	int fd;
	bool fresh, eof, unended, stopped, skipping, counting, seekable;
	bool uncounted;          /* an operand before this one was read without counting its lines */
	char *buf, *line;
	size_t end, fill, cap;
	uint64_t bytes, too_long;
	uint64_t offset;         /* of buf[0] in the file */
	uint64_t counted_offset; /* up to here newlines have been counted: */
	uint64_t counted;
	uint64_t lines_before; /* in the operands before this one */
};

struct input *
input_open(char **operands)
{
	static char dash[] = "-", *standard_input[] = { dash, NULL };
	struct input *in = xcalloc(1, sizeof *in);

	in->buf = xmalloc(BUFFER + INPUT_SLACK);
	in->operands = *operands != NULL ? operands : standard_input;
	in->cap = BUFFER;
	in->fd = -1;
	in->name = "-";
	return in;
}

static void
close_file(struct input *in)
{
	if (in->fd > STDIN_FILENO)
		close(in->fd);
	in->fd = -1;
}

void
input_close(struct input *in)
{
	close_file(in);
	free(in->buf);
	free(in);
}

void
input_count_lines(struct input *in)
{
	in->counting = true;
}

static bool
open_next(struct input *in)
{
	in->counted = 0;
	in->end = in->fill = 0;
	in->eof = in->unended = in->skipping = false;
	while (*in->operands != NULL) {
		in->name = *in->operands++;
		in->fd = operand_open(in->name, &in->seekable, &in->offset);
		in->counted_offset = in->offset;
		in->fresh = true;
		if (in->fd >= 0)
			return true;
	}
	return false;
}

/* Count the newlines before the block's byte number n, once each: in memory, or from the file where they are gone. */
static uint64_t
count_to(struct input *in, size_t n)
{
	size_t from;

	if (in->counted_offset < in->offset) {
		if (in->seekable)
			in->counted += newlines_in_file(in->fd, in->counted_offset, in->offset, in->unended);
		in->counted_offset = in->offset;
	}
	from = in->counted_offset - in->offset;
	if (from < n) {
		in->counted += newlines(in->buf + from, n - from);
		in->counted_offset = in->offset + n;
	}
	return in->counted;
}

uint64_t
input_line_number(struct input *in, const char *p)
{
	return count_to(in, (size_t)(p - in->buf)) + 1;
}

bool
input_lines(struct input *in, uint64_t *lines)
{
	*lines = in->lines_before;
	if (in->fd >= 0)
		*lines += count_to(in, in->end) + in->skipping;
	return !in->uncounted;
}

const char *
input_name(const struct input *in)
{
	return in->name;
}

uint64_t
input_too_long(const struct input *in)
{
	return in->too_long;
}

uint64_t
input_bytes(const struct input *in)
{
	return in->bytes;
}

void
input_bad(struct input *in, const char *p, const char *reason)
{
	diag_bad(in->name, diag_will_say() ? input_line_number(in, p) : 0, reason);
	if (diag_stopped())
		in->stopped = true;
}

static ssize_t
read_some(struct input *in)
{
	struct pollfd ready = { .fd = in->fd, .events = POLLIN };
	ssize_t got;

	for (;;) {
		diag_poll();
		if (!in->seekable && output_pending() && poll(&ready, 1, 0) <= 0)
			output_flush_all();
		got = read(in->fd, in->buf + in->fill, in->cap - in->fill < READ_SIZE ? in->cap - in->fill : READ_SIZE);
		if (got >= 0)
			return got;
		if (errno == EAGAIN)
			poll(&ready, 1, -1);
		else if (errno != EINTR)
			return got;
	}
}

static void
resize(struct input *in, size_t cap)
{
	in->cap = cap;
	in->buf = xrealloc(in->buf, cap + INPUT_SLACK);
}

/* A file cut short by another program has a hole of NUL bytes before its next line: they are no part of the line. */
static void
drop_hole(struct input *in)
{
	size_t hole = 0;

	while (hole < in->fill && in->buf[hole] == '\0')
		hole++;
	memmove(in->buf, in->buf + hole, in->fill - hole);
	in->fill -= hole;
	in->offset += hole;
}

/* The buffer holds part of one line only: let it grow, or drop what there is of a line beyond the limit. */
static void
make_room(struct input *in)
{
	if (in->fill > 0 && in->buf[0] == '\0')
		drop_hole(in);
	if (in->skipping) {
		in->offset += in->fill;
		in->fill = 0;
		if (in->cap > BUFFER)
			resize(in, BUFFER);
	} else if (in->cap - in->fill < READ_SIZE / 2)
		resize(in, in->cap + in->cap / 2 + READ_SIZE);
}

/* The first n bytes are the end of a line that was too long: count it, forget it. */
static void
end_line(struct input *in, size_t n)
{
	count_to(in, 0);
	in->counted++;
	in->fill -= n;
	memmove(in->buf, in->buf + n, in->fill);
	in->counted_offset = in->offset += n;
}

/* What is left of a line that was too long ends at the first newline. */
static size_t
end_skipping(struct input *in, size_t from)
{
	char *nl = memchr(in->buf + from, '\n', in->fill - from);

	if (nl == NULL)
		return from;
	end_line(in, (size_t)(nl + 1 - in->buf));
	in->skipping = false;
	return 0;
}

static void
drop_block(struct input *in)
{
	if (in->counting || !in->seekable)
		count_to(in, in->end);
	in->offset += in->end;
	in->fill -= in->end;
	memmove(in->buf, in->buf + in->end, in->fill);
	in->end = 0;
	if (in->cap > 4 * BUFFER && in->fill < READ_SIZE)
		resize(in, BUFFER + READ_SIZE);
}

/* Find the end of the last whole line in what stands from byte from on. */
static bool
find_end(struct input *in, size_t from)
{
	const char *nl;

	if (in->fill > INPUT_LINE_MAX && !in->skipping && memchr(in->buf, '\n', INPUT_LINE_MAX + 1) == NULL) {
		in->skipping = true;
		in->too_long++;
		input_bad(in, in->buf, "line longer than 64 MiB");
	}
	if (in->skipping && (from = end_skipping(in, from)) > 0)
		return false;
	nl = memrchr(in->buf + from, '\n', in->fill - from);
	if (nl != NULL)
		in->end = (size_t)(nl + 1 - in->buf);
	return nl != NULL;
}

static bool
at_end(struct input *in)
{
	in->eof = true;
	if (in->skipping)
		end_line(in, in->fill);
	in->skipping = false;
	if (in->fill == 0)
		return false;
	in->unended = true;
	in->buf[in->fill++] = '\n';
	in->end = in->fill;
	return true;
}

/* Read until the buffer holds a whole line; false at the end of the file. */
static bool
fill_block(struct input *in)
{
	while (!in->eof && !in->stopped) {
		ssize_t got;

		make_room(in);
		if ((got = read_some(in)) < 0) {
			fail("%s:", in->name);
			return at_end(in);
		}
		if (got == 0)
			return at_end(in);
		in->bytes += (uint64_t)got;
		in->fill += (size_t)got;
		if (in->fresh && operand_is_compressed(in->name, (struct span){ in->buf, in->fill }))
			break;
		in->fresh = false;
		if (find_end(in, in->fill - (size_t)got))
			return !in->stopped;
	}
	return false;
}

static void
end_file(struct input *in)
{
	if (in->counting || !in->seekable)
		input_lines(in, &in->lines_before);
	else
		in->uncounted = true;
	close_file(in);
}

bool
input_block(struct input *in, struct span *block)
{
	for (;;) {
		diag_poll();
		if (in->stopped)
			return false;
		if (in->fd >= 0) {
			drop_block(in);
			if (fill_block(in)) {
				in->line = in->buf;
				*block = (struct span){ in->buf, in->end };
				return true;
			}
			end_file(in);
		} else if (!open_next(in))
			return false;
	}
}

bool
input_line(struct input *in, struct span *line)
{
	struct span block;
	char *nl;

	if ((in->fd < 0 || in->line == in->buf + in->end || in->stopped) && !input_block(in, &block))
		return false;
	nl = memchr(in->line, '\n', (size_t)(in->buf + in->end - in->line));
	while (*in->line == '\0') /* a hole, see drop_hole */
		in->line++;
	*line = (struct span){ in->line, (size_t)(nl - in->line) };
	in->line = nl + 1;
	return true;
}

void
input_stop(struct input *in, const char *p)
{
	in->end = (size_t)(p - in->buf);
	in->stopped = true;
}
