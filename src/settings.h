/* What the command line of dhcp-window asks for, checked. */
#ifndef SETTINGS_H
#define SETTINGS_H

#include "cli.h"
#include "window.h"

#define TRIGGER_ONCE INT64_MAX /* at the end alone */

struct settings {
	struct cli_common common;
	struct window_spec spec;
	const char *by, *aggregates, *having;
	bool bounded; /* there is a lateness */
	int64_t lateness, idle, trigger; /* µs; 0: none; a trigger may be TRIGGER_ONCE */
	const char *late_file, *checkpoint, *save, *source;
	bool final, merge, keyed, evict;
	uint64_t partitions, most; /* 0: not told; no limit */
};

/* Read them; the operands then begin at argv[optind]. A wrong one ends the run. */
void settings_read(struct settings *settings, int argc, char *argv[]);

#endif
