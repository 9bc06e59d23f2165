#include "verifier/protocol.h"

#include "lib/json/write.h"

void gwt_protocol_call(struct gwt_buf *out, struct gwt_span id, struct gwt_span operation,
		       const struct gwt_json *input)
{
	gwt_buf_add_text(out, "{\"id\": ");
	gwt_json_write_string(out, id);
	gwt_buf_add_text(out, ", \"operation\": ");
	gwt_json_write_string(out, operation);
	gwt_buf_add_text(out, ", \"input\": ");
	gwt_json_write(out, input, GWT_JSON_SPACED);
	gwt_buf_add_text(out, "}\n");
}

static bool is_true(const struct gwt_json *object, const char *name)
{
	return gwt_json_is(gwt_json_get(object, name), GWT_JSON_TRUE);
}

static enum gwt_reply_kind failure_kind(const struct gwt_json *answer)
{
	const struct gwt_json *error = gwt_json_get(answer, "error");

	if (is_true(answer, "unsupported") || is_true(error, "unsupported"))
		return GWT_REPLY_UNSUPPORTED;
	return is_true(error, "local") ? GWT_REPLY_LOCAL : GWT_REPLY_ERROR;
}

bool gwt_protocol_reply(struct gwt_arena *arena, struct gwt_span line, struct gwt_reply *out,
			const char **why)
{
	struct gwt_json *json, *ok, *error;

	*why = "it is not JSON";
	if (!gwt_json_parse(arena, line, &json, NULL))
		return false;
	*why = "it is not a JSON object with 'id' (a string) and 'ok' (true or false)";
	ok = gwt_json_get(json, "ok");
	if (!gwt_json_is(gwt_json_get(json, "id"), GWT_JSON_STRING) ||
	    (!gwt_json_is(ok, GWT_JSON_TRUE) && !gwt_json_is(ok, GWT_JSON_FALSE)))
		return false;
	error = gwt_json_get(json, "error");
	*out = (struct gwt_reply){
		.kind = ok->type == GWT_JSON_TRUE ? GWT_REPLY_OK : failure_kind(json),
		.id = gwt_json_get_text(json, "id"),
		.output = gwt_json_get(json, "output"),
		.code = gwt_json_get_text(error, "code"),
		.message = gwt_json_get_text(error, "message"),
	};
	return true;
}
