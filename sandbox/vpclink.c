/*
 * vpclink.c - VPC links. A link is PENDING in the answer that makes it and AVAILABLE
 * from then on; a deleted one is gone at once.
 */
#include "sandbox/patch.h"

static const struct gwt_patch_rule rules[] = {
	{ "/description", GWT_PATCH_REPLACE, GWT_PATCH_TEXT },
	{ "/name", GWT_PATCH_REPLACE, GWT_PATCH_TEXT },
	{ NULL, 0, GWT_PATCH_TEXT },
};

bool gwt_find_vpc_link(struct gwt_call *call)
{
	call->node = gwt_node_child(call->sandbox->state.root, GWT_KIND_VPC_LINK,
				    gwt_call_label(call, "vpclink_id"));
	return call->node || gwt_call_fail(call, GWT_RULE_NO_VPC_LINK);
}

bool gwt_create_vpc_link(struct gwt_call *call)
{
	static const char *const echoed[] = { "name", "description", "targetArns", "tags" };
	struct gwt_node *root = call->sandbox->state.root;
	struct gwt_span id = gwt_call_new_id(call, root, GWT_KIND_VPC_LINK, GWT_OBJECT_ID_LEN);
	struct gwt_json *made = gwt_json_new(call->arena, GWT_JSON_OBJECT);

	if (gwt_json_get(call->input, "targetArns")->len != 1)
		return gwt_call_fail(call, GWT_RULE_VPC_LINK_TARGETS);
	gwt_json_add_string(call->arena, made, "id", id);
	for (size_t i = 0; i < GWT_LEN(echoed); i++)
		gwt_call_echo(call, made, echoed[i]);
	gwt_json_add_string(call->arena, made, "status", GWT_SPAN("AVAILABLE"));
	gwt_json_add_string(call->arena, made, "statusMessage", GWT_SPAN("Your vpc link is ready for use"));
	call->node = gwt_call_add(call, root, GWT_KIND_VPC_LINK, id, made, GWT_RULE_STATE_FULL);
	if (!call->node)
		return false;
	gwt_json_set(call->arena, made, GWT_SPAN("status"),
		     gwt_json_new_string(call->arena, GWT_SPAN("PENDING")));
	gwt_json_remove(made, GWT_SPAN("statusMessage"));
	call->output = made;
	return true;
}

bool gwt_update_vpc_link(struct gwt_call *call)
{
	struct gwt_json *patched = gwt_call_read(call, call->node);

	return gwt_patch(call, rules, GWT_PATCH_LISTS_PATHS, patched) &&
	       gwt_call_store(call, call->node, patched) && gwt_get_node(call);
}

bool gwt_get_vpc_links(struct gwt_call *call)
{
	return gwt_call_answer_list(call, call->sandbox->state.root, GWT_KIND_VPC_LINK, gwt_call_read);
}
