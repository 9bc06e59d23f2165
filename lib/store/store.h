/*
 * store.h - cassettes on disk and in git: the one place that writes them, and that knows libgit2.
 *
 * docs/git.md has the rules: path-limited commits as `git commit --only` makes them, only into a repository
 * that gwtape made unless asked, never over staged changes, and never a deletion. Hooks are not run, commits
 * are not signed. Every call opens the repository again; nothing is shared between threads.
 */
#ifndef GWT_STORE_STORE_H
#define GWT_STORE_STORE_H

#include <limits.h>
#include <signal.h>

#include "lib/base/arena.h"
#include "lib/base/error.h"

enum gwt_commit_mode { GWT_COMMIT_DEFAULT, GWT_COMMIT_YES, GWT_COMMIT_NO };

/* What belongs to one scenario: GROUP/NAME.json, its line in GROUP/VALIDATED.json, and the scenario's file. */
struct gwt_commit_item {
	struct gwt_span scenario; /* GROUP/NAME */
	const char *source;       /* path of the scenario's file; may be NULL */
};

struct gwt_commit_request {
	const char *dir; /* cassette folder */
	const struct gwt_commit_item *items;
	size_t len;
	bool with_sources;   /* this run wrote the scenarios' files: they are committed with the cassettes */
	const char *message; /* subject, blank line, trailers; unused when preparing */
	enum gwt_commit_mode mode;
	const volatile sig_atomic_t *stop; /* may be NULL; once it is set, all waiting ends */
};

/* Size of a command to paste; a longer one names folders instead of files. */
#define GWT_HINT_BYTES 1024

struct gwt_commit_result {
	bool committed;
	bool created_repository;
	char oid[41]; /* 40 hexadecimal digits (gitformat-commit): git2.h stays in lib/store */
	/* not committed: the command that would; "" when there is nothing to commit, or no command of this size */
	char hint[GWT_HINT_BYTES];
	char reason[GWT_MESSAGE_BYTES]; /* why it was not committed; "" when there is no reason to report */
};

/* A run that writes below a cassette folder. Its locks end with the process, whatever happens. */
struct gwt_store {
	const char *dir;
	char place[PATH_MAX];    /* folder of this run's temporary files; "": not open */
	int place_fd;            /* held by flock(2): a run that can take it knows that this one is dead */
	bool created_repository; /* gwt_store_prepare() made one */
};

/*
 * To be called before any other call and before anything is written: makes `dir`, makes a repository if `dir`
 * is outside any (unless mode is NO), and repairs what a killed run left. GWT_EUNCHECKED with the reason when
 * the paths cannot be written as plain files (a symbolic link, a submodule, a name that differs only in
 * case), or when mode is YES and a commit would be refused (signed commits, staged changes in these paths, a
 * merge in progress, ignored paths, a bare, foreign or read-only repository).
 */
gwt_status gwt_store_prepare(const struct gwt_commit_request *request, struct gwt_store *store,
			     struct gwt_error *err);
/* Also takes a zeroed one. */
void gwt_store_release(struct gwt_store *store);

/*
 * Write `path`, below `dir` or elsewhere on its file system, through the run's own folder, if its lines
 * differ from the existing ones: git decides how lines end in a work tree. The folder of `path` must exist.
 * Several threads may call this at the same time.
 */
gwt_status gwt_store_write(const struct gwt_store *store, const char *path, struct gwt_span bytes,
			   bool *changed, struct gwt_error *err);

/*
 * Commit, in one commit, those items whose files differ from HEAD; there may be none. A missing file keeps
 * what HEAD has, and so does every line of VALIDATED.json that belongs to no item. If it may not commit (mode
 * DEFAULT, a repository of the user), `hint` and `reason` say so and the status is GWT_OK. Waits up to ten
 * seconds for another git process.
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

#endif
