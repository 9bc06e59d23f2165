#include "lib/http/uri.h"

#include "lib/base/span.h"
#include "lib/http/chars.h"

static void add_escaped(struct gwt_buf *out, char c)
{
	static const char digits[] = "0123456789ABCDEF";
	char text[3] = { '%', digits[(unsigned char)c >> 4], digits[(unsigned char)c & 15] };

	gwt_buf_add(out, (struct gwt_span){ text, sizeof(text) });
}

/* Add the bytes from *i on that need no escape; moves *i after them. */
static void add_run(struct gwt_buf *out, struct gwt_span s, size_t *i, enum gwt_char_class stays)
{
	size_t from = *i, to = from;

	while (to < s.len && gwt_char_is(s.ptr[to], stays))
		to++;
	gwt_buf_add(out, gwt_span_slice(s, from, to));
	*i = to;
}

void gwt_uri_encode(struct gwt_buf *out, struct gwt_span s, bool keep_slash)
{
	for (size_t i = 0; i < s.len;) {
		add_run(out, s, &i, keep_slash ? GWT_CHAR_PATH : GWT_CHAR_UNRESERVED);
		if (i < s.len)
			add_escaped(out, s.ptr[i++]);
	}
}

/* The byte at *i, with an escape decoded to one byte; moves *i after it. */
static char next_decoded(struct gwt_span s, size_t *i)
{
	char c = s.ptr[(*i)++];
	int high, low;

	if (c != '%' || s.len - *i < 2)
		return c;
	high = gwt_hex_value(s.ptr[*i]);
	low = gwt_hex_value(s.ptr[*i + 1]);
	if (high < 0 || low < 0)
		return c;
	*i += 2;
	return (char)(high << 4 | low);
}

void gwt_uri_decode(struct gwt_buf *out, struct gwt_span s)
{
	for (size_t i = 0; i < s.len;)
		gwt_buf_add_char(out, next_decoded(s, &i));
}

static void normalize(struct gwt_buf *out, struct gwt_span s, enum gwt_char_class stays)
{
	for (size_t i = 0; i < s.len;) {
		add_run(out, s, &i, stays);
		if (i < s.len) {
			char c = next_decoded(s, &i);

			if (gwt_char_is(c, GWT_CHAR_UNRESERVED))
				gwt_buf_add_char(out, c);
			else
				add_escaped(out, c);
		}
	}
}

void gwt_uri_normalize(struct gwt_buf *out, struct gwt_span s)
{
	normalize(out, s, GWT_CHAR_UNRESERVED);
}

void gwt_uri_normalize_path(struct gwt_buf *out, struct gwt_span path)
{
	normalize(out, path, GWT_CHAR_PATH);
}

/* Drop the last label that was added after `start`. */
static void drop_label(struct gwt_buf *out, size_t start)
{
	while (out->len > start && out->ptr[--out->len] != '/')
		;
}

void gwt_uri_remove_dot_segments(struct gwt_buf *out, struct gwt_span path)
{
	struct gwt_span rest = path;
	size_t start = out->len;

	while (rest.ptr) {
		struct gwt_span label = gwt_span_cut(&rest, '/');

		if (gwt_span_is(label, "..")) {
			drop_label(out, start);
		} else if (label.len && !gwt_span_is(label, ".")) {
			gwt_buf_add_char(out, '/');
			gwt_buf_add(out, label);
		}
	}
	if (out->len == start || gwt_span_ends(path, GWT_SPAN("/")))
		gwt_buf_add_char(out, '/');
}

size_t gwt_path_segments(struct gwt_span path)
{
	size_t count = 0;

	for (size_t i = 0; i < path.len; i++)
		count += path.ptr[i] == '/';
	return count;
}

static size_t end_of_segment(struct gwt_span path, size_t from)
{
	const char *slash = from < path.len ? memchr(path.ptr + from, '/', path.len - from) : NULL;

	return slash ? (size_t)(slash - path.ptr) : path.len;
}

struct gwt_path_walk gwt_path_begin(struct gwt_span path)
{
	size_t from = path.len && path.ptr[0] == '/' ? 1 : 0;

	return (struct gwt_path_walk){ .path = path, .from = from, .end = end_of_segment(path, from) };
}

bool gwt_path_go(struct gwt_path_walk *walk, size_t segment)
{
	while (walk->segment < segment) {
		if (walk->end == walk->path.len)
			return false;
		walk->segment++;
		walk->from = walk->end + 1;
		walk->end = end_of_segment(walk->path, walk->from);
	}
	return true;
}

struct gwt_span gwt_path_segment(struct gwt_span path, size_t index)
{
	struct gwt_path_walk walk = gwt_path_begin(path);

	return path.ptr && gwt_path_go(&walk, index) ? gwt_span_slice(path, walk.from, walk.end) : GWT_ABSENT;
}

