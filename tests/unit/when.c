#include "when.h"

#include "check.h"

#define NONE INT64_MIN
#define S INT64_C(1000000)
#define HOUR (3600 * S)
#define DAY (24 * HOUR)

static const struct {
	const char *text;
	int64_t us;
} stamps[] = {
	{ "1970-01-01T00:00:00Z", 0 },
	{ "1970-01-01T00:00:00.000001Z", 1 },
	{ "1969-12-31T23:59:59.999999Z", -1 },
	{ "1969-12-31T23:59:59Z", -S },
	{ "1970-01-01T00:00:00", 0 },
	{ "1970-01-01 00:00:01", S },
	{ "1970-01-01t00:00:01z", S },
	{ "2019-04-30T14:03:11.123456+0900", INT64_C(1556600591123456) },
	{ "2019-04-30T14:03:11.123456+09:00", INT64_C(1556600591123456) },
	{ "2019-04-30T05:03:11.123456Z", INT64_C(1556600591123456) },
	{ "2019-04-30T02:33:11.123456-0230", INT64_C(1556600591123456) },
	{ "2019-04-30T10:48:11.123456+0545", INT64_C(1556600591123456) },
	{ "2019-04-30T07:03:11.123456+02", INT64_C(1556600591123456) },
	{ "2019-04-30T05:03:11.1Z", INT64_C(1556600591100000) },
	{ "2019-04-30T05:03:11,1Z", INT64_C(1556600591100000) },
	{ "2019-04-30T05:03:11.123456789Z", INT64_C(1556600591123456) },
	{ "2019-04-30T05:03:11.999999999Z", INT64_C(1556600591999999) },
	{ "1969-12-31T23:59:59.9999999Z", -1 },
	/* leap days and seconds */
	{ "2000-02-29T00:00:00Z", INT64_C(951782400) * S },
	{ "2020-02-29T23:59:59Z", INT64_C(1583020799) * S },
	{ "1900-02-28T00:00:00Z", INT64_C(-2203977600) * S },
	{ "1900-02-29T00:00:00Z", NONE },
	{ "2019-02-29T00:00:00Z", NONE },
	{ "0000-02-29T00:00:00Z", WHEN_MIN + 59 * DAY },
	{ "2016-12-31T23:59:60Z", INT64_C(1483228800) * S },
	{ "2016-12-31T23:59:61Z", NONE },
	/* the ends */
	{ "0000-01-01T00:00:00Z", WHEN_MIN },
	{ "0000-01-01T00:00:00+0001", NONE },
	{ "0000-01-01T00:00:00-0001", WHEN_MIN + 60 * S },
	{ "9999-12-31T23:59:59.999999Z", WHEN_MAX },
	{ "9999-12-31T23:59:59.999999-0001", NONE },
	{ "9999-12-31T23:59:60Z", NONE },
	{ "10000-01-01T00:00:00Z", NONE },
	{ "-0001-01-01T00:00:00Z", NONE },
	/* no stamps */
	{ "", NONE },
	{ "ts-error", NONE },
	{ "2019-04-30", NONE },
	{ "2019-04-30T", NONE },
	{ "2019-04-30T05:03", NONE },
	{ "2019-04-30T05:03:11.", NONE },
	{ "2019-04-30T05:03:11.Z", NONE },
	{ "2019-04-30T05:03:11+", NONE },
	{ "2019-04-30T05:03:11+9", NONE },
	{ "2019-04-30T05:03:11+09:", NONE },
	{ "2019-04-30T05:03:11+090", NONE },
	{ "2019-04-30T05:03:11+0960", NONE },
	{ "2019-04-30T05:03:11+24", NONE },
	{ "2019-04-30T05:03:11.123456+2400", NONE },
	{ "2019-04-30T05:03:11.123456-0060", NONE },
	{ "2019-04-30T05:03:11.123456 0900", NONE },
	{ "2019-04-30T05:03:11.123456:0900", NONE },
	{ "2019-04-30T05:03:11.123456+x900", NONE },
	{ "2019-04-30T05:03:11.123456+090x", NONE },
	{ "2019-04-30T05:03:11Zx", NONE },
	{ "2019-04-30T05:03:11 Z", NONE },
	{ " 2019-04-30T05:03:11Z", NONE },
	{ "2019-04-30x05:03:11Z", NONE },
	{ "2019-13-01T00:00:00Z", NONE },
	{ "2019-00-01T00:00:00Z", NONE },
	{ "2019-04-31T00:00:00Z", NONE },
	{ "2019-04-00T00:00:00Z", NONE },
	{ "2019-04-30T24:00:00Z", NONE },
	{ "2019-04-30T23:60:00Z", NONE },
	{ "2019-4-30T05:03:11Z", NONE },
	{ "+019-04-30T05:03:11Z", NONE },
};

