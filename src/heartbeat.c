#include "heartbeat.h"

#include <stdlib.h>

#include "diag.h"
#include "duration.h"
#include "emit.h"
#include "table.h"
#include "when.h"

enum { SECOND = 1000000 };

struct part {
	struct span topic;
	int64_t partition, offset; /* the highest one handled; -1: none known */
	int64_t written;           /* the offset in its last heartbeat */
	int64_t floor, next;       /* its clock, and the time at which that goes on: INT64_MIN where there is no clock yet */
	uint64_t gaps;
	bool met;
};

struct heartbeats {
	int64_t every;
	struct pool parts;
	struct table table;
	struct arena topics;
	struct part whole, *last; /* lines without a partition; the part met last */
	uint64_t gaps, written;
};

static struct part
part_of(struct span topic, int64_t partition)
{
	return (struct part){ .topic = topic, .partition = partition, .offset = -1, .written = -1, .next = INT64_MIN };
}

struct heartbeats *
heartbeats_new(const char *option, const char *value, char **operands)
{
	struct heartbeats *h = xcalloc(1, sizeof *h);

	h->every = duration_or(option, value, SECOND, operands);
	h->parts.size = sizeof(struct part);
	h->whole = part_of(SPAN(""), -1);
	h->last = &h->whole;
	return h;
}

void
heartbeats_free(struct heartbeats *h)
{
	if (h == NULL)
		return;
	pool_free(&h->parts);
	table_free(&h->table);
	arena_free(&h->topics);
	free(h);
}

static inline bool
is_same(const struct part *part, const struct mark *mark)
{
	return part->partition == mark->partition && span_eq(part->topic, mark->topic);
}

static struct part *
add_part(struct heartbeats *h, const struct mark *mark, uint32_t hash)
{
	uint32_t number = pool_add(&h->parts);
	struct part *part = pool_at(&h->parts, number);
	struct span topic = h->last->topic;
	char *copy;

	if (!span_eq(topic, mark->topic)) {
		copy = arena_alloc(&h->topics, mark->topic.n);
		memcpy(copy, mark->topic.p, mark->topic.n);
		topic = (struct span){ copy, mark->topic.n };
	}
	*part = part_of(topic, mark->partition);
	table_add(&h->table, hash, number);
	return part;
}

static struct part *
part_at(struct heartbeats *h, const struct mark *mark)
{
	uint32_t hash, at, n;

	if (mark->partition < 0)
		return &h->whole;
	hash = table_hash(mark->topic, (uint64_t)mark->partition);
	for (n = table_first(&h->table, hash, &at); n != 0; n = table_next(&h->table, hash, &at))
		if (is_same(pool_at(&h->parts, n), mark))
			return pool_at(&h->parts, n);
	return add_part(h, mark, hash);
}

static void
write_one(struct heartbeats *h, struct part *part, struct output *out)
{
	output_lit(out, "{\"heartbeat\":true");
	if (part->next != INT64_MIN) {
		output_lit(out, ",\"ts\":");
		emit_time(out, part->floor);
	}
	if (part->partition >= 0) {
		output_lit(out, ",\"topic\":");
		emit_string(out, part->topic);
		output_lit(out, ",\"partition\":");
		emit_integer(out, (uint64_t)part->partition);
	}
	if (part->offset >= 0) {
		output_lit(out, ",\"offset\":");
		emit_integer(out, (uint64_t)part->offset);
	}
	if (part->gaps > 0) {
		output_lit(out, ",\"gaps\":");
		emit_integer(out, part->gaps);
	}
	output_lit(out, "}\n");
	part->written = part->offset;
	part->met = true;
	h->written++;
}

/* An offset that was passed over is a gap; one that is not new, as after a reader has begun again, tells nothing. */
static inline void
take_offset(struct heartbeats *h, struct part *part, int64_t offset)
{
	if (offset <= part->offset)
		return;
	if (part->offset >= 0) {
		part->gaps += (uint64_t)(offset - part->offset - 1);
		h->gaps += (uint64_t)(offset - part->offset - 1);
	}
	part->offset = offset;
}

void
heartbeats_note(struct heartbeats *h, const struct mark *mark, struct output *out)
{
	struct part *part = is_same(h->last, mark) ? h->last : part_at(h, mark);
	bool due = !part->met;

	h->last = part;
	take_offset(h, part, mark->offset);
	if (mark->has_time && mark->time >= part->next) {
		part->floor = when_floor(mark->time, h->every);
		part->next = part->floor + h->every;
		if (part->floor < WHEN_MIN)
			part->floor = WHEN_MIN;
		due = true;
	}
	if (due)
		write_one(h, part, out);
}

static int
by_name(const void *a, const void *b)
{
	const struct part *x = *(struct part *const *)a, *y = *(struct part *const *)b;
	int c = span_cmp(x->topic, y->topic);

	return c ? c : (x->partition > y->partition) - (x->partition < y->partition);
}

void
heartbeats_finish(struct heartbeats *h, struct output *out)
{
	struct part **parts = xmalloc((h->parts.n + 1) * sizeof *parts);
	size_t n = 0;

	for (uint32_t number = 1; number <= h->parts.n; number++) {
		parts[n] = pool_at(&h->parts, number);
		n += parts[n]->written != parts[n]->offset;
	}
	qsort(parts, n, sizeof *parts, by_name);
	for (size_t i = 0; i < n; i++)
		write_one(h, parts[i], out);
	free(parts);
}

uint64_t
heartbeats_written(const struct heartbeats *h)
{
	return h != NULL ? h->written : 0;
}

uint64_t
heartbeats_gaps(const struct heartbeats *h)
{
	return h != NULL ? h->gaps : 0;
}
