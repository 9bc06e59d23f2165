/*
 * sessions.h - many clients on one server, each with its own progress.
 *
 * A session is known by the access key id that signs, by a path prefix
 * `/session/ID` in the endpoint URL, or by the header `x-gwtape-session`; without
 * such a mode there is one nameless session. Sessions are made by the first request
 * that is signed well, up to a limit.
 */
#ifndef GWT_REPLAYER_SESSIONS_H
#define GWT_REPLAYER_SESSIONS_H

#include "lib/match/session.h"
#include "lib/sigv4/sigv4.h"
#include "replayer/backdrop.h"

enum gwt_session_by {
	GWT_SESSION_BY_NONE,
	GWT_SESSION_BY_ACCESS_KEY,
	GWT_SESSION_BY_PATH,
	GWT_SESSION_BY_HEADER
};
bool gwt_session_by_parse(struct gwt_span word, enum gwt_session_by *out);

struct gwt_client_session {
	struct gwt_span name; /* absent for the nameless one */
	struct gwt_session *match;
	void *backdrop; /* its state there; NULL until it is needed */
	size_t requests, matched, broken;
	uint64_t since;   /* number of the journal's last entry before its reset; 0: it had none */
	char **scenarios; /* names of scenarios and groups that may answer it, owned; NULL: all */
	size_t scenario_count;
	bool *selected; /* the same as cassettes, owned */
};

struct gwt_sessions;

/* `index` and `backdrop` (may be NULL) outlive it. */
struct gwt_sessions *gwt_sessions_new(const struct gwt_index *index, const struct gwt_match_options *options,
				      enum gwt_session_by by, const struct gwt_backdrop *backdrop);
void gwt_sessions_free(struct gwt_sessions *sessions);

/*
 * The session of a request; a new one is made where the request `may_open` it: only a well-signed one may.
 * *out is the request without the session's path prefix. NULL when the request names none, in which case *why
 * says how to name one, or when there are too many.
 */
struct gwt_client_session *gwt_sessions_of(struct gwt_sessions *sessions, const struct gwt_request *request,
					   const struct gwt_authorization *authorization, bool may_open,
					   struct gwt_request *out, const char **why);
/*
 * Where a request without a session counts: one that could not be read, or that names none. This is the
 * session called "default": the nameless one, the only one without a mode, unless a client gave its session
 * this name.
 */
struct gwt_client_session *gwt_sessions_default(struct gwt_sessions *sessions);
struct gwt_run_row;
void gwt_client_session_count(struct gwt_client_session *session, const struct gwt_run_row *row);
/* By name; NULL when there is none. */
struct gwt_client_session *gwt_sessions_named(struct gwt_sessions *sessions, struct gwt_span name);
/* Make a session, or return the existing one; NULL when there are too many. */
struct gwt_client_session *gwt_sessions_open(struct gwt_sessions *sessions, struct gwt_span name);
/*
 * From now on only these scenarios and groups answer the session; none named: all of them. Its progress
 * stays.
 */
void gwt_sessions_select(struct gwt_sessions *sessions, struct gwt_client_session *session,
			 char *const *names, size_t count);
/* Whether this is the name of a scenario or group in service. */
bool gwt_sessions_serve(const struct gwt_sessions *sessions, char *const *name);
/*
 * Forget its progress, its counts and what it was limited to; gwt_sessions_uses() still knows what it called.
 */
void gwt_sessions_reset(struct gwt_sessions *sessions, struct gwt_client_session *session);
/* for (size_t i = 0; (session = gwt_sessions_next(sessions, &i));) in the order they were made */
struct gwt_client_session *gwt_sessions_next(const struct gwt_sessions *sessions, size_t *i);
size_t gwt_sessions_count(const struct gwt_sessions *sessions);
/*
 * After a change of cassettes: every session keeps its name, counts, backdrop and selection, and loses its
 * progress.
 */
void gwt_sessions_replace(struct gwt_sessions *sessions, const struct gwt_index *index,
			  const struct gwt_match_options *options);
/* How often an interaction was matched, over all sessions, before resets too. */
size_t gwt_sessions_uses(const struct gwt_sessions *sessions, const struct gwt_entry *entry);

#endif
