/*
 * generate - EVE lines for the benchmarks, byte for byte the same in every run.
 *
 * mixed  What Suricata 8 logs at the edge of an office: 125 events a second, about 895 bytes each. One line in a
 *        hundred is DHCP, four in a thousand only mention it. A stats line comes every 8 seconds, Suricata's
 *        default: at this rate one line in a thousand. A quieter sensor has more of them.
 * dense  Extended DHCP events and nothing else, 60 a second, about 590 bytes each. Every conversation has an id of
 *        its own, and 64 conversations are under way at any time.
 *
 * No two lines bear the same microsecond, so there is only one order by time.
 */
#define _POSIX_C_SOURCE 200809L	/* gmtime_r */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
	LINE_SIZE = 32768, POOL_SIZE = 16384, TALKS = 64, CLIENTS = 20000,
	DENSE_LINE = 590,		/* bytes, about: sets how many lines an id gets */
	SECOND = 1000000, MIXED_STEP = 15999, DENSE_STEP = 33332, STATS_EVERY = 8 * SECOND,	/* microseconds */
	ZONE = 9 * 3600			/* seconds east of Greenwich */
};

/* A DHCP conversation: discover, offer, request, ack, then renewals under the same id. */
struct talk {
	uint64_t key;			/* the client: its MAC, name and address are made of it */
	uint32_t id;
	unsigned step, steps;
};

struct generator {
	uint64_t state, now, stats_due, bytes, limit;
	uint64_t ids, quota;		/* ids so far; lines an id gets, in thousandths */
	uint64_t client, server;
	struct talk talks[TALKS], *talk;
	size_t len;
	char line[LINE_SIZE], pool[POOL_SIZE];
};

#include "templates.h"

static void
die(void)
{
	perror("generate");
	exit(2);
}

static uint64_t
mix64(uint64_t x)
{
	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	return x ^ (x >> 31);
}

/* splitmix64, https://prng.di.unimi.it/splitmix64.c */
static uint64_t
draw(struct generator *g)
{
	return mix64(g->state += UINT64_C(0x9e3779b97f4a7c15));
}

static uint64_t
below(struct generator *g, uint64_t n)
{
	return (draw(g) >> 32) * n >> 32;
}

static void
put(struct generator *g, const char *s, size_t n)
{
	if (n > LINE_SIZE - g->len)
		abort();
	memcpy(g->line + g->len, s, n);
	g->len += n;
}

static void
put_char(struct generator *g, char c)
{
	put(g, &c, 1);
}

static void
put_text(struct generator *g, const char *s)
{
	put(g, s, strlen(s));
}

/* At least width digits of n. */
static void
put_digits(struct generator *g, uint64_t n, unsigned base, unsigned width)
{
	char digits[64], *p = digits + sizeof(digits), *wide = p - width;

	for (; n > 0 || p > wide; n /= base)
		*--p = "0123456789abcdefghijklmnopqrstuvwxyz"[n % base];
	put(g, p, (size_t)(digits + sizeof(digits) - p));
}

static void
put_number(struct generator *g, uint64_t n)
{
	put_digits(g, n, 10, 1);
}

/* The low n bytes of a value, each in that base, with a separator between them. */
static void
put_bytes(struct generator *g, uint64_t value, int n, unsigned base, char separator)
{
	while (n-- > 0) {
		put_digits(g, value >> 8 * n & 255, base, base == 16 ? 2 : 1);
		if (n > 0)
			put_char(g, separator);
	}
}

static void
put_address(struct generator *g, uint64_t address)
{
	put_bytes(g, address, 4, 10, '.');
}

static void
put_mac(struct generator *g, uint64_t key)
{
	put_bytes(g, (uint64_t)PICK(vendors, key) << 24 | (key >> 8 & 0xffffff), 6, 16, ':');
}

