/* A line of JSON: what the scanner takes, libjq takes with the same values; and libjq's own slices are libjq's values. */
#include "fuzz.h"
#include "jqexpr.h"
#include "reference.h"
#include "scan.h"

static const char *const paths[] = { "timestamp", "event_type", "src_ip", "dhcp", "dhcp.type", "dhcp.id", "dhcp.hostname",
	"dhcp.params", "dhcp.x.y", "flow_id", "x", "payload", "message", "stats.app_layer.flow", "suricata.eve.dhcp.hostname", "a" };
enum { PATHS = sizeof paths / sizeof *paths };

static void
compare(const struct slice *found, jv object)
{
	const char *why;

	for (int i = 0; i < PATHS; i++)
		if (!reference_same(&found[i], reference_get(object, paths[i]), &why))
			fuzz_wrong(paths[i], i, why);
}

static void
check_line(const struct fields *fields, struct span line, struct arena *arena)
{
	struct slice found[PATHS];
	jv object = reference_parse(line);
	bool is_plain = scan_object(fields, line, found);
	const char *reason = "";

	if (is_plain)
		compare(found, object);
	MUST(jq_object(fields, line, found, arena, &reason) == jv_is_valid(object) && (!is_plain || jv_is_valid(object)));
	if (jv_is_valid(object))
		compare(found, object);
	jv_free(object);
}

void
target(struct span text)
{
	struct fields *fields = fields_new();
	struct arena arena = { 0 };

	for (int i = 0; i < PATHS; i++)
		MUST(fields_add(fields, span_of(paths[i])) == i);
	for (struct span line; input_split(&text, &line); arena_reset(&arena))
		check_line(fields, line, &arena); /* what was guessed from one line serves the next */
	arena_free(&arena);
	fields_free(fields);
}
