#include "lib/base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/error.h"
#include "lib/base/span.h"

static gwt_status fail_errno(struct gwt_error *err, const char *verb, const char *path)
{
	return gwt_fail(err, GWT_EIO, "cannot %s '%s': %s", verb, path, strerror(errno));
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

gwt_status gwt_fail_long_path(struct gwt_error *err, const char *path)
{
	return gwt_fail(err, GWT_EIO, "path '%.64s...' is too long", path);
}

/* Read to the end of `fd`; a size known beforehand saves copies but is not trusted. */
static gwt_status read_all(int fd, const char *path, struct gwt_buf *buf, struct gwt_error *err)
{
	for (;;) {
		size_t left = buf->max - buf->len, want = left < 64 * 1024 ? left + 1 : 64 * 1024;
		char probe, *at = left ? gwt_buf_reserve(buf, want > left ? left : want) : &probe;
		ssize_t got = read(fd, at, left ? (want > left ? left : want) : 1);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return fail_errno(err, "read", path);
		if (got == 0)
			return GWT_OK;
		if (left == 0)
			return gwt_fail(err, GWT_ELIMIT, "'%s' is over the limit of %zu bytes", path,
					buf->max);
		buf->len += (size_t)got;
	}
}

static gwt_status read_file(struct gwt_arena *arena, const char *path, size_t max, bool regular,
			    struct gwt_span *out, struct gwt_error *err)
{
	bool is_stdin = strcmp(path, "-") == 0;
	int flags = O_RDONLY | O_CLOEXEC | (regular ? O_NONBLOCK : 0); /* opening a FIFO would wait */
	gwt_auto(close_fd) int fd = is_stdin ? dup(STDIN_FILENO) : open(path, flags);
	gwt_auto(gwt_buf_release) struct gwt_buf buf = { 0 };
	struct stat st;
	gwt_status status;

	gwt_buf_init(&buf, max);
	if (fd < 0 || fstat(fd, &st) != 0)
		return fail_errno(err, "open", path);
	if (!is_stdin && (S_ISDIR(st.st_mode) || (regular && !S_ISREG(st.st_mode))))
		return gwt_fail(err, GWT_EIO, "cannot open '%s': %s", path,
				S_ISDIR(st.st_mode) ? "is a folder" : "is not a regular file");
	status = read_all(fd, path, &buf, err);
	if (status == GWT_OK)
		*out = gwt_arena_copy(arena, gwt_buf_span(&buf));
	return status;
}

gwt_status gwt_file_read(struct gwt_arena *arena, const char *path, size_t max, struct gwt_span *out,
			 struct gwt_error *err)
{
	return read_file(arena, path, max, true, out, err);
}

/* access(2) alone does not distinguish a file that is not there from one that cannot be read. */
gwt_status gwt_file_read_if_there(struct gwt_arena *arena, const char *path, size_t max, struct gwt_span *out,
				  bool *found, struct gwt_error *err)
{
	struct stat st;

	*found = stat(path, &st) == 0 || (errno != ENOENT && errno != ENOTDIR);
	return *found ? read_file(arena, path, max, true, out, err) : GWT_OK;
}

gwt_status gwt_file_read_any(struct gwt_arena *arena, const char *path, size_t max, struct gwt_span *out,
			     struct gwt_error *err)
{
	return read_file(arena, path, max, false, out, err);
}

static gwt_status write_all(int fd, const char *path, struct gwt_span bytes, struct gwt_error *err)
{
	while (bytes.len) {
		ssize_t put = write(fd, bytes.ptr, bytes.len);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return fail_errno(err, "write", path);
		bytes = gwt_span_slice(bytes, (size_t)put, bytes.len);
	}
	return GWT_OK;
}

static gwt_status sync_folder_of(const char *path, struct gwt_error *err)
{
	char copy[PATH_MAX];
	gwt_auto(close_fd) int fd = -1;

	if (snprintf(copy, sizeof(copy), "%s", path) >= (int)sizeof(copy))
		return gwt_fail_long_path(err, path);
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || (fsync(fd) != 0 && errno != EINVAL))
		return fail_errno(err, "sync the folder of", path);
	return GWT_OK;
}

