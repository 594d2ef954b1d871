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
last_name(struct span path)
{
	const char *dot = memrchr(path.p, '.', path.n);

	return dot == NULL ? path : (struct span){ dot + 1, path.n - (size_t)(dot + 1 - path.p) };
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
	struct field field = { .name = last_name(name), .slots = { -1, -1 } };

	for (int i = 0; i < 4; i++)
		if (span_eq(name, own[i])) {
			field.from = FIELD_TIME + (unsigned)i;
			return field;
		}
	find_slots(events, &field, name);
	return field;
}

const struct slice *
field_value(const struct field *field, const struct event *event)
{
	static const struct slice nothing;

	switch (field->from) {
	case FIELD_TOPIC:
		return &event->topic;
	case FIELD_PARTITION:
		return &event->partition;
	case FIELD_OFFSET:
		return &event->offset;
	case FIELD_TIME:
		return &nothing;
	case FIELD_EVE:
		break;
	}
	if (field->slots[1] >= 0 && !slice_has_value(&event->eve[field->slots[0]]))
		return &event->eve[field->slots[1]];
	return &event->eve[field->slots[0]];
}

bool
field_has_value(const struct field *field, const struct event *event)
{
	return field->from == FIELD_TIME ? event->has_time : slice_has_value(field_value(field, event));
}

struct record
record_new(struct events *events, const char *option, const char *list)
{
	struct span rest = span_of(list != NULL ? list : usual), item;
	struct record record = { 0 };

	while (cli_list(&rest, &item)) {
		if (item.n == 0)
			cli_wrong(option, list, "empty field name");
		record.fields = xrealloc(record.fields, (record.n + 1) * sizeof *record.fields);
		record.fields[record.n++] = field_named(events, item);
	}
	return record;
}

void
record_free(struct record *record)
{
	free(record->fields);
}

static char *
put_value(char *to, const struct field *field, const struct slice *value, const struct event *event)
{
	if (field->from == FIELD_TIME) {
		to[0] = to[WHEN_LENGTH + 1] = '"';
		when_format(event->time, to + 1);
		return to + WHEN_LENGTH + 2;
	}
	memcpy(to, value->p, value->n);
	return to + value->n;
}

/* Broken UTF-8 is repaired, line breaks inside a container are taken out: rare, and therefore apart. */
static char *
put_odd_value(char *to, const struct slice *value, struct output *out)
{
	char *plain;
	struct span text;

	if (value->kind != KIND_STRING) {
		output_used(out, to);
		emit_verbatim(out, slice_span(value));
		return out->buf + out->n;
	}
	plain = xmalloc(TEXT_DECODE_ROOM * (size_t)value->n);
	text = text_decode(plain, value);
	output_used(out, to);
	emit_string(out, text);
	free(plain);
	return out->buf + out->n;
}

static char *
put_name(char *to, struct span name, bool first)
{
	*to++ = first ? '{' : ',';
	*to++ = '"';
	memcpy(to, name.p, name.n);
	to += name.n;
	memcpy(to, "\":", 2);
	return to + 2;
}

void
record_emit(const struct record *record, const struct event *event, struct output *out)
{
	char *to = output_room(out, 2);
	bool first = true;

	for (size_t i = 0; i < record->n; i++) {
		const struct field *field = &record->fields[i];
		const struct slice *value = field_value(field, event);

		if (!field_has_value(field, event))
			continue;
		output_used(out, to);
		to = output_room(out, field->name.n + value->n + WHEN_LENGTH + 8);
		to = put_name(to, field->name, first);
		first = false;
		if (value->kind >= KIND_ARRAY || value->broken)
			to = put_odd_value(to, value, out);
		else
			to = put_value(to, field, value, event);
	}
	output_used(out, to);
	if (first)
		output_char(out, '{');
	output_lit(out, "}\n");
}
