/*
 * import_body.c - bodies as other tools keep them: decoded while Content-Encoding still says otherwise (browsers), or
 * as they were on the wire (VCR, some proxies).
 */
#include "lib/base/arena.h"
#include "lib/base/bounds.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/cassette/inflate.h"
#include "lib/contract/canonical.h"
#include "lib/http/headers.h"
#include "lib/json/json.h"
#include "recorder/import.h"

static bool is_json(struct gwt_span body)
{
	struct gwt_arena arena = { 0 };
	struct gwt_json *json;
	bool parses = gwt_json_parse(&arena, body, &json, NULL);

	gwt_arena_release(&arena);
	return parses;
}

static bool inflate_into(struct gwt_arena *arena, enum gwt_deflated form, struct gwt_span *body)
{
	gwt_auto(gwt_buf_release) struct gwt_buf plain = { .max = GWT_MAX_RESPONSE_BYTES };
	bool whole = gwt_inflate(*body, form, &plain);

	if (whole)
		*body = gwt_arena_copy(arena, plain.len ? gwt_buf_span(&plain) : GWT_SPAN(""));
	return whole;
}

static bool is_gzip(struct gwt_span body)
{
	return gwt_span_starts(body, GWT_SPAN("\x1f\x8b"));
}

/* False: it is encoded, and cannot be undone. What does not look encoded was decoded by the tool. */
static bool undo(struct gwt_span coding, bool says_json, struct gwt_arena *arena, struct gwt_span *body)
{
	if (gwt_span_iis(coding, "identity") || (says_json && is_json(*body)))
		return true;
	if (gwt_span_iis(coding, "gzip") || gwt_span_iis(coding, "x-gzip"))
		return !is_gzip(*body) || inflate_into(arena, GWT_DEFLATED_GZIP, body);
	if (gwt_span_iis(coding, "deflate"))
		return inflate_into(arena, GWT_DEFLATED_ZLIB, body) ||
		       inflate_into(arena, GWT_DEFLATED_RAW, body) || !says_json;
	return false; /* br, zstd, compress */
}

/* The codings of all fields, the last one first: that is the outermost. */
static gwt_status undo_all(const struct gwt_headers *headers, bool says_json, const char *what,
			   struct gwt_arena *arena, struct gwt_span *body, struct gwt_error *err)
{
	for (size_t i = headers->len; i-- > 0;) {
		struct gwt_span rest = headers->items[i].value;

		if (!gwt_span_iis(headers->items[i].name, "content-encoding"))
			continue;
		while (rest.ptr && rest.len) {
			const char *comma = memrchr(rest.ptr, ',', rest.len);
			size_t at = comma ? (size_t)(comma - rest.ptr) : 0;
			struct gwt_span coding =
				gwt_span_trim(gwt_span_slice(rest, comma ? at + 1 : 0, rest.len));

			rest = gwt_span_slice(rest, 0, at);
			if (coding.len && !undo(coding, says_json, arena, body))
				return gwt_fail(
					err, GWT_EPARSE,
					"the body of the %s has a Content-Encoding that cannot be undone here "
					"(gzip and deflate can): export it decoded",
					what);
		}
	}
	return GWT_OK;
}

gwt_status gwt_import_body(const struct gwt_headers *headers, const char *what, struct gwt_arena *arena,
			   struct gwt_span *body, struct gwt_error *err)
{
	bool says_json = gwt_says_json(gwt_headers_get(headers, "content-type"));
	gwt_status status = body->len ? undo_all(headers, says_json, what, arena, body, err) : GWT_OK;

	if (status == GWT_OK && says_json && body->len && !is_json(*body))
		return gwt_fail(err, GWT_EPARSE, "the body of the %s says that it is JSON and is not", what);
	return status;
}

struct gwt_span gwt_import_text(struct gwt_span file)
{
	static const struct gwt_span mark = GWT_SPAN_INIT("\xef\xbb\xbf");

	return gwt_span_starts(file, mark) ? gwt_span_slice(file, mark.len, file.len) : file;
}
