#include "duration.h"

#include <errno.h>
#include <unistd.h>

#include "cli.h"
#include "diag.h"
#include "when.h"

int64_t
duration_of(const char *option, const char *value)
{
	int64_t us;

	if (!when_duration(span_of(value), &us))
		cli_wrong(option, value, "not a duration (90s, 30m, 1h30m, 1d)");
	return us;
}

int64_t
duration_or(const char *option, const char *value, int64_t usual, char **operands)
{
	int64_t us;

	if (value != NULL)
		return duration_of(option, value);
	for (; *operands != NULL; operands++)
		if (when_duration(span_of(*operands), &us) && access(*operands, F_OK) != 0 && errno == ENOENT)
			die("%s: no such file; %s=%s?", *operands, option, *operands);
	return usual;
}
