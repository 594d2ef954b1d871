/*
 * The scanner, the search and the reader of events against libjq, on the lines of files and on seeded mutants of them:
 *	scan_diff SEED MUTANTS FILE...
 * Names each line on which they differ; status 1 if there is one.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "arena.h"
#include "diag.h"
#include "find.h"
#include "input.h"
#include "jqexpr.h"
#include "mutate.h"
#include "reference.h"
#include "scan.h"

const char *find_dhcp_plain(const char *p, const char *end); /* src/find.c with -DLANES_PLAIN */

/* What the filter wants, and what others could. */
static const char *const paths[] = { "timestamp", "event_type", "src_ip", "dest_ip", "dhcp", "dhcp.type", "dhcp.id", "dhcp.client_mac",
	"dhcp.assigned_ip", "dhcp.client_ip", "dhcp.requested_ip", "dhcp.hostname", "dhcp.dhcp_type", "dhcp.params", "dhcp.x.y", "flow_id",
	"x", "payload", "message", "host", "stats.app_layer.flow", "alert.metadata.event_type", "flow.src_ip", "event.original",
	"suricata.eve.dhcp.hostname", "topic", "offset", "a", "rdp.event_type" };
enum { PATHS = sizeof paths / sizeof *paths, SHAPES = SHAPE_ECS + 1, SHOWN_AT_MOST = 10, BLOCK = 1 << 16, MUTATED_AT_MOST = 1 << 14 };

struct text {
	char *p;
	size_t n;
};

struct corpus {
	const char *name;
	struct text *lines;
	size_t n;
};

static struct {
	struct fields *fields;
	struct slice found[PATHS], event_slots[PATHS];
	struct events *events[SHAPES];
	int slots[SHAPES][PATHS];
	struct arena arena;
	char where[200];
	unsigned long lines, plain, dhcp, differences;
	char block[BLOCK + MUTANT_MAX + INPUT_SLACK];
	bool wanted[BLOCK];
	size_t at, start, count;
} t;

static void
differs(struct span line, const char *what, const char *detail, const char *why)
{
	if (++t.differences > SHOWN_AT_MOST)
		return;
	printf("%s: %s%s%s%s\n\t", t.where, what, detail, *why ? ": " : "", why);
	for (size_t i = 0; i < line.n && i < 4000; i++) {
		unsigned char c = (unsigned char)line.p[i];

		printf(c < ' ' || c > '~' || c == '\\' ? "\\x%02x" : "%c", c);
	}
	printf("\n");
}

/* A line in memory of its own, ended as input.h ends it: reading too far is an error that ASan sees. */
static struct span
own_copy(struct span line)
{
	char *p = xmalloc(line.n + INPUT_SLACK);

	memcpy(p, line.p, line.n);
	memset(p + line.n, '"', INPUT_SLACK);
	p[line.n] = '\n';
	return (struct span){ p, line.n };
}

static void
compare(struct span line, const char *who, const struct slice *found, jv object)
{
	const char *why;

	for (int i = 0; i < PATHS; i++)
		if (!reference_same(&found[i], reference_get(object, paths[i]), &why))
			differs(line, who, paths[i], why);
}

static void
check_scan(struct span line)
{
	struct span text = own_copy(line);
	jv object = reference_parse(line);
	const char *reason = "";

	if (scan_object(t.fields, text, t.found)) {
		t.plain++;
		if (jv_is_valid(object))
			compare(line, "scan: ", t.found, object);
		else
			differs(line, "scan accepts what libjq refuses", "", "");
	}
	if (jq_object(t.fields, text, t.found, &t.arena, &reason) != jv_is_valid(object))
		differs(line, "jq_object", "", reason);
	else if (jv_is_valid(object))
		compare(line, "jq_object: ", t.found, object);
	arena_reset(&t.arena);
	jv_free(object);
	free((char *)text.p);
}

static void
compare_event(struct span line, const struct events *events, const int *slots, const struct reference *ref)
{
	const struct event *now = &events->now;
	const char *why;

	for (int i = 0; i < PATHS; i++)
		t.event_slots[i] = now->eve[slots[i]];
	if (!ref->recoded)
		compare(line, "event: ", t.event_slots, ref->event);
	for (int i = 0; i < 3; i++)
		if (!reference_same(&now->envelope[i + 1], jv_copy(ref->envelope[i]), &why))
			differs(line, "event: its place in Kafka", "", why);
}

static bool
check_event(struct span line, enum event_shape shape)
{
	static const char *const kinds[] = { [EVENT_DHCP] = "dhcp", [EVENT_OTHER] = "other", [EVENT_BAD] = "bad" };
	struct span text = own_copy(line);
	struct reference ref = reference_read(line, shape);
	const char *reason = "";
	enum event_kind kind = event_read(t.events[shape], text, &reason);
	char what[100];
	bool is_dhcp = ref.kind == EVENT_DHCP;

	if (kind != ref.kind && !ref.swallowed) {
		snprintf(what, sizeof what, "event (form %d) is %s, for libjq it is %s", (int)shape, kinds[kind], kinds[ref.kind]);
		differs(line, what, "", reason);
	} else if (kind == EVENT_DHCP && is_dhcp)
		compare_event(line, t.events[shape], t.slots[shape], &ref);
	reference_free(&ref);
	free((char *)text.p);
	return is_dhcp;
}

