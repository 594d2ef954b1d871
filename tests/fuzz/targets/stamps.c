/* Stamps and points of time, a line each: what is read is written as what is read again, and the C library agrees. */
#include <time.h>

#include "fuzz.h"
#include "when.h"

/* In UTC, where both can say it. */
static void
ask_library(struct span text, int64_t us)
{
	char copy[64] = "";
	struct tm tm = { 0 };
	const char *end;

	if (text.n < 20 || text.n >= sizeof copy || *text.p == '0' || text.p[10] != 'T' || text.p[17] == '6')
		return;
	memcpy(copy, text.p, text.n);
	end = strptime(copy, "%Y-%m-%dT%H:%M:%S", &tm);
	MUST(end != NULL && (*end != 'Z' || us == (int64_t)timegm(&tm) * 1000000));
}

static void
check(struct span text, int64_t us)
{
	char canonical[WHEN_LENGTH];
	int64_t back;

	MUST(us >= WHEN_MIN && us <= WHEN_MAX);
	when_format(us, canonical);
	MUST(when_parse((struct span){ canonical, WHEN_LENGTH }, &back) && back == us);
	MUST(when_parse_canonical(canonical, &back) && back == us);
	ask_library(text, us);
}

void
target(struct span text)
{
	int64_t us, now = INT64_C(1556600591123456);

	for (struct span line; input_split(&text, &line);) {
		if (when_parse(line, &us))
			check(line, us);
		if (line.n >= WHEN_LENGTH && when_parse_canonical(line.p, &us))
			check((struct span){ line.p, WHEN_LENGTH }, us);
		if (when_point(line, now, &us))
			check(SPAN(""), us);
	}
}
