#include "checkpoint.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "arena.h"
#include "crc.h"
#include "emit.h"
#include "input.h"
#include "lockfile.h"
#include "number.h"
#include "scan.h"
#include "step.h"
#include "statefile.h"
#include "text.h"
#include "when.h"

struct checkpoint {
	char *path; /* where it leads to, if it is a link */
	const char *target;
	struct lock *lock, *save_lock;
	struct output *query;  /* as in the header */
	struct counter *before; /* what the runs before this one counted */
	size_t nbefore;
};

/* All that decides which rows come of which records: a checkpoint serves no other query. */
static void
emit_query(struct output *out, const struct state *state)
{
	static const char *const modes[] = { "append", "update", "complete" };

	output_char(out, '{');
	window_spec_emit(state->spec, out);
	query_emit(state->query, out);
	if (state->origin != NULL) {
		output_lit(out, ",\"source\":");
		emit_string(out, origin_text(state->origin));
	}
	if (state->asked != NULL)
		output_lit(out, ",\"merge\":true");
	output_lit(out, ",\"mode\":");
	emit_string(out, span_of(modes[state->spec->mode]));
	output_char(out, '}');
}

static void
emit_time_or_null(struct output *out, int64_t us)
{
	if (us >= WHEN_MIN && us <= WHEN_MAX)
		emit_time(out, us);
	else
		output_lit(out, "null");
}

static uint64_t
counted_before(const struct checkpoint *checkpoint, const char *name)
{
	for (size_t i = 0; i < checkpoint->nbefore; i++)
		if (strcmp(checkpoint->before[i].name, name) == 0)
			return checkpoint->before[i].n;
	return 0;
}

static void
emit_header(const struct checkpoint *checkpoint, const struct state *state, struct output *out)
{
	struct passed passed = windows_passed(state->windows);
	const struct source *source;

	output_lit(out, "{\"checkpoint\":1,\"query\":");
	output_put(out, checkpoint->query->buf, checkpoint->query->n);
	output_lit(out, ",\"partitions\":");
	emit_integer(out, sources_expected(state->sources));
	output_lit(out, ",\"watermark\":");
	emit_time_or_null(out, passed.closed);
	output_lit(out, ",\"evicted\":");
	emit_time_or_null(out, passed.evicted);
	output_lit(out, ",\"parts\":");
	emit_integer(out, passed.parts);
	if (state->origin != NULL) {
		output_lit(out, ",\"next\":");
		origin_emit(state->origin, out);
	}
	if (state->asked != NULL && state->asked->n > 0) {
		output_lit(out, ",\"asked\":");
		output_put(out, state->asked->buf, state->asked->n);
	}
	output_lit(out, ",\"sources\":[");
	sources_sort(state->sources);
	for (uint32_t i = 0; (source = sources_at(state->sources, i)) != NULL; i++) {
		if (i > 0)
			output_char(out, ',');
		source_emit(state->sources, source, out);
	}
	output_lit(out, "],\"counters\":{");
	for (size_t i = 0; i < state->ncounters; i++) {
		if (i > 0)
			output_char(out, ',');
		emit_name(out, span_of(state->counters[i].name));
		emit_integer(out, counted_before(checkpoint, state->counters[i].name) + state->counters[i].n);
	}
	output_lit(out, "}}\n");
}

struct saving {
	const struct state *state;
	struct writing *writing;
};

static void
save_row(void *arg, struct row *row)
{
	const struct saving *saving = arg;

	row->partial = true;
	row_emit(saving->state->query, row, writing_text(saving->writing));
	writing_flush(saving->writing);
}

bool
checkpoint_save(struct checkpoint *checkpoint, const struct state *state)
{
	struct saving saving = { state, statefile_write(checkpoint->target, checkpoint->path) };

	emit_header(checkpoint, state, writing_text(saving.writing));
	windows_each(state->windows, save_row, &saving);
	return statefile_commit(saving.writing);
}

