/*
 * session.h - what a session knows, for the two files that use it: match.c finds, session.c keeps.
 */
#ifndef GWT_MATCH_SESSION_H
#define GWT_MATCH_SESSION_H

#include "lib/base/map.h"
#include "lib/match/match.h"

#define GWT_SUBJECT_SEGMENTS 4 /* /restapis/ID/resources/ID */

/* An interaction of a started scenario, found by the ids it has with this client's values. */
struct gwt_binding {
	const struct gwt_entry *entry; /* NULL: not in the table */
	uint64_t ids;
	struct gwt_binding *next;
};

/* What a session knows of one scenario. Made when the scenario is first touched. */
struct gwt_progress {
	size_t cassette;
	bool consistent;
	bool started;            /* something was matched since it began */
	size_t last_write;       /* index of the last matched write; SIZE_MAX before any */
	size_t next_write;       /* index of the first write not matched yet; count when there is none */
	uint32_t *uses;          /* of each interaction, over all runs */
	size_t used;             /* interactions with uses */
	bool *done;              /* of each interaction, in this run */
	struct gwt_span *values; /* of each variable: what this client calls it, owned; absent: the sample */
	struct gwt_binding *bindings; /* of each interaction */
	struct gwt_subject
		*subjects;    /* one for each distinct path of its requests, as this client names it */
	size_t subject_count; /* 0 unless started and consistent */
};

/* A path that a started scenario is about: a write on, above or below it concerns the scenario. */
struct gwt_subject {
	struct gwt_progress *progress;
	struct gwt_span path;     /* owned, normalized */
	struct gwt_span prefix;   /* of it: the first GWT_SUBJECT_SEGMENTS */
	struct gwt_subject *next; /* of those whose prefix has the same hash */
};

/* One way in which a request fits a scenario. */
struct gwt_hypothesis {
	const struct gwt_entry *entry;
	struct gwt_values values; /* read from the request */
	bool starts_over;         /* with these values */
};

/* Chained hash tables whose nodes lie in the progress: nothing is allocated when a scenario starts over. */
struct gwt_chains {
	void **heads;
	size_t mask;
};

struct gwt_session {
	const struct gwt_index *index;
	struct gwt_match_options options;
	struct gwt_progress **progress;                   /* by cassette; NULL until touched */
	struct gwt_chains bound;                          /* struct gwt_binding, by ids */
	struct gwt_chains subjects;                       /* struct gwt_subject, by prefix */
	size_t subject_lengths[GWT_SUBJECT_SEGMENTS + 1]; /* how many of them have so many segments */
	struct gwt_map issued;
	struct gwt_map tallies; /* strict: struct gwt_tally, by key */
	struct gwt_arena arena; /* issued ids, tallies */
};

/* Strict: how many calls were matched that ask the same. One call may have been counted in several scenarios. */
struct gwt_tally {
	size_t calls, starts; /* starts: as a first step */
};

/* Index of the first interaction at or after `from` that writes; their count when there is none. */
size_t gwt_session_write_after(const struct gwt_session *session, size_t cassette, size_t from);
/* Whether the entry's scenario is among those that may answer. */
static inline bool gwt_is_selected(const struct gwt_match_options *options, const struct gwt_entry *entry)
{
	return !options->selected || options->selected[entry->cassette_index];
}
/* Of the entry's key. */
struct gwt_tally gwt_session_tally(const struct gwt_session *session, const struct gwt_entry *entry);

#endif
