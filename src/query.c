#include "query.h"

#include <stdlib.h>

#include "arena.h"
#include "cli.h"
#include "emit.h"
#include "network.h"
#include "state.h"
#include "text.h"
#include "utf8.h"

static const char usual_by[] = "id";
static const char usual_aggregates[] =
    "max(src_ip),max(hostname),max(client_ip),max(requested_ip),max(ts),count=count(id)";

static const struct {
	struct span name;
	enum op op;
	size_t size;
} ops[] = {
	{ { "count", 5 }, OP_COUNT_OF, sizeof(uint64_t) },
	{ { "distinct", 8 }, OP_DISTINCT, sizeof(struct set) },
	{ { "min", 3 }, OP_MIN, sizeof(struct value) },
	{ { "max", 3 }, OP_MAX, sizeof(struct value) },
	{ { "min_ip", 6 }, OP_MIN_IP, sizeof(struct value) },
	{ { "max_ip", 6 }, OP_MAX_IP, sizeof(struct value) },
	{ { "sum", 3 }, OP_SUM, sizeof(struct total) },
	{ { "avg", 3 }, OP_AVG, sizeof(struct total) },
	{ { "first", 5 }, OP_FIRST, sizeof(struct dated) },
	{ { "last", 4 }, OP_LAST, sizeof(struct dated) },
	{ { "values", 6 }, OP_VALUES, sizeof(struct list) },
	{ { "span", 4 }, OP_SPAN, sizeof(struct extent) },
};

static const char expected[] =
    "not an aggregate (count, count(F), distinct, min, max, min_ip, max_ip, sum, avg, span, first, last, values; NAME=max(F))";

static struct span
member_text(struct span name)
{
	char *text = xmalloc(TEXT_ENCODE_ROOM * name.n + TEXT_QUOTES + 2), *end;

	*text = ',';
	end = text_encode(text + 1, name);
	*end++ = ':';
	return (struct span){ text, (size_t)(end - text) };
}

bool
query_names(const struct query *query, struct span name)
{
	for (size_t i = 0; i < query->naggregates; i++)
		if (span_eq(query->aggregates[i].name, name))
			return true;
	for (size_t i = 0; i < query->nby; i++)
		if (span_eq(query->by_names[i], name))
			return true;
	return span_eq(name, SPAN("window")) || span_eq(name, SPAN("truncated")) ||
	    span_eq(name, SPAN("part"));
}

static void
parse_by(struct query *query, const char *list)
{
	struct span rest = span_of(list), item;

	while (*list != '\0' && cli_list(&rest, &item)) {
		int bits = network_split("--by", &item);
		struct span name = path_last_name(item);

		cli_field("--by", list, item);
		if (query_names(query, name))
			cli_wrong("--by", list, "two members of the row would have one name");
		query->by = xrealloc(query->by, (query->nby + 1) * sizeof *query->by);
		query->by_bits = xrealloc(query->by_bits, (query->nby + 1) * sizeof *query->by_bits);
		query->by_names = xrealloc(query->by_names, (query->nby + 1) * sizeof *query->by_names);
		query->by_members = xrealloc(query->by_members, (query->nby + 1) * sizeof *query->by_members);
		query->by_members[query->nby] = member_text(name);
		query->by_bits[query->nby] = bits;
		query->by[query->nby] = fields_add(query->fields, item);
		query->by_names[query->nby++] = name;
	}
}

/* `op(field)`, or `count` alone. */
static bool
parse_call(struct query *query, struct aggregate *aggregate, struct span call, size_t *size, const char *list)
{
	const char *open = memchr(call.p, '(', call.n);
	struct span name = { call.p, open != NULL ? (size_t)(open - call.p) : call.n }, field = { 0 };

	if (open != NULL)
		field = (struct span){ open + 1, call.n - name.n - 2 };
	if (open != NULL && (call.n < name.n + 3 || call.p[call.n - 1] != ')'))
		return false;
	for (size_t i = 0; i < sizeof ops / sizeof *ops; i++)
		if (span_eq(name, ops[i].name)) {
			if (open != NULL)
				cli_field("--agg", list, field);
			*size = ops[i].size;
			aggregate->op = open != NULL ? ops[i].op : OP_COUNT;
			aggregate->field = open != NULL ? fields_add(query->fields, field) : -1;
			return open != NULL || i == 0;
		}
	return false;
}

