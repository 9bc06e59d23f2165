#include "verifier/jobs.h"

#include <stdlib.h>

#include "lib/awsconf/foreign.h"
#include "lib/base/arena.h"
#include "lib/base/clock.h"
#include "lib/base/span.h"
#include "lib/net/net.h"
#include "lib/net/piped.h"

enum { MAX_OUTPUT = 4 * 1024 * 1024, TICK_MS = 100 };

extern char **environ;

struct run;

struct slot {
	struct run *run;
	struct gwt_job *job;
	struct gwt_piped *piped;
	struct gwt_buf output;
	uint64_t deadline_ms;
	bool late;
};

struct run {
	struct gwt_arena *arena;
	struct gwt_loop *loop;
	struct gwt_job *jobs;
	size_t len, next, running;
	uint64_t timeout_ms;
	struct slot *slots;
};

/* Scripts of packages run in it: they get no credentials of the user. */
static char **environment_of(struct gwt_arena *arena, const char *version)
{
	size_t count = 0, len = 0;
	char **out;

	while (environ[count])
		count++;
	out = gwt_arena_array(arena, char *, count + 2);
	for (size_t i = 0; i < count; i++)
		if (gwt_env_is_harmless(environ[i]))
			out[len++] = environ[i];
	if (version)
		out[len] =
			gwt_arena_cstr(arena, gwt_arena_printf(arena, "GWTAPE_CLIENT_VERSION=%s", version));
	return out;
}

static void start_next(struct run *run);

static void on_output(void *arg, struct gwt_piped *piped, struct gwt_span bytes)
{
	struct slot *slot = arg;

	(void)piped;
	gwt_buf_add(&slot->output, gwt_span_slice(bytes, 0, MAX_OUTPUT - slot->output.len));
}

static void on_end(void *arg, struct gwt_piped *piped, int exit_code)
{
	struct slot *slot = arg;
	struct run *run = slot->run;

	slot->job->exit_code = slot->late ? -1 : exit_code;
	slot->job->output = gwt_arena_copy(run->arena, gwt_buf_span(&slot->output));
	slot->job->errors = gwt_arena_copy(run->arena, gwt_piped_errors(piped));
	gwt_buf_release(&slot->output);
	slot->piped = NULL;
	run->running--;
	start_next(run);
}

static bool start(struct run *run, struct gwt_job *job)
{
	struct slot *slot = &run->slots[job - run->jobs];
	struct gwt_piped_options options = {
		.argv = job->argv,
		.environment = environment_of(run->arena, job->version),
		.folder = job->folder,
		.on_output = on_output,
		.on_end = on_end,
		.arg = slot,
	};
	struct gwt_error err;

	job->exit_code = -1;
	if (!job->argv)
		return false;
	*slot = (struct slot){ .run = run, .job = job };
	gwt_buf_init(&slot->output, SIZE_MAX);
	slot->deadline_ms = gwt_clock_monotonic_ms() + run->timeout_ms;
	if (gwt_piped_spawn(run->loop, &options, &slot->piped, &err) != GWT_OK) {
		job->errors = gwt_arena_copy(run->arena, gwt_span_of(err.msg));
		return false;
	}
	gwt_piped_close_input(slot->piped);
	run->running++;
	return true;
}

static void start_next(struct run *run)
{
	while (run->next < run->len)
		if (start(run, &run->jobs[run->next++]))
			return;
	if (!run->running)
		gwt_loop_stop(run->loop);
}

static void on_tick(void *arg)
{
	struct run *run = arg;
	uint64_t now = gwt_clock_monotonic_ms();

	for (size_t i = 0; i < run->len; i++)
		if (run->slots[i].piped && now >= run->slots[i].deadline_ms) {
			run->slots[i].late = true;
			gwt_piped_kill(run->slots[i].piped);
		}
}

void gwt_jobs_run(struct gwt_arena *arena, struct gwt_job *jobs, size_t len, size_t at_once,
		  uint64_t timeout_ms)
{
	struct run run = { .arena = arena, .jobs = jobs, .len = len, .timeout_ms = timeout_ms };

	run.loop = gwt_loop_new();
	run.slots = gwt_arena_array(arena, struct slot, len + 1);
	gwt_loop_after(run.loop, TICK_MS, TICK_MS, on_tick, &run);
	for (size_t i = 0; i < at_once; i++)
		start_next(&run);
	if (run.running)
		gwt_loop_run(run.loop);
	gwt_loop_free(run.loop);
}