static const struct {
	int64_t us;
	const char *text;
} formats[] = {
	{ 0, "1970-01-01T00:00:00.000000Z" },
	{ -1, "1969-12-31T23:59:59.999999Z" },
	{ -DAY, "1969-12-31T00:00:00.000000Z" },
	{ -DAY - 1, "1969-12-30T23:59:59.999999Z" },
	{ INT64_C(1556600591123456), "2019-04-30T05:03:11.123456Z" },
	{ INT64_C(951782400) * S, "2000-02-29T00:00:00.000000Z" },
	{ INT64_C(951868800) * S - 1, "2000-02-29T23:59:59.999999Z" },
	{ WHEN_MIN, "0000-01-01T00:00:00.000000Z" },
	{ WHEN_MAX, "9999-12-31T23:59:59.999999Z" },
};

static const struct {
	const char *text;
	int64_t us;
} durations[] = {
	{ "30m", 30 * 60 * S },
	{ "90s", 90 * S },
	{ "250ms", 250000 },
	{ "1us", 1 },
	{ "1h30m", 90 * 60 * S },
	{ "1h30m15s", HOUR + 30 * 60 * S + 15 * S },
	{ "1d", DAY },
	{ "2w", 14 * DAY },
	{ "1w1d1h1m1s1ms1us", 8 * DAY + HOUR + 61 * S + 1001 },
	{ "007s", 7 * S },
	{ "0s", NONE },
	{ "", NONE },
	{ "5", NONE },
	{ "s", NONE },
	{ "s5m", NONE },
	{ "5x", NONE },
	{ "5 s", NONE },
	{ "-5s", NONE },
	{ "+5s", NONE },
	{ "1.5h", NONE },
	{ "1h30", NONE },
	{ "5S", NONE },
	{ "9999999999999w", NONE },
	{ "99999999999999999999s", NONE },
	{ "18446744073709551617s", NONE },
	{ "9223372036854775807us", NONE },
};

/* Points of time as seen from now. */
static const int64_t now = INT64_C(1556600591123456);
static const struct {
	const char *text;
	int64_t us;
} points[] = {
	{ "now", INT64_C(1556600591123456) },
	{ "today", INT64_C(1556582400) * S },
	{ "-2h", INT64_C(1556600591123456) - 2 * HOUR },
	{ "+1h30m", INT64_C(1556600591123456) + HOUR + 30 * 60 * S },
	{ "2019-04-30", INT64_C(1556582400) * S },
	{ "1969-12-31", -DAY },
	{ "2019-04-30T05:03:11.123456+0000", INT64_C(1556600591123456) },
	{ "-", NONE },
	{ "+", NONE },
	{ "1h", NONE },
	{ "--1h", NONE },
	{ "-3000w1", NONE },
	{ "+500000w", NONE },
	{ "2019-02-30", NONE },
	{ "2019-04-3", NONE },
	{ "Today", NONE },
	{ "yesterday", NONE },
	{ "", NONE },
};

#define EACH(i, table) for (size_t i = 0; (i) < sizeof(table) / sizeof *(table); (i)++)

