#include "replayer/admin.h"

#include "lib/cassette/position.h"
#include "lib/http/uri.h"
#include "lib/json/write.h"
#include "lib/report/unicode.h"
#include "replayer/caller.h"
#include "replayer/internal.h"
#include "replayer/journal.h"
#include "replayer/live.h"

/* What a session may be called, and how many names it may be limited to: more is no test suite. */
enum { MAX_ID_BYTES = 1024, MAX_NAMES = 1000 };

/* One call of the API, with what its path named. */
struct call {
	struct gwt_replayer *replayer;
	const struct gwt_request *request;
	struct gwt_arena *arena;
	struct gwt_response *response;
	struct gwt_span id; /* of a session, decoded; absent where the route has none */
	struct gwt_json *body;
};

static void answer_json(struct call *call, int status, const struct gwt_json *json)
{
	gwt_auto(gwt_buf_release) struct gwt_buf out = { .max = SIZE_MAX };

	gwt_json_write(&out, json, GWT_JSON_PRETTY);
	call->response->status = status;
	gwt_headers_add_view(&call->response->headers, GWT_SPAN("Content-Type"), GWT_SPAN("application/json"));
	call->response->body = gwt_arena_copy(call->arena, gwt_buf_span(&out));
}

static void answer_error(struct call *call, int status, const char *message)
{
	struct gwt_json *json = gwt_json_new(call->arena, GWT_JSON_OBJECT);

	gwt_json_add_string(call->arena, json, "message", gwt_utf8_repaired(call->arena, gwt_span_of(message)));
	answer_json(call, status, json);
}

static void get_page(struct call *call)
{
	gwt_live_page(call->arena, call->response);
}

/* "scenarios": what the session is limited to; null: nothing. */
static void add_selection(struct call *call, const struct gwt_client_session *session, struct gwt_json *object)
{
	struct gwt_json *array;

	if (!session->scenario_count) {
		gwt_json_add(call->arena, object, "scenarios", gwt_json_new(call->arena, GWT_JSON_NULL));
		return;
	}
	array = gwt_json_add_array(call->arena, object, "scenarios");
	for (size_t i = 0; i < session->scenario_count; i++)
		gwt_json_append(array, gwt_json_new_string(call->arena, gwt_span_of(session->scenarios[i])));
}

static struct gwt_json *session_json(struct call *call, const struct gwt_client_session *session)
{
	struct gwt_json *object = gwt_json_new(call->arena, GWT_JSON_OBJECT);

	if (session->name.ptr)
		gwt_json_add_string(call->arena, object, "id", gwt_utf8_repaired(call->arena, session->name));
	else
		gwt_json_add(call->arena, object, "id", gwt_json_new(call->arena, GWT_JSON_NULL));
	gwt_json_add_number(call->arena, object, "requests", (int64_t)session->requests);
	gwt_json_add_number(call->arena, object, "matched", (int64_t)session->matched);
	gwt_json_add_number(call->arena, object, "broken", (int64_t)session->broken);
	add_selection(call, session, object);
	return object;
}

static void add_place(struct call *call, struct gwt_json *json, const char *name, const char *place)
{
	if (place)
		gwt_json_add_string(call->arena, json, name, gwt_span_of(place));
}

static void get_health(struct call *call)
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
	answer_json(call, 200, json);
}

static void get_sessions(struct call *call)
{
	struct gwt_json *json = gwt_json_new(call->arena, GWT_JSON_OBJECT);
	struct gwt_json *array = gwt_json_add_array(call->arena, json, "sessions");
	struct gwt_client_session *session;

	for (size_t i = 0; (session = gwt_sessions_next(call->replayer->sessions, &i));)
		gwt_json_append(array, session_json(call, session));
	answer_json(call, 200, json);
}

/* "scenarios" of a body, names in service: what is wrong with them is the answer, and false. */
static bool read_scenarios(struct call *call, const struct gwt_json *scenarios, char ***names, size_t *count)
{
	if (!gwt_json_is(scenarios, GWT_JSON_ARRAY) || scenarios->len == 0 || scenarios->len > MAX_NAMES) {
		answer_error(call, 400, "the body is {\"scenarios\": [\"NAME\", ...]}, 1 to 1000 names of scenarios or groups");
		return false;
	}
	*names = gwt_arena_array(call->arena, char *, scenarios->len);
	*count = 0;
	for (const struct gwt_json *name = scenarios->child; name; name = name->next) {
		char **next = &(*names)[(*count)++];

		if (name->type != GWT_JSON_STRING || memchr(name->text.ptr, '\0', name->text.len)) {
			answer_error(call, 400, "each of 'scenarios' is the name of a scenario or group");
			return false;
		}
		*next = gwt_arena_cstr(call->arena, name->text);
		if (gwt_sessions_serve(call->replayer->sessions, next))
			continue;
		answer_error(call, 422, gwt_arena_printf(call->arena, "no scenario and no group in service is called '%s'",
							 *next).ptr);
		return false;
	}
	return true;
}

