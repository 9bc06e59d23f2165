/* HAR 1.2: log.entries[], each with request and response; times, sizes and cookies are left out. */
#include "recorder/import.h"

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/file.h"
#include "lib/base/span.h"
#include "lib/http/chars.h"
#include "lib/http/headers.h"
#include "lib/json/json.h"

struct har {
	struct gwt_arena *arena;
	const char *path;
	struct gwt_span text;
	struct gwt_imported *out;
	struct gwt_error *err;
};

static gwt_status fail_at(const struct har *har, const struct gwt_json *at, const char *reason)
{
	size_t line, column;

	gwt_file_position(har->text, at ? at->offset : 0, &line, &column);
	return gwt_fail(har->err, GWT_EPARSE, "%s:%zu:%zu: %s", har->path, line, column, reason);
}

/* Some tools write a number, true or null where HAR has strings. */
static struct gwt_span header_value(const struct gwt_json *item)
{
	const struct gwt_json *value = gwt_json_get(item, "value");

	if (gwt_json_is(value, GWT_JSON_STRING) || gwt_json_is(value, GWT_JSON_NUMBER))
		return value->text;
	if (gwt_json_is(value, GWT_JSON_TRUE) || gwt_json_is(value, GWT_JSON_FALSE))
		return value->type == GWT_JSON_TRUE ? GWT_SPAN("true") : GWT_SPAN("false");
	return GWT_SPAN("");
}

/* Each line of a value is the value of one field: that is how Chromium joins fields of one name. */
static bool add_header(struct gwt_headers *out, struct gwt_span name, struct gwt_span value)
{
	bool allowed = true;

	while (value.ptr)
		allowed &=
			gwt_headers_add(out, name, gwt_span_trim(gwt_span_cut(&value, '\n')), NULL) == GWT_OK;
	return allowed;
}

/* [{"name": …, "value": …}]; the pseudo headers of HTTP/2 are not headers. */
static gwt_status read_headers(const struct har *har, const struct gwt_json *list, struct gwt_headers *out)
{
	gwt_headers_init(out, har->arena);
	for (const struct gwt_json *item = list ? list->child : NULL; item; item = item->next) {
		struct gwt_span name = gwt_json_get_text(item, "name");

		if (!name.ptr)
			return fail_at(har, item, "a header has a name and a value");
		if (name.len && name.ptr[0] == ':')
			continue;
		if (!add_header(out, name, header_value(item)))
			gwt_import_warn(har->arena, har->out,
					"header fields that HTTP does not allow were left out");
	}
	return GWT_OK;
}

static bool add_hex(struct gwt_buf *out, struct gwt_span text)
{
	for (size_t i = 0; i < text.len; i += 2) {
		int high = gwt_hex_value(text.ptr[i]);
		int low = i + 1 < text.len ? gwt_hex_value(text.ptr[i + 1]) : -1;

		if (high < 0 || low < 0)
			return false;
		gwt_buf_add_char(out, (char)(high << 4 | low));
	}
	return true;
}

/* Polly before version 6: a JSON array of chunks, hexadecimal or base64. */
static bool add_chunks(struct gwt_arena *arena, struct gwt_buf *out, struct gwt_span text)
{
	struct gwt_json *list;

	if (!gwt_json_parse(arena, text, &list, NULL) || !gwt_json_is(list, GWT_JSON_ARRAY))
		return false;
	for (const struct gwt_json *chunk = list->child; chunk; chunk = chunk->next) {
		size_t before = out->len;

		if (!gwt_json_is(chunk, GWT_JSON_STRING))
			return false;
		if (add_hex(out, chunk->text))
			continue;
		out->len = before;
		if (!gwt_buf_add_base64_decoded(out, chunk->text))
			return false;
	}
	return true;
}

static bool is_chunks(const struct gwt_json *content, struct gwt_span text)
{
	return gwt_json_is(gwt_json_get(content, "_isBinary"), GWT_JSON_TRUE) && text.len &&
	       text.ptr[0] == '[';
}

/* Playwright and others may put a body into a file beside the HAR. */
static const char *content_trouble(const struct gwt_json *content)
{
	return gwt_json_get(content, "_file") && !gwt_json_get(content, "text")
		       ? "its body is in a file of its own: record with the bodies in the HAR (content: 'embed')"
		       : NULL;
}

