/*
 * FAULT=CALL:WHAT:N fails the Nth call of that name: WHAT is the name of an errno, `short', or `gone'. N+ is that one and all
 * behind it, N+2 that and every second one.
 *
 * FAULT_LOG=FILE gets `CALL COUNT' for each name when the program leaves by itself, and `hit' if the fault came.
 */
#include "inject.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { NAMES_MAX = 64 };

static struct {
	const char *name;
	unsigned long calls;
} counts[NAMES_MAX];

static struct {
	char call[32], what[32];
	unsigned long first, step;
	int error; /* 0: short or gone */
	bool hit;
} fault;

static const char *log_path; /* the environment is another one while libjq compiles */
static bool running;

unsigned long
inject_setting(const char *name)
{
	const char *value = getenv(name);

	return value != NULL ? strtoul(value, NULL, 10) : 0;
}

static int
error_of(const char *name)
{
	for (int error = 1; error < 134; error++) {
		const char *known = strerrorname_np(error);

		if (known != NULL && strcmp(known, name) == 0)
			return error;
	}
	return 0;
}

static bool
is_odd(const char *what)
{
	return strcmp(what, "short") == 0 || strcmp(what, "gone") == 0;
}

static unsigned long *
count_of(const char *name)
{
	size_t i = 0;

	while (counts[i].name != NULL && strcmp(counts[i].name, name) != 0)
		i++;
	if (i == NAMES_MAX - 1)
		abort();
	counts[i].name = name;
	return &counts[i].calls;
}

enum inject
inject(const char *call)
{
	unsigned long n;

	if (!running)
		return INJECT_NOTHING;
	n = ++*count_of(call);
	if (strcmp(call, fault.call) != 0 || n < fault.first)
		return INJECT_NOTHING;
	if (n > fault.first && (fault.step == 0 || (n - fault.first) % fault.step != 0))
		return INJECT_NOTHING;
	fault.hit = true;
	if (fault.error == 0)
		return INJECT_ODD;
	errno = fault.error;
	return INJECT_ERROR;
}

static void
finish(void)
{
	FILE *log;

	running = false;
	if (log_path == NULL || (log = fopen(log_path, "w")) == NULL)
		return;
	for (size_t i = 0; counts[i].name != NULL; i++)
		fprintf(log, "%s %lu\n", counts[i].name, counts[i].calls);
	if (fault.hit)
		fprintf(log, "hit 1\n");
	fclose(log);
}

static __attribute__((constructor)) void
begin(void)
{
	const char *text = getenv("FAULT");
	char plus = 0;

	if (text != NULL) {
		/* NOLINTNEXTLINE(cert-err34-c): the numbers are the test's own */
		int read = sscanf(text, "%31[^:]:%31[^:]:%lu%c%lu", fault.call, fault.what, &fault.first, &plus, &fault.step);

		fault.error = error_of(fault.what);
		if (read < 3 || (read > 3 && plus != '+') || (fault.error == 0 && !is_odd(fault.what)))
			abort();
		if (read == 4)
			fault.step = 1;
	}
	log_path = getenv("FAULT_LOG");
	atexit(finish);
	running = true;
}

void __real__exit(int status) __attribute__((noreturn));
void __wrap__exit(int status) __attribute__((noreturn));
extern void __gcov_dump(void) __attribute__((weak));

void
__wrap__exit(int status)
{
	finish();
	if (__gcov_dump != NULL)
		__gcov_dump();
	__real__exit(status);
}
