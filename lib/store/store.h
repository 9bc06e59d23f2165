/*
 * store.h - cassettes in git: the one place that knows libgit2.
 *
 * docs/git.md tells the rules: path-limited commits as `git commit --only` does, only into a repository
 * that gwtape made unless asked, and never over somebody's staged changes. Hooks are not run, commits are
 * not signed. Every call opens the repository again; nothing is shared between threads.
 */
#ifndef GWT_STORE_STORE_H
#define GWT_STORE_STORE_H

#include "lib/base/arena.h"
#include "lib/base/error.h"

enum gwt_commit_mode { GWT_COMMIT_DEFAULT, GWT_COMMIT_YES, GWT_COMMIT_NO };

struct gwt_commit_request {
	const char *dir;    /* cassette folder */
	char *const *paths; /* written or deleted (or maybe so), relative to dir */
	size_t path_count;
	const char *message; /* subject, blank line, trailers; unused when preparing */
	enum gwt_commit_mode mode;
};

struct gwt_commit_result {
	bool committed;
	bool created_repository;
	char oid[41];
	char hint
		[1024]; /* not committed: the command that would; "" when there is nothing to commit, or no command */
	char reason[256]; /* why it was not committed; "" when there is nothing to tell */
};

/* Held while a run writes below a cassette folder. Several runs may hold it; the system drops it with us. */
struct gwt_store_guard {
	int fd;                  /* -1: none */
	bool created_repository; /* prepare made one */
};

/*
 * Prepare `dir` before anything is written: make it, make a repository when it lies outside any (and
 * mode is not NO), repair what a killed run left. GWT_EUNCHECKED with the reason where mode is YES and
 * committing must be refused (signed commits, staged changes in these paths, a merge in progress, ignored
 * paths, a bare, foreign or read-only repository).
 */
gwt_status gwt_store_prepare(const struct gwt_commit_request *request, struct gwt_store_guard *guard,
			     struct gwt_error *err);
/* Takes one that prepare did not fill, when its fd is -1. */
void gwt_store_release(struct gwt_store_guard *guard);

/*
 * Commit those of the paths whose files differ from HEAD, in one commit; none is fine. Where it may not
 * (mode DEFAULT, a repository of the user's) `hint` and `reason` say so and the status is GWT_OK. Waits up
 * to ten seconds for another git process.
 */
gwt_status gwt_store_commit(const struct gwt_commit_request *request, struct gwt_commit_result *out,
			    struct gwt_error *err);

/* Files below DIR@REV, read from the object database; the same order and rules as gwt_file_list(). */
struct gwt_store_file {
	struct gwt_span path, bytes;
};
struct gwt_store_files {
	struct gwt_store_file *items;
	size_t len, cap;
};
gwt_status gwt_store_read(struct gwt_arena *arena, const char *dir, const char *revision, const char *suffix,
			  struct gwt_store_files *out, struct gwt_error *err);

/* One commit that changed a file, as seen from HEAD. */
struct gwt_store_version {
	char oid[41];
	int64_t time;          /* the committer's, seconds since 1970 */
	struct gwt_span bytes; /* absent: the commit removed the file */
};
struct gwt_store_history {
	struct gwt_store_version *items; /* oldest first */
	size_t len, cap;
};
/* `path` is relative to `dir`. A merge counts only when it differs from each of its parents. */
gwt_status gwt_store_history(struct gwt_arena *arena, const char *dir, const char *path,
			     struct gwt_store_history *out, struct gwt_error *err);

#endif
