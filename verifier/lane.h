/*
 * lane.h - one client's run through a plan: its driver, its endpoint, its cells.
 *
 * A driver is one long-lived program. It gets one call at a time; a request that arrives meanwhile belongs to
 * that call. A driver that fails is ended and started again for the next call; one that fails several times
 * in a row is given up.
 */
#ifndef GWT_VERIFIER_LANE_H
#define GWT_VERIFIER_LANE_H

#include "lib/net/piped.h"
#include "verifier/cell.h"

struct gwt_lane;

/* Who judges the requests of a lane: given by the caller, since the verifier does not know a replayer. */
struct gwt_stage {
	void *arg;
	/*
	 * An endpoint of its own for `lane`, and the environment for its driver, which lives until close().
	 */
	gwt_status (*open)(void *arg, struct gwt_loop *loop, struct gwt_lane *lane, void **endpoint,
			   char ***environment, struct gwt_error *err);
	void (*close)(void *endpoint);
};

/* What the next request must be. */
struct gwt_lane_wanted {
	const struct gwt_plan_call *call;  /* NULL: no call was asked for */
	const struct gwt_failure *failure; /* NULL: none */
	bool consumed;
};

struct gwt_lane_options {
	struct gwt_loop *loop;
	const struct gwt_stage *stage;
	const struct gwt_plan *plan;
	char *const *argv;
	const char *folder;  /* the driver starts in; NULL: ours */
	const char *version; /* of the client, into its environment as GWTAPE_CLIENT_VERSION; NULL: none */
	uint64_t timeout_ms; /* for one call */
	bool backdrop; /* the backdrop answers calls that were not asked for; otherwise they are breaches */
	void (*done)(void *arg, struct gwt_lane *lane);
	void *arg;
};

/* `options` is copied; what it points to outlives the lane. Cells live in `arena`. */
struct gwt_lane *gwt_lane_new(struct gwt_arena *arena, const struct gwt_lane_options *options);
/* Open the endpoint and begin; `done` follows, maybe within. */
gwt_status gwt_lane_start(struct gwt_lane *lane, struct gwt_error *err);
/* Call this regularly: it ends what takes too long. */
void gwt_lane_tick(struct gwt_lane *lane);
/* End the driver; the loop still exists. */
void gwt_lane_stop(struct gwt_lane *lane);
/* Close the endpoint, once the loop is freed. Takes a lane that was not started. */
void gwt_lane_close(struct gwt_lane *lane);

/* One for each call of the plan. */
struct gwt_cell *gwt_lane_cells(struct gwt_lane *lane);
/* How many calls are done. */
size_t gwt_lane_progress(const struct gwt_lane *lane);
/* Whether the client made any request. */
bool gwt_lane_called(const struct gwt_lane *lane);

/* For the stage. */
bool gwt_lane_has_backdrop(const struct gwt_lane *lane);
void gwt_lane_wanted(const struct gwt_lane *lane, struct gwt_lane_wanted *out);
void gwt_lane_judged(struct gwt_lane *lane, const struct gwt_run_row *row, const struct gwt_request *request);

#endif
