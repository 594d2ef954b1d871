#include "reference.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "text.h"

enum { NESTING_MAX = 4 };

static bool
is_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '@' || c == '<';
}

/* What a file or a shipper may put before an object. */
static struct span
strip(struct span text)
{
	size_t i;

	while (text.n > 0 && *text.p == '\0')
		text.p++, text.n--;
	if (text.n >= 3 && memcmp(text.p, "\xef\xbb\xbf", 3) == 0)
		text.p += 3, text.n -= 3;
	while (text.n > 0 && (*text.p == ' ' || *text.p == '\t' || *text.p == '\r' || *text.p == '\n'))
		text.p++, text.n--;
	if (text.n == 0 || !is_word(*text.p))
		return text;
	for (i = 1; i < text.n && ((text.p[i] >= ' ' && text.p[i] <= '~') || text.p[i] == '\t'); i++) {
		size_t name = i + 1;

		while (name < text.n && (text.p[name] == ' ' || text.p[name] == '\t'))
			name++;
		if (text.p[i] == '{' && strchr(" \t:", text.p[i - 1]) != NULL && name < text.n && text.p[name] == '"')
			return (struct span){ text.p + i, text.n - i };
	}
	return text;
}

jv
reference_parse(struct span text)
{
	char *copy;
	jv value;

	for (size_t i = 0; i < text.n; i++)
		if ((unsigned char)text.p[i] < ' ' && text.p[i] != '\t' && text.p[i] != '\n' && text.p[i] != '\r')
			return jv_invalid();
	copy = xmalloc(text.n + 1);
	memcpy(copy, text.p, text.n);
	copy[text.n] = '\0';
	value = jv_parse_sized(copy, (int)text.n);
	free(copy);
	if (jv_get_kind(value) == JV_KIND_OBJECT)
		return value;
	jv_free(value);
	return jv_invalid();
}

jv
reference_get(jv object, const char *path)
{
	jv value = jv_copy(object);

	for (const char *end; path != NULL; path = *end ? end + 1 : NULL) {
		jv name;

		end = path + strcspn(path, ".");
		name = jv_string_sized(path, (int)(end - path));
		if (jv_get_kind(value) != JV_KIND_OBJECT || !jv_object_has(jv_copy(value), jv_copy(name))) {
			jv_free(name);
			jv_free(value);
			return jv_invalid();
		}
		value = jv_object_get(value, name);
	}
	return value;
}

static bool
is_a(jv object, const char *path, jv_kind kind)
{
	jv value = reference_get(object, path);
	bool is = jv_get_kind(value) == kind;

	jv_free(value);
	return is;
}

static bool
has(jv object, const char *name)
{
	return !is_a(object, name, JV_KIND_INVALID);
}

static void read_text(struct reference *ref, struct span text, enum event_shape shape, int nesting);
static void read_object(struct reference *ref, jv object, enum event_shape shape, int nesting);

/* The object or the text of an object at a path. */
static void
read_inner(struct reference *ref, jv object, const char *path, enum event_shape shape, int nesting)
{
	jv inner = reference_get(object, path);

	ref->kind = EVENT_OTHER;
	if (jv_get_kind(inner) == JV_KIND_OBJECT)
		read_object(ref, jv_copy(inner), shape, nesting + 1);
	if (jv_get_kind(inner) == JV_KIND_STRING) {
		struct span text = { jv_string_value(inner), (size_t)jv_string_length_bytes(jv_copy(inner)) };

		ref->recoded |= memmem(text.p, text.n, "\xef\xbf\xbd", 3) != NULL;
		ref->swallowed |= text.n >= 3 && memcmp(text.p + text.n - 3, "\xef\xbf\xbd", 3) == 0;
		read_text(ref, text, shape, nesting + 1);
	}
	jv_free(inner);
}

/* Put the outer value of the first path that has one where the event has none. */
static void
fill(jv *event, const char *name, jv outer, const char *first, const char *second)
{
	jv own = reference_get(*event, name), value = reference_get(outer, first);

	if (!jv_is_valid(value) || jv_get_kind(value) == JV_KIND_NULL) {
		jv_free(value);
		value = reference_get(outer, second);
	}
	if ((!jv_is_valid(own) || jv_get_kind(own) == JV_KIND_NULL) && jv_is_valid(value))
		*event = jv_object_set(*event, jv_string(name), value);
	else
		jv_free(value);
	jv_free(own);
}

/* Of envelopes in envelopes the outer one counts, from which the offset is known. */
static void
keep_envelope(struct reference *ref, jv object)
{
	static const char *const names[] = { "topic", "partition", "offset" };
	jv_kind known = jv_get_kind(ref->envelope[2]);

	if (known != JV_KIND_INVALID && known != JV_KIND_NULL)
		return;
	for (int i = 0; i < 3; i++) {
		jv_free(ref->envelope[i]);
		ref->envelope[i] = reference_get(object, names[i]);
	}
}

