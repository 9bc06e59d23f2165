/*
 * levels.c - the bytes of the two strict levels, with what differs by nature masked.
 */
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/contract/canonical.h"
#include "lib/contract/parts.h"
#include "lib/http/headers.h"
#include "lib/sigv4/authorization.h"
#include "lib/sigv4/sigv4.h"
#include "lib/contract/header_rules.h"

/* Values that are masked at level `wire`: they differ between two runs of one client. */
static const char *const masked_on_the_wire[] = {
	"host", "user-agent", "x-amz-user-agent", "x-amz-date", "x-amz-security-token",
};

static bool is_masked_on_the_wire(struct gwt_span name)
{
	struct gwt_span sdk = GWT_SPAN("amz-sdk-");

	for (size_t i = 0; i < GWT_LEN(masked_on_the_wire); i++)
		if (gwt_span_iis(name, masked_on_the_wire[i]))
			return true;
	return gwt_span_ieq(gwt_span_slice(name, 0, sdk.len), sdk);
}

static const char token_name[] = "x-amz-security-token";

/* "host;x-amz-date" for "host;x-amz-date;x-amz-security-token". */
static struct gwt_span without_token(struct gwt_span names, struct gwt_arena *arena)
{
	struct gwt_span kept = { NULL, 0 };

	while (names.ptr) {
		struct gwt_span name = gwt_span_cut(&names, ';');

		if (gwt_span_iis(name, token_name))
			continue;
		kept = kept.ptr ? gwt_arena_printf(arena, GWT_SPAN_FMT ";" GWT_SPAN_FMT, GWT_SPAN_ARG(kept),
						   GWT_SPAN_ARG(name))
				: name;
	}
	return kept;
}

static bool signs_token(const struct gwt_request *request, struct gwt_arena *arena)
{
	struct gwt_authorization claim;

	gwt_authorization_read(request, arena, &claim, NULL);
	while (claim.signed_headers.ptr)
		if (gwt_span_iis(gwt_span_cut(&claim.signed_headers, ';'), token_name))
			return true;
	return false;
}

bool gwt_only_one_has_token(const struct gwt_request *a, const struct gwt_request *b, struct gwt_arena *arena)
{
	bool a_sends = gwt_headers_find(&a->headers, GWT_HEADER_AMZ_SECURITY_TOKEN).ptr != NULL;
	bool b_sends = gwt_headers_find(&b->headers, GWT_HEADER_AMZ_SECURITY_TOKEN).ptr != NULL;

	return a_sends != b_sends && signs_token(a, arena) == a_sends && signs_token(b, arena) == b_sends;
}

struct gwt_span gwt_signed_bytes(const struct gwt_request *request, struct gwt_arena *arena)
{
	return gwt_signed_form(request, false, arena);
}

struct gwt_span gwt_signed_form(const struct gwt_request *request, bool no_token, struct gwt_arena *arena)
{
	struct gwt_request masked = *request;
	struct gwt_span bytes, mask = GWT_SPAN("*");
	struct gwt_authorization claim;
	struct gwt_buf buf;

	gwt_authorization_read(request, arena, &claim, NULL);
	if (no_token)
		claim.signed_headers = without_token(claim.signed_headers, arena);
	masked.claim = NULL; /* it was read from the headers before they were masked */
	gwt_headers_init(&masked.headers, arena);
	for (size_t i = 0; i < request->headers.len; i++) {
		struct gwt_header header = request->headers.items[i];

		gwt_headers_add_view(&masked.headers, header.name,
				     gwt_header_is_volatile(header.name) ? mask : header.value);
	}
	gwt_buf_init(&buf, SIZE_MAX);
	gwt_sigv4_canonical_request(&buf, &masked, GWT_SIGV4_PATH_RAW, claim.signed_headers, request->body);
	bytes = gwt_arena_copy(arena, gwt_buf_span(&buf));
	gwt_buf_release(&buf);
	return bytes;
}

