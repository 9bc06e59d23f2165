/*
 * index_file.h - the new index file: made whole beside the old one before the branch moves, so that after it
 * has moved one rename is left.
 */
#ifndef GWT_STORE_INDEX_FILE_H
#define GWT_STORE_INDEX_FILE_H

#include "lib/store/commit_attempt.h"
#include "lib/store/lock.h"

/* Make the index with the changes, durably, in the lock's folder. The lock must be held. */
gwt_status gwt_index_file_make(struct gwt_repo *repo, const struct gwt_index_lock *lock,
			       const struct gwt_share *share, const struct gwt_commit_change *changes,
			       size_t count, struct gwt_error *err);
/* Put it in place. */
gwt_status gwt_index_file_place(struct gwt_repo *repo, const struct gwt_index_lock *lock,
				struct gwt_error *err);
/* Remove what was made and not put in place, by us or by a dead run. */
void gwt_index_file_forget(const struct gwt_index_lock *lock);

#endif
