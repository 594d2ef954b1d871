#include "jqexpr.h"

#include <jq.h>
#include <jv.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>

#include "diag.h"
#include "jqtext.h"

enum { REASON_MAX = 200, TICK_US = 500000, TICKS_TO_HALT = 2, TICKS_TO_EXIT = 8, RUNAWAYS_MAX = 10, MEMORY_MAX_GIB = 4,
	 DUMP_SLACK = 64 };

struct jqexpr {
	jq_state *jq;
	const char *option;
};

static char reason_text[REASON_MAX], compile_error[REASON_MAX], endless[REASON_MAX];

/* What an expression must not reach is shadowed; the user's text stands alone on the lines from the second on. */
static const char prelude[] =
    "def input: error(\"input: not available here\"); def inputs: input; def debug: .; def debug(f): .; def stderr: .;"
    " def halt: error(\"halt: not available here\"); def halt_error: halt; def halt_error(f): halt; def env: {};"
    " def input_filename: null; def input_line_number: null; def get_search_list: [];"
    " def modulemeta: error(\"modules: not available here\"); {} as $ENV | (\n";

static void
no_memory(void *unused)
{
	(void)unused;
	diag_leave(": libjq: no memory\n");
}

/* libjq aborts unless it is told otherwise, and what its headers have for that wants a state. */
void jv_nomem_handler(void (*handler)(void *), void *data) __attribute__((weak));

static __attribute__((constructor)) void
guard_memory(void)
{
	if (jv_nomem_handler != NULL)
		jv_nomem_handler(no_memory, NULL);
}

/* Keep the first line of the first message, without what is jq's own. */
static void
keep_error(void *unused, jv message)
{
	const char *text = jv_get_kind(message) == JV_KIND_STRING ? jv_string_value(message) : "";
	char *end;

	(void)unused;
	if (compile_error[0] == '\0') {
		snprintf(compile_error, sizeof compile_error, "%s", text + (strncmp(text, "jq: error: ", 11) == 0 ? 11 : 0));
		compile_error[strcspn(compile_error, "\n")] = '\0';
		if ((end = strstr(compile_error, " (Unix")) != NULL || (end = strstr(compile_error, " at <to")) != NULL)
			*end = '\0';
	}
	jv_free(message);
}

static jq_state *
new_state(void)
{
	jq_state *jq = jq_init();

	if (jq == NULL)
		die("libjq: no memory");
	jq_set_nomem_handler(jq, no_memory, NULL);
	jq_set_error_cb(jq, keep_error, NULL);
	jq_set_attr(jq, jv_string("JQ_LIBRARY_PATH"), jv_array());
	return jq;
}

/* libjq reads $HOME/.jq at every compilation, and its definitions would win: give it no home. */
static bool
compile(jq_state *jq, const char *program)
{
	extern char **environ;
	static char home[] = "HOME=/dev/null", *nothing[] = { home, NULL };
	char **kept = environ;
	bool ok;

	environ = nothing;
	ok = jq_compile(jq, program);
	environ = kept;
	return ok;
}

static jq_state *watched;
static volatile sig_atomic_t ticks;

/* Halting stores three words in the state; what is inside libjq's own loops cannot be halted, only left. */
static void
tick(int sig)
{
	(void)sig;
	if (watched == NULL)
		return;
	ticks++;
	if (ticks >= TICKS_TO_HALT && !jq_halted(watched))
		jq_halt(watched, jv_invalid(), jv_invalid());
	if (ticks >= TICKS_TO_EXIT)
		diag_leave(endless);
}

static void
start_watchdog(void)
{
	static int started;
	struct sigaction act = { .sa_handler = tick, .sa_flags = SA_RESTART };
	struct itimerval every = { .it_interval = { .tv_usec = TICK_US }, .it_value = { .tv_usec = TICK_US } };

	if (started++ > 0)
		return;
	sigaction(SIGALRM, &act, NULL);
	setitimer(ITIMER_REAL, &every, NULL);
}

/* Alone, too: what it closes must be its own (`a) or (b`), and ours must not be blamed. */
static bool
stands_alone(const char *text)
{
	jq_state *jq = new_state();
	bool stands;

	memcpy(reason_text, compile_error, sizeof reason_text);
	compile_error[0] = '\0';
	stands = compile(jq, text);
	if (compile_error[0] == '\0' || strncmp(compile_error, "Top-level", 9) == 0)
		memcpy(compile_error, reason_text, sizeof compile_error);
	jq_teardown(&jq);
	return stands;
}

struct jqexpr *
jqexpr_new(const char *option, const char *text)
{
	struct jqexpr *expr = xmalloc(sizeof *expr);
	char *program = xmalloc(sizeof prelude + strlen(text) + 4);
	bool compiles;

	if (strspn(text, " \t\n") == strlen(text))
		die("%s: %s: empty expression", option, text);
	sprintf(program, "%s%s\n)", prelude, text);
	*expr = (struct jqexpr){ new_state(), option };
	snprintf(endless, sizeof endless, ": %s: the expression does not end on this input\n", option);
	compiles = compile(expr->jq, program);
	if ((!compiles || strchr(text, ')') != NULL) && !(stands_alone(text) && compiles))
		die("%s: %s: %s", option, text, compile_error);
	free(program);
	return expr;
}

void
jqexpr_free(struct jqexpr *expr)
{
	if (expr != NULL)
		jq_teardown(&expr->jq);
	free(expr);
}

/* Parse text, which libjq of some versions wants to be followed by NUL. */
static jv
parse(struct span text)
{
	char *end = (char *)text.p + text.n, kept = *end;
	jv value;

	*end = '\0';
	value = jv_parse_sized(text.p, (int)text.n);
	*end = kept;
	return value;
}

