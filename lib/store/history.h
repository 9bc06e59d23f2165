/*
 * history.h - how the cassettes of a folder changed over the commits.
 *
 * What git log does for one path: from HEAD back, and at a merge to the parent that has the same cassette, so
 * that what is reported is how HEAD's answers came to be. A cassette that was renamed is followed. Dates come from
 * the VALIDATED.json of each commit.
 */
#ifndef GWT_STORE_HISTORY_H
#define GWT_STORE_HISTORY_H

#include "lib/base/arena.h"
#include "lib/base/error.h"

struct gwt_history;

/* The commits that HEAD of the repository of `dir` reaches. GWT_EUNCHECKED when there is none. */
gwt_status gwt_history_open(const char *dir, struct gwt_history **out, struct gwt_error *err);
void gwt_history_free(struct gwt_history *history);

/* The clone is shallow: what was before its oldest commits is not known. */
bool gwt_history_is_cut(const struct gwt_history *history);

/* Every scenario of which some commit has a cassette below `dir`, sorted; in the history's memory. */
gwt_status gwt_history_scenarios(struct gwt_history *history, const struct gwt_span **out, size_t *len,
				 struct gwt_error *err);

/* A cassette from one commit on, until the next. */
struct gwt_history_version {
	char commit[41];  /* as hexadecimal digits */
	int64_t time;     /* the committer's, seconds since 1970 */
	const char *path; /* of the cassette, from the root of the working tree */
	struct gwt_span recorded,
		confirmed;      /* first and last, as texts; absent where no VALIDATED.json says */
	struct gwt_span bytes;  /* absent: the commit has no cassette, or one that cannot be read */
	const char *unreadable; /* why; NULL otherwise */
	bool oldest;            /* of a shallow clone: it may be older than this commit */
};
struct gwt_history_versions {
	struct gwt_history_version *items; /* oldest first */
	size_t len, cap;
};
/* None where no commit has it. Everything lives in `arena`. */
gwt_status gwt_history_of(struct gwt_history *history, struct gwt_arena *arena, struct gwt_span scenario,
			  struct gwt_history_versions *out, struct gwt_error *err);

#endif
