/* export_har.c - cassettes as HAR 1.2, and back. */
#include "recorder/export.h"

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/file.h"
#include "lib/base/span.h"
#include "lib/cassette/cassette.h"
#include "lib/http/headers.h"
#include "lib/http/message.h"
#include "lib/json/json.h"
#include "lib/json/write.h"

#define EPOCH "1970-01-01T00:00:00.000Z" /* a cassette has no dates */

static struct gwt_json *headers_json(struct gwt_arena *arena, const struct gwt_headers *headers)
{
	struct gwt_json *list = gwt_json_new(arena, GWT_JSON_ARRAY);

	for (size_t i = 0; i < headers->len; i++) {
		struct gwt_json *item = gwt_json_append(list, gwt_json_new(arena, GWT_JSON_OBJECT));

		gwt_json_add_string(arena, item, "name", headers->items[i].name);
		gwt_json_add_string(arena, item, "value", headers->items[i].value);
	}
	return list;
}

static bool is_text(struct gwt_arena *arena, struct gwt_span bytes)
{
	gwt_auto(gwt_buf_release) struct gwt_buf quoted = { 0 };
	struct gwt_json *back;

	gwt_buf_init(&quoted, SIZE_MAX);
	gwt_json_write_string(&quoted, bytes);
	return gwt_json_parse(arena, gwt_arena_copy(arena, gwt_buf_span(&quoted)), &back, NULL);
}

static void add_text(struct gwt_arena *arena, struct gwt_json *object, struct gwt_span bytes)
{
	gwt_auto(gwt_buf_release) struct gwt_buf base64 = { 0 };

	gwt_buf_init(&base64, SIZE_MAX);
	if (is_text(arena, bytes)) {
		gwt_json_add_string(arena, object, "text", bytes);
		return;
	}
	gwt_buf_add_base64(&base64, bytes);
	gwt_json_add_string(arena, object, "text", gwt_buf_span(&base64));
	gwt_json_add_string(arena, object, "encoding", GWT_SPAN("base64"));
}

static struct gwt_span content_type(const struct gwt_headers *headers)
{
	struct gwt_span type = gwt_headers_get(headers, "content-type");

	return type.ptr ? type : GWT_SPAN("application/octet-stream");
}

static void add_query(struct gwt_arena *arena, struct gwt_json *request, struct gwt_span query)
{
	struct gwt_json *list = gwt_json_add_array(arena, request, "queryString");

	while (query.ptr) {
		struct gwt_span value = gwt_span_cut(&query, '&'), name = gwt_span_cut(&value, '=');
		struct gwt_json *item = gwt_json_append(list, gwt_json_new(arena, GWT_JSON_OBJECT));

		gwt_json_add_string(arena, item, "name", name);
		gwt_json_add_string(arena, item, "value", value.ptr ? value : GWT_SPAN(""));
	}
}

static struct gwt_span base_url(struct gwt_arena *arena, const struct gwt_provenance *provenance)
{
	if (gwt_span_starts(provenance->endpoint, GWT_SPAN("http")))
		return provenance->endpoint;
	return gwt_arena_printf(arena, "https://apigateway." GWT_SPAN_FMT ".amazonaws.com",
				GWT_SPAN_ARG(provenance->region));
}

static void add_request(struct gwt_arena *arena, struct gwt_json *entry, const struct gwt_cassette *cassette,
			const struct gwt_request *request)
{
	struct gwt_json *object = gwt_json_add_object(arena, entry, "request");
	struct gwt_span base = base_url(arena, &cassette->provenance);

	gwt_json_add_string(arena, object, "method", request->method);
	gwt_json_add_string(arena, object, "url",
			    gwt_arena_printf(arena, GWT_SPAN_FMT GWT_SPAN_FMT, GWT_SPAN_ARG(base),
					     GWT_SPAN_ARG(request->target)));
	gwt_json_add_string(arena, object, "httpVersion", GWT_SPAN("HTTP/1.1"));
	gwt_json_add_array(arena, object, "cookies");
	gwt_json_add(arena, object, "headers", headers_json(arena, &request->headers));
	add_query(arena, object, request->query);
	if (request->body.len) {
		struct gwt_json *data = gwt_json_add_object(arena, object, "postData");

		gwt_json_add_string(arena, data, "mimeType", content_type(&request->headers));
		add_text(arena, data, request->body);
	}
	gwt_json_add_number(arena, object, "headersSize", -1);
	gwt_json_add_number(arena, object, "bodySize", (int64_t)request->body.len);
}

