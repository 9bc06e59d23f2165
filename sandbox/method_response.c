/*
 * method_response.c - method responses.
 */
#include "sandbox/patch.h"

static const struct gwt_patch_rule rules[] = {
	{ "/responseModels/*", GWT_PATCH_ANY, GWT_PATCH_TEXT },
	{ "/responseParameters/*", GWT_PATCH_ANY, GWT_PATCH_BOOLEAN },
	{ NULL, 0, GWT_PATCH_TEXT },
};

bool gwt_find_method_response(struct gwt_call *call)
{
	if (!gwt_find_method(call))
		return false;
	call->node =
		gwt_node_child(call->method, GWT_KIND_METHOD_RESPONSE, gwt_call_label(call, "status_code"));
	return call->node || gwt_call_fail(call, GWT_RULE_NO_STATUS_CODE);
}

bool gwt_check_method_response(struct gwt_call *call)
{
	static const char *const places[] = { "header", NULL };
	const struct gwt_json *sent = gwt_json_get(call->input, "responseParameters");

	for (const struct gwt_json *p = sent ? sent->child : NULL; p; p = p->next)
		if (!gwt_is_parameter(p->name, "method.response.", places))
			return gwt_call_fail_with(call, GWT_RULE_BAD_RESPONSE_PARAMETER, p->name);
	if (gwt_node_child(call->method, GWT_KIND_METHOD_RESPONSE, gwt_call_label(call, "status_code")))
		return gwt_call_fail(call, GWT_RULE_RESPONSE_EXISTS);
	return true;
}

bool gwt_put_method_response(struct gwt_call *call)
{
	struct gwt_span status = gwt_call_label(call, "status_code");
	struct gwt_json *made = gwt_json_new(call->arena, GWT_JSON_OBJECT);

	gwt_json_add_string(call->arena, made, "statusCode", status);
	gwt_call_echo(call, made, "responseModels");
	gwt_call_echo(call, made, "responseParameters");
	call->node = gwt_call_put(call, call->method, GWT_KIND_METHOD_RESPONSE, status, made);
	return call->node && gwt_get_node(call);
}

bool gwt_update_method_response(struct gwt_call *call)
{
	struct gwt_json *patched = gwt_call_read(call, call->node);

	return gwt_patch(call, rules, GWT_PATCH_LISTS_PATHS, patched) &&
	       gwt_call_store(call, call->node, patched) && gwt_get_node(call);
}
