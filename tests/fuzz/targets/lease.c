/* Messages in order of time, three bytes each: what to whom, how much later, how long. No two leases of an address overlap. */
#include "lease.h"

#include "fuzz.h"

static int64_t free_from['3' + 1], acks;

static void
put(void *arg, const struct lease *lease, enum lease_end end)
{
	struct output *out = arg;
	struct datum address;

	datum_of_value(&address, &lease->address);
	MUST(lease->start >= free_from[(int)*address.text.p] && lease->end >= lease->start && lease->acks > 0);
	free_from[(int)*address.text.p] = lease->end;
	acks -= (int64_t)lease->acks;
	out->n = 0;
	lease_emit(lease, end, out);
	MUST(fuzz_members((struct span){ out->buf, out->n - 1 }, NULL) == 9);
}

void
target(struct span text)
{
	struct output *out = output_memory();
	struct leases *leases = leases_new(put, out);
	struct message m = { .address.kind = KIND_STRING, .client.kind = KIND_STRING };

	memset(free_from, 0, sizeof free_from);
	for (acks = 0; text.n >= 3; text = (struct span){ text.p + 3, text.n - 3 }) {
		unsigned what = (unsigned char)text.p[0];

		m.ts += (unsigned char)text.p[1] * 1000000;
		m.length = ((unsigned char)text.p[2] + 1) * 1000000LL;
		m.address.text = (struct span){ &"0123"[what & 3], 1 }, m.client.text = (struct span){ &"0123"[what >> 2 & 3], 1 };
		m.server = m.hostname = (struct datum){ .kind = what & 16 ? KIND_STRING : KIND_NULL, .text = SPAN("null") };
		if (what >> 5 == 1)
			leases_name(leases, &m.client, &m.hostname);
		else if (what >> 5 == 2)
			leases_give_up(leases, &m, what & 16 ? LEASE_RELEASED : LEASE_DECLINED);
		else
			acks += leases_ack(leases, &m) == LEASE_CHANGED;
	}
	leases_end(leases, m.ts);
	MUST(acks == 0);
	leases_free(leases);
	output_free(out);
}
