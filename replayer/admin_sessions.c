/* The admin API, sessions: open, limit, verify and reset them. */
#include "lib/base/arena.h"
#include "lib/base/span.h"
#include "lib/json/json.h"
#include "lib/match/edges.h"
#include "lib/match/index.h"
#include "lib/match/session.h"
#include "lib/report/unicode.h"
#include "replayer/admin_call.h"
#include "replayer/journal.h"
#include "replayer/sessions.h"

/* Limits of a session's name and of its list of scenarios: no test suite has more. */
enum { MAX_ID_BYTES = 1024, MAX_NAMES = 1000 };

/* "scenarios": what the session is limited to; null: nothing. */
static void add_selection(struct gwt_admin_call *call, const struct gwt_client_session *session,
			  struct gwt_json *object)
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

static struct gwt_json *session_json(struct gwt_admin_call *call, const struct gwt_client_session *session)
{
	struct gwt_json *object = gwt_json_new(call->arena, GWT_JSON_OBJECT);

	if (session->name.ptr)
		gwt_json_add_string(call->arena, object, "id", gwt_utf8_repaired(call->arena, session->name));
	else
		gwt_json_add(call->arena, object, "id", gwt_json_new(call->arena, GWT_JSON_NULL));
	gwt_json_add_number(call->arena, object, "requests", (int64_t)session->requests);
	gwt_json_add_number(call->arena, object, "matched", (int64_t)session->matched);
	gwt_json_add_number(call->arena, object, "broken", (int64_t)session->broken);
	gwt_json_add_string(call->arena, object, "order",
			    gwt_span_of(gwt_replay_order_word(call->replayer->options->match.order)));
	add_selection(call, session, object);
	return object;
}

void gwt_admin_list_sessions(struct gwt_admin_call *call)
{
	struct gwt_json *json = gwt_json_new(call->arena, GWT_JSON_OBJECT);
	struct gwt_json *array = gwt_json_add_array(call->arena, json, "sessions");
	struct gwt_client_session *session;

	for (size_t i = 0; (session = gwt_sessions_next(call->replayer->sessions, &i));)
		gwt_json_append(array, session_json(call, session));
	gwt_admin_answer(call, 200, json);
}

/* "scenarios" of a body, which must be in service. False after an answer that says what is wrong. */
static bool read_scenarios(struct gwt_admin_call *call, const struct gwt_json *scenarios, char ***names,
			   size_t *count)
{
	if (!gwt_json_is(scenarios, GWT_JSON_ARRAY) || scenarios->len == 0 || scenarios->len > MAX_NAMES) {
		gwt_admin_error(call, 400,
				"the body is {\"scenarios\": [\"NAME\", ...]}, 1 to 1000 names of scenarios "
				"or groups");
		return false;
	}
	*names = gwt_arena_array(call->arena, char *, scenarios->len);
	*count = 0;
	for (const struct gwt_json *name = scenarios->child; name; name = name->next) {
		char **next = &(*names)[(*count)++];

		if (name->type != GWT_JSON_STRING || memchr(name->text.ptr, '\0', name->text.len)) {
			gwt_admin_error(call, 400, "each of 'scenarios' is the name of a scenario or group");
			return false;
		}
		*next = gwt_arena_cstr(call->arena, name->text);
		if (gwt_sessions_serve(call->replayer->sessions, next))
			continue;
		gwt_admin_error(call, 422,
				gwt_arena_printf(call->arena,
						 "no scenario and no group in service is called '%s'", *next)
					.ptr);
		return false;
	}
	return true;
}

/*
 * {"id": "…"}, and "scenarios" that it is limited to: a session may be opened before its first call, so that
 * verifying it without one is not a success.
 */
