#include "lib/store/repair.h"

#include <stdlib.h>

#include "lib/base/arena.h"
#include "lib/store/index_file.h"
#include "lib/store/lock.h"
#include "lib/store/ref.h"
#include "lib/store/share.h"

/* NULL for the zero id, and for a commit that was never written. */
static int tree_of(struct gwt_repo *repo, const git_oid *id, git_tree **out)
{
	gwt_auto(git_commit_cleanup) git_commit *commit = NULL;
	int rc = git_oid_is_zero(id) ? GIT_ENOTFOUND : git_commit_lookup(&commit, repo->git, id);

	if (rc == 0)
		rc = git_commit_tree(out, commit);
	return rc == GIT_ENOTFOUND ? 0 : rc;
}

/* *out: the index still has the version of `path` before the dead commit, and HEAD has the one after it. */
static gwt_status is_behind(struct gwt_repo *repo, git_index *index, git_tree *head,
			    const git_diff_delta *delta, bool *out, struct gwt_error *err)
{
	const char *path = delta->new_file.path ? delta->new_file.path : delta->old_file.path;
	const git_index_entry *entry = git_index_get_bypath(index, path, 0);
	bool had = delta->status != GIT_DELTA_ADDED, has = delta->status != GIT_DELTA_DELETED;
	struct gwt_repo_entry now;
	gwt_status status = gwt_repo_entry(repo, head, path, &now, err);

	*out = status == GWT_OK && (entry != NULL) == had &&
	       (!had || git_oid_equal(&entry->id, &delta->old_file.id)) && now.found == has &&
	       (!has || git_oid_equal(&now.id, &delta->new_file.id));
	return status;
}

/* There is no stat data: git then reads the file once. */
static struct gwt_commit_change change_of(const git_diff_delta *delta)
{
	struct gwt_commit_change change = { .path = delta->new_file.path,
					    .removed = delta->status == GIT_DELTA_DELETED };

	change.entry.path = change.path;
	change.entry.mode = delta->new_file.mode;
	git_oid_cpy(&change.entry.id, &delta->new_file.id);
	return change;
}

static gwt_status find_behind(struct gwt_repo *repo, git_diff *diff, git_tree *head,
			      struct gwt_commit_change *changes, size_t *len, struct gwt_error *err)
{
	gwt_auto(git_index_cleanup) git_index *index = NULL;
	gwt_status status = GWT_OK;

	if (git_repository_index(&index, repo->git) != 0 || git_index_read(index, 1) != 0)
		return gwt_repo_fail(err, GWT_EUNCHECKED, "read the index of the repository of '%s'",
				     repo->dir);
	status = gwt_repo_check_index(index, git_index_path(index), err);
	for (size_t i = 0; status == GWT_OK && i < git_diff_num_deltas(diff); i++) {
		bool behind;

		status = is_behind(repo, index, head, git_diff_get_delta(diff, i), &behind, err);
		if (behind)
			changes[(*len)++] = change_of(git_diff_get_delta(diff, i));
	}
	return status;
}

static gwt_status catch_up(struct gwt_repo *repo, const struct gwt_index_lock *lock, git_diff *diff,
			   git_tree *head, struct gwt_error *err)
{
	struct gwt_commit_change *changes = gwt_xcalloc(git_diff_num_deltas(diff) + 1, sizeof(*changes));
	struct gwt_share share;
	size_t len = 0;
	gwt_status status = find_behind(repo, diff, head, changes, &len, err);

	if (status == GWT_OK)
		status = gwt_share_read(repo, &share, err);
	if (status == GWT_OK && len)
		status = gwt_index_file_make(repo, lock, &share, changes, len, err);
	if (status == GWT_OK && len)
		status = gwt_index_file_place(repo, lock, err);
	free(changes);
	return status;
}

static gwt_status repair_index(struct gwt_repo *repo, const struct gwt_index_lock *lock,
			       const struct gwt_note *note, struct gwt_error *err)
{
	gwt_auto(git_tree_cleanup) git_tree *old = NULL, *new_tip = NULL, *head = NULL;
	gwt_auto(git_commit_cleanup) git_commit *commit = NULL;
	gwt_auto(git_diff_cleanup) git_diff *diff = NULL;
	gwt_status status = gwt_repo_head_tree(repo, &commit, &head, err);

	if (status != GWT_OK)
		return status;
	if (tree_of(repo, &note->old, &old) != 0 || tree_of(repo, &note->new_tip, &new_tip) != 0)
		return gwt_repo_fail(err, GWT_EUNCHECKED, "read a commit of the repository of '%s'",
				     repo->dir);
	if (!new_tip || !head)
		return GWT_OK;
	if (git_diff_tree_to_tree(&diff, repo->git, old, new_tip, NULL) != 0)
		return gwt_repo_fail(err, GWT_EUNCHECKED, "compare commits in the repository of '%s'",
				     repo->dir);
	return catch_up(repo, lock, diff, head, err);
}

gwt_status gwt_repo_repair(struct gwt_repo *repo, struct gwt_error *err)
{
	struct gwt_index_lock lock = { .fd = -1 };
	struct gwt_note note = { 0 };
	gwt_status status = GWT_OK;

	if (!gwt_index_lock_seize(repo, &lock, &note))
		return GWT_OK;
	if (note.whole) {
		gwt_ref_unlock(repo, note.ref, &note.new_tip, 1000);
		status = repair_index(repo, &lock, &note, err);
	}
	gwt_index_file_forget(&lock);
	if (status == GWT_OK)
		return gwt_index_lock_drop(&lock, err);
	gwt_index_lock_leave(&lock);
	return status;
}
