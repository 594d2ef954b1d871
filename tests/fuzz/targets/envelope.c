/* A line of any shipper: the event in it and its place in Kafka are those that libjq finds, and the search does not miss it. */
#include "find.h"
#include "event.h"
#include "fuzz.h"
#include "reference.h"

const char *find_dhcp_plain(const char *p, const char *end); /* src/find.c with -DLANES_PLAIN */

static const char *const paths[] = { "timestamp", "src_ip", "dest_ip", "dhcp", "dhcp.hostname", "flow_id", "host" };
enum { PATHS = sizeof paths / sizeof *paths };

static void
compare(const struct slice *slice, jv value, const char *path)
{
	const char *why;

	if (!reference_same(slice, value, &why))
		fuzz_wrong(path, 0, why);
}

static void
check_line(struct events *events, const int *slots, struct span line)
{
	const char *reason = "", *end = line.p + line.n + 1, *hit = find_dhcp(line.p, end);
	struct reference ref = reference_read(line, events->shape);
	enum event_kind kind = event_read(events, line, &reason);

	MUST(kind == ref.kind || ref.swallowed);
	MUST((hit != NULL || ref.kind != EVENT_DHCP) && hit == find_dhcp_plain(line.p, end));
	for (int i = 0; kind == EVENT_DHCP && ref.kind == EVENT_DHCP && i < PATHS && !ref.recoded; i++)
		compare(&events->now.eve[slots[i]], reference_get(ref.event, paths[i]), paths[i]);
	for (int i = 0; kind == EVENT_DHCP && ref.kind == EVENT_DHCP && i < 3; i++)
		compare(&events->now.envelope[i + 1], jv_copy(ref.envelope[i]), "envelope");
	reference_free(&ref);
}

void
target(struct span text)
{
	struct events *events = events_new((enum event_shape)fuzz_choice(&text, SHAPE_ECS + 1), false);
	int slots[PATHS];

	for (int i = 0; i < PATHS; i++)
		slots[i] = fields_add(events->fields, span_of(paths[i]));
	for (struct span line; input_split(&text, &line);)
		check_line(events, slots, line);
	events_free(events);
}
