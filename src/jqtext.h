/* What libjq is not given to read: it would lose memory, or take it, or time, out of proportion. */
#ifndef JQTEXT_H
#define JQTEXT_H

#include "span.h"

/*
 * Why libjq is not to read the JSON text, valid until the next call; NULL if it may: a text over 4 MiB (libjq can take a
 * hundred times as much), a control byte, a string behind a value (libjq 1.6 loses it), an object of over 256 members
 * (names can be made up that collide in its hash under every seed).
 */
const char *jqtext_refusal(struct span text);

#endif
