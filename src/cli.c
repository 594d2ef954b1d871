#include "cli.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "diag.h"
#include "utf8.h"

#ifndef VERSION
#define VERSION "unknown"
#endif

static _Noreturn void
print_and_leave(const char *text)
{
	if (fputs(text, stdout) == EOF || fclose(stdout) == EOF)
		die("standard output:");
	exit(STATUS_OK);
}

static _Noreturn void
print_version(void)
{
	char text[128];

	snprintf(text, sizeof text, "%s %s\n", diag_prog(), VERSION);
	print_and_leave(text);
}

static bool
is_ambiguous(const struct cli *cli, const char *given)
{
	size_t n = strcspn(given, "="), found = 0;

	for (const struct option *option = cli->options; option->name != NULL; option++)
		found += n > 2 && strncmp(option->name, given + 2, n - 2) == 0;
	return found > 1;
}

/* getopt_long has set optopt and optind, which was before; say which option it was about. */
static _Noreturn void
wrong_option(const struct cli *cli, int kind, char *argv[], int before)
{
	const char *given = argv[optind - 1];
	char letter[3] = { '-', (char)optopt, '\0' };

	if (optind == before || given[0] != '-' || (given[1] != '-' && optopt > 0 && optopt < CLI_HELP))
		given = letter;
	die("%s: %s (see %s --help)", given, kind == ':' ? "wants a value" : given[1] != '-' ? "no such option" :
	    optopt != 0 ? "takes no value" : is_ambiguous(cli, given) ? "may be more than one option" : "no such option", diag_prog());
}

int
cli_next(const struct cli *cli, int argc, char *argv[], struct cli_common *common)
{
	for (;;) {
		int before = optind, c = getopt_long(argc, argv, cli->letters, cli->options, NULL);

		switch (c) {
		case CLI_HELP:
			print_and_leave(cli->help);
		case CLI_VERSION:
			print_version();
		case CLI_STATS:
			common->stats = true;
			break;
		case CLI_STRICT:
			diag_strict();
			break;
		case ':':
		case '?':
			wrong_option(cli, c, argv, before);
		default:
			return c;
		}
	}
}

void
cli_wrong(const char *option, const char *value, const char *reason)
{
	die("%s: %s: %s", option, value, reason);
}

static bool
is_path(struct span path)
{
	if (path.p[0] == '.' || path.p[0] == '+')
		return false;
	for (size_t i = 0; i < path.n; i++)
		if (strchr("(),", path.p[i]) != NULL || (path.p[i] == '.' && path.p[i - 1] == '.'))
			return false;
	return utf8_is(path.p, path.n); /* as the names in the lines are, once they are read */
}

void
cli_blanks(const char *option, const char *list, struct span item)
{
	if (item.n > 0 && (item.p[0] == ' ' || item.p[item.n - 1] == ' '))
		cli_wrong(option, list, "a blank beside a field");
}

void
cli_field(const char *option, const char *list, struct span path)
{
	if (path.n == 0 || path.p[path.n - 1] == '.')
		cli_wrong(option, list, "empty field name");
	cli_blanks(option, list, path);
	if (!is_path(path))
		die("%s: %.*s: not a field (a name, or names joined by dots)", option, (int)path.n, path.p);
}

const char *
cli_condition(const char *option, bool again, const char *condition)
{
	if (again)
		cli_wrong(option, condition, "given twice (join conditions with `and`)");
	return condition;
}

uint64_t
cli_number(const char *option, const char *value, uint64_t most)
{
	char *end;
	unsigned long long n;

	errno = 0;
	n = strtoull(value, &end, 10);
	if (*value < '0' || *value > '9' || *end != '\0')
		cli_wrong(option, value, "not a whole number");
	if (errno == ERANGE || n > most)
		cli_wrong(option, value, "too large");
	return n;
}

bool
cli_list(struct span *rest, struct span *item)
{
	size_t i = 0;
	int depth = 0;

	if (rest->p == NULL)
		return false;
	for (; i < rest->n && (depth > 0 || rest->p[i] != ','); i++)
		depth += (rest->p[i] == '(') - (rest->p[i] == ')');
	*item = (struct span){ rest->p, i };
	if (i < rest->n)
		*rest = (struct span){ rest->p + i + 1, rest->n - i - 1 };
	else
		*rest = (struct span){ NULL, 0 };
	return true;
}
