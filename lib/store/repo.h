/*
 * repo.h - the repository that contains a cassette folder, open, and the folder's place in it.
 */
#ifndef GWT_STORE_REPO_H
#define GWT_STORE_REPO_H

#include <git2.h>
#include <limits.h>

#include "lib/base/arena.h"
#include "lib/base/error.h"

#define GWT_MARK "gwtape.created" /* in the configuration of a repository that gwtape made */

struct gwt_repo {
	git_repository *git; /* NULL: DIR is outside any repository, or in one that we may not open */
	char dir[PATH_MAX];  /* DIR, absolute, links resolved */
	char prefix
		[PATH_MAX]; /* place of DIR below the working tree (or the bare repository): "" or "a/b/" */
	char foreign_root[PATH_MAX]; /* folder of the repository that was not opened; else "" */
	bool ours;                   /* gwtape made it: its own configuration has the mark */
	bool foreign;                /* belongs to another user: not opened */
};

/*
 * Open the repository that contains DIR, which need not exist. GWT_OK with git NULL when there is none. Sets
 * up libgit2.
 */
gwt_status gwt_repo_open(struct gwt_repo *repo, const char *dir, struct gwt_error *err);
void gwt_repo_release(struct gwt_repo *repo);

/* libgit2's last error as ours: "cannot WHAT: TEXT". */
gwt_status gwt_repo_fail(struct gwt_error *err, gwt_status status, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Why a repository of another user is not opened. */
gwt_status gwt_repo_foreign(const struct gwt_repo *repo, gwt_status status, struct gwt_error *err);

/* GWT_EUNCHECKED when nothing can be committed into this repository. */
gwt_status gwt_repo_writable(struct gwt_repo *repo, struct gwt_error *err);

/* The tree of HEAD; NULL when HEAD is unborn. */
gwt_status gwt_repo_head_tree(struct gwt_repo *repo, git_commit **commit, git_tree **tree,
			      struct gwt_error *err);
/*
 * GWT_EIO unless `index` has as many entries as the file `path` says: libgit2 takes an unreadable file for a
 * missing one, and then an index without entries for the real one.
 */
gwt_status gwt_repo_check_index(git_index *index, const char *path, struct gwt_error *err);

/* What a tree has at `path` (from the root of the working tree); `tree` may be NULL. */
struct gwt_repo_entry {
	bool found;
	git_oid id;
	git_filemode_t mode;
};
gwt_status gwt_repo_entry(struct gwt_repo *repo, git_tree *tree, const char *path, struct gwt_repo_entry *out,
			  struct gwt_error *err);
/* The bytes of a blob, in `arena`; `path` for messages. */
gwt_status gwt_repo_blob(struct gwt_repo *repo, const git_oid *id, const char *path, struct gwt_arena *arena,
			 struct gwt_span *out, struct gwt_error *err);

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
