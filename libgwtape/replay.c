/* replay.c - a replayer on a thread of its own, and its sessions. */
#include <stdio.h>
#include <stdlib.h>

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/contract/verdict.h"
#include "lib/http/headers.h"
#include "lib/http/message.h"
#include "lib/json/write.h"
#include "lib/match/edges.h"
#include "lib/net/workers.h"
#include "lib/report/run.h"
#include "libgwtape/internal.h"
#include "replayer/admin.h"
#include "replayer/server.h"
#include "replayer/sessions.h"
#include "replayer/workers.h"

/* Enough for the clients of one test suite. */
enum { CONNECTIONS = 512, GRACE_MS = 1000 };

struct gwtape_replayer {
	struct gwt_replayer_options options;
	struct gwt_replayer *replayer;
	struct gwt_worker *worker;
	struct gwt_workers *thread;
	struct gwt_run run;
	const char *endpoint;
	const struct gwtape_tape *tape; /* the caller's */
	bool strict;
};

static bool read_words(const struct gwtape_replay_options *asked, struct gwt_replayer_options *out,
		       struct gwtape_error *error)
{
	const struct {
		const char *what, *word;
		bool known;
	} rows[] = {
		{ "level", asked->level,
		  !asked->level || gwt_level_parse(gwt_span_of(asked->level), &out->match.level) },
		{ "order", asked->order,
		  !asked->order || gwt_replay_order_parse(gwt_span_of(asked->order), &out->match.order) },
		{ "session_by", asked->session_by,
		  !asked->session_by ||
			  gwt_session_by_parse(gwt_span_of(asked->session_by), &out->session_by) },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++)
		if (!rows[i].known) {
			gwtape_fail(error, GWTAPE_USAGE, "'%s' is not a word of '%s'", rows[i].word,
				    rows[i].what);
			return false;
		}
	return true;
}

static bool read_options(const struct gwtape_replay_options *asked, struct gwtape_replayer *self,
			 struct gwtape_error *error)
{
	static const struct gwtape_replay_options none = { 0 };
	struct gwt_replayer_options *out = &self->options;

	asked = asked ? asked : &none;
	self->strict = asked->strict;
	*out = (struct gwt_replayer_options){
		.match = { .level = GWT_LEVEL_CONTRACT,
			   .order = asked->strict ? GWT_REPLAY_STRICT : GWT_REPLAY_CAUSAL,
			   .once = asked->strict,
			   .any_region = asked->any_region },
		.allow_unused = asked->allow_unused,
		.check_clock = !asked->any_time,
		.admin = true,
	};
	return read_words(asked, out, error);
}

/* All but the thread, which may already be gone. */
static void free_replayer(struct gwtape_replayer *self)
{
	gwt_worker_free(self->worker);
	gwt_replayer_free(self->replayer);
	gwt_run_release(&self->run);
	free(self);
}

enum gwtape_status gwtape_replayer_start(const struct gwtape_tape *tape,
					 const struct gwtape_replay_options *options,
					 struct gwtape_replayer **out, struct gwtape_error *error)
{
	struct gwtape_replayer *self = gwt_xcalloc(1, sizeof(*self));
	struct gwt_server_options listen = {
		.handler = gwt_worker_handle,
		.refused = gwt_worker_refused,
		.server_header = "replay",
		.max_connections = CONNECTIONS,
	};
	struct gwt_error err;

	if (!read_options(options, self, error)) {
		free(self);
		return GWTAPE_USAGE;
	}
	self->tape = tape;
	gwt_run_init(&self->run, true);
	self->run.order = gwt_replay_order_word(self->options.match.order);
	self->replayer = gwt_replayer_new(tape->index, &self->options, &self->run);
	gwt_replayer_share(self->replayer);
	listen.arg = self->worker = gwt_worker_new(self->replayer);
	if (gwt_workers_start_apart(&listen, &self->thread, &self->endpoint, &err) != GWT_OK) {
		free_replayer(self);
		return gwtape_failed(error, &err);
	}
	*out = self;
	return GWTAPE_OK;
}

