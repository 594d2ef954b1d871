#include "origin.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "alloc.h"
#include "cli.h"
#include "crc.h"
#include "emit.h"
#include "number.h"
#include "step.h"
#include "utf8.h"

enum { PARTITIONS_MAX = 10000, BEAT_KEY = 16 };

struct lane {
	uint64_t next; /* offset */
	uint32_t chain;
	char key[BEAT_KEY]; /* of its heartbeats: an array of a number, which goes there */
};

struct origin {
	struct output *text, *topic, *query; /* NAME/PARTITIONS; NAME in JSON, and the members of an object */
	uint32_t n;
	struct lane *lanes; /* by partition */
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
origin_partition_of(const struct origin *origin, struct span key)
{
	return (murmur2(key) & 0x7fffffff) % origin->n;
}

static void
find_keys(struct origin *origin)
{
	uint32_t missing = origin->n;

	for (unsigned i = 0; missing > 0; i++) {
		char key[BEAT_KEY];
		int n = snprintf(key, sizeof key, "[%u]", i);
		struct lane *lane = &origin->lanes[origin_partition_of(origin, (struct span){ key, (size_t)n })];

		if (*lane->key != '\0')
			continue;
		memcpy(lane->key, key, sizeof key);
		missing--;
	}
}

static void
check_names(const char *option, const struct query *query)
{
	static const char *const taken[] = { "topic", "partition", "offset", "chain", "heartbeat" };

	for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
		if (query_names(query, span_of(taken[i])))
			cli_wrong(option, taken[i], "a member of the row has this name (NAME=max(F) renames)");
}

struct origin *
origin_new(const char *option, const char *value, const struct window_spec *spec, const struct query *query)
{
	struct origin *origin = xcalloc(1, sizeof *origin);
	const char *slash = strrchr(value, '/');
	struct span name = { value, slash != NULL ? (size_t)(slash - value) : strlen(value) };

	if (slash != NULL && slash[1] == '\0')
		cli_wrong(option, value, "not NAME/PARTITIONS");
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
	origin->query = output_memory();
	window_spec_emit(spec, origin->query);
	query_emit(query, origin->query);
	origin->lanes = xcalloc(origin->n, sizeof *origin->lanes);
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
	output_free(origin->query);
	free(origin->lanes);
	free(origin);
}

struct span
origin_text(const struct origin *origin)
{
	return (struct span){ origin->text->buf, origin->text->n };
}

static void
put_place(const struct origin *origin, uint32_t partition, struct output *out)
{
	output_lit(out, ",\"topic\":");
	output_put(out, origin->topic->buf, origin->topic->n);
	output_lit(out, ",\"partition\":");
	emit_integer(out, partition);
}

void
origin_put(struct origin *origin, uint32_t partition, struct span row, struct output *out)
{
	struct lane *lane = &origin->lanes[partition];

	lane->chain = crc_add(lane->chain, row.p, row.n);
	output_put(out, row.p, row.n - 2); /* but for the end, `}LF` */
	put_place(origin, partition, out);
	output_lit(out, ",\"offset\":");
	emit_integer(out, lane->next++);
	output_lit(out, ",\"chain\":");
	crc_put(out, lane->chain);
	output_lit(out, "}\n");
}

static void
beat(const struct origin *origin, uint32_t partition, int64_t us, struct output *out)
{
	output_lit(out, "{\"heartbeat\":true,\"ts\":");
	emit_time(out, us);
	put_place(origin, partition, out);
	if (origin->lanes[partition].next > 0) {
		output_lit(out, ",\"offset\":");
		emit_integer(out, origin->lanes[partition].next - 1);
	}
	output_lit(out, ",\"query\":{");
	output_put(out, origin->query->buf, origin->query->n);
	output_lit(out, "}}\n");
}

void
origin_beat(struct origin *origin, int64_t us, bool keyed, struct output *out)
{
	if (us <= origin->said)
		return;
	origin->said = us;
	for (uint32_t i = 0; i < origin->n; i++) {
		if (keyed) {
			output_put(out, origin->lanes[i].key, strlen(origin->lanes[i].key));
			output_char(out, '\t');
		}
		beat(origin, i, us, out);
	}
}

void
origin_emit(const struct origin *origin, struct output *out)
{
	for (uint32_t i = 0; i < origin->n; i++) {
		output_char(out, i == 0 ? '[' : ',');
		emit_integer(out, origin->lanes[i].next);
		output_char(out, ',');
		emit_integer(out, origin->lanes[i].chain);
	}
	output_char(out, ']');
}

static bool
read_number(const char **elements, uint64_t *n)
{
	struct slice slice;

	return step_element(elements, &slice) && number_whole(slice_span(&slice), n);
}

bool
origin_resume(struct origin *origin, const char *elements, int64_t said)
{
	struct slice more;
	uint64_t chain;

	origin->said = said;
	for (uint32_t i = 0; i < origin->n; i++) {
		if (!read_number(&elements, &origin->lanes[i].next) || !read_number(&elements, &chain))
			return false;
		origin->lanes[i].chain = (uint32_t)chain;
	}
	return !step_element(&elements, &more);
}
