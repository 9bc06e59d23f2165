/*
 * The beginning and the end of a run that writes cassettes.
 */
#include "lib/base/arena.h"
#include "lib/base/file.h"
#include "lib/base/span.h"
#include "lib/store/check.h"
#include "lib/store/commit.h"
#include "lib/store/create.h"
#include "lib/store/place.h"
#include "lib/store/repair.h"
#include "lib/store/repo.h"
#include "lib/store/store.h"

static gwt_status make_repository(struct gwt_repo *repo, const struct gwt_commit_request *request,
				  struct gwt_store *store, struct gwt_error *err)
{
	gwt_status status = gwt_repo_create(repo->dir, store->place, &store->created_repository, err);

	if (status != GWT_OK)
		return status;
	gwt_repo_release(repo);
	return gwt_repo_open(repo, request->dir, err);
}

static gwt_status ready_repository(struct gwt_repo *repo, const struct gwt_commit_request *request,
				   struct gwt_store *store, struct gwt_error *err)
{
	gwt_status status = GWT_OK;

	if (!repo->git && !repo->foreign)
		status = make_repository(repo, request, store, err);
	if (status == GWT_OK && repo->git && !git_repository_is_bare(repo->git))
		status = gwt_repo_repair(repo, err);
	if (status == GWT_OK && request->mode == GWT_COMMIT_YES)
		status = gwt_commit_check(repo, request, err);
	return status;
}

/*
 * A folder in a repository that cannot be opened can still be written; gwt_store_commit() says why there is
 * no commit.
 */
static gwt_status prepare(struct gwt_repo *repo, const struct gwt_commit_request *request,
			  struct gwt_store *store, struct gwt_error *err)
{
	gwt_status opened = gwt_repo_open(repo, request->dir, err), status;

	if (opened != GWT_OK && (opened != GWT_EUNCHECKED || request->mode == GWT_COMMIT_YES))
		return opened;
	status = gwt_check_places(repo, request, err);
	if (status != GWT_OK || opened != GWT_OK || request->mode == GWT_COMMIT_NO)
		return status;
	return ready_repository(repo, request, store, err);
}

gwt_status gwt_store_prepare(const struct gwt_commit_request *request, struct gwt_store *store,
			     struct gwt_error *err)
{
	struct gwt_repo repo;
	gwt_status status;

	*store = (struct gwt_store){ .dir = request->dir, .place_fd = -1 };
	status = gwt_file_mkdirs(request->dir, err);
	if (status == GWT_OK)
		status = gwt_place_open(request->dir, store->place, &store->place_fd, err);
	if (status != GWT_OK)
		return status;
	status = prepare(&repo, request, store, err);
	gwt_repo_release(&repo);
	if (status != GWT_OK)
		gwt_store_release(store);
	return status;
}

void gwt_store_release(struct gwt_store *store)
{
	if (store->dir && store->place_fd >= 0)
		gwt_place_close(store->place, store->place_fd);
	*store = (struct gwt_store){ .place_fd = -1 };
}

/*
 * Whether the lines are equal when each may end as git ends it in a work tree (core.autocrlf, eol=crlf). JSON
 * has no CR.
 */
static bool are_same_lines(struct gwt_span there, struct gwt_span bytes)
{
	while (there.len && bytes.len) {
		if (there.len > 1 && there.ptr[0] == '\r' && bytes.ptr[0] == '\n')
			there = gwt_span_slice(there, 1, there.len);
		if (there.ptr[0] != bytes.ptr[0])
			return false;
		there = gwt_span_slice(there, 1, there.len);
		bytes = gwt_span_slice(bytes, 1, bytes.len);
	}
	return there.len == bytes.len;
}

static bool is_checked_out(const char *path, struct gwt_span bytes)
{
	struct gwt_arena arena = { 0 };
	struct gwt_span there;
	bool same = gwt_file_exists(path) &&
		    gwt_file_read(&arena, path, 2 * bytes.len + 1, &there, NULL) == GWT_OK &&
		    are_same_lines(there, bytes);

	gwt_arena_release(&arena);
	return same;
}

gwt_status gwt_store_write(const struct gwt_store *store, const char *path, struct gwt_span bytes,
			   bool *changed, struct gwt_error *err)
{
	*changed = false;
	if (is_checked_out(path, bytes))
		return GWT_OK;
	return gwt_file_update_through(path, store->place, bytes, changed, err);
}
