/*
 * Reading from the object database: DIR@REV, without a checkout.
 */
#include "lib/store/repo.h"
#include "lib/store/store.h"

#include <stdio.h>
#include <stdlib.h>

#include "lib/base/arena.h"
#include "lib/base/error.h"
#include "lib/base/file.h"
#include "lib/base/bounds.h"
#include "lib/base/span.h"

static gwt_status open_to_read(struct gwt_repo *repo, const char *dir, struct gwt_error *err)
{
	struct gwt_error why = { 0 };

	/* a repository that cannot be read is not a folder without cassettes (GWT_EUNCHECKED) */
	if (gwt_repo_open(repo, dir, &why) != GWT_OK)
		return gwt_fail(err, GWT_EIO, "%s", why.msg);
	if (repo->foreign)
		return gwt_repo_foreign(repo, GWT_EIO, err);
	if (!repo->git)
		return gwt_fail(err, GWT_EIO, "'%s' is outside any repository", dir);
	return GWT_OK;
}

/* The tree of DIR in revision REV. */
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

struct walk {
	struct gwt_arena *arena;
	struct gwt_repo *repo;
	struct gwt_span suffix;
	struct gwt_store_files *out;
	gwt_status status;
	struct gwt_error *err;
};

/* Callback of libgit2: 1 skips a folder, a negative value stops. */
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
	walk->status = gwt_repo_blob(walk->repo, git_tree_entry_id(entry), file.path.ptr, walk->arena,
				     &file.bytes, walk->err);
	if (walk->status != GWT_OK)
		return -1;
	GWT_GROW(walk->arena, walk->out->items, walk->out->len, walk->out->cap);
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
		.arena = arena, .repo = repo, .suffix = gwt_span_of(suffix), .out = &found, .err = err
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
