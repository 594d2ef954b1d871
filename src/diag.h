/*
 * Messages, counters and the exit status. Every message is `prog: what: why` on one line of stderr, free of raw
 * control bytes. The worst thing said decides the exit status, in one place.
 */
#ifndef DIAG_H
#define DIAG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Read by shells, systemd (SuccessExitStatus=1) and monitoring. */
enum status {
	STATUS_OK = 0,   /* all read, all written */
	STATUS_BAD = 1,  /* finished; some input was not understood */
	STATUS_FAIL = 2, /* usage, a file that cannot be read or written, no memory, --strict */
};

struct counter {
	const char *name;
	uint64_t n;
};

/* Start of the run: the program's name for messages, descriptors 0 to 2 made to exist, SIGUSR1 noted. */
void diag_start(const char *prog);
const char *diag_prog(void);

/* Say it; a format that ends in ':' has strerror(errno) added. warn leaves the status alone, fail makes it 2. */
void warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void fail(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
_Noreturn void die(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* One line of input was not understood: the first few are said, all are counted, the status becomes 1 (2 with strict). */
void diag_bad(const char *file, uint64_t line, const char *reason);
/* True if the next diag_bad will be printed: finding a line number may cost a second read of the file. */
bool diag_will_say(void);

/* The first bad line ends the run. */
void diag_strict(void);
bool diag_stopped(void);

/* SIGUSR1 asks for report(arg) at the next diag_poll, which stands between two blocks of input. */
void diag_on_request(void (*report)(void *arg), void *arg);
void diag_poll(void);

/* Write the counters, but those without a name, as one line of JSON to stderr. */
void diag_stats(const struct counter *counters, size_t n);

/* Closing count of bad lines; returns the exit status. */
int diag_finish(void);

#endif
