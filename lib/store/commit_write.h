/*
 * commit_write.h - the objects of a commit, durably in the object database; no reference moves.
 */
#ifndef GWT_STORE_COMMIT_WRITE_H
#define GWT_STORE_COMMIT_WRITE_H

#include "lib/store/commit_attempt.h"
#include "lib/store/share.h"

/* Write HEAD's tree with the attempt's changes and nothing else, under git's identity. */
gwt_status gwt_commit_write(struct gwt_repo *repo, struct gwt_commit_attempt *attempt,
			    const struct gwt_share *share, const char *message, git_oid *out,
			    struct gwt_error *err);

#endif
