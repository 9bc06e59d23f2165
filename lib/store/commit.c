/*
 * One commit of some paths, as `git commit --only` makes it: the tree is HEAD's with these paths replaced,
 * the index changes in these paths and nowhere else. Nothing is ever removed.
 *
 * In this order: objects, the new index beside the old one, the note in index.lock, the branch, the index
 * by one rename, unlock. Before the branch has moved nothing happened; after it, a rename that fails moves
 * the branch back, and where that fails too, or we die, the lock stays with its note and the next run
 * finishes the work (repair.h). Until then git finds the index locked.
 */
#include <stdio.h>
#include <stdlib.h>

#include "lib/base/clock.h"
#include "lib/base/error.h"
#include "lib/base/file.h"
#include "lib/store/commit_attempt.h"
#include "lib/store/check.h"
#include "lib/store/commit.h"
#include "lib/store/commit_write.h"
#include "lib/store/create.h"
#include "lib/store/hint.h"
#include "lib/store/index_file.h"
#include "lib/store/lock.h"
#include "lib/store/place.h"
#include "lib/store/ref.h"
#include "lib/store/repair.h"
#include "lib/store/share.h"

enum { PATIENCE_MS = 10000 };

/* One attempt under the lock. */
struct commit {
	struct gwt_repo *repo;
	const struct gwt_commit_request *request;
	struct gwt_commit_attempt attempt;
	struct gwt_index_lock lock;
	struct gwt_share share;
	const char *ref;
	git_oid id;
	bool check_only;
	bool refused;   /* because of the state of the paths, not because of a failure */
	bool keep_lock; /* it is half done */
};

static void commit_release(struct commit *commit)
{
	gwt_commit_attempt_release(&commit->attempt);
}

/* The branch has moved: the index must follow, or the branch moves back. */
static gwt_status follow(struct commit *commit, struct gwt_error *err)
{
	gwt_status status = gwt_index_file_place(commit->repo, &commit->lock, err);

	if (status == GWT_OK)
		return GWT_OK;
	commit->keep_lock =
		gwt_ref_move_back(commit->repo, &commit->attempt, commit->ref, &commit->id) != GWT_REF_OLD;
	return status;
}

static gwt_status move_branch(struct commit *commit, struct gwt_error *err)
{
	enum gwt_ref_state state;
	gwt_status status = gwt_ref_move(commit->repo, &commit->attempt, commit->ref, &commit->id,
					 commit->request->message, &state, err);

	commit->keep_lock = state == GWT_REF_UNKNOWN;
	return status == GWT_OK ? follow(commit, err) : status;
}

static gwt_status make_commit(struct commit *commit, struct gwt_error *err)
{
	struct gwt_commit_attempt *attempt = &commit->attempt;
	gwt_status status = gwt_commit_write(commit->repo, attempt, &commit->share, commit->request->message,
					     &commit->id, err);

	if (status == GWT_OK)
		status = gwt_ref_of_head(commit->repo, attempt, &commit->ref, err);
	if (status == GWT_OK)
		status = gwt_index_file_make(commit->repo, &commit->lock, &commit->share, attempt->changes,
					     attempt->count, err);
	if (status == GWT_OK)
		status = gwt_index_lock_note(&commit->lock, commit->ref,
					     attempt->tip ? git_commit_id(attempt->tip) : NULL, &commit->id,
					     err);
	return status == GWT_OK ? move_branch(commit, err) : status;
}

static unsigned look_flags(const struct gwt_commit_request *request)
{
	return GWT_LOOK_STORE | (request->with_sources ? GWT_LOOK_SOURCES : 0);
}

/* The attributes of a repository of our own are part of its first commit. */
static gwt_status add_attributes(struct commit *commit, struct gwt_error *err)
{
	struct gwt_repo_entry entry;
	gwt_status status;

	if (!commit->repo->ours || *commit->repo->prefix || !commit->attempt.count)
		return GWT_OK;
	status = gwt_repo_entry(commit->repo, commit->attempt.tree, GWT_ATTRIBUTES, &entry, err);
	if (status != GWT_OK || entry.found)
		return status;
	return gwt_commit_attempt_look_at(&commit->attempt, commit->repo, GWT_ATTRIBUTES,
					  look_flags(commit->request), err);
}

