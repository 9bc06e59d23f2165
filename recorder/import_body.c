/*
 * import_body.c - bodies as other tools keep them: decoded while Content-Encoding still says otherwise (browsers), or
 * as they were on the wire (VCR, some proxies).
 */
#include "lib/base/arena.h"
#include "lib/base/bounds.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/base/utf8.h"
#include "lib/cassette/inflate.h"
#include "lib/contract/canonical.h"
#include "lib/http/headers.h"
#include "lib/json/json.h"
#include "recorder/import.h"

enum { PROBE_BYTES = 1024 * 1024 };

static bool is_json(struct gwt_span body)
{
	struct gwt_arena arena = { 0 };
	struct gwt_json *json;
	bool parses = gwt_json_parse(&arena, body, &json, NULL);

	gwt_arena_release(&arena);
	return parses;
}

static bool inflate_into(struct gwt_arena *arena, enum gwt_deflated form, size_t room, struct gwt_span *body)
{
	gwt_auto(gwt_buf_release) struct gwt_buf plain = { 0 };
	bool whole;

	gwt_buf_init(&plain, room < GWT_MAX_RESPONSE_BYTES ? room : GWT_MAX_RESPONSE_BYTES);
	whole = gwt_inflate(*body, form, &plain);
	if (whole)
		*body = gwt_arena_copy(arena, plain.len ? gwt_buf_span(&plain) : GWT_SPAN(""));
	return whole;
}

/*
 * Whether the bytes are deflated: whatever of a zlib stream can be undone, or the whole of a raw one, which has no
 * mark. What goes beyond the first mebibyte is not undone: it is the same answer.
 */
static bool is_deflated(struct gwt_span body)
{
	gwt_auto(gwt_buf_release) struct gwt_buf zlib = { 0 }, raw = { 0 };

	gwt_buf_init(&zlib, PROBE_BYTES);
	gwt_buf_init(&raw, PROBE_BYTES);
	gwt_inflate(body, GWT_DEFLATED_ZLIB, &zlib);
	return zlib.len || zlib.over || gwt_inflate(body, GWT_DEFLATED_RAW, &raw) || raw.over;
}

/* Whether the bytes are compressed: known from their beginning, or for deflate from undoing it. */
static bool is_compressed(struct gwt_span body)
{
	static const struct gwt_span marks[] = {
		GWT_SPAN_INIT("\x1f\x8b"),         /* gzip */
		GWT_SPAN_INIT("\x1f\x9d"),         /* compress */
		GWT_SPAN_INIT("\x1f\xa0"),         /* compress -H */
		GWT_SPAN_INIT("BZh"),              /* bzip2 */
		GWT_SPAN_INIT("\x28\xb5\x2f\xfd"), /* zstd */
		GWT_SPAN_INIT("\xfd"
			      "7zXZ"),             /* xz */
		GWT_SPAN_INIT("\x04\x22\x4d\x18"), /* lz4 */
	};

	for (size_t i = 0; i < GWT_LEN(marks); i++)
		if (gwt_span_starts(body, marks[i]))
			return true;
	return is_deflated(body);
}

/* Undo one coding; false when it is unknown here or the bytes do not have it. */
static bool undo_one(struct gwt_span coding, size_t room, struct gwt_arena *arena, struct gwt_span *body)
{
	if (gwt_span_iis(coding, "gzip") || gwt_span_iis(coding, "x-gzip"))
		return inflate_into(arena, GWT_DEFLATED_GZIP, room, body);
	if (gwt_span_iis(coding, "deflate"))
		return inflate_into(arena, GWT_DEFLATED_ZLIB, room, body) ||
		       inflate_into(arena, GWT_DEFLATED_RAW, room, body);
	return gwt_span_iis(coding, "identity"); /* not br, zstd, compress */
}

/* Undo the codings of all fields, the outermost (the last) first. The tool decoded what is readable. */
static bool undo_all(const struct gwt_headers *headers, size_t room, struct gwt_arena *arena,
		     struct gwt_span *body)
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
			if (coding.len && !undo_one(coding, room, arena, body) &&
			    !gwt_utf8_is_readable(*body))
				return false;
		}
	}
	return true;
}

gwt_status gwt_import_body(const struct gwt_headers *headers, const char *what, size_t room,
			   struct gwt_arena *arena, struct gwt_span *body, struct gwt_error *err)
{
	if (body->len && !undo_all(headers, room, arena, body))
		return gwt_fail(
			err, GWT_EPARSE,
			"the body of the %s has a Content-Encoding that cannot be undone here (gzip and "
			"deflate can, up to %d MiB): export it decoded",
			what, GWT_MAX_RESPONSE_BYTES >> 20);
	if (gwt_says_json(gwt_headers_get(headers, "content-type")) && body->len && !is_json(*body))
		return gwt_fail(err, GWT_EPARSE, "the body of the %s says that it is JSON and is not", what);
	if (!gwt_utf8_is_readable(*body) && is_compressed(*body))
		return gwt_fail(
			err, GWT_EPARSE,
			"the body of the %s is compressed, and no Content-Encoding says so: export it decoded",
			what);
	return GWT_OK;
}

struct gwt_span gwt_import_text(struct gwt_span file)
{
	static const struct gwt_span mark = GWT_SPAN_INIT("\xef\xbb\xbf");

	return gwt_span_starts(file, mark) ? gwt_span_slice(file, mark.len, file.len) : file;
}
