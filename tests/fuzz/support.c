/* What several targets need. */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"
#include "intake.h"
#include "rows.h"
#include "scan.h"
#include "step.h"
#include "whole.h"

#define MINUTE INT64_C(60000000)
enum { FILE_MAX = 1 << 20 };

const struct window_spec fuzz_windows[3] = { { .every = 30 * MINUTE, .slide = 30 * MINUTE },
	{ .every = 60 * MINUTE, .slide = 25 * MINUTE, .align = 7 * MINUTE },
	{ .every = 3 * MINUTE, .slide = 3 * MINUTE, .session = true } };

struct span
fuzz_copy(struct span text)
{
	char *copy = fuzz_alloc(text.n + INPUT_SLACK);

	memcpy(copy, text.p, text.n);
	memset(copy + text.n, '"', INPUT_SLACK);
	copy[text.n] = '\n';
	return (struct span){ copy, text.n };
}

void
fuzz_equal(const char *file, int line, struct span want, struct span got)
{
	if (span_eq(want, got))
		return;
	fprintf(stderr, "want: %.*s\n got: %.*s\n", (int)want.n, want.p, (int)got.n, got.p);
	fuzz_wrong(file, line, "they are equal");
}

unsigned
fuzz_members(struct span object, const char *name)
{
	const char *at = object.p;
	struct slice member, value;
	unsigned n = 0;

	while (step_member(&at, &member, &value))
		n += name == NULL ? 1 : member.escaped ? 2 : span_eq(slice_span(&member), span_of(name));
	return n;
}

void
fuzz_reverse(struct span text, struct output *out)
{
	while (text.n > 0) {
		const char *nl = memrchr(text.p, '\n', text.n - 1), *line = nl != NULL ? nl + 1 : text.p;

		output_put(out, line, (size_t)(text.p + text.n - line));
		text.n = (size_t)(line - text.p);
	}
}

unsigned
fuzz_choice(struct span *text, unsigned n)
{
	unsigned byte = (unsigned char)*text->p;

	if (text->n > 1) /* the last line's end stays */
		*text = (struct span){ text->p + 1, text->n - 1 };
	return byte % n;
}

char *
fuzz_string(struct span *text)
{
	struct span line;
	char *end;

	if (!input_split(text, &line))
		return NULL;
	end = (char *)line.p + line.n;
	*end = '\0';
	return (char *)line.p;
}

const char *
fuzz_path(void)
{
	static char path[4096];
	const char *folder = getenv("FUZZ_DIR");

	if (*path == '\0')
		snprintf(path, sizeof path, "%s/%ld.state", folder != NULL ? folder : "/tmp", (long)getpid());
	return path;
}

struct span
fuzz_slurp(const char *path)
{
	char *text = fuzz_alloc(FILE_MAX);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = read(fd, text, FILE_MAX);

	MUST(n >= 0 && n < FILE_MAX);
	close(fd);
	return (struct span){ text, (size_t)n };
}

void
fuzz_file(const char *path, struct span text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);

	MUST(fd >= 0 && write_whole(fd, text.p, text.n));
	close(fd);
}

/* An operand with that text in it, behind an empty line: it may not look like a compressed file. */
static char *
file_of(struct span text)
{
	static char name[32];
	static int fd = -1;

	if (fd < 0)
		snprintf(name, sizeof name, "/proc/self/fd/%d", fd = memfd_create("fuzz", MFD_CLOEXEC));
	MUST(ftruncate(fd, 0) == 0 && pwrite(fd, "\n", 1, 0) == 1 && pwrite(fd, text.p, text.n, 1) == (ssize_t)text.n);
	return name;
}

static void
read_all(struct intake *intake)
{
	struct span block, line;
	uint64_t n = 0;

	while (input_block(intake->in, &block))
		for (; input_split(&block, &line); n++)
			intake_line(intake, line);
	MUST(intake_read(intake) == n);
}

void
fuzz_rows(const struct window_spec *spec, bool merge, const char *source, struct span text, struct output *out)
{
	char *operands[] = { file_of(text), NULL };
	struct query *query = query_new("id", EVERYTHING);
	struct windows *windows = windows_new(spec, query);
	struct input *in = input_open(operands, false);
	struct sources *sources = sources_new(in, false);
	struct rows rows = { .query = query, .out = out, .row = output_memory(),
		.origin = source != NULL ? origin_new("--source", source, spec, query) : NULL };
	struct intake intake = { .query = query, .windows = windows, .sources = sources, .in = in,
		.partial = merge ? partial_new(query, "--merge") : NULL, .asked = merge ? output_memory() : NULL };

	intake_init(&intake);
	read_all(&intake);
	windows_close(windows, INT64_MAX, true, rows_put, &rows);
	rows_beat(&rows, windows_closed(windows));
	MUST(windows_groups(windows) == 0 && windows_size(windows) == 0);
	intake_free(&intake);
	origin_free(rows.origin);
	output_free(rows.row);
	sources_free(sources);
	windows_free(windows);
	query_free(query);
	input_close(in);
}
