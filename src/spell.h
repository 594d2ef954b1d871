/* Text as the forms of a table want it: host names are written by strangers, and what would be markup in one stays text. */
#ifndef SPELL_H
#define SPELL_H

#include "arena.h"
#include "output.h"
#include "span.h"

/* In quotes if it needs them. Null (p is NULL) is nothing, an empty text "". */
void spell_csv(struct output *out, struct span text);

/* \t, \n, \r and \\ for what would break the line. */
void spell_tsv(struct output *out, struct span text);

/* Between tags, or between the quotes of an attribute, of HTML or XML. Controls are not looked at, see safe.h. */
void spell_html(struct output *out, struct span text);

/* Text in arena without anything that moves a cursor. */
struct span spell_safe(struct span text, struct arena *arena);

#endif
