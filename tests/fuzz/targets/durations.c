/* Durations, a line each: positive, and in microseconds they are the same again; and the option that takes one. */
#include <inttypes.h>

#include "duration.h"
#include "fuzz.h"
#include "when.h"

static void
check(int64_t us)
{
	char text[64];
	int64_t back;

	MUST(us > 0 && us <= WHEN_MAX);
	snprintf(text, sizeof text, "%" PRId64 "us", us);
	MUST(when_duration(span_of(text), &back) && back == us);
	MUST(when_floor(-us, us) == -us && when_floor(us - 1, us) == 0 && when_floor(-1, us) == -us);
}

void
target(struct span text)
{
	static char *none[] = { NULL };
	const char *bad = NULL;
	int64_t us;

	for (char *word; (word = fuzz_string(&text)) != NULL;)
		if (when_duration(span_of(word), &us)) {
			check(us);
			MUST(duration_or("--follow", word, 1, none) == us);
		} else
			bad = word;
	MUST(bad == NULL || duration_of("--follow", bad) == 0); /* refuses it */
}
