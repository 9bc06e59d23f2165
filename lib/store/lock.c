/*
 * index.lock as git knows it, doing a second job as the journal of one commit:
 *
 *	gwtape commit 1
 *	ref refs/heads/main
 *	old 1f0c…            (all zeros for a first commit)
 *	new 93ab…
 *
 * It appears under its name whole (link) and already held by flock(2); when a run is killed the kernel lets
 * go of the flock and the text stays. Order of a commit: objects, the note, the ref, the index, unlock. So
 * what can be left is a ref that moved with an index that did not, and locks of ours; both are put right here.
 */
#include "lib/store/internal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/file.h"

#define TITLE       "gwtape commit 1\n"
#define LOCK_BIRTH  "gwtape-lock."
#define INDEX_BIRTH "gwtape-index."
#define NOTE_BYTES  512

static gwt_status fail_lock(struct gwt_error *err, const char *path)
{
	return gwt_fail(err, GWT_EUNCHECKED, "cannot lock '%s': %s", path, strerror(errno));
}

static bool names(struct gwt_repo *repo, const char *name, char out[PATH_MAX])
{
	return snprintf(out, PATH_MAX, "%s%s", git_repository_path(repo->git), name) < PATH_MAX;
}

gwt_status gwt_index_lock_take(struct gwt_repo *repo, struct gwt_index_lock *lock, bool *busy,
			       struct gwt_error *err)
{
	char birth[PATH_MAX];
	bool held, linked;

	*busy = false;
	if (!names(repo, "index.lock", lock->path) || !names(repo, LOCK_BIRTH "XXXXXX", birth))
		return gwt_fail(err, GWT_EUNCHECKED, "path of the repository of '%s' is too long", repo->dir);
	lock->fd = mkostemp(birth, O_CLOEXEC);
	if (lock->fd < 0)
		return fail_lock(err, lock->path);
	held = flock(lock->fd, LOCK_EX | LOCK_NB) == 0 &&
	       write(lock->fd, TITLE, strlen(TITLE)) == (ssize_t)strlen(TITLE);
	linked = held && link(birth, lock->path) == 0;
	/* not held, or gone: the sweep of another run came between */
	*busy = !linked && (errno == EEXIST || errno == ENOENT || errno == EWOULDBLOCK);
	if (!linked) {
		gwt_status status =
			*busy ? gwt_fail(err, GWT_EUNCHECKED, "another git process holds '%s'", lock->path)
			      : fail_lock(err, lock->path);
		close(lock->fd);
		lock->fd = -1;
		unlink(birth);
		return status;
	}
	unlink(birth);
	return GWT_OK;
}

gwt_status gwt_index_lock_note(struct gwt_index_lock *lock, const char *ref, const git_oid *old,
			       const git_oid *new_tip, struct gwt_error *err)
{
	static const git_oid none;
	char text[NOTE_BYTES], from[GIT_OID_HEXSZ + 1], to[GIT_OID_HEXSZ + 1];
	int len;

	git_oid_tostr(from, sizeof(from), old ? old : &none);
	git_oid_tostr(to, sizeof(to), new_tip);
	len = snprintf(text, sizeof(text), TITLE "ref %s\nold %s\nnew %s\n", ref, from, to);
	if (len >= (int)sizeof(text))
		return gwt_fail(err, GWT_EUNCHECKED, "the name of the branch is too long: '%.64s...'", ref);
	if (pwrite(lock->fd, text, (size_t)len, 0) != len || fsync(lock->fd) != 0)
		return fail_lock(err, lock->path);
	return GWT_OK;
}

void gwt_index_lock_drop(struct gwt_index_lock *lock)
{
	if (lock->fd < 0)
		return;
	unlink(lock->path);
	close(lock->fd);
	lock->fd = -1;
}

/* A private copy with the original's time: git tells by it which entries may be older than their files. */
static gwt_status copy_index(const char *from, const char *to, struct gwt_error *err)
{
	struct gwt_arena arena = { 0 };
	struct gwt_span bytes;
	struct stat st;
	gwt_status status = GWT_OK;

	if (stat(from, &st) != 0)
		return errno == ENOENT ? GWT_OK : fail_lock(err, from);
	status = gwt_file_read(&arena, from, SIZE_MAX / 2, &bytes, err);
	if (status == GWT_OK)
		status = gwt_file_write(to, bytes, err);
	if (status == GWT_OK &&
	    utimensat(AT_FDCWD, to, (struct timespec[]){ st.st_atim, st.st_mtim }, 0) != 0)
		status = fail_lock(err, to);
	gwt_arena_release(&arena);
	return status;
}

