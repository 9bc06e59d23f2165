/*
 * faulty_calls.c - LD_PRELOAD: one system call fails, or all from one on.
 *
 *	FAULT_BELOW   only calls on files below this folder count (a path without links)
 *	FAULT_AT      number of the call that fails, from 1; 0 or unset: none
 *	FAULT_ERRNO   what it fails with (EIO)
 *	FAULT_MODE    "once" (default), "ever": all later ones that write fail too, "short": a write takes half
 *	FAULT_SAY     set: the call that fails is named on stderr
 *	FAULT_COUNT   file that gets the number of calls that were counted
 *
 * tests/e2e/test_store_faults.py lets a whole recording run into each call in turn.
 */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static long count;

static const char *setting(const char *name, const char *usual)
{
	const char *value = getenv(name);

	return value ? value : usual;
}

/* The C library's function, which ours replaces. */
static void *real(const char *name)
{
	void *found = dlsym(RTLD_NEXT, name);

	if (!found)
		abort();
	return found;
}
#define REAL(name) ((__typeof__(&name))real(#name))

static bool is_below(const char *path)
{
	const char *root = setting("FAULT_BELOW", "");
	size_t len = strlen(root);

	return len && strncmp(path, root, len) == 0 && (path[len] == '/' || path[len] == '\0');
}

static bool path_counts(int folder, const char *path)
{
	char at[64], base[PATH_MAX], whole[PATH_MAX + NAME_MAX];
	ssize_t len;

	if (path[0] == '/')
		return is_below(path);
	if (folder == AT_FDCWD) {
		if (!getcwd(base, sizeof(base)))
			return false;
	} else {
		snprintf(at, sizeof(at), "/proc/self/fd/%d", folder);
		len = readlink(at, base, sizeof(base) - 1);
		if (len < 0)
			return false;
		base[len] = '\0';
	}
	snprintf(whole, sizeof(whole), "%s/%s", base, path);
	return is_below(whole);
}

static bool fd_counts(int fd)
{
	char at[64], path[PATH_MAX];
	ssize_t len;

	snprintf(at, sizeof(at), "/proc/self/fd/%d", fd);
	len = readlink(at, path, sizeof(path) - 1);
	if (len < 0)
		return false;
	path[len] = '\0';
	return is_below(path);
}

/* Count a call; true when it is the one that must fail. `writes`: it also fails on a full disk. */
static bool due(bool counts, bool writes)
{
	const char *mode = setting("FAULT_MODE", "once");
	long at = (long)strtoul(setting("FAULT_AT", "0"), NULL, 10), number;

	if (!counts)
		return false;
	pthread_mutex_lock(&lock);
	number = ++count;
	pthread_mutex_unlock(&lock);
	return at && (number == at || (number > at && writes && strcmp(mode, "ever") == 0));
}

static bool fails(const char *name, bool counts, bool writes)
{
	if (!due(counts, writes))
		return false;
	if (getenv("FAULT_SAY"))
		dprintf(STDERR_FILENO, "%s fails\n", name);
	errno = (int)strtoul(setting("FAULT_ERRNO", "5"), NULL, 10);
	return true;
}

__attribute__((destructor)) static void tell(void)
{
	const char *path = getenv("FAULT_COUNT");
	FILE *file = path ? fopen(path, "w") : NULL;

	if (!file)
		return;
	fprintf(file, "%ld\n", count);
	fclose(file);
}

