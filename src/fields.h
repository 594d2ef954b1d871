/* Which members of an object are wanted, as a tree of names; each wanted path has a slot that a scan fills. */
#ifndef FIELDS_H
#define FIELDS_H

#include <stdint.h>

#include "span.h"

/* Kinds of value, in jq's order. */
enum kind { KIND_ABSENT, KIND_NULL, KIND_FALSE, KIND_TRUE, KIND_NUMBER, KIND_STRING, KIND_ARRAY, KIND_OBJECT };

/* A value where it stands in its line: strings with their quotes, containers with their brackets. */
struct slice {
	const char *p;
	uint32_t n;
	unsigned char kind;
	bool escaped; /* a string that holds a backslash */
	bool broken;  /* a string that is not all UTF-8 */
};

enum { FIELD_BUCKETS = 32, FIELDS_MAX = 1000 };

struct node {
	struct span name;
	int slot;              /* -1: wanted only for what is below it */
	int number;            /* 0 .. interior-1 for nodes with something below them, else -1 */
	struct node *next;     /* in the same bucket */
	struct node **buckets; /* of the names below; NULL if none is wanted */
};

struct fields {
	struct node root;
	int count, interior;
};

struct fields *fields_new(void);
void fields_free(struct fields *fields);

/* The slot of a path (names joined by dots), the same for the same path. The text must live as long as fields. */
int fields_add(struct fields *fields, struct span path);

/* The child of that name, or NULL. */
const struct node *fields_child(const struct node *node, struct span name);

/* Mark all that hangs below node as absent: a later member of that name replaces an earlier one whole. */
void fields_clear(const struct node *node, struct slice *found);

static inline bool
slice_has_value(const struct slice *s)
{
	return s->kind > KIND_NULL;
}

/* What stands between a string's quotes. */
static inline struct span
slice_inside(const struct slice *s)
{
	return (struct span){ s->p + 1, s->n - 2 };
}

static inline struct span
slice_span(const struct slice *s)
{
	return (struct span){ s->p, s->n };
}

#endif