void gwt_admin_open_session(struct gwt_admin_call *call)
{
	struct gwt_span id = gwt_json_get_text(call->body, "id");
	const struct gwt_json *scenarios = gwt_json_get(call->body, "scenarios");
	struct gwt_client_session *session;
	char **names;
	size_t count;

	if (call->replayer->options->session_by == GWT_SESSION_BY_NONE) {
		gwt_admin_error(call, 409, "this replay has one session; start it with --session-by");
		return;
	}
	if (id.len == 0 || id.len > MAX_ID_BYTES) {
		gwt_admin_error(call, 400, "the body is {\"id\": \"NAME\"}, at most 1024 bytes of it");
		return;
	}
	if (scenarios && !read_scenarios(call, scenarios, &names, &count))
		return;
	session = gwt_sessions_open(call->replayer->sessions, id);
	if (!session) {
		gwt_admin_error(call, 429, "there are too many sessions");
		return;
	}
	if (scenarios)
		gwt_sessions_select(call->replayer->sessions, session, names, count);
	gwt_admin_answer(call, 201, session_json(call, session));
}

static struct gwt_client_session *named(struct gwt_admin_call *call)
{
	struct gwt_client_session *session;

	session = gwt_sessions_named(call->replayer->sessions, call->id);
	if (!session)
		gwt_admin_error(call, 404, "there is no such session");
	return session;
}

void gwt_admin_show_session(struct gwt_admin_call *call)
{
	struct gwt_client_session *session = named(call);

	if (session)
		gwt_admin_answer(call, 200, session_json(call, session));
}

void gwt_admin_select_scenarios(struct gwt_admin_call *call)
{
	struct gwt_client_session *session = named(call);
	char **names;
	size_t count;

	if (!session || !read_scenarios(call, gwt_json_get(call->body, "scenarios"), &names, &count))
		return;
	gwt_sessions_select(call->replayer->sessions, session, names, count);
	gwt_admin_answer(call, 200, session_json(call, session));
}

void gwt_admin_select_all(struct gwt_admin_call *call)
{
	struct gwt_client_session *session = named(call);

	if (!session)
		return;
	gwt_sessions_select(call->replayer->sessions, session, NULL, 0);
	gwt_admin_answer(call, 200, session_json(call, session));
}

/*
 * Interactions that this session has not called: of the scenarios it is limited to, else of those that it has
 * begun. True when one of the former is among them.
 */
static bool add_unused(struct gwt_admin_call *call, const struct gwt_client_session *session,
		       struct gwt_json *report)
{
	const struct gwt_cassettes *cassettes = gwt_index_cassettes(call->replayer->index);
	struct gwt_json *array = gwt_json_add_array(call->arena, report, "unused");

	for (size_t i = 0; i < cassettes->len; i++) {
		const struct gwt_entry *entries = gwt_index_entries(call->replayer->index, i);
		bool wanted = session->selected && session->selected[i];

		for (size_t j = 0; !wanted && !session->selected && j < cassettes->items[i].interaction_count;
		     j++)
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
static bool has_lost_scenarios(const struct gwt_admin_call *call, const struct gwt_client_session *session)
{
	for (size_t i = 0; i < session->scenario_count; i++)
		if (!gwt_sessions_serve(call->replayer->sessions, &session->scenarios[i]))
			return true;
	return false;
}

/*
 * 200 when the session made calls, all of them held and left nothing unused of the scenarios it is limited
 * to; 422 otherwise, with its journal: for tests that would swallow the client's exception.
 */
void gwt_admin_verify_session(struct gwt_admin_call *call)
{
	struct gwt_client_session *session = named(call);
	struct gwt_journal_filter filter = { .session = call->id };
	const char *message = NULL;
	struct gwt_json *report, *journal;
	bool unused, ok;

	if (!session)
		return;
	report = session_json(call, session);
	filter.after = session->since;
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
	gwt_admin_answer(call, ok ? 200 : 422, report);
}

void gwt_admin_reset_session(struct gwt_admin_call *call)
{
	struct gwt_client_session *session = named(call);

	if (!session)
		return;
	gwt_sessions_reset(call->replayer->sessions, session);
	session->since = gwt_journal_total(call->replayer->journal);
	gwt_admin_answer(call, 200, session_json(call, session));
}
