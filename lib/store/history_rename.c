#include "lib/store/history_rename.h"

#include "lib/base/arena.h"
#include "lib/base/span.h"
#include "lib/store/repo.h"

static int diff_with_parent(struct gwt_graph *graph, const struct gwt_graph_commit *commit, git_diff **out)
{
	gwt_auto(git_tree_cleanup) git_tree *now = NULL, *before = NULL;
	const git_oid *parent = &graph->commits[commit->parents[0]].tree;
	git_diff_options options = GIT_DIFF_OPTIONS_INIT;

	if (git_tree_lookup(&now, graph->repo.git, &commit->tree) != 0 ||
	    git_tree_lookup(&before, graph->repo.git, parent) != 0)
		return -1;
	return git_diff_tree_to_tree(out, graph->repo.git, before, now, &options);
}

/* A new file can be a renamed one only when another file was removed. */
static bool has_deletion(git_diff *diff)
{
	for (size_t i = 0; i < git_diff_num_deltas(diff); i++)
		if (git_diff_get_delta(diff, i)->status == GIT_DELTA_DELETED)
			return true;
	return false;
}

static const char *old_name(struct gwt_graph *graph, git_diff *diff, const char *path)
{
	for (size_t i = 0; i < git_diff_num_deltas(diff); i++) {
		const git_diff_delta *delta = git_diff_get_delta(diff, i);

		if (delta->status == GIT_DELTA_RENAMED && strcmp(delta->new_file.path, path) == 0)
			return gwt_arena_cstr(&graph->arena, gwt_span_of(delta->old_file.path));
	}
	return NULL;
}

/* A file that cannot be compared (a blob that a partial clone lacks) counts as not renamed. */
gwt_status gwt_rename_find(struct gwt_graph *graph, size_t commit, const char *path, const char **out,
			   struct gwt_error *err)
{
	git_diff_find_options options = GIT_DIFF_FIND_OPTIONS_INIT;
	gwt_auto(git_diff_cleanup) git_diff *diff = NULL;
	const struct gwt_graph_commit *at = &graph->commits[commit];

	*out = NULL;
	if (at->parent_count != 1 || at->parents[0] == SIZE_MAX)
		return GWT_OK;
	if (diff_with_parent(graph, at, &diff) != 0)
		return gwt_repo_fail(err, GWT_EIO, "compare two commits in the repository of '%s'",
				     graph->repo.dir);
	options.flags = GIT_DIFF_FIND_RENAMES;
	if (has_deletion(diff) && git_diff_find_similar(diff, &options) == 0)
		*out = old_name(graph, diff, path);
	return GWT_OK;
}