/* Browsers that no longer have a body write its size and no text. */
static bool is_missing(const struct gwt_json *size, const struct gwt_json *content)
{
	uint64_t bytes;

	return gwt_json_to_u64(size, UINT64_MAX, &bytes) && bytes && !gwt_json_get(content, "text") &&
	       !gwt_json_get(content, "_file");
}

static gwt_status read_content(const struct har *har, const struct gwt_json *content, struct gwt_span *out)
{
	struct gwt_span text = gwt_json_get_text(content, "text");
	gwt_auto(gwt_buf_release) struct gwt_buf bytes = { 0 };

	gwt_buf_init(&bytes, SIZE_MAX);
	*out = text.ptr ? text : GWT_SPAN("");
	if (is_chunks(content, *out)) {
		if (!add_chunks(har->arena, &bytes, *out))
			return fail_at(har, content,
				       "'text' is not the list of chunks that '_isBinary' says");
	} else if (gwt_span_is(gwt_json_get_text(content, "encoding"), "hex")) {
		if (!add_hex(&bytes, *out))
			return fail_at(har, content,
				       "'text' is not the hexadecimal digits that 'encoding' says");
	} else if (gwt_span_is(gwt_json_get_text(content, "encoding"), "base64")) {
		if (!gwt_buf_add_base64_decoded(&bytes, *out))
			return fail_at(har, content, "'text' is not the base64 that 'encoding' says");
	} else {
		return GWT_OK;
	}
	*out = gwt_arena_copy(har->arena, gwt_buf_span(&bytes));
	return GWT_OK;
}

static gwt_status read_entry(const struct har *har, const struct gwt_json *entry)
{
	const struct gwt_json *request = gwt_json_get(entry, "request"),
			      *response = gwt_json_get(entry, "response");
	struct gwt_import_call call = { .method = gwt_json_get_text(request, "method"),
					.url = gwt_json_get_text(request, "url") };
	struct gwt_error why;
	uint64_t status;

	if (!call.method.len || !call.url.len)
		return fail_at(har, entry, "an entry has a request with method and url");
	if (!gwt_json_to_u64(gwt_json_get(response, "status"), 599, &status) || status < 200) {
		gwt_import_warn(har->arena, har->out, "entries without a final answer were left out");
		return GWT_OK;
	}
	call.status = (int)status;
	if (read_headers(har, gwt_json_get(request, "headers"), &call.request_headers) != GWT_OK ||
	    read_headers(har, gwt_json_get(response, "headers"), &call.response_headers) != GWT_OK ||
	    read_content(har, gwt_json_get(request, "postData"), &call.request_body) != GWT_OK ||
	    read_content(har, gwt_json_get(response, "content"), &call.response_body) != GWT_OK)
		return GWT_EPARSE;
	call.is_bodiless = is_missing(gwt_json_get(request, "bodySize"), gwt_json_get(request, "postData")) ||
			   is_missing(gwt_json_get(gwt_json_get(response, "content"), "size"),
				      gwt_json_get(response, "content"));
	call.trouble = content_trouble(gwt_json_get(request, "postData"));
	if (!call.trouble)
		call.trouble = content_trouble(gwt_json_get(response, "content"));
	if (gwt_import_add(har->arena, har->out, &call, &why) != GWT_OK)
		return fail_at(har, entry, why.msg);
	return GWT_OK;
}

gwt_status gwt_import_har(struct gwt_arena *arena, const char *path, struct gwt_span text,
			  struct gwt_imported *out, struct gwt_error *err)
{
	struct har har = { arena, path, text, out, err };
	struct gwt_json *root, *entries;
	gwt_status status;

	har.text = gwt_import_text(text);
	status = gwt_json_parse_file(arena, path, har.text, &root, err);
	memset(out, 0, sizeof(*out));
	if (status != GWT_OK)
		return status;
	entries = gwt_json_get(gwt_json_get(root, "log"), "entries");
	if (!gwt_json_is(entries, GWT_JSON_ARRAY))
		return fail_at(&har, root, "a HAR has log.entries");
	for (const struct gwt_json *entry = entries->child; status == GWT_OK && entry; entry = entry->next)
		status = read_entry(&har, entry);
	if (status == GWT_OK && out->len)
		gwt_import_warn(arena, out, "times, sizes, cookies and cache entries were left out");
	return status;
}