#define OPEN(name)                                                                                           \
	int name(const char *path, int flags, ...)                                                           \
	{                                                                                                    \
		mode_t mode = 0;                                                                             \
		va_list args;                                                                                \
                                                                                                             \
		va_start(args, flags);                                                                       \
		if (flags & (O_CREAT | O_TMPFILE))                                                           \
			mode = va_arg(args, mode_t);                                                         \
		va_end(args);                                                                                \
		if (fails(#name, path_counts(AT_FDCWD, path), flags & O_CREAT))                              \
			return -1;                                                                           \
		return ((int (*)(const char *, int, ...))real(#name))(path, flags, mode);                    \
	}
OPEN(open)
OPEN(open64)

#define OPENAT(name)                                                                                         \
	int name(int folder, const char *path, int flags, ...)                                               \
	{                                                                                                    \
		mode_t mode = 0;                                                                             \
		va_list args;                                                                                \
                                                                                                             \
		va_start(args, flags);                                                                       \
		if (flags & (O_CREAT | O_TMPFILE))                                                           \
			mode = va_arg(args, mode_t);                                                         \
		va_end(args);                                                                                \
		if (fails(#name, path_counts(folder, path), flags & O_CREAT))                                \
			return -1;                                                                           \
		return ((int (*)(int, const char *, int, ...))real(#name))(folder, path, flags, mode);       \
	}
OPENAT(openat)
OPENAT(openat64)

/* RESULT NAME(DECLARED), which fails with FAILURE when it is its turn and COUNTS is true. */
#define CALL(result, name, declared, given, counts, writes, failure)                                         \
	result name declared                                                                                 \
	{                                                                                                    \
		if (fails(#name, counts, writes))                                                            \
			return failure;                                                                      \
		return REAL(name) given;                                                                     \
	}

CALL(int, fsync, (int fd), (fd), fd_counts(fd), true, -1)
CALL(int, fdatasync, (int fd), (fd), fd_counts(fd), true, -1)
CALL(int, fchmod, (int fd, mode_t mode), (fd, mode), fd_counts(fd), false, -1)
CALL(int, chmod, (const char *path, mode_t mode), (path, mode), path_counts(AT_FDCWD, path), false, -1)
CALL(int, ftruncate, (int fd, off_t size), (fd, size), fd_counts(fd), true, -1)
CALL(int, flock, (int fd, int what), (fd, what), fd_counts(fd), false, -1)
CALL(int, futimens, (int fd, const struct timespec times[2]), (fd, times), fd_counts(fd), false, -1)
CALL(int, utimensat, (int folder, const char *path, const struct timespec times[2], int flags),
     (folder, path, times, flags), path_counts(folder, path), false, -1)
CALL(int, rename, (const char *from, const char *to), (from, to), path_counts(AT_FDCWD, to), true, -1)
CALL(int, renameat, (int a, const char *from, int b, const char *to), (a, from, b, to), path_counts(b, to),
     true, -1)
CALL(int, link, (const char *from, const char *to), (from, to), path_counts(AT_FDCWD, to), true, -1)
CALL(int, linkat, (int a, const char *from, int b, const char *to, int flags), (a, from, b, to, flags),
     path_counts(b, to), true, -1)
CALL(int, unlink, (const char *path), (path), path_counts(AT_FDCWD, path), false, -1)
CALL(int, unlinkat, (int folder, const char *path, int flags), (folder, path, flags),
     path_counts(folder, path), false, -1)
CALL(int, mkdir, (const char *path, mode_t mode), (path, mode), path_counts(AT_FDCWD, path), true, -1)
CALL(int, mkdirat, (int folder, const char *path, mode_t mode), (folder, path, mode),
     path_counts(folder, path), true, -1)
CALL(int, rmdir, (const char *path), (path), path_counts(AT_FDCWD, path), false, -1)
CALL(ssize_t, read, (int fd, void *into, size_t size), (fd, into, size), fd_counts(fd), false, -1)
CALL(DIR *, opendir, (const char *path), (path), path_counts(AT_FDCWD, path), false, NULL)
CALL(int, stat, (const char *path, struct stat *st), (path, st), path_counts(AT_FDCWD, path), false, -1)
CALL(int, lstat, (const char *path, struct stat *st), (path, st), path_counts(AT_FDCWD, path), false, -1)
CALL(int, fstat, (int fd, struct stat *st), (fd, st), fd_counts(fd), false, -1)
CALL(int, fstatat, (int folder, const char *path, struct stat *st, int flags), (folder, path, st, flags),
     path_counts(folder, path), false, -1)
CALL(int, stat64, (const char *path, struct stat64 *st), (path, st), path_counts(AT_FDCWD, path), false, -1)
CALL(int, lstat64, (const char *path, struct stat64 *st), (path, st), path_counts(AT_FDCWD, path), false, -1)
CALL(int, fstat64, (int fd, struct stat64 *st), (fd, st), fd_counts(fd), false, -1)
CALL(int, access, (const char *path, int mode), (path, mode), path_counts(AT_FDCWD, path), false, -1)
CALL(void *, mmap, (void *at, size_t size, int protection, int flags, int fd, off_t offset),
     (at, size, protection, flags, fd, offset), fd >= 0 && fd_counts(fd), false, MAP_FAILED)
CALL(void *, mmap64, (void *at, size_t size, int protection, int flags, int fd, off64_t offset),
     (at, size, protection, flags, fd, offset), fd >= 0 && fd_counts(fd), false, MAP_FAILED)

/* A disk that becomes full takes half of the bytes first. */
static bool write_fails(int fd, size_t *size)
{
	bool is_due = due(fd_counts(fd), true);

	if (is_due && *size > 1 && strcmp(setting("FAULT_MODE", "once"), "short") == 0) {
		*size /= 2;
		return false;
	}
	if (is_due)
		errno = (int)strtoul(setting("FAULT_ERRNO", "5"), NULL, 10);
	return is_due;
}

ssize_t write(int fd, const void *bytes, size_t size)
{
	return write_fails(fd, &size) ? -1 : REAL(write)(fd, bytes, size);
}

ssize_t pwrite(int fd, const void *bytes, size_t size, off_t at)
{
	return write_fails(fd, &size) ? -1 : REAL(pwrite)(fd, bytes, size, at);
}

ssize_t pwrite64(int fd, const void *bytes, size_t size, off64_t at)
{
	return write_fails(fd, &size) ? -1 : REAL(pwrite64)(fd, bytes, size, at);
}
