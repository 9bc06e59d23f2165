#include "verifier/lane.h"

#include <stdio.h>
#include <stdlib.h>

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/json/json.h"
#include "lib/net/net.h"
#include "lib/report/row.h"
#include "lib/report/run.h"
#include "lib/scenario/scenario.h"
#include "verifier/evidence.h"
#include "verifier/protocol.h"
#include "verifier/related.h"

enum {
	MAX_REPLY_BYTES = 32 * 1024 * 1024, /* of stdout for one call: more is a flood */
	MAX_REPLY_LINES = 1000,
	MAX_FAILURES = 3,  /* calls in a row after which a driver is given up */
	GOODBYE_MS = 2000, /* for a driver to end after its stdin was closed */
	DRAIN_TURNS = 3,   /* turns of the loop: to accept, read and answer what a dead driver sent */
};

enum state { READY, ASKED, RESTING, CLOSING, DONE };

struct gwt_lane {
	struct gwt_lane_options options;
	struct gwt_arena *arena;
	void *endpoint;
	char **environment;
	struct gwt_piped *driver; /* NULL: it has to be started */
	struct gwt_piped *dying;  /* killed, but not yet ended */
	size_t turns;             /* left of DRAIN_TURNS */
	enum state state;
	struct gwt_cell *cells;
	size_t at;       /* the call asked, or the next one */
	size_t failures; /* in a row */
	const char *last_reason;
	bool called, closing_endpoint;
	uint64_t deadline_ms; /* of the call, or of the goodbye */
	char id[32];          /* of the call asked: a number */
	struct gwt_buf line;  /* of the driver's output, not complete */
	size_t bytes, lines;  /* of its output since the call was asked */
};

struct gwt_lane *gwt_lane_new(struct gwt_arena *arena, const struct gwt_lane_options *options)
{
	struct gwt_lane *lane = gwt_arena_new(arena, struct gwt_lane);

	lane->options = *options;
	lane->arena = arena;
	lane->cells = gwt_arena_array(arena, struct gwt_cell, options->plan->len);
	for (size_t i = 0; i < options->plan->len; i++)
		lane->cells[i] =
			(struct gwt_cell){ .call = &options->plan->calls[i], .verdict = GWT_VERDICT_NO_CALL };
	gwt_buf_init(&lane->line, SIZE_MAX);
	return lane;
}

struct gwt_cell *gwt_lane_cells(struct gwt_lane *lane)
{
	return lane->cells;
}

size_t gwt_lane_progress(const struct gwt_lane *lane)
{
	return lane->at;
}

bool gwt_lane_called(const struct gwt_lane *lane)
{
	return lane->called;
}

bool gwt_lane_has_backdrop(const struct gwt_lane *lane)
{
	return lane->options.backdrop;
}

static struct gwt_cell *current(struct gwt_lane *lane)
{
	return &lane->cells[lane->at];
}

static void advance(struct gwt_lane *lane);

static void drop_driver(struct gwt_lane *lane)
{
	if (lane->driver)
		gwt_piped_kill(lane->driver);
	lane->driver = NULL;
	gwt_buf_clear(&lane->line);
}

static void leave_cell(struct gwt_lane *lane)
{
	struct gwt_cell *cell = current(lane);

	cell->took_ms = gwt_clock_monotonic_ms() - cell->began_ms;
	lane->state = READY;
	lane->at++;
}

static void on_turn(void *arg)
{
	struct gwt_lane *lane = arg;

	if (lane->state != RESTING)
		return;
	if (--lane->turns > 0) {
		gwt_loop_after(lane->options.loop, 1, 0, on_turn, lane);
		return;
	}
	lane->state = READY;
	advance(lane);
}

/* Requests that a dead driver sent may still arrive: they must not count for the next call. */
static void drain(struct gwt_lane *lane)
{
	lane->turns = DRAIN_TURNS;
	gwt_loop_after(lane->options.loop, 1, 0, on_turn, lane);
}