/* Walk the lines gathered, as the filter does: each DHCP event must be hit, and both searches must hit the same. */
static void
check_block(void)
{
	const char *p = t.block + t.start, *end = t.block + t.at;
	size_t line = 0;

	memset(t.block + t.at, 'd', INPUT_SLACK);
	memcpy(t.block + t.at, "\"event_type\":\"dhcp\"", 19);
	while (p < end) {
		const char *hit = find_dhcp(p, end), *other = find_dhcp_plain(p, end), *stop;

		if (hit != other)
			differs((struct span){ p, 200 }, "find: the plain search differs", "", "");
		for (; p < end && (hit == NULL || p <= hit); p = stop + 1, line++) {
			stop = memchr(p, '\n', (size_t)(end - p));
			if (t.wanted[line] && (hit == NULL || hit > stop))
				differs((struct span){ p, (size_t)(stop - p) }, "find: not found", "", "");
		}
	}
	t.start = t.at = (t.start + 37) % 128;
	t.count = 0;
}

static void
check_line(struct span line)
{
	bool dhcp;

	t.lines++;
	check_scan(line);
	dhcp = check_event(line, SHAPE_AUTO);
	t.dhcp += dhcp;
	check_event(line, SHAPE_EVE + t.lines % (SHAPES - 1));
	if (line.n >= MUTANT_MAX)
		return;
	memcpy(t.block + t.at, line.p, line.n);
	t.at += line.n;
	t.block[t.at++] = '\n';
	t.wanted[t.count++] = dhcp;
	if (t.at >= BLOCK)
		check_block();
}

static void
load(struct corpus *corpus, const char *name)
{
	FILE *file = fopen(name, "r");
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;

	if (file == NULL)
		die("%s:", name);
	corpus->name = name;
	while ((n = getline(&line, &cap, file)) > 0) {
		n -= line[n - 1] == '\n';
		corpus->lines = xrealloc(corpus->lines, (corpus->n + 1) * sizeof *corpus->lines);
		corpus->lines[corpus->n] = (struct text){ memcpy(xmalloc((size_t)n), line, (size_t)n), (size_t)n };
		corpus->n++;
	}
	free(line);
	fclose(file);
}

static const struct text *
some_line(struct mutant *m, const struct corpus *corpora, int n)
{
	for (;;) {
		const struct corpus *corpus = &corpora[mutate_random(m, (uint32_t)n)];
		const struct text *line = &corpus->lines[mutate_random(m, (uint32_t)corpus->n)];

		if (line->n <= MUTATED_AT_MOST)
			return line;
	}
}

static void
make_mutant(struct mutant *m, const struct corpus *corpora, int n)
{
	const struct text *line = some_line(m, corpora, n);

	mutate_set(m, line->p, line->n);
	for (uint32_t i = mutate_random(m, 4); i > 0; i--) {
		line = some_line(m, corpora, n);
		mutate_once(m, line->p, line->n);
	}
	for (uint32_t i = mutate_random(m, 100), wraps = i < 50 ? 0 : i < 80 ? 1 : i < 97 ? 2 : i - 93; wraps > 0; wraps--)
		mutate_wrap(m);
	if (mutate_random(m, 3) == 0)
		mutate_once(m, line->p, line->n);
}

static void
set_up(void)
{
	t.fields = fields_new();
	for (int i = 0; i < PATHS; i++)
		if (fields_add(t.fields, span_of(paths[i])) != i)
			die("%s: twice in the list", paths[i]);
	for (int shape = 0; shape < SHAPES; shape++) {
		t.events[shape] = events_new((enum event_shape)shape, false);
		for (int i = 0; i < PATHS; i++)
			t.slots[shape][i] = fields_add(t.events[shape]->fields, span_of(paths[i]));
	}
}

static void
tear_down(struct corpus *corpora, int n)
{
	for (int shape = 0; shape < SHAPES; shape++)
		events_free(t.events[shape]);
	fields_free(t.fields);
	arena_free(&t.arena);
	for (int i = 0; i < n; i++) {
		for (size_t k = 0; k < corpora[i].n; k++)
			free(corpora[i].lines[k].p);
		free(corpora[i].lines);
	}
	free(corpora);
}

int
main(int argc, char *argv[])
{
	static struct mutant m;
	int n = argc - 3;
	struct corpus *corpora;

	diag_start("scan_diff");
	if (n < 1)
		die("usage: scan_diff SEED MUTANTS FILE...");
	corpora = xcalloc((size_t)n, sizeof *corpora);
	set_up();
	for (int i = 0; i < n; i++) {
		load(&corpora[i], argv[3 + i]);
		for (size_t k = 0; k < corpora[i].n; k++) {
			snprintf(t.where, sizeof t.where, "%s:%zu", corpora[i].name, k + 1);
			check_line((struct span){ corpora[i].lines[k].p, corpora[i].lines[k].n });
		}
	}
	m.state = strtoull(argv[1], NULL, 10);
	for (unsigned long i = 0, mutants = strtoul(argv[2], NULL, 10); i < mutants; i++) {
		snprintf(t.where, sizeof t.where, "mutant %lu of seed %s", i, argv[1]);
		make_mutant(&m, corpora, n);
		check_line((struct span){ m.text, m.n });
	}
	check_block();
	printf("%lu lines, %lu plain, %lu dhcp, %lu differences\n", t.lines, t.plain, t.dhcp, t.differences);
	tear_down(corpora, n);
	return t.differences > 0;
}