/*
 * {"id": "…"}, and "scenarios" that it is limited to: a session may be opened before its first call, so that
 * verifying it without one is no success.
 */
static void post_sessions(struct call *call)
{
	struct gwt_span id = gwt_json_get_text(call->body, "id");
	const struct gwt_json *scenarios = gwt_json_get(call->body, "scenarios");
	struct gwt_client_session *session;
	char **names;
	size_t count;

	if (call->replayer->options->session_by == GWT_SESSION_BY_NONE) {
		answer_error(call, 409, "this replay has one session; start it with --session-by");
		return;
	}
	if (id.len == 0 || id.len > MAX_ID_BYTES) {
		answer_error(call, 400, "the body is {\"id\": \"NAME\"}, at most 1024 bytes of it");
		return;
	}
	if (scenarios && !read_scenarios(call, scenarios, &names, &count))
		return;
	session = gwt_sessions_open(call->replayer->sessions, id);
	if (!session) {
		answer_error(call, 429, "there are too many sessions");
		return;
	}
	if (scenarios)
		gwt_sessions_select(call->replayer->sessions, session, names, count);
	answer_json(call, 201, session_json(call, session));
}

/* The nameless session is called "default" in paths and queries. */
static struct gwt_span id_of(const struct call *call, struct gwt_span name)
{
	if (call->replayer->options->session_by == GWT_SESSION_BY_NONE && gwt_span_is(name, "default"))
		return (struct gwt_span){ NULL, 0 };
	return name;
}

static struct gwt_client_session *named(struct call *call)
{
	struct gwt_client_session *session;

	call->id = id_of(call, call->id);
	session = gwt_sessions_named(call->replayer->sessions, call->id);
	if (!session)
		answer_error(call, 404, "there is no such session");
	return session;
}

static void get_session(struct call *call)
{
	struct gwt_client_session *session = named(call);

	if (session)
		answer_json(call, 200, session_json(call, session));
}

static void put_scenarios(struct call *call)
{
	struct gwt_client_session *session = named(call);
	char **names;
	size_t count;

	if (!session || !read_scenarios(call, gwt_json_get(call->body, "scenarios"), &names, &count))
		return;
	gwt_sessions_select(call->replayer->sessions, session, names, count);
	answer_json(call, 200, session_json(call, session));
}

static void delete_scenarios(struct call *call)
{
	struct gwt_client_session *session = named(call);

	if (!session)
		return;
	gwt_sessions_select(call->replayer->sessions, session, NULL, 0);
	answer_json(call, 200, session_json(call, session));
}

/*
 * Interactions that this session has not called: of the scenarios it is limited to, else of those that it has
 * begun. True when one of the former is among them.
 */
static bool add_unused(struct call *call, const struct gwt_client_session *session, struct gwt_json *report)
{
	const struct gwt_cassettes *cassettes = gwt_index_cassettes(call->replayer->index);
	struct gwt_json *array = gwt_json_add_array(call->arena, report, "unused");

	for (size_t i = 0; i < cassettes->len; i++) {
		const struct gwt_entry *entries = gwt_index_entries(call->replayer->index, i);
		bool wanted = session->selected && session->selected[i];

		for (size_t j = 0; !wanted && !session->selected && j < cassettes->items[i].interaction_count; j++)
			wanted = gwt_session_uses(session->match, &entries[j]) > 0;
		for (size_t j = 0; wanted && j < cassettes->items[i].interaction_count; j++) {
			struct gwt_json *row;

			if (gwt_session_uses(session->match, &entries[j]))
				continue;
			row = gwt_json_append(array, gwt_json_new(call->arena, GWT_JSON_OBJECT));
			gwt_json_add_string(call->arena, row, "scenario", entries[j].cassette->scenario);
			gwt_json_add_string(call->arena, row, "interaction", entries[j].interaction->id);
		}
	}
	return session->selected && array->len > 0;
}

