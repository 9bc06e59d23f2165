/*
 * hint.h - the command that commits what a run wrote, for a person to run.
 */
#ifndef GWT_STORE_HINT_H
#define GWT_STORE_HINT_H

#include "lib/store/commit_attempt.h"
#include "lib/store/store.h"

/* `attempt` must have looked at the request, sources included. */
void gwt_hint_write(const struct gwt_repo *repo, const struct gwt_commit_attempt *attempt,
		    const char *message, char hint[GWT_HINT_BYTES]);

#endif