/* max(dhcp.hostname) is written as max_hostname. */
static struct span
usual_name(struct span call)
{
	const char *open = memchr(call.p, '(', call.n);
	size_t n = open != NULL ? (size_t)(open - call.p) : call.n;
	char *name = xmalloc(call.n + 1);
	struct span field = { 0 };

	memcpy(name, call.p, n);
	if (open != NULL) {
		field = path_last_name((struct span){ open + 1, call.n - n - 2 });
		name[n++] = '_';
		memcpy(name + n, field.p, field.n);
	}
	return (struct span){ name, n + field.n };
}

static struct span
copy(struct span text)
{
	char *p = xmalloc(text.n + 1);

	memcpy(p, text.p, text.n);
	return (struct span){ p, text.n };
}

static void
parse_aggregate(struct query *query, const char *list, struct span item)
{
	const char *equals = memchr(item.p, '=', item.n), *open = memchr(item.p, '(', item.n);
	struct span call = item;
	struct aggregate aggregate = { 0 };
	size_t size = 0;

	if (equals != NULL && (open == NULL || equals < open))
		call = (struct span){ equals + 1, item.n - (size_t)(equals + 1 - item.p) };
	if (call.n == 0 || equals == item.p || !parse_call(query, &aggregate, call, &size, list))
		cli_wrong("--agg", list, expected);
	aggregate.name = call.n == item.n ? usual_name(call) :
	    copy((struct span){ item.p, (size_t)(equals - item.p) });
	if (!utf8_is(aggregate.name.p, aggregate.name.n))
		cli_wrong("--agg", list, "a name that is not UTF-8");
	if (query_names(query, aggregate.name))
		cli_wrong("--agg", list, "two members of the row would have one name (NAME=max(F) renames)");
	aggregate.member = member_text(aggregate.name);
	aggregate.at = query->size;
	query->size += size;
	query->aggregates = xrealloc(query->aggregates, (query->naggregates + 1) * sizeof *query->aggregates);
	query->aggregates[query->naggregates++] = aggregate;
}

struct query *
query_new(const char *by, const char *aggregates)
{
	struct query *query = xcalloc(1, sizeof *query);
	const char *list = aggregates != NULL ? aggregates : usual_aggregates;
	struct span rest = span_of(list), item;

	query->by_text = by != NULL ? by : usual_by;
	query->aggregates_text = list;
	query->fields = fields_new();
	query->ts = fields_add(query->fields, SPAN("ts"));
	query->timestamp = fields_add(query->fields, SPAN("timestamp"));
	query->size = sizeof(struct value);
	parse_by(query, query->by_text);
	while (*list != '\0' && cli_list(&rest, &item))
		parse_aggregate(query, list, item);
	for (size_t i = 0; i < query->nby; i++)
		query->uses_timestamp |= query->by[i] == query->timestamp;
	for (size_t i = 0; i < query->naggregates; i++)
		query->uses_timestamp |= query->aggregates[i].field == query->timestamp;
	return query;
}

void
query_emit(const struct query *query, struct output *out)
{
	output_lit(out, "\"by\":");
	emit_string(out, span_of(query->by_text));
	output_lit(out, ",\"agg\":");
	emit_string(out, span_of(query->aggregates_text));
}

void
query_free(struct query *query)
{
	for (size_t i = 0; i < query->naggregates; i++) {
		free((char *)query->aggregates[i].name.p);
		free((char *)query->aggregates[i].member.p);
	}
	for (size_t i = 0; i < query->nby; i++)
		free((char *)query->by_members[i].p);
	free(query->by_members);
	free(query->aggregates);
	free(query->by_names);
	free(query->by_bits);
	free(query->by);
	fields_free(query->fields);
	free(query);
}
