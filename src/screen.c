#include "screen.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "alloc.h"
#include "diag.h"
#include "output.h"
#include "safe.h"
#include "utf8.h"
#include "whole.h"
#include "width.h"

#define CSI "\33["
#define HIDE_CURSOR CSI "?25l"
#define SHOW_CURSOR CSI "?25h"
#define STOP_WRAPPING CSI "?7l" /* how wide a character is taken to be is for the terminal to say: no line may grow into two */
#define WRAP CSI "?7h"
#define HOME CSI "H"
#define CLEAR_LINE CSI "K" /* from the cursor on */
#define CLEAR_BELOW CSI "J"

enum {
	LINES = 24, /* where the terminal does not say */
	COLUMNS = 80,
	TAB_STOP = 8,
	BYTES_A_COLUMN = 16, /* more than so many are cut, or marks that take no room would have no end */
	NUMBER_ROOM = 10,
	LEAVE_ROOM = 64,
	PATIENCE = 200, /* ms */
	SIGNALS = 6,
};

/* What ends the run, and SIGTSTP. */
static const int signals[SIGNALS] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGTSTP };

static struct {
	bool taken, fresh; /* what stands there is not ours */
	unsigned rows;     /* when it was drawn last */
	struct output *frame;
	struct sigaction before[SIGNALS];
} screen;

static volatile sig_atomic_t line_below; /* what is drawn: there the cursor rests */
static volatile sig_atomic_t drawing;
static volatile sig_atomic_t stopped;    /* in the meantime: what was to be drawn would go over what others have written */
static volatile sig_atomic_t asked;      /* to end */

bool
screen_can(void)
{
	const char *kind = getenv("TERM");

	return isatty(STDOUT_FILENO) && kind != NULL && *kind != '\0' && strcmp(kind, "dumb") != 0;
}

static struct winsize
size_now(void)
{
	struct winsize size = { 0 };

	ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
	if (size.ws_row == 0)
		size.ws_row = LINES;
	if (size.ws_col == 0)
		size.ws_col = COLUMNS;
	return size;
}

/* Two lines stay free: for messages, and afterwards for the prompt, with the line feed that shells add to a Ctrl-C. */
size_t
screen_lines(void)
{
	size_t lines = size_now().ws_row;

	return lines > 2 ? lines - 2 : 1;
}

/* Move to the start of a line. May be called by a signal handler. */
static char *
put_move(char *to, unsigned line)
{
	char digits[NUMBER_ROOM];
	size_t n = 0;

	do
		digits[n++] = (char)('0' + line % 10);
	while ((line /= 10) != 0);
	memcpy(to, CSI, 2);
	to += 2;
	while (n > 0)
		*to++ = digits[--n];
	memcpy(to, ";1H", 3);
	return to + 3;
}

/*
 * The sequence that gives the screen back; it needs LEAVE_ROOM. What stands below the rows are messages, unless they are being
 * drawn. May be called by a signal handler.
 */
static size_t
put_leave(char *to)
{
	char *end = to;

	if (drawing) {
		end = put_move(to, (unsigned)line_below);
		memcpy(end, CLEAR_BELOW, sizeof CLEAR_BELOW - 1);
		end += sizeof CLEAR_BELOW - 1;
	}
	memcpy(end, WRAP SHOW_CURSOR, sizeof WRAP SHOW_CURSOR - 1);
	return (size_t)(end - to) + sizeof WRAP SHOW_CURSOR - 1;
}

/* When there is no time: a terminal that takes nothing must not keep the run from ending. For signal handlers, too. */
static void
give_back(void)
{
	struct pollfd ready = { .fd = STDOUT_FILENO, .events = POLLOUT };
	char text[LEAVE_ROOM];
	int error = errno;

	if (line_below != 0 && poll(&ready, 1, PATIENCE) > 0)
		(void)!write(STDOUT_FILENO, text, put_leave(text));
	errno = error;
}

/* Do what would have been done without us. */
static void
pass_on(int sig, const struct sigaction *action)
{
	sigset_t set, old;

	sigaction(sig, action, NULL);
	sigemptyset(&set);
	sigaddset(&set, sig);
	raise(sig);
	sigprocmask(SIG_UNBLOCK, &set, &old);
	sigprocmask(SIG_SETMASK, &old, NULL);
}

/* Who was asked to end, and leaves in his own time, will be asked a second time if that is too long. */
static void
on_end(int sig)
{
	static const struct sigaction usual = { .sa_handler = SIG_DFL };
	int i = 0;

	while (signals[i] != sig)
		i++;
	if (screen.before[i].sa_handler != SIG_DFL && asked++ == 0)
		screen.before[i].sa_handler(sig);
	else {
		give_back();
		pass_on(sig, &usual);
	}
}

/* SIGCONT tells screen_is_stale that the run goes on. */
static void
on_stop(int sig)
{
	static const struct sigaction usual = { .sa_handler = SIG_DFL }, own = { .sa_handler = on_stop };

	give_back();
	pass_on(sig, &usual);
	sigaction(sig, &own, NULL);
	stopped = true;
}

