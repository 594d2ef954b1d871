/*
 * Sources of records: a Kafka partition, or an operand. Each has a clock of its own, the highest time it has shown; the
 * slowest of them decides what may close. A partition's offsets tell what was handled before, and what was lost.
 */
#ifndef SOURCE_H
#define SOURCE_H

#include "input.h"
#include "output.h"
#include "table.h"

#define CLOCK_NONE INT64_MIN

struct source {
	struct span topic;  /* p is NULL for an operand */
	uint64_t partition; /* or the operand's number */
	int64_t clock;      /* µs of event time, CLOCK_NONE before the first time */
	int64_t heard;      /* when_elapsed */
	uint64_t next;      /* the offset after the highest handled */
	uint64_t gaps, old_gaps; /* as its heartbeats tell, and what they told of what a checkpoint has already */
	uint64_t resumed, first; /* where a checkpoint left off, and the first offset since then */
	bool is_resumed, has_first;
	int64_t chain, root; /* of the last row merged, and of the row at offset 0; CRC_NONE where that is not known */
};

struct sources;

/* Sources of an input; they end with it, unless keep says that a reader may come back. */
struct sources *sources_new(const struct input *in, bool keep);
void sources_free(struct sources *sources);

/* How many partitions there are (0: not known); ends the run once there are more. Without it partitions hold nothing. */
void sources_expect(struct sources *sources, uint64_t partitions);
uint64_t sources_expected(const struct sources *sources);

/* The partition, or the operand that is read now, made if it is new. */
struct source *sources_partition(struct sources *sources, struct span topic, uint64_t partition);
struct source *sources_operand(struct sources *sources);
/* Has the operand that is read now shown partitions alone?  It is too late for it to become a source, then: windows have closed. */
bool sources_are_partitions(const struct sources *sources);

/* A block of an operand is at hand, at now (when_elapsed). */
void sources_heard(struct sources *sources, int64_t now);

/*
 * Now (when_elapsed) is a time at which input is listened to. If the last one is more than most µs ago, nobody
 * was silent in between: we were held up ourselves, by whoever reads what we write, or by a person who stopped us.
 */
void sources_listen(struct sources *sources, int64_t now, int64_t most);

static inline void
source_reach(struct source *source, int64_t ts)
{
	if (ts > source->clock)
		source->clock = ts;
}

/*
 * Something with that offset came. A heartbeat (only where there are some does every message show) tells how many offsets
 * were lost since the checkpoint: once, else 0.
 */
uint64_t source_show(struct source *source, uint64_t offset, bool is_heartbeat);

/*
 * The slowest clock, CLOCK_NONE if somebody has shown none yet. Whoever was silent for idle µs (0: no matter), or has ended,
 * does not count; where nobody does it is the clock that is furthest ahead.
 */
int64_t sources_clock(const struct sources *sources, int64_t now, int64_t idle);

/* Who holds windows back (NULL: one that has not come yet, or none), who is furthest ahead. */
const struct source *sources_slowest(const struct sources *sources, int64_t now, int64_t idle);
const struct source *sources_ahead(const struct sources *sources);

/* Raise all clocks to ts at least. */
void sources_raise(struct sources *sources, int64_t ts);

/* Step through them in order of topic and partition, operands last: NULL behind the last one. */
void sources_sort(struct sources *sources);
const struct source *sources_at(const struct sources *sources, uint32_t i);

/* suricata/0, or the operand's name. */
void source_name(const struct sources *sources, const struct source *source, char *text, size_t room);
/* As a JSON object. */
void source_emit(const struct sources *sources, const struct source *source, struct output *out);

#endif
