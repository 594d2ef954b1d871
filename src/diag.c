#include "diag.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "safe.h"

enum { SAID_AT_MOST = 5, MESSAGE_MAX = 1024 };

static const char *program = "?";
static enum status worst = STATUS_OK;
static uint64_t bad_lines;
static bool strict;
static volatile sig_atomic_t requested;
static void (*report)(void *);
static void *report_arg;

static void
note_request(int sig)
{
	(void)sig;
	requested = 1;
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
	struct sigaction act = { .sa_handler = note_request };

	program = prog;
	keep_standard_descriptors();
	sigaction(SIGUSR1, &act, NULL);
}

const char *
diag_prog(void)
{
	return program;
}

static void
write_line(const char *text, size_t n)
{
	static char line[SAFE_GROWTH * MESSAGE_MAX + 1];
	size_t length = safe_copy(line, text, n);

	for (char *nl = line; (nl = memchr(nl, '\n', (size_t)(line + length - nl))) != NULL;)
		*nl = ' ';
	line[length++] = '\n';
	(void)!write(STDERR_FILENO, line, length);
}

static void
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
}

void
die(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
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
	if (diag_will_say())
		warn("%s:%" PRIu64 ": %s", file, line, reason);
	bad_lines++;
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
	if (!requested)
		return;
	requested = 0;
	if (report != NULL)
		report(report_arg);
}

void
diag_stats(const struct counter *counters, size_t n)
{
	char line[MESSAGE_MAX];
	size_t at = (size_t)snprintf(line, sizeof line, "{\"program\":\"%s\"", program);

	for (size_t i = 0; i < n && at < sizeof line; i++)
		if (counters[i].name != NULL)
			at += (size_t)snprintf(line + at, sizeof line - at, ",\"%s\":%" PRIu64, counters[i].name, counters[i].n);
	if (at < sizeof line)
		at += (size_t)snprintf(line + at, sizeof line - at, "}");
	write_line(line, at < sizeof line ? at : sizeof line - 1);
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
