/*
 * vpclink.c - VPC links. A link is PENDING in the answer that makes it and AVAILABLE
 * from then on, or FAILED where its target is not a network load balancer; a deleted
 * one is gone at once.
 */
#include "lib/base/arena.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/json/json.h"
#include "sandbox/arn.h"
#include "sandbox/call.h"
#include "sandbox/ids.h"
#include "sandbox/patch.h"
#include "sandbox/state.h"

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

/* The name is checked before the targets (recorded). */
bool gwt_check_vpc_link(struct gwt_call *call)
{
	const struct gwt_json *targets = gwt_json_get(call->input, "targetArns");
	struct gwt_arn arn;

	if (gwt_json_get_text(call->input, "name").len == 0)
		return gwt_call_fail(call, GWT_RULE_VPC_LINK_NAME);
	if (targets->len != 1)
		return gwt_call_fail_kind(call, GWT_RULE_VPC_LINK_TARGETS,
					  targets->len ? GWT_SPAN("two") : GWT_SPAN("none"));
	return gwt_arn_parse(targets->child->text, &arn) ||
	       gwt_call_fail_with(call, GWT_RULE_VPC_LINK_ARN, targets->child->text);
}

/* "net" of loadbalancer/net/NAME/ID. */
static struct gwt_span balancer_kind(const struct gwt_json *targets)
{
	struct gwt_arn arn;
	struct gwt_span rest;

	if (!targets || !targets->child || !gwt_arn_parse(targets->child->text, &arn))
		return GWT_SPAN("");
	rest = arn.resource;
	gwt_span_cut(&rest, '/');
	return gwt_span_is(arn.service, "elasticloadbalancing") ? gwt_span_cut(&rest, '/') : GWT_SPAN("");
}

static void add_status(struct gwt_call *call, struct gwt_json *made)
{
	bool works = gwt_span_is(balancer_kind(gwt_json_get(made, "targetArns")), "net");

	gwt_json_add_string(call->arena, made, "status", works ? GWT_SPAN("AVAILABLE") : GWT_SPAN("FAILED"));
	gwt_json_add_string(call->arena, made, "statusMessage",
			    works ? GWT_SPAN("Your vpc link is ready for use")
				  : GWT_SPAN("NLB ARN is malformed"));
}

bool gwt_create_vpc_link(struct gwt_call *call)
{
	static const char *const echoed[] = { "name", "description", "targetArns", "tags" };
	struct gwt_node *root = call->sandbox->state.root;
	struct gwt_span id = gwt_call_new_id(call, root, GWT_KIND_VPC_LINK, GWT_OBJECT_ID_LEN);
	struct gwt_json *made = gwt_json_new(call->arena, GWT_JSON_OBJECT);

	gwt_json_add_string(call->arena, made, "id", id);
	for (size_t i = 0; i < GWT_LEN(echoed); i++)
		gwt_call_echo(call, made, echoed[i]);
	add_status(call, made);
	call->node = gwt_call_add(call, root, GWT_KIND_VPC_LINK, id, made, GWT_RULE_STATE_FULL);
	if (!call->node)
		return false;
	gwt_json_set(call->arena, made, GWT_SPAN("status"),
		     gwt_json_new_string(call->arena, GWT_SPAN("PENDING")));
	gwt_json_remove(made, GWT_SPAN("statusMessage"));
	call->output = made;
	return true;
}

/* A single link has tags even when there are none; in a list it has not (recorded). */
bool gwt_get_vpc_link(struct gwt_call *call)
{
	if (!gwt_get_node(call))
		return false;
	if (!gwt_json_get(call->output, "tags"))
		gwt_json_add_object(call->arena, call->output, "tags");
	if (gwt_span_is(gwt_json_get_text(call->output, "status"), "FAILED"))
		gwt_call_rests_on_kind(call, GWT_RULE_VPC_LINK_FAILED,
				       balancer_kind(gwt_json_get(call->output, "targetArns")));
	return true;
}

bool gwt_update_vpc_link(struct gwt_call *call)
{
	struct gwt_json *patched = gwt_call_read(call, call->node);
	struct gwt_patch_op op;

	for (size_t i = 0; gwt_patch_next(call, i, &op); i++)
		if (gwt_span_starts(op.path, GWT_SPAN("/targetArns")))
			return gwt_call_fail(call, GWT_RULE_VPC_LINK_TARGETS_FIXED);
	if (!gwt_patch(call, rules, GWT_PATCH_LISTS_PATHS, patched))
		return false;
	if (gwt_json_get_text(patched, "name").len == 0)
		return gwt_call_fail(call, GWT_RULE_VPC_LINK_NAME);
	return gwt_call_store(call, call->node, patched) && gwt_get_vpc_link(call);
}

bool gwt_get_vpc_links(struct gwt_call *call)
{
	return gwt_call_answer_list(call, call->sandbox->state.root, GWT_KIND_VPC_LINK, gwt_read_node);
}

/* "GET:abc123:dev": where an API uses the link; "" where it does not. */
static struct gwt_span use_in(struct gwt_call *call, const struct gwt_node *api)
{
	struct gwt_node *resource, *method, *integration, *stage;

	for (size_t i = 0; (resource = gwt_node_next(api, GWT_KIND_RESOURCE, &i));)
		for (size_t k = 0; (method = gwt_node_next(resource, GWT_KIND_METHOD, &k));) {
			integration = gwt_node_child(method, GWT_KIND_INTEGRATION, GWT_SPAN(""));
			if (!integration ||
			    !gwt_span_eq(gwt_json_get_text(gwt_call_read(call, integration), "connectionId"),
					 call->node->id))
				continue;
			stage = gwt_node_next(api, GWT_KIND_STAGE, &(size_t){ 0 });
			return gwt_arena_printf(call->arena, GWT_SPAN_FMT ":" GWT_SPAN_FMT ":" GWT_SPAN_FMT,
						GWT_SPAN_ARG(method->id), GWT_SPAN_ARG(resource->id),
						GWT_SPAN_ARG(stage ? stage->id : GWT_SPAN("")));
		}
	return GWT_SPAN("");
}

bool gwt_delete_vpc_link(struct gwt_call *call)
{
	struct gwt_node *api;

	for (size_t i = 0; (api = gwt_node_next(call->sandbox->state.root, GWT_KIND_API, &i));) {
		struct gwt_span values[2] = { call->node->id, use_in(call, api) };

		if (values[1].len > 0)
			return gwt_call_fail_values(call, GWT_RULE_VPC_LINK_IN_USE, GWT_SPAN(""), values, 2);
	}
	return gwt_delete_node(call);
}
