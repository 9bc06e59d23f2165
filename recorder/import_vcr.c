/*
 * VCR cassettes, as YAML or JSON.
 *
 *   vcrpy:  interactions[]: request {method, uri, body, headers {name: [..]}}, response {status {code}, headers, body {string}}
 *           of httpx, 4 and 5: response {status_code, headers, content}
 *   Go:     interactions[]: request {method, url, body, headers}, response {code, headers, body}
 *   Ruby, betamax: http_interactions[]: request {method, uri, body {string}, headers}, response {status {code}, headers, body {string}}
 */
#include "recorder/import.h"

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/file.h"
#include "lib/base/span.h"
#include "lib/http/headers.h"
#include "lib/scenario/yaml.h"
#include "lib/json/json.h"

struct vcr {
	struct gwt_arena *arena;
	const char *path;
	struct gwt_span text;
	struct gwt_imported *out;
	struct gwt_error *err;
};

static gwt_status fail_at(const struct vcr *vcr, const struct gwt_json *at, const char *reason)
{
	size_t line, column;

	gwt_file_position(vcr->text, at ? at->offset : 0, &line, &column);
	return gwt_fail(vcr->err, GWT_EPARSE, "%s:%zu:%zu: %s", vcr->path, line, column, reason);
}

static gwt_status add_header(const struct vcr *vcr, struct gwt_span name, const struct gwt_json *value,
			     struct gwt_headers *out)
{
	struct gwt_span text = GWT_SPAN("");

	if (gwt_json_is(value, GWT_JSON_STRING) || gwt_json_is(value, GWT_JSON_NUMBER))
		text = value->text;
	else if (gwt_json_is(value, GWT_JSON_TRUE) || gwt_json_is(value, GWT_JSON_FALSE))
		text = value->type == GWT_JSON_TRUE ? GWT_SPAN("true") : GWT_SPAN("false");
	else if (!gwt_json_is(value, GWT_JSON_NULL)) /* Ruby writes nil as null */
		return fail_at(vcr, value, "the value of a header is text");
	if (gwt_headers_add(out, name, gwt_span_trim(text), NULL) != GWT_OK)
		gwt_import_warn(vcr->arena, vcr->out, "header fields that HTTP does not allow were left out");
	return GWT_OK;
}

/* {name: value} or {name: [value, …]} */
static gwt_status read_headers(const struct vcr *vcr, const struct gwt_json *map, struct gwt_headers *out)
{
	gwt_status status = GWT_OK;

	gwt_headers_init(out, vcr->arena);
	for (const struct gwt_json *item = map ? map->child : NULL; status == GWT_OK && item;
	     item = item->next) {
		if (item->type != GWT_JSON_ARRAY)
			status = add_header(vcr, item->name, item, out);
		for (const struct gwt_json *value = item->child; status == GWT_OK && value;
		     value = value->next)
			status = add_header(vcr, item->name, value, out);
	}
	return status;
}

/* No body: absent, null, a map without members, or one whose 'string' is null (Ruby). */
static bool is_no_body(const struct gwt_json *body)
{
	if (!body || gwt_json_is(body, GWT_JSON_NULL))
		return true;
	return gwt_json_is(body, GWT_JSON_OBJECT) &&
	       (!body->child || gwt_json_is(gwt_json_get(body, "string"), GWT_JSON_NULL));
}

/* Text, null, {string: text} or {base64_string: text}. */
static gwt_status read_body(const struct vcr *vcr, const struct gwt_json *body, struct gwt_span *out)
{
	struct gwt_span base64 = gwt_json_get_text(body, "base64_string");
	gwt_auto(gwt_buf_release) struct gwt_buf bytes = { 0 };

	gwt_buf_init(&bytes, SIZE_MAX);
	*out = GWT_SPAN("");
	if (gwt_json_is(body, GWT_JSON_STRING))
		*out = body->text;
	else if (gwt_json_get_text(body, "string").ptr)
		*out = gwt_json_get_text(body, "string");
	else if (!base64.ptr && !is_no_body(body))
		return fail_at(vcr, body, "a body is text, nothing, or has a 'string' or 'base64_string'");
	if (!base64.ptr)
		return GWT_OK;
	if (!gwt_buf_add_base64_decoded(&bytes, gwt_span_trim(base64)))
		return fail_at(vcr, body, "'base64_string' is not base64");
	*out = gwt_arena_copy(vcr->arena, gwt_buf_span(&bytes));
	return GWT_OK;
}

