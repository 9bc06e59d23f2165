/*
 * store.h - cassettes in git: the one place that knows libgit2.
 *
 * docs/git.md tells the rules: path-limited commits as `git commit --only` does, only into a repository
 * that gwtape made unless asked, and never over somebody's staged changes.
 */
#ifndef GWT_CASSETTE_STORE_H
#define GWT_CASSETTE_STORE_H

#include "lib/base/arena.h"
#include "lib/base/error.h"

enum gwt_commit_mode { GWT_COMMIT_DEFAULT, GWT_COMMIT_YES, GWT_COMMIT_NO };

struct gwt_commit_request {
	const char *dir;             /* cassette folder */
	char *const *paths;          /* written or deleted, relative to dir */
	size_t path_count;
	const char *message;         /* subject, blank line, trailers */
	enum gwt_commit_mode mode;
};

struct gwt_commit_result {
	bool committed;
	bool created_repository;
	char oid[41];
	char hint[512]; /* not committed: the command that would; "" when there is nothing to commit */
};

/*
 * Prepare `dir` before anything is written: make it, make a repository when it lies outside any (and
 * mode is not NO), repair what a killed run left. GWT_EUNCHECKED with the reason where mode is YES and
 * committing must be refused (signed commits, staged changes in these paths, bare or read-only repository).
 */
gwt_status gwt_store_prepare(const char *dir, enum gwt_commit_mode mode, struct gwt_error *err);
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

#endif
