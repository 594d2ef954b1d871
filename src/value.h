/*
 * Typed values in one canonical form, so that equal values are equal bytes: null < false < true < numbers < strings <
 * arrays < objects, as in jq; numbers by value, text by bytes. A datum is a view of one, a value keeps one in 16 bytes.
 */
#ifndef VALUE_H
#define VALUE_H

#include "arena.h"
#include "fields.h"
#include "output.h"
#include "when.h"

struct datum {
	enum kind kind;
	bool is_time; /* a string that is a canonical time stamp: time stands for its text, which is not filled in */
	int64_t time;
	struct span text; /* strings: the bytes they stand for; the rest: canonical JSON */
};

/*
 *	tag: kind, form, length   15 bytes: the text itself, or a pointer and a length, or a time
 */
struct value {
	unsigned char tag;
	char bytes[15];
};

/* datum_of_slice, where there is more to do than to look. */
void datum_of_other(struct datum *datum, const struct slice *slice, struct arena *arena);

/* View a slice; what has to be decoded or re-spelt is put into arena. An absent one is a null. */
static inline void
datum_of_slice(struct datum *datum, const struct slice *slice, struct arena *arena)
{
	if (slice->kind != KIND_STRING || slice->escaped || slice->broken || slice->n == WHEN_LENGTH + 2)
		datum_of_other(datum, slice, arena);
	else
		*datum = (struct datum){ .kind = KIND_STRING, .text = slice_inside(slice) };
}

/* View a value; valid until the value is set again. */
void datum_of_value(struct datum *datum, const struct value *value);
/* Fill in the text of a time (scratch has room for WHEN_LENGTH bytes). */
struct span datum_text(const struct datum *datum, char *scratch);

/* The time that a string is the stamp of, in µs; false if it is none. */
bool slice_time(const struct slice *slice, int64_t *us);

int datum_cmp(const struct datum *a, const struct datum *b);

/* Keep a copy; text too long to stand in the value itself goes into arena. A value of zeroed bytes is absent. */
void value_set(struct value *value, const struct datum *datum, struct arena *arena);
static inline bool
value_is_set(const struct value *value)
{
	return value->tag != 0;
}

enum { VALUE_INLINE = 0x80, VALUE_INLINE_MAX = 15, VALUE_KIND_SHIFT = 4 };

/* True if they are seen at a glance to be equal: short text, as most of it is. */
static inline bool
value_is(const struct value *value, const struct datum *datum)
{
	return datum->text.n <= VALUE_INLINE_MAX && !datum->is_time &&
	    value->tag == (VALUE_INLINE | (unsigned)datum->kind << VALUE_KIND_SHIFT | datum->text.n) &&
	    memcmp(value->bytes, datum->text.p, datum->text.n) == 0;
}

/* Write as JSON, into memory (room for datum_room) or onto an output. */
size_t datum_room(const struct datum *datum);
char *datum_put(char *to, const struct datum *datum);
void datum_emit(struct output *out, const struct datum *datum);
void value_emit(struct output *out, const struct value *value);

/*
 * Arrays and objects are libjq's to spell and to compare, each time anew, with a hundred times their memory: long ones are not
 * taken. Are all n values short enough?
 */
bool values_are_short(const struct slice *values, int n);
/* Is one of them nested more than so many levels deep?  An array is one level. */
bool values_are_nested(const struct slice *values, int n, int levels);
#define VALUES_TOO_LONG "an array or object of more than 8 KiB in a field that is asked for"

#endif
