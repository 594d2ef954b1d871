#include "fields.h"

#include <stdlib.h>

#include "arena.h"
#include "diag.h"
#include "guess.h"

struct fields *
fields_new(void)
{
	struct fields *fields = xcalloc(1, sizeof *fields);

	fields->root.slot = fields->root.number = -1;
	return fields;
}

static void
free_below(struct node *node)
{
	if (node->buckets == NULL)
		return;
	for (struct node *child = node->first, *next; child != NULL; child = next) {
		next = child->sibling;
		free_below(child);
		free(child);
	}
	free(node->buckets);
	free(node->guesses);
}

void
fields_free(struct fields *fields)
{
	free_below(&fields->root);
	free(fields);
}

static struct ends
ends_of_any(struct span name)
{
	char padded[8] = "";

	if (name.n >= 8)
		return ends_of(name);
	memcpy(padded, name.p, name.n);
	return ends_of((struct span){ padded, name.n });
}

static struct node *
existing_child(const struct node *node, struct span name)
{
	struct node *child = NULL;

	if (node->buckets != NULL)
		child = node->buckets[ends_bucket(ends_of_any(name), name.n)];
	while (child != NULL && !span_eq(child->name, name))
		child = child->next;
	return child;
}

static struct node *
add_child(struct fields *fields, struct node *node, struct span name)
{
	struct node *child;
	struct ends ends = ends_of_any(name);
	unsigned b = ends_bucket(ends, name.n);

	if (node->buckets == NULL) {
		node->buckets = xcalloc(FIELD_BUCKETS, sizeof(struct node *));
		node->guesses = guesses_new();
		node->number = fields->interior++;
	}
	child = xmalloc(sizeof *child);
	*child = (struct node){ .name = name, .ends = ends, .slot = -1, .number = -1, .next = node->buckets[b],
		.sibling = node->first };
	node->buckets[b] = node->first = child;
	return child;
}

int
fields_add(struct fields *fields, struct span path)
{
	struct node *node = &fields->root;

	for (;;) {
		const char *dot = memchr(path.p, '.', path.n);
		struct span name = { path.p, dot != NULL ? (size_t)(dot - path.p) : path.n };
		struct node *child = existing_child(node, name);

		node = child != NULL ? child : add_child(fields, node, name);
		if (dot == NULL)
			break;
		path = (struct span){ dot + 1, path.n - name.n - 1 };
	}
	if (node->slot < 0) {
		if (fields->count == FIELDS_MAX)
			die("more than %d members of the input are to be looked for", FIELDS_MAX);
		node->slot = fields->count++;
	}
	return node->slot;
}

void
fields_clear(const struct node *node, struct slice *found)
{
	for (const struct node *child = node->first; child != NULL; child = child->sibling) {
		if (child->slot >= 0)
			found[child->slot].kind = KIND_ABSENT;
		if (child->first != NULL)
			fields_clear(child, found);
	}
}
