/* The command line: what the programs share, and values that are checked before they are believed. */
#ifndef CLI_H
#define CLI_H

#include <getopt.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "span.h"

/* What a program says of itself. */
struct cli {
	const char *help;
	const struct option *options;
	const char *letters;
};

struct cli_common {
	bool stats;
};

enum { CLI_HELP = 256, CLI_VERSION, CLI_STATS, CLI_STRICT, CLI_FIRST_FREE };

#define CLI_COMMON_OPTIONS \
	{ "help", no_argument, NULL, CLI_HELP }, { "version", no_argument, NULL, CLI_VERSION }, \
	    { "stats", no_argument, NULL, CLI_STATS }, { "strict", no_argument, NULL, CLI_STRICT }, { NULL, 0, NULL, 0 }

#define CLI_COMMON_HELP \
	"      --stats             at the end, write counts to stderr as one line of JSON\n" \
	"      --strict            the first line that is not understood ends the run\n" \
	"      --help, --version\n"

/*
 * The next option's letter or number, -1 at the operands (which then begin at argv[optind]). Serves the common options
 * itself; a wrong option ends the run with one line that says what to type.
 */
int cli_next(const struct cli *cli, int argc, char *argv[], struct cli_common *common);

/* `prog: option: value: reason`, status 2. */
_Noreturn void cli_wrong(const char *option, const char *value, const char *reason);

/* Ends the run if the item of that list has a blank at an end: nobody means a field that is called so. */
void cli_blanks(const char *option, const char *list, struct span item);

/* Ends the run unless path, of that list, is a field: a name, or names joined by dots. */
void cli_field(const char *option, const char *list, struct span path);

/* The condition; ends the run if there has been one already: the first must not be lost. */
const char *cli_condition(const char *option, bool again, const char *condition);

/* A whole number from 0 to most. */
uint64_t cli_number(const char *option, const char *value, uint64_t most);

/* Step through a list `a,b(c,d),e`: the next item that commas outside parentheses divide; false at the end. */
bool cli_list(struct span *rest, struct span *item);

#endif
