/*
 * lock.h - index.lock as git knows it, doing a second job as the journal of one commit:
 *
 *	gwtape commit 1
 *	ref refs/heads/main
 *	old 1f0c…            (all zeros for a first commit)
 *	new 93ab…
 *
 * It appears under its name whole (link) and already held by flock(2); when a run is killed the kernel lets
 * go of the flock and the text stays: a run that finds our text without a holder knows that its writer is
 * dead, and what it was doing. Files that come and go with it are in `.git/gwtape/`.
 */
#ifndef GWT_STORE_LOCK_H
#define GWT_STORE_LOCK_H

#include "lib/store/share.h"

struct gwt_index_lock {
	int fd; /* -1: not held */
	char path[PATH_MAX];
	char folder[PATH_MAX]; /* .git/gwtape, ours alone while the lock is held */
};

/* What a writer noted. */
struct gwt_note {
	char ref[512]; /* a longer name is refused, not cut */
	git_oid old, new_tip;
	bool whole; /* it is complete up to the ref */
};

/* GWT_EUNCHECKED with *busy when another process holds it. */
gwt_status gwt_index_lock_take(struct gwt_repo *repo, const struct gwt_share *share,
			       struct gwt_index_lock *lock, bool *busy, struct gwt_error *err);
/* Take over the lock of a dead run and read its note; false when there is no such lock. */
bool gwt_index_lock_seize(struct gwt_repo *repo, struct gwt_index_lock *lock, struct gwt_note *note);
/* Note, durably, what is about to happen to `ref`. `old` may be NULL. */
gwt_status gwt_index_lock_note(struct gwt_index_lock *lock, const char *ref, const git_oid *old,
			       const git_oid *new_tip, struct gwt_error *err);
/* The work is done, or nothing was changed: remove the lock. */
gwt_status gwt_index_lock_drop(struct gwt_index_lock *lock, struct gwt_error *err);
/* The work is half done: leave the lock and its note to the next run. */
void gwt_index_lock_leave(struct gwt_index_lock *lock);

#endif
