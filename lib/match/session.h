/*
 * session.h - which recorded interaction answers a request.
 *
 * DESIGN section 4, "Which calls are related, and which interaction answers"; docs/matching.md explains it with
 * examples. A session follows one client: for each scenario it keeps what was matched and what the client calls the
 * scenario's variables. Finding changes nothing; gwt_session_take() then counts the answer in, so that
 * a refused or fault-injected call consumes nothing. Never a silent guess: where two
 * scenarios would answer differently, that is the verdict.
 *
 * Pure: no sockets, no clock. One session is used by one thread.
 */
#ifndef GWT_MATCH_SESSION_H
#define GWT_MATCH_SESSION_H

#include "lib/contract/cache.h"
#include "lib/contract/rank.h"
#include "lib/match/index.h"

struct gwt_session;

struct gwt_match_options {
	enum gwt_level level;        /* the level that must hold */
	enum gwt_replay_order order; /* the order that is required */
	bool once;                   /* each interaction answers once (`--strict`) */
	bool any_region;
	struct gwt_contract_cache *cache; /* of this thread; NULL: nothing is remembered between requests */
	bool issued_ids;      /* only ids that this session was given (gwt_session_issue) or samples */
	const bool *selected; /* by cassette: whether it may answer; NULL: all may */
};

struct gwt_candidate {
	const struct gwt_entry *entry;
	struct gwt_comparison comparison;
};

/* A write after which something recorded is no longer true. */
struct gwt_later_write {
	const struct gwt_entry *entry;   /* NULL: of no scenario, the backdrop answered it */
	struct gwt_span operation, path; /* of the write; both absent: there is none */
};

struct gwt_match_result {
	bool ok;                          /* the contract held at the wanted level */
	enum gwt_verdict verdict;         /* MATCH and its spellings when ok */
	enum gwt_level level;             /* the strongest that held */
	const struct gwt_entry *entry;    /* the one that answers, or the nearest; NULL when there is none */
	struct gwt_comparison comparison; /* comparison with `entry` */
	struct gwt_response response;     /* ok: the recorded answer with this client's ids */
	struct gwt_candidate nearest[GWT_NEAREST]; /* not ok: best first */
	size_t nearest_count;
	const struct gwt_entry *comes_after; /* OUT_OF_ORDER: the step that must come first; NULL: none */
	struct gwt_later_write stale_since;  /* OUT_OF_ORDER: the write that came since */
	struct gwt_span note;                /* one more line for a reader; absent when there is none */
	const struct gwt_cassette
		*under_way; /* no entry: the scenario that the client was in; NULL: not known */
};

struct gwt_session *gwt_session_new(const struct gwt_index *index, const struct gwt_match_options *options);
void gwt_session_free(struct gwt_session *session);

/* Everything of *out lives in `arena` or views `request`; both must live until gwt_session_take(). */
void gwt_session_find(struct gwt_session *session, const struct gwt_request *request, struct gwt_arena *arena,
		      struct gwt_match_result *out);
/*
 * Find the nearest interactions, whatever the ids and the earlier calls are: *out is as if nothing answered.
 */
void gwt_session_nearest(const struct gwt_session *session, const struct gwt_request *request,
			 struct gwt_arena *arena, struct gwt_match_result *out);
/* Count the answer that the last search found; it must have been ok. */
void gwt_session_take(struct gwt_session *session);
/*
 * Another server (the backdrop) answered a write of this client: related interactions of scenarios under way
 * are not true any more.
 */
void gwt_session_overtaken(struct gwt_session *session, const struct gwt_request *request,
			   const struct gwt_response *response);
/*
 * Let only these scenarios answer from now on, by cassette; NULL: all. `selected` belongs to the caller and
 * must live until the next call or the end of the session. Earlier calls still count.
 */
void gwt_session_select(struct gwt_session *session, const bool *selected);
/* Whether a scenario that may answer has this operation. */
bool gwt_session_has_operation(const struct gwt_session *session, struct gwt_span operation);
/* Note an id that the backdrop gave to this client. */
void gwt_session_issue(struct gwt_session *session, struct gwt_span id);

/* Note the ids that `from` was given, too. */
void gwt_session_issue_all(struct gwt_session *session, const struct gwt_session *from);

/* How often an interaction was matched. */
size_t gwt_session_uses(const struct gwt_session *session, const struct gwt_entry *entry);

#endif
