#include "follow.h"

#include <stdlib.h>

#include "alloc.h"
#include "pace.h"
#include "screen.h"
#include "when.h"

enum { LOOK_AFTER = 1 << 16 /* bytes of rows, at full speed well below a millisecond */ };

struct follow {
	struct board *board;
	struct output *out, *page;
	int64_t every;
	struct pace pace; /* of drawing */
	bool on_screen, changed, drawn;
	size_t bytes; /* since the clock was looked at */
	size_t rows;
};

struct follow *
follow_new(struct board *board, struct output *out, int64_t every)
{
	struct follow *follow = xmalloc(sizeof *follow);

	*follow = (struct follow){ .board = board, .out = out, .every = every, .pace.last = when_elapsed() };
	follow->on_screen = screen_can();
	follow->page = output_memory();
	return follow;
}

void
follow_free(struct follow *follow)
{
	if (follow == NULL)
		return;
	output_free(follow->page);
	free(follow);
}

static void
draw_block(struct follow *follow)
{
	if (follow->drawn)
		output_char(follow->out, '\n');
	follow->rows = board_write(follow->board, 0, follow->out);
	output_flush_all();
}

static void
draw_screen(struct follow *follow)
{
	follow->page->n = 0;
	follow->rows = board_write(follow->board, screen_lines(), follow->page);
	screen_draw((struct span){ follow->page->buf, follow->page->n });
}

/* What it costs is the processor's time: a reader who pauses must not make the next drawing late. */
static void
draw(struct follow *follow)
{
	int64_t begun = when_worked();

	if (follow->on_screen)
		draw_screen(follow);
	else
		draw_block(follow);
	follow->pace = (struct pace){ .last = when_elapsed(), .cost = when_worked() - begun };
	follow->changed = false;
	follow->drawn = true;
}

static int64_t
wait_yet(const struct follow *follow)
{
	return pace_wait(&follow->pace, when_elapsed(), follow->every);
}

void
follow_row(struct follow *follow, size_t bytes)
{
	follow->changed = true;
	follow->bytes += bytes;
	if (follow->bytes < LOOK_AFTER)
		return;
	follow->bytes = 0;
	if (screen_is_stale() || wait_yet(follow) == 0)
		draw(follow);
}

/* The first time there is nothing to wait for. */
int64_t
follow_waiting(void *arg)
{
	struct follow *follow = arg;
	bool stale = screen_is_stale();
	int64_t wait = follow->drawn && !stale ? wait_yet(follow) : 0;

	if (!follow->changed && !stale)
		return -1;
	if (wait > 0)
		return wait;
	draw(follow);
	return -1;
}

void
follow_end(struct follow *follow, bool wanted)
{
	if (wanted && (screen_is_stale() || follow->changed))
		draw(follow);
	screen_leave();
}

size_t
follow_rows(const struct follow *follow)
{
	return follow->rows;
}
