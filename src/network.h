/* Keys that are networks: FIELD/LEN in a list stands for the network of so many bits that the address in FIELD is in. */
#ifndef NETWORK_H
#define NETWORK_H

#include "arena.h"
#include "fields.h"

enum { NETWORK_NONE = -1 };

/* Take `/LEN` off the end of an item of option's list: how many bits, NETWORK_NONE if there is none; more than 128 end the run. */
int network_split(const char *option, struct span *item);

/* The network as a string (10.77.4.0/24) in arena; null where the slice is no address. IPv4 has 32 bits at most. */
struct slice network_of(const struct slice *slice, int bits, struct arena *arena);

#endif
