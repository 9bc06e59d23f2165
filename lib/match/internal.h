/*
 * internal.h - what a session knows and what one search finds: what the files of lib/match share.
 *
 * A scenario is played in playthroughs. Most have one, which begins anew when its first step comes with other ids; a scenario
 * that creates its API has as many as a client begins, each with ids of its own.
 */
#ifndef GWT_MATCH_INTERNAL_H
#define GWT_MATCH_INTERNAL_H

#include "lib/base/map.h"
#include "lib/match/index.h"
#include "lib/match/session.h"

#define GWT_MAX_OPEN_PLAYTHROUGHS  10000 /* in one scenario */
#define GWT_MAX_ENDED_PLAYTHROUGHS 1000  /* whose ids are still known */

struct gwt_cached_search;
struct gwt_playthrough;

/*
 * The node of a playthrough in one of the session's tables. It is part of the playthrough, so that to begin
 * anew allocates nothing.
 */
struct gwt_chain_node {
	uint64_t hash;
	struct gwt_playthrough *playthrough;
	const struct gwt_entry *entry;       /* NULL: for the playthrough as a whole */
	struct gwt_chain_node *next, **link; /* link: what points here; NULL: in no table */
};

struct gwt_chains {
	struct gwt_chain_node **heads;
	size_t mask;
};

/* A write that another one answered, and the interactions that are not true since. */
struct gwt_blocker {
	struct gwt_later_write write; /* its texts are owned */
	struct gwt_blocker *next;
	uint64_t blocks[]; /* bits of interactions */
};

/* One playing of a scenario. */
struct gwt_playthrough {
	struct gwt_progress *of;
	struct gwt_playthrough *older;
	size_t number;                 /* from 1; number 1 has the samples */
	bool started;                  /* something was matched since it began */
	bool ended;                    /* its APIs were deleted */
	uint64_t *done, *blocked;      /* bits of interactions */
	struct gwt_span *values;       /* for each variable: this client's value, owned; absent: the sample */
	struct gwt_chain_node *by_ids; /* for each interaction: its ids with these values */
	struct gwt_chain_node *by_key; /* for each interaction with a variable that has no value */
	struct gwt_chain_node *reached; /* paths of the writes that may concern it */
	size_t reached_count;
	struct gwt_blocker *blockers;
	size_t search, item; /* the last search that offered one of it, and where */
};

/* What a session knows of one scenario. Made when the scenario is first touched. */
struct gwt_progress {
	size_t cassette;
	struct gwt_playthrough *newest, *first; /* first: number 1 */
	size_t playthroughs, open, ended;
	size_t newest_offered; /* number of the newest playthrough that the last search found */
	uint32_t *uses;        /* for each interaction, in all playthroughs */
	size_t used;           /* how many interactions were used */
};

/* With `once`: how many calls with equal requests were matched. One call may count in several scenarios. */
struct gwt_tally {
	size_t calls, starts; /* `starts`: those that were a first step */
};

/* One way in which a request fits a scenario. */
struct gwt_hypothesis {
	const struct gwt_entry *entry;
	struct gwt_values values; /* read from the request */
	struct gwt_playthrough
		*playthrough; /* the one that it continues; NULL: a new one, or an untouched scenario */
	bool begins;          /* it begins a playthrough with these values */
	size_t number;        /* of the playthrough that begins */
};

/* The request of one search. */
struct gwt_inquiry {
	const struct gwt_request *request;
	const struct gwt_contract *contract;
	const struct gwt_found *found; /* the keys of the index that the request has */
	size_t found_count;
	struct gwt_arena *arena;
	struct gwt_cached_search *cached; /* what is kept of an equal request; may be NULL */
};

struct gwt_session {
	const struct gwt_index *index;
	struct gwt_match_options options;
	struct gwt_progress **progress; /* by cassette; NULL until touched */
	struct gwt_chains by_ids, by_key, reached;
	struct gwt_map issued;
	struct gwt_map tallies; /* with `once`: struct gwt_tally, by key */
	struct gwt_arena arena; /* issued ids, tallies */
	size_t searches;
	const struct gwt_progress *latest; /* the scenario of the last matched call; NULL: none yet */
	/* what the last search found, for gwt_session_take(); views its arena */
	const struct gwt_hypothesis *answering;
	size_t answering_count;
	const struct gwt_request *answered;
	struct gwt_span answered_path; /* normalized */
	const struct gwt_response *answer;
};

