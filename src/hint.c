#include "hint.h"

#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "diag.h"

enum { LIVE_AFTER = 10, HELD_AFTER = 60, SECOND = 1000000 };

/* For whoever wants to see them sooner. */
static int64_t
after(int seconds)
{
	const char *text = getenv("DHCP_WINDOW_HINT_SECONDS");

	return (text != NULL ? (int)strtol(text, NULL, 10) : seconds) * (int64_t)SECOND;
}

struct hints
hints_start(int64_t now)
{
	return (struct hints){ .wanted = isatty(STDERR_FILENO), .began = now };
}

int64_t
hint_live(struct hints *hints, int64_t now)
{
	int64_t rest = hints->began + after(LIVE_AFTER) - now;

	if (!hints->wanted || hints->said_live)
		return -1;
	if (rest > 0)
		return rest;
	warn("no row comes before the end of the input: --lateness 10m closes windows on the way");
	hints->said_live = true;
	return -1;
}

int64_t
hint_held(struct hints *hints, const struct sources *sources, int64_t now)
{
	const struct source *slowest = sources_slowest(sources, now, 0), *ahead = sources_ahead(sources);
	int64_t since = slowest != NULL ? slowest->heard : hints->began, rest = since + after(HELD_AFTER) - now;
	char name[256];

	if (!hints->wanted || hints->said_held || ahead == NULL || (slowest != NULL && slowest->clock >= ahead->clock))
		return -1;
	if (rest > 0)
		return rest;
	if (slowest != NULL)
		source_name(sources, slowest, name, sizeof name);
	warn("windows wait for %s, silent for %" PRId64 " s (--idle 5m lets them go without it)",
	    slowest != NULL ? name : "a partition or operand that has not come yet", (now - since) / SECOND);
	hints->said_held = true;
	return -1;
}
