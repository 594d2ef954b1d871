#include "origin.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "alloc.h"
#include "cli.h"
#include "emit.h"
#include "number.h"
#include "scan.h"
#include "utf8.h"

enum { PARTITIONS_MAX = 10000, BEAT_KEY = 16 };

struct origin {
	struct output *text, *topic; /* NAME/PARTITIONS, and NAME in JSON */
	uint32_t n;
	uint64_t *next;          /* offset, by partition */
	char (*keys)[BEAT_KEY];  /* of heartbeats: arrays of a number, each of which goes to its partition */
	int64_t said;
};

/* The hash of Kafka's DefaultPartitioner (clients/.../common/utils/Utils.java, murmur2). */
static uint32_t
murmur2(struct span key)
{
	const uint32_t m = 0x5bd1e995;
	uint32_t hash = 0x9747b28c ^ (uint32_t)key.n, word;
	size_t i, rest = key.n % 4;

	for (i = 0; i + 4 <= key.n; i += 4) {
		word = 0;
		for (size_t j = 4; j-- > 0;)
			word = word << 8 | (unsigned char)key.p[i + j];
		word *= m;
		hash = hash * m ^ (word ^ word >> 24) * m;
	}
	for (word = 0; rest > 0; rest--)
		word = word << 8 | (unsigned char)key.p[i + rest - 1];
	if (i < key.n)
		hash = (hash ^ word) * m;
	hash = (hash ^ hash >> 13) * m;
	return hash ^ hash >> 15;
}

uint32_t
origin_partition(struct span key, uint32_t n)
{
	return (murmur2(key) & 0x7fffffff) % n;
}

static void
find_keys(struct origin *origin)
{
	uint32_t missing = origin->n;

	for (unsigned i = 0; missing > 0; i++) {
		char key[BEAT_KEY];
		int n = snprintf(key, sizeof key, "[%u]", i);
		char *at = origin->keys[origin_partition((struct span){ key, (size_t)n }, origin->n)];

		if (*at != '\0')
			continue;
		memcpy(at, key, sizeof key);
		missing--;
	}
}

static void
check_names(const char *option, const struct query *query)
{
	static const char *const taken[] = { "topic", "partition", "offset", "heartbeat" };

	for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
		if (query_names(query, span_of(taken[i])))
			cli_wrong(option, taken[i], "a member of the row has this name (NAME=max(F) renames)");
}

struct origin *
origin_new(const char *option, const char *value, const struct query *query)
{
	struct origin *origin = xcalloc(1, sizeof *origin);
	const char *slash = strrchr(value, '/');
	struct span name = { value, slash != NULL ? (size_t)(slash - value) : strlen(value) };

	origin->n = slash != NULL ? (uint32_t)cli_number(option, slash + 1, PARTITIONS_MAX) : 1;
	if (name.n == 0 || origin->n == 0 || !utf8_is(name.p, name.n))
		cli_wrong(option, value, "not NAME/PARTITIONS");
	check_names(option, query);
	origin->text = output_memory();
	output_put(origin->text, name.p, name.n);
	output_char(origin->text, '/');
	emit_integer(origin->text, origin->n);
	origin->topic = output_memory();
	emit_string(origin->topic, name);
	origin->next = xcalloc(origin->n, sizeof *origin->next);
	origin->keys = xcalloc(origin->n, sizeof *origin->keys);
	find_keys(origin);
	origin->said = INT64_MIN;
	return origin;
}

void
origin_free(struct origin *origin)
{
	if (origin == NULL)
		return;
	output_free(origin->text);
	output_free(origin->topic);
	free(origin->next);
	free(origin->keys);
	free(origin);
}

struct span
origin_text(const struct origin *origin)
{
	return (struct span){ origin->text->buf, origin->text->n };
}

static struct place
place_of(const struct origin *origin, uint32_t partition, uint64_t offset)
{
	return (struct place){ { origin->topic->buf, origin->topic->n }, partition, offset };
}

struct place
origin_next(struct origin *origin, struct span key)
{
	uint32_t partition = origin_partition(key, origin->n);

	return place_of(origin, partition, origin->next[partition]++);
}

void
origin_beat(struct origin *origin, int64_t us, bool keyed, struct output *out)
{
	if (us <= origin->said)
		return;
	origin->said = us;
	for (uint32_t i = 0; i < origin->n; i++) {
		struct place place = place_of(origin, i, origin->next[i] - 1);

		if (keyed) {
			output_put(out, origin->keys[i], strlen(origin->keys[i]));
			output_char(out, '\t');
		}
		output_lit(out, "{\"heartbeat\":true,\"ts\":");
		emit_time(out, us);
		place_emit(&place, out);
		output_lit(out, "}\n");
	}
}

void
origin_emit(const struct origin *origin, struct output *out)
{
	for (uint32_t i = 0; i < origin->n; i++) {
		output_char(out, i == 0 ? '[' : ',');
		emit_integer(out, origin->next[i]);
	}
	output_char(out, ']');
}

bool
origin_resume(struct origin *origin, const char *elements, int64_t us)
{
	struct slice offset;
	uint32_t i = 0;

	origin->said = us;
	while (i < origin->n && scan_element(&elements, &offset) && number_whole(slice_span(&offset), &origin->next[i]))
		i++;
	return i == origin->n && !scan_element(&elements, &offset);
}
