/*
 * Messages, counters and the exit status. Every message is `prog: what: why` on one line of stderr, free of raw
 * control bytes. The worst thing said decides the exit status, in one place.
 */
#ifndef DIAG_H
#define DIAG_H

#include <poll.h>
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
/* Say the name of the program and the text, and leave with status 2: where only system calls are allowed. */
_Noreturn void diag_leave(const char *text);
/* What die does before it says why: nothing if it is NULL. */
void diag_before_death(void (*tidy)(void));

/* How many times something has failed. */
uint64_t diag_failures(void);

/* Offsets were lost: the status becomes 1. */
void diag_lost(void);

/* One line of input was not understood: the first few are said, all are counted, the status becomes 1 (2 with strict). */
void diag_bad(const char *file, uint64_t line, const char *reason);
/* True if the next diag_bad will be printed: finding a line number may cost a second read of the file. */
bool diag_will_say(void);

/*
 * Signals. From diag_catch on, one that came is told once by diag_caught. After diag_leave_on_signals SIGTERM and SIGINT ask
 * the run to end its input (diag_left: which one did, or 0), and a second one kills at once. diag_signals counts all of them.
 */
void diag_catch(int sig);
bool diag_caught(int sig);
void diag_leave_on_signals(void);
bool diag_leaves(void);
int diag_left(void);
unsigned diag_signals(void);
/* poll() for at most us µs (-1: for ever); at once if a signal came since diag_signals was seen. */
int diag_wait(struct pollfd *fds, unsigned n, int64_t us, unsigned seen);
/* Die of the signal that ended the input, as if it had not been caught: what reads the status knows. */
_Noreturn void diag_die_of_signal(void);

/* The first bad line ends the run. */
void diag_strict(void);
bool diag_stopped(void);

/* SIGUSR1 asks for report(arg) at the next diag_poll, which stands between two blocks of input. */
void diag_on_request(void (*report)(void *arg), void *arg);
void diag_poll(void);

/* Write the counters, but those without a name, as one line of JSON to stderr; more is a list of further members or "". */
void diag_stats(const struct counter *counters, size_t n);
void diag_stats_and(const struct counter *counters, size_t n, const char *more, size_t length);

/* Closing count of bad lines; returns the exit status. */
int diag_finish(void);

#endif