static inline const struct gwt_cassette *gwt_session_cassette(const struct gwt_session *session,
							      size_t cassette)
{
	return &gwt_index_cassettes(session->index)->items[cassette];
}

static inline const struct gwt_edges *gwt_session_edges(const struct gwt_session *session, size_t cassette)
{
	return gwt_index_edges(session->index, cassette);
}

/* Whether the entry's scenario is among those that may answer. */
static inline bool gwt_is_selected(const struct gwt_match_options *options, const struct gwt_entry *entry)
{
	return !options->selected || options->selected[entry->cassette_index];
}

/* The playthrough with the samples in the entry's scenario; NULL when the scenario was not touched. */
static inline struct gwt_playthrough *gwt_first_playthrough(const struct gwt_session *session,
							    const struct gwt_entry *entry)
{
	const struct gwt_progress *progress = session->progress[entry->cassette_index];

	return progress ? progress->first : NULL;
}

/* session.c */
struct gwt_tally gwt_session_tally(const struct gwt_session *session, const struct gwt_entry *entry);

/* chains.c */
void gwt_chains_init(struct gwt_chains *chains, size_t at_least);
void gwt_chains_add(struct gwt_chains *chains, struct gwt_chain_node *node);
void gwt_chains_remove(struct gwt_chain_node *node); /* also takes a node that is in no table */
static inline struct gwt_chain_node *gwt_chains_first(const struct gwt_chains *chains, uint64_t hash)
{
	return chains->heads[hash & chains->mask];
}
/* The hash by which playthroughs with a variable without a value are found. */
uint64_t gwt_key_hash(const struct gwt_key *key);

/* playthrough.c */
struct gwt_progress *gwt_progress_of(struct gwt_session *session, size_t cassette);
void gwt_progress_free(const struct gwt_session *session, struct gwt_progress *progress);
/* The playthrough that a hypothesis continues or begins; the values that it read are bound. */
struct gwt_playthrough *gwt_playthrough_enter(struct gwt_session *session,
					      const struct gwt_hypothesis *hypothesis,
					      struct gwt_arena *scratch);
void gwt_playthrough_done(struct gwt_session *session, struct gwt_playthrough *playthrough,
			  const struct gwt_entry *entry);
bool gwt_playthrough_is_done(const struct gwt_playthrough *playthrough,
			     const struct gwt_entry *entry); /* takes NULL */
/* The playthrough's value of a variable: the bound one, else the sample. */
struct gwt_span gwt_playthrough_value(const struct gwt_playthrough *playthrough,
				      const struct gwt_entry *entry, size_t variable);
/* The id of a variable in the playthrough with this number; absent when it is the sample. */
struct gwt_span gwt_fresh_value(const struct gwt_entry *entry, const struct gwt_edges *edges, size_t variable,
				size_t number, struct gwt_arena *arena);

/* Why an interaction cannot answer now; all absent: it can. `playthrough` NULL: nothing was matched. */
struct gwt_hindrance {
	const struct gwt_entry *comes_after;
	struct gwt_later_write stale_since;
};
bool gwt_is_available(const struct gwt_session *session, const struct gwt_playthrough *playthrough,
		      const struct gwt_entry *entry);
void gwt_find_hindrance(const struct gwt_session *session, const struct gwt_playthrough *playthrough,
			const struct gwt_entry *entry, struct gwt_hindrance *out);

/* overtake.c */
void gwt_playthrough_reach(struct gwt_session *session, struct gwt_playthrough *playthrough,
			   struct gwt_arena *scratch);
void gwt_playthrough_unreach(struct gwt_playthrough *playthrough);
/*
 * A write took effect: related interactions that other playthroughs recorded are not true any more.
 * `normalized` is its path as in the contract bytes.
 */
void gwt_session_block(struct gwt_session *session, const struct gwt_request *request,
		       struct gwt_span normalized, const struct gwt_response *response,
		       const struct gwt_later_write *write);

