/*
 * What a commit would change. Cassettes and scenarios are taken as they are; of a VALIDATED.json the lines of
 * the request's scenarios are, all others stay as HEAD has them: they belong to cassettes that this commit
 * leaves as they are, and where the working tree lacks them (a sparse checkout), they were not removed.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "lib/base/arena.h"
#include "lib/base/bounds.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/file.h"
#include "lib/base/span.h"
#include "lib/store/commit_attempt.h"
#include "lib/store/merge.h"
#include "lib/store/repo.h"
#include "lib/store/validated.h"

struct look {
	struct gwt_commit_attempt *attempt;
	struct gwt_repo *repo;
	bool store;
};

/* Fill an index entry as git does; git notices a later change of the file by its time. */
static void entry_from_stat(git_index_entry *entry, const struct stat *st)
{
	entry->ctime = (git_index_time){ (int32_t)st->st_ctim.tv_sec, (uint32_t)st->st_ctim.tv_nsec };
	entry->mtime = (git_index_time){ (int32_t)st->st_mtim.tv_sec, (uint32_t)st->st_mtim.tv_nsec };
	entry->dev = (uint32_t)st->st_dev;
	entry->ino = (uint32_t)st->st_ino;
	entry->uid = st->st_uid;
	entry->gid = st->st_gid;
	entry->file_size = (uint32_t)st->st_size;
}

static const char *on_disk(struct look *look, const char *path)
{
	return gwt_file_join(&look->attempt->arena, git_repository_workdir(look->repo->git), path);
}

/* *found false when nothing is there. */
static gwt_status stat_file(struct look *look, const char *path, struct stat *st, bool *found,
			    struct gwt_error *err)
{
	*found = lstat(on_disk(look, path), st) == 0;
	if (!*found && errno != ENOENT && errno != ENOTDIR)
		return gwt_fail(err, GWT_EIO, "cannot read '%s': %s", path, strerror(errno));
	if (*found && !S_ISREG(st->st_mode))
		return gwt_fail(err, GWT_EUNCHECKED, "'%s' is not a regular file", path);
	return GWT_OK;
}

/*
 * Append a change of `path` to `id`, unless HEAD has that. `st` is NULL when the file does not have the
 * content of `id`.
 */
static gwt_status add_change(struct look *look, const char *path, const git_oid *id, const struct stat *st,
			     struct gwt_error *err)
{
	struct gwt_commit_attempt *attempt = look->attempt;
	struct gwt_commit_change change = { .path = path };
	struct gwt_repo_entry head;
	gwt_status status = gwt_repo_entry(look->repo, attempt->tree, path, &head, err);

	if (status != GWT_OK || (head.found && git_oid_equal(&head.id, id)))
		return status;
	if (st)
		entry_from_stat(&change.entry, st);
	git_oid_cpy(&change.entry.id, id);
	change.entry.path = path;
	change.entry.mode =
		head.found && head.mode == GIT_FILEMODE_BLOB_EXECUTABLE ? head.mode : GIT_FILEMODE_BLOB;
	GWT_GROW(&attempt->arena, attempt->changes, attempt->count, attempt->cap);
	attempt->changes[attempt->count++] = change;
	return GWT_OK;
}

static gwt_status look_at_file(struct look *look, const char *path, const struct stat *st,
			       struct gwt_error *err)
{
	git_repository *git = look->repo->git;
	git_oid id;
	int rc = look->store ? git_blob_create_from_workdir(&id, git, path)
			     : git_repository_hashfile(&id, git, path, GIT_OBJECT_BLOB, NULL);

	return rc == 0 ? add_change(look, path, &id, st, err)
		       : gwt_repo_fail(err, GWT_EIO, "read '%s'", path);
}

static gwt_status look_at_bytes(struct look *look, const char *path, struct gwt_span bytes,
				struct gwt_error *err)
{
	git_oid id;
	int rc = look->store ? git_blob_create_from_buffer(&id, look->repo->git, bytes.ptr, bytes.len)
			     : git_odb_hash(&id, bytes.ptr, bytes.len, GIT_OBJECT_BLOB);

	return rc == 0 ? add_change(look, path, &id, NULL, err)
		       : gwt_repo_fail(err, GWT_EIO, "store '%s'", path);
}

static gwt_status look_if_there(struct look *look, const char *path, bool *found, struct gwt_error *err)
{
	struct stat st;
	gwt_status status = stat_file(look, path, &st, found, err);

	return status == GWT_OK && *found ? look_at_file(look, path, &st, err) : status;
}

/* HEAD's lines of a VALIDATED.json; *readable is false when HEAD has none or an unreadable one. */
static gwt_status head_lines(struct look *look, const char *path, struct gwt_validated *out, bool *readable,
			     struct gwt_error *err)
{
	struct gwt_arena *arena = &look->attempt->arena;
	struct gwt_repo_entry head;
	struct gwt_span text;
	gwt_status status = gwt_repo_entry(look->repo, look->attempt->tree, path, &head, err);

	*readable = false;
	if (status == GWT_OK && head.found)
		status = gwt_repo_blob(look->repo, &head.id, path, arena, &text, err);
	if (status == GWT_OK && head.found)
		*readable = gwt_validated_parse(arena, path, text, out, NULL) == GWT_OK;
	return status;
}

/* One group: its items, and its VALIDATED.json in the working tree. */
struct group {
	const struct gwt_commit_item *const *items;
	size_t len;
	const char *path;
	struct stat st;
};