static void add_response(struct gwt_arena *arena, struct gwt_json *entry, const struct gwt_response *response)
{
	struct gwt_json *object = gwt_json_add_object(arena, entry, "response"), *content;

	gwt_json_add_number(arena, object, "status", response->status);
	gwt_json_add_string(arena, object, "statusText", gwt_span_of(gwt_http_reason(response->status)));
	gwt_json_add_string(arena, object, "httpVersion", GWT_SPAN("HTTP/1.1"));
	gwt_json_add_array(arena, object, "cookies");
	gwt_json_add(arena, object, "headers", headers_json(arena, &response->headers));
	content = gwt_json_add_object(arena, object, "content");
	gwt_json_add_number(arena, content, "size", (int64_t)response->body.len);
	gwt_json_add_string(arena, content, "mimeType", content_type(&response->headers));
	add_text(arena, content, response->body);
	gwt_json_add_string(arena, object, "redirectURL", GWT_SPAN(""));
	gwt_json_add_number(arena, object, "headersSize", -1);
	gwt_json_add_number(arena, object, "bodySize", (int64_t)response->body.len);
}

static void add_entry(struct gwt_arena *arena, struct gwt_json *entries, const struct gwt_cassette *cassette,
		      const struct gwt_interaction *interaction)
{
	struct gwt_json *entry = gwt_json_append(entries, gwt_json_new(arena, GWT_JSON_OBJECT)), *timings;

	gwt_json_add_string(arena, entry, "startedDateTime", GWT_SPAN(EPOCH));
	gwt_json_add_number(arena, entry, "time", 0);
	add_request(arena, entry, cassette, &interaction->request);
	add_response(arena, entry, &interaction->response);
	gwt_json_add_object(arena, entry, "cache");
	timings = gwt_json_add_object(arena, entry, "timings");
	gwt_json_add_number(arena, timings, "send", 0);
	gwt_json_add_number(arena, timings, "wait", 0);
	gwt_json_add_number(arena, timings, "receive", 0);
	gwt_json_add_string(arena, entry, "comment",
			    gwt_arena_printf(arena, GWT_SPAN_FMT "#" GWT_SPAN_FMT,
					     GWT_SPAN_ARG(cassette->scenario),
					     GWT_SPAN_ARG(interaction->id)));
}

/* Add the cassette as the JSON of its file, which keeps the exact numbers and the order of members. */
static gwt_status add_cassette(struct gwt_arena *arena, struct gwt_json *list, struct gwt_cassette *cassette,
			       struct gwt_error *err)
{
	gwt_auto(gwt_buf_release) struct gwt_buf text = { 0 };
	struct gwt_json *json;
	gwt_status status;

	gwt_buf_init(&text, SIZE_MAX);
	status = gwt_cassette_write(&text, cassette, err);
	if (status != GWT_OK)
		return status;
	gwt_json_parse(arena, gwt_arena_copy(arena, gwt_buf_span(&text)), &json, NULL);
	gwt_json_append(list, json);
	return GWT_OK;
}