static _Noreturn void
wrong(const struct checkpoint *checkpoint, const char *what)
{
	die("%s: not a checkpoint of this version: %s", checkpoint->path, what);
}

/* A header's own object within it: an object text that scan_object can read. */
static bool
scan_inner(struct arena *arena, const struct fields *fields, const struct slice *slice, struct slice *found)
{
	char *copy = arena_alloc(arena, slice->n + INPUT_SLACK);

	memcpy(copy, slice->p, slice->n);
	memset(copy + slice->n, '\n', INPUT_SLACK);
	return slice->kind == KIND_OBJECT && scan_object(fields, (struct span){ copy, slice->n }, found);
}

static int64_t
read_time(const struct slice *slice)
{
	int64_t us;

	return slice->kind == KIND_STRING && when_parse(slice_inside(slice), &us) ? us : INT64_MIN;
}

/* Name the first thing that differs. */
static _Noreturn void
of_another_query(const struct checkpoint *checkpoint, const struct slice *query)
{
	const char *a = query->p, *b = checkpoint->query->buf;
	struct slice name = { .p = "" }, here_name = name, there = name, here = name;

	output_lit(checkpoint->query, "\n");
	while (step_member(&a, &name, &there) && step_member(&b, &here_name, &here) &&
	    span_eq(slice_span(&name), slice_span(&here_name)) && span_eq(slice_span(&there), slice_span(&here)))
		;
	die("%s: of another query: %.*s: %.*s there, %.*s: %.*s here", checkpoint->path, (int)name.n, name.p, (int)there.n, there.p,
	    (int)here_name.n, here_name.p, (int)here.n, here.p);
}

static void
read_source(struct checkpoint *checkpoint, const struct state *state, const struct slice *slice)
{
	static const char *const paths[] = { "topic", "partition", "offset", "clock", "chain", "root" };
	struct fields *fields = fields_new();
	struct slice found[6];
	struct arena arena = { 0 };
	struct source *source;
	uint64_t partition, offset;
	char *topic;

	for (int i = 0; i < 6; i++)
		fields_add(fields, span_of(paths[i]));
	if (!scan_inner(&arena, fields, slice, found) || found[0].kind != KIND_STRING ||
	    !number_whole(slice_span(&found[1]), &partition) || !number_whole(slice_span(&found[2]), &offset))
		wrong(checkpoint, "a source");
	topic = arena_alloc(&arena, TEXT_DECODE_ROOM * (size_t)found[0].n);
	source = sources_partition(state->sources, text_decode(topic, &found[0]), partition);
	source->next = source->resumed = offset;
	source->is_resumed = true;
	source->clock = read_time(&found[3]);
	source->chain = crc_read(slice_span(&found[4]));
	source->root = crc_read(slice_span(&found[5]));
	arena_free(&arena);
	fields_free(fields);
}

static void
read_counters(struct checkpoint *checkpoint, const struct slice *counters)
{
	const char *at = counters->p;
	struct slice name, value;

	while (step_member(&at, &name, &value)) {
		struct counter counter = { strndup(name.p + 1, name.n - 2), 0 };

		if (counter.name == NULL)
			die("no memory");
		number_whole(slice_span(&value), &counter.n);
		checkpoint->before = xrealloc(checkpoint->before, (checkpoint->nbefore + 1) * sizeof counter);
		checkpoint->before[checkpoint->nbefore++] = counter;
	}
}

enum { VERSION_OF, QUERY, PARTITIONS, WATERMARK, EVICTED, PARTS, NEXT, ASKED, SOURCES, COUNTERS, HEADER_FIELDS };

