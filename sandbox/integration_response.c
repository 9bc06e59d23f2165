/*
 * integration_response.c - integration responses.
 */
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/json/json.h"
#include "sandbox/call.h"
#include "sandbox/mapping.h"
#include "sandbox/patch.h"
#include "sandbox/state.h"

static const struct gwt_patch_rule rules[] = {
	{ "/contentHandling", GWT_PATCH_REPLACE, GWT_PATCH_TEXT },
	{ "/responseParameters/*", GWT_PATCH_ANY, GWT_PATCH_TEXT },
	{ "/responseTemplates/*", GWT_PATCH_ANY, GWT_PATCH_TEXT },
	{ "/selectionPattern", GWT_PATCH_REPLACE, GWT_PATCH_TEXT },
	{ NULL, 0, GWT_PATCH_TEXT },
};

static bool find_response(struct gwt_call *call)
{
	call->node = gwt_node_child(call->integration, GWT_KIND_INTEGRATION_RESPONSE,
				    gwt_call_label(call, "status_code"));
	return call->node || gwt_call_fail(call, GWT_RULE_NO_STATUS_CODE);
}

bool gwt_find_integration_response(struct gwt_call *call)
{
	return gwt_find_integration(call) && find_response(call);
}

/* A delete names the integration in its error also where the method is missing (recorded). */
bool gwt_find_integration_response_to_delete(struct gwt_call *call)
{
	if (!gwt_find_resource(call))
		return false;
	call->method = gwt_node_child(call->resource, GWT_KIND_METHOD, gwt_call_label(call, "http_method"));
	call->integration = gwt_node_child(call->method, GWT_KIND_INTEGRATION, GWT_SPAN(""));
	return call->integration ? find_response(call) : gwt_call_fail(call, GWT_RULE_NO_INTEGRATION);
}

bool gwt_check_response_templates(struct gwt_call *call)
{
	return gwt_check_templates(call, "responseTemplates");
}

/*
 * The name must be method.response.header.NAME and declared by the method response of this status; the value
 * must be part of an answer.
 */
static bool check_parameter(struct gwt_call *call, const struct gwt_json *declared,
			    const struct gwt_json *entry)
{
	struct gwt_span value = entry->type == GWT_JSON_STRING ? entry->text : GWT_SPAN("null");
	struct gwt_mapping mapping = gwt_mapping_parse(GWT_SIDE_RESPONSE, value);

	if (!gwt_mapping_is_target(GWT_SIDE_RESPONSE, entry->name))
		return gwt_call_fail_with(call, GWT_RULE_BAD_RESPONSE_PARAMETER, entry->name);
	if (!gwt_json_get_span(declared, entry->name))
		return gwt_call_fail_with(call, GWT_RULE_UNDECLARED_RESPONSE_PARAMETER, entry->name);
	if (mapping.kind == GWT_MAPPED_INVALID)
		return gwt_call_fail_with(call, GWT_RULE_BAD_MAPPING_VALUE, value);
	return gwt_call_rests_on_kind(call, GWT_RULE_MAPPED, gwt_mapping_word(&mapping));
}

bool gwt_check_response_parameters(struct gwt_call *call)
{
	const struct gwt_json *sent = gwt_json_get(call->input, "responseParameters"), *declared;
	const struct gwt_node *response =
		gwt_node_child(call->method, GWT_KIND_METHOD_RESPONSE, gwt_call_label(call, "status_code"));

	if (!sent || !sent->child)
		return true;
	if (!response)
		return gwt_call_fail(call, GWT_RULE_NO_METHOD_RESPONSE);
	declared = gwt_json_get(gwt_call_read(call, response), "responseParameters");
	for (const struct gwt_json *entry = sent->child; entry; entry = entry->next)
		if (!check_parameter(call, declared, entry))
			return false;
	return true;
}

/* A missing pattern and an empty one both make a response the default one, of which there is at most one. */
bool gwt_check_selection_pattern(struct gwt_call *call)
{
	struct gwt_span status = gwt_call_label(call, "status_code");
	struct gwt_node *other;

	if (gwt_json_get_text(call->input, "selectionPattern").len > 0)
		return true;
	for (size_t i = 0; (other = gwt_node_next(call->integration, GWT_KIND_INTEGRATION_RESPONSE, &i));)
		if (!gwt_span_eq(other->id, status) &&
		    gwt_json_get_text(gwt_call_read(call, other), "selectionPattern").len == 0)
			return gwt_call_fail(call, GWT_RULE_SECOND_DEFAULT);
	return true;
}

/* The members of `from` that are stored: the status code and those that were sent. */
static struct gwt_json *stored_members(struct gwt_call *call, const struct gwt_json *from,
				       struct gwt_span status)
{
	static const char *const members[] = { "contentHandling", "responseParameters", "responseTemplates",
					       "selectionPattern" };
	struct gwt_json *made = gwt_json_new(call->arena, GWT_JSON_OBJECT);

	gwt_json_add_string(call->arena, made, "statusCode", status);
	for (size_t i = 0; i < GWT_LEN(members); i++) {
		const struct gwt_json *value = gwt_json_get(from, members[i]);

		if (value)
			gwt_json_set(call->arena, made, gwt_span_of(members[i]),
				     gwt_json_copy(call->arena, value));
	}
	gwt_null_empty_values(call, gwt_json_get(made, "responseTemplates"));
	return made;
}

bool gwt_put_integration_response(struct gwt_call *call)
{
	struct gwt_span status = gwt_call_label(call, "status_code");

	call->node = gwt_call_put(call, call->integration, GWT_KIND_INTEGRATION_RESPONSE, status,
				  stored_members(call, call->input, status));
	return call->node && gwt_get_node(call);
}

bool gwt_patch_integration_response(struct gwt_call *call)
{
	struct gwt_json *patched = gwt_call_read(call, call->node);

	if (!gwt_patch(call, rules, GWT_PATCH_LISTS_PATHS, patched))
		return false;
	if (gwt_json_get_text(patched, "contentHandling").len == 0)
		gwt_json_remove(patched, GWT_SPAN("contentHandling"));
	call->input = patched;
	return true;
}

bool gwt_update_integration_response(struct gwt_call *call)
{
	return gwt_call_store(call, call->node, stored_members(call, call->input, call->node->id)) &&
	       gwt_get_node(call);
}
