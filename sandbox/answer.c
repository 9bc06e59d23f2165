/*
 * answer.c - a call's result as the body and headers that API Gateway sends.
 */
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/span.h"
#include "lib/http/headers.h"
#include "lib/json/json.h"
#include "lib/json/write.h"
#include "sandbox/call.h"
#include "sandbox/ids.h"

static void add(struct gwt_headers *headers, const char *name, struct gwt_span value)
{
	gwt_headers_add(headers, gwt_span_of(name), value, NULL);
}

static void add_ids(struct gwt_call *call, struct gwt_headers *headers)
{
	char request_id[GWT_REQUEST_ID_LEN + 1], apigw_id[GWT_APIGW_ID_LEN + 1];

	if (gwt_call_is(call, GWT_API_CHANGE_REQUEST_ID_V4))
		gwt_ids_request(&call->sandbox->ids, request_id);
	else
		gwt_ids_request_v1(&call->sandbox->ids, call->now, request_id);
	add(headers, "x-amzn-RequestId", gwt_span_of(request_id));
	if (call->code.ptr)
		add(headers, "x-amzn-ErrorType", call->code);
	gwt_ids_apigw(&call->sandbox->ids, apigw_id);
	if (gwt_call_is(call, GWT_API_CHANGE_APIGW_ID_HEADER))
		add(headers, "x-amz-apigw-id", gwt_span_of(apigw_id));
}

/* The form of every recorded body: compact, members sorted, one LF at the end. */
static struct gwt_span body_of(struct gwt_call *call, const struct gwt_json *json)
{
	struct gwt_buf text;
	struct gwt_span body;

	gwt_buf_init(&text, SIZE_MAX);
	gwt_json_write(&text, json, GWT_JSON_COMPACT_LF);
	body = gwt_arena_copy(call->arena, gwt_buf_span(&text));
	gwt_buf_release(&text);
	return body;
}

static struct gwt_json *error_json(struct gwt_call *call)
{
	struct gwt_json *json = gwt_json_new(call->arena, GWT_JSON_OBJECT);

	gwt_json_add_string(call->arena, json, "message", call->message);
	return json;
}

void gwt_call_answer(struct gwt_call *call, struct gwt_response *response)
{
	struct gwt_json *json = call->code.ptr ? error_json(call) : call->output;

	response->status = call->status;
	response->no_content_length = call->status == 204;
	add(&response->headers, "Content-Type", GWT_SPAN("application/json"));
	add_ids(call, &response->headers);
	response->body = json ? body_of(call, json) : GWT_SPAN("");
}
