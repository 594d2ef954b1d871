#include "reader.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "alloc.h"
#include "diag.h"
#include "input.h"
#include "operand.h"

enum { READ_SIZE = 256 << 10, BUFFER = READ_SIZE + (64 << 10) };

/*
 *       buf          end (of the block)      fill          cap
 *        | whole lines | start of a next line | free | slack |
 */
struct reader {
	const char *name;
	unsigned number;
	int fd;
	bool fresh, eof, unended, skipping, counting, seekable;
	bool cut;                /* while it was read, the file was made shorter than what had been: its lines are not known */
	char *buf;
	size_t end, fill, cap;
	uint64_t bytes, too_long;
	uint64_t offset;         /* of buf[0] in the file */
	uint64_t counted_offset; /* up to here newlines have been counted: */
	uint64_t counted;
};

struct reader *
reader_open(const char *name, unsigned number)
{
	bool seekable;
	uint64_t offset;
	int fd = operand_open(name, &seekable, &offset);
	struct reader *reader;

	if (fd < 0)
		return NULL;
	reader = xmalloc(sizeof *reader);
	*reader = (struct reader){ .name = name, .number = number, .fd = fd, .fresh = true, .seekable = seekable,
		.offset = offset, .counted_offset = offset, .buf = xmalloc(BUFFER + INPUT_SLACK), .cap = BUFFER };
	return reader;
}

void
reader_close(struct reader *reader)
{
	if (reader == NULL)
		return;
	if (reader->fd > STDIN_FILENO)
		close(reader->fd);
	free(reader->buf);
	free(reader);
}

const char *
reader_name(const struct reader *reader)
{
	return reader->name;
}

unsigned
reader_number(const struct reader *reader)
{
	return reader->number;
}

int
reader_fd(const struct reader *reader)
{
	return reader->fd;
}

bool
reader_is_file(const struct reader *reader)
{
	return reader->seekable;
}

uint64_t
reader_bytes(const struct reader *reader)
{
	return reader->bytes;
}

uint64_t
reader_too_long(const struct reader *reader)
{
	return reader->too_long;
}

bool
reader_counts(const struct reader *reader)
{
	return reader->counting || !reader->seekable;
}

bool
reader_is_cut(const struct reader *reader)
{
	return reader->cut;
}

bool
reader_unended(const struct reader *reader)
{
	return reader->unended;
}

struct span
reader_block(const struct reader *reader)
{
	return (struct span){ reader->buf, reader->end };
}

void
reader_stop(struct reader *reader, const char *p)
{
	reader->end = (size_t)(p - reader->buf);
}

void
reader_count_lines(struct reader *reader)
{
	reader->counting = true;
}

/* What is gone from memory. */
static void
count_again(struct reader *reader)
{
	uint64_t at = reader->counted_offset;

	reader->counted += newlines_in_file(reader->name, reader->fd, &at, reader->offset);
	reader->cut |= at < reader->offset;
}

/* Count the newlines before the block's byte number n, once each: in memory, or from the file where they are gone. */
static uint64_t
count_to(struct reader *reader, size_t n)
{
	size_t from;

	if (reader->counted_offset < reader->offset) {
		if (reader->seekable)
			count_again(reader);
		reader->counted_offset = reader->offset;
	}
	from = (size_t)(reader->counted_offset - reader->offset);
	if (from < n) {
		reader->counted += newlines(reader->buf + from, n - from);
		reader->counted_offset = reader->offset + n;
	}
	return reader->counted;
}

uint64_t
reader_line_number(struct reader *reader, const char *p)
{
	uint64_t before = count_to(reader, (size_t)(p - reader->buf));

	return reader->cut ? 0 : before + 1;
}

uint64_t
reader_lines(struct reader *reader)
{
	return count_to(reader, reader->end) + reader->skipping;
}

static ssize_t
read_some(struct reader *reader)
{
	size_t room = reader->cap - reader->fill;

	return read(reader->fd, reader->buf + reader->fill, room < READ_SIZE ? room : READ_SIZE);
}

static void
resize(struct reader *reader, size_t cap)
{
	reader->cap = cap;
	reader->buf = xrealloc(reader->buf, cap + INPUT_SLACK);
}