size_t gwt_path_split(struct gwt_span path, struct gwt_arena *arena, struct gwt_span **out)
{
	struct gwt_span rest = path;
	size_t len = 0;

	*out = gwt_arena_array(arena, struct gwt_span, gwt_path_segments(path) + 1);
	if (!path.len || path.ptr[0] != '/')
		return 0;
	gwt_span_cut(&rest, '/');
	while (rest.ptr)
		(*out)[len++] = gwt_span_cut(&rest, '/');
	return len;
}

static bool is_ip_literal(struct gwt_span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (gwt_hex_value(s.ptr[i]) < 0 && s.ptr[i] != ':' && s.ptr[i] != '.')
			return false;
	return gwt_span_find(s, ':') < s.len;
}

bool gwt_authority_parse(struct gwt_span authority, struct gwt_authority *out)
{
	struct gwt_span host = authority, port = { 0 };
	bool literal = authority.len && authority.ptr[0] == '[';
	size_t end = literal ? gwt_span_find(authority, ']') : gwt_span_find(authority, ':');
	uint64_t number = 0;

	if (literal && end == authority.len)
		return false;
	host = gwt_span_slice(authority, literal, end);
	port = gwt_span_slice(authority, end + literal, authority.len);
	if (literal ? !is_ip_literal(host) : !gwt_chars_are(host, GWT_CHAR_REG_NAME))
		return false;
	if (port.len &&
	    (port.ptr[0] != ':' || !gwt_span_to_u64(gwt_span_slice(port, 1, port.len), UINT16_MAX, &number)))
		return false;
	*out = (struct gwt_authority){ host, (uint16_t)number, port.len > 0 };
	return true;
}

static bool cut_scheme(struct gwt_span url, struct gwt_url *out, struct gwt_span *rest)
{
	static const struct {
		const char *prefix;
		uint16_t port;
	} schemes[] = { { "http://", 80 }, { "https://", 443 } };

	for (size_t i = 0; i < GWT_LEN(schemes); i++) {
		size_t len = strlen(schemes[i].prefix);

		if (!gwt_span_iis(gwt_span_slice(url, 0, len), schemes[i].prefix))
			continue;
		out->scheme = gwt_span_slice(url, 0, len - 3);
		out->port = schemes[i].port;
		*rest = gwt_span_slice(url, len, url.len);
		return true;
	}
	return false;
}

static bool is_visible_ascii(struct gwt_span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] <= ' ' || s.ptr[i] > '~')
			return false;
	return true;
}

gwt_status gwt_url_parse(struct gwt_span url, struct gwt_url *out, struct gwt_error *err)
{
	struct gwt_url found = { 0 };
	struct gwt_authority authority;
	struct gwt_span rest;
	size_t end = 0;

	if (!cut_scheme(url, &found, &rest))
		return gwt_fail(err, GWT_EPARSE, "the URL does not begin with http:// or https://");
	if (!is_visible_ascii(rest))
		return gwt_fail(err, GWT_EPARSE, "the URL holds a space, a control or a non-ASCII byte");
	if (gwt_span_find(rest, '#') < rest.len)
		return gwt_fail(err, GWT_EPARSE, "the URL has a fragment");
	while (end < rest.len && rest.ptr[end] != '/' && rest.ptr[end] != '?')
		end++;
	found.authority = gwt_span_slice(rest, 0, end);
	if (!gwt_authority_parse(found.authority, &authority))
		return gwt_fail(err, GWT_EPARSE, "the URL has no valid host[:port]");
	found.host = authority.host;
	found.port_given = authority.port_given;
	if (authority.port_given)
		found.port = authority.port;
	found.query = gwt_span_slice(rest, end, rest.len);
	found.path = gwt_span_cut(&found.query, '?');
	*out = found;
	return GWT_OK;
}

const char *gwt_url_shown(struct gwt_arena *arena, const char *text)
{
	struct gwt_span all = gwt_span_of(text), rest, host;
	size_t start = gwt_span_find_span(all, GWT_SPAN("://")), end = 0;
	struct gwt_url url;

	if (!text || start == all.len)
		return text;
	start += strlen("://");
	rest = gwt_span_slice(all, start, all.len);
	while (end < rest.len && !memchr("/?#", rest.ptr[end], 3))
		end++;
	host = gwt_span_slice(rest, 0, end);
	while (gwt_span_find(host, '@') < host.len)
		gwt_span_cut(&host, '@');
	rest = gwt_span_slice(rest, end, rest.len);
	rest = gwt_span_slice(rest, 0, gwt_span_find(gwt_span_slice(rest, 0, gwt_span_find(rest, '#')), '?'));
	rest = gwt_arena_printf(arena, GWT_SPAN_FMT GWT_SPAN_FMT GWT_SPAN_FMT,
				GWT_SPAN_ARG(gwt_span_slice(all, 0, start)), GWT_SPAN_ARG(host),
				GWT_SPAN_ARG(rest));
	if (gwt_url_parse(rest, &url, NULL) != GWT_OK)
		return gwt_arena_printf(arena, GWT_SPAN_FMT "...",
					GWT_SPAN_ARG(gwt_span_slice(all, 0, start)))
			.ptr;
	return rest.ptr;
}
