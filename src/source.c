#include "source.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "alloc.h"
#include "crc.h"
#include "diag.h"
#include "emit.h"
#include "when.h"

struct sources {
	const struct input *in;
	bool keep;
	struct source **all;
	uint32_t n, npartitions;
	size_t room;
	struct table by_name;
	struct source *last, *operand; /* that of the last line, and that of the block's operand */
	uint64_t expected;
	int64_t began, now, listened; /* when_elapsed */
	bool shown;        /* the operand of this block has shown a source */
	unsigned *waiting; /* operands that have shown no source yet */
	unsigned nwaiting;
};

struct sources *
sources_new(const struct input *in, bool keep)
{
	struct sources *sources = xcalloc(1, sizeof *sources);

	sources->in = in;
	sources->keep = keep;
	sources->shown = true; /* what a checkpoint tells comes from no operand */
	sources->began = sources->now = sources->listened = when_elapsed();
	sources->nwaiting = input_operands(in);
	sources->waiting = xcalloc(sources->nwaiting, sizeof *sources->waiting);
	for (unsigned i = 0; i < sources->nwaiting; i++)
		sources->waiting[i] = i;
	return sources;
}

void
sources_free(struct sources *sources)
{
	for (uint32_t i = 0; i < sources->n; i++) {
		free((char *)sources->all[i]->topic.p);
		free(sources->all[i]);
	}
	free(sources->all);
	free(sources->waiting);
	table_free(&sources->by_name);
	free(sources);
}

void
sources_expect(struct sources *sources, uint64_t partitions)
{
	sources->expected = partitions;
}

uint64_t
sources_expected(const struct sources *sources)
{
	return sources->expected;
}

static bool
is(const struct source *source, struct span topic, uint64_t partition)
{
	return source->partition == partition && (source->topic.p == NULL) == (topic.p == NULL) &&
	    (topic.p == NULL || span_eq(source->topic, topic));
}

static uint32_t
hash_of(struct span topic, uint64_t partition)
{
	return table_hash(topic.p != NULL ? topic : SPAN(""), partition << 2 | (topic.p != NULL ? 2 : 3));
}

static struct source *
add(struct sources *sources, struct span topic, uint64_t partition)
{
	struct source *source = xcalloc(1, sizeof *source);

	source->partition = partition;
	source->clock = CLOCK_NONE;
	source->chain = source->root = CRC_NONE;
	if (topic.p != NULL) {
		char *copy = xmalloc(topic.n + 1);

		memcpy(copy, topic.p, topic.n);
		source->topic = (struct span){ copy, topic.n };
		if (++sources->npartitions > sources->expected && sources->expected > 0)
			die("--partitions: %" PRIu64 ": there is one more: %.*s/%" PRIu64, sources->expected, (int)topic.n, copy, partition);
	}
	if (sources->n == sources->room)
		sources->all = xgrow(sources->all, &sources->room, sizeof(struct source *));
	source->heard = sources->began;
	sources->all[sources->n++] = source;
	table_add(&sources->by_name, hash_of(topic, partition), sources->n);
	return source;
}

static uint32_t
number_of(const struct sources *sources, struct span topic, uint64_t partition)
{
	uint32_t at, n = table_first(&sources->by_name, hash_of(topic, partition), &at);

	while (n != 0 && !is(sources->all[n - 1], topic, partition))
		n = table_next(&sources->by_name, hash_of(topic, partition), &at);
	return n;
}

static struct source *
find(struct sources *sources, struct span topic, uint64_t partition)
{
	uint32_t number = number_of(sources, topic, partition);

	return number != 0 ? sources->all[number - 1] : add(sources, topic, partition);
}

static unsigned
waiting_for(const struct sources *sources, unsigned operand)
{
	unsigned i = 0;

	while (i < sources->nwaiting && sources->waiting[i] != operand)
		i++;
	return i;
}

/* Blank lines and bad ones tell no time: only a record or a heartbeat takes an operand off the list. */
static void
note_operand(struct sources *sources)
{
	unsigned i = waiting_for(sources, input_now(sources->in));

	sources->shown = true;
	if (i < sources->nwaiting)
		sources->waiting[i] = sources->waiting[--sources->nwaiting];
}

struct source *
sources_partition(struct sources *sources, struct span topic, uint64_t partition)
{
	if (!sources->shown)
		note_operand(sources);
	if (sources->last == NULL || !is(sources->last, topic, partition))
		sources->last = find(sources, topic, partition);
	sources->last->heard = sources->now;
	return sources->last;
}

struct source *
sources_operand(struct sources *sources)
{
	if (sources->operand == NULL)
		sources->operand = sources_partition(sources, (struct span){ NULL, 0 }, input_now(sources->in));
	return sources->operand;
}

bool
sources_are_partitions(const struct sources *sources)
{
	return sources->operand == NULL && waiting_for(sources, input_now(sources->in)) == sources->nwaiting &&
	    number_of(sources, (struct span){ NULL, 0 }, input_now(sources->in)) == 0;
}

void
sources_heard(struct sources *sources, int64_t now)
{
	sources->now = now;
	sources->operand = NULL;
	sources->shown = false;
}

static void
forgive(int64_t *heard, int64_t us, int64_t now)
{
	*heard = *heard + us < now ? *heard + us : now;
}

