#include "verifier/contest.h"

#include "lib/net/net.h"

enum { TICK_MS = 50, LANES_EACH = 2 };

struct run;

struct entry {
	struct run *run;
	struct gwt_contestant *contestant;
	struct gwt_lane *lanes[LANES_EACH]; /* plan, trials; NULL: not started */
	size_t open;                        /* lanes that have not ended */
};

struct run {
	struct gwt_arena *arena;
	const struct gwt_contest_options *options;
	struct gwt_loop *loop;
	struct entry *entries;
	size_t len, next, running, total;
	int signum;
	gwt_status status;
	struct gwt_error *err;
};

static void start_next(struct run *run);

static size_t progress_of(const struct run *run)
{
	size_t done = 0;

	for (size_t i = 0; i < run->len; i++)
		if (run->entries[i].lanes[0])
			done += gwt_lane_progress(run->entries[i].lanes[0]);
	return done;
}

/* Also of one that was interrupted. */
static void set_called(struct entry *entry)
{
	if (entry->lanes[0])
		entry->contestant->called = gwt_lane_called(entry->lanes[0]);
}

static void report_progress(struct run *run, const struct gwt_contestant *finished)
{
	if (run->options->progress)
		run->options->progress(run->options->arg, progress_of(run), run->total, finished);
}

static void each_lane(const struct run *run, void (*fn)(struct gwt_lane *lane))
{
	for (size_t i = 0; i < run->len; i++)
		for (size_t j = 0; j < LANES_EACH; j++)
			if (run->entries[i].lanes[j])
				fn(run->entries[i].lanes[j]);
}

static void on_tick(void *arg)
{
	struct run *run = arg;

	each_lane(run, gwt_lane_tick);
	report_progress(run, NULL);
}

static void on_signal(void *arg, int signum)
{
	struct run *run = arg;

	run->signum = signum;
	gwt_loop_stop(run->loop);
}

static void on_lane_done(void *arg, struct gwt_lane *lane)
{
	struct entry *entry = arg;
	struct run *run = entry->run;

	(void)lane;
	if (--entry->open > 0)
		return;
	set_called(entry);
	report_progress(run, entry->contestant);
	run->running--;
	start_next(run);
}

static struct gwt_lane *make_lane(struct run *run, struct entry *entry, const struct gwt_plan *plan)
{
	const struct gwt_client *client = entry->contestant->client;
	struct gwt_lane_options options = {
		.loop = run->loop,
		.stage = run->options->stage,
		.plan = plan,
		.argv = client->start,
		.folder = client->folder,
		.version = client->wanted,
		.timeout_ms = run->options->timeout_ms ? run->options->timeout_ms : client->timeout_ms,
		.backdrop = client->backdrop,
		.done = on_lane_done,
		.arg = entry,
	};

	return gwt_lane_new(run->arena, &options);
}

static gwt_status start(struct run *run, struct entry *entry)
{
	const struct gwt_plan *plans[LANES_EACH] = { run->options->plan, run->options->trials };
	gwt_status status = GWT_OK;

	for (size_t i = 0; i < LANES_EACH; i++)
		if (plans[i] && plans[i]->len) {
			entry->lanes[i] = make_lane(run, entry, plans[i]);
			entry->open++;
		}
	entry->contestant->cells = gwt_lane_cells(entry->lanes[0]);
	if (entry->lanes[1])
		entry->contestant->trials = gwt_lane_cells(entry->lanes[1]);
	run->running++;
	for (size_t i = 0; i < LANES_EACH && status == GWT_OK; i++)
		if (entry->lanes[i])
			status = gwt_lane_start(entry->lanes[i], run->err);
	return status;
}

static void start_next(struct run *run)
{
	while (run->next < run->len && run->status == GWT_OK) {
		struct entry *entry = &run->entries[run->next++];

		if (entry->contestant->client->missing)
			continue;
		run->status = start(run, entry);
		break;
	}
	if (!run->running || run->status != GWT_OK)
		gwt_loop_stop(run->loop);
}

static void count_total(struct run *run)
{
	for (size_t i = 0; i < run->len; i++)
		if (!run->entries[i].contestant->client->missing)
			run->total += run->options->plan->len;
}

gwt_status gwt_contest_run(struct gwt_arena *arena, const struct gwt_contest_options *options,
			   struct gwt_contestant *items, size_t len, int *signum, struct gwt_error *err)
{
	struct run run = { .arena = arena, .options = options, .len = len, .err = err };

	run.loop = gwt_loop_new();
	run.entries = gwt_arena_array(arena, struct entry, len + 1);
	for (size_t i = 0; i < len; i++)
		run.entries[i] = (struct entry){ .run = &run, .contestant = &items[i] };
	count_total(&run);
	run.status = gwt_loop_on_signal(run.loop, on_signal, &run, err);
	gwt_loop_after(run.loop, TICK_MS, TICK_MS, on_tick, &run);
	for (size_t i = 0; i < options->at_once; i++)
		start_next(&run);
	if (run.running && run.status == GWT_OK)
		gwt_loop_run(run.loop);
	for (size_t i = 0; i < len; i++)
		set_called(&run.entries[i]);
	each_lane(&run, gwt_lane_stop);
	gwt_loop_free(run.loop);
	each_lane(&run, gwt_lane_close);
	*signum = run.signum;
	return run.status;
}