const char *gwtape_replayer_endpoint(const struct gwtape_replayer *self)
{
	return self->endpoint;
}

/* A call of the admin API without a connection, so that both give the same answer. */
static int ask(struct gwtape_replayer *self, const char *method, struct gwt_span path, struct gwt_span body,
	       struct gwt_arena *arena, struct gwt_json **answer)
{
	struct gwt_headers headers;
	struct gwt_request request;
	struct gwt_response response;

	gwt_headers_init(&headers, arena);
	gwt_headers_add_view(&headers, GWT_SPAN("Host"), GWT_SPAN("localhost"));
	gwt_request_set(&request, gwt_span_of(method), path, &headers, body);
	gwt_admin_handle(self->replayer, &request, arena, &response);
	if (!gwt_json_parse(arena, response.body, answer, NULL))
		*answer = gwt_json_new(arena, GWT_JSON_OBJECT);
	return response.status;
}

/* "/_gwtape/sessions/NAME/verb", the name percent-encoded. */
static struct gwt_span session_path(const char *session, const char *verb, struct gwt_arena *arena)
{
	gwt_auto(gwt_buf_release) struct gwt_buf path = { .max = SIZE_MAX };

	gwt_buf_printf(&path, "/_gwtape/sessions/");
	for (const char *at = session ? session : "default"; *at; at++)
		gwt_buf_printf(&path, "%%%02X", (unsigned char)*at);
	gwt_buf_printf(&path, "/%s", verb);
	return gwt_arena_copy(arena, gwt_buf_span(&path));
}

static enum gwtape_status refused(const struct gwt_json *answer, struct gwtape_error *error)
{
	return gwtape_fail(error, GWTAPE_USAGE, GWT_SPAN_FMT,
			   GWT_SPAN_ARG(gwt_json_get_text(answer, "message")));
}

enum gwtape_status gwtape_session_open(struct gwtape_replayer *self, const char *session,
				       const char *const *names, size_t name_count,
				       struct gwtape_error *error)
{
	gwt_auto(gwt_arena_release) struct gwt_arena arena = { 0 };
	gwt_auto(gwt_buf_release) struct gwt_buf text = { .max = SIZE_MAX };
	struct gwt_json *body = gwt_json_new(&arena, GWT_JSON_OBJECT), *list, *answer;

	gwt_json_add_string(&arena, body, "id", gwt_span_of(session));
	list = name_count ? gwt_json_add_array(&arena, body, "scenarios") : NULL;
	for (size_t i = 0; i < name_count; i++)
		gwt_json_append(list, gwt_json_new_string(&arena, gwt_span_of(names[i])));
	gwt_json_write(&text, body, GWT_JSON_COMPACT);
	if (ask(self, "POST", GWT_SPAN("/_gwtape/sessions"), gwt_buf_span(&text), &arena, &answer) == 201)
		return GWTAPE_OK;
	return refused(answer, error);
}

/* The texts of the broken rows, one after the other; returns the first one's verdict. */
static struct gwt_span add_breaches(struct gwt_buf *text, const struct gwt_json *rows)
{
	struct gwt_span first = { NULL, 0 };

	for (const struct gwt_json *row = rows ? rows->child : NULL; row; row = row->next) {
		if (!gwt_json_is(gwt_json_get(row, "ok"), GWT_JSON_FALSE))
			continue;
		first = first.ptr ? first : gwt_json_get_text(row, "verdict");
		gwt_buf_printf(text, "FAIL " GWT_SPAN_FMT "\n", GWT_SPAN_ARG(gwt_json_get_text(row, "text")));
	}
	return first;
}

