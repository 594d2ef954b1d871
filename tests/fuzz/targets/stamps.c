/* Stamps and points of time, a line each: they are written as what is read again, and the C library agrees. */
#include <time.h>

#include "fuzz.h"
#include "when.h"

/* Whole seconds, in the years that both know, without a leap second. */
static void
ask_library(struct span text, int64_t us, const char *canonical)
{
	char copy[64] = "", *end;
	struct tm tm = { 0 };

	if (text.n < 20 || text.n >= sizeof copy || *text.p == '0' || text.p[10] != 'T' || text.p[17] == '6')
		return;
	end = strptime(memcpy(copy, text.p, text.n), "%Y-%m-%dT%H:%M:%S", &tm);
	MUST(end != NULL && (*end != 'Z' || memcmp(canonical, copy, 19) == 0));
	if (strptime(end + strspn(end, ".,0123456789"), "%z", &tm) != NULL) {
		us += (int64_t)tm.tm_gmtoff * 1000000; /* which timegm forgets */
		MUST(when_floor(us, 1000000) == (int64_t)timegm(&tm) * 1000000);
	}
}

static void
check(struct span text, int64_t us)
{
	char canonical[WHEN_LENGTH];
	int64_t back;

	when_format(us, canonical);
	MUST(us >= WHEN_MIN && us <= WHEN_MAX && when_parse_canonical(canonical, &back) && back == us);
	MUST(when_parse((struct span){ canonical, WHEN_LENGTH }, &back) && back == us);
	ask_library(text, us, canonical);
}

void
target(struct span text)
{
	int64_t us;

	for (struct span line; input_split(&text, &line);) {
		if (when_parse(line, &us))
			check(line, us);
		if (line.n >= WHEN_LENGTH && when_parse_canonical(line.p, &us))
			check((struct span){ line.p, WHEN_LENGTH }, us);
		if (when_point(line, INT64_C(1556600591123456), &us))
			check(SPAN(""), us);
	}
}