/* The driver failed during its call: end it, and go on with the next call after that. */
static void fail_driver(struct gwt_lane *lane, const char *reason)
{
	gwt_cell_fail(current(lane), reason);
	lane->last_reason = reason;
	lane->failures++;
	leave_cell(lane);
	lane->state = RESTING;
	lane->dying = lane->driver;
	drop_driver(lane);
	if (!lane->dying)
		drain(lane);
}

static void finish(struct gwt_lane *lane)
{
	lane->state = DONE;
	drop_driver(lane);
	lane->options.done(lane->options.arg, lane);
}

/* Do not wait hundreds of times for a driver that fails at every call. */
static void give_up(struct gwt_lane *lane)
{
	for (; lane->at < lane->options.plan->len; lane->at++) {
		gwt_cell_fail(current(lane), lane->last_reason);
		gwt_cell_note(current(lane), lane->arena,
			      "not asked: the driver failed several times in a row");
	}
	finish(lane);
}

static void say_goodbye(struct gwt_lane *lane)
{
	if (!lane->driver) {
		finish(lane);
		return;
	}
	lane->state = CLOSING;
	lane->deadline_ms = gwt_clock_monotonic_ms() + GOODBYE_MS;
	gwt_piped_close_input(lane->driver);
}

static void on_output(void *arg, struct gwt_piped *driver, struct gwt_span bytes);
static void on_end(void *arg, struct gwt_piped *driver, int exit_code);

static bool start_driver(struct gwt_lane *lane)
{
	struct gwt_piped_options options = {
		.argv = lane->options.argv,
		.environment = lane->environment,
		.folder = lane->options.folder,
		.on_output = on_output,
		.on_end = on_end,
		.arg = lane,
	};
	struct gwt_error err;

	if (lane->driver)
		return true;
	if (gwt_piped_spawn(lane->options.loop, &options, &lane->driver, &err) == GWT_OK)
		return true;
	gwt_cell_note(current(lane), lane->arena, err.msg);
	return false;
}

static void ask(struct gwt_lane *lane)
{
	gwt_auto(gwt_buf_release) struct gwt_buf line = { .max = SIZE_MAX };
	struct gwt_cell *cell = current(lane);

	cell->asked = true;
	cell->began_ms = gwt_clock_monotonic_ms();
	lane->state = ASKED;
	lane->bytes = lane->lines = 0;
	lane->deadline_ms = cell->began_ms + lane->options.timeout_ms;
	snprintf(lane->id, sizeof(lane->id), "%zu", lane->at + 1);
	gwt_protocol_call(&line, gwt_span_of(lane->id), cell->call->step->call, cell->call->input);
	gwt_piped_write(lane->driver, gwt_buf_span(&line));
}

/* On to the next call that will be asked for, or to the end. */
static void advance(struct gwt_lane *lane)
{
	while (lane->at < lane->options.plan->len && gwt_unsupported_before(lane->cells, lane->at)) {
		current(lane)->verdict = GWT_VERDICT_UNSUPPORTED;
		current(lane)->settled = true;
		gwt_cell_note(current(lane), lane->arena,
			      gwt_step_is_raw(current(lane)->call->step)
				      ? "not asked: drivers have no calls by method and path"
				      : "not asked: it depends on a call that the driver does not have");
		lane->at++;
	}
	if (lane->at == lane->options.plan->len)
		say_goodbye(lane);
	else if (lane->failures >= MAX_FAILURES)
		give_up(lane);
	else if (start_driver(lane))
		ask(lane);
	else
		fail_driver(lane, "exited");
}

/* A second answer to the previous call: that call fails, and the driver is not trusted any more. */
static bool is_second(struct gwt_lane *lane, const struct gwt_reply *reply)
{
	char before[32]; /* a number */

	snprintf(before, sizeof(before), "%zu", lane->at);
	return lane->at > 0 && gwt_span_is(reply->id, before);
}

