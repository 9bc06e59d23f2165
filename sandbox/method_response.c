/*
 * method_response.c - method responses.
 */
#include "lib/base/span.h"
#include "lib/json/json.h"
#include "sandbox/call.h"
#include "sandbox/mapping.h"
#include "sandbox/patch.h"
#include "sandbox/state.h"

static const struct gwt_patch_rule rules[] = {
	{ "/responseModels/*", GWT_PATCH_ANY, GWT_PATCH_TEXT, GWT_PATCH_FINDING, GWT_RULE_NO_CONTENT_TYPE,
	  0 },
	{ "/responseParameters/*", GWT_PATCH_ANY, GWT_PATCH_BOOLEAN, GWT_PATCH_FINDING, GWT_RULE_NO_PARAMETER,
	  0 },
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

static bool check_response(struct gwt_call *call, const struct gwt_json *response)
{
	const struct gwt_json *parameters = gwt_json_get(response, "responseParameters");

	for (const struct gwt_json *p = parameters ? parameters->child : NULL; p; p = p->next)
		if (!gwt_mapping_is_declaration(GWT_SIDE_RESPONSE, p->name))
			return gwt_call_fail_with(call, GWT_RULE_BAD_RESPONSE_PARAMETER, p->name);
	return gwt_check_models(call, gwt_json_get(response, "responseModels"));
}

bool gwt_check_method_response(struct gwt_call *call)
{
	if (!check_response(call, call->input))
		return false;
	if (gwt_node_child(call->method, GWT_KIND_METHOD_RESPONSE, gwt_call_label(call, "status_code")))
		return gwt_call_fail(call, GWT_RULE_RESPONSE_EXISTS);
	return true;
}

/* An integration response maps to the method response of its status, so that one must not be missing. */
bool gwt_delete_method_response(struct gwt_call *call)
{
	const struct gwt_node *integration = gwt_node_child(call->method, GWT_KIND_INTEGRATION, GWT_SPAN(""));

	if (gwt_node_child(integration, GWT_KIND_INTEGRATION_RESPONSE, call->node->id))
		return gwt_call_fail_with(call, GWT_RULE_RESPONSE_IN_USE, call->node->id);
	return gwt_delete_node(call);
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

	return gwt_patch(call, rules, GWT_PATCH_NAMES_PATH, patched) && check_response(call, patched) &&
	       gwt_call_store(call, call->node, patched) && gwt_get_node(call);
}
