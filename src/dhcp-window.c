/* Group flat records by key and event-time window, and aggregate them. */
#include <inttypes.h>

#include "alloc.h"
#include "job.h"
#include "when.h"

enum { SECOND = 1000000, SAVE_EVERY = 10 * SECOND };

static struct intake
intake_of(const struct job *job)
{
	const struct settings *s = &job->settings;

	return (struct intake){ .query = job->query, .windows = job->windows, .sources = job->sources, .in = job->in,
		.bounded = s->bounded && s->spec.mode != MODE_COMPLETE, .lateness = s->lateness,
		.keep = s->checkpoint != NULL || s->save != NULL,
		.partial = s->merge ? partial_new(job->query, "--merge") : NULL,
		.asked = s->merge ? output_memory() : NULL, .relays = s->source != NULL ? &s->spec : NULL,
		.late_file = s->late_file != NULL ? output_append("--late-file", s->late_file) : NULL };
}

static struct state
state_of(const struct job *job, struct counter counters[COUNTERS])
{
	job_count(job, false, counters);
	return (struct state){ &job->settings.spec, job->query, job->sources, job->windows, job->rows.origin, job->intake.asked, counters,
		KEPT_COUNTERS };
}

static void
job_init(struct job *job, int argc, char *argv[])
{
	struct settings *s = &job->settings;
	struct counter counters[COUNTERS];
	struct state state;
	bool keep;

	*job = (struct job){ .hints = hints_start(when_elapsed()), .saving.last = when_elapsed(), .showing.last = INT64_MIN };
	settings_read(s, argc, argv);
	keep = s->checkpoint != NULL || s->save != NULL;
	job->query = query_new(s->by, s->aggregates);
	job->windows = windows_new(&s->spec, job->query);
	job->rows = (struct rows){ .query = job->query, .keyed = s->keyed, .session = s->spec.session, .row = output_memory(),
		.origin = s->source != NULL ? origin_new("--source", s->source, &s->spec, job->query) : NULL,
		.having = s->having != NULL ? jqexpr_new("--having", s->having) : NULL, .out = output_stdout() };
	output_unbroken(job->rows.out);
	if (keep)
		output_mend(job->rows.out);
	job->in = input_open(argv + optind, true);
	job->sources = sources_new(job->in, keep);
	job->intake = intake_of(job);
	sources_expect(job->sources, s->partitions);
	state = state_of(job, counters);
	if (keep)
		job->checkpoint = checkpoint_open(s->checkpoint, s->save, &state);
	else if (s->spec.partial || s->evict)
		partial_free(partial_new(job->query, s->evict ? "--on-full" : "--partial"));
	intake_init(&job->intake);
}

/* How often to look whether somebody has been silent for too long. */
static int64_t
look_every(const struct settings *s)
{
	return s->idle / 8 < SECOND ? s->idle / 8 + 1 : SECOND;
}

/* Let out what may close by the sources' clocks. */
static int64_t
settle(struct job *job, int64_t now, bool force)
{
	int64_t clock, wait = force && job->settings.spec.session ? pace_wait(&job->closing, now, 0) : 0;

	if (job->settings.idle > 0)
		sources_listen(job->sources, now, 2 * look_every(&job->settings));
	if (!job->intake.bounded || (clock = sources_clock(job->sources, now, job->settings.idle)) == CLOCK_NONE)
		return -1;
	windows_close(job->windows, clock - job->settings.lateness, force && wait == 0, rows_put, &job->rows);
	if (force)
		rows_beat(&job->rows, windows_closed(job->windows));
	if (force && wait == 0)
		pace_done(&job->closing, now, when_elapsed());
	return wait > 0 ? wait : -1;
}

/* Update mode: what has changed; complete mode: the table. A reader who pauses must not make the next one late. */
static void
show(struct job *job)
{
	int64_t begun = when_worked();

	if (job->shown == job->intake.ends[PASSED])
		return;
	if (job->settings.spec.mode == MODE_UPDATE)
		windows_changed(job->windows, rows_put, &job->rows);
	else if (job->settings.spec.mode == MODE_COMPLETE)
		windows_each(job->windows, rows_put, &job->rows);
	job->shown = job->intake.ends[PASSED];
	output_flush_all();
	job->showing = (struct pace){ when_elapsed(), when_worked() - begun };
}

static int64_t
show_in_time(struct job *job, int64_t now)
{
	const struct settings *s = &job->settings;
	struct pace pace = { job->showing.last, s->spec.mode == MODE_COMPLETE && s->trigger == 0 ? job->showing.cost : 0 };
	int64_t wait = pace_wait(&pace, now, s->trigger);

	if (s->spec.mode == MODE_APPEND || s->trigger == TRIGGER_ONCE || job->shown == job->intake.ends[PASSED])
		return -1;
	if (wait == 0)
		show(job);
	return wait == 0 ? -1 : wait;
}

static void
save(struct job *job)
{
	struct counter counters[COUNTERS];
	struct state state = state_of(job, counters);
	int64_t begun = when_elapsed();
	uint64_t failures;

	if (diag_stopped()) /* rows are missing */
		return;
	failures = diag_failures();
	checkpoint_save(job->checkpoint, &state);
	job->unsaved += diag_failures() - failures;
	job->saved = job_read(job);
	pace_done(&job->saving, begun, when_elapsed());
}

