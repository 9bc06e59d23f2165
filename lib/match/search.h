/*
 * search.h - one search for the interaction that answers: match.c finds, refuse.c says why there is none.
 *
 * Private to those two.
 */
#ifndef GWT_MATCH_SEARCH_H
#define GWT_MATCH_SEARCH_H

#include "lib/match/session.h"

struct gwt_recall;
struct gwt_same_effect;

/* The hypotheses of one search. */
struct gwt_search {
	struct gwt_session *session;
	const struct gwt_request *request;
	const struct gwt_contract *contract;
	struct gwt_arena *arena;
	struct gwt_recall *recall;     /* of an equal request; NULL without one */
	struct gwt_same_effect *loose; /* equal at level `effect` only; none at stricter levels */
	size_t loose_len;
	struct gwt_hypothesis *items;
	size_t len, cap;
	const struct gwt_entry *out_of_turn; /* equal, ids known, not available */
	struct gwt_values out_of_turn_values;
	const struct gwt_entry *unknown_id; /* equal but for an id */
	struct gwt_values unknown_values;
	struct gwt_hypothesis weak; /* equal, and not at the wanted level or in this region; no entry: none */
	enum gwt_level weak_level;
	const struct gwt_entry *compared; /* that `comparison` is with; NULL: none */
	struct gwt_comparison comparison;
};

/* What the session calls a variable: the bound value, else the sample. */
static inline struct gwt_span gwt_search_bound_value(const struct gwt_session *session,
						     const struct gwt_entry *entry, size_t variable)
{
	const struct gwt_progress *progress = session->progress[entry->cassette_index];

	if (progress && progress->values[variable].ptr)
		return progress->values[variable];
	return entry->cassette->variables[variable].sample;
}

/* First variable of `values` that the session knows by another value; SIZE_MAX when all fit. */
size_t gwt_search_unknown_variable(const struct gwt_session *session, const struct gwt_entry *entry,
				   const struct gwt_values *values);
/* Whether it was matched in this run of its scenario. */
static inline bool gwt_search_is_used_up(const struct gwt_session *session, const struct gwt_entry *entry)
{
	const struct gwt_progress *progress = session->progress[entry->cassette_index];

	return progress && progress->done[entry->interaction_index];
}

void gwt_search_compare(const struct gwt_search *search, const struct gwt_hypothesis *with,
			struct gwt_comparison *out);

/* Nothing answers: the verdict, and what it is about. */
void gwt_search_refuse(struct gwt_search *search, struct gwt_outcome *out);

#endif
