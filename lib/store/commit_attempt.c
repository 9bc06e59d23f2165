#include "lib/store/commit_attempt.h"

#include <stdio.h>
#include <stdlib.h>

#include "lib/base/arena.h"
#include "lib/base/file.h"
#include "lib/base/span.h"

void gwt_commit_attempt_release(struct gwt_commit_attempt *attempt)
{
	git_commit_free(attempt->tip);
	git_tree_free(attempt->tree);
	git_index_free(attempt->index);
	gwt_arena_release(&attempt->arena);
}

gwt_status gwt_commit_attempt_open(struct gwt_commit_attempt *attempt, struct gwt_repo *repo,
				   struct gwt_error *err)
{
	gwt_status status = gwt_repo_head_tree(repo, &attempt->tip, &attempt->tree, err);

	if (status != GWT_OK)
		return status;
	if (git_repository_index(&attempt->index, repo->git) != 0 || git_index_read(attempt->index, 0) != 0)
		return gwt_repo_fail(err, GWT_EUNCHECKED, "read the index of the repository of '%s'",
				     repo->dir);
	if (gwt_repo_check_index(attempt->index, git_index_path(attempt->index), NULL) == GWT_OK)
		return GWT_OK;
	git_index_read(attempt->index, 1); /* git may have replaced it just now */
	return gwt_repo_check_index(attempt->index, git_index_path(attempt->index), err);
}

const char *gwt_commit_attempt_cassette(struct gwt_commit_attempt *attempt, const struct gwt_repo *repo,
					struct gwt_span scenario)
{
	return gwt_arena_printf(&attempt->arena, "%s" GWT_SPAN_FMT ".json", repo->prefix,
				GWT_SPAN_ARG(scenario))
		.ptr;
}

const char *gwt_commit_attempt_source(struct gwt_commit_attempt *attempt, const struct gwt_repo *repo,
				      const struct gwt_commit_item *item)
{
	char root[PATH_MAX], file[PATH_MAX];
	struct gwt_span path;

	if (!item->source || !realpath(git_repository_workdir(repo->git), root) ||
	    !realpath(item->source, file))
		return NULL;
	path = gwt_span_of(file);
	if (strcmp(root, "/") != 0) {
		if (!gwt_span_starts(path, gwt_span_of(root)) || path.ptr[strlen(root)] != '/')
			return NULL;
		path = gwt_span_slice(path, strlen(root), path.len);
	}
	return gwt_arena_cstr(&attempt->arena, gwt_span_slice(path, 1, path.len));
}
