/*
 * Rows as a source for whoever merges them: each bears the writer's name as topic, the partition that its key goes to, an
 * offset there, and a chain: a checksum of this row and all before it. Rows of a query come in one order, whatever batches
 * they are made in, so a row that is written again has the same place.
 */
#ifndef ORIGIN_H
#define ORIGIN_H

#include "window.h"


struct origin;

/*
 * From NAME or NAME/PARTITIONS; a wrong one ends the run, as does a query whose rows have members of these names. Heartbeats
 * tell windows and query, as whoever merges must ask the same.
 */
struct origin *origin_new(const char *option, const char *value, const struct window_spec *spec, const struct query *query);
void origin_free(struct origin *origin);
struct span origin_text(const struct origin *origin); /* NAME/PARTITIONS */

/* The partition for a key: the one that Kafka's own producers, and kcat with partitioner=murmur2_random, choose. */
uint32_t origin_partition_of(const struct origin *origin, struct span key);
/* Write the row, a line, with the next place of that partition as its last members. */
void origin_put(struct origin *origin, uint32_t partition, struct span row, struct output *out);

/*
 * Write that all rows of windows that end at us or before are out: a heartbeat for each partition, behind KEY<TAB> if keyed,
 * as kcat goes by the key; nothing if that was said before.
 */
void origin_beat(struct origin *origin, int64_t us, bool keyed, struct output *out);

/* Offsets and chains as a JSON array, and back (the elements behind the bracket; false: none of so many). */
void origin_emit(const struct origin *origin, struct output *out);
bool origin_resume(struct origin *origin, const char *elements, int64_t said);

#endif
