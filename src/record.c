#include "record.h"

#include <stdlib.h>

#include "cli.h"
#include "emit.h"
#include "text.h"
#include "when.h"

/* Where the record's names differ from EVE's, or do not say which member of EVE is meant. */
static const struct {
	const char *name, *path;
} known[] = {
	{ "timestamp", "timestamp" }, { "event_type", "event_type" }, { "flow_id", "flow_id" }, { "in_iface", "in_iface" },
	{ "pcap_cnt", "pcap_cnt" }, { "vlan", "vlan" }, { "src_ip", "src_ip" }, { "src_port", "src_port" },
	{ "dest_ip", "dest_ip" }, { "dest_port", "dest_port" }, { "proto", "proto" }, { "ip_v", "ip_v" },
	{ "pkt_src", "pkt_src" }, { "host", "host" }, { "sensor_id", "sensor_id" }, { "community_id", "community_id" },
	{ "tenant_id", "tenant_id" }, { "type", "dhcp.type" }, { "id", "dhcp.id" }, { "client_mac", "dhcp.client_mac" },
	{ "assigned_ip", "dhcp.assigned_ip" }, { "client_ip", "dhcp.client_ip" }, { "relay_ip", "dhcp.relay_ip" },
	{ "next_server_ip", "dhcp.next_server_ip" }, { "dhcp_type", "dhcp.dhcp_type" }, { "client_id", "dhcp.client_id" },
	{ "hostname", "dhcp.hostname" }, { "renewal_time", "dhcp.renewal_time" }, { "lease_time", "dhcp.lease_time" },
	{ "rebinding_time", "dhcp.rebinding_time" }, { "requested_ip", "dhcp.requested_ip" },
	{ "subnet_mask", "dhcp.subnet_mask" }, { "params", "dhcp.params" }, { "dns_servers", "dhcp.dns_servers" },
	{ "routers", "dhcp.routers" }, { "vendor_class_identifier", "dhcp.vendor_class_identifier" },
};

static const char usual[] = "ts,timestamp,src_ip,dest_ip,type,dhcp_type,id,client_mac,client_ip,assigned_ip,requested_ip,"
    "hostname,topic,partition,offset";

static struct span
member_text(struct events *events, struct span name)
{
	char *text = arena_alloc(&events->run, TEXT_ENCODE_ROOM * name.n + FIELD_PAD + 4), *end;

	*text = ',';
	end = text_encode(text + 1, name);
	*end++ = ':';
	memset(end, 0, FIELD_PAD);
	return (struct span){ text, (size_t)(end - text) };
}

/* A name nobody knows may be a newer Suricata's: taken from the dhcp object, else from the top level. */
static void
find_slots(struct events *events, struct field *field, struct span name)
{
	struct arena *arena = &events->run;
	char *path;

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (span_eq(name, span_of(known[i].name))) {
			field->slots[0] = fields_add(events->fields, span_of(known[i].path));
			return;
		}
	field->slots[0] = fields_add(events->fields, name);
	if (field->name.n < name.n)
		return;
	path = arena_alloc(arena, name.n + 5);
	memcpy(path, "dhcp.", 5);
	memcpy(path + 5, name.p, name.n);
	field->slots[1] = field->slots[0];
	field->slots[0] = fields_add(events->fields, (struct span){ path, name.n + 5 });
}

struct field
field_named(struct events *events, struct span name)
{
	static const struct span own[] = { { "ts", 2 }, { "topic", 5 }, { "partition", 9 }, { "offset", 6 } };
	struct field field = { .name = path_last_name(name), .from = FIELD_EVE, .slots = { -1, -1 } };

	field.member = member_text(events, field.name);
	for (int i = 0; i < 4; i++)
		if (span_eq(name, own[i])) {
			field.from = FIELD_TIME + i;
			return field;
		}
	find_slots(events, &field, name);
	return field;
}

static bool
has_member(const struct record *record, struct span name)
{
	for (size_t i = 0; i < record->n; i++)
		if (span_eq(record->fields[i].name, name))
			return true;
	return false;
}

static void
add_fields(struct record *record, struct events *events, const char *option, const char *list)
{
	struct span rest = span_of(list + (*list == '+')), item;

	while (cli_list(&rest, &item)) {
		cli_field(option, list, item);
		if (has_member(record, path_last_name(item)))
			cli_wrong(option, list, "two members of the record would have one name");
		record->fields = xrealloc(record->fields, (record->n + 1) * sizeof *record->fields);
		record->fields[record->n++] = field_named(events, item);
	}
}

struct record
record_new(struct events *events, const char *option, const char *list)
{
	struct record record = { 0 };

	if (list == NULL || *list == '+')
		add_fields(&record, events, option, usual);
	if (list != NULL)
		add_fields(&record, events, option, list);
	return record;
}

void
record_free(struct record *record)
{
	free(record->fields);
}

static char *
put_time(char *to, int64_t time)
{
	to[0] = to[WHEN_LENGTH + 1] = '"';
	when_format(time, to + 1);
	return to + WHEN_LENGTH + 2;
}

/* Broken UTF-8 is repaired, line breaks inside a container are taken out: rare, and therefore apart. */
static char *
put_odd_value(char *to, const struct slice *value, struct output *out)
{
	char *plain;

	output_used(out, to);
	if (value->kind != KIND_STRING) {
		emit_container(out, slice_span(value));
		return out->buf + out->n;
	}
	plain = xmalloc(TEXT_DECODE_ROOM * (size_t)value->n);
	emit_string(out, text_decode(plain, value));
	free(plain);
	return out->buf + out->n;
}

/* Copy n bytes, of which FIELD_PAD may be read and written in any case: most names and values are shorter. */
static inline char *
put_padded(char *to, struct span text)
{
	if (text.n <= FIELD_PAD)
		memcpy(to, text.p, FIELD_PAD);
	else
		memcpy(to, text.p, text.n);
	return to + text.n;
}

/* A member's name, led by '{' or ','; to is where the output has got. Leaves room for n bytes of value and padding. */
static inline char *
put_name(char *to, char lead, const struct field *field, size_t n, struct output *out)
{
	size_t room = field->member.n + n + 2 * FIELD_PAD;

	if (room > (size_t)(out->buf + out->cap - to)) {
		output_used(out, to);
		to = output_room(out, room);
	}
	put_padded(to, field->member);
	*to = lead;
	return to + field->member.n;
}

static inline char *
put_value(char *to, const struct slice *value, struct output *out)
{
	if (value->kind >= KIND_ARRAY || value->broken)
		return put_odd_value(to, value, out);
	return put_padded(to, slice_span(value));
}

void
record_emit(const struct record *record, const struct event *event, struct output *out)
{
	char *to = output_room(out, 1), lead = '{';

	for (const struct field *field = record->fields; field < record->fields + record->n; field++) {
		const struct slice *value = field_value(field, event);

		if (field->from == FIELD_TIME && event->has_time)
			to = put_time(put_name(to, lead, field, WHEN_LENGTH, out), event->time);
		else if (slice_has_value(value))
			to = put_value(put_name(to, lead, field, value->n, out), value, out);
		else
			continue;
		lead = ',';
	}
	output_used(out, to);
	if (lead == '{')
		output_char(out, '{');
	output_lit(out, "}\n");
}
