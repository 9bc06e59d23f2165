#include "lib/cassette/redact.h"

#include "lib/base/arena.h"
#include "lib/base/bounds.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/contract/canonical.h"
#include "lib/http/chars.h"
#include "lib/http/headers.h"
#include "lib/sigv4/authorization.h"
#include "lib/sigv4/sigv4.h"
#include "lib/contract/header_rules.h"

/*
 * Date, request ids, Connection and Content-Length are not here, since the replay makes them; cookies and
 * unknown headers may identify an account.
 */
static const char *const response_headers[] = {
	"content-type", "x-amzn-errortype", "location", "retry-after", "allow",
};

static bool keeps_response(struct gwt_span name)
{
	for (size_t i = 0; i < GWT_LEN(response_headers); i++)
		if (gwt_span_iis(name, response_headers[i]))
			return true;
	return false;
}

static void keep(const struct gwt_headers *in, bool (*keeps)(struct gwt_span name), struct gwt_arena *arena,
		 struct gwt_headers *out)
{
	struct gwt_headers kept;

	gwt_headers_init(&kept, arena);
	for (size_t i = 0; i < in->len; i++)
		if (keeps(in->items[i].name))
			gwt_headers_add_view(&kept, in->items[i].name, in->items[i].value);
	*out = kept;
}

/* Only headers that are compared; Content-Type is kept even when there is no body. */
static bool keeps_request(struct gwt_span name)
{
	return gwt_header_is_contract(name, true);
}

void gwt_redact_request_headers(const struct gwt_headers *in, struct gwt_arena *arena,
				struct gwt_headers *out)
{
	keep(in, keeps_request, arena, out);
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c;
}

static int by_lower_name(struct gwt_span a, struct gwt_span b)
{
	for (size_t i = 0; i < a.len && i < b.len; i++)
		if (lower(a.ptr[i]) != lower(b.ptr[i]))
			return (unsigned char)lower(a.ptr[i]) - (unsigned char)lower(b.ptr[i]);
	return a.len < b.len ? -1 : a.len > b.len;
}

/* Equal names keep their order: the meaning of their values may depend on it. */
static void sort_by_name(struct gwt_headers *headers)
{
	for (size_t i = 1; i < headers->len; i++) {
		struct gwt_header header = headers->items[i];
		size_t at = i;

		for (; at && by_lower_name(headers->items[at - 1].name, header.name) > 0; at--)
			headers->items[at] = headers->items[at - 1];
		headers->items[at] = header;
	}
}

/* Servers and proxies change the order of an answer's headers; it has no meaning. */
void gwt_redact_response_headers(const struct gwt_headers *in, struct gwt_arena *arena,
				 struct gwt_headers *out)
{
	keep(in, keeps_response, arena, out);
	sort_by_name(out);
}

/* Raw bytes */

/* Headers whose values describe the client and not its user. Level `wire` masks the others. */
static bool is_harmless(struct gwt_span name)
{
	static const char *const names[] = {
		"content-length",  "content-md5",
		"accept-encoding", "connection",
		"keep-alive",      "te",
		"expect",          "transfer-encoding",
		"accept-language", "cache-control",
		"pragma",          "trailer",
		"authorization",   "host",
		"user-agent",      "x-amz-user-agent",
		"x-amz-date",      "x-amz-security-token",
	};
	static const struct gwt_span prefixes[] = { GWT_SPAN_INIT("amz-sdk-"), GWT_SPAN_INIT("sec-fetch-") };

	for (size_t i = 0; i < GWT_LEN(names); i++)
		if (gwt_span_iis(name, names[i]))
			return true;
	for (size_t i = 0; i < GWT_LEN(prefixes); i++)
		if (gwt_span_ieq(gwt_span_slice(name, 0, prefixes[i].len), prefixes[i]))
			return true;
	return keeps_request(name) || gwt_span_iis(name, "x-amz-content-sha256");
}

static struct gwt_span body_hash(struct gwt_arena *arena, struct gwt_span body)
{
	struct gwt_sigv4 *digests = gwt_sigv4_new();
	char hex[GWT_SHA256_HEX + 1];

	gwt_sha256_hex(digests, body, hex);
	gwt_sigv4_free(digests);
	return gwt_arena_copy(arena, gwt_span_of(hex));
}

/* Level `wire` masks the parts that it can read; an unreadable value may be a password. */
static bool is_readable(struct gwt_span authorization)
{
	struct gwt_authorization claim;

	return gwt_authorization_split(authorization, &claim, NULL) == GWT_OK;
}

