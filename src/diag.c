#include "diag.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "safe.h"
#include "whole.h"

enum { SAID_AT_MOST = 5, MESSAGE_MAX = 1024 + PATH_MAX, COUNTER_MAX = 64 };

static const char *program = "?";
static enum status worst = STATUS_OK;
static uint64_t failures;
static uint64_t bad_lines;
static bool strict;
static volatile sig_atomic_t noted[NSIG], signals;
static bool leaves;
static void (*report)(void *), (*tidy_up)(void);
static void *report_arg;

static void
note(int sig)
{
	noted[sig] = 1;
	signals++;
}

void
diag_catch(int sig)
{
	struct sigaction act = { .sa_handler = note };

	sigaction(sig, &act, NULL);
}

bool
diag_caught(int sig)
{
	bool came = noted[sig];

	noted[sig] = 0;
	return came;
}

static const int leaving[] = { SIGTERM, SIGINT };

/* Whichever of them comes next kills. */
static void
note_leaving(int sig)
{
	struct sigaction was;

	note(sig);
	for (size_t i = 0; i < 2; i++)
		if (sigaction(leaving[i], NULL, &was) == 0 && was.sa_handler == note_leaving)
			signal(leaving[i], SIG_DFL);
}

void
diag_leave_on_signals(void)
{
	struct sigaction act = { .sa_handler = note_leaving }, was;

	leaves = true;
	for (size_t i = 0; i < 2; i++)
		if (sigaction(leaving[i], NULL, &was) == 0 && was.sa_handler != SIG_IGN)
			sigaction(leaving[i], &act, NULL);
}

bool
diag_leaves(void)
{
	return leaves;
}

int
diag_left(void)
{
	return !leaves ? 0 : noted[SIGTERM] ? SIGTERM : noted[SIGINT] ? SIGINT : 0;
}

unsigned
diag_signals(void)
{
	return (unsigned)signals;
}

int
diag_wait(struct pollfd *fds, unsigned n, int64_t us, unsigned seen)
{
	struct timespec time = { (time_t)(us / 1000000), (long)(us % 1000000 * 1000) };
	sigset_t all, old;
	int ready = 0;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &old);
	if (diag_signals() == seen)
		ready = ppoll(fds, n, us >= 0 ? &time : NULL, &old);
	sigprocmask(SIG_SETMASK, &old, NULL);
	return ready;
}

void
diag_die_of_signal(void)
{
	signal(diag_left(), SIG_DFL);
	raise(diag_left());
	_exit(128 + diag_left());
}

/* A closed descriptor 0, 1 or 2 would be given to the next file opened; what stands there now fails when it is used. */
static void
keep_standard_descriptors(void)
{
	for (int fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			(void)!open("/dev/null", fd == 1 ? O_RDONLY : O_WRONLY);
}

void
diag_start(const char *prog)
{
	program = prog;
	keep_standard_descriptors();
	signal(SIGXFSZ, SIG_IGN); /* what is written beyond ulimit -f fails, and is told */
	diag_catch(SIGUSR1);
}

const char *
diag_prog(void)
{
	return program;
}

static void
write_line(const char *text, size_t n)
{
	static char room[SAFE_GROWTH * MESSAGE_MAX + 1]; /* memory may have run out */
	char *line = n <= MESSAGE_MAX ? room : malloc(SAFE_GROWTH * n + 1);
	size_t length;

	if (line == NULL) {
		fail("no memory for a line of %zu bytes", n);
		return;
	}
	length = safe_copy(line, text, n);
	for (char *nl = line; (nl = memchr(nl, '\n', (size_t)(line + length - nl))) != NULL;)
		*nl = ' ';
	line[length++] = '\n';
	write_whole(STDERR_FILENO, line, length); /* who cannot be told cannot be told that either */
	if (line != room)
		free(line);
}

static __attribute__((format(printf, 1, 0))) void
say(const char *fmt, va_list ap)
{
	char text[MESSAGE_MAX];
	int error = errno;
	size_t n, end = strlen(fmt);

	n = (size_t)snprintf(text, sizeof text, "%s: ", program);
	n += (size_t)vsnprintf(text + n, sizeof text - n, fmt, ap);
	if (n < sizeof text && end > 0 && fmt[end - 1] == ':')
		n += (size_t)snprintf(text + n, sizeof text - n, " %s", strerror(error));
	write_line(text, n < sizeof text ? n : sizeof text - 1);
}

void
warn(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
}

void
fail(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
	worst = STATUS_FAIL;
	failures++;
}

void
diag_before_death(void (*tidy)(void))
{
	tidy_up = tidy;
}

void
die(const char *fmt, ...)
{
	va_list ap;

	if (tidy_up != NULL)
		tidy_up();
	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
	_exit(STATUS_FAIL);
}

void
diag_leave(const char *text)
{
	write_whole(STDERR_FILENO, program, strlen(program));
	write_whole(STDERR_FILENO, text, strlen(text));
	_exit(STATUS_FAIL);
}

bool
diag_will_say(void)
{
	return bad_lines < SAID_AT_MOST;
}

void
diag_bad(const char *file, uint64_t line, const char *reason)
{
	if (diag_will_say() && line == 0)
		warn("%s: %s", file, reason);
	else if (diag_will_say())
		warn("%s:%" PRIu64 ": %s", file, line, reason);
	bad_lines++;
	if (worst < STATUS_BAD)
		worst = STATUS_BAD;
}

uint64_t
diag_failures(void)
{
	return failures;
}

void
diag_lost(void)
{
	if (worst < STATUS_BAD)
		worst = STATUS_BAD;
}

void
diag_strict(void)
{
	strict = true;
}

bool
diag_stopped(void)
{
	return strict && bad_lines > 0;
}

void
diag_on_request(void (*function)(void *), void *arg)
{
	report = function;
	report_arg = arg;
}

void
diag_poll(void)
{
	if (diag_caught(SIGUSR1) && report != NULL)
		report(report_arg);
}

void
diag_stats_and(const struct counter *counters, size_t n, const char *more, size_t length)
{
	size_t room = COUNTER_MAX * (n + 1) + length, at;
	char *line = malloc(room);

	if (line == NULL) {
		fail("no memory for the counts");
		return;
	}
	at = (size_t)snprintf(line, room, "{\"program\":\"%s\"", program);
	for (size_t i = 0; i < n; i++)
		if (counters[i].name != NULL)
			at += (size_t)snprintf(line + at, room - at, ",\"%s\":%" PRIu64, counters[i].name, counters[i].n);
	memcpy(line + at, more, length);
	at += length;
	line[at++] = '}';
	write_line(line, at);
	free(line);
}

void
diag_stats(const struct counter *counters, size_t n)
{
	diag_stats_and(counters, n, "", 0);
}

int
diag_finish(void)
{
	if (diag_stopped()) {
		warn("stopped at the first bad line (--strict)");
		return STATUS_FAIL;
	}
	if (bad_lines > SAID_AT_MOST)
		warn("%" PRIu64 " lines not understood, the first %d named above", bad_lines, SAID_AT_MOST);
	return (int)worst;
}
