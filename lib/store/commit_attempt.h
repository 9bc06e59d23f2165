/*
 * commit_attempt.h - HEAD, the index and what would change, at one moment.
 */
#ifndef GWT_STORE_COMMIT_ATTEMPT_H
#define GWT_STORE_COMMIT_ATTEMPT_H

#include "lib/store/repo.h"
#include "lib/store/store.h"

/* One path that a commit changes. */
struct gwt_commit_change {
	const char *path;      /* from the root of the working tree */
	bool removed;          /* as in a commit of a dead run; our own commits remove nothing */
	git_index_entry entry; /* id, mode, and stat data if the file has the blob's content */
};

struct gwt_commit_attempt {
	struct gwt_arena arena;
	git_commit *tip; /* NULL when HEAD is unborn */
	git_tree *tree;
	git_index *index;
	struct gwt_commit_change *changes;
	size_t count, cap;
	bool retry; /* after a failure: it may succeed later */
};

/* Read HEAD and the index. */
gwt_status gwt_commit_attempt_open(struct gwt_commit_attempt *attempt, struct gwt_repo *repo,
				   struct gwt_error *err);
void gwt_commit_attempt_release(struct gwt_commit_attempt *attempt);

enum gwt_look_flags {
	GWT_LOOK_STORE = 1 << 0,   /* write blobs to the object database */
	GWT_LOOK_SOURCES = 1 << 1, /* look at the scenarios' files, too */
};
/*
 * Fill `changes` with the differences from HEAD: files that exist, and in VALIDATED.json the lines of the
 * request's scenarios. A file that is missing in the working tree is not a change.
 */
gwt_status gwt_commit_attempt_look(struct gwt_commit_attempt *attempt, struct gwt_repo *repo,
				   const struct gwt_commit_request *request, unsigned flags,
				   struct gwt_error *err);

/* The same for one more file, which need not exist. */
gwt_status gwt_commit_attempt_look_at(struct gwt_commit_attempt *attempt, struct gwt_repo *repo,
				      const char *path, unsigned flags, struct gwt_error *err);

/* The path from the root of the working tree, in the attempt's arena. */
const char *gwt_commit_attempt_cassette(struct gwt_commit_attempt *attempt, const struct gwt_repo *repo,
					struct gwt_span scenario);
/* The same for the source; NULL when the item has none, or one outside the working tree. */
const char *gwt_commit_attempt_source(struct gwt_commit_attempt *attempt, const struct gwt_repo *repo,
				      const struct gwt_commit_item *item);

#endif