/* Six letters and digits that nobody can guess. */
static bool fill_random(char *at)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
	unsigned char bytes[6]; /* as many as a template of mkstemp() has */

	if (getrandom(bytes, sizeof(bytes), GRND_NONBLOCK) != (ssize_t)sizeof(bytes))
		return false;
	for (size_t i = 0; i < sizeof(bytes); i++)
		at[i] = alphabet[bytes[i] % (sizeof(alphabet) - 1)];
	return true;
}

/*
 * mkostemp(3) would make files of mode 0600. Here open(2) applies the umask, since a program can read the
 * umask only by changing it for the whole process, including threads that make files at this moment.
 */
static int open_temp(char *path, mode_t mode)
{
	char *random = path + strlen(path) - 6;

	for (int tries = 0; tries < 100; tries++) {
		int fd = fill_random(random) ? open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode) : -1;

		if (fd >= 0 || errno != EEXIST)
			return fd;
	}
	return -1;
}

/* The name of a temporary file for `path`: beside it, or in a folder of its own. */
static bool name_temp(const char *path, const char *folder, char out[PATH_MAX])
{
	return folder ? snprintf(out, PATH_MAX, "%s/new.XXXXXX", folder) < PATH_MAX
		      : snprintf(out, PATH_MAX, "%s.tmp.XXXXXX", path) < PATH_MAX;
}

static gwt_status write_file(const char *path, const char *folder, struct gwt_span bytes, mode_t mode,
			     struct gwt_error *err)
{
	char temp[PATH_MAX];
	gwt_auto(close_fd) int fd = -1;
	gwt_status status;

	if (!name_temp(path, folder, temp))
		return gwt_fail_long_path(err, path);
	fd = open_temp(temp, mode);
	if (fd < 0)
		return fail_errno(err, "write", path);
	status = write_all(fd, path, bytes, err);
	if (status == GWT_OK && (fsync(fd) != 0 || rename(temp, path) != 0))
		status = fail_errno(err, "write", path);
	if (status != GWT_OK) {
		unlink(temp);
		return status;
	}
	return sync_folder_of(path, err);
}

gwt_status gwt_file_write(const char *path, struct gwt_span bytes, struct gwt_error *err)
{
	return write_file(path, NULL, bytes, 0666, err);
}

gwt_status gwt_file_write_through(const char *path, const char *folder, struct gwt_span bytes,
				  struct gwt_error *err)
{
	return write_file(path, folder, bytes, 0666, err);
}

gwt_status gwt_file_write_private(const char *path, struct gwt_span bytes, struct gwt_error *err)
{
	return write_file(path, NULL, bytes, 0600, err);
}

gwt_status gwt_file_write_any(const char *path, struct gwt_span bytes, struct gwt_error *err)
{
	gwt_auto(close_fd) int fd = -1;
	struct stat st;

	if (lstat(path, &st) != 0 || S_ISREG(st.st_mode))
		return gwt_file_write(path, bytes, err);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0666);
	if (fd < 0)
		return fail_errno(err, "write", path);
	return write_all(fd, path, bytes, err);
}

static bool holds(const char *path, struct gwt_span bytes)
{
	struct gwt_arena arena = { 0 };
	struct gwt_span old;
	bool same = gwt_file_exists(path) &&
		    gwt_file_read(&arena, path, bytes.len + 1, &old, NULL) == GWT_OK &&
		    gwt_span_eq(old, bytes);

	gwt_arena_release(&arena);
	return same;
}

gwt_status gwt_file_update_through(const char *path, const char *folder, struct gwt_span bytes, bool *changed,
				   struct gwt_error *err)
{
	*changed = !holds(path, bytes);
	return *changed ? write_file(path, folder, bytes, 0666, err) : GWT_OK;
}

gwt_status gwt_file_update(const char *path, struct gwt_span bytes, bool *changed, struct gwt_error *err)
{
	return gwt_file_update_through(path, NULL, bytes, changed, err);
}

