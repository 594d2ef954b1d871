#include "scan.h"

#include "guess.h"
#include "lanes.h"
#include "text.h"
#include "utf8.h"

enum { DECODED_NAME_MAX = 256 }; /* of a name that has to be decoded */

struct scan {
	const char *end; /* NULL: the text is known to be whole */
	struct slice *found;
	uint64_t seen; /* nodes below which something wanted was met; those numbered 63 and up share the last bit */
	bool odd;
};

static inline const char *value(struct scan *s, const char *p, const struct node *node, int depth);
static inline const char *any(struct scan *s, const char *p, const struct node *node, int depth, struct slice *v);

static inline const char *
blank(const struct scan *s, const char *p)
{
	if ((unsigned char)*p > ' ')
		return p;
	while ((p < s->end || s->end == NULL) && (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r'))
		p++;
	return p;
}

/* Bytes that end a run of plain text: the quote, the backslash, controls, and all above ASCII (negative here). */
static inline uint64_t
special(const char *p)
{
	const lanes v = lanes_load(p), space = (lanes){ 0 } + 0x20;

	return lanes_bits((lanes)((v == '"') | (v == '\\') | (space > v)));
}

/* The first special byte from p on: there is one, since what stands behind the text is below 0x20. */
static inline const char *
plain_end(const char *p)
{
	uint64_t bits;

	while ((bits = special(p)) == 0)
		p += LANES;
	return p + lanes_first(bits);
}

static const char *
one_special(const char *p, struct slice *flags)
{
	int32_t cp;

	if (*p == '\\') {
		flags->escaped = true;
		return text_escape(p, p + 12, &cp);
	}
	p += utf8_next(p, p + 4, &cp);
	flags->broken |= cp < 0;
	return p;
}

/* From p on inside a string that is not plain. */
static __attribute__((noinline)) const char *
odd_string(const char *p, struct slice *flags)
{
	for (;; p = plain_end(p)) {
		while (*p == '\\' || (signed char)*p < 0)
			if ((p = one_special(p, flags)) == NULL)
				return NULL;
		if (*p == '"' || (unsigned char)*p < ' ')
			return *p == '"' ? p : NULL;
	}
}

const char *
scan_string(const char *p, struct slice *flags)
{
	p = plain_end(p);
	return *p == '"' ? p : odd_string(p, flags);
}

static inline const char *
digits_end(const char *p)
{
	for (;; p += LANES) {
		lanes v = lanes_load(p);
		uint64_t bits = lanes_bits((lanes)((v < '0') | (v > '9')));

		if (bits != 0)
			return p + lanes_first(bits);
	}
}

static inline const char *
digits(const char *p)
{
	const char *end = digits_end(p);

	return end > p ? end : NULL;
}

static const char *
number(const char *p)
{
	p += *p == '-';
	if (*p == '0')
		p++;
	else if ((p = digits(p)) == NULL)
		return NULL;
	if (*p == '.' && (p = digits(p + 1)) == NULL)
		return NULL;
	if (*p == 'e' || *p == 'E') {
		p++;
		p = digits(p + (*p == '+' || *p == '-'));
	}
	return p;
}

static const char *
literal(const char *p, const char *word, size_t n)
{
	return memcmp(p, word, n) == 0 ? p + n : NULL;
}

static __attribute__((noinline)) const struct node *
odd_child(struct scan *s, const struct node *node, const struct slice *name)
{
	char plain[TEXT_DECODE_ROOM * DECODED_NAME_MAX + 8];

	if (name->n <= DECODED_NAME_MAX)
		return fields_child(node, text_decode(plain, name));
	s->odd = true;
	return NULL;
}

static inline uint64_t
bit_of(const struct node *node)
{
	return (uint64_t)1 << (node->number < 63 ? node->number : 63); /* NOLINT(clang-analyzer-core.NullDereference): who has a child is a node */
}

/* If a member of this name came before, the later one replaces all that it held. */
static void
replace(struct scan *s, const struct node *node)
{
	if (!(s->seen & bit_of(node)))
		return;
	fields_clear(node, s->found);
	if (node->number < 63)
		s->seen &= ~bit_of(node);
}

/* A member's name and its colon; *child: the wanted node of that name, *guess: what was learnt (NULL where none is wanted). */
static const char *
read_name(struct scan *s, const char *p, const struct node *node, const struct node **child, struct guess **guess)
{
	struct slice name = { .p = p };
	const char *end;

	if (*p != '"' || (end = scan_string(p + 1, &name)) == NULL)
		return NULL;
	name.n = (uint32_t)(end + 1 - p);
	*child = NULL;
	if (*guess != NULL && !name.escaped && !name.broken) {
		*child = fields_child(node, slice_inside(&name));
		*guess = guess_learn(node, *guess, slice_inside(&name), *child);
	} else if (*guess != NULL)
		*child = odd_child(s, node, &name);
	p = blank(s, end + 1);
	return *p == ':' ? p + 1 : NULL;
}

static const char *
members(struct scan *s, const char *p, const struct node *node, int depth)
{
	struct guess *guess = node != NULL ? node->guesses : NULL;

	for (;;) {
		const struct node *child;

		if (guess != NULL && guess_is_right(guess->next, p)) {
			guess = guess->next;
			p += guess->n;
			child = guess->child;
		} else if ((p = read_name(s, p, node, &child, &guess)) == NULL)
			return NULL;
		if (child != NULL)
			s->seen |= bit_of(node);
		if ((p = value(s, blank(s, p), child, depth)) == NULL)
			return NULL;
		p = blank(s, p);
		if (*p != ',')
			return *p == '}' ? p + 1 : NULL;
		p = blank(s, p + 1);
	}
}

static const char *
object(struct scan *s, const char *p, const struct node *node, int depth)
{
	p = blank(s, p);
	if (*p == '}')
		return p + 1;
	return depth < SCAN_DEPTH ? members(s, p, node, depth + 1) : NULL;
}

static const char *
array(struct scan *s, const char *p, int depth)
{
	struct slice unused = { 0 };

	p = blank(s, p);
	if (*p == ']')
		return p + 1;
	if (depth >= SCAN_DEPTH)
		return NULL;
	for (;;) {
		if ((p = any(s, p, NULL, depth + 1, &unused)) == NULL)
			return NULL;
		p = blank(s, p);
		if (*p != ',')
			return *p == ']' ? p + 1 : NULL;
		p = blank(s, p + 1);
	}
}

/* The end of a value that is no plain string, what it is in *v. */
static inline const char *
any(struct scan *s, const char *p, const struct node *node, int depth, struct slice *v)
{
	switch (*p) {
	case '"':
		v->kind = KIND_STRING;
		p = scan_string(p + 1, v);
		return p != NULL ? p + 1 : NULL;
	case '{':
		v->kind = KIND_OBJECT;
		return object(s, p + 1, node, depth);
	case '[':
		v->kind = KIND_ARRAY;
		return array(s, p + 1, depth);
	case 't':
		v->kind = KIND_TRUE;
		return literal(p, "true", 4);
	case 'f':
		v->kind = KIND_FALSE;
		return literal(p, "false", 5);
	case 'n':
		v->kind = KIND_NULL;
		return literal(p, "null", 4);
	default:
		v->kind = KIND_NUMBER;
		return number(p);
	}
}

static __attribute__((noinline)) const char *
other_value(struct scan *s, const char *p, const struct node *node, int depth)
{
	struct slice v = { .p = p };

	p = any(s, p, node, depth, &v);
	if (node != NULL && node->slot >= 0 && p != NULL) {
		v.n = (uint32_t)(p - v.p);
		s->found[node->slot] = v;
	}
	return p;
}

static inline const char *
value(struct scan *s, const char *p, const struct node *node, int depth)
{
	const char *end;

	if (node != NULL && node->number >= 0)
		replace(s, node);
	if (*p == '"' && *(end = plain_end(p + 1)) == '"') {
		if (node != NULL && node->slot >= 0)
			s->found[node->slot] = (struct slice){ p, (uint32_t)(end + 1 - p), KIND_STRING, false, false };
		return end + 1;
	}
	if (*p >= '1' && *p <= '9' && (*(end = digits_end(p)) == ',' || *end == '}')) {
		if (node != NULL && node->slot >= 0)
			s->found[node->slot] = (struct slice){ p, (uint32_t)(end - p), KIND_NUMBER, false, false };
		return end;
	}
	return other_value(s, p, node, depth);
}

bool
scan_object(const struct fields *fields, struct span text, struct slice *found)
{
	struct scan s = { .end = text.p + text.n, .found = found };
	const char *p;

	memset(found, 0, (size_t)fields->count * sizeof *found);
	p = blank(&s, text.p);
	if (*p != '{' || (p = object(&s, p + 1, &fields->root, 0)) == NULL)
		return false;
	return !s.odd && blank(&s, p) == s.end;
}

bool
scan_value(const char **at, struct slice *v)
{
	struct scan s = { .end = NULL };
	const char *p;

	*v = (struct slice){ .p = *at };
	if ((p = any(&s, *at, NULL, 0, v)) == NULL)
		return false;
	v->n = (uint32_t)(p - v->p);
	*at = p;
	return true;
}
