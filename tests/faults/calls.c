/*
 * System calls that fail, are interrupted, or do less than was asked for (linked with --wrap).
 *
 * FAULT_PIECE=BYTES: no read or write does more than that, so that little input makes many calls.
 * FAULT_LATE=1: whoever looks whether there is input finds none every second time, and has to wait for it.
 * FAULT_CLOCK=MS: the monotonic clock goes on by that at each look, and not else: what comes every ten seconds comes,
 * and always at the same place.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "inject.h"

/* The name as the linker sees it, where files may be large; and the one that it has here. */
#define WRAP(type, name, call, parameters, arguments) \
	type __real_##name parameters; \
	type __wrap_##name parameters; \
	type \
	__wrap_##name parameters \
	{ \
		return inject(call) != INJECT_NOTHING ? -1 : __real_##name arguments; \
	}

WRAP(int, fsync, "fsync", (int fd), (fd))
WRAP(int, rename, "rename", (const char *from, const char *to), (from, to))
WRAP(int, unlink, "unlink", (const char *path), (path))
WRAP(int, ftruncate64, "ftruncate", (int fd, off_t n), (fd, n))
WRAP(int, fstat64, "fstat", (int fd, struct stat *st), (fd, st))
WRAP(int, stat64, "stat", (const char *path, struct stat *st), (path, st))
WRAP(int, lstat64, "lstat", (const char *path, struct stat *st), (path, st))
WRAP(off_t, lseek64, "lseek", (int fd, off_t by, int from), (fd, by, from))
WRAP(int, ppoll, "ppoll", (struct pollfd *fds, nfds_t n, const struct timespec *time, const sigset_t *mask),
    (fds, n, time, mask))
WRAP(ssize_t, getrandom, "getrandom", (void *p, size_t n, unsigned flags), (p, n, flags))
WRAP(int, sigaction, "sigaction", (int sig, const struct sigaction *act, struct sigaction *old), (sig, act, old))
WRAP(int, getrlimit64, "getrlimit", (__rlimit_resource_t what, struct rlimit *limit), (what, limit))
WRAP(int, setrlimit64, "setrlimit", (__rlimit_resource_t what, const struct rlimit *limit), (what, limit))
WRAP(int, setitimer, "setitimer", (__itimer_which_t what, const struct itimerval *new, struct itimerval *old), (what, new, old))

/* How many bytes this call may take; 0 if it fails. */
static size_t
room_for(const char *call, size_t n)
{
	static unsigned long piece;
	static bool known;

	if (!known) {
		piece = inject_setting("FAULT_PIECE");
		known = true;
	}
	if (piece > 0 && n > piece)
		n = piece;
	switch (inject(call)) {
	case INJECT_ERROR:
		return 0;
	case INJECT_ODD:
		return 1;
	default:
		return n;
	}
}

#define WRAP_BYTES(name, call, parameters, arguments) \
	ssize_t __real_##name parameters; \
	ssize_t __wrap_##name parameters; \
	ssize_t \
	__wrap_##name parameters \
	{ \
		return n > 0 && (n = room_for(call, n)) == 0 ? -1 : __real_##name arguments; \
	}

WRAP_BYTES(read, "read", (int fd, void *p, size_t n), (fd, p, n))
WRAP_BYTES(write, fd == STDERR_FILENO ? "write-err" : "write-out", (int fd, const void *p, size_t n), (fd, p, n))
WRAP_BYTES(pread64, "pread", (int fd, void *p, size_t n, off_t at), (fd, p, n, at))
WRAP_BYTES(pwrite64, "pwrite", (int fd, const void *p, size_t n, off_t at), (fd, p, n, at))

int __real_open64(const char *path, int flags, ...);
int __wrap_open64(const char *path, int flags, ...);

int
__wrap_open64(const char *path, int flags, ...)
{
	mode_t mode = 0;
	va_list ap;

	if (flags & O_CREAT) {
		va_start(ap, flags);
		mode = va_arg(ap, mode_t);
		va_end(ap);
	}
	return inject("open") != INJECT_NOTHING ? -1 : __real_open64(path, flags, mode);
}

int __real_flock(int fd, int what);
int __wrap_flock(int fd, int what);
int __real_unlink(const char *path);

/* Gone: it is locked, but its owner of before has just removed the file. */
int
__wrap_flock(int fd, int what)
{
	char link[32], path[PATH_MAX] = "";

	switch (inject("flock")) {
	case INJECT_ERROR:
		return -1;
	case INJECT_ODD:
		snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
		if (readlink(link, path, sizeof path - 1) < 0 || __real_unlink(path) < 0)
			abort();
		/* fall through */
	default:
		return __real_flock(fd, what);
	}
}

int __real_poll(struct pollfd *fds, nfds_t n, int ms);
int __wrap_poll(struct pollfd *fds, nfds_t n, int ms);

int
__wrap_poll(struct pollfd *fds, nfds_t n, int ms)
{
	static unsigned long looks;

	if (inject("poll") != INJECT_NOTHING)
		return -1;
	return ms == 0 && inject_setting("FAULT_LATE") != 0 && looks++ % 2 == 0 ? 0 : __real_poll(fds, n, ms);
}

/* One that fails has closed the file all the same, as on Linux. `close-out' is that of what was written to only. */
int __real_close(int fd);
int __wrap_close(int fd);

int
__wrap_close(int fd)
{
	bool out = (fcntl(fd, F_GETFL) & O_ACCMODE) == O_WRONLY, bad = inject(out ? "close-out" : "close") != INJECT_NOTHING;
	int error = errno, done = __real_close(fd);

	errno = bad ? error : errno;
	return bad ? -1 : done;
}

int __real_clock_gettime(clockid_t clock, struct timespec *now);
int __wrap_clock_gettime(clockid_t clock, struct timespec *now);

int
__wrap_clock_gettime(clockid_t clock, struct timespec *now)
{
	static unsigned long step, time = 1000000;

	if (step == 0)
		step = inject_setting("FAULT_CLOCK");
	if (step == 0 || clock != CLOCK_MONOTONIC)
		return __real_clock_gettime(clock, now);
	time += step;
	*now = (struct timespec){ (time_t)(time / 1000), (long)(time % 1000) * 1000000 };
	return 0;
}
