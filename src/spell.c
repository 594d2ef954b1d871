#include "spell.h"

#include "safe.h"

static bool
needs_quotes(struct span text)
{
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] == ',' || text.p[i] == '"' || text.p[i] == '\r' || text.p[i] == '\n')
			return true;
	return text.p != NULL && text.n == 0; /* or it would be taken for null */
}

void
spell_csv(struct output *out, struct span text)
{
	if (!needs_quotes(text)) {
		if (text.n > 0)
			output_put(out, text.p, text.n);
		return;
	}
	output_char(out, '"');
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '"')
			output_char(out, '"');
		output_char(out, text.p[i]);
	}
	output_char(out, '"');
}

void
spell_tsv(struct output *out, struct span text)
{
	static const char letters[] = { ['\t'] = 't', ['\n'] = 'n', ['\r'] = 'r', ['\\'] = '\\' };

	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i], letter = c < sizeof letters ? (unsigned char)letters[c] : 0;

		if (letter != 0)
			output_char(out, '\\');
		output_char(out, letter != 0 ? (char)letter : (char)c);
	}
}

static struct span
reference(char c)
{
	switch (c) {
	case '&':
		return SPAN("&amp;");
	case '<':
		return SPAN("&lt;");
	case '>':
		return SPAN("&gt;");
	case '"':
		return SPAN("&quot;");
	case '\'':
		return SPAN("&#39;");
	}
	return (struct span){ NULL, 0 };
}

/* U+FFFE and U+FFFF, which are UTF-8 but no characters of XML. */
static bool
is_no_character(const char *p, const char *end)
{
	return end - p >= 3 && (memcmp(p, "\xef\xbf\xbe", 3) == 0 || memcmp(p, "\xef\xbf\xbf", 3) == 0);
}

static const char *
put_character(struct output *out, const char *p, const char *end)
{
	struct span as = reference(*p);

	if (as.p != NULL) {
		output_put(out, as.p, as.n);
		return p + 1;
	}
	if (is_no_character(p, end)) {
		output_put(out, p[2] == '\xbe' ? "\\ufffe" : "\\uffff", 6);
		return p + 3;
	}
	output_char(out, *p);
	return p + 1;
}

void
spell_html(struct output *out, struct span text)
{
	const char *p = text.p, *end = p + text.n;

	while (p < end)
		p = put_character(out, p, end);
}

struct span
spell_safe(struct span text, struct arena *arena)
{
	const char *p = text.p, *end = p + text.n;
	char *start, *to;

	start = to = arena_alloc(arena, SAFE_GROWTH * text.n + 1);
	while (p < end) {
		size_t n = 0;

		while (p + n < end && p[n] != '\n' && p[n] != '\t')
			n++;
		to += safe_copy(to, p, n);
		p += n;
		if (p < end)
			to = (char *)memcpy(to, *p++ == '\n' ? "\\u000a" : "\\u0009", 6) + 6;
	}
	return (struct span){ start, (size_t)(to - start) };
}