/* In an endless run; what --save asks for is written at the end alone. Rows go out before they are forgotten. */
static int64_t
save_in_time(struct job *job, int64_t now)
{
	int64_t wait = pace_wait(&job->saving, now, SAVE_EVERY), unshown;

	if (job->checkpoint == NULL || job->settings.save != NULL || job->saved == job_read(job))
		return -1;
	/* What has changed, and has to be shown before, is not known any more after a resume. */
	if (job->settings.spec.mode != MODE_APPEND && job->settings.trigger == TRIGGER_ONCE)
		return -1;
	if (wait > 0)
		return wait;
	if (job->settings.spec.mode != MODE_APPEND && (unshown = show_in_time(job, now)) > 0)
		return unshown;
	rows_beat(&job->rows, windows_closed(job->windows)); /* a resume would not know that it is due */
	output_sync();
	save(job);
	return -1;
}

static int64_t
hint(struct job *job, int64_t now)
{
	if (windows_open(job->windows) == 0 || job->settings.spec.mode != MODE_APPEND || !input_is_live(job->in))
		return -1;
	return job->intake.bounded ? hint_held(&job->hints, job->sources, now) : hint_live(&job->hints, now);
}

/* The input has nothing for now: do what is due, and say how long there is until something else is. */
static int64_t
waiting(void *arg)
{
	struct job *job = arg;
	int64_t now = when_elapsed(), wait = settle(job, now, true);

	if (job->settings.idle > 0)
		wait = shorter(wait, look_every(&job->settings));
	wait = shorter(wait, show_in_time(job, now));
	wait = shorter(wait, save_in_time(job, now));
	return shorter(wait, hint(job, now));
}

/* More groups than may be kept: false if that ends the run. */
static bool
make_room(struct job *job)
{
	uint64_t most = job->settings.most;

	job->closing.cost = 0; /* whether there is room must not depend on the time that it takes to look */
	settle(job, when_elapsed(), true);
	if (job->settings.evict && windows_size(job->windows) > most) {
		uint64_t groups = windows_groups(job->windows);

		windows_evict(job->windows, most - most / 8, rows_put, &job->rows);
		job->evicted += groups - windows_groups(job->windows);
	}
	job->full = windows_size(job->windows) > most;
	return !job->full;
}

static void
take_block(struct job *job, struct span block)
{
	int64_t now = when_elapsed();
	struct span line;

	sources_heard(job->sources, now);
	while (!diag_stopped() && input_split(&block, &line)) {
		intake_line(&job->intake, line);
		if (job->settings.most != 0 && windows_size(job->windows) > job->settings.most && !make_room(job)) {
			fail("--max-groups: %" PRIu64 ": more are open (--on-full evict lets the oldest go)", job->settings.most);
			input_stop(job->in, block.p);
			return;
		}
	}
	settle(job, now, false);
	if (job->settings.trigger > 0)
		show_in_time(job, now);
	save_in_time(job, now);
}

/*
 * The end of the input: without a checkpoint, and with --final, nothing stays open. Where the input did not come to its end
 * --final must wait for another run.
 */
static void
job_end(struct job *job)
{
	const struct settings *s = &job->settings;
	bool final = s->final && diag_left() == 0 && diag_failures() == job->unsaved;
	bool close = (job->checkpoint == NULL || final) && s->spec.mode != MODE_COMPLETE && !job->full;

	job->closing.cost = 0;
	if (close) {
		windows_close(job->windows, INT64_MAX, true, rows_put, &job->rows);
		rows_beat(&job->rows, windows_closed(job->windows));
	}
	settle(job, when_elapsed(), true);
	show(job);
	if (close && final && windows_passed(job->windows).closed != INT64_MIN)
		sources_raise(job->sources, windows_passed(job->windows).closed + s->lateness);
	if (s->final && !final)
		warn("the input did not come to its end: --final has closed nothing");
	if (job->checkpoint != NULL)
		output_sync();
	if (output_finish() && job->checkpoint != NULL)
		save(job);
}

static void
job_free(struct job *job)
{
	intake_free(&job->intake);
	checkpoint_close(job->checkpoint);
	sources_free(job->sources);
	windows_free(job->windows);
	query_free(job->query);
	jqexpr_free(job->rows.having);
	output_free(job->rows.row);
	origin_free(job->rows.origin);
	input_close(job->in);
}

int
main(int argc, char *argv[])
{
	struct job job;
	struct span block;
	bool cut;
	int status;

	diag_start("dhcp-window");
	give_memory_back();
	job_init(&job, argc, argv);
	diag_on_request(job_stats, &job);
	diag_leave_on_signals();
	input_on_wait(job.in, waiting, &job);
	while (input_block(job.in, &block))
		take_block(&job, block);
	if (!diag_stopped())
		job_end(&job);
	output_finish();
	job_say_more(&job);
	if (job.settings.common.stats)
		job_stats(&job);
	cut = diag_left() != 0 && job.checkpoint == NULL;
	job_free(&job);
	status = diag_finish();
	if (cut)
		diag_die_of_signal();
	return status;
}
