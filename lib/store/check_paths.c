/*
 * What git thinks of the paths, at the moment of a commit: gwt_check_paths().
 */
#include <string.h>

#include "lib/base/arena.h"
#include "lib/base/error.h"
#include "lib/base/file.h"
#include "lib/base/span.h"
#include "lib/store/commit_attempt.h"
#include "lib/store/check.h"
#include "lib/store/repo.h"
#include "lib/store/validated.h"

/* Attributes that change what git stores, and that libgit2 does not apply. */
static const struct {
	const char *name, *harmless;
} foreign_attributes[] = {
	{ "filter", NULL },
	{ "working-tree-encoding", "UTF-8" },
};

static gwt_status check_attributes(struct gwt_repo *repo, const char *path, struct gwt_error *err)
{
	for (size_t i = 0; i < GWT_LEN(foreign_attributes); i++) {
		const char *name = foreign_attributes[i].name, *harmless = foreign_attributes[i].harmless;
		const char *value = NULL;

		if (git_attr_get(&value, repo->git, GIT_ATTR_CHECK_FILE_THEN_INDEX, path, name) != 0)
			return gwt_repo_fail(err, GWT_EIO, "read the attributes of '%s'", path);
		if (git_attr_value(value) == GIT_ATTR_VALUE_STRING &&
		    !(harmless && gwt_span_ieq(gwt_span_of(value), gwt_span_of(harmless))))
			return gwt_fail(err, GWT_EUNCHECKED,
					"'%s' has a %s attribute, which only git itself applies", path, name);
	}
	return GWT_OK;
}

/* The first staged path below DIR; NULL when none is staged. `git add -N` stages no content. */
static gwt_status find_staged(struct gwt_repo *repo, struct gwt_commit_attempt *attempt, const char **out,
			      struct gwt_error *err)
{
	git_diff_options options = GIT_DIFF_OPTIONS_INIT;
	gwt_auto(git_diff_cleanup) git_diff *diff = NULL;
	char *below = gwt_arena_cstr(&attempt->arena, gwt_span_of(repo->prefix));

	if (*below) {
		below[strlen(below) - 1] = '\0';
		options.flags = GIT_DIFF_DISABLE_PATHSPEC_MATCH;
		options.pathspec = (git_strarray){ &below, 1 };
	}
	if (git_diff_tree_to_index(&diff, repo->git, attempt->tree, attempt->index, &options) != 0)
		return gwt_repo_fail(err, GWT_EIO, "compare the index of the repository of '%s'", repo->dir);
	*out = NULL;
	for (size_t i = 0; i < git_diff_num_deltas(diff) && !*out; i++) {
		const char *path = git_diff_get_delta(diff, i)->new_file.path;
		const git_index_entry *entry = git_index_get_bypath(attempt->index, path, 0);

		if (!entry || !(entry->flags_extended & GIT_INDEX_ENTRY_INTENT_TO_ADD))
			*out = gwt_arena_cstr(&attempt->arena, gwt_span_of(path));
	}
	return GWT_OK;
}

static bool in_conflict(git_index *index, const char *path)
{
	const git_index_entry *base, *ours, *theirs;

	return git_index_conflict_get(&base, &ours, &theirs, index, path) == 0;
}

static gwt_status check_path(struct gwt_repo *repo, struct gwt_commit_attempt *attempt, const char *path,
			     struct gwt_error *err)
{
	const git_index_entry *entry = git_index_get_bypath(attempt->index, path, 0);
	int ignored = 0;

	if (in_conflict(attempt->index, path))
		return gwt_fail(err, GWT_EUNCHECKED, "'%s' has an unresolved merge conflict", path);
	if (!entry && git_ignore_path_is_ignored(&ignored, repo->git, path) != 0)
		return gwt_repo_fail(err, GWT_EIO, "read what git ignores of '%s'", path);
	if (ignored)
		return gwt_fail(err, GWT_EUNCHECKED, "'%s' is ignored by git (.gitignore)", path);
	return check_attributes(repo, path, err);
}

/* A scenario's file may be anywhere in the working tree, so its staged state is checked separately. */
static gwt_status check_source(struct gwt_repo *repo, struct gwt_commit_attempt *attempt,
			       const struct gwt_commit_item *item, struct gwt_error *err)
{
	const char *path = gwt_commit_attempt_source(attempt, repo, item);
	const git_index_entry *entry = path ? git_index_get_bypath(attempt->index, path, 0) : NULL;
	struct gwt_repo_entry head;
	gwt_status status = path ? check_path(repo, attempt, path, err) : GWT_OK;

	if (status != GWT_OK || !entry || (entry->flags_extended & GIT_INDEX_ENTRY_INTENT_TO_ADD))
		return status;
	status = gwt_repo_entry(repo, attempt->tree, path, &head, err);
	if (status == GWT_OK && !(head.found && git_oid_equal(&head.id, &entry->id)))
		return gwt_fail(err, GWT_EUNCHECKED, "'%s' has staged changes; commit or unstage them first",
				path);
	return status;
}

static gwt_status check_item(struct gwt_repo *repo, struct gwt_commit_attempt *attempt,
			     const struct gwt_commit_request *request, const struct gwt_commit_item *item,
			     struct gwt_error *err)
{
	gwt_status status =
		check_path(repo, attempt, gwt_commit_attempt_cassette(attempt, repo, item->scenario), err);

	if (status == GWT_OK)
		status = check_path(repo, attempt,
				    gwt_validated_path(&attempt->arena, repo->prefix, item->scenario), err);
	if (status == GWT_OK && request->with_sources)
		status = check_source(repo, attempt, item, err);
	return status;
}

gwt_status gwt_check_paths(struct gwt_repo *repo, struct gwt_commit_attempt *attempt,
			   const struct gwt_commit_request *request, struct gwt_error *err)
{
	const char *staged = NULL;
	gwt_status status = GWT_OK;

	for (size_t i = 0; status == GWT_OK && i < request->len; i++)
		status = check_item(repo, attempt, request, &request->items[i], err);
	if (status == GWT_OK)
		status = find_staged(repo, attempt, &staged, err);
	if (status == GWT_OK && staged)
		return gwt_fail(err, GWT_EUNCHECKED, "'%s' has staged changes; commit or unstage them first",
				staged);
	return status;
}
