#include "replayer/sessions.h"

#include <stdlib.h>

#include "lib/base/arena.h"
#include "lib/base/bounds.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/map.h"
#include "lib/base/span.h"
#include "lib/http/headers.h"
#include "lib/http/uri.h"
#include "lib/match/index.h"
#include "lib/report/run.h"
#include "lib/store/load.h"

struct gwt_sessions {
	const struct gwt_index *index;
	struct gwt_match_options options;
	enum gwt_session_by by;
	const struct gwt_backdrop *backdrop;
	struct gwt_map named;
	struct gwt_client_session nameless;
	size_t *forgotten;      /* uses of each entry before resets; NULL without one */
	struct gwt_arena arena; /* names and sessions */
};

static const char *const words[] = {
	[GWT_SESSION_BY_NONE] = "none",
	[GWT_SESSION_BY_ACCESS_KEY] = "access-key",
	[GWT_SESSION_BY_PATH] = "path",
	[GWT_SESSION_BY_HEADER] = "header",
};

bool gwt_session_by_parse(struct gwt_span word, enum gwt_session_by *out)
{
	for (size_t i = 0; i < GWT_LEN(words); i++)
		if (gwt_span_is(word, words[i])) {
			*out = (enum gwt_session_by)i;
			return true;
		}
	return false;
}

struct gwt_sessions *gwt_sessions_new(const struct gwt_index *index, const struct gwt_match_options *options,
				      enum gwt_session_by by, const struct gwt_backdrop *backdrop)
{
	struct gwt_sessions *sessions = gwt_xcalloc(1, sizeof(*sessions));

	sessions->index = index;
	sessions->options = *options;
	sessions->by = by;
	sessions->backdrop = backdrop;
	sessions->nameless.match = gwt_session_new(index, options);
	return sessions;
}

static void close_backdrop(const struct gwt_sessions *sessions, struct gwt_client_session *session)
{
	if (session->backdrop)
		sessions->backdrop->close(session->backdrop);
	session->backdrop = NULL;
}

static void free_selection(struct gwt_client_session *session)
{
	for (size_t i = 0; i < session->scenario_count; i++)
		free(session->scenarios[i]);
	free(session->scenarios);
	free(session->selected);
	session->scenarios = NULL;
	session->scenario_count = 0;
	session->selected = NULL;
}

void gwt_sessions_free(struct gwt_sessions *sessions)
{
	struct gwt_client_session *session;

	if (!sessions)
		return;
	for (size_t i = 0; (session = gwt_sessions_next(sessions, &i));) {
		gwt_session_free(session->match);
		close_backdrop(sessions, session);
		free_selection(session);
	}
	if (sessions->by != GWT_SESSION_BY_NONE)
		gwt_session_free(sessions->nameless.match);
	gwt_map_release(&sessions->named);
	free(sessions->forgotten);
	gwt_arena_release(&sessions->arena);
	free(sessions);
}

struct gwt_client_session *gwt_sessions_next(const struct gwt_sessions *sessions, size_t *i)
{
	struct gwt_map_entry *entry;

	if (sessions->by == GWT_SESSION_BY_NONE)
		return (*i)++ == 0 ? (struct gwt_client_session *)(uintptr_t)&sessions->nameless : NULL;
	entry = gwt_map_next(&sessions->named, i);
	return entry ? entry->value : NULL;
}

size_t gwt_sessions_count(const struct gwt_sessions *sessions)
{
	return sessions->by == GWT_SESSION_BY_NONE ? 1 : sessions->named.len;
}

static const struct gwt_span default_name = GWT_SPAN_INIT("default");

struct gwt_client_session *gwt_sessions_default(struct gwt_sessions *sessions)
{
	struct gwt_client_session *named = gwt_map_get(&sessions->named, default_name);

	return named ? named : &sessions->nameless;
}

void gwt_client_session_count(struct gwt_client_session *session, const struct gwt_run_row *row)
{
	session->requests++;
	session->matched += gwt_run_row_matched(row);
	session->broken += !row->ok;
}