static void
put_time(struct generator *g, uint64_t usec)
{
	time_t local = (time_t)(usec / SECOND) + ZONE;
	struct tm tm;
	char text[32];

	if (gmtime_r(&local, &tm) == NULL)
		abort();
	put(g, text, strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S.", &tm));
	put_digits(g, usec % SECOND, 10, 6);
	put_text(g, "+0900");
}

static void
put_base64(struct generator *g, size_t n)
{
	put(g, g->pool + below(g, POOL_SIZE - n), n);
}

static void expand(struct generator *, const char *);

/* One client in 32 has no name. One in 16 has its address from the server that the job leaves out. */
static void
put_hostname(struct generator *g)
{
	if (g->talk->key >> 59 == 0)
		return;
	expand(g, "'hostname':'");
	expand(g, PICK(names, g->talk->key >> 32));
	expand(g, "',");
}

static void
fill(struct generator *g, char letter)
{
	switch (letter) {
	case 't': put_time(g, g->now); break;
	case 'o': put_time(g, g->now - below(g, 60 * (uint64_t)SECOND)); break;
	case 'f': put_number(g, draw(g) >> 13); break;
	case 's': put_address(g, 0x0a4d0400 + g->client % 2048); break;
	case 'd': put_address(g, 0x5db80000 + g->server % 65536); break;
	case 'p': put_number(g, 32768 + g->client % 28000); break;
	case 'n': put_number(g, below(g, 65536)); break;
	case 'N': put_number(g, below(g, 10000000)); break;
	case 'x': put_digits(g, draw(g), 16, 16); break;
	case 'w': put_digits(g, g->talk->key >> 20 & 0xffffffff, 36, 7); break;
	case 'k': put_digits(g, g->talk->key, 16, 16); break;
	case 'h': put_text(g, PICK(domains, g->server)); break;
	case 'u': put_text(g, PICK(paths, g->client)); break;
	case 'a': put_text(g, PICK(agents, g->client)); break;
	case 'b': put_base64(g, 4 * (50 + below(g, 400))); break;
	case 'c': put_base64(g, 27); break;
	case 'q': put_text(g, printable); break;
	case 'i': put_number(g, g->talk->id); break;
	case 'm': put_mac(g, g->talk->key); break;
	case 'A': put_address(g, 0x0a4d1000 + g->talk->key % 61440); break;
	case 'S': put_address(g, g->talk->key >> 40 & 15 ? 0x0a4d0001 : 0x3d525806); break;
	case 'H': put_hostname(g); break;
	default: abort();
	}
}

static void
expand(struct generator *g, const char *text)
{
	for (; *text != '\0'; text++)
		if (*text == '%')
			fill(g, *++text);
		else
			put_char(g, *text == '\'' ? '"' : *text);
}

/* Writes a counter's name, and its value as the suffix says. Returns what follows. */
static const char *
put_counter(struct generator *g, const char *name)
{
	size_t n = strcspn(name, " *!?{}");

	put_char(g, '"');
	put(g, name, n);
	put_text(g, "\":");
	switch (name[n]) {
	case '{': put_char(g, '{'); return name + n + 1;
	case '*': put_number(g, below(g, 10000000)); return name + n + 1;
	case '!': expand(g, "{'gap':0,'alloc':0,'parser':0,'internal':0}"); return name + n + 1;
	case '?': expand(g, "{'alloc':0,'parser':0,'internal':0}"); return name + n + 1;
	default: put_char(g, '0'); return name + n;
	}
}

static void
put_counters(struct generator *g, const char *shape)
{
	while (*shape != '\0')
		if (*shape == ' ' || *shape == '}')
			put_char(g, *shape++ == ' ' ? ',' : '}');
		else
			shape = put_counter(g, shape);
}

static void
stats_line(struct generator *g)
{
	g->stats_due += STATS_EVERY;
	expand(g, "{'timestamp':'%t','event_type':'stats','stats':{");
	for (size_t i = 0; i < sizeof(stats) / sizeof(stats[0]); i++)
		put_counters(g, stats[i]);
	expand(g, "}}\n");
}

/* Lets the next conversation begin. Ids are spread over 32 bits and come once each. */
static void
start_talk(struct generator *g, struct talk *talk)
{
	talk->id = (uint32_t)++g->ids * UINT32_C(2654435761);
	talk->key = mix64(below(g, CLIENTS) + 1);
	talk->step = 0;
	talk->steps = (unsigned)((g->quota + below(g, 1000)) / 1000);
}

static void
dhcp_line(struct generator *g)
{
	struct talk *talk = g->talk;

	expand(g, dhcp_steps[talk->step < 4 ? talk->step : 4 + talk->step % 2]);
	if (++talk->step >= talk->steps)
		start_talk(g, talk);
}

static void
mixed_line(struct generator *g)
{
	uint64_t n = below(g, 1000);

	if (g->now >= g->stats_due) {
		stats_line(g);
		return;
	}
	for (size_t i = 0; i < sizeof(mix) / sizeof(mix[0]); i++) {
		if (n < mix[i].weight) {
			expand(g, mix[i].text);
			return;
		}
		n -= mix[i].weight;
	}
	dhcp_line(g);
}

/* Lets time pass and chooses whom the next line is about. */
static void
advance(struct generator *g, uint64_t step)
{
	g->now += 1 + below(g, step);
	g->client = draw(g) >> 8;
	g->server = draw(g) >> 8;
	g->talk = &g->talks[below(g, TALKS)];
}

static void
generate(struct generator *g, uint64_t step, void (*write_line)(struct generator *))
{
	while (g->bytes < g->limit) {
		advance(g, step);
		g->len = 0;
		write_line(g);
		g->bytes += g->len;
		if (fwrite(g->line, 1, g->len, stdout) != g->len)
			die();
	}
}

static void
init(struct generator *g, uint64_t limit, uint64_t ids)
{
	g->now = UINT64_C(1556550000) * SECOND;		/* 2019-04-30T00:00:00+0900 */
	g->stats_due = g->now + STATS_EVERY;
	g->limit = limit;
	g->quota = limit * 1000 / DENSE_LINE / (ids > 0 ? ids : 1);
	for (size_t i = 0; i < POOL_SIZE; i++)
		g->pool[i] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"[below(g, 64)];
	for (size_t i = 0; i < TALKS; i++)
		start_talk(g, &g->talks[i]);
}

static uint64_t
number(const char *text)
{
	char *end;
	unsigned long long n = strtoull(text, &end, 10);

	if (end == text || *end != '\0' || n > INT64_MAX / 1000) {
		fprintf(stderr, "generate: %s: not a number\n", text);
		exit(2);
	}
	return n;
}

int
main(int argc, char *argv[])
{
	static struct generator g;
	int is_dense = argc > 1 && strcmp(argv[1], "dense") == 0;

	if (argc < 3 || argc > 3 + is_dense || (!is_dense && strcmp(argv[1], "mixed") != 0)) {
		fprintf(stderr, "usage: generate mixed BYTES\n       generate dense BYTES [IDS]\n");
		return 2;
	}
	setvbuf(stdout, NULL, _IOFBF, 1 << 18);
	init(&g, number(argv[2]), argc > 3 ? number(argv[3]) : number(argv[2]) / 2500);
	generate(&g, is_dense ? DENSE_STEP : MIXED_STEP, is_dense ? dhcp_line : mixed_line);
	if (fclose(stdout) != 0)
		die();
	return 0;
}