static void add_unused(struct gwt_buf *text, const struct gwt_json *rows)
{
	for (const struct gwt_json *row = rows ? rows->child : NULL; row; row = row->next)
		gwt_buf_printf(text, "UNUSED " GWT_SPAN_FMT "#" GWT_SPAN_FMT "\n",
			       GWT_SPAN_ARG(gwt_json_get_text(row, "scenario")),
			       GWT_SPAN_ARG(gwt_json_get_text(row, "interaction")));
}

static uint64_t number(const struct gwt_json *json, const char *name)
{
	uint64_t value = 0;

	gwt_span_to_u64(gwt_json_get_text(json, name), UINT64_MAX, &value);
	return value;
}

/* The word and the lines of what a session or a run did. */
static struct gwtape_result *result_of(enum gwtape_status status, const struct gwt_json *json,
				       const struct gwt_json *rows, uint64_t matched, struct gwt_span message)
{
	gwt_auto(gwt_arena_release) struct gwt_arena arena = { 0 };
	gwt_auto(gwt_buf_release) struct gwt_buf text = { .max = SIZE_MAX };
	struct gwt_span first = add_breaches(&text, rows);
	const char *verdict = status == GWTAPE_OK          ? "MATCH"
			      : status == GWTAPE_UNCHECKED ? "NO_CALL"
							   : "UNUSED";

	if (first.ptr)
		verdict = gwt_arena_cstr(&arena, first);
	if (status == GWTAPE_OK)
		gwt_buf_printf(&text, "ok: %llu matched\n", (unsigned long long)matched);
	else
		add_unused(&text, gwt_json_get(json, "unused"));
	if (message.len)
		gwt_buf_printf(&text, GWT_SPAN_FMT "\n", GWT_SPAN_ARG(message));
	return gwtape_result_new(status, verdict, gwt_buf_span(&text), json);
}

enum gwtape_status gwtape_session_verify(struct gwtape_replayer *self, const char *session,
					 struct gwtape_result **result, struct gwtape_error *error)
{
	gwt_auto(gwt_arena_release) struct gwt_arena arena = { 0 };
	struct gwt_json *answer;
	int code = ask(self, "POST", session_path(session, "verify", &arena), GWT_ABSENT, &arena, &answer);
	enum gwtape_status status = GWTAPE_BROKEN;

	if (code != 200 && code != 422)
		return refused(answer, error);
	if (code == 200)
		status = GWTAPE_OK;
	else if (number(answer, "matched") + number(answer, "broken") == 0)
		status = GWTAPE_UNCHECKED;
	*result = result_of(status, answer, gwt_json_get(gwt_json_get(answer, "journal"), "entries"),
			    number(answer, "matched"), gwt_json_get_text(answer, "message"));
	return GWTAPE_OK;
}

enum gwtape_status gwtape_session_reset(struct gwtape_replayer *self, const char *session,
					struct gwtape_error *error)
{
	gwt_auto(gwt_arena_release) struct gwt_arena arena = { 0 };
	struct gwt_json *answer;

	if (ask(self, "POST", session_path(session, "reset", &arena), GWT_ABSENT, &arena, &answer) == 200)
		return GWTAPE_OK;
	return refused(answer, error);
}

void gwtape_replayer_stop(struct gwtape_replayer *self, struct gwtape_result **result)
{
	static const char nothing[] = "nothing was compared: that is not success";
	struct gwt_json *json;
	enum gwtape_status status;

	if (!self)
		return;
	gwt_workers_stop(self->thread, GRACE_MS);
	gwt_replayer_finish(self->replayer, self->tape->names, self->tape->name_count, self->strict);
	self->run.exit_code = gwt_run_verdict(&self->run);
	status = (enum gwtape_status)self->run.exit_code;
	json = gwt_run_json(&self->run);
	if (result)
		*result = result_of(status, json, gwt_json_get(json, "requests"), self->run.matched,
				    gwt_span_of(status == GWTAPE_UNCHECKED ? nothing : NULL));
	free_replayer(self);
}
