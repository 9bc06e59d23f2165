/*
 * ref.h - the branch that a commit moves.
 */
#ifndef GWT_STORE_REF_H
#define GWT_STORE_REF_H

#include "lib/store/commit_attempt.h"

enum gwt_ref_state { GWT_REF_OLD, GWT_REF_NEW, GWT_REF_UNKNOWN };

/* The branch of HEAD, or HEAD itself when it is detached; in the attempt's arena. */
gwt_status gwt_ref_of_head(struct gwt_repo *repo, struct gwt_commit_attempt *attempt, const char **name,
			   struct gwt_error *err);
/*
 * Move the branch from the attempt's tip to `to`. *state says where it is afterwards, whatever libgit2
 * returned. After a failure the attempt's `retry` says whether it may succeed later.
 */
gwt_status gwt_ref_move(struct gwt_repo *repo, struct gwt_commit_attempt *attempt, const char *name,
			const git_oid *to, const char *message, enum gwt_ref_state *state,
			struct gwt_error *err);
/*
 * Remove REF.lock if it is ours, which means that it has `id` in it. A dead commit may have left it empty,
 * but another process may have just created it, so it must stay empty for `patience_ms`; 0: an empty one is
 * not touched.
 */
void gwt_ref_unlock(struct gwt_repo *repo, const char *name, const git_oid *id, uint64_t patience_ms);
/* Move back to the tip, or delete the branch if there was none. GWT_REF_OLD when that was done. */
enum gwt_ref_state gwt_ref_move_back(struct gwt_repo *repo, const struct gwt_commit_attempt *attempt,
				     const char *name, const git_oid *from);

#endif
