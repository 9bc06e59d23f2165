/*
 * Where cassettes would be written, before anything is: gwt_check_places().
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <strings.h>
#include <sys/stat.h>

#include "lib/base/arena.h"
#include "lib/base/error.h"
#include "lib/base/file.h"
#include "lib/base/map.h"
#include "lib/base/span.h"
#include "lib/store/check.h"

/* Paths below DIR, indexed by their spelling in lower case: groups, cassettes, VALIDATED.json. */
struct places {
	struct gwt_arena arena;
	struct gwt_map wanted;
	struct gwt_map groups; /* only the groups */
	const char *dir;
};

static void release(struct places *places)
{
	gwt_map_release(&places->wanted);
	gwt_map_release(&places->groups);
	gwt_arena_release(&places->arena);
}

static struct gwt_span folded(struct gwt_arena *arena, struct gwt_span path)
{
	char *bytes = gwt_arena_bytes(arena, path.len + 1);

	for (size_t i = 0; i < path.len; i++)
		bytes[i] = path.ptr[i] >= 'A' && path.ptr[i] <= 'Z' ? (char)(path.ptr[i] + 'a' - 'A')
								    : path.ptr[i];
	bytes[path.len] = '\0';
	return (struct gwt_span){ bytes, path.len };
}

static void want(struct places *places, struct gwt_map *map, const char *path)
{
	gwt_map_put(map, folded(&places->arena, gwt_span_of(path)), (void *)(uintptr_t)path);
}

static void collect(struct places *places, const struct gwt_commit_request *request)
{
	struct gwt_arena *arena = &places->arena;

	for (size_t i = 0; i < request->len; i++) {
		struct gwt_span name = request->items[i].scenario;
		const char *group = gwt_arena_cstr(arena, gwt_span_slice(name, 0, gwt_span_find(name, '/')));

		want(places, &places->wanted,
		     gwt_arena_printf(arena, GWT_SPAN_FMT ".json", GWT_SPAN_ARG(name)).ptr);
		if (gwt_map_get(&places->groups, folded(arena, gwt_span_of(group))))
			continue;
		want(places, &places->groups, group);
		want(places, &places->wanted, group);
		want(places, &places->wanted, gwt_arena_printf(arena, "%s/VALIDATED.json", group).ptr);
	}
}

/* `there` is a path below DIR that exists, on disk or in the index. */
static gwt_status check_case(struct places *places, const char *there, struct gwt_error *err)
{
	const char *wanted = gwt_map_get(&places->wanted, folded(&places->arena, gwt_span_of(there)));

	if (!wanted || strcmp(wanted, there) == 0)
		return GWT_OK;
	return gwt_fail(err, GWT_EUNCHECKED,
			"'%s' and '%s' in '%s' are one name on a disk that ignores case: rename one of them",
			wanted, there, places->dir);
}

static gwt_status check_names_in(struct places *places, const char *group, struct gwt_error *err)
{
	DIR *dir = opendir(gwt_file_join(&places->arena, places->dir, group));
	gwt_status status = GWT_OK;

	if (!dir && errno != ENOENT && errno != ENOTDIR)
		return gwt_fail(err, GWT_EIO, "cannot read the folder '%s' in '%s': %s", group, places->dir,
				strerror(errno));
	for (struct dirent *entry; dir && status == GWT_OK && (entry = readdir(dir));)
		status = check_case(places, gwt_file_join(&places->arena, group, entry->d_name), err);
	if (dir)
		closedir(dir);
	return status;
}

static gwt_status check_group(struct places *places, const char *group, struct gwt_error *err)
{
	const char *path = gwt_file_join(&places->arena, places->dir, group);
	struct stat st;

	if (lstat(path, &st) != 0)
		return errno == ENOENT
			       ? GWT_OK
			       : gwt_fail(err, GWT_EIO, "cannot read '%s': %s", path, strerror(errno));
	if (S_ISLNK(st.st_mode))
		return gwt_fail(err, GWT_EUNCHECKED, "'%s' is a symbolic link: a group must be a real folder",
				path);
	if (!S_ISDIR(st.st_mode))
		return gwt_fail(err, GWT_EUNCHECKED, "'%s' is not a folder", path);
	if (lstat(gwt_file_join(&places->arena, path, ".git"), &st) == 0)
		return gwt_fail(
			err, GWT_EUNCHECKED,
			"'%s' is a separate repository (a submodule?): cassettes in it cannot be committed "
			"with the others",
			path);
	return check_names_in(places, group, err);
}

static gwt_status check_file(const char *path, struct gwt_error *err)
{
	struct stat st;

	if (lstat(path, &st) != 0)
		return errno == ENOENT || errno == ENOTDIR
			       ? GWT_OK
			       : gwt_fail(err, GWT_EIO, "cannot read '%s': %s", path, strerror(errno));
	if (S_ISLNK(st.st_mode))
		return gwt_fail(err, GWT_EUNCHECKED,
				"'%s' is a symbolic link, which is not followed for writing", path);
	if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
		return gwt_fail(err, GWT_EUNCHECKED, "'%s' is not a regular file", path);
	return GWT_OK;
}

