#include "statefile.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "alloc.h"
#include "crc.h"
#include "diag.h"
#include "input.h"
#include "whole.h"

enum { FLUSH_SIZE = 1 << 16, END_MAX = 64, LINKS_MAX = 40 };

/* A signal must not fail what a network file system takes its time for. */
static int
open_again(const char *path, int flags, mode_t mode)
{
	return (int)TEMP_FAILURE_RETRY(open(path, flags | O_CLOEXEC, mode));
}

/* What a link says, from its own folder on. */
static char *
from_folder_of(const char *link, struct span to)
{
	const char *slash = *to.p != '/' ? strrchr(link, '/') : NULL;
	size_t folder = slash != NULL ? (size_t)(slash + 1 - link) : 0;
	char *path = xcalloc(1, folder + to.n + 1);

	memcpy(path, link, folder);
	memcpy(path + folder, to.p, to.n);
	return path;
}

/* All who use a file must meet at one lock, and a link stays one. */
char *
statefile_path(const char *path)
{
	char to[PATH_MAX], *at = xjoin(path, "");
	ssize_t n;

	for (int links = 0; (n = readlink(at, to, sizeof to)) >= 0; links++) {
		char *link = at;

		if (links == LINKS_MAX) {
			errno = ELOOP;
			break;
		}
		at = from_folder_of(link, (struct span){ to, (size_t)n });
		free(link);
	}
	if (errno != EINVAL && errno != ENOENT && errno != ENOTDIR)
		die("%s:", path);
	return at;
}

/* An empty file does, as mktemp(1) makes it; one that cannot be read does not. */
static bool
begins_with(const char *path, struct span text)
{
	char *begin = xmalloc(text.n);
	int fd = open_again(path, O_RDONLY | O_NONBLOCK, 0);
	ssize_t n = fd >= 0 ? TEMP_FAILURE_RETRY(read(fd, begin, text.n)) : -1;
	bool does = n == 0 || (n > 0 && (size_t)n == text.n && memcmp(begin, text.p, text.n) == 0);

	if (fd >= 0)
		close(fd);
	free(begin);
	return does;
}

void
statefile_remove(const char *path, struct span begin)
{
	struct stat st;

	if (lstat(path, &st) == 0 && !S_ISLNK(st.st_mode)) {
		if (!S_ISREG(st.st_mode))
			die("%s: not a regular file", path);
		if (output_is(&st))
			die("%s: this file is the output, too", path);
		if (!begins_with(path, begin))
			die("%s: not a checkpoint: remove it, or name another file", path);
	}
	if (unlink(path) < 0 && errno != ENOENT)
		die("%s:", path);
}

static int
end_line(char *line, uint64_t lines, uint32_t crc)
{
	return snprintf(line, END_MAX, "{\"rows\":%" PRIu64 ",\"crc32\":\"%08" PRIx32 "\"}\n", lines, crc);
}

