/* Time: stamps, points and durations <-> microseconds since 1970-01-01T00:00Z, years 0000 to 9999. */
#ifndef WHEN_H
#define WHEN_H

#include <stdbool.h>
#include <stdint.h>

#include "span.h"

enum { WHEN_LENGTH = 27 }; /* 2019-04-30T05:03:11.123000Z */

#define WHEN_MIN INT64_C(-62167219200000000) /* 0000-01-01 */
#define WHEN_MAX INT64_C(253402300799999999) /* 9999-12-31T23:59:59.999999 */

/*
 * A stamp as RFC 3339 or Suricata (CreateIsoTimeString: zone without colon) writes it; no zone means UTC, digits behind
 * the sixth are cut, second 60 is the next minute's first. False if it is none.
 */
bool when_parse(struct span text, int64_t *us);
/* The same for the WHEN_LENGTH bytes of the canonical form alone, quicker. */
bool when_parse_canonical(const char *text, int64_t *us);

/* Write us (WHEN_MIN to WHEN_MAX) as the WHEN_LENGTH bytes of the canonical form, not terminated; text order is time order. */
void when_format(int64_t us, char *text);

/* A positive duration: 30m, 90s, 250ms, 1h30m, 1d, 2w. False if it is none or beyond 10,000 years. */
bool when_duration(struct span text, int64_t *us);

/* A point of time for an option: a stamp, a date, today, now, or a duration with a sign (-2h: two hours before now). */
bool when_point(struct span text, int64_t now, int64_t *us);

/* The clock, in microseconds; one that nobody sets; and one that goes only while this process works. */
int64_t when_now(void);
int64_t when_elapsed(void);
int64_t when_worked(void);

/* Floor us to a multiple of step, also before 1970. */
int64_t when_floor(int64_t us, int64_t step);

#endif
