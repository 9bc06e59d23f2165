/*
 * commit.h - whether a commit would be made: what gwt_store_prepare() asks beforehand.
 */
#ifndef GWT_STORE_COMMIT_H
#define GWT_STORE_COMMIT_H

#include "lib/store/repo.h"
#include "lib/store/store.h"

/* GWT_EUNCHECKED with the reason when gwt_store_commit() with --commit would refuse. */
gwt_status gwt_commit_check(struct gwt_repo *repo, const struct gwt_commit_request *request,
			    struct gwt_error *err);

#endif
