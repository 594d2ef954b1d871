#include "offset.h"

#include <inttypes.h>

#include "crc.h"
#include "diag.h"
#include "number.h"
#include "text.h"

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

/* What a checkpoint cannot do without; a source of rows that has written none has no offset for its heartbeat. */
static bool
tells_offset(const struct intake *intake, bool partitioned)
{
	const struct slice *offset = &intake->found[intake->offset];
	bool may_lack = intake->partial != NULL && intake->found[intake->heartbeat].kind == KIND_TRUE && offset->kind == KIND_ABSENT;
	uint64_t n;

	return partitioned && intake->found[intake->topic].kind == KIND_STRING && (may_lack || number_whole(slice_span(offset), &n));
}

/* Where nobody has told an offset yet, none will come: a wrong pipeline, not a bad line. */
static _Noreturn void
say_none(struct intake *intake, struct span line)
{
	die("%s:%" PRIu64 ": no topic, partition and offset: a checkpoint needs them (%s)", input_name(intake->in),
	    input_line_number(intake->in, line.p),
	    intake->partial != NULL ? "dhcp-window --source gives them" : "kcat -J | eve-dhcp-filter gives them");
}

struct source *
offset_source(struct intake *intake, struct span line)
{
	uint64_t partition, offset;
	const struct slice *told = &intake->found[intake->offset];
	bool partitioned = number_whole(slice_span(&intake->found[intake->partition]), &partition);

	if (intake->keep && !tells_offset(intake, partitioned)) {
		if (intake->partial == NULL || sources_at(intake->sources, 0) == NULL)
			say_none(intake, line);
		return NULL;
	}
	if (intake->partial != NULL && told->kind != KIND_ABSENT &&
	    (!tells_offset(intake, partitioned) || !number_whole(slice_span(told), &offset) || offset > INT64_MAX))
		return NULL;
	if (intake->bounded && !partitioned && intake->partial == NULL && sources_are_partitions(intake->sources))
		return NULL;
	if (intake->bounded && partitioned && sources_expected(intake->sources) == 0)
		die("--lateness: the records are from partitions: --partitions N tells how many there are");
	return partitioned ? sources_partition(intake->sources, topic_of(intake), partition) : sources_operand(intake->sources);
}

static void
say_lost(struct intake *intake, const struct source *source, uint64_t lost, uint64_t before)
{
	char name[256];

	source_name(intake->sources, source, name, sizeof name);
	if (intake->holes++ < HOLES_SAID)
		warn("%s: %" PRIu64 " offsets were lost before %" PRIu64, name, lost, before);
	diag_lost();
	if (__builtin_add_overflow(intake->lost, lost, &intake->lost))
		intake->lost = UINT64_MAX;
}

/* It may have come before, or never: what was handled in this run is not known one by one. */
static void
say_disorder(struct intake *intake, const struct source *source, uint64_t offset)
{
	char name[256];

	diag_lost();
	if (intake->disordered++ > 0)
		return;
	source_name(intake->sources, source, name, sizeof name);
	warn("%s: offset %" PRIu64 " is skipped behind %" PRIu64 ": a partition's offsets must ascend", name, offset,
	    source->next - 1);
}

/* Of records: there may be holes, and only a run that goes on from another one has seen any before. */
static bool
is_old_record(struct intake *intake, struct source *source, bool is_heartbeat, uint64_t offset)
{
	uint64_t lost = source_show(source, offset, is_heartbeat);

	if (lost > 0)
		say_lost(intake, source, lost, source->first);
#ifndef NO_REPLAY_CHECK /* tests/kafka/chaos.sh --sabotage shows what it is for */
	if (intake->keep && offset < source->next) {
		if (!is_heartbeat && offset >= source->resumed && offset + 1 < source->next)
			say_disorder(intake, source, offset);
		return !is_heartbeat || offset + 1 < source->next;
	}
#endif
	if (offset >= source->next && offset < UINT64_MAX)
		source->next = offset + 1;
	return false;
}

static _Noreturn void
not_this_source(const struct intake *intake, const struct source *source, struct span line, const char *why)
{
	char name[256];

	source_name(intake->sources, source, name, sizeof name);
	die("%s:%" PRIu64 ": %s: %s", input_name(intake->in), input_line_number(intake->in, line.p), name, why);
}