gwt_status gwt_file_mkdirs(const char *path, struct gwt_error *err)
{
	char copy[PATH_MAX];

	if (snprintf(copy, sizeof(copy), "%s", path) >= (int)sizeof(copy))
		return gwt_fail_long_path(err, path);
	for (char *at = copy + 1; copy[0]; at++) {
		char c = *at;

		if (c != '/' && c != '\0')
			continue;
		*at = '\0';
		if (mkdir(copy, 0777) != 0 && errno != EEXIST)
			return fail_errno(err, "make the folder", copy);
		*at = c;
		if (c == '\0')
			break;
	}
	if (copy[0] && !gwt_file_is_dir(copy))
		return gwt_fail(err, GWT_EIO, "cannot make the folder '%s': a file is in the way", path);
	return GWT_OK;
}

gwt_status gwt_file_mkdirs_for(const char *path, struct gwt_error *err)
{
	char copy[PATH_MAX];

	if (snprintf(copy, sizeof(copy), "%s", path) >= (int)sizeof(copy))
		return gwt_fail_long_path(err, path);
	return gwt_file_mkdirs(dirname(copy), err);
}

gwt_status gwt_file_need_dir(const char *dir, const char *advice, struct gwt_error *err)
{
	if (access(dir, F_OK) == 0)
		return GWT_OK;
	return gwt_fail(err, GWT_EIO, "cannot read the folder '%s': %s; %s", dir, strerror(errno), advice);
}

bool gwt_file_exists(const char *path)
{
	return access(path, F_OK) == 0;
}