static int edit_index(const char *path, const struct gwt_change *changes, size_t count)
{
	gwt_auto(git_index_cleanup) git_index *index = NULL;
	int rc = git_index_open(&index, path);

	for (size_t i = 0; rc == 0 && i < count; i++) {
		if (!changes[i].removed)
			rc = git_index_add(index, &changes[i].entry);
		else if (git_index_get_bypath(index, changes[i].path, 0))
			rc = git_index_remove(index, changes[i].path, 0);
	}
	return rc == 0 ? git_index_write(index) : rc;
}

static gwt_status sync_and_move(const char *from, const char *to, struct gwt_error *err)
{
	int fd = open(from, O_RDONLY | O_CLOEXEC);
	bool done = fd >= 0 && fsync(fd) == 0 && rename(from, to) == 0;

	if (fd >= 0)
		close(fd);
	return done ? GWT_OK : gwt_fail(err, GWT_EIO, "cannot write '%s': %s", to, strerror(errno));
}

gwt_status gwt_index_apply(struct gwt_repo *repo, const struct gwt_change *changes, size_t count,
			   struct gwt_error *err)
{
	char index[PATH_MAX], copy[PATH_MAX];
	gwt_status status;

	if (!names(repo, "index", index) || !names(repo, INDEX_BIRTH "new", copy))
		return gwt_fail(err, GWT_EIO, "path of the repository of '%s' is too long", repo->dir);
	unlink(copy);
	status = copy_index(index, copy, err);
	if (status == GWT_OK && edit_index(copy, changes, count) != 0)
		status = gwt_repo_fail(err, GWT_EUNCHECKED, "update the index '%s'", index);
	if (status == GWT_OK)
		status = sync_and_move(copy, index, err);
	if (status != GWT_OK)
		unlink(copy);
	return status;
}

/* What a dead writer noted. */
struct note {
	char ref[NOTE_BYTES];
	git_oid old, new_tip;
	bool whole; /* it got as far as the ref */
};

static bool parse_note(const char *text, struct note *note)
{
	char from[GIT_OID_HEXSZ + 1], to[GIT_OID_HEXSZ + 1];

	if (strncmp(text, TITLE, strlen(TITLE)) != 0)
		return false;
	note->whole = sscanf(text + strlen(TITLE), "ref %511s old %40[0-9a-f] new %40[0-9a-f]", note->ref,
			     from, to) == 3 &&
		      git_oid_fromstr(&note->old, from) == 0 && git_oid_fromstr(&note->new_tip, to) == 0;
	return true;
}

/* Open a lock that a dead run of ours left, hold it and read its note; -1 when there is none such. */
static int seize(const char *path, struct note *note)
{
	char text[NOTE_BYTES + 1] = "";
	struct stat ours, named;
	int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

	if (fd < 0)
		return -1;
	if (read(fd, text, NOTE_BYTES) > 0 && parse_note(text, note) && flock(fd, LOCK_EX | LOCK_NB) == 0 &&
	    fstat(fd, &ours) == 0 && stat(path, &named) == 0 && ours.st_ino == named.st_ino &&
	    ours.st_dev == named.st_dev)
		return fd;
	close(fd);
	return -1;
}

static git_tree *tree_of(struct gwt_repo *repo, const git_oid *id)
{
	gwt_auto(git_commit_cleanup) git_commit *commit = NULL;
	git_tree *tree = NULL;

	if (git_oid_is_zero(id) || git_commit_lookup(&commit, repo->git, id) != 0 ||
	    git_commit_tree(&tree, commit) != 0)
		return NULL;
	return tree;
}

/* The index still has the dead commit's old side of `path`, and HEAD has its new one. */
static bool is_behind(git_index *index, git_tree *head, const git_diff_delta *delta)
{
	const char *path = delta->new_file.path ? delta->new_file.path : delta->old_file.path;
	const git_index_entry *entry = git_index_get_bypath(index, path, 0);
	bool had = delta->status != GIT_DELTA_ADDED, has = delta->status != GIT_DELTA_DELETED, in_head;
	git_filemode_t mode;
	git_oid id;

	in_head = gwt_repo_tree_entry(head, path, &id, &mode);
	return (entry != NULL) == had && (!had || git_oid_equal(&entry->id, &delta->old_file.id)) &&
	       in_head == has && (!has || git_oid_equal(&id, &delta->new_file.id));
}

/* No stat data: git looks at the file once and then knows. */
static struct gwt_change change_of(const git_diff_delta *delta)
{
	struct gwt_change change = { .path = delta->new_file.path,
				     .removed = delta->status == GIT_DELTA_DELETED };

	change.entry.path = change.path;
	change.entry.mode = delta->new_file.mode;
	git_oid_cpy(&change.entry.id, &delta->new_file.id);
	return change;
}

