/*
 * uri.h - percent-encoding and path labels (RFC 3986).
 */
#ifndef GWT_HTTP_URI_H
#define GWT_HTTP_URI_H

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"

/* Encode everything except unreserved (A-Z a-z 0-9 - . _ ~), upper-case hex; '/' too unless `keep_slash`. */
void gwt_uri_encode(struct gwt_buf *out, struct gwt_span s, bool keep_slash);
/* Decode each %xx once; an invalid escape is left unchanged ("%zz" -> "%zz"). */
void gwt_uri_decode(struct gwt_buf *out, struct gwt_span s);
/* Decode once and encode again: the one spelling of a label, a query name or a query value. */
void gwt_uri_normalize(struct gwt_buf *out, struct gwt_span s);
/* The same for each label of a path: '/' is kept, and an encoded '/' stays encoded. */
void gwt_uri_normalize_path(struct gwt_buf *out, struct gwt_span path);
/*
 * The path as services other than S3 sign it: empty and "." labels dropped, ".." drops the label
 * before it, a '/' at the end kept. This is what aws-c-auth, botocore and the JS SDK do; it differs
 * from RFC 3986, 5.2.4 in that "/a/b/.." is "/a" and "/a//../b" is "/b". "" becomes "/".
 */
void gwt_uri_remove_dot_segments(struct gwt_buf *out, struct gwt_span path);

/* How many segments a path that begins with '/' has: "/" one, "/a/b" two, "/a/" two. */
size_t gwt_path_segments(struct gwt_span path);
/*
 * These segments, unchanged, as an array in `arena`; none when the path does not begin with '/'. Returns
 * how many.
 */
size_t gwt_path_split(struct gwt_span path, struct gwt_arena *arena, struct gwt_span **out);

/* A walk from segment to segment: path[from, end) is the current one. */
struct gwt_path_walk {
	struct gwt_span path;
	size_t segment, from, end;
};
struct gwt_path_walk gwt_path_begin(struct gwt_span path);
/* Go to this segment, which must not be before the current one; false when there is none. */
bool gwt_path_go(struct gwt_path_walk *walk, size_t segment);

/* Path segment `index` of `path` (0 is what follows the first '/'), still encoded; absent when there is none. */
struct gwt_span gwt_path_segment(struct gwt_span path, size_t index);

/* host[:port]; the host is a reg-name, an IPv4 address or a bracketed IPv6 literal, and not empty. */
struct gwt_authority {
	struct gwt_span host; /* without brackets; a view of the parsed text */
	uint16_t port;        /* 0 when the text has none */
	bool port_given;
};
bool gwt_authority_parse(struct gwt_span authority, struct gwt_authority *out);

/* scheme://host[:port][/path][?query]; http and https only. All parts view `url`. */
struct gwt_url {
	struct gwt_span scheme, host; /* host without the brackets of an IPv6 literal */
	struct gwt_span authority;    /* host[:port] as written */
	uint16_t port;                /* 80 or 443 when the URL has none */
	bool port_given;
	struct gwt_span path, query; /* path is "" and query absent when the URL has none */
};
gwt_status gwt_url_parse(struct gwt_span url, struct gwt_url *out, struct gwt_error *err);

/*
 * A URL for people: its user, query and fragment are left out, since they may be secret. When the text after
 * "://" is not valid in a URL, it is left out, too. Any other text is unchanged; NULL gives NULL. The result
 * is in `arena`.
 */
const char *gwt_url_shown(struct gwt_arena *arena, const char *text);

#endif
