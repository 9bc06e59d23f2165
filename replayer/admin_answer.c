/* How calls of the admin API are answered. */
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/span.h"
#include "lib/http/headers.h"
#include "lib/json/json.h"
#include "lib/json/write.h"
#include "lib/report/escape.h"
#include "lib/report/unicode.h"
#include "replayer/admin_call.h"

void gwt_admin_answer(struct gwt_admin_call *call, int status, const struct gwt_json *json)
{
	gwt_auto(gwt_buf_release) struct gwt_buf text = { .max = SIZE_MAX };
	gwt_auto(gwt_buf_release) struct gwt_buf out = { .max = SIZE_MAX };

	gwt_json_write(&text, json, GWT_JSON_PRETTY);
	gwt_json_visible_add(&out, gwt_buf_span(&text));
	call->response->status = status;
	gwt_headers_add_view(&call->response->headers, GWT_SPAN("Content-Type"),
			     GWT_SPAN("application/json"));
	call->response->body = gwt_arena_copy(call->arena, gwt_buf_span(&out));
}

void gwt_admin_error(struct gwt_admin_call *call, int status, const char *message)
{
	struct gwt_json *json = gwt_json_new(call->arena, GWT_JSON_OBJECT);

	gwt_json_add_string(call->arena, json, "message",
			    gwt_utf8_repaired(call->arena, gwt_span_of(message)));
	gwt_admin_answer(call, status, json);
}
