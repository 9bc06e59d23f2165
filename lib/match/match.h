/*
 * match.h - which recorded interaction answers a request.
 *
 * DESIGN section 4, "Which interaction answers a request"; docs/matching.md tells
 * it with examples. A session follows one client: for each scenario it keeps
 * whether the calls so far are consistent with it and what its variables are bound
 * to. Finding changes nothing; gwt_session_take() then counts the answer in, so that
 * a refused or fault-injected call consumes nothing. Never a silent guess: where two
 * scenarios would answer differently, that is the verdict.
 *
 * Pure: no sockets, no clock. One session is used by one thread.
 */
#ifndef GWT_MATCH_MATCH_H
#define GWT_MATCH_MATCH_H

#include "lib/match/index.h"
#include "lib/contract/memo.h"
#include "lib/contract/near.h"

struct gwt_session;

struct gwt_match_options {
	enum gwt_level level; /* what must hold */
	bool strict;          /* each interaction once, in order, scenario by scenario */
	bool any_region;
	struct gwt_contract_memo *memo; /* of this thread; NULL: every request is worked out anew */
	bool issued_ids;      /* only ids that this session was given (gwt_session_issue) or samples */
	const bool *selected; /* by cassette: whether it may answer; NULL: all may */
};

struct gwt_candidate {
	const struct gwt_entry *entry;
	struct gwt_comparison comparison;
};

struct gwt_outcome {
	bool ok;                          /* the contract held at the wanted level */
	enum gwt_verdict verdict;         /* MATCH and its spellings when ok */
	enum gwt_level level;             /* the strongest that held */
	const struct gwt_entry *entry;    /* what answers, or the nearest one; NULL when there is none */
	struct gwt_comparison comparison; /* with it */
	struct gwt_response response;     /* ok: the recorded answer with this client's ids */
	struct gwt_candidate nearest[GWT_NEAREST]; /* not ok: best first */
	size_t nearest_count;
	struct gwt_span note; /* one line more for a reader; absent when there is none */
	/* private: what gwt_session_take() does */
	struct gwt_hypothesis *hypotheses;
	size_t hypothesis_count;
	const struct gwt_request *request;
	struct gwt_span path; /* of the request, normalized */
};

struct gwt_session *gwt_session_new(const struct gwt_index *index, const struct gwt_match_options *options);
void gwt_session_free(struct gwt_session *session);

/* Everything of *out lives in `arena` or views `request`, which must live until gwt_session_take(). */
void gwt_session_find(struct gwt_session *session, const struct gwt_request *request, struct gwt_arena *arena,
		      struct gwt_outcome *out);
/* Count the answer in. `outcome` is ok and the last one found. */
void gwt_session_take(struct gwt_session *session, const struct gwt_outcome *outcome);
/*
 * A write of this client that somebody else answered (the backdrop). It ends the scenarios that are about just
 * what it wrote, or about what lay below what it deleted. Writes beside (of a method, of an integration's
 * responses) leave what was recorded true.
 */
void gwt_session_overtaken(struct gwt_session *session, const struct gwt_request *request);
/*
 * From now on only these scenarios answer, by cassette; NULL: all. `selected` is the caller's and outlives the
 * session or the next call. Progress stays: what was called before still counts.
 */
void gwt_session_select(struct gwt_session *session, const bool *selected);
/* Whether a scenario that may answer records this operation. */
bool gwt_session_has_operation(const struct gwt_session *session, struct gwt_span operation);
/* An id that the backdrop gave to this client. */
void gwt_session_issue(struct gwt_session *session, struct gwt_span id);

/* Those that `from` was given as well. */
void gwt_session_issue_all(struct gwt_session *session, const struct gwt_session *from);

/* How often an interaction was matched. */
size_t gwt_session_uses(const struct gwt_session *session, const struct gwt_entry *entry);

#endif