static void
take_over(void)
{
	screen.taken = screen.fresh = true;
	screen.frame = output_memory();
	diag_before_death(give_back);
	diag_catch(SIGWINCH);
	diag_catch(SIGCONT);
	for (int i = 0; i < SIGNALS; i++) {
		struct sigaction own = { .sa_handler = signals[i] == SIGTSTP ? on_stop : on_end };

		sigaction(signals[i], NULL, &screen.before[i]);
		if (screen.before[i].sa_handler != SIG_IGN)
			sigaction(signals[i], &own, NULL);
	}
}

static void
write_all(const char *p, size_t n)
{
	if (!write_unless(&stopped, STDOUT_FILENO, p, n))
		die("standard output:");
}

void
screen_leave(void)
{
	char text[LEAVE_ROOM];

	if (!screen.taken)
		return;
	stopped = false;
	write_all(text, put_leave(text));
	for (int i = 0; i < SIGNALS; i++)
		sigaction(signals[i], &screen.before[i], NULL);
	diag_before_death(NULL);
	output_free(screen.frame);
	screen.taken = false;
}

bool
screen_is_stale(void)
{
	bool resized, goes_on;

	if (!screen.taken)
		return false;
	resized = diag_caught(SIGWINCH);
	goes_on = diag_caught(SIGCONT);
	screen.fresh |= goes_on;
	return resized || goes_on;
}

static bool
is_ascii(struct span text)
{
	for (size_t i = 0; i < text.n; i++)
		if ((signed char)text.p[i] < 0)
			return false;
	return true;
}

/* Text in which nothing moves the cursor, up to a column. */
static void
put_line(struct span text, size_t columns)
{
	struct output *frame = screen.frame;
	const char *p = text.p, *end = p + text.n;
	size_t column = 0;

	/* What the terminal takes to be narrower than we do leaves something of the line before. */
	if (!is_ascii(text))
		output_lit(frame, CLEAR_LINE);
	while (p < end) {
		int32_t cp;
		size_t n = utf8_next(p, end, &cp), wide = cp == '\t' ? TAB_STOP - column % TAB_STOP : width_of(cp);

		if (column + wide > columns)
			break;
		if (cp == '\t')
			memset(output_room(frame, wide), ' ', wide);
		else
			memcpy(output_room(frame, n), p, n);
		frame->n += cp == '\t' ? wide : n;
		column += wide;
		p += n;
	}
	if (column < columns) /* else it would clear the last character */
		output_lit(frame, CLEAR_LINE);
}

/* So much of a line as may be drawn, without a part of a character at its end. */
static size_t
bytes_for(struct span line, size_t columns)
{
	size_t most = columns * BYTES_A_COLUMN, n = most;

	if (line.n <= most)
		return line.n;
	while (n > most - 3 && (line.p[n] & 0xc0) == 0x80)
		n--;
	return n;
}

static void
put_safely(struct span line, size_t columns)
{
	size_t n = bytes_for(line, columns);
	char *text = xmalloc(SAFE_GROWTH * n + 1);

	put_line((struct span){ text, safe_copy(text, line.p, n) }, columns);
	free(text);
}

/*
 * What stood there before goes where it can be scrolled back to: all, or what a terminal that grew has got back from there at
 * its top.
 */
static void
scroll_away(unsigned rows)
{
	unsigned lines = screen.fresh ? rows : rows > screen.rows ? rows - screen.rows : 0;

	if (!screen.fresh && lines > 0)
		output_used(screen.frame, put_move(output_room(screen.frame, LEAVE_ROOM), rows));
	memset(output_room(screen.frame, lines), '\n', lines);
	screen.frame->n += lines;
	screen.fresh = false;
	screen.rows = rows;
}

void
screen_draw(struct span page)
{
	struct winsize size = size_now();
	size_t most = screen_lines(), line;
	const char *nl;

	stopped = false;
	if (!screen.taken)
		take_over();
	screen.frame->n = 0;
	output_lit(screen.frame, HIDE_CURSOR STOP_WRAPPING);
	scroll_away(size.ws_row);
	output_lit(screen.frame, HOME);
	for (line = 0; line < most && page.n > 0; line++) {
		nl = memchr(page.p, '\n', page.n);
		if (line > 0)
			output_lit(screen.frame, "\r\n");
		put_safely((struct span){ page.p, (size_t)(nl - page.p) }, size.ws_col);
		page = (struct span){ nl + 1, page.n - (size_t)(nl + 1 - page.p) };
	}
	line_below = (sig_atomic_t)line + 1;
	if (line < size.ws_row) { /* there is a line below */
		output_used(screen.frame, put_move(output_room(screen.frame, LEAVE_ROOM), (unsigned)line_below));
		output_lit(screen.frame, CLEAR_BELOW);
	}
	output_lit(screen.frame, WRAP);
	drawing = true;
	write_all(screen.frame->buf, screen.frame->n);
	drawing = false;
}
