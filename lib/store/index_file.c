#include "lib/store/index_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/arena.h"
#include "lib/base/error.h"
#include "lib/base/file.h"
#include "lib/store/repo.h"
#include "lib/store/share.h"

#define NAME "index"

static gwt_status name_both(struct gwt_repo *repo, const struct gwt_index_lock *lock, char index[PATH_MAX],
			    char copy[PATH_MAX], struct gwt_error *err)
{
	if (snprintf(index, PATH_MAX, "%sindex", git_repository_path(repo->git)) >= PATH_MAX ||
	    snprintf(copy, PATH_MAX, "%s/" NAME, lock->folder) >= PATH_MAX)
		return gwt_fail(err, GWT_EIO, "path of the repository of '%.64s...' is too long", repo->dir);
	return GWT_OK;
}

/*
 * A private copy with the time of the original: git needs it to find entries that may be older than
 * their files.
 */
static gwt_status copy_index(const char *from, const char *to, const char *folder, struct gwt_error *err)
{
	struct gwt_arena arena = { 0 };
	struct gwt_span bytes;
	struct stat st;
	gwt_status status = GWT_OK;

	if (stat(from, &st) != 0)
		return errno == ENOENT
			       ? GWT_OK
			       : gwt_fail(err, GWT_EIO, "cannot read '%s': %s", from, strerror(errno));
	status = gwt_file_read(&arena, from, SIZE_MAX / 2, &bytes, err);
	if (status == GWT_OK)
		status = gwt_file_write_through(to, folder, bytes, err);
	if (status == GWT_OK &&
	    utimensat(AT_FDCWD, to, (struct timespec[]){ st.st_atim, st.st_mtim }, 0) != 0)
		status = gwt_fail(err, GWT_EIO, "cannot write '%s': %s", to, strerror(errno));
	gwt_arena_release(&arena);
	return status;
}

static int put_changes(git_index *index, const struct gwt_commit_change *changes, size_t count)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < count; i++) {
		if (!changes[i].removed)
			rc = git_index_add(index, &changes[i].entry);
		else if (git_index_get_bypath(index, changes[i].path, 0))
			rc = git_index_remove(index, changes[i].path, 0);
	}
	return rc == 0 ? git_index_write(index) : rc;
}

static gwt_status edit_index(const char *path, const struct gwt_commit_change *changes, size_t count,
			     struct gwt_error *err)
{
	gwt_auto(git_index_cleanup) git_index *index = NULL;
	gwt_status status;

	if (git_index_open(&index, path) != 0)
		return gwt_repo_fail(err, GWT_EUNCHECKED, "read the new index '%s'", path);
	status = gwt_repo_check_index(index, path, err);
	if (status == GWT_OK && put_changes(index, changes, count) != 0)
		status = gwt_repo_fail(err, GWT_EUNCHECKED, "write the new index '%s'", path);
	return status == GWT_OK ? gwt_repo_check_index(index, path, err) : status;
}

static gwt_status sync_file(const char *path, struct gwt_error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool done = fd >= 0 && fsync(fd) == 0;
	int error = errno;

	if (fd >= 0)
		close(fd);
	return done ? GWT_OK : gwt_fail(err, GWT_EIO, "cannot write '%s': %s", path, strerror(error));
}

gwt_status gwt_index_file_make(struct gwt_repo *repo, const struct gwt_index_lock *lock,
			       const struct gwt_share *share, const struct gwt_commit_change *changes,
			       size_t count, struct gwt_error *err)
{
	char index[PATH_MAX], copy[PATH_MAX];
	gwt_status status = name_both(repo, lock, index, copy, err);

	if (status != GWT_OK)
		return status;
	gwt_index_file_forget(lock);
	status = copy_index(index, copy, lock->folder, err);
	if (status == GWT_OK)
		status = edit_index(copy, changes, count, err);
	if (status == GWT_OK)
		status = gwt_share_path(share, copy, err);
	if (status == GWT_OK)
		status = sync_file(copy, err);
	return status;
}

gwt_status gwt_index_file_place(struct gwt_repo *repo, const struct gwt_index_lock *lock,
				struct gwt_error *err)
{
	char index[PATH_MAX], copy[PATH_MAX];
	gwt_status status = name_both(repo, lock, index, copy, err);

	if (status != GWT_OK)
		return status;
	if (rename(copy, index) != 0)
		return gwt_fail(err, GWT_EIO, "cannot write '%s': %s", index, strerror(errno));
	sync_file(git_repository_path(repo->git), NULL); /* a failure changes nothing: the branch has moved */
	return GWT_OK;
}

/* Whether a file is ours by its name: `index`, libgit2's lock of it, or a new.XXXXXX of file.h. */
static bool is_made(const char *name)
{
	return strcmp(name, NAME) == 0 || strcmp(name, NAME ".lock") == 0 || strncmp(name, "new.", 4) == 0;
}

void gwt_index_file_forget(const struct gwt_index_lock *lock)
{
	DIR *dir = opendir(lock->folder);

	for (struct dirent *entry; dir && (entry = readdir(dir));)
		if (is_made(entry->d_name))
			unlinkat(dirfd(dir), entry->d_name, 0);
	if (dir)
		closedir(dir);
}