static char *
slurp(const char *path, size_t *n)
{
	int fd = open_again(path, O_RDONLY | O_NONBLOCK, 0);
	struct stat st;
	char *text;

	if (fd < 0 && errno == ENOENT)
		return NULL;
	if (fd < 0 || fstat(fd, &st) < 0)
		die("%s:", path);
	if (!S_ISREG(st.st_mode) || (uint64_t)st.st_size > SIZE_MAX / 2)
		die("%s: %s", path, S_ISREG(st.st_mode) ? "too large for this machine" : "not a regular file");
	text = xmalloc((size_t)st.st_size + INPUT_SLACK);
	for (*n = 0; *n < (size_t)st.st_size;) {
		ssize_t got = read(fd, text + *n, (size_t)st.st_size - *n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			die("%s:", path);
		if (got == 0)
			break;
		*n += (size_t)got;
	}
	close(fd);
	return text;
}

bool
statefile_read(const char *path, struct span *lines, char **memory)
{
	size_t n;
	char *text = slurp(path, &n), want[END_MAX];
	const char *newline, *end;
	uint64_t rows = 0;
	int length;

	if (text == NULL)
		return false;
	newline = n > 0 && text[n - 1] == '\n' ? memrchr(text, '\n', n - 1) : NULL;
	end = newline != NULL ? newline + 1 : "";
	if (strncmp(end, "{\"rows\":", 8) != 0)
		die("%s: not a checkpoint, or torn: it has no end line", path);
	*lines = (struct span){ text, (size_t)(end - text) };
	for (size_t i = 0; i < lines->n; i++)
		rows += text[i] == '\n';
	length = end_line(want, rows - 1, crc_add(0, lines->p, lines->n));
	if ((size_t)length != n - lines->n || memcmp(want, end, (size_t)length) != 0)
		die("%s: damaged: the checksum is not that of the text", path);
	*memory = text;
	return true;
}

struct writing {
	const char *path;
	char *temporary;
	int fd;
	struct output *text;
	uint64_t lines;
	uint32_t crc;
	bool failed, has_mode;
	mode_t mode;
};

struct output *
writing_text(struct writing *writing)
{
	return writing->text;
}

static void
put(struct writing *writing)
{
	if (!writing->failed && !write_whole(writing->fd, writing->text->buf, writing->text->n)) {
		fail("%s:", writing->temporary);
		writing->failed = true;
	}
	writing->text->n = 0;
}

static void
flush(struct writing *writing)
{
	const struct output *text = writing->text;

	writing->crc = crc_add(writing->crc, text->buf, text->n);
	for (size_t i = 0; i < text->n; i++)
		writing->lines += text->buf[i] == '\n';
	put(writing);
}

void
writing_flush(struct writing *writing)
{
	if (writing->text->n >= FLUSH_SIZE)
		flush(writing);
}

/* Open the temporary file, which none may read who could not read the other one. */
static void
open_like(struct writing *writing, const char *like)
{
	struct stat st;
	writing->has_mode = like != NULL && stat(like, &st) == 0;
	writing->mode = writing->has_mode ? st.st_mode & 0777 : 0666;
	/* Left behind, it can still be written. */
	writing->fd = open_again(writing->temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, writing->mode | 0600);
	if (writing->fd < 0) {
		fail("%s:", writing->temporary);
		writing->failed = true;
	} else if (writing->has_mode)
		(void)fchmod(writing->fd, writing->mode | 0600);
}

struct writing *
statefile_write(const char *path, const char *like)
{
	struct writing *writing = xcalloc(1, sizeof *writing);

	writing->path = path;
	writing->temporary = xjoin(path, ".tmp");
	writing->text = output_memory();
	open_like(writing, like);
	return writing;
}

static char *
folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = xjoin(slash != NULL ? path : ".", "");

	if (slash != NULL)
		folder[slash == path ? 1 : slash - path] = '\0';
	return folder;
}

/* The rename itself lasts only once the folder is on the disk; one that cannot be opened for that is found before. */
static bool
take_its_name(const struct writing *writing)
{
	char *folder = folder_of(writing->path);
	int fd = open_again(folder, O_RDONLY | O_DIRECTORY, 0);
	const char *wrong = fd < 0 ? folder : rename(writing->temporary, writing->path) < 0 ? writing->path : NULL;
	bool is_renamed = wrong == NULL;

	if (is_renamed && TEMP_FAILURE_RETRY(fsync(fd)) < 0)
		wrong = folder;
	if (wrong != NULL)
		fail("%s:", wrong);
	if (!is_renamed)
		unlink(writing->temporary);
	if (fd >= 0)
		close(fd);
	free(folder);
	return wrong == NULL;
}

static bool
settle(const struct writing *writing)
{
	bool good = !writing->failed;

	if (good && TEMP_FAILURE_RETRY(fsync(writing->fd)) < 0) {
		fail("%s:", writing->temporary);
		good = false;
	}
	if (good && writing->has_mode)
		(void)fchmod(writing->fd, writing->mode); /* where it cannot be set, the umask and the file system decide */
	if (writing->fd >= 0 && close(writing->fd) < 0 && errno != EINTR && good) {
		fail("%s:", writing->temporary);
		good = false;
	}
	if (!good && writing->fd >= 0)
		unlink(writing->temporary);
	return good && take_its_name(writing);
}

bool
statefile_commit(struct writing *writing)
{
	bool good;

	flush(writing);
	writing->text->n = (size_t)end_line(output_room(writing->text, END_MAX), writing->lines - 1, writing->crc);
	put(writing);
	good = settle(writing);
	output_free(writing->text);
	free(writing->temporary);
	free(writing);
	return good;
}
