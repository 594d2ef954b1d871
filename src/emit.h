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
/* A value's own bytes; line breaks between the tokens of a container become blanks, so a record stays one line. */
void emit_verbatim(struct output *out, struct span value);

#endif
