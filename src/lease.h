/* Leases: which client holds which address, from when to when, as the messages tell (RFC 2131, 3.1 and 4.4). */
#ifndef LEASE_H
#define LEASE_H

#include "output.h"
#include "value.h"

/* How a lease ended. One that runs has not, as far as it is known. */
enum lease_end { LEASE_EXPIRED, LEASE_RELEASED, LEASE_DECLINED, LEASE_REASSIGNED, LEASE_RUNS };

/* What a message says of an address. */
struct message {
	int64_t ts; /* µs */
	struct datum address, client, hostname, server;
	int64_t length; /* of the lease that an ACK gives, µs */
};

struct lease {
	struct value address, client, hostname, server;
	int64_t start, end, length, last; /* last: the newest message, µs */
	uint64_t acks;
	bool held, named; /* named: by an ACK of it */
};

/* What became of a message: it changed a lease, it concerns none, or it is older than what is known of its address. */
enum lease_change { LEASE_CHANGED, LEASE_UNCHANGED, LEASE_OLDER };

struct leases;

/* Each lease is handed to put when it is known to have ended, and with leases_end; it is valid during the call. */
struct leases *leases_new(void (*put)(void *arg, const struct lease *lease, enum lease_end end), void *arg);
void leases_free(struct leases *leases);

/* A name that a client tells: the next ACK to it has it, if none of its lease had one, nor 256 others told one meanwhile. */
void leases_name(struct leases *leases, const struct datum *client, const struct datum *hostname);

/* An ACK: the lease of this client begins or goes on; that of another client to the address ends. */
enum lease_change leases_ack(struct leases *leases, const struct message *message);
/* RELEASE and DECLINE, each by the client that holds the address. */
enum lease_change leases_give_up(struct leases *leases, const struct message *message, enum lease_end how);
/* The end of the input, whose clock stands at now: what still runs. */
void leases_end(struct leases *leases, int64_t now);

/* Write as a row. */
void lease_emit(const struct lease *lease, enum lease_end end, struct output *out);

#endif