static bool says_the_same(const struct gwt_validated *a, const struct gwt_validated *b)
{
	struct gwt_buf texts[2];
	bool same;

	for (size_t i = 0; i < 2; i++) {
		gwt_buf_init(&texts[i], SIZE_MAX);
		gwt_validated_write(&texts[i], i ? b : a);
	}
	same = gwt_span_eq(gwt_buf_span(&texts[0]), gwt_buf_span(&texts[1]));
	gwt_buf_release(&texts[0]);
	gwt_buf_release(&texts[1]);
	return same;
}

/* `head` with the lines of the group's items replaced by those of the working tree. */
static struct gwt_validated take_lines(struct look *look, const struct group *group,
				       const struct gwt_validated *head, const struct gwt_validated *work)
{
	struct gwt_arena *arena = &look->attempt->arena;
	struct gwt_validated out = { 0 };

	for (size_t i = 0; i < head->len; i++)
		gwt_validated_set(arena, &out, &head->items[i]);
	for (size_t i = 0; i < group->len; i++) {
		const struct gwt_validated_line *line = gwt_validated_find(work, group->items[i]->scenario);

		if (line)
			gwt_validated_set(arena, &out, line);
	}
	return out;
}

static gwt_status look_at_lines(struct look *look, const struct group *group,
				const struct gwt_validated *work, struct gwt_error *err)
{
	struct gwt_arena *arena = &look->attempt->arena;
	gwt_auto(gwt_buf_release) struct gwt_buf text = { 0 };
	struct gwt_validated head = { 0 }, merged;
	bool readable;
	gwt_status status = head_lines(look, group->path, &head, &readable, err);

	if (status != GWT_OK)
		return status;
	merged = take_lines(look, group, &head, work);
	if (readable && says_the_same(&merged, &head))
		return GWT_OK;
	if (says_the_same(&merged, work))
		return look_at_file(look, group->path, &group->st, err);
	gwt_buf_init(&text, SIZE_MAX);
	gwt_validated_write(&text, &merged);
	return look_at_bytes(look, group->path, gwt_arena_copy(arena, gwt_buf_span(&text)), err);
}

static gwt_status look_at_validated(struct look *look, struct group *group, struct gwt_error *err)
{
	struct gwt_validated work;
	bool found;
	gwt_status status = stat_file(look, group->path, &group->st, &found, err);

	if (status != GWT_OK || !found)
		return status;
	status = gwt_validated_load(&look->attempt->arena, on_disk(look, group->path), &work, err);
	return status == GWT_OK ? look_at_lines(look, group, &work, err) : status;
}

static gwt_status look_at_group(struct look *look, const struct gwt_commit_item *const *items, size_t len,
				bool sources, struct gwt_error *err)
{
	struct gwt_arena *arena = &look->attempt->arena;
	const struct gwt_commit_item **there = gwt_arena_array(arena, const struct gwt_commit_item *, len);
	struct group group = { .items = there,
			       .path = gwt_validated_path(arena, look->repo->prefix, items[0]->scenario) };
	gwt_status status = GWT_OK;

	for (size_t i = 0; status == GWT_OK && i < len; i++) {
		const char *cassette =
			gwt_commit_attempt_cassette(look->attempt, look->repo, items[i]->scenario);
		const char *source =
			sources ? gwt_commit_attempt_source(look->attempt, look->repo, items[i]) : NULL;
		bool found, unused;

		status = look_if_there(look, cassette, &found, err);
		if (status == GWT_OK && found)
			there[group.len++] = items[i];
		if (status == GWT_OK && found && source)
			status = look_if_there(look, source, &unused, err);
	}
	return status == GWT_OK && group.len ? look_at_validated(look, &group, err) : status;
}

static int by_scenario(const void *a, const void *b)
{
	return gwt_span_cmp((*(const struct gwt_commit_item *const *)a)->scenario,
			    (*(const struct gwt_commit_item *const *)b)->scenario);
}

static struct gwt_span group_of(const struct gwt_commit_item *item)
{
	return gwt_span_slice(item->scenario, 0, gwt_span_find(item->scenario, '/'));
}

gwt_status gwt_commit_attempt_look(struct gwt_commit_attempt *attempt, struct gwt_repo *repo,
				   const struct gwt_commit_request *request, unsigned flags,
				   struct gwt_error *err)
{
	struct look look = { attempt, repo, flags & GWT_LOOK_STORE };
	const struct gwt_commit_item **sorted =
		gwt_arena_array(&attempt->arena, const struct gwt_commit_item *, request->len + 1);
	gwt_status status = GWT_OK;

	for (size_t i = 0; i < request->len; i++)
		sorted[i] = &request->items[i];
	qsort(sorted, request->len, sizeof(*sorted), by_scenario);
	for (size_t i = 0, end; status == GWT_OK && i < request->len; i = end) {
		for (end = i + 1; end < request->len; end++)
			if (!gwt_span_eq(group_of(sorted[i]), group_of(sorted[end])))
				break;
		status = look_at_group(&look, sorted + i, end - i, flags & GWT_LOOK_SOURCES, err);
	}
	return status;
}

gwt_status gwt_commit_attempt_look_at(struct gwt_commit_attempt *attempt, struct gwt_repo *repo,
				      const char *path, unsigned flags, struct gwt_error *err)
{
	struct look look = { attempt, repo, flags & GWT_LOOK_STORE };
	bool unused;

	return look_if_there(&look, path, &unused, err);
}
