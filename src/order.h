/*
 * A total order of rows: by keys, each in its direction, and then by the bytes of the row, so that the order of arrival
 * decides nothing.
 */
#ifndef ORDER_H
#define ORDER_H

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"
#include "fields.h"
#include "span.h"
#include "value.h"

/* How a key is read: as it is, or as one type; what is not of that type counts as null. */
enum key_type { KEY_ANY, KEY_TEXT, KEY_NUM, KEY_TIME, KEY_IP };

struct key {
	struct span field;
	int slot;
	bool ascending;
	enum key_type type;
};

struct order {
	struct key *keys;
	size_t n;
	bool reversed;
};

/* Add a key from FIELD[:desc|:asc][:text|:num|:time|:ip], which must live on; ends the run if it is none. */
void order_add(struct order *order, const char *option, const char *text);
void order_free(struct order *order);

/* Want the keys' fields. */
void order_bind(struct order *order, struct fields *fields);

/* Read the keys (order->n of them) of a row whose members are found; what has to be decoded is put into arena. */
void order_read(const struct order *order, const struct slice *found, struct datum *keys, struct arena *arena);

/* Does the lesser first key come first? */
static inline bool
order_rises(const struct order *order)
{
	return order->keys[0].ascending != order->reversed;
}

/* Below zero if row a stands before row b. */
int order_cmp(const struct order *order, const struct datum *a, struct span a_row, const struct datum *b, struct span b_row);

#endif
