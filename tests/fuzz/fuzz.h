/*
 * What every target stands on. A target is one function over one input; it checks what must hold, and each time begins and
 * ends with nothing. A refusal (a message and status 2) ends it, as it would end the program.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdio.h>
#include <stdlib.h>

#include "alloc.h"
#include "input.h"
#include "output.h"
#include "window.h"

/* The target: text is lines in memory of their own, the last one ended, too, and behind them is what may be read. */
void target(struct span text);

/* A crash unless it holds. */
#define MUST(condition) ((condition) ? (void)0 : fuzz_wrong(__FILE__, __LINE__, #condition))
_Noreturn void fuzz_wrong(const char *file, int line, const char *what);
/* As MUST(span_eq(want, got)), and shows them. */
#define MUST_EQUAL(want, got) fuzz_equal(__FILE__, __LINE__, want, got)
void fuzz_equal(const char *file, int line, struct span want, struct span got);

/* From here on a refusal is a crash, too. */
void fuzz_may_not_refuse(void);

/* Memory until the end of the run. */
void *fuzz_alloc(size_t n);
/* A copy of text in it, ended by a line feed that is not counted, and by what may be read. */
struct span fuzz_copy(struct span text);
static inline struct span
output_span(const struct output *out)
{
	return (struct span){ out->buf, out->n };
}

/* A file that is this process's alone, in $FUZZ_DIR; get the text from there (there is room for more), and put it there. */
const char *fuzz_path(void);
struct span fuzz_slurp(const char *path);
void fuzz_file(const char *path, struct span text);

/* How many members of a plain object have that name (NULL: any), with its quotes; 2 if there is one in another spelling. */
unsigned fuzz_members(struct span object, const char *name);
/* The lines, the last one first. */
void fuzz_reverse(struct span text, struct output *out);

/* Take the first byte off: a number below n. */
unsigned fuzz_choice(struct span *text, unsigned n);
/* The next line as a string, cut at a NUL; NULL at the end. It stands in text. */
char *fuzz_string(struct span *text);

/* The fields by which partial rows are read, one of them within an object: seeds.py makes them by the same. */
#define PARTIAL_BY "id,k.b"
/* Every kind of aggregate, of the fields v, n, ip, name and ts; and windows of every kind (three of them). */
#define EVERYTHING "count,count(v),distinct(v),min(v),max(v),sum(n),avg(n),first(v),last(v),values(v),min_ip(ip),max_ip(ip)," \
	"text=max(name),max(ts),first(n),distinct(n),values(name),span(n),span(ts)"
extern const struct window_spec fuzz_windows[3];

/*
 * What dhcp-window makes of text, by id: its rows, whole or partial (of a source, if it is not NULL), of records or (merge) of
 * partial rows.
 */
void fuzz_rows(const struct window_spec *spec, bool merge, const char *source, struct span text, struct output *rows);

#endif