/* Add `text` with the bytes of `part`, a view of it, replaced by '*'; returns the text after the part. */
static struct gwt_span add_masked(struct gwt_buf *out, struct gwt_span text, struct gwt_span part)
{
	size_t from = (size_t)(part.ptr - text.ptr);

	gwt_buf_add(out, gwt_span_slice(text, 0, from));
	gwt_buf_add_char(out, '*');
	return gwt_span_slice(text, from + part.len, text.len);
}

/* A value that cannot be parsed is compared unchanged. */
static void add_authorization(struct gwt_buf *out, struct gwt_span value)
{
	struct gwt_authorization claim;
	struct gwt_span parts[3];

	gwt_authorization_split(value, &claim, NULL);
	parts[0] = claim.access_key_id;
	parts[1] = claim.scope.date;
	parts[2] = claim.signature;
	if (claim.signature.ptr < claim.access_key_id.ptr) {
		parts[0] = claim.signature;
		parts[1] = claim.access_key_id;
		parts[2] = claim.scope.date;
	}
	for (size_t i = 0; i < GWT_LEN(parts); i++)
		if (parts[i].ptr)
			value = add_masked(out, value, parts[i]);
	gwt_buf_add(out, value);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/*
 * One line of the head without its CRLF. White space around a value is not masked with it, so it is compared.
 */
static void add_field(struct gwt_buf *out, struct gwt_span line)
{
	size_t colon = gwt_span_find(line, ':'), from = colon + 1, to = line.len;
	struct gwt_span name = gwt_span_slice(line, 0, colon);

	while (from < line.len && is_blank(line.ptr[from]))
		from++;
	while (to > from && is_blank(line.ptr[to - 1]))
		to--;
	gwt_buf_add(out, gwt_span_slice(line, 0, from));
	if (is_masked_on_the_wire(name))
		gwt_buf_add_char(out, '*');
	else if (gwt_span_iis(name, "authorization"))
		add_authorization(out, gwt_span_slice(line, from, to));
	else
		gwt_buf_add(out, gwt_span_slice(line, from, to));
	gwt_buf_add(out, gwt_span_slice(line, to, line.len));
}

/*
 * The first line, with the target that the request has now: the ids of a recorded request may have been
 * replaced, and a session's prefix is ours, not the client's.
 */
static void add_request_line(struct gwt_buf *out, const struct gwt_request *request, struct gwt_span line)
{
	size_t from = gwt_span_find(line, ' ') + 1, to = line.len;

	while (to > from && line.ptr[to - 1] != ' ')
		to--;
	if (to <= from || !request->target.ptr) {
		gwt_buf_add(out, line);
		return;
	}
	gwt_buf_add(out, gwt_span_slice(line, 0, from));
	gwt_buf_add(out, request->target);
	gwt_buf_add(out, gwt_span_slice(line, to - 1, line.len));
}

struct gwt_span gwt_wire_bytes(const struct gwt_request *request, struct gwt_arena *arena)
{
	struct gwt_span rest = request->head, bytes;
	struct gwt_buf buf;
	bool first = true;

	if (!request->head.ptr)
		return request->head;
	gwt_buf_init(&buf, SIZE_MAX);
	while (rest.len) {
		size_t end = gwt_span_find_span(rest, GWT_SPAN("\r\n"));
		struct gwt_span line = gwt_span_slice(rest, 0, end);

		if (first)
			add_request_line(&buf, request, line);
		else if (gwt_span_find(line, ':') == line.len)
			gwt_buf_add(&buf, line);
		else
			add_field(&buf, line);
		gwt_buf_add(&buf, gwt_span_slice(rest, end, end + 2));
		rest = gwt_span_slice(rest, end + 2, rest.len);
		first = false;
	}
	gwt_buf_add(&buf, request->raw_body.ptr ? request->raw_body : request->body);
	bytes = gwt_arena_copy(arena, gwt_buf_span(&buf));
	gwt_buf_release(&buf);
	return bytes;
}
