/* Which DHCP events pass, and why the others do not: every event meets exactly one verdict, so the books balance. */
#ifndef SELECT_H
#define SELECT_H

#include "event.h"

enum verdict {
	PASSED,
	FAILED_SRC,
	FAILED_REQUIRE,
	FAILED_DHCP_TYPE,
	FAILED_SINCE,
	FAILED_UNTIL,
	FAILED_NO_TIME,
	FAILED_WHERE,
	FAILED_WHERE_ERROR, /* the expression itself failed on this event */
	VERDICTS,
};

struct select;

struct select *select_new(struct events *events);
void select_free(struct select *select);

/* Conditions by option; a wrong value ends the run. */
void select_src(struct select *select, const char *option, const char *value, bool exclude);
void select_require(struct select *select, const char *option, const char *field);
void select_dhcp_types(struct select *select, const char *option, const char *list);
/* An --until of the form +DUR (until is set) goes on with the clock, as long as the run lasts. */
void select_time(struct select *select, const char *option, const char *value, bool until);
void select_where(struct select *select, const char *option, const char *expression);

/* Judge the current event; *reason is set for FAILED_WHERE_ERROR. */
enum verdict select_judge(struct select *select, const struct event *event, const char **reason);

/* The time stands within what was given, if anything was. */
bool select_has_time(struct select *select, int64_t time);

/* Say how many events were ahead of the clock; all: what dropped the others, too, to somebody who wonders why nothing came. */
void select_explain(const struct select *select, const uint64_t failed[VERDICTS], bool all);

#endif
