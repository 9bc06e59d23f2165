#include "replayer/admin.h"

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/cassette/position.h"
#include "lib/http/headers.h"
#include "lib/http/uri.h"
#include "lib/json/json.h"
#include "lib/match/index.h"
#include "replayer/admin_call.h"
#include "replayer/caller.h"
#include "replayer/internal.h"
#include "replayer/journal.h"
#include "replayer/live.h"
#include "replayer/sessions.h"

static void get_page(struct gwt_admin_call *call)
{
	gwt_live_page(call->arena, call->response);
}

static void add_place(struct gwt_admin_call *call, struct gwt_json *json, const char *name, const char *place)
{
	if (place)
		gwt_json_add_string(call->arena, json, name, gwt_span_of(place));
}

static void get_health(struct gwt_admin_call *call)
{
	const struct gwt_replayer_options *options = call->replayer->options;
	const struct gwt_cassettes *cassettes = gwt_index_cassettes(call->replayer->index);
	struct gwt_json *json = gwt_json_new(call->arena, GWT_JSON_OBJECT);

	gwt_json_add_string(call->arena, json, "status", GWT_SPAN("ok"));
	gwt_json_add_string(call->arena, json, "version", GWT_SPAN(GWT_VERSION));
	add_place(call, json, "endpoint", options->endpoint);
	add_place(call, json, "proxy", options->proxy);
	add_place(call, json, "caCertificate", options->ca);
	gwt_json_add_number(call->arena, json, "cassettes", (int64_t)cassettes->len);
	gwt_json_add_number(call->arena, json, "requests", (int64_t)call->replayer->run->count);
	gwt_json_add_number(call->arena, json, "broken", (int64_t)call->replayer->run->broken);
	gwt_admin_answer(call, 200, json);
}

static void post_reset(struct gwt_admin_call *call)
{
	struct gwt_client_session *session;

	for (size_t i = 0; (session = gwt_sessions_next(call->replayer->sessions, &i));)
		gwt_sessions_reset(call->replayer->sessions, session);
	for (size_t i = 0; (session = gwt_sessions_next(call->replayer->sessions, &i));)
		session->since = 0; /* numbering restarts */
	gwt_journal_clear(call->replayer->journal);
	gwt_admin_list_sessions(call);
}

/* 200 with the cassettes now in service; 422 with what is wrong with the new ones, and the old ones go on. */
static void post_reload(struct gwt_admin_call *call)
{
	const struct gwt_replayer_options *options = call->replayer->options;
	struct gwt_error err;
	bool changed;

	if (!options->reload) {
		gwt_admin_error(call, 409, "these cassettes cannot be read again");
	} else if (gwt_replayer_reload(call->replayer, &changed, &err) != GWT_OK) {
		gwt_admin_error(call, 422, err.msg);
	} else {
		struct gwt_json *json = gwt_json_new(call->arena, GWT_JSON_OBJECT);

		gwt_json_add_number(call->arena, json, "cassettes",
				    (int64_t)gwt_index_cassettes(call->replayer->index)->len);
		gwt_json_add_bool(call->arena, json, "changed", changed);
		gwt_admin_answer(call, 200, json);
	}
}

static struct gwt_span query_value(struct gwt_admin_call *call, const char *name)
{
	struct gwt_position at = { .part = GWT_AT_QUERY, .pointer = gwt_span_of(name) };

	return gwt_position_string(&at, call->request, NULL, NULL, call->arena);
}

static void answer_journal(struct gwt_admin_call *call, bool broken_only)
{
	struct gwt_journal_filter filter = {
		.session = query_value(call, "session"),
		.broken_only = broken_only,
	};
	struct gwt_span limit = query_value(call, "limit"), after = query_value(call, "after");
	struct gwt_json *journal;
	uint64_t number = 0;

	if ((limit.ptr && !gwt_span_to_u64(limit, GWT_JOURNAL_ENTRIES, &number)) ||
	    (after.ptr && !gwt_span_to_u64(after, UINT64_MAX / 2, &filter.after))) {
		gwt_admin_error(call, 400, "'limit' and 'after' are whole numbers");
		return;
	}
	filter.limit = (size_t)number;
	journal = gwt_journal_json(call->replayer->journal, &filter, call->arena);
	if (gwt_span_is(query_value(call, "form"), "html"))
		gwt_live_add_rows(call->arena, journal);
	gwt_admin_answer(call, 200, journal);
}

static void get_journal(struct gwt_admin_call *call)
{
	answer_journal(call, false);
}

static void get_unmatched(struct gwt_admin_call *call)
{
	answer_journal(call, true);
}

static void get_scenarios(struct gwt_admin_call *call)
{
	const struct gwt_cassettes *cassettes = gwt_index_cassettes(call->replayer->index);
	struct gwt_json *json = gwt_json_new(call->arena, GWT_JSON_OBJECT);
	struct gwt_json *array = gwt_json_add_array(call->arena, json, "scenarios");

	for (size_t i = 0; i < cassettes->len; i++) {
		const struct gwt_entry *entries = gwt_index_entries(call->replayer->index, i);
		struct gwt_json *object = gwt_json_append(array, gwt_json_new(call->arena, GWT_JSON_OBJECT));
		struct gwt_json *steps;

		gwt_json_add_string(call->arena, object, "scenario", cassettes->items[i].scenario);
		steps = gwt_json_add_array(call->arena, object, "interactions");
		for (size_t j = 0; j < cassettes->items[i].interaction_count; j++) {
			struct gwt_json *step =
				gwt_json_append(steps, gwt_json_new(call->arena, GWT_JSON_OBJECT));

			gwt_json_add_string(call->arena, step, "id", entries[j].interaction->id);
			gwt_json_add_number(
				call->arena, step, "uses",
				(int64_t)gwt_sessions_uses(call->replayer->sessions, &entries[j]));
		}
	}
	gwt_admin_answer(call, 200, json);
}

