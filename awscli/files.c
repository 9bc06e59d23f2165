#include "awscli/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/awsconf/path.h"
#include "lib/base/arena.h"
#include "lib/base/bounds.h"
#include "lib/base/buf.h"
#include "lib/base/span.h"
#include "lib/base/utf8.h"
#include "awscli/pyval/pyval.h"
#include "awscli/pyval/unicode.h"

struct gwt_span gwt_aws_env(struct gwt_arena *arena, const char *name)
{
	const char *value = getenv(name);

	return value ? gwt_py_fsdecode(arena, gwt_span_of(value)) : (struct gwt_span){ 0 };
}

static char *native(struct gwt_arena *arena, struct gwt_span text)
{
	struct gwt_buf bytes;
	char *out;

	gwt_buf_init(&bytes, SIZE_MAX);
	gwt_py_fsencode(&bytes, text);
	out = gwt_arena_cstr(arena, gwt_buf_span(&bytes));
	gwt_buf_release(&bytes);
	return out;
}

struct gwt_span gwt_py_expanduser(struct gwt_arena *arena, struct gwt_span path)
{
	return gwt_py_fsdecode(arena, gwt_path_expand_user(arena, gwt_span_of(native(arena, path))));
}

struct gwt_span gwt_py_expandvars(struct gwt_arena *arena, struct gwt_span path)
{
	return gwt_py_fsdecode(arena, gwt_path_expand_vars(arena, gwt_span_of(native(arena, path))));
}

static int read_all(int fd, struct gwt_buf *out)
{
	struct stat info;

	if (fstat(fd, &info) == 0 && S_ISDIR(info.st_mode))
		return EISDIR;
	while (true) {
		char *room = gwt_buf_reserve(out, 16384);
		ssize_t count;

		if (!room)
			return EFBIG;
		count = read(fd, room, 16384);
		if (count == 0)
			return 0;
		if (count > 0)
			out->len += (size_t)count;
		else if (errno != EINTR)
			return errno;
	}
}

int gwt_aws_read_file(struct gwt_arena *arena, struct gwt_span path, struct gwt_span *out)
{
	struct gwt_buf bytes;
	int fd = open(native(arena, path), O_RDONLY | O_CLOEXEC), error;

	if (fd < 0)
		return errno;
	gwt_buf_init(&bytes, GWT_MAX_FILE_BYTES);
	error = read_all(fd, &bytes);
	close(fd);
	if (error == 0)
		*out = gwt_arena_copy(arena, bytes.len ? gwt_buf_span(&bytes) : GWT_SPAN(""));
	gwt_buf_release(&bytes);
	return error;
}

struct gwt_span gwt_aws_universal_newlines(struct gwt_arena *arena, struct gwt_span text)
{
	char *out;
	size_t len = 0;

	if (gwt_span_find(text, '\r') == text.len)
		return text;
	out = gwt_arena_bytes(arena, text.len);
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == '\r' && i + 1 < text.len && text.ptr[i + 1] == '\n')
			continue;
		out[len++] = text.ptr[i] == '\r' ? '\n' : text.ptr[i];
	}
	return (struct gwt_span){ out, len };
}

/* "Unable to load paramfile VALUE: [Errno 2] No such file or directory: 'PATH'" */
static struct gwt_span os_error(struct gwt_arena *arena, struct gwt_span value, struct gwt_span path,
				int error)
{
	struct gwt_span reason;
	struct gwt_buf text;

	gwt_buf_init(&text, SIZE_MAX);
	gwt_buf_printf(&text,
		       "Unable to load paramfile " GWT_SPAN_FMT ": [Errno %d] %s: ", GWT_SPAN_ARG(value),
		       error, strerror(error));
	gwt_py_repr_text(&text, path);
	reason = gwt_arena_copy(arena, gwt_buf_span(&text));
	gwt_buf_release(&text);
	return reason;
}

bool gwt_aws_paramfile(struct gwt_arena *arena, struct gwt_span value, struct gwt_json **out,
		       struct gwt_span *reason)
{
	bool binary = gwt_span_starts(value, GWT_SPAN("fileb://"));
	struct gwt_span path, bytes;
	int error;

	*out = NULL;
	if (!binary && !gwt_span_starts(value, GWT_SPAN("file://")))
		return true;
	path = gwt_span_slice(value, binary ? 8 : 7, value.len);
	path = gwt_py_expandvars(arena, gwt_py_expanduser(arena, path));
	error = gwt_aws_read_file(arena, path, &bytes);
	if (error) {
		*reason = os_error(arena, value, path, error);
		return false;
	}
	if (!binary && !gwt_utf8_valid(bytes, NULL)) {
		*reason = gwt_arena_printf(
			arena,
			"Unable to load paramfile (" GWT_SPAN_FMT
			"), text contents could not be decoded.  If this is a binary file, please "
			"use the fileb:// prefix instead of the file:// prefix.",
			GWT_SPAN_ARG(path));
		return false;
	}
	*out = gwt_json_new(arena, GWT_JSON_STRING);
	(*out)->tag = binary ? GWT_PY_BYTES : GWT_PY_PLAIN;
	(*out)->text = binary ? bytes : gwt_aws_universal_newlines(arena, bytes);
	return true;
}
