/*
 * path.c - the canonical URI.
 *
 * AWS's rule for every service but S3: drop empty and dot segments
 * (gwt_uri_remove_dot_segments), then percent-encode the path, which is encoded
 * already, once more.
 */
#include "lib/base/buf.h"
#include "lib/base/span.h"
#include "lib/http/uri.h"
#include "lib/sigv4/internal.h"

static bool is_dropped(struct gwt_span segment)
{
	return segment.len == 0 || gwt_span_is(segment, ".");
}

static bool is_plain_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
	       c == '_' || c == '.' || c == '~' || c == '/';
}

/* Whether no byte must be encoded. */
static bool is_plain(struct gwt_span path)
{
	for (size_t i = 0; i < path.len; i++)
		if (!is_plain_byte(path.ptr[i]))
			return false;
	return true;
}

bool gwt_sigv4_path_has_dots(struct gwt_span path)
{
	struct gwt_span rest = gwt_span_slice(path, 1, path.len);

	if (path.len < 2 || path.ptr[0] != '/')
		return path.len == 0;
	while (rest.ptr) {
		struct gwt_span segment = gwt_span_cut(&rest, '/');

		if (segment.len == 0 && !rest.ptr)
			return false; /* a slash at the end */
		if (is_dropped(segment) || gwt_span_is(segment, ".."))
			return true;
	}
	return false;
}

/* Both spellings are in `out`, one after the other, until the first one is removed. */
static void write_normalized(struct gwt_buf *out, struct gwt_span path)
{
	size_t start = out->len, len;

	gwt_uri_remove_dot_segments(out, path);
	len = out->len - start;
	if (out->over || is_plain(gwt_span_slice(gwt_buf_span(out), start, out->len)) ||
	    !gwt_buf_reserve(out, 3 * len)) /* so that `out` does not move while it is read */
		return;
	gwt_uri_encode(out, (struct gwt_span){ out->ptr + start, len }, true);
	memmove(out->ptr + start, out->ptr + start + len, out->len - start - len);
	out->len -= len;
}

void gwt_sigv4_write_path(struct gwt_buf *out, struct gwt_span path, enum gwt_sigv4_path how)
{
	if (how == GWT_SIGV4_PATH_NORMALIZED && gwt_sigv4_path_has_dots(path))
		write_normalized(out, path);
	else if (how == GWT_SIGV4_PATH_SINGLE || is_plain(path))
		gwt_buf_add(out, path);
	else
		gwt_uri_encode(out, path, true);
}
