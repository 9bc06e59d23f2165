/*
 * trials.h - beyond the contract: what a client does when the service fails, and when answers evolve.
 *
 * Both are tried beside the plan, with a driver of their own. The retry contract answers a
 * call with a scripted failure a few times, then rightly; evolving answers are the recorded
 * answer with what an API may add without notice. Neither makes a run fail: they are tables.
 */
#ifndef GWT_VERIFIER_TRIALS_H
#define GWT_VERIFIER_TRIALS_H

#include "verifier/contest.h"

/* Made of the first calls of `plan` that are fit for it; may be empty. */
void gwt_trials_make(struct gwt_arena *arena, const struct gwt_plan *plan, struct gwt_plan *out);
/* Add `retries` and `evolution` (docs/verify.md) to a report. */
void gwt_trials_add(const struct gwt_contestant *items, size_t len, const struct gwt_plan *trials,
		    struct gwt_json *root, struct gwt_arena *arena);

#endif
