/* HAR 1.2: log.entries[], each with request and response; times, sizes and cookies are not ours to keep. */
#include "recorder/import.h"

#include "lib/base/buf.h"
#include "lib/base/file.h"
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

/* [{"name": …, "value": …}]; the pseudo headers of HTTP/2 are not headers. */
static gwt_status read_headers(const struct har *har, const struct gwt_json *list, struct gwt_headers *out)
{
	gwt_headers_init(out, har->arena);
	for (const struct gwt_json *item = list ? list->child : NULL; item; item = item->next) {
		struct gwt_span name = gwt_json_get_text(item, "name"),
				value = gwt_json_get_text(item, "value");

		if (!name.ptr || !value.ptr)
			return fail_at(har, item, "a header has a name and a value");
		if (name.len && name.ptr[0] == ':')
			continue;
		if (gwt_headers_add(out, name, gwt_span_trim(value), NULL) != GWT_OK)
			return fail_at(har, item, "this is not a header that HTTP allows");
	}
	return GWT_OK;
}

static gwt_status read_content(const struct har *har, const struct gwt_json *content, struct gwt_span *out)
{
	struct gwt_span text = gwt_json_get_text(content, "text");
	gwt_auto(gwt_buf_release) struct gwt_buf bytes = { 0 };

	gwt_buf_init(&bytes, SIZE_MAX);
	*out = text.ptr ? text : GWT_SPAN("");
	if (!gwt_span_is(gwt_json_get_text(content, "encoding"), "base64"))
		return GWT_OK;
	if (!gwt_buf_add_base64_decoded(&bytes, *out))
		return fail_at(har, content, "'text' is not the base64 that 'encoding' says");
	*out = gwt_arena_copy(har->arena, gwt_buf_span(&bytes));
	return GWT_OK;
}

static gwt_status read_entry(const struct har *har, const struct gwt_json *entry)
{
	const struct gwt_json *request = gwt_json_get(entry, "request"),
			      *response = gwt_json_get(entry, "response");
	struct gwt_import_call call = { .method = gwt_json_get_text(request, "method"),
					.url = gwt_json_get_text(request, "url") };
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
	if (gwt_import_add(har->arena, har->out, &call, har->err) != GWT_OK)
		return fail_at(har, gwt_json_get(request, "url"), "this is not an http or https URL");
	return GWT_OK;
}

gwt_status gwt_import_har(struct gwt_arena *arena, const char *path, struct gwt_span text,
			  struct gwt_imported *out, struct gwt_error *err)
{
	struct har har = { arena, path, text, out, err };
	struct gwt_json *root, *entries;
	gwt_status status = gwt_json_parse_file(arena, path, text, &root, err);

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