/* The API, as docs/schema/admin.yaml lists it; ID is one path segment. */
static const struct {
	const char *method, *path;
	void (*answer)(struct gwt_admin_call *call);
} routes[] = {
	{ "GET", "", get_page },
	{ "GET", "health", get_health },
	{ "GET", "scenarios", get_scenarios },
	{ "GET", "sessions", gwt_admin_list_sessions },
	{ "POST", "sessions", gwt_admin_open_session },
	{ "GET", "sessions/ID", gwt_admin_show_session },
	{ "POST", "sessions/ID/verify", gwt_admin_verify_session },
	{ "PUT", "sessions/ID/scenarios", gwt_admin_select_scenarios },
	{ "DELETE", "sessions/ID/scenarios", gwt_admin_select_all },
	{ "POST", "sessions/ID/reset", gwt_admin_reset_session },
	{ "GET", "journal", get_journal },
	{ "GET", "unmatched", get_unmatched },
	{ "POST", "reset", post_reset },
	{ "POST", "reload", post_reload },
};

static const struct gwt_span root = GWT_SPAN_INIT("/_gwtape");

/* Requests that browsers add to every page; no client of AWS sends them. */
static bool is_browsers_icon(const struct gwt_request *request)
{
	return gwt_span_is(request->path, "/favicon.ico") &&
	       gwt_span_is(gwt_headers_get(&request->headers, "sec-fetch-dest"), "image");
}

bool gwt_admin_is_for(const struct gwt_request *request)
{
	return is_browsers_icon(request) ||
	       (gwt_span_starts(request->path, root) &&
		(request->path.len == root.len || request->path.ptr[root.len] == '/'));
}

/* Whether `path` (below /_gwtape/) is the route's, and the session id in it. */
static bool route_fits(const char *pattern, struct gwt_span path, struct gwt_span *id)
{
	struct gwt_span wanted = gwt_span_of(pattern);

	while (wanted.ptr && path.ptr) {
		struct gwt_span word = gwt_span_cut(&wanted, '/'), segment = gwt_span_cut(&path, '/');

		if (gwt_span_is(word, "ID") && segment.len)
			*id = segment;
		else if (!gwt_span_eq(word, segment))
			return false;
	}
	return !wanted.ptr && !path.ptr;
}

static void decode_id(struct gwt_admin_call *call)
{
	gwt_auto(gwt_buf_release) struct gwt_buf id = { .max = SIZE_MAX };

	if (!call->id.ptr)
		return;
	gwt_uri_decode(&id, call->id);
	call->id = gwt_arena_copy(call->arena, gwt_buf_span(&id));
}

static void run_route(struct gwt_admin_call *call)
{
	struct gwt_span path =
		is_browsers_icon(call->request)
			? call->request->path
			: gwt_span_slice(call->request->path, root.len + 1, call->request->path.len);
	bool known = false;

	if (!gwt_admin_is_for(call->request)) {
		gwt_admin_error(call, 404, "this is the admin API: its paths begin with /_gwtape/");
		return;
	}
	for (size_t i = 0; i < GWT_LEN(routes); i++) {
		call->id = GWT_ABSENT;
		if (!route_fits(routes[i].path, path, &call->id))
			continue;
		known = true;
		if (!gwt_span_is(call->request->method, routes[i].method))
			continue;
		decode_id(call);
		routes[i].answer(call);
		return;
	}
	gwt_admin_error(call, known ? 405 : 404,
			known ? "this path has no such method" : "there is no such path");
}

/* Headers of every answer: what a browser must not do with it. */
static void add_headers(struct gwt_headers *headers)
{
	gwt_headers_add_view(headers, GWT_SPAN("x-gwtape"), GWT_SPAN("replay"));
	gwt_headers_add_view(headers, GWT_SPAN("Cache-Control"), GWT_SPAN("no-store"));
	gwt_headers_add_view(headers, GWT_SPAN("X-Content-Type-Options"), GWT_SPAN("nosniff"));
	gwt_headers_add_view(headers, GWT_SPAN("Cross-Origin-Resource-Policy"), GWT_SPAN("same-origin"));
}

void gwt_admin_handle(struct gwt_replayer *replayer, const struct gwt_request *request,
		      struct gwt_arena *arena, struct gwt_response *response)
{
	struct gwt_admin_call call = { replayer, request, arena, response, .body = NULL };
	const char *refusal = gwt_caller_refusal(request, replayer->options->admin_open);

	*response = (struct gwt_response){ 0 };
	gwt_headers_init(&response->headers, arena);
	add_headers(&response->headers);
	if (refusal) {
		gwt_admin_error(&call, 403, refusal);
		return;
	}
	if (request->body.len && !gwt_json_parse(arena, request->body, &call.body, NULL)) {
		gwt_admin_error(&call, 400, "the body is not JSON");
		return;
	}
	gwt_replayer_enter(replayer);
	run_route(&call);
	gwt_replayer_keep(replayer, arena, response);
	gwt_replayer_leave(replayer);
}

void gwt_admin_serve(struct gwt_exchange *exchange)
{
	gwt_admin_handle(exchange->server_arg, exchange->request, exchange->arena, &exchange->response);
}
