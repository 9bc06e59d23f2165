/*
 * history.h - how the cassettes of a folder changed over the commits.
 *
 * It does what git log does for one path: it goes back from HEAD, and at a merge to the parent that has the
 * same cassette, so that it reports how HEAD's answers came about. Renamed cassettes are followed. Dates come
 * from the VALIDATED.json of each commit.
 */
#ifndef GWT_STORE_HISTORY_H
#define GWT_STORE_HISTORY_H

#include "lib/base/arena.h"
#include "lib/base/error.h"

struct gwt_history;

/* Open the commits that HEAD of the repository of `dir` reaches. GWT_EUNCHECKED when there is none. */
gwt_status gwt_history_open(const char *dir, struct gwt_history **out, struct gwt_error *err);
void gwt_history_free(struct gwt_history *history);

/* Whether the clone is shallow: what came before its oldest commits is not known. */
bool gwt_history_is_cut(const struct gwt_history *history);

/* Every scenario that has a cassette below `dir` in any commit, sorted; in the history's memory. */
gwt_status gwt_history_scenarios(struct gwt_history *history, const struct gwt_span **out, size_t *len,
				 struct gwt_error *err);

/* A cassette from one commit on, until the next. */
struct gwt_history_version {
	char commit[41];  /* as hexadecimal digits */
	int64_t time;     /* the committer's, seconds since 1970 */
	const char *path; /* path of the cassette, from the root of the working tree */
	struct gwt_span recorded,
		confirmed;     /* the first and last date, as texts; absent when no VALIDATED.json has them */
	struct gwt_span bytes; /* absent: the commit has no cassette, or none that can be read */
	const char *unreadable; /* why it cannot be read; else NULL */
	bool oldest;            /* in a shallow clone: it may be older than this commit */
};
struct gwt_history_versions {
	struct gwt_history_version *items; /* oldest first */
	size_t len, cap;
};
/* No versions when no commit has the scenario. Everything is in `arena`. */
gwt_status gwt_history_of(struct gwt_history *history, struct gwt_arena *arena, struct gwt_span scenario,
			  struct gwt_history_versions *out, struct gwt_error *err);

#endif