static void take_reply(struct gwt_lane *lane, const struct gwt_reply *reply)
{
	struct gwt_cell *cell;

	if (is_second(lane, reply)) {
		gwt_cell_fail(&lane->cells[lane->at - 1], "twice");
		gwt_cell_note(&lane->cells[lane->at - 1], lane->arena, "the driver answered it twice");
		return;
	}
	if (lane->state != ASKED)
		return;
	if (!gwt_span_is(reply->id, lane->id)) {
		gwt_cell_note(current(lane), lane->arena,
			      "the driver answered with an id that is not the call's");
		fail_driver(lane, "wrong-id");
		return;
	}
	cell = current(lane);
	gwt_cell_take_reply(cell, lane->arena, reply);
	lane->failures = 0;
	leave_cell(lane);
	advance(lane);
}

/* A line that is not an answer fails the current call, or else the last one. */
static void take_rubbish(struct gwt_lane *lane, const char *why)
{
	struct gwt_cell *cell = lane->state == ASKED ? current(lane)
				: lane->at           ? &lane->cells[lane->at - 1]
						     : NULL;

	if (!cell)
		return;
	cell->note =
		gwt_arena_printf(lane->arena, "the driver printed a line that is not an answer: %s", why);
	if (lane->state == ASKED)
		fail_driver(lane, "not-json");
	else
		gwt_cell_fail(cell, "not-json");
}

static void take_line(struct gwt_lane *lane, struct gwt_span line)
{
	struct gwt_arena scratch = { 0 };
	struct gwt_reply reply;
	const char *why;

	if (line.len && line.ptr[line.len - 1] == '\r')
		line.len--;
	if (line.len && gwt_protocol_reply(&scratch, line, &reply, &why))
		take_reply(lane, &reply);
	else if (line.len)
		take_rubbish(lane, why);
	gwt_arena_release(&scratch);
}

static bool is_flood(struct gwt_lane *lane, struct gwt_span bytes)
{
	lane->bytes += bytes.len;
	for (size_t i = 0; i < bytes.len; i++)
		lane->lines += bytes.ptr[i] == '\n';
	return lane->bytes > MAX_REPLY_BYTES || lane->lines > MAX_REPLY_LINES;
}

static void stop_flood(struct gwt_lane *lane)
{
	static const char text[] = "the driver printed more than its answers";

	if (lane->state == ASKED) {
		gwt_cell_note(current(lane), lane->arena, text);
		fail_driver(lane, "flood");
		return;
	}
	if (lane->at) {
		gwt_cell_fail(&lane->cells[lane->at - 1], "flood");
		gwt_cell_note(&lane->cells[lane->at - 1], lane->arena, text);
	}
	drop_driver(lane);
	if (lane->state == CLOSING)
		finish(lane);
}

static void on_output(void *arg, struct gwt_piped *driver, struct gwt_span bytes)
{
	struct gwt_lane *lane = arg;

	if (driver != lane->driver)
		return;
	if (is_flood(lane, bytes)) {
		stop_flood(lane);
		return;
	}
	while (driver == lane->driver && bytes.len) {
		size_t end = gwt_span_find(bytes, '\n');
		struct gwt_buf line = lane->line;

		gwt_buf_add(&line, gwt_span_slice(bytes, 0, end));
		lane->line = line;
		if (end == bytes.len)
			return;
		bytes = gwt_span_slice(bytes, end + 1, bytes.len);
		gwt_buf_init(&lane->line, SIZE_MAX);
		take_line(lane, gwt_buf_span(&line));
		gwt_buf_release(&line);
	}
}

/* The last line of its stderr. */
static struct gwt_span last_words(const struct gwt_piped *driver)
{
	struct gwt_span errors = gwt_piped_errors(driver), last = { "", 0 };

	while (errors.ptr) {
		struct gwt_span line = gwt_span_cut(&errors, '\n');

		if (line.len)
			last = line;
	}
	return gwt_span_slice(last, 0, 300);
}

