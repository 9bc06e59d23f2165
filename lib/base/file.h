/*
 * file.h - whole files, safely.
 *
 * Paths are NUL-terminated. Descriptors are opened CLOEXEC. A write is atomic and
 * durable: the old bytes or the new ones, never half.
 */
#ifndef GWT_BASE_FILE_H
#define GWT_BASE_FILE_H

#include "lib/base/arena.h"
#include "lib/base/buf.h"

/* All bytes of a regular file, at most `max`; GWT_EIO, GWT_ELIMIT. `out` lives in `arena`. "-" is stdin. */
gwt_status gwt_file_read(struct gwt_arena *arena, const char *path, size_t max, struct gwt_span *out,
			 struct gwt_error *err);
/* The same; *found is false, and `out` untouched, when there is no such file. */
gwt_status gwt_file_read_if_there(struct gwt_arena *arena, const char *path, size_t max, struct gwt_span *out,
				  bool *found, struct gwt_error *err);
/* The same for any path of the command line, a pipe or a device too; waits for a FIFO's writer. */
gwt_status gwt_file_read_any(struct gwt_arena *arena, const char *path, size_t max, struct gwt_span *out,
			     struct gwt_error *err);
/* Write to a temporary file beside `path`, sync, rename it to `path`, sync the folder, which must exist. */
gwt_status gwt_file_write(const char *path, struct gwt_span bytes, struct gwt_error *err);
/* The same through a temporary file in `folder`, which is on the file system of `path`. */
gwt_status gwt_file_write_through(const char *path, const char *folder, struct gwt_span bytes,
				  struct gwt_error *err);
/* The same for a secret: only the owner may read it, whatever the umask. */
gwt_status gwt_file_write_private(const char *path, struct gwt_span bytes, struct gwt_error *err);
/*
 * Write to any path of the command line: a regular file as above; the target of a link, a FIFO or a device
 * (/dev/stdout) is kept and written to.
 */
gwt_status gwt_file_write_any(const char *path, struct gwt_span bytes, struct gwt_error *err);
/* Write only when the bytes differ from those in the file; *changed is true when they do. */
gwt_status gwt_file_update(const char *path, struct gwt_span bytes, bool *changed, struct gwt_error *err);
/* The same through `folder`, see gwt_file_write_through(). */
gwt_status gwt_file_update_through(const char *path, const char *folder, struct gwt_span bytes, bool *changed,
				   struct gwt_error *err);
/* Make a folder and its parents. */
gwt_status gwt_file_mkdirs(const char *path, struct gwt_error *err);
/* Make the folder of `path`, and its parents. */
gwt_status gwt_file_mkdirs_for(const char *path, struct gwt_error *err);
/* GWT_EIO when `dir` does not exist; `advice` says what to do about it. */
gwt_status gwt_file_need_dir(const char *dir, const char *advice, struct gwt_error *err);
/* GWT_EIO: "path 'BEGINNING...' is too long". The whole path would leave no room for the reason. */
gwt_status gwt_fail_long_path(struct gwt_error *err, const char *path);
bool gwt_file_exists(const char *path);
bool gwt_file_is_dir(const char *path);

/*
 * Every regular file below `dir` whose name ends in `suffix`, as paths relative to
 * `dir`, sorted by bytes. Links and names that begin with '.' are passed over.
 * GWT_EIO when `dir` cannot be read.
 */
struct gwt_file_list {
	char **paths; /* in `arena` */
	size_t len, cap;
};
gwt_status gwt_file_list(struct gwt_arena *arena, const char *dir, const char *suffix,
			 struct gwt_file_list *out, struct gwt_error *err);
/* Likewise those of any name, hidden ones too; only files below a `.git` are skipped. */
gwt_status gwt_file_list_all(struct gwt_arena *arena, const char *dir, struct gwt_file_list *out,
			     struct gwt_error *err);

/* The facts that change when a file does. */
struct gwt_file_facts {
	uint64_t size, inode;
	int64_t modified_ns, changed_ns; /* the latter cannot be set by a program */
};
/* The facts of each file in a list, in its order; in `arena`. */
gwt_status gwt_file_list_facts(struct gwt_arena *arena, const char *dir, const struct gwt_file_list *list,
			       struct gwt_file_facts **out, struct gwt_error *err);
bool gwt_file_facts(const char *path, struct gwt_file_facts *out);

/* "a/b", in `arena`; `b` alone when `a` is "" or "." or `b` is absolute. */
char *gwt_file_join(struct gwt_arena *arena, const char *a, const char *b);

/* Line and column (from 1; columns count bytes) of `offset` in `text`. */
void gwt_file_position(struct gwt_span text, size_t offset, size_t *line, size_t *column);
/* GWT_EPARSE: "PATH:LINE:COLUMN: reason". */
gwt_status gwt_fail_at(struct gwt_error *err, const char *path, struct gwt_span text, size_t offset,
		       const char *fmt, ...) __attribute__((format(printf, 5, 6)));
gwt_status gwt_vfail_at(struct gwt_error *err, const char *path, struct gwt_span text, size_t offset,
			const char *fmt, va_list args);

#endif