/* A scenario that the session is limited to was taken out of service: it cannot have been called. */
static bool has_lost_scenarios(const struct call *call, const struct gwt_client_session *session)
{
	for (size_t i = 0; i < session->scenario_count; i++)
		if (!gwt_sessions_serve(call->replayer->sessions, &session->scenarios[i]))
			return true;
	return false;
}

/*
 * 200 when the session made calls, all of them held and left nothing unused of the scenarios it is limited to; 422
 * otherwise, with its journal: for tests that would swallow the client's exception.
 */
static void post_verify(struct call *call)
{
	struct gwt_client_session *session = named(call);
	struct gwt_journal_filter filter = { .session = call->id };
	const char *message = NULL;
	struct gwt_json *report, *journal;
	bool unused, ok;

	if (!session)
		return;
	report = session_json(call, session);
	journal = gwt_journal_json(call->replayer->journal, &filter, call->arena);
	unused = add_unused(call, session, report) && !call->replayer->options->allow_unused;
	ok = session->matched > 0 && session->broken == 0 && !unused && !has_lost_scenarios(call, session);
	if (session->matched + session->broken == 0)
		message = "nothing was compared: that is not success";
	else if (has_lost_scenarios(call, session))
		message = "a scenario that the session is limited to is not in service any more";
	else if (unused && session->broken == 0)
		message = "not all of the scenarios that the session is limited to was called: see 'unused'";
	gwt_json_add_bool(call->arena, report, "ok", ok);
	if (message)
		gwt_json_add_string(call->arena, report, "message", gwt_span_of(message));
	gwt_json_add(call->arena, report, "journal", journal);
	answer_json(call, ok ? 200 : 422, report);
}

static void post_session_reset(struct call *call)
{
	struct gwt_client_session *session = named(call);

	if (!session)
		return;
	gwt_sessions_reset(call->replayer->sessions, session);
	answer_json(call, 200, session_json(call, session));
}

static void post_reset(struct call *call)
{
	struct gwt_client_session *session;

	for (size_t i = 0; (session = gwt_sessions_next(call->replayer->sessions, &i));)
		gwt_sessions_reset(call->replayer->sessions, session);
	gwt_journal_clear(call->replayer->journal);
	get_sessions(call);
}

/* 200 with the cassettes now in service; 422 with what is wrong with the new ones, and the old ones go on. */
static void post_reload(struct call *call)
{
	const struct gwt_replayer_options *options = call->replayer->options;
	struct gwt_error err;
	bool changed;

	if (!options->reload) {
		answer_error(call, 409, "these cassettes cannot be read again");
	} else if (gwt_replayer_reload(call->replayer, &changed, &err) != GWT_OK) {
		answer_error(call, 422, err.msg);
	} else {
		struct gwt_json *json = gwt_json_new(call->arena, GWT_JSON_OBJECT);

		gwt_json_add_number(call->arena, json, "cassettes",
				    (int64_t)gwt_index_cassettes(call->replayer->index)->len);
		gwt_json_add_bool(call->arena, json, "changed", changed);
		answer_json(call, 200, json);
	}
}

static struct gwt_span query_value(struct call *call, const char *name)
{
	struct gwt_position at = { .part = GWT_AT_QUERY, .pointer = gwt_span_of(name) };

	return gwt_position_string(&at, call->request, NULL, NULL, call->arena);
}

static void answer_journal(struct call *call, bool broken_only)
{
	struct gwt_journal_filter filter = { .session = id_of(call, query_value(call, "session")), .broken_only = broken_only };
	struct gwt_span limit = query_value(call, "limit"), after = query_value(call, "after");
	struct gwt_json *journal;
	uint64_t number = 0;

	if ((limit.ptr && !gwt_span_to_u64(limit, GWT_JOURNAL_ENTRIES, &number)) ||
	    (after.ptr && !gwt_span_to_u64(after, UINT64_MAX / 2, &filter.after))) {
		answer_error(call, 400, "'limit' and 'after' are whole numbers");
		return;
	}
	filter.limit = (size_t)number;
	journal = gwt_journal_json(call->replayer->journal, &filter, call->arena);
	if (gwt_span_is(query_value(call, "form"), "html"))
		gwt_live_add_rows(call->arena, journal);
	answer_json(call, 200, journal);
}

static void get_journal(struct call *call)
{
	answer_journal(call, false);
}

static void get_unmatched(struct call *call)
{
	answer_journal(call, true);
}

