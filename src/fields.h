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

enum { FIELD_BUCKETS = 64, FIELDS_MAX = 4096 };

/* The first and the last eight bytes of a name: with its length all of it, up to sixteen. */
struct ends {
	uint64_t head, tail;
};

struct guess;

struct node {
	struct span name;
	struct ends ends;
	int slot;              /* -1: wanted only for what is below it */
	int number;            /* 0 .. interior-1 for nodes with something below them, else -1 */
	struct node *next;     /* in the same bucket */
	struct node **buckets; /* of the names below; NULL if none is wanted */
	struct node *first, *sibling; /* all that are below, and the next of them */
	struct guess *guesses; /* which name comes next, see guess.h; NULL if none is wanted */
};

struct fields {
	struct node root;
	int count, interior;
};

/* A path's last name: what a member that was found by it is called. */
static inline struct span
path_last_name(struct span path)
{
	const char *dot = memrchr(path.p, '.', path.n);

	return dot == NULL ? path : (struct span){ dot + 1, path.n - (size_t)(dot + 1 - path.p) };
}

struct fields *fields_new(void);
void fields_free(struct fields *fields);

/*
 * The slot of a path (names joined by dots, see cli_field), the same for the same path. The text must live as long as
 * fields.
 */
int fields_add(struct fields *fields, struct span path);

/* Eight bytes must be readable from name.p on, whatever its length. */
static inline struct ends
ends_of(struct span name)
{
	static const unsigned char ones[16] = { 255, 255, 255, 255, 255, 255, 255, 255 };
	struct ends ends;
	uint64_t mask;

	memcpy(&ends.head, name.p, 8);
	if (name.n >= 8)
		memcpy(&ends.tail, name.p + name.n - 8, 8);
	else {
		memcpy(&mask, ones + 8 - name.n, 8);
		ends.tail = ends.head &= mask;
	}
	return ends;
}

static inline unsigned
ends_bucket(struct ends ends, size_t n)
{
	return (unsigned)(((ends.head ^ ends.tail << 1) + n) * UINT64_C(0x9e3779b97f4a7c15) >> 58);
}

/* The child of that name, or NULL; see ends_of. */
static inline const struct node *
fields_child(const struct node *node, struct span name)
{
	struct ends ends = ends_of(name);
	const struct node *child = node->buckets[ends_bucket(ends, name.n)];

	for (; child != NULL; child = child->next)
		if (child->ends.head == ends.head && child->ends.tail == ends.tail && child->name.n == name.n &&
		    (name.n <= 16 || memcmp(child->name.p, name.p, name.n) == 0))
			return child;
	return NULL;
}

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
