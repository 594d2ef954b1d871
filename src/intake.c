#include "intake.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "diag.h"
#include "jqexpr.h"
#include "network.h"
#include "number.h"
#include "scan.h"
#include "text.h"

void
intake_init(struct intake *intake)
{
	struct fields *fields = intake->query->fields;

	intake->wanted = fields->count;
	intake->heartbeat = fields_add(fields, SPAN("heartbeat"));
	intake->topic = fields_add(fields, SPAN("topic"));
	intake->partition = fields_add(fields, SPAN("partition"));
	intake->offset = fields_add(fields, SPAN("offset"));
	intake->gaps = fields_add(fields, SPAN("gaps"));
	intake->found = xcalloc((size_t)fields->count, sizeof *intake->found);
	intake->data = xcalloc((size_t)fields->count, sizeof *intake->data);
	intake->key = output_memory();
}

void
intake_free(struct intake *intake)
{
	partial_free(intake->partial);
	arena_free(&intake->record);
	output_free(intake->key);
	free(intake->found);
	free(intake->data);
}

/* The record's time: ts, which becomes a datum on the way, else timestamp. */
static bool
find_time(struct intake *intake, int64_t *ts)
{
	const struct query *query = intake->query;
	struct datum *datum = &intake->data[query->ts];

	datum_of_slice(datum, &intake->found[query->ts], &intake->record);
	*ts = datum->time;
	return datum->is_time || slice_time(&intake->found[query->ts], ts) || slice_time(&intake->found[query->timestamp], ts);
}

static struct datum
network(struct intake *intake, int slot, int bits)
{
	struct slice slice = network_of(&intake->found[slot], bits, &intake->record);
	struct datum datum;

	datum_of_slice(&datum, &slice, &intake->record);
	return datum;
}

/* The key's canonical JSON texts, joined by a byte that stands in none of them. */
static struct span
key_of(struct intake *intake)
{
	const struct query *query = intake->query;

	intake->key->n = 0;
	for (size_t i = 0; i < query->nby; i++) {
		if (i > 0)
			output_char(intake->key, '\1');
		if (query->by_bits[i] == NETWORK_NONE)
			datum_emit(intake->key, &intake->data[query->by[i]]);
		else {
			struct datum datum = network(intake, query->by[i], query->by_bits[i]);

			datum_emit(intake->key, &datum);
		}
	}
	return (struct span){ intake->key->buf, intake->key->n };
}

static struct span
topic_of(struct intake *intake)
{
	const struct slice *topic = &intake->found[intake->topic];
	char *room = NULL;

	if (topic->kind != KIND_STRING)
		return SPAN("");
	if (topic->escaped || topic->broken)
		room = arena_alloc(&intake->record, TEXT_DECODE_ROOM * (size_t)topic->n);
	return text_decode(room, topic);
}

/* What a checkpoint cannot do without. */
static void
check_offset(struct intake *intake, struct span line, bool partitioned)
{
	uint64_t unused;

	if (intake->keep && (!partitioned || intake->found[intake->topic].kind != KIND_STRING ||
	    !number_whole(slice_span(&intake->found[intake->offset]), &unused)))
		die("%s:%" PRIu64 ": no topic, partition and offset: a checkpoint needs them (kcat -J | eve-dhcp-filter gives them)",
		    input_name(intake->in), input_line_number(intake->in, line.p));
	if (intake->bounded && partitioned && sources_expected(intake->sources) == 0)
		die("--lateness: the records are from partitions: --partitions N tells how many there are");
}

static struct source *
source_of(struct intake *intake, struct span line)
{
	uint64_t partition;
	bool partitioned = number_whole(slice_span(&intake->found[intake->partition]), &partition);

	if (intake->keep || intake->bounded)
		check_offset(intake, line, partitioned);
	return partitioned ? sources_partition(intake->sources, topic_of(intake), partition) : sources_operand(intake->sources);
}

static void
say_lost(struct intake *intake, const struct source *source, uint64_t lost)
{
	char name[256];

	source_name(intake->sources, source, name, sizeof name);
	warn("%s: %" PRIu64 " offsets were lost before %" PRIu64, name, lost, source->first);
	diag_lost();
	intake->lost += lost;
}

/* Has the source's offset been handled before? If not, it is now. */
static bool
is_replayed(struct intake *intake, struct source *source, bool is_heartbeat)
{
	uint64_t offset, lost;

	if (source->topic.p == NULL || !number_whole(slice_span(&intake->found[intake->offset]), &offset))
		return false;
	if ((lost = source_show(source, offset, is_heartbeat)) > 0)
		say_lost(intake, source, lost);
#ifndef NO_REPLAY_CHECK /* tests/kafka/chaos.sh --sabotage shows what it is for */
	if (intake->keep && offset < source->next)
		return !is_heartbeat || offset + 1 < source->next;
#endif
	if (offset >= source->next && offset < UINT64_MAX)
		source->next = offset + 1;
	return false;
}