static void
check_canonical(const char *text, int64_t want)
{
	int64_t us = NONE;

	CHECK_NUMBER(text, want, when_parse_canonical(text, &us) ? us : NONE);
}

/* Every day for 10,000 years, and back. */
static void
check_days(void)
{
	for (int64_t us = WHEN_MIN; us <= WHEN_MAX; us += DAY) {
		char text[WHEN_LENGTH];
		int64_t back = NONE, other = NONE;

		when_format(us, text);
		if (!when_parse((struct span){ text, WHEN_LENGTH }, &back) || back != us ||
		    !when_parse_canonical(text, &other) || other != us) {
			CHECK_NUMBER("a day and back", us, back);
			CHECK_NUMBER("a day and back (canonical)", us, other);
			return;
		}
	}
}

/* The bytes beside '0' and '9' are no digits, wherever one stands. */
static void
check_digits(void)
{
	static const char *const whole[] = { "2019-01-01T00:00:00.000000Z", "2019-01-01T00:00:00.000000+0000" };

	EACH(i, whole)
		for (size_t at = 0; whole[i][at] != '\0'; at++)
			for (const char *p = whole[i][at] >= '0' && whole[i][at] <= '9' ? "/:" : ""; *p != '\0'; p++) {
				char text[sizeof "2019-01-01T00:00:00.000000+0000"];
				int64_t us = NONE;

				snprintf(text, sizeof text, "%s", whole[i]);
				text[at] = *p;
				CHECK_NUMBER(text, NONE, when_parse(span_of(text), &us) ? us : NONE);
				check_canonical(text, NONE);
			}
}

int
main(void)
{
	EACH(i, stamps) {
		int64_t us = NONE;

		CHECK_NUMBER(stamps[i].text, stamps[i].us, when_parse(span_of(stamps[i].text), &us) ? us : NONE);
	}
	EACH(i, formats) {
		char text[WHEN_LENGTH];

		when_format(formats[i].us, text);
		CHECK_TEXT("format", formats[i].text, ((struct span){ text, WHEN_LENGTH }));
		check_canonical(formats[i].text, formats[i].us);
	}
	EACH(i, durations) {
		int64_t us = NONE;

		CHECK_NUMBER(durations[i].text, durations[i].us, when_duration(span_of(durations[i].text), &us) ? us : NONE);
	}
	EACH(i, points) {
		int64_t us = NONE;

		CHECK_NUMBER(points[i].text, points[i].us, when_point(span_of(points[i].text), now, &us) ? us : NONE);
	}
	check_canonical("2019-04-30T05:60:00.000000Z", NONE);
	check_canonical("2019-04-30T05:00:60.000000Z", NONE);
	check_canonical("2019-04-30T05:61:00.000000Z", NONE);
	check_canonical("2019-04-30T05:00:61.000000Z", NONE);
	check_canonical("2019-04-30T24:00:00.000000Z", NONE);
	check_canonical("2019-02-29T00:00:00.000000Z", NONE);
	check_canonical("2019-04-30T05:00:00.000000+", NONE);
	check_canonical("2019-04-30 05:00:00.000000Z", NONE);
	check_canonical("2019-04-30T05:00:00.00000 Z", NONE);
	check_canonical("2019-04-30T05:00:00.000001Z", INT64_C(1556600400000001));
	check_days();
	check_digits();
	CHECK_NUMBER("floor(0)", 0, when_floor(0, HOUR));
	CHECK_NUMBER("floor(-1)", -HOUR, when_floor(-1, HOUR));
	CHECK_NUMBER("floor(-1h)", -HOUR, when_floor(-HOUR, HOUR));
	CHECK_NUMBER("floor(1h - 1)", 0, when_floor(HOUR - 1, HOUR));
	CHECK_NUMBER("floor(-1, 7)", -7, when_floor(-1, 7));
	CHECK_NUMBER("the clock", 1, when_now() > INT64_C(1556600591123456) && when_now() < WHEN_MAX);
	return check_failures > 0;
}