/* Everything is checked under the lock, since it may have changed before. */
static gwt_status commit_locked(struct commit *commit, struct gwt_error *err)
{
	gwt_status status = gwt_commit_attempt_open(&commit->attempt, commit->repo, err);

	if (status != GWT_OK)
		return status;
	status = gwt_check_paths(commit->repo, &commit->attempt, commit->request, err);
	commit->refused = status == GWT_EUNCHECKED;
	if (status != GWT_OK || commit->check_only)
		return status;
	status = gwt_commit_attempt_look(&commit->attempt, commit->repo, commit->request,
					 look_flags(commit->request), err);
	if (status == GWT_OK)
		status = add_attributes(commit, err);
	return status == GWT_OK && commit->attempt.count ? make_commit(commit, err) : status;
}

static gwt_status unlock(struct commit *commit, gwt_status status, struct gwt_error *err)
{
	if (commit->keep_lock) {
		gwt_index_lock_leave(&commit->lock);
		return gwt_fail_in(err,
				   "half committed; '%s' blocks git until the next recording finishes it",
				   commit->lock.path);
	}
	gwt_index_file_forget(&commit->lock);
	if (status == GWT_OK)
		return gwt_index_lock_drop(&commit->lock, err);
	gwt_index_lock_drop(&commit->lock, NULL); /* `err` already says what failed first */
	return status;
}

/* What all attempts share. */
struct task {
	struct gwt_repo *repo;
	const struct gwt_commit_request *request;
	struct gwt_commit_result *out;
	bool check_only, refused;
};

static void note_result(const struct commit *commit, gwt_status status, struct gwt_commit_result *out)
{
	if (status != GWT_OK || commit->check_only || !commit->attempt.count)
		return;
	out->committed = true;
	git_oid_tostr(out->oid, sizeof(out->oid), &commit->id);
}

static gwt_status commit_once(struct task *task, bool *retry, struct gwt_error *err)
{
	gwt_auto(commit_release) struct commit commit = { .repo = task->repo,
							  .request = task->request,
							  .check_only = task->check_only };
	gwt_status status = gwt_share_read(task->repo, &commit.share, err);

	if (status == GWT_OK)
		status = gwt_index_lock_take(task->repo, &commit.share, &commit.lock, retry, err);
	if (status != GWT_OK)
		return status;
	status = commit_locked(&commit, err);
	note_result(&commit, status, task->out);
	*retry = commit.attempt.retry;
	task->refused = commit.refused;
	status = unlock(&commit, status, err);
	if (status == GWT_OK && task->out->committed)
		status = gwt_share_ref(&commit.share, task->repo, commit.ref, err);
	return status;
}

/* The lock of a dead run is taken over; the lock of a living one is waited for. */
static gwt_status try_patiently(struct task *task, struct gwt_error *err)
{
	uint64_t until = gwt_clock_monotonic_ms() + PATIENCE_MS;

	for (unsigned attempt = 0;; attempt++) {
		bool retry = false;
		gwt_status status = gwt_repo_repair(task->repo, err);

		if (status == GWT_OK)
			status = commit_once(task, &retry, err);
		if (status == GWT_OK || !retry || gwt_clock_monotonic_ms() >= until ||
		    (task->request->stop && *task->request->stop))
			return status;
		gwt_turn_pause(attempt);
	}
}

static gwt_status run_task(struct task *task, struct gwt_error *err)
{
	int turn;
	gwt_status status = gwt_repo_writable(task->repo, err);

	task->refused = status == GWT_EUNCHECKED;
	if (status == GWT_OK)
		status = gwt_turn_take(git_repository_path(task->repo->git), task->request->stop, &turn, err);
	if (status != GWT_OK)
		return status;
	status = try_patiently(task, err);
	gwt_turn_end(turn);
	return status;
}

/* Checks without the lock: git may be in the middle of a commit, so only a positive result counts. */
static bool is_fine_now(struct gwt_repo *repo, const struct gwt_commit_request *request)
{
	gwt_auto(gwt_commit_attempt_release) struct gwt_commit_attempt attempt = { 0 };

	return gwt_repo_writable(repo, NULL) == GWT_OK &&
	       gwt_commit_attempt_open(&attempt, repo, NULL) == GWT_OK &&
	       gwt_check_paths(repo, &attempt, request, NULL) == GWT_OK;
}

