/*
 * deployment.c - deployments: a name for what the API is at a time. The sandbox
 * serves no traffic, so that a deployment is its id and its date.
 */
#include "sandbox/patch.h"

#include "lib/base/span.h"
#include "lib/json/json.h"
#include "sandbox/call.h"
#include "sandbox/ids.h"
#include "sandbox/state.h"

static const struct gwt_patch_rule rules[] = {
	{ "/description", GWT_PATCH_REPLACE, GWT_PATCH_TEXT },
	{ NULL, 0, GWT_PATCH_TEXT },
};

bool gwt_find_deployment(struct gwt_call *call)
{
	if (!gwt_find_api(call))
		return false;
	call->node = gwt_node_child(call->api, GWT_KIND_DEPLOYMENT, gwt_call_label(call, "deployment_id"));
	return call->node || gwt_call_fail(call, GWT_RULE_NO_DEPLOYMENT);
}

/* A deployment needs at least one method, and an integration for each method. */
bool gwt_check_deployable(struct gwt_call *call)
{
	struct gwt_node *resource, *method;
	bool any = false;

	for (size_t i = 0; (resource = gwt_node_next(call->api, GWT_KIND_RESOURCE, &i));) {
		for (size_t k = 0; (method = gwt_node_next(resource, GWT_KIND_METHOD, &k));) {
			if (!gwt_node_child(method, GWT_KIND_INTEGRATION, GWT_SPAN("")))
				return gwt_call_fail(call, GWT_RULE_UNDEPLOYABLE_METHOD);
			any = true;
		}
	}
	return any || gwt_call_fail(call, GWT_RULE_NOTHING_TO_DEPLOY);
}

/* CreateDeployment with stageName: point that stage, or its canary, at the deployment, or make the stage. */
static bool deploy_to_stage(struct gwt_call *call, struct gwt_span deployment)
{
	struct gwt_span name = gwt_json_get_text(call->input, "stageName");
	struct gwt_node *stage = gwt_node_child(call->api, GWT_KIND_STAGE, name);
	const struct gwt_json *canary = gwt_json_get(call->input, "canarySettings");
	struct gwt_json *json;

	if (name.len == 0)
		return true;
	json = stage ? gwt_call_read(call, stage) : gwt_stage_json(call, name, "stageDescription");
	if (canary)
		gwt_json_set(call->arena, json, GWT_SPAN("canarySettings"),
			     gwt_canary_json(call, canary, deployment));
	else
		gwt_json_set(call->arena, json, GWT_SPAN("deploymentId"),
			     gwt_json_new_string(call->arena, deployment));
	return gwt_call_put(call, call->api, GWT_KIND_STAGE, name, json) != NULL;
}

bool gwt_create_deployment(struct gwt_call *call)
{
	struct gwt_span id = gwt_call_new_id(call, call->api, GWT_KIND_DEPLOYMENT, GWT_OBJECT_ID_LEN);
	struct gwt_span description = gwt_json_get_text(call->input, "description");
	struct gwt_json *made = gwt_json_new(call->arena, GWT_JSON_OBJECT);

	gwt_json_add_number(call->arena, made, "createdDate", call->now);
	gwt_json_add_string(call->arena, made, "id", id);
	if (description.len > 0)
		gwt_json_add_string(call->arena, made, "description", description);
	call->node = gwt_call_add(call, call->api, GWT_KIND_DEPLOYMENT, id, made, GWT_RULE_STATE_FULL);
	return call->node && deploy_to_stage(call, id) && gwt_get_node(call);
}

bool gwt_update_deployment(struct gwt_call *call)
{
	struct gwt_json *patched = gwt_call_read(call, call->node);

	return gwt_patch(call, rules, GWT_PATCH_LISTS_PATHS, patched) &&
	       gwt_call_store(call, call->node, patched) && gwt_get_node(call);
}

bool gwt_get_deployments(struct gwt_call *call)
{
	return gwt_call_answer_list(call, call->api, GWT_KIND_DEPLOYMENT, gwt_read_node);
}

bool gwt_delete_deployment(struct gwt_call *call)
{
	struct gwt_node *stage;

	for (size_t i = 0; (stage = gwt_node_next(call->api, GWT_KIND_STAGE, &i));) {
		const struct gwt_json *json = gwt_call_read(call, stage);

		if (gwt_span_eq(gwt_json_get_text(json, "deploymentId"), call->node->id))
			return gwt_call_fail_kind(call, GWT_RULE_DEPLOYMENT_IN_USE, GWT_SPAN("stage"));
		if (gwt_span_eq(gwt_json_get_text(gwt_json_get(json, "canarySettings"), "deploymentId"),
				call->node->id))
			return gwt_call_fail_kind(call, GWT_RULE_DEPLOYMENT_IN_USE, GWT_SPAN("canary"));
	}
	return gwt_delete_node(call);
}
