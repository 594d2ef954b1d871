/*
 * What the front of a line tells is what the whole line tells: of plain lines that have each name once, and in an envelope
 * a payload. Heartbeats go by it.
 */
#include "front.h"
#include "fuzz.h"
#include "heartbeat.h"
#include "scan.h"

static bool
is_usual(struct span line, struct events *events)
{
	bool is_envelope = memcmp(line.p, "{\"topic\"", 8) == 0;

	return *line.p == '{' && scan_object(events->fields, line, events->now.eve) &&
	    fuzz_members(line, "\"event_type\"") == !is_envelope && fuzz_members(line, "\"payload\"") == is_envelope &&
	    fuzz_members(line, "\"timestamp\"") <= 1 && fuzz_members(line, "\"topic\"") <= 1 && fuzz_members(line, "\"ts\"") <= 1 &&
	    fuzz_members(line, "\"partition\"") <= 1 && fuzz_members(line, "\"offset\"") <= 1 && fuzz_members(line, "\"tstype\"") <= 1;
}

static void
check_line(struct events *events, struct events *twin, struct heartbeats *beats, struct span line, struct output *out)
{
	struct mark a = { 0 }, b = { 0 };
	bool told = front_read(events, line, false, false, &a), tells = front_read(twin, line, false, true, &b);

	if (told)
		heartbeats_note(beats, &a, out);
	MUST(!is_usual(line, twin) || (told == tells && a.partition == b.partition && a.offset == b.offset && a.has_time == b.has_time &&
	    (!a.has_time || a.time == b.time) && a.topic.n == b.topic.n && (!told || span_eq(a.topic, b.topic))));
}

void
target(struct span text)
{
	static char *none[] = { NULL };
	unsigned choice = fuzz_choice(&text, 10);
	struct events *events = events_new(choice % 5, choice > 4), *twin = events_new(choice % 5, choice > 4);
	struct heartbeats *beats = heartbeats_new("--heartbeat", choice & 1 ? "1s" : "1d", none);
	struct output *out = output_memory();

	for (struct span line; input_split(&text, &line);)
		check_line(events, twin, beats, line, out);
	heartbeats_finish(beats, out);
	heartbeats_free(beats);
	events_free(events);
	events_free(twin);
	output_free(out);
}