/* A file cut short by another program has a hole of NUL bytes before its next line: they are no part of the line. */
static void
drop_hole(struct reader *reader)
{
	size_t hole = 0;

	while (hole < reader->fill && reader->buf[hole] == '\0')
		hole++;
	memmove(reader->buf, reader->buf + hole, reader->fill - hole);
	reader->fill -= hole;
	reader->offset += hole;
}

/* The buffer holds part of one line only: let it grow, or drop what there is of a line beyond the limit. */
static void
make_room(struct reader *reader)
{
	if (reader->fill > 0 && reader->buf[0] == '\0')
		drop_hole(reader);
	if (reader->skipping) {
		reader->offset += reader->fill;
		reader->fill = 0;
		if (reader->cap > BUFFER)
			resize(reader, BUFFER);
	} else if (reader->cap - reader->fill < READ_SIZE / 2)
		resize(reader, reader->cap + reader->cap / 2 + READ_SIZE);
}

/* The first n bytes are the end of a line that was too long: count it, forget it. */
static void
end_line(struct reader *reader, size_t n)
{
	count_to(reader, 0);
	reader->counted++;
	reader->fill -= n;
	memmove(reader->buf, reader->buf + n, reader->fill);
	reader->counted_offset = reader->offset += n;
}

/* What is left of a line that was too long ends at the first newline. */
static size_t
end_skipping(struct reader *reader, size_t from)
{
	char *nl = memchr(reader->buf + from, '\n', reader->fill - from);

	if (nl == NULL)
		return from;
	end_line(reader, (size_t)(nl + 1 - reader->buf));
	reader->skipping = false;
	return 0;
}

static void
drop_block(struct reader *reader)
{
	if (reader_counts(reader))
		count_to(reader, reader->end);
	reader->offset += reader->end;
	reader->fill -= reader->end;
	memmove(reader->buf, reader->buf + reader->end, reader->fill);
	reader->end = 0;
	if (reader->cap > 4 * BUFFER && reader->fill < READ_SIZE)
		resize(reader, BUFFER + READ_SIZE);
}

/* Find the end of the last whole line in what stands from byte from on. */
static enum reading
find_end(struct reader *reader, size_t from)
{
	const char *nl;

	if (reader->fill > INPUT_LINE_MAX && !reader->skipping && memchr(reader->buf, '\n', INPUT_LINE_MAX + 1) == NULL) {
		reader->skipping = true;
		reader->too_long++;
		diag_bad(reader->name, diag_will_say() ? reader_line_number(reader, reader->buf) : 0, "line longer than 64 MiB");
	}
	if (reader->skipping && (from = end_skipping(reader, from)) > 0)
		return READING_MORE;
	nl = memrchr(reader->buf + from, '\n', reader->fill - from);
	if (nl == NULL)
		return READING_MORE;
	reader->end = (size_t)(nl + 1 - reader->buf);
	return READING_BLOCK;
}

static enum reading
at_end(struct reader *reader)
{
	reader->eof = true;
	if (reader->skipping)
		end_line(reader, reader->fill);
	reader->skipping = false;
	if (reader->fill == 0)
		return READING_END;
	reader->unended = reader->buf[reader->fill - 1] != '\n'; /* of a head that has not been searched it may be one */
	if (reader->unended)
		reader->buf[reader->fill++] = '\n';
	reader->end = reader->fill;
	return READING_BLOCK;
}

enum reading
reader_fill(struct reader *reader)
{
	struct span head;
	ssize_t got;
	size_t from;

	drop_block(reader);
	if (reader->eof)
		return READING_END;
	make_room(reader);
	if ((got = read_some(reader)) < 0) {
		if (errno == EAGAIN || errno == EINTR)
			return READING_MORE;
		fail("%s:", reader->name);
	}
	if (got <= 0)
		return at_end(reader);
	reader->bytes += (uint64_t)got;
	reader->fill += (size_t)got;
	memset(reader->buf + reader->fill, '\n', INPUT_SLACK); /* or the search would go by bytes that nobody wrote */
	head = (struct span){ reader->buf, reader->fill };
	if (reader->fresh && operand_may_be_compressed(head)) /* there may be an LF in its head */
		return READING_MORE;
	if (reader->fresh && operand_is_compressed(reader->name, head)) {
		reader->fill = 0;
		return at_end(reader);
	}
	from = reader->fresh ? 0 : reader->fill - (size_t)got;
	reader->fresh = false;
	return find_end(reader, from);
}
