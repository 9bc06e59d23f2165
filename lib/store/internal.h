/*
 * store_internal.h - what the files of the store share: an open repository and where DIR lies in it.
 *
 *   store.c         find, make and refuse repositories; sweep what a killed run left among the cassettes
 *   store_lock.c    index.lock as our journal; repair of a commit that was killed half-way
 *   store_commit.c  the commit itself
 *   store_read.c    DIR@REV and history
 */
#ifndef GWT_STORE_INTERNAL_H
#define GWT_STORE_INTERNAL_H

#include <git2.h>
#include <limits.h>

#include "lib/store/store.h"

#define GWT_ATTRIBUTES ".gitattributes"

struct gwt_repo {
	git_repository *git;   /* NULL: DIR lies outside any, or in one that we may not open */
	char dir[PATH_MAX];    /* DIR, absolute, links resolved */
	char prefix[PATH_MAX]; /* of DIR below the working tree (or the bare repository): "" or "a/b/" */
	bool ours;             /* made by gwtape, by the mark in its own configuration */
	bool foreign;          /* belongs to another user: not opened */
};

/* Open what holds DIR, which need not exist. GWT_OK with git NULL when there is none. Sets up libgit2. */
gwt_status gwt_repo_open(struct gwt_repo *repo, const char *dir, struct gwt_error *err);
void gwt_repo_release(struct gwt_repo *repo);

/* libgit2's last error as ours: "cannot WHAT: TEXT". */
gwt_status gwt_repo_fail(struct gwt_error *err, gwt_status status, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* GWT_EUNCHECKED when the repository as a whole is none to commit into. */
gwt_status gwt_repo_writable(struct gwt_repo *repo, struct gwt_error *err);

/* Tree of HEAD, NULL when HEAD is unborn. */
gwt_status gwt_repo_head_tree(struct gwt_repo *repo, git_commit **commit, git_tree **tree,
			      struct gwt_error *err);
/* Entry of `path` (from the root of the working tree); false when there is none. */
bool gwt_repo_tree_entry(git_tree *tree, const char *path, git_oid *id, git_filemode_t *mode);

/* The same, and none of the paths has staged changes or is ignored. */
gwt_status gwt_repo_may_commit(struct gwt_repo *repo, const struct gwt_commit_request *request,
			       struct gwt_error *err);

/* One path to commit. */
struct gwt_change {
	const char *path; /* from the root of the working tree */
	bool removed;
	git_index_entry entry; /* id, mode and stat data; unused when removed */
};

/*
 * index.lock, as git understands it, with a text of ours inside and held by flock(2): whoever finds our
 * text without a holder knows that its writer is dead, and what it was doing.
 */
struct gwt_index_lock {
	int fd; /* -1: not held */
	char path[PATH_MAX];
};

/* GWT_EUNCHECKED with *busy when another process holds it. */
gwt_status gwt_index_lock_take(struct gwt_repo *repo, struct gwt_index_lock *lock, bool *busy,
			       struct gwt_error *err);
/* Note, durably, what is about to happen to `ref`. `old` may be NULL. */
gwt_status gwt_index_lock_note(struct gwt_index_lock *lock, const char *ref, const git_oid *old,
			       const git_oid *new_tip, struct gwt_error *err);
void gwt_index_lock_drop(struct gwt_index_lock *lock);
/* Put the changes into the index file; the lock is held. */
gwt_status gwt_index_apply(struct gwt_repo *repo, const struct gwt_change *changes, size_t count,
			   struct gwt_error *err);
/* Finish or forget what a killed commit left. */
gwt_status gwt_repo_repair(struct gwt_repo *repo, struct gwt_error *err);

#define GWT_GIT_CLEANUP(type)                                                                                \
	static inline void type##_cleanup(type **handle)                                                     \
	{                                                                                                    \
		type##_free(*handle);                                                                        \
	}
GWT_GIT_CLEANUP(git_commit)
GWT_GIT_CLEANUP(git_tree)
GWT_GIT_CLEANUP(git_tree_entry)
GWT_GIT_CLEANUP(git_object)
GWT_GIT_CLEANUP(git_index)
GWT_GIT_CLEANUP(git_config)
GWT_GIT_CLEANUP(git_reference)
GWT_GIT_CLEANUP(git_signature)
GWT_GIT_CLEANUP(git_diff)
GWT_GIT_CLEANUP(git_blob)
GWT_GIT_CLEANUP(git_revwalk)

#endif