static void on_end(void *arg, struct gwt_piped *driver, int exit_code)
{
	struct gwt_lane *lane = arg;
	struct gwt_span words = last_words(driver);

	if (driver == lane->dying && lane->state == RESTING)
		drain(lane);
	if (driver != lane->driver)
		return;
	lane->driver = NULL;
	if (lane->line.len) {
		struct gwt_buf line = lane->line;

		gwt_buf_init(&lane->line, SIZE_MAX);
		take_line(lane, gwt_buf_span(&line));
		gwt_buf_release(&line);
		if (lane->driver) /* it had answered: the next call gets a new driver */
			return;
	}
	if (lane->state == CLOSING) {
		finish(lane);
	} else if (lane->state == ASKED) {
		current(lane)->note =
			gwt_arena_printf(lane->arena, "the driver ended with exit code %d%s" GWT_SPAN_FMT,
					 exit_code, words.len ? ": " : "", GWT_SPAN_ARG(words));
		fail_driver(lane, "exited");
	}
}

void gwt_lane_tick(struct gwt_lane *lane)
{
	if (lane->state != ASKED && lane->state != CLOSING)
		return;
	if (gwt_clock_monotonic_ms() < lane->deadline_ms)
		return;
	if (lane->state == CLOSING) {
		finish(lane);
		return;
	}
	current(lane)->note = gwt_arena_printf(lane->arena, "the driver did not answer within %u s",
					       (unsigned)(lane->options.timeout_ms / 1000));
	fail_driver(lane, "timeout");
}

static char **with_version(struct gwt_lane *lane, char **environment)
{
	size_t count = 0;
	char **out;

	while (environment[count])
		count++;
	out = gwt_arena_array(lane->arena, char *, count + 2);
	gwt_copy(out, environment, count * sizeof(*out));
	if (lane->options.version)
		out[count] =
			gwt_arena_cstr(lane->arena, gwt_arena_printf(lane->arena, "GWTAPE_CLIENT_VERSION=%s",
								     lane->options.version));
	return out;
}

gwt_status gwt_lane_start(struct gwt_lane *lane, struct gwt_error *err)
{
	const struct gwt_stage *stage = lane->options.stage;
	char **environment;
	gwt_status status =
		stage->open(stage->arg, lane->options.loop, lane, &lane->endpoint, &environment, err);

	if (status != GWT_OK)
		return status;
	lane->environment = with_version(lane, environment);
	advance(lane);
	return GWT_OK;
}

void gwt_lane_stop(struct gwt_lane *lane)
{
	drop_driver(lane);
}

void gwt_lane_close(struct gwt_lane *lane)
{
	gwt_buf_release(&lane->line);
	if (lane->endpoint)
		lane->options.stage->close(lane->endpoint);
	lane->endpoint = NULL;
}

/* The call that a request belongs to: the current one, else the last one. */
static struct gwt_cell *cell_of_request(struct gwt_lane *lane)
{
	if (lane->state == ASKED)
		return current(lane);
	return lane->at ? &lane->cells[lane->at - 1] : NULL;
}

void gwt_lane_wanted(const struct gwt_lane *lane, struct gwt_lane_wanted *out)
{
	const struct gwt_cell *cell = cell_of_request((struct gwt_lane *)(uintptr_t)lane);
	bool fails;

	*out = (struct gwt_lane_wanted){ 0 };
	if (!cell)
		return;
	out->call = cell->call;
	fails = cell->call->failure && cell->attempt_count < cell->call->failures;
	out->failure = fails ? cell->call->failure : NULL;
	out->consumed = lane->state != ASKED || cell->attempt_count > cell->call->failures;
}

void gwt_lane_judged(struct gwt_lane *lane, const struct gwt_run_row *row, const struct gwt_request *request)
{
	struct gwt_cell *cell = cell_of_request(lane);

	lane->called = true;
	if (!cell)
		return;
	gwt_cell_take_request(cell, lane->arena, row, request, lane->state == ASKED);
}
