/* Durations on the command line. */
#ifndef DURATION_H
#define DURATION_H

#include <stdint.h>

/* The value in µs; a wrong one ends the run. */
int64_t duration_of(const char *option, const char *value);

/*
 * The value of an option that may stand alone, which then means usual. `--follow 5s`, with a blank, names the file 5s: if
 * there is none among the operands, that ends the run, and says what to type.
 */
int64_t duration_or(const char *option, const char *value, int64_t usual, char **operands);

#endif
