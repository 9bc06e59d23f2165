/*
 * results.h - what each version of a client did, kept from run to run.
 *
 * results/HASH/NAME/VERSION.json: HASH is made of the cassettes, so that results of two versions are
 * comparable. A file has a row a call, a line each, and is a report that `--compare` reads.
 */
#ifndef GWT_VERIFIER_RESULTS_H
#define GWT_VERIFIER_RESULTS_H

#include "verifier/contest.h"

struct gwt_upgrade {
	const char *client, *before, *now; /* versions */
	const struct gwt_json *changes;    /* {"new", "right"} */
};

/*
 * Keep the results of a named client whose version is known, below `folder`. Where results of another version
 * exist, *out says what changed since the newest of them; else its `client` is NULL.
 */
gwt_status gwt_results_keep(struct gwt_arena *arena, const char *folder, const struct gwt_plan *plan,
			    struct gwt_contestant *contestant, struct gwt_upgrade *out,
			    struct gwt_error *err);

#endif
