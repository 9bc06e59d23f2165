/*
 * stage.c - stages: making and reading them.
 */
#include "sandbox/call.h"

#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/json/json.h"
#include "sandbox/state.h"

bool gwt_find_stage(struct gwt_call *call)
{
	if (!gwt_find_api(call))
		return false;
	call->node = gwt_node_child(call->api, GWT_KIND_STAGE, gwt_call_label(call, "stage_name"));
	return call->node || gwt_call_fail(call, GWT_RULE_NO_STAGE);
}

bool gwt_check_stage(struct gwt_call *call)
{
	struct gwt_span deployment = gwt_json_get_text(call->input, "deploymentId");
	struct gwt_span canary =
		gwt_json_get_text(gwt_json_get(call->input, "canarySettings"), "deploymentId");

	if (!gwt_node_child(call->api, GWT_KIND_DEPLOYMENT, deployment) ||
	    (canary.len > 0 && !gwt_node_child(call->api, GWT_KIND_DEPLOYMENT, canary)))
		return gwt_call_fail(call, GWT_RULE_STAGE_DEPLOYMENT);
	if (gwt_node_child(call->api, GWT_KIND_STAGE, gwt_json_get_text(call->input, "stageName")))
		return gwt_call_fail(call, GWT_RULE_STAGE_EXISTS);
	return true;
}

struct gwt_json *gwt_stage_json(struct gwt_call *call, struct gwt_span name, const char *description)
{
	static const char *const echoed[] = { "deploymentId",
					      "documentationVersion",
					      "cacheClusterEnabled",
					      "cacheClusterSize",
					      "variables",
					      "tracingEnabled",
					      "tags" };
	struct gwt_json *made = gwt_json_new(call->arena, GWT_JSON_OBJECT);

	gwt_json_add_bool(call->arena, made, "cacheClusterEnabled", false);
	gwt_json_add_string(call->arena, made, "cacheClusterStatus", GWT_SPAN("NOT_AVAILABLE"));
	gwt_json_add_number(call->arena, made, "createdDate", call->now);
	gwt_json_add_number(call->arena, made, "lastUpdatedDate", call->now);
	gwt_json_add_object(call->arena, made, "methodSettings");
	gwt_json_add_string(call->arena, made, "stageName", name);
	gwt_json_add_bool(call->arena, made, "tracingEnabled", false);
	if (gwt_json_get_text(call->input, description).len > 0)
		gwt_json_add_string(call->arena, made, "description",
				    gwt_json_get_text(call->input, description));
	for (size_t i = 0; i < GWT_LEN(echoed); i++)
		gwt_call_echo(call, made, echoed[i]);
	if (gwt_json_is(gwt_json_get(made, "variables"), GWT_JSON_OBJECT) &&
	    gwt_json_get(made, "variables")->len == 0)
		gwt_json_remove(made, GWT_SPAN("variables"));
	return made;
}

bool gwt_create_stage(struct gwt_call *call)
{
	struct gwt_span name = gwt_json_get_text(call->input, "stageName");
	const struct gwt_json *canary = gwt_json_get(call->input, "canarySettings");
	struct gwt_json *made = gwt_stage_json(call, name, "description");

	if (canary)
		gwt_json_set(call->arena, made, GWT_SPAN("canarySettings"),
			     gwt_canary_json(call, canary, gwt_json_get_text(made, "deploymentId")));
	call->node = gwt_call_put(call, call->api, GWT_KIND_STAGE, name, made);
	return call->node && gwt_get_node(call);
}

/* ?deploymentId= selects the stages of one deployment. */
bool gwt_get_stages(struct gwt_call *call)
{
	struct gwt_span deployment = gwt_call_query(call, "deploymentId");
	struct gwt_node **nodes = gwt_call_list(call, call->api, GWT_KIND_STAGE);
	struct gwt_json *items;
	size_t len = 0;

	call->output = gwt_json_new(call->arena, GWT_JSON_OBJECT);
	items = gwt_json_add_array(call->arena, call->output, "item");
	for (size_t i = 0; nodes[i]; i++) {
		struct gwt_json *stage = gwt_read_node(call, nodes[i]);

		if (deployment.ptr && !gwt_span_eq(gwt_json_get_text(stage, "deploymentId"), deployment))
			continue;
		nodes[len++] = nodes[i];
		gwt_json_append(items, stage);
	}
	nodes[len] = NULL;
	call->listed = nodes;
	return true;
}