/* What the row's chain is if it follows another chain; told of a row that stands as its source wrote it, else false. */
static bool
goes_on(const struct intake *intake, struct span line, uint32_t before, int64_t *chain)
{
	static const char place[] = ",\"topic\":";
	const char *told = intake->found[intake->topic].p;
	const size_t n = sizeof place - 1;
	uintptr_t from = (uintptr_t)line.p; /* what libjq has read stands elsewhere */

	if (intake->found[intake->chain].kind != KIND_STRING)
		return false;
	if ((uintptr_t)told < from + n || (uintptr_t)told > from + line.n || memcmp(told - n, place, n) != 0 ||
	    intake->found[intake->chain].p + 11 != line.p + line.n)
		return false;
	*chain = crc_add(crc_add(before, line.p, (size_t)(told - line.p) - n), "}\n", 2);
	return true;
}

/* It is the row that was there before, or the one behind it: a chain tells of all rows before its own. */
static bool
is_of_source(const struct intake *intake, const struct source *source, struct span line, uint64_t offset, int64_t chain)
{
	int64_t known = CRC_NONE;

	if (offset == 0 && source->root != CRC_NONE)
		return chain == source->root;
	if (offset < source->next)
		return offset + 1 < source->next || source->chain == CRC_NONE || chain == source->chain;
	if (offset > 0 && source->chain == CRC_NONE)
		return true;
	return !goes_on(intake, line, offset > 0 ? (uint32_t)source->chain : 0, &known) || chain == known;
}

/* Of rows: there are no holes, and one that is written again is the same. */
static bool
is_old_row(struct intake *intake, struct source *source, struct span line, bool is_heartbeat, uint64_t offset)
{
	uint64_t next = is_heartbeat ? offset + 1 : offset;
	int64_t chain = is_heartbeat ? CRC_NONE : crc_read(slice_span(&intake->found[intake->chain]));

	if (next > source->next) {
		say_lost(intake, source, next - source->next, next);
		source->chain = CRC_NONE;
	}
	if (!is_heartbeat && !is_of_source(intake, source, line, offset, chain))
		not_this_source(intake, source, line, "another row belongs here: a source that begins anew needs another name");
#ifndef NO_REPLAY_CHECK
	if (next < source->next)
		return true;
#endif
	source->next = offset + 1;
	if (!is_heartbeat)
		source->chain = chain;
	if (!is_heartbeat && offset == 0)
		source->root = chain;
	return false;
}

/* All sources were asked the same, and by and agg are ours; so are the windows, where rows go on to another merger. */
static void
check_query(struct intake *intake, const struct source *source, struct span line)
{
	struct span told = slice_span(&intake->found[intake->asks]);
	struct output *ours = output_memory();

	if (intake->relays != NULL) {
		output_char(ours, '{');
		window_spec_emit(intake->relays, ours);
	}
	query_emit(intake->query, ours);
	output_char(ours, '}');
	if (intake->found[intake->asks].kind == KIND_OBJECT && intake->asked->n == 0)
		output_put(intake->asked, told.p, told.n);
	if (!span_eq(told, (struct span){ intake->asked->buf, intake->asked->n }) || told.n < ours->n ||
	    memcmp(told.p + told.n - ours->n, ours->buf, ours->n) != 0)
		not_this_source(intake, source, line, "its rows are of another query (--by, --agg and the windows must be the same everywhere)");
	output_free(ours);
}

/* One that was there before came before the row behind it, and so before the end of its window. */
static void
check_heartbeat(struct intake *intake, const struct source *source, struct span line, uint64_t next)
{
	int64_t ts;

	check_query(intake, source, line);
	if (next < source->next && slice_time(&intake->found[intake->ts], &ts) && ts > source->clock)
		not_this_source(intake, source, line, "its rows are told to be still to come: a source that begins anew needs another name");
}

bool
offset_is_old(struct intake *intake, struct source *source, struct span line, bool is_heartbeat)
{
	uint64_t offset;
	bool is_told = number_whole(slice_span(&intake->found[intake->offset]), &offset);

	if (source->topic.p == NULL)
		return false;
	if (intake->partial != NULL && is_heartbeat)
		check_heartbeat(intake, source, line, is_told ? offset + 1 : 0);
	if (!is_told)
		return false;
	return intake->partial != NULL ? is_old_row(intake, source, line, is_heartbeat, offset) :
	    is_old_record(intake, source, is_heartbeat, offset);
}
