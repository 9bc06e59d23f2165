#include "lib/store/lock.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/error.h"

#define TITLE  "gwtape commit 1\n"
#define FOLDER "gwtape"
#define BIRTH  "lock."

static gwt_status fail_lock(struct gwt_error *err, const char *path)
{
	return gwt_fail(err, GWT_EUNCHECKED, "cannot lock '%s': %s", path, strerror(errno));
}

static bool find_paths(struct gwt_repo *repo, struct gwt_index_lock *lock)
{
	const char *git = git_repository_path(repo->git);

	return snprintf(lock->path, PATH_MAX, "%sindex.lock", git) < PATH_MAX &&
	       snprintf(lock->folder, PATH_MAX, "%s" FOLDER, git) < PATH_MAX;
}

static bool is_birth(const char *name)
{
	return strncmp(name, BIRTH, strlen(BIRTH)) == 0 && strlen(name) == strlen(BIRTH) + 6;
}

/* Remove new lock files that a dead run left in our folder. */
static void sweep_births(const char *folder)
{
	DIR *dir = opendir(folder);

	for (struct dirent *entry; dir && (entry = readdir(dir));) {
		int fd = is_birth(entry->d_name) ? openat(dirfd(dir), entry->d_name,
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

/* Make a new file in our folder, locked and with its title; -1 with errno. */
static int give_birth(struct gwt_index_lock *lock, const struct gwt_share *share, char birth[PATH_MAX],
		      struct gwt_error *err)
{
	int fd;

	if (snprintf(birth, PATH_MAX, "%s/" BIRTH "XXXXXX", lock->folder) >= PATH_MAX) {
		errno = ENAMETOOLONG;
		return -1;
	}
	if (mkdir(lock->folder, 0777) != 0 && errno != EEXIST)
		return -1;
	if (gwt_share_path(share, lock->folder, err) != GWT_OK)
		return -1;
	fd = mkostemp(birth, O_CLOEXEC);
	if (fd < 0)
		return -1;
	if (flock(fd, LOCK_EX | LOCK_NB) == 0 && fchmod(fd, share->bits ? 0660 : 0600) == 0 &&
	    write(fd, TITLE, strlen(TITLE)) == (ssize_t)strlen(TITLE))
		return fd;
	close(fd);
	unlink(birth);
	return -1;
}

gwt_status gwt_index_lock_take(struct gwt_repo *repo, const struct gwt_share *share,
			       struct gwt_index_lock *lock, bool *busy, struct gwt_error *err)
{
	char birth[PATH_MAX];
	bool linked;
	int error;

	*busy = false;
	lock->fd = -1;
	if (!find_paths(repo, lock))
		return gwt_fail(err, GWT_EUNCHECKED, "path of the repository of '%.64s...' is too long",
				repo->dir);
	lock->fd = give_birth(lock, share, birth, err);
	linked = lock->fd >= 0 && link(birth, lock->path) == 0;
	error = errno;
	if (lock->fd >= 0)
		unlink(birth);
	if (linked)
		return GWT_OK;
	/* it is gone: another run removed our folder just now, or the new file before we had locked it */
	*busy = error == EEXIST || error == ENOENT || error == EWOULDBLOCK;
	gwt_index_lock_leave(lock);
	errno = error;
	return *busy ? gwt_fail(err, GWT_EUNCHECKED, "another git process holds '%s'", lock->path)
		     : fail_lock(err, lock->path);
}

gwt_status gwt_index_lock_note(struct gwt_index_lock *lock, const char *ref, const git_oid *old,
			       const git_oid *new_tip, struct gwt_error *err)
{
	static const git_oid none;
	char text[512] /* longer notes are refused */, from[GIT_OID_HEXSZ + 1], to[GIT_OID_HEXSZ + 1];
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

gwt_status gwt_index_lock_drop(struct gwt_index_lock *lock, struct gwt_error *err)
{
	bool gone;

	if (lock->fd < 0)
		return GWT_OK;
	gone = unlink(lock->path) == 0 || errno == ENOENT || unlink(lock->path) == 0;
	if (!gone)
		gwt_fail(err, GWT_EIO, "cannot remove '%s', which stops git: %s", lock->path,
			 strerror(errno));
	sweep_births(lock->folder);
	rmdir(lock->folder); /* this fails while another run waits there */
	gwt_index_lock_leave(lock);
	return gone ? GWT_OK : GWT_EIO;
}

void gwt_index_lock_leave(struct gwt_index_lock *lock)
{
	if (lock->fd >= 0)
		close(lock->fd);
	lock->fd = -1;
}

static bool parse_note(const char *text, struct gwt_note *note)
{
	char from[GIT_OID_HEXSZ + 1], to[GIT_OID_HEXSZ + 1];

	if (strncmp(text, TITLE, strlen(TITLE)) != 0)
		return false;
	note->whole = sscanf(text + strlen(TITLE), "ref %511s old %40[0-9a-f] new %40[0-9a-f]", note->ref,
			     from, to) == 3 &&
		      git_oid_fromstr(&note->old, from) == 0 && git_oid_fromstr(&note->new_tip, to) == 0;
	return true;
}

bool gwt_index_lock_seize(struct gwt_repo *repo, struct gwt_index_lock *lock, struct gwt_note *note)
{
	char text[512] = ""; /* gwt_index_lock_note() writes no more */
	struct stat ours, named;

	lock->fd = -1;
	if (!find_paths(repo, lock))
		return false;
	lock->fd = open(lock->path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (lock->fd < 0)
		return false;
	if (read(lock->fd, text, sizeof(text) - 1) > 0 && parse_note(text, note) &&
	    flock(lock->fd, LOCK_EX | LOCK_NB) == 0 && fstat(lock->fd, &ours) == 0 &&
	    stat(lock->path, &named) == 0 && ours.st_ino == named.st_ino && ours.st_dev == named.st_dev)
		return true;
	gwt_index_lock_leave(lock);
	return false;
}