/* search.c */
struct gwt_search {
	struct gwt_session *session;
	const struct gwt_inquiry *inquiry;
	struct gwt_same_effect *loose; /* equal at level `effect` only; none at stricter levels */
	size_t loose_len;
	struct gwt_hypothesis *items;
	size_t len, cap;
	struct gwt_hypothesis late; /* equal, with known ids, but not available; no entry: none */
	unsigned late_rank;
	struct gwt_hypothesis weak; /* equal, but not at the wanted level or in this region; no entry: none */
	enum gwt_level weak_level;
	const struct gwt_entry *compared; /* the entry of `comparison`; NULL: none */
	struct gwt_comparison comparison;
	const struct gwt_entry *full; /* a scenario that has the maximum of open playthroughs */
	bool scope_read;
	struct gwt_span region; /* of the request's credential scope, once read */
};

/* compared.c */
void gwt_search_compare(const struct gwt_search *search, const struct gwt_hypothesis *with,
			struct gwt_comparison *out);

/* fit.c */

/* Why a variable cannot have a value. */
enum gwt_misfit {
	GWT_FITS,
	GWT_FITS_NOT,      /* another value is bound, or no new value may be bound */
	GWT_FITS_NO_TYPE,  /* its type refuses it */
	GWT_FITS_NO_SCOPE, /* a region that is not the scope's */
};
/* The first variable of `values` that does not fit the playthrough (NULL: the samples), and why. */
enum gwt_misfit gwt_search_misfit(struct gwt_search *search, const struct gwt_playthrough *playthrough,
				  const struct gwt_entry *entry, const struct gwt_values *values,
				  size_t *variable);
/* The region of the request's credential scope; absent where there is none. */
struct gwt_span gwt_search_region(struct gwt_search *search);
/* Whether a scenario may begin with these values. */
bool gwt_search_can_begin(struct gwt_search *search, const struct gwt_entry *entry,
			  const struct gwt_values *values);

/* offer.c */
void gwt_search_add(struct gwt_search *search, const struct gwt_hypothesis *hypothesis);
/* Whether one of the first `len` hypotheses is of the entry's scenario. */
bool gwt_search_has(const struct gwt_search *search, size_t len, const struct gwt_entry *entry);
bool gwt_search_region_differs(struct gwt_search *search, const struct gwt_entry *entry);
bool gwt_has_samples(const struct gwt_entry *entry, const struct gwt_values *values);
bool gwt_has_ids_of(const struct gwt_playthrough *playthrough, const struct gwt_entry *entry,
		    const struct gwt_values *values);
/*
 * Offer an interaction, with the values of the request or with given ones: in a playthrough, or to begin one.
 */
void gwt_search_try(struct gwt_search *search, struct gwt_playthrough *playthrough,
		    const struct gwt_entry *entry);
void gwt_search_try_values(struct gwt_search *search, struct gwt_playthrough *playthrough,
			   const struct gwt_entry *entry, const struct gwt_values *values);
void gwt_search_start(struct gwt_search *search, const struct gwt_entry *entry);
void gwt_search_start_values(struct gwt_search *search, const struct gwt_entry *entry,
			     const struct gwt_values *values);

/* ways.c */
enum { GWT_SEARCH_WAYS = 3 };
void gwt_search_way(struct gwt_search *search, size_t number);
/* Offer what may begin a scenario. */
void gwt_search_starts(struct gwt_search *search, const struct gwt_found *found);

/* refuse.c: nothing answers; find the verdict, and what it is about. */
void gwt_search_refuse(struct gwt_search *search, struct gwt_match_result *out);

/* nearest.c */

/*
 * An interaction that equals the request at level `effect` and at no stricter level, and the ids of
 * the request.
 */
struct gwt_same_effect {
	const struct gwt_entry *entry;
	struct gwt_values values;
};

/*
 * All such interactions, in the order of the cassettes; returns how many. Compares with all interactions of
 * the route.
 */
size_t gwt_find_same_effect(const struct gwt_session *session, const struct gwt_inquiry *inquiry,
			    struct gwt_same_effect **out);

/*
 * Fill *out with the verdict of the nearest interaction and the best three: those of the same route first,
 * ranked by how much differs (route, then operation, then body, then headers). Steps that have the request's
 * ids, bound by this client, come before all others. NO_SCENARIO when no interaction has the request's
 * operation and route.
 */
void gwt_find_nearest(const struct gwt_session *session, const struct gwt_inquiry *inquiry,
		      struct gwt_match_result *out);

#endif
