/*
 * verify_stage.h - endpoints for `gwtape verify`: each client has its own replayer.
 *
 * A request to an endpoint belongs to its client, even where a broken signature or a missing header does not
 * show who sent it. All share one index.
 */
#ifndef GWT_CLI_VERIFY_STAGE_H
#define GWT_CLI_VERIFY_STAGE_H

#include "cli/child_env.h"
#include "cli/run_ca.h"
#include "replayer/server.h"
#include "verifier/lane.h"

struct gwt_verify_stage {
	const struct gwt_index *index;
	enum gwt_level level; /* the level that must hold */
	const char *region;   /* the region that drivers are given */
	struct gwt_arena *arena;
	/* set by gwt_verify_stage_open(): */
	struct gwt_run_ca ca;
	/* a file with nothing in it, for clients that read AWS configuration */
	char empty[GWT_EMPTY_FILE_BYTES];
	struct gwt_stage stage; /* what the verifier is given */
};

gwt_status gwt_verify_stage_open(struct gwt_verify_stage *stage, struct gwt_error *err);
/* Takes a stage that could not be opened. */
void gwt_verify_stage_close(struct gwt_verify_stage *stage);

#endif
