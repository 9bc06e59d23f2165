/*
 * The objects of a commit: trees and the commit itself.
 */
#include "lib/store/commit_write.h"

#include <stdlib.h>

#include "lib/base/arena.h"
#include "lib/base/file.h"
#include "lib/base/span.h"
#include "lib/store/repo.h"

static int build_tree(struct gwt_repo *repo, struct gwt_commit_attempt *attempt, git_oid *out)
{
	git_tree_update *updates = gwt_arena_array(&attempt->arena, git_tree_update, attempt->count);

	for (size_t i = 0; i < attempt->count; i++)
		updates[i] = (git_tree_update){ .action = GIT_TREE_UPDATE_UPSERT,
						.filemode = (git_filemode_t)attempt->changes[i].entry.mode,
						.id = attempt->changes[i].entry.id,
						.path = attempt->changes[i].path };
	return git_tree_create_updated(out, repo->git, attempt->tree, attempt->count, updates);
}

/*
 * In git's order: the environment, then author.* or committer.*, then user.*. In the arena; NULL when unset.
 */
static const char *identity(struct gwt_commit_attempt *attempt, git_config *config, const char *variable,
			    const char *key, const char *fallback)
{
	const char *value = getenv(variable);

	if (value && *value)
		return value;
	if (git_config_get_string(&value, config, key) != 0 &&
	    git_config_get_string(&value, config, fallback) != 0)
		return NULL;
	return *value ? gwt_arena_cstr(&attempt->arena, gwt_span_of(value)) : NULL;
}

static int sign_as(struct gwt_repo *repo, struct gwt_commit_attempt *attempt, bool author,
		   git_signature **out)
{
	gwt_auto(git_config_cleanup) git_config *config = NULL;
	const char *name, *email;

	if (git_repository_config_snapshot(&config, repo->git) != 0)
		return -1;
	name = author ? identity(attempt, config, "GIT_AUTHOR_NAME", "author.name", "user.name")
		      : identity(attempt, config, "GIT_COMMITTER_NAME", "committer.name", "user.name");
	email = author ? identity(attempt, config, "GIT_AUTHOR_EMAIL", "author.email", "user.email")
		       : identity(attempt, config, "GIT_COMMITTER_EMAIL", "committer.email", "user.email");
	if (name && email && git_signature_now(out, name, email) == 0)
		return 0;
	return git_signature_now(out, "gwtape", "gwtape@localhost");
}

/* The trees on the way to each changed path, and its blob. */
static gwt_status share_path(const struct gwt_share *share, struct gwt_repo *repo,
			     struct gwt_commit_attempt *attempt, git_tree *root,
			     const struct gwt_commit_change *change, struct gwt_error *err)
{
	char *path = gwt_arena_cstr(&attempt->arena, gwt_span_of(change->path));
	gwt_status status = gwt_share_object(share, repo, &change->entry.id, err);

	for (char *slash = strchr(path, '/'); status == GWT_OK && slash; slash = strchr(slash + 1, '/')) {
		struct gwt_repo_entry entry;

		*slash = '\0';
		status = gwt_repo_entry(repo, root, path, &entry, err);
		if (status == GWT_OK && entry.found)
			status = gwt_share_object(share, repo, &entry.id, err);
		*slash = '/';
	}
	return status;
}

static gwt_status share_all(const struct gwt_share *share, struct gwt_repo *repo,
			    struct gwt_commit_attempt *attempt, git_tree *root, const git_oid *commit,
			    struct gwt_error *err)
{
	gwt_status status = share->bits ? gwt_share_object(share, repo, commit, err) : GWT_OK;

	if (status == GWT_OK && share->bits)
		status = gwt_share_object(share, repo, git_tree_id(root), err);
	for (size_t i = 0; share->bits && status == GWT_OK && i < attempt->count; i++)
		status = share_path(share, repo, attempt, root, &attempt->changes[i], err);
	return status;
}

gwt_status gwt_commit_write(struct gwt_repo *repo, struct gwt_commit_attempt *attempt,
			    const struct gwt_share *share, const char *message, git_oid *out,
			    struct gwt_error *err)
{
	gwt_auto(git_signature_cleanup) git_signature *author = NULL, *committer = NULL;
	gwt_auto(git_tree_cleanup) git_tree *tree = NULL;
	const git_commit *parents[1] = { attempt->tip };
	git_oid tree_id;

	if (build_tree(repo, attempt, &tree_id) != 0 || git_tree_lookup(&tree, repo->git, &tree_id) != 0 ||
	    sign_as(repo, attempt, true, &author) != 0 || sign_as(repo, attempt, false, &committer) != 0 ||
	    git_repository_set_ident(repo->git, committer->name, committer->email) != 0 ||
	    git_commit_create(out, repo->git, NULL, author, committer, NULL, message, tree,
			      attempt->tip ? 1 : 0, parents) != 0)
		return gwt_repo_fail(err, GWT_EUNCHECKED, "make a commit in the repository of '%s'",
				     repo->dir);
	return share_all(share, repo, attempt, tree, out, err);
}