/* The new value of a header, which may depend on the body. */
static struct gwt_span wire_value(struct gwt_span name, struct gwt_span value, const struct gwt_request *live,
				  const struct gwt_request *stored, struct gwt_arena *arena)
{
	if (!is_harmless(name) || (gwt_span_iis(name, "authorization") && !is_readable(value)))
		return GWT_SPAN("*");
	if (gwt_span_iis(name, "content-length") && !live->chunked)
		return gwt_arena_printf(arena, "%zu", stored->body.len);
	if (gwt_span_iis(name, "x-amz-content-sha256") && gwt_span_eq(value, body_hash(arena, live->body)))
		return body_hash(arena, stored->body);
	return value;
}

static void add_line(struct gwt_buf *out, struct gwt_span line, const struct gwt_request *live,
		     const struct gwt_request *stored, struct gwt_arena *arena)
{
	size_t colon = gwt_span_find(line, ':');
	struct gwt_span value = gwt_span_trim(gwt_span_slice(line, colon + 1, line.len));

	if (colon == line.len || value.len == 0) {
		gwt_buf_add(out, line);
		return;
	}
	gwt_buf_add(out, gwt_span_slice(line, 0, (size_t)(value.ptr - line.ptr)));
	gwt_buf_add(out, wire_value(gwt_span_slice(line, 0, colon), value, live, stored, arena));
	gwt_buf_add(out, gwt_span_slice(line, (size_t)(value.ptr - line.ptr) + value.len, line.len));
}

static void add_request_line(struct gwt_buf *out, struct gwt_span line, const struct gwt_request *stored)
{
	size_t first = gwt_span_find(line, ' '), last = line.len;

	while (last > first && line.ptr[last - 1] != ' ')
		last--;
	gwt_buf_add(out, gwt_span_slice(line, 0, first + 1));
	gwt_buf_add(out, stored->target);
	gwt_buf_add(out, gwt_span_slice(line, last - 1, line.len));
}

/* The size of a chunk, from its whole line; 0 for the last chunk and for a line that is not a size. */
static size_t chunk_size(struct gwt_span line)
{
	size_t size = 0;

	for (size_t i = 0; i < line.len; i++) {
		int digit = gwt_hex_value(line.ptr[i]);

		if (digit < 0 || size > GWT_MAX_BODY_BYTES)
			return 0;
		size = size * 16 + (size_t)digit;
	}
	return size;
}

/*
 * Whether there are chunks only: extensions and trailers are like headers, and the allowlist has none
 * of them.
 */
static bool is_plain_framing(struct gwt_span raw)
{
	static const struct gwt_span end = GWT_SPAN_INIT("0\r\n\r\n");

	while (!gwt_span_eq(raw, end)) {
		size_t line = gwt_span_find_span(raw, GWT_SPAN("\r\n"));
		size_t len = chunk_size(gwt_span_slice(raw, 0, line));

		if (!len)
			return false;
		raw = gwt_span_slice(raw, line + 2 + len + 2, raw.len);
	}
	return true;
}

struct gwt_span gwt_redact_wire(const struct gwt_request *live, const struct gwt_request *stored,
				struct gwt_arena *arena)
{
	static const struct gwt_span end = GWT_SPAN_INIT("\r\n");
	bool framed = live->raw_body.len != live->body.len;
	struct gwt_request shown = *live;
	struct gwt_span rest = live->head;
	gwt_auto(gwt_buf_release) struct gwt_buf head = { 0 };

	gwt_buf_init(&head, SIZE_MAX);
	if (!live->head.ptr ||
	    (framed && (!gwt_span_eq(live->body, stored->body) || !is_plain_framing(live->raw_body))))
		return GWT_ABSENT;
	while (rest.len) {
		size_t at = gwt_span_find_span(rest, end);
		struct gwt_span line = gwt_span_slice(rest, 0, at);

		if (rest.ptr == live->head.ptr)
			add_request_line(&head, line, stored);
		else
			add_line(&head, line, live, stored, arena);
		gwt_buf_add(&head, gwt_span_slice(rest, at, at + end.len));
		rest = gwt_span_slice(rest, at + end.len, rest.len);
	}
	shown.head = gwt_buf_span(&head);
	shown.target = stored->target;
	shown.raw_body = framed ? live->raw_body : stored->body;
	return gwt_wire_bytes(&shown, arena);
}
