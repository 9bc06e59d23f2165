/*
 * contest.h - several clients on one plan, a few of them at the same time.
 */
#ifndef GWT_VERIFIER_CONTEST_H
#define GWT_VERIFIER_CONTEST_H

#include "verifier/client.h"
#include "verifier/lane.h"

/* One client in a run. */
struct gwt_contestant {
	struct gwt_client *client;
	struct gwt_cell *cells;  /* of the plan; NULL: it did not run */
	struct gwt_cell *trials; /* of the plan of trials; NULL: not tried */
	bool called;             /* it made a request at all */
};

struct gwt_contest_options {
	const struct gwt_plan *plan;
	const struct gwt_plan *trials; /* run at the same time, with drivers of their own; NULL: none */
	const struct gwt_stage *stage;
	uint64_t timeout_ms; /* for one call; 0: as each client says */
	size_t at_once;      /* clients */
	/* Called a few times a second, and at each end: `finished` is the contestant that ended, or NULL. */
	void (*progress)(void *arg, size_t done, size_t total, const struct gwt_contestant *finished);
	void *arg;
};

/* Run every contestant whose client is not missing. *signum is the signal that ended it early, or 0. */
gwt_status gwt_contest_run(struct gwt_arena *arena, const struct gwt_contest_options *options,
			   struct gwt_contestant *items, size_t len, int *signum, struct gwt_error *err);

#endif