static void
read_event(struct reference *ref, jv object)
{
	jv type = reference_get(object, "event_type");

	ref->kind = EVENT_OTHER;
	if (jv_get_kind(type) == JV_KIND_STRING && jv_string_length_bytes(jv_copy(type)) == 4 &&
	    memcmp(jv_string_value(type), "dhcp", 4) == 0) {
		ref->kind = EVENT_DHCP;
		ref->event = jv_copy(object);
	}
	jv_free(type);
}

static void
read_ecs(struct reference *ref, jv object, enum event_shape shape, int nesting)
{
	read_inner(ref, object, "suricata.eve", shape, nesting);
	if (ref->kind != EVENT_DHCP)
		return;
	fill(&ref->event, "src_ip", object, "source.address", "source.ip");
	fill(&ref->event, "dest_ip", object, "destination.address", "destination.ip");
}

static void
read_object(struct reference *ref, jv object, enum event_shape shape, int nesting)
{
	bool any = nesting > 0 || shape == SHAPE_AUTO;

	ref->kind = nesting > NESTING_MAX || !jv_is_valid(object) ? EVENT_BAD : EVENT_OTHER;
	if (ref->kind == EVENT_BAD)
		;
	else if (has(object, "event_type") && (any || shape == SHAPE_EVE))
		read_event(ref, object);
	else if (has(object, "payload") && (any || shape == SHAPE_KAFKA)) {
		keep_envelope(ref, object);
		read_inner(ref, object, "payload", shape, nesting);
	} else if (is_a(object, "event.original", JV_KIND_STRING) && (any || shape == SHAPE_ECS))
		read_inner(ref, object, "event.original", shape, nesting);
	else if (is_a(object, "suricata.eve", JV_KIND_OBJECT) && (any || shape == SHAPE_ECS))
		read_ecs(ref, object, shape, nesting);
	else if (is_a(object, "message", JV_KIND_STRING) && (any || shape == SHAPE_MESSAGE))
		read_inner(ref, object, "message", shape, nesting);
	jv_free(object);
}

static void
read_text(struct reference *ref, struct span text, enum event_shape shape, int nesting)
{
	read_object(ref, reference_parse(strip(text)), shape, nesting);
}

struct reference
reference_read(struct span line, enum event_shape shape)
{
	struct reference ref = { .event = jv_invalid(), .envelope = { jv_invalid(), jv_invalid(), jv_invalid() } };

	read_text(&ref, line, shape, 0);
	return ref;
}

void
reference_free(struct reference *ref)
{
	jv_free(ref->event);
	for (int i = 0; i < 3; i++)
		jv_free(ref->envelope[i]);
}

static bool
same_string(const struct slice *slice, jv value)
{
	char *room = xmalloc(TEXT_DECODE_ROOM * (size_t)slice->n);
	struct span text = text_decode(room, slice);
	bool same = text.n == (size_t)jv_string_length_bytes(jv_copy(value)) && memcmp(text.p, jv_string_value(value), text.n) == 0;

	free(room);
	return same;
}

/* Equal, or equal to what jq prints of it: NaN as null, the infinite as the largest number. */
static bool
same_parsed(const struct slice *slice, jv value)
{
	char *copy = xmalloc((size_t)slice->n + 1);
	jv parsed, printed = jv_dump_string(jv_copy(value), 0);
	bool same;

	memcpy(copy, slice->p, slice->n);
	copy[slice->n] = '\0';
	parsed = jv_parse_sized(copy, (int)slice->n);
	same = jv_equal(jv_copy(parsed), jv_copy(value)) || jv_equal(jv_copy(parsed), jv_parse(jv_string_value(printed)));
	jv_free(parsed);
	jv_free(printed);
	free(copy);
	return same;
}

bool
reference_same(const struct slice *slice, jv value, const char **why)
{
	static const jv_kind kinds[] = { [KIND_ABSENT] = JV_KIND_INVALID, [KIND_NULL] = JV_KIND_NULL,
		[KIND_FALSE] = JV_KIND_FALSE, [KIND_TRUE] = JV_KIND_TRUE, [KIND_NUMBER] = JV_KIND_NUMBER,
		[KIND_STRING] = JV_KIND_STRING, [KIND_ARRAY] = JV_KIND_ARRAY, [KIND_OBJECT] = JV_KIND_OBJECT };
	jv_kind kind = jv_get_kind(value);

	*why = NULL;
	if (kind == JV_KIND_NUMBER && jv_number_value(value) != jv_number_value(value))
		kind = JV_KIND_NULL; /* as jq prints NaN */
	if (kinds[slice->kind] != kind)
		*why = "another kind of value";
	else if (kind == JV_KIND_STRING && !same_string(slice, value))
		*why = "another text";
	else if (kind > JV_KIND_TRUE && kind != JV_KIND_STRING && !same_parsed(slice, value))
		*why = "another value";
	jv_free(value);
	return *why == NULL;
}
