#include "job.h"

#include <inttypes.h>

#include "emit.h"
#include "input.h"
#include "when.h"

uint64_t
job_read(const struct job *job)
{
	return intake_read(&job->intake) + input_too_long(job->in);
}

void
job_count(const struct job *job, bool open, struct counter counters[COUNTERS])
{
	const uint64_t *ends = job->intake.ends;
	uint64_t groups = job->rows.groups + (open ? windows_groups(job->windows) : 0);
	uint64_t windows = windows_let_out(job->windows) + (open ? windows_open(job->windows) : 0);

	memcpy(counters, (const struct counter[COUNTERS]){ { "read", job_read(job) }, { "passed", ends[PASSED] },
	    { "blank", ends[BLANK] }, { "bad", ends[BAD] + input_too_long(job->in) }, { "no_time", ends[NO_TIME] },
	    { "late", ends[LATE] }, { "replayed", ends[REPLAYED] }, { "heartbeats", ends[HEARTBEAT] },
	    { "lost", job->intake.lost }, { "gaps", intake_gaps(&job->intake) }, { "not_aggregated", job->intake.not_aggregated },
	    { "windows", job->settings.spec.session ? groups : windows }, { "groups", groups }, { "rows", job->rows.written },
	    { "having", job->rows.dropped }, { "having_error", job->rows.errors }, { "evicted", job->evicted },
	    { "bytes", input_bytes(job->in) }, { "open_windows", windows_open(job->windows) },
	    { "open_groups", windows_groups(job->windows) } }, sizeof(struct counter[COUNTERS]));
}

static void
put_source(struct output *out, const char *name, const struct sources *sources, const struct source *source)
{
	char text[256];

	output_char(out, ',');
	emit_name(out, span_of(name));
	if (source == NULL) {
		output_lit(out, "null");
		return;
	}
	source_name(sources, source, text, sizeof text);
	emit_string(out, span_of(text));
}

void
job_stats(void *arg)
{
	struct job *job = arg;
	struct counter counters[COUNTERS];
	struct output *out = output_memory();
	int64_t now = when_elapsed(), clock = sources_clock(job->sources, now, job->settings.idle);
	const struct source *source;

	job_count(job, true, counters);
	output_lit(out, ",\"watermark\":");
	if (job->intake.bounded && clock >= WHEN_MIN + job->settings.lateness && clock <= WHEN_MAX)
		emit_time(out, clock - job->settings.lateness);
	else
		output_lit(out, "null");
	put_source(out, "holds", job->sources, sources_slowest(job->sources, now, job->settings.idle));
	put_source(out, "ahead", job->sources, sources_ahead(job->sources));
	output_lit(out, ",\"sources\":[");
	sources_sort(job->sources);
	for (uint32_t i = 0; (source = sources_at(job->sources, i)) != NULL; i++) {
		if (i > 0)
			output_char(out, ',');
		source_emit(job->sources, source, out);
	}
	output_char(out, ']');
	diag_stats_and(counters, COUNTERS, out->buf, out->n);
	output_free(out);
}

void
job_say_more(const struct job *job)
{
	uint64_t late = job->intake.ends[LATE];

	if (late > 0)
		warn("%" PRIu64 " record%s late%s", late, late == 1 ? " was" : "s were",
		    job->settings.late_file == NULL ? " (--late-file FILE keeps them)" : "");
	if (job->intake.disordered > 1)
		warn("%" PRIu64 " records were skipped whose offsets did not ascend", job->intake.disordered);
	if (job->intake.holes > HOLES_SAID)
		warn("%" PRIu64 " offsets were lost, in %" PRIu64 " places", job->intake.lost, job->intake.holes);
}
