#include "lease.h"

#include <stdlib.h>

#include "arena.h"
#include "emit.h"
#include "number.h"
#include "table.h"

enum { TOLD = 256, NAME_MAX_BYTES = 1024 };

/* A name that a client told before it got its lease: servers need not repeat it. */
struct told {
	struct value client, hostname;
};

struct leases {
	struct table by_address;
	struct pool leases; /* one for each address, held or not */
	struct arena arena;
	struct told told[TOLD]; /* the newest ones, in a ring */
	uint32_t ntold;
	void (*put)(void *arg, const struct lease *lease, enum lease_end end);
	void *arg;
};

struct leases *
leases_new(void (*put)(void *arg, const struct lease *lease, enum lease_end end), void *arg)
{
	struct leases *leases = xmalloc(sizeof *leases);

	*leases = (struct leases){ .leases.size = sizeof(struct lease), .put = put, .arg = arg };
	return leases;
}

void
leases_free(struct leases *leases)
{
	table_free(&leases->by_address);
	pool_free(&leases->leases);
	arena_free(&leases->arena);
	free(leases);
}

static bool
is_same(const struct value *value, const struct datum *datum)
{
	struct datum kept;

	datum_of_value(&kept, value);
	return datum_cmp(&kept, datum) == 0;
}

static struct lease *
find(const struct leases *leases, const struct datum *address, uint32_t hash)
{
	uint32_t at, number = table_first(&leases->by_address, hash, &at);

	for (; number != 0; number = table_next(&leases->by_address, hash, &at)) {
		struct lease *lease = pool_at(&leases->leases, number);

		if (is_same(&lease->address, address))
			return lease;
	}
	return NULL;
}

static struct lease *
get(struct leases *leases, const struct message *message)
{
	uint32_t hash = table_hash(message->address.text, 0), number;
	struct lease *lease = find(leases, &message->address, hash);

	if (lease != NULL)
		return lease;
	number = pool_add(&leases->leases);
	lease = pool_at(&leases->leases, number);
	value_set(&lease->address, &message->address, &leases->arena);
	lease->last = INT64_MIN;
	table_add(&leases->by_address, hash, number);
	return lease;
}

static void
finish(struct leases *leases, struct lease *lease, int64_t at, enum lease_end end)
{
	if (!lease->held)
		return;
	if (at >= lease->end)
		end = LEASE_EXPIRED;
	else if (end != LEASE_RUNS)
		lease->end = at;
	leases->put(leases->arg, lease, end);
	lease->held = false;
}

static void
begin(struct leases *leases, struct lease *lease, const struct message *message)
{
	value_set(&lease->client, &message->client, &leases->arena);
	value_set(&lease->hostname, &message->hostname, &leases->arena);
	lease->start = lease->end = message->ts;
	lease->acks = 0;
	lease->held = true;
	lease->named = false;
}

void
leases_name(struct leases *leases, const struct datum *client, const struct datum *hostname)
{
	struct told *told = &leases->told[leases->ntold % TOLD];

	if (client->text.n > NAME_MAX_BYTES || hostname->text.n > NAME_MAX_BYTES)
		return;
	leases->ntold++;
	value_set(&told->client, client, &leases->arena);
	value_set(&told->hostname, hostname, &leases->arena);
}

/* What the client told last, NULL if nothing did. */
static const struct value *
told_by(const struct leases *leases, const struct datum *client)
{
	for (uint32_t i = 1; i <= TOLD; i++) {
		const struct told *told = &leases->told[(leases->ntold - i) % TOLD];

		if (!value_is_set(&told->client))
			break;
		if (is_same(&told->client, client))
			return &told->hostname;
	}
	return NULL;
}

static void
name(struct leases *leases, struct lease *lease, const struct message *message)
{
	const struct value *told;
	struct datum hostname = message->hostname;

	lease->named |= hostname.kind == KIND_STRING;
	if (!lease->named && (told = told_by(leases, &message->client)) != NULL)
		datum_of_value(&hostname, told);
	if (hostname.kind == KIND_STRING)
		value_set(&lease->hostname, &hostname, &leases->arena);
}

enum lease_change
leases_ack(struct leases *leases, const struct message *message)
{
	struct lease *lease = get(leases, message);

	if (message->ts < lease->last)
		return LEASE_OLDER;
	if (!lease->held || message->ts >= lease->end || !is_same(&lease->client, &message->client)) {
		finish(leases, lease, message->ts, LEASE_REASSIGNED);
		begin(leases, lease, message);
	}
	name(leases, lease, message);
	value_set(&lease->server, &message->server, &leases->arena);
	lease->last = message->ts;
	lease->length = message->length;
	lease->end = message->length < WHEN_MAX - message->ts ? message->ts + message->length : WHEN_MAX;
	lease->acks++;
	return LEASE_CHANGED;
}

enum lease_change
leases_give_up(struct leases *leases, const struct message *message, enum lease_end how)
{
	struct lease *lease = find(leases, &message->address, table_hash(message->address.text, 0));

	if (lease == NULL)
		return LEASE_UNCHANGED;
	if (message->ts < lease->last)
		return LEASE_OLDER;
	lease->last = message->ts;
	if (!lease->held || message->ts >= lease->end || !is_same(&lease->client, &message->client))
		return LEASE_UNCHANGED;
	finish(leases, lease, message->ts, how);
	return LEASE_CHANGED;
}

void
leases_end(struct leases *leases, int64_t now)
{
	for (uint32_t number = 1; number <= leases->leases.n; number++)
		finish(leases, pool_at(&leases->leases, number), now, LEASE_RUNS);
}

static void
emit_member(struct output *out, struct span name, const struct value *value)
{
	emit_name(out, name);
	value_emit(out, value);
	output_char(out, ',');
}

void
lease_emit(const struct lease *lease, enum lease_end end, struct output *out)
{
	static const char *const ends[] = { "expired", "released", "declined", "reassigned", "running" };

	output_char(out, '{');
	emit_member(out, SPAN("address"), &lease->address);
	emit_member(out, SPAN("client_mac"), &lease->client);
	emit_member(out, SPAN("hostname"), &lease->hostname);
	emit_member(out, SPAN("server"), &lease->server);
	output_lit(out, "\"start\":");
	emit_time(out, lease->start);
	output_lit(out, ",\"end\":");
	emit_time(out, lease->end);
	output_lit(out, ",\"ended\":");
	emit_string(out, span_of(ends[end]));
	output_lit(out, ",\"acks\":");
	emit_integer(out, lease->acks);
	output_lit(out, ",\"lease_time\":");
	output_used(out, number_put_micro(output_room(out, NUMBER_MICRO_LENGTH), wide_of(lease->length)));
	output_lit(out, "}\n");
}
