/*
 * trials.h - beyond the contract: what a client does when the service fails, and when answers evolve.
 *
 * Both are tried in parallel to the plan, with drivers of their own. The retry contract answers a call a few
 * times with a scripted failure, then with the recorded answer; evolving answers are recorded answers,
 * changed as an API may change them without notice. Neither makes a run fail: they are reported as tables.
 */
#ifndef GWT_VERIFIER_TRIALS_H
#define GWT_VERIFIER_TRIALS_H

#include "verifier/contest.h"

/* Made from the first calls of `plan` that can be used; may be empty. */
void gwt_trials_make(struct gwt_arena *arena, const struct gwt_plan *plan, struct gwt_plan *out);
/* Add `retries` and `evolution` (docs/verify.md) to a report. */
void gwt_trials_add(const struct gwt_contestant *items, size_t len, const struct gwt_plan *trials,
		    struct gwt_json *root, struct gwt_arena *arena);

#endif
