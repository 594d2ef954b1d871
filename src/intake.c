#include "intake.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "diag.h"
#include "jqexpr.h"
#include "network.h"
#include "number.h"
#include "offset.h"
#include "scan.h"

/* The slot of a member that tells a line's place. */
static int
slot(struct intake *intake, struct span name)
{
	return intake->partial != NULL ? partial_slot(intake->partial, name) : fields_add(intake->query->fields, name);
}

/* Of a row whose own members have these names no place can be told. */
static bool
may_be_placed(const struct query *query)
{
	return !query_names(query, SPAN("topic")) && !query_names(query, SPAN("partition")) &&
	    !query_names(query, SPAN("offset")) && !query_names(query, SPAN("chain")) && !query_names(query, SPAN("heartbeat"));
}

void
intake_init(struct intake *intake)
{
	const struct fields *fields = intake->query->fields;

	intake->wanted = fields->count;
	intake->ts = slot(intake, SPAN("ts"));
	intake->heartbeat = slot(intake, SPAN("heartbeat"));
	intake->topic = slot(intake, SPAN("topic"));
	intake->partition = slot(intake, SPAN("partition"));
	intake->offset = slot(intake, SPAN("offset"));
	intake->gaps = slot(intake, SPAN("gaps"));
	if (intake->partial != NULL) {
		intake->chain = slot(intake, SPAN("chain"));
		intake->asks = slot(intake, SPAN("query"));
	}
	intake->placed = may_be_placed(intake->query);
	if (intake->partial != NULL && !intake->placed && (intake->keep || intake->bounded))
		die("--merge: topic, partition, offset, chain and heartbeat tell where a row comes from: none may be a key (NAME=max(F) renames)");
	intake->found = intake->room = xcalloc((size_t)fields->count, sizeof *intake->room);
	intake->data = xcalloc((size_t)fields->count, sizeof *intake->data);
	intake->key = output_memory();
}

void
intake_free(struct intake *intake)
{
	partial_free(intake->partial);
	arena_free(&intake->record);
	output_free(intake->key);
	output_free(intake->asked);
	free(intake->room);
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

static enum end
take_heartbeat(struct intake *intake, struct span line)
{
	struct source *source = offset_source(intake, line);
	uint64_t gaps, offset;
	int64_t ts;

	if (source == NULL)
		return BAD;
	if (!offset_is_old(intake, source, line, true) && slice_time(&intake->found[intake->ts], &ts))
		source_reach(source, ts);
	if (!number_whole(slice_span(&intake->found[intake->gaps]), &gaps))
		return HEARTBEAT;
	if (number_whole(slice_span(&intake->found[intake->offset]), &offset) && offset < source->resumed)
		source->old_gaps = gaps;
	if (gaps < source->old_gaps) /* another filter */
		source->old_gaps = 0;
	source->gaps = gaps - source->old_gaps;
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

/* What is kept stands in a row of ours again, perhaps in an array there, and has to be read back by the scanner alone. */
static bool
are_fit(const struct intake *intake, const char **reason)
{
	*reason = VALUES_TOO_LONG;
	if (!values_are_short(intake->found, intake->wanted))
		return false;
	*reason = "a value nested more than 98 deep";
	return !values_are_nested(intake->found, intake->wanted, SCAN_DEPTH - 2);
}

static enum end
take_record(struct intake *intake, struct span line, const char **reason)
{
	struct source *source;
	int64_t ts;

	*reason = "no partition, but the lines before it had one";
	if (intake->found[intake->heartbeat].kind == KIND_TRUE)
		return take_heartbeat(intake, line);
	if (!are_fit(intake, reason))
		return BAD;
	*reason = "no partition, but the lines before it had one";
	if ((source = offset_source(intake, line)) == NULL)
		return BAD;
	if (offset_is_old(intake, source, line, false))
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

static bool
has_place(const struct intake *intake)
{
	return intake->placed && (intake->keep || intake->bounded || intake->found[intake->offset].kind != KIND_ABSENT);
}

/* A row's own time is the last one in its window, as no later row of its source is of an earlier window. */
static enum end
take_placed(struct intake *intake, struct span line, const struct piece *piece)
{
	struct source *source = offset_source(intake, line);
	int64_t bound = windows_passed(intake->windows).closed;

	if (source == NULL)
		return BAD;
	if (offset_is_old(intake, source, line, false))
		return REPLAYED;
	if (intake->bounded && source->clock != CLOCK_NONE && source->clock - intake->lateness > bound)
		bound = source->clock - intake->lateness;
	source_reach(source, piece->end - 1);
	if (piece->end <= bound)
		return late(intake, line);
	windows_merge(intake->windows, piece);
	return PASSED;
}

static enum end
take_piece(struct intake *intake, struct span line, const char **reason)
{
	struct piece piece;

	if ((intake->found = partial_scan(intake->partial, line, reason)) == NULL)
		return BAD;
	*reason = "no topic, partition and offset, as dhcp-window --source gives them";
	if (intake->placed && intake->found[intake->heartbeat].kind == KIND_TRUE)
		return take_heartbeat(intake, line);
	if (!partial_take(intake->partial, &piece, reason))
		return BAD;
	if (!windows_takes(intake->windows, &piece)) {
		*reason = "a session shorter than --session";
		return BAD;
	}
	*reason = "no topic, partition and offset, as dhcp-window --source gives them";
	if (has_place(intake))
		return take_placed(intake, line, &piece);
	windows_merge(intake->windows, &piece);
	return PASSED;
}

static enum end
take(struct intake *intake, struct span line, const char **reason)
{
	if (span_is_blank(line))
		return BLANK;
	if (intake->partial != NULL)
		return take_piece(intake, line, reason);
	if (!scan_object(intake->query->fields, line, intake->room) &&
	    !jq_object(intake->query->fields, line, intake->room, &intake->record, reason))
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
		if (__builtin_add_overflow(n, source->gaps, &n))
			return UINT64_MAX;
	return n;
}