gwt_status gwt_export_har(struct gwt_buf *out, const struct gwt_cassettes *cassettes, struct gwt_error *err)
{
	struct gwt_arena arena = { 0 };
	struct gwt_json *root = gwt_json_new(&arena, GWT_JSON_OBJECT),
			*log = gwt_json_add_object(&arena, root, "log");
	struct gwt_json *creator, *entries, *own;
	gwt_status status = GWT_OK;

	gwt_json_add_string(&arena, log, "version", GWT_SPAN("1.2"));
	creator = gwt_json_add_object(&arena, log, "creator");
	gwt_json_add_string(&arena, creator, "name", GWT_SPAN("gwtape"));
	gwt_json_add_string(&arena, creator, "version", GWT_SPAN(GWT_VERSION));
	entries = gwt_json_add_array(&arena, log, "entries");
	for (size_t i = 0; i < cassettes->len; i++)
		for (size_t j = 0; j < cassettes->items[i].interaction_count; j++)
			add_entry(&arena, entries, &cassettes->items[i],
				  &cassettes->items[i].interactions[j]);
	own = gwt_json_add_array(&arena, gwt_json_add_object(&arena, log, "_gwtape"), "cassettes");
	for (size_t i = 0; status == GWT_OK && i < cassettes->len; i++)
		status = add_cassette(&arena, own, &cassettes->items[i], err);
	if (status == GWT_OK)
		gwt_json_write(out, root, GWT_JSON_PRETTY);
	gwt_arena_release(&arena);
	return status;
}

static gwt_status take_cassette(struct gwt_arena *arena, const char *path, const struct gwt_json *json,
				struct gwt_har_cassette *out, struct gwt_error *err)
{
	gwt_auto(gwt_buf_release) struct gwt_buf text, file;
	struct gwt_cassette cassette;
	gwt_status status;

	gwt_buf_init(&text, SIZE_MAX);
	gwt_buf_init(&file, SIZE_MAX);
	gwt_json_write(&text, json, GWT_JSON_PRETTY);
	status = gwt_cassette_parse(arena, path, gwt_arena_copy(arena, gwt_buf_span(&text)), &cassette, err);
	if (status == GWT_OK)
		status = gwt_cassette_write(&file, &cassette, err);
	if (status == GWT_OK)
		*out = (struct gwt_har_cassette){ cassette.scenario,
						  gwt_arena_copy(arena, gwt_buf_span(&file)) };
	return status;
}

/* Whether the entries still are those of the cassettes: a user may have changed them after the export. */
static bool still_fits(struct gwt_arena *arena, const struct gwt_json *root,
		       const struct gwt_har_cassette *list, size_t count)
{
	struct gwt_cassettes cassettes = { gwt_arena_array(arena, struct gwt_cassette, count + 1), count,
					   count };
	gwt_auto(gwt_buf_release) struct gwt_buf again = { 0 };
	struct gwt_json *other;

	gwt_buf_init(&again, SIZE_MAX);
	for (size_t i = 0; i < count; i++)
		if (gwt_cassette_parse(arena, "har", list[i].text, &cassettes.items[i], NULL) != GWT_OK)
			return false;
	return gwt_export_har(&again, &cassettes, NULL) == GWT_OK &&
	       gwt_json_parse(arena, gwt_arena_copy(arena, gwt_buf_span(&again)), &other, NULL) &&
	       gwt_json_equal(gwt_json_get(gwt_json_get(root, "log"), "entries"),
			      gwt_json_get(gwt_json_get(other, "log"), "entries"));
}

gwt_status gwt_import_har_cassettes(struct gwt_arena *arena, const char *path, struct gwt_span text,
				    struct gwt_har_cassette **out, size_t *count, struct gwt_error *err)
{
	struct gwt_json *root, *list;
	gwt_status status = gwt_json_parse_file(arena, path, text, &root, err);

	*count = 0;
	if (status != GWT_OK)
		return status;
	list = gwt_json_get(gwt_json_get(gwt_json_get(root, "log"), "_gwtape"), "cassettes");
	*out = gwt_arena_array(arena, struct gwt_har_cassette, list ? list->len + 1 : 1);
	for (const struct gwt_json *item = list ? list->child : NULL; status == GWT_OK && item;
	     item = item->next) {
		status = take_cassette(arena, path, item, &(*out)[*count], err);
		*count += status == GWT_OK;
	}
	if (status == GWT_OK && *count && !still_fits(arena, root, *out, *count))
		*count = 0;
	return status;
}