static void get_scenarios(struct call *call)
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
			struct gwt_json *step = gwt_json_append(steps, gwt_json_new(call->arena, GWT_JSON_OBJECT));

			gwt_json_add_string(call->arena, step, "id", entries[j].interaction->id);
			gwt_json_add_number(call->arena, step, "uses",
					    (int64_t)gwt_sessions_uses(call->replayer->sessions, &entries[j]));
		}
	}
	answer_json(call, 200, json);
}

/* The API, as docs/schema/admin.yaml lists it; ID stands for one path segment. */
static const struct {
	const char *method, *path;
	void (*answer)(struct call *call);
} routes[] = {
	{ "GET", "", get_page },
	{ "GET", "health", get_health },
	{ "GET", "scenarios", get_scenarios },
	{ "GET", "sessions", get_sessions },
	{ "POST", "sessions", post_sessions },
	{ "GET", "sessions/ID", get_session },
	{ "POST", "sessions/ID/verify", post_verify },
	{ "PUT", "sessions/ID/scenarios", put_scenarios },
	{ "DELETE", "sessions/ID/scenarios", delete_scenarios },
	{ "POST", "sessions/ID/reset", post_session_reset },
	{ "GET", "journal", get_journal },
	{ "GET", "unmatched", get_unmatched },
	{ "POST", "reset", post_reset },
	{ "POST", "reload", post_reload },
};

static const struct gwt_span root = GWT_SPAN_INIT("/_gwtape");

/* What browsers ask for beside whatever a person looks at here; no client of AWS says what it is for. */
static bool is_browsers_icon(const struct gwt_request *request)
{
	return gwt_span_is(request->path, "/favicon.ico") &&
	       gwt_span_is(gwt_headers_get(&request->headers, "sec-fetch-dest"), "image");
}

bool gwt_admin_is_for(const struct gwt_request *request)
{
	return is_browsers_icon(request) || (gwt_span_starts(request->path, root) &&
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

static void decode_id(struct call *call)
{
	gwt_auto(gwt_buf_release) struct gwt_buf id = { .max = SIZE_MAX };

	if (!call->id.ptr)
		return;
	gwt_uri_decode(&id, call->id);
	call->id = gwt_arena_copy(call->arena, gwt_buf_span(&id));
}

static void run_route(struct call *call)
{
	struct gwt_span path = is_browsers_icon(call->request) ?
				       call->request->path :
				       gwt_span_slice(call->request->path, root.len + 1, call->request->path.len);
	bool known = false;

	if (!gwt_admin_is_for(call->request)) {
		answer_error(call, 404, "this is the admin API: its paths begin with /_gwtape/");
		return;
	}
	for (size_t i = 0; i < GWT_LEN(routes); i++) {
		call->id = (struct gwt_span){ NULL, 0 };
		if (!route_fits(routes[i].path, path, &call->id))
			continue;
		known = true;
		if (!gwt_span_is(call->request->method, routes[i].method))
			continue;
		decode_id(call);
		routes[i].answer(call);
		return;
	}
	answer_error(call, known ? 405 : 404, known ? "this path has no such method" : "there is no such path");
}

/* Of every answer: what a browser may not do with it. */
static void add_headers(struct gwt_headers *headers)
{
	gwt_headers_add_view(headers, GWT_SPAN("x-gwtape"), GWT_SPAN("replay"));
	gwt_headers_add_view(headers, GWT_SPAN("Cache-Control"), GWT_SPAN("no-store"));
	gwt_headers_add_view(headers, GWT_SPAN("X-Content-Type-Options"), GWT_SPAN("nosniff"));
	gwt_headers_add_view(headers, GWT_SPAN("Cross-Origin-Resource-Policy"), GWT_SPAN("same-origin"));
}

void gwt_admin_handle(struct gwt_replayer *replayer, const struct gwt_request *request, struct gwt_arena *arena,
		      struct gwt_response *response)
{
	struct call call = { replayer, request, arena, response, .body = NULL };
	const char *refusal = gwt_caller_refusal(request, replayer->options->admin_open);

	*response = (struct gwt_response){ 0 };
	gwt_headers_init(&response->headers, arena);
	add_headers(&response->headers);
	if (refusal) {
		answer_error(&call, 403, refusal);
		return;
	}
	if (request->body.len && !gwt_json_parse(arena, request->body, &call.body, NULL)) {
		answer_error(&call, 400, "the body is not JSON");
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
