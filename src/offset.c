#include "offset.h"

#include <inttypes.h>

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

/* A source of rows that has not written one yet has no offset to tell. */
static bool
has_offset(const struct intake *intake)
{
	uint64_t unused;

	return number_whole(slice_span(&intake->found[intake->offset]), &unused) ||
	    (intake->partial != NULL && intake->found[intake->heartbeat].kind == KIND_TRUE);
}

/* What a checkpoint cannot do without. */
static void
check_offset(struct intake *intake, struct span line, bool partitioned)
{
	if (intake->keep && (!partitioned || intake->found[intake->topic].kind != KIND_STRING || !has_offset(intake)))
		die("%s:%" PRIu64 ": no topic, partition and offset: a checkpoint needs them (%s)", input_name(intake->in),
		    input_line_number(intake->in, line.p),
		    intake->partial != NULL ? "dhcp-window --source gives them" : "kcat -J | eve-dhcp-filter gives them");
	if (intake->bounded && partitioned && sources_expected(intake->sources) == 0)
		die("--lateness: the records are from partitions: --partitions N tells how many there are");
}

struct source *
offset_source(struct intake *intake, struct span line)
{
	uint64_t partition;
	bool partitioned = number_whole(slice_span(&intake->found[intake->partition]), &partition);

	if (intake->keep || intake->bounded)
		check_offset(intake, line, partitioned);
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
		say_lost(intake, source, lost, source->first);
#ifndef NO_REPLAY_CHECK /* tests/kafka/chaos.sh --sabotage shows what it is for */
	if (intake->keep && offset < source->next)
		return !is_heartbeat || offset + 1 < source->next;
#endif
	if (offset >= source->next && offset < UINT64_MAX)
		source->next = offset + 1;
	return false;
}

/*
 * The same for rows with a place: these have no holes, so what is missing before one is lost; and what is written again is the
 * same, which matters to every run.
 */
static bool
is_repeated(struct intake *intake, struct source *source, bool is_heartbeat)
{
	uint64_t offset, next;

	if (source->topic.p == NULL || !number_whole(slice_span(&intake->found[intake->offset]), &offset) || offset == UINT64_MAX)
		return false;
	next = is_heartbeat ? offset + 1 : offset;
	if (next > source->next)
		say_lost(intake, source, next - source->next, next);
#ifndef NO_REPLAY_CHECK
	if (next < source->next)
		return true;
#endif
	source->next = offset + 1;
	return false;
}

bool
offset_is_old(struct intake *intake, struct source *source, bool is_heartbeat)
{
	return intake->partial != NULL ? is_repeated(intake, source, is_heartbeat) : is_replayed(intake, source, is_heartbeat);
}
