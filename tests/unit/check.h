/* Checks that go on after a failure, print what was wanted and what was got, and make the test's exit status. */
#ifndef CHECK_H
#define CHECK_H

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "span.h"

static int check_failures;

static inline void
check_bytes(const char *file, int line, const char *what, struct span want, struct span got)
{
	if (span_eq(want, got))
		return;
	check_failures++;
	printf("%s:%d: %s: want <%.*s>, got <%.*s>\n", file, line, what, (int)want.n, want.p, (int)got.n, got.p);
}

static inline void
check_number(const char *file, int line, const char *what, int64_t want, int64_t got)
{
	if (want == got)
		return;
	check_failures++;
	printf("%s:%d: %s: want %" PRId64 ", got %" PRId64 "\n", file, line, what, want, got);
}

/* want may hold NUL bytes if it is a literal. */
#define CHECK_TEXT(what, want, got) check_bytes(__FILE__, __LINE__, what, span_of(want), got)
#define CHECK_BYTES(what, want, got) check_bytes(__FILE__, __LINE__, what, SPAN(want), got)
#define CHECK_NUMBER(what, want, got) check_number(__FILE__, __LINE__, what, (int64_t)(want), (int64_t)(got))

#endif