void
sources_listen(struct sources *sources, int64_t now, int64_t most)
{
	int64_t deaf = now - sources->listened - most;

	sources->listened = now;
	if (deaf <= 0)
		return;
	forgive(&sources->began, deaf, now);
	for (uint32_t i = 0; i < sources->n; i++)
		forgive(&sources->all[i]->heard, deaf, now);
}

uint64_t
source_show(struct source *source, uint64_t offset, bool is_heartbeat)
{
	if (!source->is_resumed)
		return 0;
	if (!source->has_first)
		source->first = offset;
	source->has_first = true;
	if (!is_heartbeat)
		return 0;
	source->is_resumed = false;
	return source->first > source->resumed ? source->first - source->resumed : 0;
}

static bool
somebody_is_awaited(const struct sources *sources)
{
	for (unsigned i = 0; i < sources->nwaiting && !sources->keep; i++)
		if (!input_ended(sources->in, sources->waiting[i]))
			return true;
	return sources->npartitions < sources->expected;
}

static bool
is_held_by_absence(const struct sources *sources, int64_t now, int64_t idle)
{
	return somebody_is_awaited(sources) && (idle == 0 || now - sources->began < idle);
}

static bool
holds(const struct sources *sources, const struct source *source, int64_t now, int64_t idle)
{
	bool ended = source->topic.p == NULL && !sources->keep && input_ended(sources->in, (unsigned)source->partition);

	return !ended && (idle == 0 || now - source->heard < idle);
}

int64_t
sources_clock(const struct sources *sources, int64_t now, int64_t idle)
{
	int64_t slowest = INT64_MAX, ahead = CLOCK_NONE;

	if (is_held_by_absence(sources, now, idle))
		return CLOCK_NONE;
	for (uint32_t i = 0; i < sources->n; i++) {
		const struct source *source = sources->all[i];

		if (source->clock > ahead)
			ahead = source->clock;
		if (holds(sources, source, now, idle) && source->clock < slowest)
			slowest = source->clock;
	}
	return slowest != INT64_MAX ? slowest : ahead;
}

const struct source *
sources_slowest(const struct sources *sources, int64_t now, int64_t idle)
{
	const struct source *slowest = NULL;

	if (is_held_by_absence(sources, now, idle))
		return NULL;
	for (uint32_t i = 0; i < sources->n; i++)
		if (holds(sources, sources->all[i], now, idle) && (slowest == NULL || sources->all[i]->clock < slowest->clock))
			slowest = sources->all[i];
	return slowest;
}

const struct source *
sources_ahead(const struct sources *sources)
{
	const struct source *ahead = NULL;

	for (uint32_t i = 0; i < sources->n; i++)
		if (sources->all[i]->clock > (ahead != NULL ? ahead->clock : CLOCK_NONE))
			ahead = sources->all[i];
	return ahead;
}

void
sources_raise(struct sources *sources, int64_t ts)
{
	for (uint32_t i = 0; i < sources->n; i++)
		source_reach(sources->all[i], ts < WHEN_MAX ? ts : WHEN_MAX);
}

static int
by_name(const void *x, const void *y)
{
	const struct source *a = *(struct source *const *)x, *b = *(struct source *const *)y;
	int c = (a->topic.p == NULL) - (b->topic.p == NULL);

	if (c == 0 && a->topic.p != NULL)
		c = span_cmp(a->topic, b->topic);
	return c != 0 ? c : (a->partition > b->partition) - (a->partition < b->partition);
}

void
sources_sort(struct sources *sources)
{
	if (sources->n > 0)
		qsort(sources->all, sources->n, sizeof(struct source *), by_name);
	table_free(&sources->by_name);
	for (uint32_t i = 0; i < sources->n; i++)
		table_add(&sources->by_name, hash_of(sources->all[i]->topic, sources->all[i]->partition), i + 1);
}

const struct source *
sources_at(const struct sources *sources, uint32_t i)
{
	return i < sources->n ? sources->all[i] : NULL;
}

void
source_name(const struct sources *sources, const struct source *source, char *text, size_t room)
{
	if (source->topic.p == NULL)
		snprintf(text, room, "%s", input_operand(sources->in, (unsigned)source->partition));
	else
		snprintf(text, room, "%.*s/%" PRIu64, (int)source->topic.n, source->topic.p, source->partition);
}

void
source_emit(const struct sources *sources, const struct source *source, struct output *out)
{
	if (source->topic.p == NULL) {
		output_lit(out, "{\"file\":");
		emit_string(out, span_of(input_operand(sources->in, (unsigned)source->partition)));
	} else {
		output_lit(out, "{\"topic\":");
		emit_string(out, source->topic);
		output_lit(out, ",\"partition\":");
		emit_integer(out, source->partition);
		output_lit(out, ",\"offset\":");
		emit_integer(out, source->next);
	}
	output_lit(out, ",\"clock\":");
	if (source->clock == CLOCK_NONE)
		output_lit(out, "null");
	else
		emit_time(out, source->clock);
	if (source->chain != CRC_NONE) {
		output_lit(out, ",\"chain\":");
		crc_put(out, (uint32_t)source->chain);
	}
	if (source->root != CRC_NONE) {
		output_lit(out, ",\"root\":");
		crc_put(out, (uint32_t)source->root);
	}
	output_char(out, '}');
}
