/*
 * Reading from the object database: DIR@REV and the history of one file, without a checkout.
 */
#include "lib/store/internal.h"

#include <stdio.h>
#include <stdlib.h>

#include "lib/base/file.h"
#include "lib/base/bounds.h"

static gwt_status open_to_read(struct gwt_repo *repo, const char *dir, struct gwt_error *err)
{
	struct gwt_error why = { 0 };

	/* a repository that cannot be read is not a folder without cassettes (GWT_EUNCHECKED) */
	if (gwt_repo_open(repo, dir, &why) != GWT_OK)
		return gwt_fail(err, GWT_EIO, "%s", why.msg);
	if (repo->foreign)
		return gwt_fail(
			err, GWT_EIO,
			"the repository of '%s' belongs to another user, and safe.directory does not name it",
			dir);
	if (!repo->git)
		return gwt_fail(err, GWT_EIO, "'%s' lies outside any repository", dir);
	return GWT_OK;
}

/* The tree of DIR at REV. */
static gwt_status tree_at(struct gwt_repo *repo, const char *dir, const char *revision, git_tree **out,
			  struct gwt_error *err)
{
	gwt_auto(git_object_cleanup) git_object *named = NULL, *tree = NULL;
	gwt_auto(git_tree_entry_cleanup) git_tree_entry *entry = NULL;
	char path[PATH_MAX];

	if (!*revision)
		return gwt_fail(err, GWT_EIO, "no revision after the '@' of '%s@'", dir);
	if (git_revparse_single(&named, repo->git, revision) != 0 ||
	    git_object_peel(&tree, named, GIT_OBJECT_TREE) != 0)
		return gwt_repo_fail(err, GWT_EIO, "find the revision '%s' in the repository of '%s'",
				     revision, dir);
	if (!*repo->prefix)
		return git_tree_dup(out, (git_tree *)tree) == 0
			       ? GWT_OK
			       : gwt_repo_fail(err, GWT_EIO, "read '%s'", dir);
	snprintf(path, sizeof(path), "%.*s", (int)strlen(repo->prefix) - 1, repo->prefix);
	if (git_tree_entry_bypath(&entry, (git_tree *)tree, path) != 0 ||
	    git_tree_entry_type(entry) != GIT_OBJECT_TREE ||
	    git_tree_lookup(out, repo->git, git_tree_entry_id(entry)) != 0)
		return gwt_fail(err, GWT_EIO, "there is no folder '%s' in the revision '%s'", path, revision);
	return GWT_OK;
}

static gwt_status read_blob(struct gwt_arena *arena, git_repository *git, const git_oid *id, const char *path,
			    struct gwt_span *out, struct gwt_error *err)
{
	gwt_auto(git_blob_cleanup) git_blob *blob = NULL;

	if (git_blob_lookup(&blob, git, id) != 0)
		return gwt_repo_fail(err, GWT_EIO, "read '%s' from the object database", path);
	if (git_blob_rawsize(blob) > GWT_MAX_FILE_BYTES)
		return gwt_fail(err, GWT_ELIMIT, "'%s' is over the limit of %d bytes", path,
				GWT_MAX_FILE_BYTES);
	*out = gwt_arena_copy(arena,
			      (struct gwt_span){ git_blob_rawcontent(blob), (size_t)git_blob_rawsize(blob) });
	return GWT_OK;
}

struct walk {
	struct gwt_arena *arena;
	git_repository *git;
	struct gwt_span suffix;
	struct gwt_store_files *out;
	gwt_status status;
	struct gwt_error *err;
};

/* libgit2's callback: 1 passes a folder over, a negative value stops. */
static int visit(const char *root, const git_tree_entry *entry, void *arg)
{
	struct walk *walk = arg;
	const char *name = git_tree_entry_name(entry);
	git_filemode_t mode = git_tree_entry_filemode(entry);
	struct gwt_store_file file = { .path = gwt_arena_printf(walk->arena, "%s%s", root, name) };

	if (name[0] == '.')
		return 1;
	if ((mode != GIT_FILEMODE_BLOB && mode != GIT_FILEMODE_BLOB_EXECUTABLE) ||
	    !gwt_span_ends(file.path, walk->suffix))
		return 0;
	walk->status = read_blob(walk->arena, walk->git, git_tree_entry_id(entry), file.path.ptr, &file.bytes,
				 walk->err);
	if (walk->status != GWT_OK)
		return -1;
	gwt_arena_grow(walk->arena, (void **)&walk->out->items, sizeof(file), walk->out->len,
		       &walk->out->cap);
	walk->out->items[walk->out->len++] = file;
	return 0;
}

static int by_path(const void *a, const void *b)
{
	return gwt_span_cmp(((const struct gwt_store_file *)a)->path,
			    ((const struct gwt_store_file *)b)->path);
}

