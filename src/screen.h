/*
 * Standard output as a screen that is drawn over in place: nothing flickers, wraps or scrolls, and nothing but our own
 * control sequences reaches the terminal. It is left with its cursor below what was drawn last, on every way out that a
 * program has.
 */
#ifndef SCREEN_H
#define SCREEN_H

#include <stdbool.h>
#include <stddef.h>

#include "span.h"

/* Is it a terminal that can be drawn on? */
bool screen_can(void);

/* How many lines there is room for. */
size_t screen_lines(void);

/* Draw a page of lines, each with LF; what does not fit is cut. The first time takes the screen over. */
void screen_draw(struct span page);

/* True once after the size has changed, or the run was stopped and goes on. */
bool screen_is_stale(void);

/* Give it back, if it was taken over. */
void screen_leave(void);

#endif