/* The status of an answer: status.code, code (Go), status_code (httpx). */
static const struct gwt_json *code_of(const struct gwt_json *response)
{
	const struct gwt_json *code = gwt_json_get(gwt_json_get(response, "status"), "code");

	if (!code)
		code = gwt_json_get(response, "code");
	return code ? code : gwt_json_get(response, "status_code");
}

static struct gwt_span upper_case(struct gwt_arena *arena, struct gwt_span text)
{
	char *copy = gwt_arena_cstr(arena, text);

	for (char *c = copy; *c; c++)
		if (*c >= 'a' && *c <= 'z')
			*c = (char)(*c - 0x20);
	return (struct gwt_span){ copy, text.len };
}

static gwt_status read_interaction(const struct vcr *vcr, const struct gwt_json *item)
{
	const struct gwt_json *request = gwt_json_get(item, "request"),
			      *response = gwt_json_get(item, "response");
	struct gwt_span method = gwt_json_get_text(request, "method");
	struct gwt_import_call call = { .url = gwt_json_get_text(request, "uri") };
	const struct gwt_json *content = gwt_json_get(response, "content"),
			      *body = content ? content : gwt_json_get(response, "body");
	struct gwt_error why;
	uint64_t status;

	if (!call.url.len)
		call.url = gwt_json_get_text(request, "url");
	if (!method.len || !call.url.len)
		return fail_at(vcr, item, "an interaction has a request with method and uri (or url)");
	if (!gwt_json_to_u64(code_of(response), 599, &status) || status < 200)
		return fail_at(vcr, response ? response : item,
			       "an answer has status.code (or code), 200 to 599");
	if (method.ptr[0] == ':') /* a symbol of Ruby */
		method = gwt_span_slice(method, 1, method.len);
	call.method = upper_case(vcr->arena, method);
	call.status = (int)status;
	if (read_headers(vcr, gwt_json_get(request, "headers"), &call.request_headers) != GWT_OK ||
	    read_headers(vcr, gwt_json_get(response, "headers"), &call.response_headers) != GWT_OK ||
	    read_body(vcr, gwt_json_get(request, "body"), &call.request_body) != GWT_OK ||
	    read_body(vcr, body, &call.response_body) != GWT_OK)
		return GWT_EPARSE;
	if (gwt_import_add(vcr->arena, vcr->out, &call, &why) != GWT_OK)
		return fail_at(vcr, item, why.msg);
	return GWT_OK;
}

static bool is_json(struct gwt_span text)
{
	for (size_t i = 0; i < text.len; i++)
		if (!strchr(" \t\r\n", text.ptr[i]))
			return text.ptr[i] == '{';
	return false;
}

gwt_status gwt_import_vcr(struct gwt_arena *arena, const char *path, struct gwt_span text,
			  struct gwt_imported *out, struct gwt_error *err)
{
	struct vcr vcr = { arena, path, text, out, err };
	struct gwt_json *root, *list;
	gwt_status status = is_json(vcr.text) ? gwt_json_parse_file(arena, path, vcr.text, &root, err)
					      : gwt_yaml_parse_foreign(arena, path, vcr.text, &root, err);

	memset(out, 0, sizeof(*out));
	if (status != GWT_OK)
		return status;
	list = gwt_json_get(root, "interactions") ? gwt_json_get(root, "interactions")
						  : gwt_json_get(root, "http_interactions");
	if (!gwt_json_is(list, GWT_JSON_ARRAY))
		return fail_at(&vcr, root, "a VCR cassette has 'interactions' or 'http_interactions'");
	for (const struct gwt_json *item = list->child; status == GWT_OK && item; item = item->next)
		status = read_interaction(&vcr, item);
	if (status == GWT_OK && out->len)
		gwt_import_warn(arena, out,
				"dates and reason phrases were left out; header names are as VCR wrote them");
	return status;
}
