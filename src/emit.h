/* Exact JSON onto an output: what was not computed here keeps its bytes, integers are never printed as floats. */
#ifndef EMIT_H
#define EMIT_H

#include <stdint.h>

#include "output.h"
#include "span.h"

void emit_string(struct output *out, struct span text);
void emit_integer(struct output *out, uint64_t n);
/* Microseconds as a quoted stamp. */
void emit_time(struct output *out, int64_t us);
/* `"name":` */
void emit_name(struct output *out, struct span name);
/* JSON's own bytes, but for broken UTF-8, and a line feed. */
void emit_line(struct output *out, struct span json);
/*
 * An array's or object's own bytes, but for broken UTF-8, and for line breaks between its tokens: they become blanks, so
 * that a record stays one line.
 */
void emit_container(struct output *out, struct span value);

#endif
