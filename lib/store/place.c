#include "lib/store/place.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/file.h"
#include "lib/base/span.h"

#define OWN "/.gwtape"
#define RUN "run."
#define NEW "new." /* as gwt_file_write_through() names them */

enum { PATIENCE_MS = 60 * 1000, STOPPED_PATIENCE_MS = 3000, TRIES = 100 };

static int open_folder(int at, const char *path)
{
	return openat(at, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* Whether a name is PREFIX and six letters or digits. */
static bool has_form(const char *name, const char *prefix)
{
	size_t len = strlen(prefix);

	return strncmp(name, prefix, len) == 0 && strlen(name) == len + 6 &&
	       strspn(name + len, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789") == 6;
}

static int remove_entry(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st, (void)flag, (void)ftw;
	return remove(path);
}

/* Remove the files in a place that have our names. */
static void empty_place(const char *path)
{
	DIR *dir = opendir(path);
	char at[PATH_MAX];

	for (struct dirent *entry; dir && (entry = readdir(dir));) {
		if (snprintf(at, sizeof(at), "%s/%s", path, entry->d_name) >= (int)sizeof(at))
			continue;
		if (has_form(entry->d_name, NEW))
			unlink(at);
		else if (strcmp(entry->d_name, GWT_PLACE_NURSERY) == 0)
			nftw(at, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
	}
	if (dir)
		closedir(dir);
}

/* Whether the folder at `path` is still the one that is open as `fd`. */
static bool is_at(int fd, const char *path)
{
	struct stat ours, named;

	return fstat(fd, &ours) == 0 && lstat(path, &named) == 0 && ours.st_ino == named.st_ino &&
	       ours.st_dev == named.st_dev;
}

static void clear_place(const char *path)
{
	int fd = open_folder(AT_FDCWD, path);

	if (fd < 0)
		return;
	if (flock(fd, LOCK_EX | LOCK_NB) == 0 && is_at(fd, path)) {
		empty_place(path);
		rmdir(path);
	}
	close(fd);
}

static void clear_dead(const char *own)
{
	DIR *dir = opendir(own);
	char at[PATH_MAX];

	for (struct dirent *entry; dir && (entry = readdir(dir));)
		if (has_form(entry->d_name, RUN) &&
		    snprintf(at, sizeof(at), "%s/%s", own, entry->d_name) < (int)sizeof(at))
			clear_place(at);
	if (dir)
		closedir(dir);
}

static gwt_status make_own(const char *own, struct gwt_error *err)
{
	struct stat st;

	if (mkdir(own, 0777) == 0)
		return GWT_OK;
	if (errno != EEXIST)
		return gwt_fail(err, GWT_EIO, "cannot make the folder '%s': %s", own, strerror(errno));
	if (lstat(own, &st) == 0 && !S_ISDIR(st.st_mode))
		return gwt_fail(
			err, GWT_EUNCHECKED,
			"'%s' is in the way: the folder of that name holds temporary files of recordings",
			own);
	return GWT_OK;
}

/* GWT_OK with *fd -1: another run removed it just now; try again. */
static gwt_status make_place(const char *own, char path[PATH_MAX], int *fd, struct gwt_error *err)
{
	gwt_status status = make_own(own, err);

	*fd = -1;
	if (status != GWT_OK)
		return status;
	clear_dead(own);
	if (snprintf(path, PATH_MAX, "%s/" RUN "XXXXXX", own) >= PATH_MAX)
		return gwt_fail_long_path(err, own);
	if (!mkdtemp(path))
		return errno == ENOENT ? GWT_OK
				       : gwt_fail(err, GWT_EIO, "cannot make a folder in '%s': %s", own,
						  strerror(errno));
	*fd = open_folder(AT_FDCWD, path);
	if (*fd >= 0 && (flock(*fd, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) && is_at(*fd, path))
		return GWT_OK;
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
	rmdir(path);
	return GWT_OK;
}

gwt_status gwt_place_open(const char *dir, char path[PATH_MAX], int *fd, struct gwt_error *err)
{
	char own[PATH_MAX];
	gwt_status status = GWT_OK;

	if (snprintf(own, sizeof(own), "%s" OWN, dir) >= (int)sizeof(own))
		return gwt_fail_long_path(err, dir);
	for (int tries = 0; tries < TRIES; tries++) {
		status = make_place(own, path, fd, err);
		if (status != GWT_OK || *fd >= 0)
			break;
	}
	if (status == GWT_OK && *fd < 0)
		status = gwt_fail(err, GWT_EIO, "cannot make a folder in '%s'", own);
	if (status != GWT_OK)
		rmdir(own);
	return status;
}

void gwt_place_close(const char *path, int fd)
{
	char own[PATH_MAX];

	empty_place(path);
	rmdir(path);
	snprintf(own, sizeof(own), "%s", path);
	*strrchr(own, '/') = '\0';
	rmdir(own); /* this fails while another run has its place there */
	close(fd);
}

void gwt_turn_pause(unsigned attempt)
{
	uint32_t random = 0, ceiling_ms = 20u << (attempt < 4 ? attempt : 4);

	if (getrandom(&random, sizeof(random), GRND_NONBLOCK) != (ssize_t)sizeof(random))
		random = (uint32_t)gwt_clock_monotonic_ns();
	usleep((random % ceiling_ms + 1) * 1000);
}

static bool has_no_locks(int error)
{
	return error == ENOLCK || error == EOPNOTSUPP || error == EINVAL || error == EBADF || error == ENOSYS;
}

gwt_status gwt_turn_take(const char *folder, const volatile sig_atomic_t *stop, int *fd,
			 struct gwt_error *err)
{
	uint64_t start = gwt_clock_monotonic_ms();
	int open_fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (open_fd < 0)
		return gwt_fail(err, GWT_EIO, "cannot open '%s': %s", folder, strerror(errno));
	for (unsigned attempt = 0; flock(open_fd, LOCK_EX | LOCK_NB) != 0; attempt++) {
		int error = errno;
		uint64_t patience = stop && *stop ? STOPPED_PATIENCE_MS : PATIENCE_MS;

		if (has_no_locks(error))
			break;
		if (error == EINTR || (error == EWOULDBLOCK && gwt_clock_monotonic_ms() - start < patience)) {
			gwt_turn_pause(attempt);
			continue;
		}
		close(open_fd);
		if (error == EWOULDBLOCK)
			return gwt_fail(err, GWT_EUNCHECKED, "another run of gwtape keeps '%s' to itself",
					folder);
		return gwt_fail(err, GWT_EIO, "cannot lock '%s': %s", folder, strerror(error));
	}
	*fd = open_fd;
	return GWT_OK;
}

void gwt_turn_end(int fd)
{
	if (fd >= 0)
		close(fd);
}
