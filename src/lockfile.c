#include "lockfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alloc.h"
#include "diag.h"

struct lock {
	char *path;
	int fd;
};

/* A signal must not fail what a network file system takes its time for. */
static int
open_lock(const char *path)
{
	return (int)TEMP_FAILURE_RETRY(open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0666));
}

static _Noreturn void
in_use(const struct lock *lock, const char *path)
{
	char pid[32] = "?";
	ssize_t n = pread(lock->fd, pid, sizeof pid - 1, 0);

	if (n > 0)
		pid[n] = '\0';
	if (strtol(pid, NULL, 10) == (long)getpid())
		die("%s: this run has it by another name, too", path);
	die("%s: in use by process %s", path, pid);
}

/* The lock is on the file that has the name now, not on one that its owner has just removed. */
static bool
is_still_there(const struct lock *lock)
{
	struct stat own, named;

	return fstat(lock->fd, &own) == 0 && stat(lock->path, &named) == 0 && own.st_dev == named.st_dev && own.st_ino == named.st_ino;
}

/* In it stands the number of who has it, or had it, or zeros after a loss of power; another file is not to be written over. */
static void
check_text(const struct lock *lock)
{
	char pid[32];
	ssize_t n = TEMP_FAILURE_RETRY(pread(lock->fd, pid, sizeof pid, 0));
	bool is_other = n == sizeof pid;

	for (ssize_t i = 0; i < n; i++)
		is_other |= pid[i] != '\0' && (pid[i] < '0' || pid[i] > '9');
	if (n < 0 || is_other)
		die(n < 0 ? "%s:" : "%s: not a lock: remove it, or name another file", lock->path);
}

struct lock *
lockfile_take(const char *path)
{
	struct lock *lock = xcalloc(1, sizeof *lock);
	char pid[32];

	lock->path = xjoin(path, ".lock");
	for (;; close(lock->fd)) {
		if ((lock->fd = open_lock(lock->path)) < 0)
			die("%s:", lock->path);
		if (TEMP_FAILURE_RETRY(flock(lock->fd, LOCK_EX | LOCK_NB)) < 0) {
			if (errno != EWOULDBLOCK)
				die("%s:", lock->path);
			in_use(lock, path);
		}
		if (is_still_there(lock))
			break;
	}
	check_text(lock);
	snprintf(pid, sizeof pid, "%ld", (long)getpid());
	if (TEMP_FAILURE_RETRY(ftruncate(lock->fd, 0)) < 0 || TEMP_FAILURE_RETRY(pwrite(lock->fd, pid, strlen(pid), 0)) < 0)
		die("%s:", lock->path);
	return lock;
}

void
lockfile_leave(struct lock *lock)
{
	if (lock == NULL)
		return;
	unlink(lock->path);
	close(lock->fd);
	free(lock->path);
	free(lock);
}