static gwt_status catch_up(struct gwt_repo *repo, git_diff *diff, git_tree *head, struct gwt_error *err)
{
	size_t count = git_diff_num_deltas(diff), len = 0;
	struct gwt_change *changes = gwt_xcalloc(count + 1, sizeof(*changes));
	gwt_auto(git_index_cleanup) git_index *index = NULL;
	gwt_status status = GWT_OK;

	if (git_repository_index(&index, repo->git) != 0)
		status = gwt_repo_fail(err, GWT_EUNCHECKED, "read the index of the repository of '%s'",
				       repo->dir);
	for (size_t i = 0; status == GWT_OK && i < count; i++)
		if (is_behind(index, head, git_diff_get_delta(diff, i)))
			changes[len++] = change_of(git_diff_get_delta(diff, i));
	if (status == GWT_OK && len)
		status = gwt_index_apply(repo, changes, len, err);
	free(changes);
	return status;
}

static gwt_status repair_index(struct gwt_repo *repo, const struct note *note, struct gwt_error *err)
{
	gwt_auto(git_tree_cleanup) git_tree *old = tree_of(repo, &note->old),
					    *new_tip = tree_of(repo, &note->new_tip);
	gwt_auto(git_tree_cleanup) git_tree *head = NULL;
	gwt_auto(git_commit_cleanup) git_commit *commit = NULL;
	gwt_auto(git_diff_cleanup) git_diff *diff = NULL;
	gwt_status status = gwt_repo_head_tree(repo, &commit, &head, err);

	if (status != GWT_OK || !new_tip || !head)
		return status;
	if (git_diff_tree_to_tree(&diff, repo->git, old, new_tip, NULL) != 0)
		return gwt_repo_fail(err, GWT_EUNCHECKED, "compare commits in the repository of '%s'",
				     repo->dir);
	return catch_up(repo, diff, head, err);
}

/*
 * REF.lock of a dead commit holds the new id, or nothing yet. An empty one might be another process's in
 * its first instant, so it has to stay empty for a second.
 */
static void repair_ref_lock(struct gwt_repo *repo, const struct note *note)
{
	bool is_head = strcmp(note->ref, "HEAD") == 0;
	char path[PATH_MAX], id[GIT_OID_HEXSZ + 1];
	uint64_t until = gwt_clock_monotonic_ms() + 1000;

	if (snprintf(path, sizeof(path), "%s%s.lock",
		     is_head ? git_repository_path(repo->git) : git_repository_commondir(repo->git),
		     note->ref) >= (int)sizeof(path) ||
	    strstr(note->ref, ".."))
		return;
	git_oid_tostr(id, sizeof(id), &note->new_tip);
	for (;; usleep(50 * 1000)) {
		char text[GIT_OID_HEXSZ + 2] = "";
		int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
		ssize_t got = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

		if (fd >= 0)
			close(fd);
		if (got < 0 || (got > 0 && strncmp(text, id, GIT_OID_HEXSZ) != 0))
			return;
		if (got > 0 || gwt_clock_monotonic_ms() >= until) {
			unlink(path);
			return;
		}
	}
}

/* Remove the files of `folder` that begin with `prefix` and that nobody holds. */
static void sweep(const char *folder, const char *prefix)
{
	DIR *dir = opendir(folder);

	for (struct dirent *entry; dir && (entry = readdir(dir));) {
		int fd = strncmp(entry->d_name, prefix, strlen(prefix)) == 0
				 ? openat(dirfd(dir), entry->d_name,
					  O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
				 : -1;

		if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
			unlinkat(dirfd(dir), entry->d_name, 0);
		if (fd >= 0)
			close(fd);
	}
	if (dir)
		closedir(dir);
}

/* While a dead run's index.lock is held no other of ours writes objects; libgit2 names them so. */
static void sweep_objects(struct gwt_repo *repo)
{
	char objects[PATH_MAX];

	if (snprintf(objects, sizeof(objects), "%sobjects", git_repository_commondir(repo->git)) <
	    (int)sizeof(objects))
		sweep(objects, "tmp_object_git2_");
}

gwt_status gwt_repo_repair(struct gwt_repo *repo, struct gwt_error *err)
{
	struct gwt_index_lock lock = { .fd = -1 };
	struct note note = { 0 };
	gwt_status status = GWT_OK;

	if (!names(repo, "index.lock", lock.path))
		return GWT_OK;
	lock.fd = seize(lock.path, &note);
	if (lock.fd >= 0) {
		sweep_objects(repo);
		sweep(git_repository_path(repo->git), INDEX_BIRTH);
		if (note.whole) {
			repair_ref_lock(repo, &note);
			status = repair_index(repo, &note, err);
		}
		gwt_index_lock_drop(&lock);
	}
	sweep(git_repository_path(repo->git), LOCK_BIRTH);
	return status;
}
