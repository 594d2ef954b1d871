#include "when.h"

#include <time.h>

#define SECOND INT64_C(1000000)
#define DAY (86400 * SECOND)

enum { FIXED_LENGTH = 26, EVE_LENGTH = 31 };

/* Days since 1970-01-01 of a date in the proleptic Gregorian calendar; March begins the year, so leap days end it. */
static int64_t
days_from_date(int64_t y, int64_t m, int64_t d)
{
	int64_t era, year_of_era, day_of_year;

	y -= m <= 2;
	era = (y >= 0 ? y : y - 399) / 400;
	year_of_era = y - era * 400;
	day_of_year = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

static void
date_from_days(int64_t days, int64_t *y, int64_t *m, int64_t *d)
{
	int64_t era, day_of_era, year_of_era, day_of_year, mp;

	days += 719468;
	era = (days >= 0 ? days : days - 146096) / 146097;
	day_of_era = days - era * 146097;
	year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	mp = (5 * day_of_year + 2) / 153;
	*d = day_of_year - (153 * mp + 2) / 5 + 1;
	*m = mp < 10 ? mp + 3 : mp - 9;
	*y = year_of_era + era * 400 + (*m <= 2);
}

static int64_t
month_length(int64_t y, int64_t m)
{
	if (m == 2)
		return y % 4 == 0 && (y % 100 != 0 || y % 400 == 0) ? 29 : 28;
	return m == 4 || m == 6 || m == 9 || m == 11 ? 30 : 31;
}

/* Exactly n digits at *p, which moves behind them; -1 if they are not there. */
static int64_t
digits(const char **p, const char *end, int n)
{
	int64_t value = 0;

	if (end - *p < n)
		return -1;
	for (; n > 0; n--, ++*p) {
		if (**p < '0' || **p > '9')
			return -1;
		value = value * 10 + (**p - '0');
	}
	return value;
}

static bool
skip(const char **p, const char *end, char c)
{
	if (*p == end || **p != c)
		return false;
	++*p;
	return true;
}

static bool
parse_date(const char **p, const char *end, int64_t *us)
{
	int64_t y, m, d;

	if ((y = digits(p, end, 4)) < 0 || !skip(p, end, '-') || (m = digits(p, end, 2)) < 1 || m > 12 ||
	    !skip(p, end, '-') || (d = digits(p, end, 2)) < 1 || d > month_length(y, m))
		return false;
	*us = days_from_date(y, m, d) * DAY;
	return true;
}

static bool
parse_fraction(const char **p, const char *end, int64_t *us)
{
	int64_t unit = SECOND / 10;
	const char *start = *p;

	for (; *p < end && **p >= '0' && **p <= '9'; ++*p, unit /= 10)
		*us += (**p - '0') * unit;
	return *p > start;
}

static bool
parse_clock(const char **p, const char *end, int64_t *us)
{
	int64_t h, m, s;

	if ((h = digits(p, end, 2)) < 0 || h > 23 || !skip(p, end, ':') || (m = digits(p, end, 2)) < 0 || m > 59 ||
	    !skip(p, end, ':') || (s = digits(p, end, 2)) < 0 || s > 60)
		return false;
	*us += (h * 3600 + m * 60 + s) * SECOND;
	return !(skip(p, end, '.') || skip(p, end, ',')) || parse_fraction(p, end, us);
}

static bool
parse_zone(const char **p, const char *end, int64_t *us)
{
	int64_t sign, h, m = 0;

	if (*p == end || skip(p, end, 'Z') || skip(p, end, 'z'))
		return true;
	sign = **p == '+' ? 1 : **p == '-' ? -1 : 0;
	++*p;
	if (sign == 0 || (h = digits(p, end, 2)) < 0 || h > 23)
		return false;
	if ((skip(p, end, ':') || *p < end) && ((m = digits(p, end, 2)) < 0 || m > 59))
		return false;
	*us -= sign * (h * 60 + m) * 60 * SECOND;
	return true;
}

static bool
in_range(int64_t us)
{
	return us >= WHEN_MIN && us <= WHEN_MAX;
}

static inline int
two(const char *p)
{
	return (p[0] - '0') * 10 + (p[1] - '0');
}

typedef unsigned char form __attribute__((vector_size(16)));

/* Is each byte what the form has there: a digit for '0', else the same? */
static inline bool
has_form(const char *text, const char *want)
{
	form v, w, digit;
	uint64_t wrong[2];

	memcpy(&v, text, sizeof v);
	memcpy(&w, want, sizeof w);
	digit = (form)(w == '0') & 9;
	w = (form)((form)(v - w) > digit);
	memcpy(wrong, &w, sizeof wrong);
	return (wrong[0] | wrong[1]) == 0;
}

/* Date and clock, 26 bytes. Stamps come in order, so the date and hour are mostly those of the last one. */
static bool
parse_fixed(const char *text, int64_t *us)
{
	static char hour[14];
	static int64_t hour_us;
	int minute, second;

	if (!has_form(text, "0000-00-00T00:00") || !has_form(text + 10, "T00:00:00.000000"))
		return false;
	if (memcmp(hour, text, 13) != 0) {
		const char *p = text;

		hour[0] = '\0';
		if (!parse_date(&p, text + 10, &hour_us) || two(text + 11) > 23)
			return false;
		hour_us += two(text + 11) * 3600 * SECOND;
		memcpy(hour, text, 13);
	}
	minute = two(text + 14);
	second = two(text + 17);
	*us = hour_us + (minute * 60 + second) * SECOND + two(text + 20) * 10000 + two(text + 22) * 100 + two(text + 24);
	return minute < 60 && second < 60;
}

bool
when_parse_canonical(const char *text, int64_t *us)
{
	return text[WHEN_LENGTH - 1] == 'Z' && parse_fixed(text, us);
}

/* Suricata's own form: the same with a zone of a sign and four digits. */
static bool
parse_eve(const char *text, int64_t *us)
{
	const char *p = text + FIXED_LENGTH + 1, *end = text + EVE_LENGTH;
	int64_t h = digits(&p, end, 2), m = digits(&p, end, 2), offset = (h * 60 + m) * 60 * SECOND;

	if ((text[FIXED_LENGTH] != '+' && text[FIXED_LENGTH] != '-') || h < 0 || h > 23 || m < 0 || m > 59 ||
	    !parse_fixed(text, us))
		return false;
	*us -= text[FIXED_LENGTH] == '+' ? offset : -offset;
	return true;
}

bool
when_parse(struct span text, int64_t *us)
{
	const char *p = text.p, *end = p + text.n;

	if (text.n == EVE_LENGTH && parse_eve(p, us))
		return in_range(*us);
	if (!parse_date(&p, end, us) || p == end || (*p != 'T' && *p != 't' && *p != ' '))
		return false;
	p++;
	return parse_clock(&p, end, us) && parse_zone(&p, end, us) && p == end && in_range(*us);
}

static void
put_two(char *to, unsigned value)
{
	static const char pairs[] = "0001020304050607080910111213141516171819202122232425262728293031323334353637383940"
	    "4142434445464748495051525354555657585960616263646566676869707172737475767778798081828384858687888990919293"
	    "949596979899";

	memcpy(to, pairs + 2 * value, 2);
}

void
when_format(int64_t us, char *text)
{
	static int64_t last_day = INT64_MIN;
	static char date[11];
	int64_t day = last_day, y, m, d;
	unsigned s, fraction;

	if (day == INT64_MIN || us < day || us >= day + DAY)
		day = when_floor(us, DAY);
	if (day != last_day) {
		date_from_days(day / DAY, &y, &m, &d);
		memcpy(date, "0000-00-00T", 11);
		put_two(date, (unsigned)y / 100);
		put_two(date + 2, (unsigned)y % 100);
		put_two(date + 5, (unsigned)m);
		put_two(date + 8, (unsigned)d);
		last_day = day;
	}
	memcpy(text, date, 11);
	memcpy(text + 11, "00:00:00.000000Z", 16);
	s = (unsigned)((us - day) / SECOND);
	fraction = (unsigned)((us - day) % SECOND);
	put_two(text + 11, s / 3600);
	put_two(text + 14, s / 60 % 60);
	put_two(text + 17, s % 60);
	put_two(text + 20, fraction / 10000);
	put_two(text + 22, fraction / 100 % 100);
	put_two(text + 24, fraction % 100);
}

static bool
unit_of(struct span text, int64_t *us)
{
	static const struct {
		const char *name;
		int64_t us;
	} units[] = { { "us", 1 }, { "ms", 1000 }, { "s", SECOND }, { "m", 60 * SECOND }, { "h", 3600 * SECOND },
		{ "d", DAY }, { "w", 7 * DAY } };

	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		if (span_eq(text, span_of(units[i].name))) {
			*us = units[i].us;
			return true;
		}
	return false;
}

bool
when_duration(struct span text, int64_t *us)
{
	const char *p = text.p, *end = p + text.n;

	for (*us = 0; p < end;) {
		int64_t n = 0, unit, part;
		const char *start = p;

		for (; p < end && *p >= '0' && *p <= '9' && n <= WHEN_MAX / 10; p++)
			n = n * 10 + (*p - '0');
		if (p == start)
			return false;
		for (start = p; p < end && (*p < '0' || *p > '9'); p++)
			;
		if (!unit_of((struct span){ start, (size_t)(p - start) }, &unit) ||
		    __builtin_mul_overflow(n, unit, &part) || __builtin_add_overflow(*us, part, us) || *us > WHEN_MAX)
			return false;
	}
	return *us > 0;
}

bool
when_point(struct span text, int64_t now, int64_t *us)
{
	const char *p = text.p, *end = p + text.n;
	int64_t back;

	if (span_eq(text, SPAN("now")) || span_eq(text, SPAN("today"))) {
		*us = text.n == 3 ? now : when_floor(now, DAY);
		return true;
	}
	if (text.n > 1 && (*p == '-' || *p == '+')) {
		if (!when_duration((struct span){ p + 1, text.n - 1 }, &back))
			return false;
		*us = *p == '-' ? now - back : now + back;
		return in_range(*us);
	}
	if (text.n == 10)
		return parse_date(&p, end, us) && p == end;
	return when_parse(text, us);
}

static int64_t
read_clock(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec * SECOND + now.tv_nsec / 1000;
}

int64_t
when_now(void)
{
	return read_clock(CLOCK_REALTIME);
}

int64_t
when_elapsed(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

int64_t
when_worked(void)
{
	return read_clock(CLOCK_PROCESS_CPUTIME_ID);
}

int64_t
when_floor(int64_t us, int64_t step)
{
	int64_t rest = us % step;

	return us - (rest < 0 ? rest + step : rest);
}
