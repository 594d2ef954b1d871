/*
 * Rows as a source for whoever merges them: each bears the writer's name as topic, the partition that its key goes to, and an
 * offset there. Rows of a query come in one order, whatever dies on the way, so a row that is written again has the same place.
 */
#ifndef ORIGIN_H
#define ORIGIN_H

#include "row.h"

struct origin;

/* From NAME or NAME/PARTITIONS; a wrong one ends the run, as does a query whose rows have members of these names. */
struct origin *origin_new(const char *option, const char *value, const struct query *query);
void origin_free(struct origin *origin);
struct span origin_text(const struct origin *origin); /* NAME/PARTITIONS */

/* The place of a row with that key, the next one of its partition. */
struct place origin_next(struct origin *origin, struct span key);

/*
 * Write that all rows of windows that end at us or before are out: a heartbeat for each partition, behind KEY<TAB> if keyed;
 * nothing if that was said before.
 */
void origin_beat(struct origin *origin, int64_t us, bool keyed, struct output *out);

/* The offsets as a JSON array, and back (the elements behind the bracket; false: not as many). Up to us has been said then. */
void origin_emit(const struct origin *origin, struct output *out);
bool origin_resume(struct origin *origin, const char *elements, int64_t us);

/* The partition of n that Kafka's own producers, and kcat with partitioner=murmur2_random, choose for a key. */
uint32_t origin_partition(struct span key, uint32_t n);

#endif
