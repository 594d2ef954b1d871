#include "operand.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "diag.h"
#include "output.h"

enum { PIPE_SIZE = 1 << 20 };

/* Look at what was opened; false if it must not be read. */
static bool
inspect(int fd, const char *name, bool *seekable, uint64_t *offset)
{
	struct stat st;
	off_t at = lseek(fd, 0, SEEK_CUR);

	if (fstat(fd, &st) < 0)
		fail("%s:", name);
	else if (S_ISDIR(st.st_mode))
		fail("%s: is a directory", name);
	else if (st.st_size > 0 && output_is(&st))
		fail("%s: this file is the output, too", name);
	else {
		if (S_ISFIFO(st.st_mode))
			fcntl(fd, F_SETPIPE_SZ, PIPE_SIZE);
		*seekable = S_ISREG(st.st_mode) && at >= 0;
		*offset = *seekable ? (uint64_t)at : 0;
		return true;
	}
	return false;
}

static bool
look_at(const char *name, struct stat *st)
{
	return (strcmp(name, "-") == 0 ? fstat(STDIN_FILENO, st) : stat(name, st)) == 0;
}

bool
operand_is_pipe(const char *name)
{
	struct stat st;

	return look_at(name, &st) && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode) && !S_ISBLK(st.st_mode);
}

bool
operand_is(const char *name, const char *other)
{
	struct stat a, b;

	return look_at(name, &a) && look_at(other, &b) && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

int
operand_open(const char *name, bool *seekable, uint64_t *offset)
{
	int flags = O_RDONLY | O_CLOEXEC | (operand_is_pipe(name) ? O_NONBLOCK : 0);
	int fd = strcmp(name, "-") == 0 ? STDIN_FILENO : open(name, flags);

	for (; fd < 0 && errno == EINTR; fd = open(name, flags))
		diag_poll();
	if (fd < 0) {
		fail("%s:", name);
		return -1;
	}
	if (inspect(fd, name, seekable, offset))
		return fd;
	if (fd != STDIN_FILENO)
		close(fd);
	return -1;
}

/* As far as there is a head; with any byte where a `?` stands. */
static bool
begins(struct span head, struct span magic)
{
	for (size_t i = 0; i < magic.n && i < head.n; i++)
		if (magic.p[i] != head.p[i] && magic.p[i] != '?')
			return false;
	return true;
}

/* What unpacks a file that begins so, NULL if it is not compressed. */
static const char *
unpacker(struct span head)
{
	static const struct {
		struct span magic; /* of OPERAND_HEAD bytes at most */
		const char *tool;
	} known[] = { { { "\x1f\x8b", 2 }, "zcat" }, { { "\x1f\x9d", 2 }, "zcat" }, { { "\xfd" "7zXZ", 5 }, "xzcat" },
		{ { "\x5d\0\0", 3 }, "xzcat" }, { { "\x28\xb5\x2f\xfd", 4 }, "zstdcat" }, { { "\x50\x2a\x4d\x18", 4 }, "zstdcat" },
		{ { "BZh?1A", 6 }, "bzcat" }, { { "\x04\x22\x4d\x18", 4 }, "lz4cat" }, { { "LZIP\1", 5 }, "lzip -dc" },
		{ { "\x89LZO", 4 }, "lzop -dc" }, { { "PK\x03\x04", 4 }, "unzip -p" } };

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (begins(head, known[i].magic))
			return known[i].tool;
	return NULL;
}

bool
operand_may_be_compressed(struct span head)
{
	return head.n <= OPERAND_HEAD && unpacker(head) != NULL;
}

bool
operand_is_compressed(const char *name, struct span head)
{
	const char *tool = head.n > OPERAND_HEAD ? unpacker(head) : NULL;

	if (tool != NULL)
		fail("%s: compressed: %s %s | %s", name, tool, name, diag_prog());
	return tool != NULL;
}

uint64_t
newlines(const char *p, size_t n)
{
	uint64_t count = 0;

	for (; n >= 128; p += 128, n -= 128) {
		unsigned char part = 0;

		for (int i = 0; i < 128; i++)
			part = (unsigned char)(part + (p[i] == '\n'));
		count += part;
	}
	for (size_t i = 0; i < n; i++)
		count += p[i] == '\n';
	return count;
}

uint64_t
newlines_in_file(const char *name, int fd, uint64_t *from, uint64_t to)
{
	char piece[8192];
	uint64_t count = 0;

	while (*from < to) {
		size_t want = to - *from < sizeof piece ? (size_t)(to - *from) : sizeof piece;
		ssize_t got = TEMP_FAILURE_RETRY(pread(fd, piece, want, (off_t)*from));

		if (got < 0)
			fail("%s:", name);
		if (got <= 0)
			break;
		count += newlines(piece, (size_t)got);
		*from += (uint64_t)got;
	}
	return count;
}
