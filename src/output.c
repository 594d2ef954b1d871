#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "alloc.h"
#include "diag.h"
#include "safe.h"
#include "whole.h"

enum { BUFFER = 1 << 16 };

static struct output *outputs;

static struct output *
output_alloc(void)
{
	struct output *out = xcalloc(1, sizeof *out);

	out->buf = xmalloc(BUFFER);
	out->cap = BUFFER;
	return out;
}

static struct output *
output_new(int fd, const char *name)
{
	struct output *out = output_alloc();

	out->fd = fd;
	out->name = name;
	out->terminal = isatty(fd);
	out->next = outputs;
	outputs = out;
	return out;
}

struct output *
output_stdout(void)
{
	return output_new(STDOUT_FILENO, "standard output");
}

void
output_unbroken(struct output *out)
{
	struct stat st;

	out->unbroken = fstat(out->fd, &st) == 0 && S_ISFIFO(st.st_mode);
}

/* What was opened to be written is looked into under the kernel's own name for it. */
static bool
ends_within_a_line(const struct output *out)
{
	struct stat st;
	char path[32], last = '\n';
	int fd;

	if (fstat(out->fd, &st) < 0 || !S_ISREG(st.st_mode) || (fcntl(out->fd, F_GETFL) & O_APPEND) == 0 || st.st_size == 0)
		return false;
	snprintf(path, sizeof path, "/proc/self/fd/%d", out->fd);
	if ((fd = (int)TEMP_FAILURE_RETRY(open(path, O_RDONLY | O_CLOEXEC))) >= 0) {
		(void)!TEMP_FAILURE_RETRY(pread(fd, &last, 1, st.st_size - 1));
		close(fd);
	}
	return last != '\n';
}

void
output_mend(struct output *out)
{
	if (ends_within_a_line(out))
		output_char(out, '\n');
}

struct output *
output_append(const char *option, const char *path)
{
	int fd = (int)TEMP_FAILURE_RETRY(open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666));
	struct output *out;

	if (fd < 0)
		die("%s: %s:", option, path);
	out = output_new(fd, path);
	output_mend(out);
	return out;
}

struct output *
output_memory(void)
{
	struct output *out = output_alloc();

	out->fd = -1;
	return out;
}

void
output_free(struct output *out)
{
	if (out != NULL)
		free(out->buf);
	free(out);
}

static void
write_all(const struct output *out, const char *p, size_t n)
{
	if (!write_whole(out->fd, p, n))
		die("%s:", out->name);
}

/* As many lines at once as a pipe takes whole or not at all. */
static void
write_lines(const struct output *out)
{
	const char *p = out->buf;

	for (size_t left = out->n, n; left > 0; p += n, left -= n) {
		n = left;
		if (left > PIPE_BUF) {
			const char *nl = memrchr(p, '\n', PIPE_BUF);

			if (nl == NULL)
				nl = memchr(p, '\n', left);
			if (nl != NULL)
				n = (size_t)(nl + 1 - p);
		}
		write_all(out, p, n);
	}
}

static void
write_safely(const struct output *out)
{
	char *text = xmalloc(SAFE_GROWTH * out->n);

	write_all(out, text, safe_copy(text, out->buf, out->n));
	free(text);
}

static void
flush(struct output *out)
{
	if (out->n == 0)
		return;
	if (out->terminal)
		write_safely(out);
	else if (out->unbroken)
		write_lines(out);
	else
		write_all(out, out->buf, out->n);
	out->n = 0;
}

static void
grow(struct output *out, size_t need)
{
	out->cap = need;
	out->buf = xrealloc(out->buf, need < out->n ? SIZE_MAX : need); /* beyond what a size can tell: no memory */
}

/*
 * Whole lines alone: where a message ends the run within one, nobody reads its half, or finds another behind it; and no
 * character is cut in two on its way through safe_copy.
 */
static void
flush_lines(struct output *out)
{
	const char *nl = memrchr(out->buf, '\n', out->n);
	size_t n = out->n, lines = nl != NULL ? (size_t)(nl + 1 - out->buf) : 0;

	out->n = lines;
	flush(out);
	memmove(out->buf, out->buf + lines, n - lines);
	out->n = n - lines;
}

char *
output_more_room(struct output *out, size_t n)
{
	if (out->fd >= 0)
		flush_lines(out);
	if (n > out->cap - out->n)
		grow(out, 2 * out->n + n + BUFFER);
	else if (out->cap > BUFFER && out->n + n <= BUFFER)
		grow(out, BUFFER);
	return out->buf + out->n;
}

void
output_flush_all(void)
{
	for (struct output *out = outputs; out != NULL; out = out->next)
		flush(out);
}

void
output_sync(void)
{
	struct stat st;

	output_flush_all();
	for (struct output *out = outputs; out != NULL; out = out->next)
		if (fstat(out->fd, &st) == 0 && S_ISREG(st.st_mode) && TEMP_FAILURE_RETRY(fsync(out->fd)) < 0)
			die("%s:", out->name);
}

bool
output_is(const struct stat *st)
{
	struct stat own;

	for (const struct output *out = outputs; out != NULL; out = out->next)
		if (fstat(out->fd, &own) == 0 && S_ISREG(own.st_mode) && own.st_dev == st->st_dev && own.st_ino == st->st_ino)
			return true;
	return false;
}

bool
output_pending(void)
{
	for (const struct output *out = outputs; out != NULL; out = out->next)
		if (out->n > 0)
			return true;
	return false;
}

bool
output_finish(void)
{
	bool good = true;

	output_flush_all();
	while (outputs != NULL) {
		struct output *out = outputs;

		if (close(out->fd) < 0 && errno != EBADF && errno != EINTR) {
			fail("%s:", out->name);
			good = false;
		}
		outputs = out->next;
		output_free(out);
	}
	return good;
}