struct gwt_client_session *gwt_sessions_named(struct gwt_sessions *sessions, struct gwt_span name)
{
	struct gwt_client_session *session = gwt_map_get(&sessions->named, name);
	bool has_strays = sessions->by == GWT_SESSION_BY_NONE || sessions->nameless.requests > 0;

	return session || !has_strays || !gwt_span_eq(name, default_name) ? session : &sessions->nameless;
}

struct gwt_client_session *gwt_sessions_open(struct gwt_sessions *sessions, struct gwt_span name)
{
	struct gwt_client_session *session = gwt_map_get(&sessions->named, name);

	if (session || sessions->named.len >= GWT_MAX_SESSIONS)
		return session;
	session = gwt_arena_new(&sessions->arena, struct gwt_client_session);
	session->name = gwt_arena_copy(&sessions->arena, name);
	session->match = gwt_session_new(sessions->index, &sessions->options);
	if (gwt_span_eq(name, default_name)) { /* requests without a session count here from now on */
		session->requests = sessions->nameless.requests;
		session->broken = sessions->nameless.broken;
	}
	gwt_map_put(&sessions->named, session->name, session);
	return session;
}

static size_t entry_count(const struct gwt_index *index)
{
	const struct gwt_cassettes *cassettes = gwt_index_cassettes(index);
	size_t count = 0;

	for (size_t i = 0; i < cassettes->len; i++)
		count += cassettes->items[i].interaction_count;
	return count;
}

/* The session starts anew; its calls still count for the whole run. */
static void keep_uses(struct gwt_sessions *sessions, const struct gwt_client_session *session)
{
	size_t count = entry_count(sessions->index);
	const struct gwt_entry *entries = gwt_index_entries(sessions->index, 0); /* all are in one array */

	if (!sessions->forgotten)
		sessions->forgotten = gwt_xcalloc(count, sizeof(*sessions->forgotten));
	for (size_t i = 0; i < count; i++)
		sessions->forgotten[i] += gwt_session_uses(session->match, &entries[i]);
}

void gwt_sessions_reset(struct gwt_sessions *sessions, struct gwt_client_session *session)
{
	keep_uses(sessions, session);
	gwt_session_free(session->match);
	session->match = gwt_session_new(sessions->index, &sessions->options);
	close_backdrop(sessions, session);
	free_selection(session);
	session->requests = session->matched = session->broken = 0;
}

/* Which cassettes in service the session's names select. */
static void apply_selection(const struct gwt_sessions *sessions, struct gwt_client_session *session)
{
	const struct gwt_cassettes *cassettes = gwt_index_cassettes(sessions->index);

	free(session->selected);
	session->selected = session->scenario_count ? gwt_xcalloc(cassettes->len, sizeof(bool)) : NULL;
	for (size_t i = 0; session->selected && i < cassettes->len; i++)
		session->selected[i] = gwt_name_is_selected(cassettes->items[i].scenario, session->scenarios,
							    session->scenario_count);
	gwt_session_select(session->match, session->selected);
}

bool gwt_sessions_serve(const struct gwt_sessions *sessions, char *const *name)
{
	const struct gwt_cassettes *cassettes = gwt_index_cassettes(sessions->index);

	for (size_t i = 0; i < cassettes->len; i++)
		if (gwt_name_is_selected(cassettes->items[i].scenario, name, 1))
			return true;
	return false;
}

void gwt_sessions_select(struct gwt_sessions *sessions, struct gwt_client_session *session,
			 char *const *names, size_t count)
{
	free_selection(session);
	session->scenarios = count ? gwt_xcalloc(count, sizeof(*session->scenarios)) : NULL;
	for (; session->scenario_count < count; session->scenario_count++)
		session->scenarios[session->scenario_count] = gwt_xstrdup(names[session->scenario_count]);
	apply_selection(sessions, session);
}

