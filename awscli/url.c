/*
 * url.c - URLs as Python's urllib.parse.urlsplit (3.11) cuts them.
 */
#include <arpa/inet.h>
#include <ctype.h>

#include "awscli/failure.h"
#include "awscli/request.h"
#include "awscli/pyval/pyval.h"
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/span.h"

/* Remove leading control characters and spaces, and every tab and line break, as the URL standard says. */
static struct gwt_span cleaned(struct gwt_arena *arena, struct gwt_span url)
{
	char *text = gwt_arena_bytes(arena, url.len);
	size_t len = 0;

	while (url.len && (unsigned char)url.ptr[0] <= ' ')
		url = gwt_span_slice(url, 1, url.len);
	for (size_t i = 0; i < url.len; i++)
		if (!memchr("\t\r\n", url.ptr[i], 3))
			text[len++] = url.ptr[i];
	return (struct gwt_span){ text, len };
}

/* Length of the scheme (a letter, then letters, digits, '+', '-', '.', then a colon); 0 without one. */
static size_t scheme_length(struct gwt_span url)
{
	size_t end = gwt_span_find(url, ':');

	if (end == 0 || end == url.len || !isalpha((unsigned char)url.ptr[0]))
		return 0;
	for (size_t i = 0; i < end; i++)
		if (!isalnum((unsigned char)url.ptr[i]) && !memchr("+-.", url.ptr[i], 3))
			return 0;
	return end;
}

static struct gwt_span cut_scheme(struct gwt_arena *arena, struct gwt_span *rest)
{
	size_t len = scheme_length(*rest);
	char *lower = gwt_arena_bytes(arena, len);

	for (size_t i = 0; i < len; i++)
		lower[i] = (char)tolower((unsigned char)rest->ptr[i]);
	if (len)
		*rest = gwt_span_slice(*rest, len + 1, rest->len);
	return (struct gwt_span){ lower, len };
}

static struct gwt_span cut_netloc(struct gwt_span *rest)
{
	struct gwt_span netloc;
	size_t end = 0;

	if (!gwt_span_starts(*rest, GWT_SPAN("//")))
		return GWT_SPAN("");
	netloc = gwt_span_slice(*rest, 2, rest->len);
	while (end < netloc.len && !memchr("/?#", netloc.ptr[end], 3))
		end++;
	*rest = gwt_span_slice(netloc, end, netloc.len);
	return gwt_span_slice(netloc, 0, end);
}

static bool refuse(struct gwt_aws_failure *failure, const char *message)
{
	return gwt_aws_fail(failure, GWT_AWS_GENERAL, "%s", message);
}

/* IPvFuture: "v1.anything". */
static bool is_future(struct gwt_span host)
{
	size_t dot = gwt_span_find(host, '.');

	for (size_t i = 1; i < dot; i++)
		if (!isxdigit((unsigned char)host.ptr[i]))
			return false;
	return dot > 1 && dot + 1 < host.len;
}

static bool check_address(struct gwt_span host, struct gwt_aws_failure *failure)
{
	char *text = gwt_arena_cstr(failure->arena, gwt_span_slice(host, 0, gwt_span_find(host, '%')));
	struct gwt_buf message;
	struct in6_addr six;
	struct in_addr four;

	if (gwt_span_starts(host, GWT_SPAN("v")))
		return is_future(host) || refuse(failure, "IPvFuture address is invalid");
	if (inet_pton(AF_INET6, text, &six) == 1)
		return true;
	if (inet_pton(AF_INET, text, &four) == 1)
		return refuse(failure, "An IPv4 address cannot be in brackets");
	gwt_buf_init(&message, SIZE_MAX);
	gwt_py_repr_text(&message, gwt_aws_url_shown(failure->arena, host));
	gwt_buf_add_text(&message, " does not appear to be an IPv4 or IPv6 address");
	gwt_aws_fail_text(failure, GWT_AWS_GENERAL, gwt_arena_copy(failure->arena, gwt_buf_span(&message)));
	gwt_buf_release(&message);
	return false;
}