static void
read_header(struct checkpoint *checkpoint, const struct state *state, struct span line)
{
	static const char *const paths[HEADER_FIELDS] = { "checkpoint", "query", "partitions", "watermark", "evicted", "parts",
		"next", "asked", "sources", "counters" };
	struct slice found[HEADER_FIELDS], source;
	struct fields *fields = fields_new();
	struct passed passed;
	uint64_t version, partitions;
	const char *at;

	for (int i = 0; i < HEADER_FIELDS; i++)
		fields_add(fields, span_of(paths[i]));
	if (!scan_object(fields, line, found) || !number_whole(slice_span(&found[VERSION_OF]), &version) || version != 1)
		wrong(checkpoint, "the header");
	if (found[QUERY].kind != KIND_OBJECT || found[COUNTERS].kind != KIND_OBJECT)
		wrong(checkpoint, "the header");
	if (!span_eq(slice_span(&found[QUERY]), (struct span){ checkpoint->query->buf, checkpoint->query->n }))
		of_another_query(checkpoint, &found[QUERY]);
	if (!number_whole(slice_span(&found[PARTITIONS]), &partitions) || !number_whole(slice_span(&found[PARTS]), &passed.parts) ||
	    found[SOURCES].kind != KIND_ARRAY)
		wrong(checkpoint, "the header");
	if (sources_expected(state->sources) == 0)
		sources_expect(state->sources, partitions);
	passed.closed = read_time(&found[WATERMARK]);
	passed.evicted = read_time(&found[EVICTED]);
	if (state->asked != NULL && found[ASKED].kind == KIND_OBJECT)
		output_put(state->asked, found[ASKED].p, found[ASKED].n);
	for (at = found[SOURCES].p + 1; step_element(&at, &source);)
		read_source(checkpoint, state, &source);
	read_counters(checkpoint, &found[COUNTERS]);
	windows_set_passed(state->windows, passed);
	if (state->origin != NULL && (found[NEXT].kind != KIND_ARRAY ||
	    !origin_resume(state->origin, found[NEXT].p + 1, windows_closed(state->windows))))
		wrong(checkpoint, "the offsets of --source");
	fields_free(fields);
}

static void
read_rows(const struct checkpoint *checkpoint, const struct state *state, struct partial *partial, struct span rows)
{
	struct piece piece;
	struct span line;
	const char *reason;
	uint64_t number = 2; /* the header is the first line */

	for (; input_split(&rows, &line); number++) {
		if (!partial_read(partial, line, &piece, &reason))
			die("%s:%" PRIu64 ": %s", checkpoint->path, number, reason);
		windows_merge(state->windows, &piece);
	}
	windows_forget_changes(state->windows);
}

struct checkpoint *
checkpoint_open(const char *path, const char *save, const struct state *state)
{
	struct checkpoint *checkpoint = xcalloc(1, sizeof *checkpoint);
	struct partial *partial = partial_new(state->query, "--checkpoint");
	struct span lines, header;
	char *memory = NULL;

	if (path != NULL)
		path = checkpoint->path = statefile_path(path);
	checkpoint->target = save != NULL ? save : path;
	checkpoint->query = output_memory();
	emit_query(checkpoint->query, state);
	if (path != NULL)
		checkpoint->lock = lockfile_take(path);
	if (save != NULL) {
		checkpoint->save_lock = lockfile_take(save);
		statefile_remove(save, SPAN("{\"checkpoint\":"));
	}
	if (path != NULL && statefile_read(path, &lines, &memory)) {
		input_split(&lines, &header); /* what is no torn file has a first line */
		read_header(checkpoint, state, header);
		read_rows(checkpoint, state, partial, lines);
	}
	free(memory);
	partial_free(partial);
	return checkpoint;
}

void
checkpoint_close(struct checkpoint *checkpoint)
{
	if (checkpoint == NULL)
		return;
	lockfile_leave(checkpoint->lock);
	lockfile_leave(checkpoint->save_lock);
	for (size_t i = 0; i < checkpoint->nbefore; i++)
		free((char *)checkpoint->before[i].name);
	free(checkpoint->before);
	free(checkpoint->path);
	output_free(checkpoint->query);
	free(checkpoint);
}