/* The backdrop's state stays, and so do the ids that it gave. */
static void renew(const struct gwt_sessions *sessions, struct gwt_client_session *session)
{
	struct gwt_session *old = session->match;

	session->match = gwt_session_new(sessions->index, &sessions->options);
	gwt_session_issue_all(session->match, old);
	gwt_session_free(old);
	apply_selection(sessions, session);
}

void gwt_sessions_replace(struct gwt_sessions *sessions, const struct gwt_index *index,
			  const struct gwt_match_options *options)
{
	struct gwt_map_entry *entry;

	free(sessions->forgotten);
	sessions->forgotten = NULL;
	sessions->index = index;
	sessions->options = *options;
	renew(sessions, &sessions->nameless);
	for (size_t i = 0; (entry = gwt_map_next(&sessions->named, &i));)
		renew(sessions, entry->value);
}

static const struct gwt_span prefix = GWT_SPAN_INIT("/session/");

/* "/session/ID/restapis/…" -> ID, decoded, and the request without it. */
static struct gwt_span take_prefix(struct gwt_request *request, struct gwt_buf *decoded)
{
	struct gwt_span rest, name;

	if (!gwt_span_starts(request->path, prefix))
		return GWT_ABSENT;
	rest = gwt_span_slice(request->path, prefix.len, request->path.len);
	name = gwt_span_slice(rest, 0, gwt_span_find(rest, '/'));
	if (name.len == rest.len)
		return GWT_ABSENT;
	request->path = gwt_span_slice(rest, name.len, rest.len);
	request->target = gwt_span_slice(
		request->target, (size_t)(request->path.ptr - request->target.ptr),
		request->target.len); /* in absolute-form the scheme and the host come before it */
	gwt_uri_decode(decoded, name);
	return gwt_buf_span(decoded);
}

static const char session_header[] = "x-gwtape-session";

static const char *const hints[] = {
	[GWT_SESSION_BY_ACCESS_KEY] =
		"the request is not signed, and --session-by access-key distinguishes sessions by the "
		"access key id",
	[GWT_SESSION_BY_PATH] = "the path does not begin with /session/ID: put it into the endpoint URL "
				"(--session-by path)",
	[GWT_SESSION_BY_HEADER] = "there is no header x-gwtape-session (--session-by header)",
};

struct gwt_client_session *gwt_sessions_of(struct gwt_sessions *sessions, const struct gwt_request *request,
					   const struct gwt_authorization *authorization, bool may_open,
					   struct gwt_request *out, const char **why)
{
	gwt_auto(gwt_buf_release) struct gwt_buf decoded = { .max = SIZE_MAX };
	struct gwt_client_session *session;
	struct gwt_span name = { NULL, 0 };

	*out = *request;
	switch (sessions->by) {
	case GWT_SESSION_BY_NONE:
		return &sessions->nameless;
	case GWT_SESSION_BY_ACCESS_KEY:
		name = authorization->access_key_id;
		break;
	case GWT_SESSION_BY_PATH:
		name = take_prefix(out, &decoded);
		break;
	case GWT_SESSION_BY_HEADER:
		name = gwt_headers_get(&request->headers, session_header);
		break;
	}
	*why = hints[sessions->by];
	if (sessions->by == GWT_SESSION_BY_HEADER &&
	    gwt_headers_count(&request->headers, session_header) > 1) {
		*why = "the request has the header x-gwtape-session twice: send it once";
		return NULL;
	}
	if (name.len == 0)
		return NULL;
	if (!may_open)
		return gwt_map_get(&sessions->named, name);
	session = gwt_sessions_open(sessions, name);
	if (!session)
		*why = "there are too many sessions";
	return session;
}

size_t gwt_sessions_uses(const struct gwt_sessions *sessions, const struct gwt_entry *entry)
{
	struct gwt_client_session *session;
	size_t uses =
		sessions->forgotten ? sessions->forgotten[entry - gwt_index_entries(sessions->index, 0)] : 0;

	for (size_t i = 0; (session = gwt_sessions_next(sessions, &i));)
		uses += gwt_session_uses(session->match, entry);
	return uses;
}