gwt_status gwt_commit_check(struct gwt_repo *repo, const struct gwt_commit_request *request,
			    struct gwt_error *err)
{
	struct gwt_commit_result unused = { 0 };
	struct task task = { .repo = repo, .request = request, .out = &unused, .check_only = true };

	return is_fine_now(repo, request) ? GWT_OK : run_task(&task, err);
}

/*
 * Find whether any of the paths differs from HEAD, and if so, the command that would commit them.
 * Writes nothing.
 */
static gwt_status find_pending(struct gwt_repo *repo, const struct gwt_commit_request *request, bool *pending,
			       char hint[GWT_HINT_BYTES], struct gwt_error *err)
{
	gwt_auto(gwt_commit_attempt_release) struct gwt_commit_attempt attempt = { 0 };
	gwt_status status = gwt_commit_attempt_open(&attempt, repo, err);

	if (status == GWT_OK)
		status = gwt_commit_attempt_look(&attempt, repo, request, GWT_LOOK_SOURCES, err);
	*pending = attempt.count > 0;
	if (status == GWT_OK && *pending)
		gwt_hint_write(repo, &attempt, request->message, hint);
	return status;
}

/* Why nothing is committed into a repository without --commit; NULL: it is ours. */
static const char *left_alone(const struct gwt_repo *repo, enum gwt_commit_mode mode)
{
	if (mode == GWT_COMMIT_NO)
		return "--no-commit was given";
	if (repo->foreign)
		return "the repository belongs to another user";
	if (!repo->git)
		return "it is outside any repository";
	if (git_repository_is_bare(repo->git))
		return "the repository is bare, it has no working tree";
	if (!repo->ours)
		return "gwtape did not make this repository, and --commit was not given";
	return NULL;
}

static gwt_status advise(struct gwt_repo *repo, const struct gwt_commit_request *request, const char *reason,
			 struct gwt_commit_result *out, struct gwt_error *err)
{
	bool pending = true;
	gwt_status status = GWT_OK;

	if (repo->git && !git_repository_is_bare(repo->git))
		status = find_pending(repo, request, &pending, out->hint, err);
	if (status != GWT_OK || !pending || (!*out->hint && request->mode == GWT_COMMIT_NO))
		return status;
	snprintf(out->reason, sizeof(out->reason), "%s", reason);
	return GWT_OK;
}

/*
 * In a repository of gwtape's own and without --commit, a refusal is only advice. A failure is an error, and
 * shows in the exit code of the run.
 */
static gwt_status commit_or_advise(struct gwt_repo *repo, const struct gwt_commit_request *request,
				   struct gwt_commit_result *out, struct gwt_error *err)
{
	const char *reason = request->mode == GWT_COMMIT_YES ? NULL : left_alone(repo, request->mode);
	struct task task = { .repo = repo, .request = request, .out = out };
	struct gwt_error why = { 0 };
	gwt_status status;

	if (reason)
		return advise(repo, request, reason, out, err);
	status = run_task(&task, &why);
	if (status != GWT_OK && task.refused && request->mode == GWT_COMMIT_DEFAULT)
		return advise(repo, request, why.msg, out, err);
	return status == GWT_OK ? GWT_OK : gwt_fail(err, status, "%s", why.msg);
}

/*
 * Without --commit nobody requested a commit, so what libgit2 cannot read (an extension, a split index) is
 * not a failure.
 */
static bool is_optional(const struct gwt_repo *repo, enum gwt_commit_mode mode)
{
	return mode == GWT_COMMIT_NO || (mode == GWT_COMMIT_DEFAULT && !repo->ours);
}

gwt_status gwt_store_commit(const struct gwt_commit_request *request, struct gwt_commit_result *out,
			    struct gwt_error *err)
{
	struct gwt_repo repo;
	struct gwt_error why = { 0 };
	gwt_status status = gwt_repo_open(&repo, request->dir, &why);

	memset(out, 0, sizeof(*out));
	if (status == GWT_OK)
		status = commit_or_advise(&repo, request, out, &why);
	if (status == GWT_EUNCHECKED && is_optional(&repo, request->mode)) {
		if (request->mode == GWT_COMMIT_DEFAULT)
			snprintf(out->reason, sizeof(out->reason), "%s", why.msg);
		status = GWT_OK;
	}
	gwt_repo_release(&repo);
	return status == GWT_OK ? GWT_OK : gwt_fail(err, status, "%s", why.msg);
}
