/* What eve-dhcp-filter is asked for, a letter and its value a line: what is taken is done, and makes a record with no member twice. */
#include "fuzz.h"
#include "record.h"
#include "reference.h"
#include "select.h"

static const char event[] = "{\"timestamp\":\"2019-04-30T14:03:11.123456+0900\",\"event_type\":\"dhcp\",\"src_ip\":\"10.0.0.9\",\"dhcp\":"
    "{\"type\":\"request\",\"id\":7,\"hostname\":\"\\u00e9\",\"dhcp_type\":\"ack\",\"params\":[\"a\"],\"x\":{\"y\":1}}}";

static void
option(struct select *select, const char *line, const char **fields)
{
	if (*line == 'x' || *line == 'y')
		select_src(select, "--src", line + 1, *line == 'x');
	else if (*line == 'r')
		select_require(select, "--require", line + 1);
	else if (*line == 't')
		select_dhcp_types(select, "--dhcp-type", line + 1);
	else if (*line == 's' || *line == 'u')
		select_time(select, "--since", line + 1, *line == 'u');
	else if (*line == 'f')
		*fields = line + 1;
}

void
target(struct span text)
{
	struct events *events = events_new(SHAPE_AUTO, false);
	struct select *select = select_new(events);
	struct span line = fuzz_copy(SPAN(event));
	struct output *out = output_memory();
	const char *fields = NULL, *reason = "";
	struct record record;
	jv object;

	for (char *word; (word = fuzz_string(&text)) != NULL;)
		option(select, word, &fields);
	record = record_new(events, "--fields", fields);
	MUST(event_read(events, line, &reason) == EVENT_DHCP && select_judge(select, &events->now, &reason) < FAILED_WHERE);
	record_emit(&record, &events->now, out);
	object = reference_parse((struct span){ out->buf, out->n - 1 });
	MUST(jv_is_valid(object) && (unsigned)jv_object_length(object) == fuzz_members((struct span){ out->buf, out->n - 1 }, NULL));
	output_free(out);
	record_free(&record);
	select_free(select);
	events_free(events);
}