/* The message of an invalid value, which is consumed; libjq may quote the whole line in it. */
static const char *
reason_of(jv invalid)
{
	jv message = jv_invalid_get_msg(invalid);
	char *cut;

	if (jv_get_kind(message) != JV_KIND_STRING)
		message = jv_dump_string(message, 0);
	snprintf(reason_text, sizeof reason_text, "%s", jv_string_value(message));
	jv_free(message);
	if ((cut = strstr(reason_text, " (while parsing '")) != NULL)
		*cut = '\0';
	if ((cut = strstr(reason_text, " at line 1, column")) != NULL)
		memmove(cut + 3, cut + 11, strlen(cut + 11) + 1);
	return reason_text;
}

static bool
is_true(jv value)
{
	jv_kind kind = jv_get_kind(value);

	jv_free(value);
	return kind != JV_KIND_FALSE && kind != JV_KIND_NULL;
}

/* The outputs for one input, up to the first that is true. */
static enum jq_answer
run(struct jqexpr *expr, const char **reason)
{
	static int runaways;

	for (;;) {
		jv result = jq_next(expr->jq);

		if (jq_halted(expr->jq)) {
			if (++runaways == RUNAWAYS_MAX)
				die("%s: the expression does not end, %d times: stopped", expr->option, runaways);
			*reason = "it does not end on this input";
			return JQ_ERROR;
		}
		if (jv_is_valid(result)) {
			if (is_true(result))
				return JQ_TRUE;
		} else if (jv_invalid_has_msg(jv_copy(result))) {
			*reason = reason_of(result);
			return JQ_ERROR;
		} else {
			jv_free(result);
			return JQ_FALSE;
		}
	}
}

static enum jq_answer
test(struct jqexpr *expr, struct span text, const char **reason)
{
	jv value = parse(text);
	enum jq_answer answer;

	if (!jv_is_valid(value)) {
		*reason = reason_of(value);
		return JQ_ERROR;
	}
	ticks = 0;
	watched = expr->jq;
	jq_start(expr->jq, value, 0);
	answer = run(expr, reason);
	watched = NULL;
	return answer;
}

enum jq_answer
jqexpr_test(struct jqexpr *expr, struct span text, const char **reason)
{
	enum jq_answer answer;

	start_watchdog();
	bound_memory((uint64_t)MEMORY_MAX_GIB << 30);
	answer = test(expr, text, reason);
	unbound_memory();
	return answer;
}

/* The string (consumed) in arena, with the room behind it that copying in large pieces needs. */
static struct span
kept(jv string, struct arena *arena)
{
	size_t n = (size_t)jv_string_length_bytes(jv_copy(string));
	char *copy = arena_alloc(arena, n + DUMP_SLACK);

	memcpy(copy, jv_string_value(string), n + 1);
	jv_free(string);
	return (struct span){ copy, n };
}

/* Dump the value (consumed) into arena as a slice. */
static struct slice
dumped(jv value, struct arena *arena)
{
	static const unsigned char kinds[] = { [JV_KIND_NULL] = KIND_NULL, [JV_KIND_FALSE] = KIND_FALSE,
		[JV_KIND_TRUE] = KIND_TRUE, [JV_KIND_NUMBER] = KIND_NUMBER, [JV_KIND_STRING] = KIND_STRING,
		[JV_KIND_ARRAY] = KIND_ARRAY, [JV_KIND_OBJECT] = KIND_OBJECT };
	struct slice slice = { .kind = kinds[jv_get_kind(value)] };
	struct span text = kept(jv_dump_string(value, 0), arena);

	slice.p = text.p;
	slice.n = (uint32_t)text.n;
	slice.escaped = slice.kind == KIND_STRING && memchr(slice.p, '\\', slice.n) != NULL;
	if (slice.kind == KIND_NUMBER && *slice.p == 'n') /* NaN is dumped as null */
		slice.kind = KIND_NULL;
	return slice;
}

static void
walk(const struct node *node, jv object, struct slice *found, struct arena *arena)
{
	for (const struct node *child = node->first; child != NULL; child = child->sibling) {
		jv name = jv_string_sized(child->name.p, (int)child->name.n), value;

		if (!jv_object_has(jv_copy(object), jv_copy(name))) {
			jv_free(name);
			continue;
		}
		value = jv_object_get(jv_copy(object), name);
		if (child->slot >= 0)
			found[child->slot] = dumped(jv_copy(value), arena);
		if (jv_get_kind(value) == JV_KIND_OBJECT)
			walk(child, value, found, arena);
		else
			jv_free(value);
	}
	jv_free(object);
}

bool
jq_object(const struct fields *fields, struct span text, struct slice *found, struct arena *arena, const char **reason)
{
	jv value;

	memset(found, 0, (size_t)fields->count * sizeof *found);
	*reason = jqtext_refusal(text);
	if (*reason != NULL)
		return false;
	value = parse(text);
	if (jv_get_kind(value) == JV_KIND_OBJECT) {
		walk(&fields->root, value, found, arena);
		return true;
	}
	*reason = "not a JSON object";
	if (!jv_is_valid(value))
		*reason = reason_of(value);
	else
		jv_free(value);
	return false;
}

int
jq_cmp(struct span a, struct span b)
{
	jv x = jv_parse_sized(a.p, (int)a.n), y = jv_parse_sized(b.p, (int)b.n);

	return jv_cmp(x, y);
}

struct span
jq_canonical(struct span text, struct arena *arena)
{
	return kept(jv_dump_string(jv_parse_sized(text.p, (int)text.n), JV_PRINT_SORTED), arena);
}