static enum end
take_heartbeat(struct intake *intake, struct span line)
{
	struct source *source = source_of(intake, line);
	uint64_t gaps;
	int64_t ts;

	if (!is_replayed(intake, source, true) && find_time(intake, &ts))
		source_reach(source, ts);
	if (number_whole(slice_span(&intake->found[intake->gaps]), &gaps))
		source->gaps = gaps;
	return HEARTBEAT;
}

static enum end
late(struct intake *intake, struct span line)
{
	if (intake->late_file != NULL) {
		output_put(intake->late_file, line.p, line.n);
		output_char(intake->late_file, '\n');
	}
	return LATE;
}

static enum end
add_record(struct intake *intake, struct span line, const struct source *source, int64_t ts)
{
	const struct query *query = intake->query;
	struct sample sample = { ts, intake->data };
	int64_t bound = intake->bounded ? source->clock - intake->lateness : INT64_MIN;
	const char *reason;

	for (int i = 0; i < intake->wanted; i++)
		if (i != query->ts && (i != query->timestamp || query->uses_timestamp))
			datum_of_slice(&intake->data[i], &intake->found[i], &intake->record);
	switch (windows_add(intake->windows, key_of(intake), &sample, bound, &reason)) {
	case TOO_LATE:
		return late(intake, line);
	case ADDED_IN_PART:
		intake->not_aggregated++;
		input_bad(intake->in, line.p, reason);
		break;
	case ADDED:
		break;
	}
	return PASSED;
}

static enum end
take_record(struct intake *intake, struct span line, const char **reason)
{
	struct source *source;
	int64_t ts;

	if (intake->found[intake->heartbeat].kind == KIND_TRUE)
		return take_heartbeat(intake, line);
	*reason = VALUES_TOO_LONG;
	if (!values_are_short(intake->found, intake->wanted))
		return BAD;
	source = source_of(intake, line);
	if (is_replayed(intake, source, false))
		return REPLAYED;
	*reason = "no time in ts or timestamp";
	if (!find_time(intake, &ts))
		return NO_TIME;
	*reason = "time too close to the year 0 or 10000 for a window";
	if (!windows_reach(intake->windows, ts))
		return NO_TIME;
	source_reach(source, ts);
	return add_record(intake, line, source, ts);
}

/* What is kept must be read back from a partial row or a checkpoint, element by element. */
static bool
is_too_deep(const struct slice *value)
{
	const char *at = value->p;
	struct slice unused;

	return value->kind >= KIND_ARRAY && !scan_element(&at, &unused);
}

static bool
read_object(struct intake *intake, struct span line, const char **reason)
{
	if (scan_object(intake->query->fields, line, intake->found))
		return true;
	if (!jq_object(intake->query->fields, line, intake->found, &intake->record, reason))
		return false;
	*reason = "a value nested more than 100 deep";
	for (int i = 0; i < intake->wanted; i++)
		if (is_too_deep(&intake->found[i]))
			return false;
	return true;
}

static enum end
take(struct intake *intake, struct span line, const char **reason)
{
	struct piece piece;

	if (span_is_blank(line))
		return BLANK;
	if (intake->partial != NULL) {
		if (!partial_read(intake->partial, line, &piece, reason))
			return BAD;
		*reason = "a session shorter than --session";
		if (!windows_take(intake->windows, &piece))
			return BAD;
		windows_merge(intake->windows, &piece);
		return PASSED;
	}
	if (!read_object(intake, line, reason))
		return BAD;
	return take_record(intake, line, reason);
}

void
intake_line(struct intake *intake, struct span line)
{
	const char *reason = "";
	enum end end;

	arena_reset(&intake->record);
	end = take(intake, line, &reason);
	intake->ends[end]++;
	if (end == BAD || end == NO_TIME)
		input_bad(intake->in, line.p, reason);
}

uint64_t
intake_read(const struct intake *intake)
{
	uint64_t n = 0;

	for (int i = 0; i < ENDS; i++)
		n += intake->ends[i];
	return n;
}

uint64_t
intake_gaps(const struct intake *intake)
{
	const struct source *source;
	uint64_t n = 0;

	for (uint32_t i = 0; (source = sources_at(intake->sources, i)) != NULL; i++)
		n += source->gaps;
	return n;
}
