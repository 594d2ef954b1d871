#include "emit.h"

#include "text.h"
#include "utf8.h"
#include "when.h"

void
emit_string(struct output *out, struct span text)
{
	output_used(out, text_encode(output_room(out, TEXT_ENCODE_ROOM * text.n + TEXT_QUOTES), text));
}

void
emit_integer(struct output *out, uint64_t n)
{
	char digits[20], *p = digits + sizeof digits;

	do
		*--p = (char)('0' + n % 10);
	while ((n /= 10) > 0);
	output_put(out, p, (size_t)(digits + sizeof digits - p));
}

void
emit_time(struct output *out, int64_t us)
{
	char *p = output_room(out, WHEN_LENGTH + 2);

	p[0] = p[WHEN_LENGTH + 1] = '"';
	when_format(us, p + 1);
	output_used(out, p + WHEN_LENGTH + 2);
}

void
emit_name(struct output *out, struct span name)
{
	emit_string(out, name);
	output_char(out, ':');
}

void
emit_line(struct output *out, struct span json)
{
	if (utf8_is(json.p, json.n))
		output_put(out, json.p, json.n);
	else
		output_used(out, text_repair(output_room(out, 3 * json.n), json));
	output_char(out, '\n');
}

void
emit_container(struct output *out, struct span value)
{
	char *p = output_room(out, 3 * value.n), *end = text_repair(p, value);

	output_used(out, end);
	for (; p < end; p++)
		if (*p == '\n' || *p == '\r')
			*p = ' ';
}