/* The part of user@host:port after the last '@'. */
static struct gwt_span without_user(struct gwt_span netloc)
{
	for (size_t i = netloc.len; i > 0; i--)
		if (netloc.ptr[i - 1] == '@')
			return gwt_span_slice(netloc, i, netloc.len);
	return netloc;
}

static bool check_brackets(struct gwt_span netloc, struct gwt_aws_failure *failure)
{
	struct gwt_span host = without_user(netloc), behind;
	bool open = gwt_span_find(netloc, '[') < netloc.len, close = gwt_span_find(netloc, ']') < netloc.len;

	if (open != close)
		return refuse(failure, "Invalid IPv6 URL");
	if (!open)
		return true;
	/* only the user has brackets: Python checks the host as if it were in brackets */
	if (gwt_span_find(host, '[') == host.len)
		return check_address(gwt_span_slice(host, 0, gwt_span_find(host, ':')), failure);
	if (host.ptr[0] != '[')
		return refuse(failure, "Invalid IPv6 URL");
	behind = gwt_span_slice(host, 1, host.len);
	host = gwt_span_cut(&behind, ']');
	if (behind.len && behind.ptr[0] != ':')
		return refuse(failure, "Invalid IPv6 URL");
	return check_address(host, failure);
}

bool gwt_aws_url_split(struct gwt_span url, struct gwt_aws_url *out, struct gwt_aws_failure *failure)
{
	struct gwt_span rest = cleaned(failure->arena, url);

	*out = (struct gwt_aws_url){ .path = GWT_SPAN("") };
	out->scheme = cut_scheme(failure->arena, &rest);
	out->netloc = cut_netloc(&rest);
	if (!check_brackets(out->netloc, failure))
		return false;
	rest = gwt_span_slice(rest, 0, gwt_span_find(rest, '#'));
	if (rest.len) {
		out->path = gwt_span_cut(&rest, '?');
		out->query = rest;
	}
	return true;
}

static bool is_number(struct gwt_span text)
{
	for (size_t i = 0; i < text.len; i++)
		if (!isdigit((unsigned char)text.ptr[i]))
			return false;
	return true;
}

/* The port: what follows the first colon after the host, which may be in brackets. */
static struct gwt_span port_of(struct gwt_span netloc)
{
	struct gwt_span port = without_user(netloc);

	if (port.len && port.ptr[0] == '[')
		gwt_span_cut(&port, ']');
	gwt_span_cut(&port, ':');
	return port;
}

bool gwt_aws_url_check_port(const struct gwt_aws_url *url, struct gwt_aws_failure *failure)
{
	struct gwt_span port = port_of(url->netloc);
	struct gwt_buf message;
	uint64_t number;

	if (is_number(port))
		return port.len == 0 || gwt_span_to_u64(port, 65535, &number) ||
		       refuse(failure, "Port out of range 0-65535");
	gwt_buf_init(&message, SIZE_MAX);
	gwt_buf_add_text(&message, "Port could not be cast to integer value as ");
	gwt_py_repr_text(&message, gwt_aws_url_shown(failure->arena, port));
	gwt_aws_fail_text(failure, GWT_AWS_GENERAL, gwt_arena_copy(failure->arena, gwt_buf_span(&message)));
	gwt_buf_release(&message);
	return false;
}

struct gwt_span gwt_aws_url_host(struct gwt_arena *arena, const struct gwt_aws_url *url)
{
	struct gwt_span host = without_user(url->netloc), port = port_of(url->netloc);
	const char *usual = gwt_span_is(url->scheme, "https") ? "443" : "80";
	char *lower;

	if (gwt_span_is(port, usual) || (port.ptr && port.len == 0))
		host.len -= port.len + 1;
	lower = gwt_arena_cstr(arena, host);
	for (char *c = lower; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return gwt_span_of(lower);
}
