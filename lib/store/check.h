/*
 * check.h - what must hold before anything is written, and before it is committed.
 */
#ifndef GWT_STORE_CHECK_H
#define GWT_STORE_CHECK_H

#include "lib/store/commit_attempt.h"

/*
 * Check that the paths of a request are plain files under their own names: no symbolic link, no submodule or
 * other repository on the way, nothing else there, and no name that differs from another only in case.
 * GWT_EUNCHECKED says which one is not. `repo` may have no repository.
 */
gwt_status gwt_check_places(struct gwt_repo *repo, const struct gwt_commit_request *request,
			    struct gwt_error *err);

/*
 * Check with git that nothing is staged, ignored, in conflict or rewritten by attributes that only git
 * itself applies.
 */
gwt_status gwt_check_paths(struct gwt_repo *repo, struct gwt_commit_attempt *attempt,
			   const struct gwt_commit_request *request, struct gwt_error *err);

#endif