static gwt_status check_disk(struct places *places, const struct gwt_commit_request *request,
			     struct gwt_error *err)
{
	struct gwt_map_entry *entry;
	gwt_status status = check_names_in(places, "", err);

	for (size_t i = 0; status == GWT_OK && (entry = gwt_map_next(&places->groups, &i));)
		status = check_group(places, entry->value, err);
	for (size_t i = 0; status == GWT_OK && (entry = gwt_map_next(&places->wanted, &i));)
		status = check_file(gwt_file_join(&places->arena, places->dir, entry->value), err);
	for (size_t i = 0; request->with_sources && status == GWT_OK && i < request->len; i++)
		if (request->items[i].source)
			status = check_file(request->items[i].source, err);
	return status;
}

/* Checks the index entry of one of our paths below DIR, or of a group. */
static gwt_status check_entry(struct places *places, const char *path, uint32_t mode, struct gwt_error *err)
{
	struct gwt_arena *arena = &places->arena;
	struct gwt_span whole = gwt_span_of(path),
			group = gwt_span_slice(whole, 0, gwt_span_find(whole, '/'));
	gwt_status status = check_case(places, path, err);

	if (status == GWT_OK)
		status = check_case(places, gwt_arena_cstr(arena, group), err);
	if (status != GWT_OK || !gwt_map_get(&places->wanted, folded(arena, whole)))
		return status;
	if (mode == GIT_FILEMODE_COMMIT)
		return gwt_fail(
			err, GWT_EUNCHECKED,
			"'%s' in '%s' is a submodule: cassettes in it cannot be committed with the others",
			path, places->dir);
	if (mode == GIT_FILEMODE_LINK)
		return gwt_fail(err, GWT_EUNCHECKED, "'%s' in '%s' is a symbolic link in git", path,
				places->dir);
	return GWT_OK;
}

/* DIR itself may exist in other letter case. */
static gwt_status check_prefix_case(const struct gwt_repo *repo, git_index *index, struct gwt_error *err)
{
	size_t len = strlen(repo->prefix);

	for (size_t i = 0; len && i < git_index_entrycount(index); i++) {
		const char *path = git_index_get_byindex(index, i)->path;

		if (strncasecmp(path, repo->prefix, len) == 0 && strncmp(path, repo->prefix, len) != 0)
			return gwt_fail(err, GWT_EUNCHECKED,
					"'%s' and '%.*s' in git are one folder on a disk that ignores case: "
					"rename one of them",
					repo->dir, (int)len - 1, path);
	}
	return GWT_OK;
}

/* DIR itself may be a submodule that is not checked out. */
static gwt_status check_prefix(const struct gwt_repo *repo, git_index *index, struct gwt_error *err)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s", repo->prefix); /* which has PATH_MAX bytes, too */
	for (char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
		const git_index_entry *entry;

		*slash = '\0';
		entry = git_index_get_bypath(index, path, 0);
		*slash = '/';
		if (entry && entry->mode == GIT_FILEMODE_COMMIT)
			return gwt_fail(
				err, GWT_EUNCHECKED,
				"'%s' is a submodule that is not checked out (git submodule update --init)",
				repo->dir);
	}
	return GWT_OK;
}

static gwt_status check_index(struct places *places, const struct gwt_repo *repo, struct gwt_error *err)
{
	gwt_auto(git_index_cleanup) git_index *index = NULL;
	size_t at = 0, prefix = strlen(repo->prefix);
	gwt_status status;

	if (git_repository_index(&index, repo->git) != 0)
		return GWT_OK; /* the commit reads it again, and says why it cannot */
	status = check_prefix(repo, index, err);
	if (status == GWT_OK)
		status = check_prefix_case(repo, index, err);
	if (*repo->prefix && git_index_find_prefix(&at, index, repo->prefix) != 0)
		return status;
	for (; status == GWT_OK && at < git_index_entrycount(index); at++) {
		const git_index_entry *entry = git_index_get_byindex(index, at);

		if (strncmp(entry->path, repo->prefix, prefix) != 0)
			break;
		status = check_entry(places, entry->path + prefix, entry->mode, err);
	}
	return status;
}

gwt_status gwt_check_places(struct gwt_repo *repo, const struct gwt_commit_request *request,
			    struct gwt_error *err)
{
	gwt_auto(release) struct places places = { .dir = request->dir };
	gwt_status status;

	collect(&places, request);
	status = check_disk(&places, request, err);
	if (status == GWT_OK && repo->git && !git_repository_is_bare(repo->git))
		status = check_index(&places, repo, err);
	return status;
}
