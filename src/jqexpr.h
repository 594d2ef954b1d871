/*
 * libjq, the reference parser and the language of --where and --having; the only file that includes its headers. It knows
 * nothing of ~/.jq, modules, the environment or further input, and an expression that does not end is stopped.
 */
#ifndef JQEXPR_H
#define JQEXPR_H

#include "arena.h"
#include "fields.h"

struct jqexpr;

enum jq_answer { JQ_FALSE, JQ_TRUE, JQ_ERROR };

/* Compile text; ends the run with option (kept) and the reason if it is no expression. Costs 17 ms with libjq 1.6. */
struct jqexpr *jqexpr_new(const char *option, const char *text);
void jqexpr_free(struct jqexpr *expr);

/*
 * Is some output neither false nor null for the JSON text? On JQ_ERROR *reason says why, valid until the next call. The
 * byte behind text is set to NUL during the call.
 */
enum jq_answer jqexpr_test(struct jqexpr *expr, struct span text, const char **reason);

/*
 * What scan_object does, by libjq: for lines that the scanner finds odd. Values are dumped into arena. False with *reason
 * (valid until the next call) if text is no JSON object.
 */
bool jq_object(const struct fields *fields, struct span text, struct slice *found, struct arena *arena, const char **reason);

/* jq's order of two JSON texts (arrays and objects; libjq has accepted them before). */
int jq_cmp(struct span a, struct span b);

/* The JSON text with its keys sorted and in libjq's spelling, in arena. */
struct span jq_canonical(struct span text, struct arena *arena);

#endif