bool gwt_file_is_dir(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

struct walk {
	struct gwt_arena *arena;
	const char *root, *suffix;
	struct gwt_file_list *out;
	struct gwt_error *err;
	int depth;
	bool hidden; /* hidden files, too */
};

static gwt_status walk_folder(struct walk *walk, const char *below);

/* The type in the folder's entry saves a call for each file. */
static mode_t type_of(int folder, const struct dirent *entry)
{
	struct stat st;

	if (entry->d_type == DT_REG)
		return S_IFREG;
	if (entry->d_type == DT_DIR)
		return S_IFDIR;
	if (entry->d_type != DT_UNKNOWN)
		return 0;
	return fstatat(folder, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 ? st.st_mode & S_IFMT : 0;
}

static gwt_status visit(struct walk *walk, int folder, const struct dirent *entry, const char *below)
{
	mode_t type = type_of(folder, entry);
	const char *relative;

	if (type != S_IFDIR && type != S_IFREG)
		return GWT_OK;
	relative = gwt_file_join(walk->arena, below, entry->d_name);
	if (type == S_IFDIR)
		return walk_folder(walk, relative);
	if (!gwt_span_ends(gwt_span_of(relative), gwt_span_of(walk->suffix)))
		return GWT_OK;
	GWT_GROW(walk->arena, walk->out->paths, walk->out->len, walk->out->cap);
	walk->out->paths[walk->out->len++] = gwt_arena_cstr(walk->arena, gwt_span_of(relative));
	return GWT_OK;
}

static bool is_passed_over(const struct walk *walk, const char *name)
{
	if (name[0] != '.')
		return false;
	return !walk->hidden || strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ||
	       strcmp(name, ".git") == 0;
}

static gwt_status walk_folder(struct walk *walk, const char *below)
{
	const char *path = gwt_file_join(walk->arena, walk->root, below);
	DIR *dir = opendir(path);
	gwt_status status = GWT_OK;

	if (!dir)
		return fail_errno(walk->err, "read the folder", path);
	if (++walk->depth > 64)
		status =
			gwt_fail(walk->err, GWT_ELIMIT, "folders below '%s' are nested too deep", walk->root);
	for (struct dirent *entry; status == GWT_OK && (entry = readdir(dir));)
		if (!is_passed_over(walk, entry->d_name))
			status = visit(walk, dirfd(dir), entry, below);
	walk->depth--;
	closedir(dir);
	return status;
}

static int by_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static gwt_status list_sorted(struct walk *walk, struct gwt_file_list *out)
{
	struct gwt_file_list found = { 0 };
	gwt_status status;

	walk->out = &found;
	status = walk_folder(walk, "");
	if (status != GWT_OK)
		return status;
	if (found.len)
		qsort(found.paths, found.len, sizeof(char *), by_bytes);
	*out = found;
	return GWT_OK;
}

gwt_status gwt_file_list(struct gwt_arena *arena, const char *dir, const char *suffix,
			 struct gwt_file_list *out, struct gwt_error *err)
{
	struct walk walk = { .arena = arena, .root = dir, .suffix = suffix, .err = err };

	return list_sorted(&walk, out);
}

gwt_status gwt_file_list_all(struct gwt_arena *arena, const char *dir, struct gwt_file_list *out,
			     struct gwt_error *err)
{
	struct walk walk = { .arena = arena, .root = dir, .suffix = "", .err = err, .hidden = true };

	return list_sorted(&walk, out);
}

static void set_facts(const struct stat *st, struct gwt_file_facts *out)
{
	*out = (struct gwt_file_facts){
		.size = (uint64_t)st->st_size,
		.inode = (uint64_t)st->st_ino,
		.modified_ns = (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec,
		.changed_ns = (int64_t)st->st_ctim.tv_sec * 1000000000 + st->st_ctim.tv_nsec,
	};
}

gwt_status gwt_file_list_facts(struct gwt_arena *arena, const char *dir, const struct gwt_file_list *list,
			       struct gwt_file_facts **out, struct gwt_error *err)
{
	gwt_auto(close_fd) int fd = open(dir[0] ? dir : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct gwt_file_facts *facts = gwt_arena_array(arena, struct gwt_file_facts, list->len);
	struct stat st;

	if (fd < 0)
		return fail_errno(err, "read the folder", dir);
	for (size_t i = 0; i < list->len; i++) {
		if (fstatat(fd, list->paths[i], &st, AT_SYMLINK_NOFOLLOW) != 0)
			return fail_errno(err, "read", list->paths[i]);
		set_facts(&st, &facts[i]);
	}
	*out = facts;
	return GWT_OK;
}

bool gwt_file_facts(const char *path, struct gwt_file_facts *out)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return false;
	set_facts(&st, out);
	return true;
}

char *gwt_file_join(struct gwt_arena *arena, const char *a, const char *b)
{
	size_t len = strlen(a);

	if (b[0] == '\0')
		return gwt_arena_cstr(arena, gwt_span_of(a));
	if (len == 0 || strcmp(a, ".") == 0 || b[0] == '/')
		return gwt_arena_cstr(arena, gwt_span_of(b));
	return (char *)(uintptr_t)gwt_arena_printf(arena, a[len - 1] == '/' ? "%s%s" : "%s/%s", a, b).ptr;
}

void gwt_file_position(struct gwt_span text, size_t offset, size_t *line, size_t *column)
{
	struct gwt_span before = gwt_span_slice(text, 0, offset);
	size_t lines = 1, start = 0;

	for (size_t i = 0; i < before.len; i++)
		if (before.ptr[i] == '\n') {
			lines++;
			start = i + 1;
		}
	*line = lines;
	*column = before.len - start + 1;
}

gwt_status gwt_vfail_at(struct gwt_error *err, const char *path, struct gwt_span text, size_t offset,
			const char *fmt, va_list args)
{
	size_t line, column;

	if (!err)
		return GWT_EPARSE;
	gwt_file_position(text, offset, &line, &column);
	gwt_vfail(err, GWT_EPARSE, fmt, args);
	return gwt_fail_in(err, "%s:%zu:%zu", path, line, column);
}

gwt_status gwt_fail_at(struct gwt_error *err, const char *path, struct gwt_span text, size_t offset,
		       const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	gwt_vfail_at(err, path, text, offset, fmt, args);
	va_end(args);
	return GWT_EPARSE;
}