static gwt_status read_tree(struct gwt_arena *arena, struct gwt_repo *repo, git_tree *tree,
			    const char *suffix, struct gwt_store_files *out, struct gwt_error *err)
{
	struct gwt_store_files found = { 0 };
	struct walk walk = {
		.arena = arena, .git = repo->git, .suffix = gwt_span_of(suffix), .out = &found, .err = err
	};

	if (git_tree_walk(tree, GIT_TREEWALK_PRE, visit, &walk) != 0)
		return walk.status != GWT_OK ? walk.status
					     : gwt_repo_fail(err, GWT_EIO, "read '%s'", repo->dir);
	if (found.len)
		qsort(found.items, found.len, sizeof(*found.items), by_path);
	*out = found;
	return GWT_OK;
}

gwt_status gwt_store_read(struct gwt_arena *arena, const char *dir, const char *revision, const char *suffix,
			  struct gwt_store_files *out, struct gwt_error *err)
{
	gwt_auto(git_tree_cleanup) git_tree *tree = NULL;
	struct gwt_repo repo;
	gwt_status status = open_to_read(&repo, dir, err);

	if (status == GWT_OK)
		status = tree_at(&repo, dir, revision, &tree, err);
	if (status == GWT_OK)
		status = read_tree(arena, &repo, tree, suffix, out, err);
	git_tree_free(tree);
	tree = NULL;
	gwt_repo_release(&repo);
	return status;
}

/* The file's blob in a commit; the zero id when it has none. */
static int blob_in(git_commit *commit, const char *path, git_oid *out)
{
	gwt_auto(git_tree_cleanup) git_tree *tree = NULL;
	git_filemode_t mode;

	if (git_commit_tree(&tree, commit) != 0)
		return -1;
	if (!gwt_repo_tree_entry(tree, path, out, &mode))
		memset(out, 0, sizeof(*out));
	return 0;
}

/* Whether the commit differs, at `path`, from each of its parents. */
static int changes_it(git_commit *commit, const char *path, const git_oid *blob, bool *out)
{
	unsigned count = git_commit_parentcount(commit);

	*out = count > 0 || !git_oid_is_zero(blob);
	for (unsigned i = 0; i < count && *out; i++) {
		gwt_auto(git_commit_cleanup) git_commit *parent = NULL;
		git_oid before;

		if (git_commit_parent(&parent, commit, i) != 0 || blob_in(parent, path, &before) != 0)
			return -1;
		*out = !git_oid_equal(&before, blob);
	}
	return 0;
}

struct history {
	struct gwt_arena *arena;
	struct gwt_repo *repo;
	const char *path;
	struct gwt_store_history *out;
};

static gwt_status add_version(struct history *history, const git_oid *id, struct gwt_error *err)
{
	gwt_auto(git_commit_cleanup) git_commit *commit = NULL;
	struct gwt_store_version version = { 0 };
	gwt_status status = GWT_OK;
	git_oid blob;
	bool changed;

	if (git_commit_lookup(&commit, history->repo->git, id) != 0 ||
	    blob_in(commit, history->path, &blob) != 0 ||
	    changes_it(commit, history->path, &blob, &changed) != 0)
		return gwt_repo_fail(err, GWT_EIO, "read the history of '%s'", history->path);
	if (!changed)
		return GWT_OK;
	if (!git_oid_is_zero(&blob))
		status = read_blob(history->arena, history->repo->git, &blob, history->path, &version.bytes,
				   err);
	git_oid_tostr(version.oid, sizeof(version.oid), id);
	version.time = git_commit_time(commit);
	gwt_arena_grow(history->arena, (void **)&history->out->items, sizeof(version), history->out->len,
		       &history->out->cap);
	history->out->items[history->out->len++] = version;
	return status;
}

static gwt_status walk_history(struct history *history, struct gwt_error *err)
{
	gwt_auto(git_revwalk_cleanup) git_revwalk *walk = NULL;
	gwt_status status = GWT_OK;
	git_oid id;
	int rc;

	if (git_revwalk_new(&walk, history->repo->git) != 0 ||
	    git_revwalk_sorting(walk, GIT_SORT_TOPOLOGICAL | GIT_SORT_TIME | GIT_SORT_REVERSE) != 0)
		return gwt_repo_fail(err, GWT_EIO, "read the history of '%s'", history->path);
	rc = git_revwalk_push_head(walk);
	if (rc == GIT_ENOTFOUND || rc == GIT_EUNBORNBRANCH)
		return GWT_OK;
	while (rc == 0 && status == GWT_OK && (rc = git_revwalk_next(&id, walk)) == 0)
		status = add_version(history, &id, err);
	if (status == GWT_OK && rc != GIT_ITEROVER)
		status = gwt_repo_fail(err, GWT_EIO, "read the history of '%s'", history->path);
	return status;
}

gwt_status gwt_store_history(struct gwt_arena *arena, const char *dir, const char *path,
			     struct gwt_store_history *out, struct gwt_error *err)
{
	struct gwt_store_history found = { 0 };
	struct gwt_repo repo;
	gwt_status status = open_to_read(&repo, dir, err);

	if (status == GWT_OK) {
		struct history history = { arena, &repo, gwt_file_join(arena, repo.prefix, path), &found };

		status = walk_history(&history, err);
	}
	if (status == GWT_OK)
		*out = found;
	gwt_repo_release(&repo);
	return status;
}
