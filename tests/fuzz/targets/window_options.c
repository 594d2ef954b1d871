/* The command line of dhcp-window, a word a line: what it takes is a query whose rows have each member that it names, once. */
#include "fuzz.h"
#include "reference.h"
#include "settings.h"

static int
read_words(struct span text, char **words)
{
	static char program[] = "dhcp-window";
	int n = 1;

	for (words[0] = program; n < 30 && (words[n] = fuzz_string(&text)) != NULL;)
		n++;
	optind = 0; /* in glibc: begin anew */
	words[n] = NULL;
	return n;
}

static void
check_row(const struct query *query)
{
	struct output *out = output_memory();
	struct groups groups;
	jv object;

	groups_init(&groups, query);
	for (size_t i = 0; i < query->nby; i++)
		output_put(out, i > 0 ? "\1null" : "null", i > 0 ? 5 : 4);
	groups_get(&groups, output_span(out));
	out->n = 0;
	row_emit(query, &(struct row){ &groups, 1, 0, 1, false, 0 }, out);
	object = reference_parse((struct span){ out->buf, out->n - 1 });
	MUST((size_t)jv_object_length(object) == 1 + query->nby + query->naggregates);
	output_free(out);
	groups_free(&groups);
}

void
target(struct span text)
{
	char *words[32];
	struct settings s;
	struct query *query;

	settings_read(&s, read_words(text, words), words);
	MUST(s.spec.slide > 0 && s.spec.slide <= s.spec.every && s.spec.every / s.spec.slide <= WINDOWS_PER_RECORD_MAX);
	check_row(query = query_new(s.by, s.aggregates));
	partial_free(s.spec.partial ? partial_new(query, "--partial") : NULL);
	query_free(query);
}
