/* What is asked of the records: the key to group by and the aggregates, as the command line writes them. */
#ifndef QUERY_H
#define QUERY_H

#include "fields.h"
#include "output.h"

enum op { OP_COUNT, OP_COUNT_OF, OP_DISTINCT, OP_MIN, OP_MAX, OP_MIN_IP, OP_MAX_IP, OP_SUM, OP_AVG, OP_FIRST, OP_LAST,
	OP_VALUES, OP_SPAN };

struct aggregate {
	enum op op;
	int field;        /* index into the query's fields; -1 for count */
	struct span name, member; /* in the row, and as `,"name":` */
	size_t at;        /* where its state stands in a group */
};

struct query {
	const char *by_text, *aggregates_text; /* the lists */
	struct fields *fields; /* what a scan must find; slots are indices into the data of a record */
	int ts, timestamp;
	bool uses_timestamp; /* in the key or an aggregate */
	struct span *by_names, *by_members;
	int *by, *by_bits; /* slots; of FIELD/LEN the length, else NETWORK_NONE */
	size_t nby;
	struct aggregate *aggregates;
	size_t naggregates;
	size_t size; /* of all the states of a group */
};

/* Parse the lists (NULL: the usual ones); a wrong one ends the run. The texts must live as long as the query. */
struct query *query_new(const char *by, const char *aggregates);
void query_free(struct query *query);

/* Write the lists as members of an object. */
void query_emit(const struct query *query, struct output *out);

/* Has a row a member of that name? */
bool query_names(const struct query *query, struct span name);

#endif
