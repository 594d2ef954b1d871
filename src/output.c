#include "output.h"

#include <errno.h>
#include <fcntl.h>
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
	out->terminal = out->whole_lines = isatty(fd);
	out->next = outputs;
	outputs = out;
	return out;
}

struct output *
output_stdout(void)
{
	return output_new(STDOUT_FILENO, "standard output");
}

struct output *
output_append(const char *option, const char *path)
{
	int fd = (int)TEMP_FAILURE_RETRY(open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666));
	struct output *out;

	if (fd < 0)
		die("%s: %s:", option, path);
	out = output_new(fd, path);
	out->whole_lines = true;
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
 * A terminal is given whole lines, so that no character is cut in two on its way through safe_copy; and so is a file that is
 * appended to, perhaps by others, too.
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
	if (out->whole_lines)
		flush_lines(out);
	if (out->fd < 0 || (out->whole_lines && n > out->cap - out->n))
		grow(out, 2 * out->cap + n);
	else if (!out->whole_lines) {
		flush(out);
		if (n > out->cap)
			grow(out, n);
		else if (out->cap > BUFFER && n <= BUFFER)
			grow(out, BUFFER);
	}
	return out->buf + out->n;
}

void
output_flush_all(void)
{
	for (struct output *out = outputs; out != NULL; out = out->next)
		flush(out);
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
