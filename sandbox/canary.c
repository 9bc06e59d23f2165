/*
 * canary.c - canarySettings: a second deployment that a stage sends a part of its traffic to.
 */
#include "sandbox/patch.h"

#include "lib/base/span.h"
#include "lib/json/json.h"
#include "sandbox/call.h"
#include "sandbox/state.h"

struct gwt_json *gwt_canary_json(struct gwt_call *call, const struct gwt_json *sent,
				 struct gwt_span deployment)
{
	struct gwt_json *made = gwt_json_new(call->arena, GWT_JSON_OBJECT);
	const struct gwt_json *percent = gwt_json_get(sent, "percentTraffic");
	const struct gwt_json *overrides = gwt_json_get(sent, "stageVariableOverrides");
	const struct gwt_json *cache = gwt_json_get(sent, "useStageCache");
	struct gwt_span own = gwt_json_get_text(sent, "deploymentId");

	gwt_json_add_string(call->arena, made, "deploymentId", own.len ? own : deployment);
	gwt_json_add(call->arena, made, "percentTraffic",
		     gwt_json_double(call->arena,
				     gwt_json_is(percent, GWT_JSON_NUMBER) ? percent->text : GWT_SPAN("0")));
	if (gwt_json_is(overrides, GWT_JSON_OBJECT))
		gwt_json_set(call->arena, made, GWT_SPAN("stageVariableOverrides"),
			     gwt_json_copy(call->arena, overrides));
	gwt_json_add_bool(call->arena, made, "useStageCache", gwt_json_is(cache, GWT_JSON_TRUE));
	return made;
}

/* A canary needs an existing stage. */
bool gwt_check_canary_deployment(struct gwt_call *call)
{
	struct gwt_span name = gwt_json_get_text(call->input, "stageName");

	if (!gwt_json_get(call->input, "canarySettings"))
		return true;
	if (name.len == 0)
		return gwt_call_fail_values(
			call, GWT_RULE_CANARY_STAGE_NAME, name.ptr ? GWT_SPAN("empty") : GWT_SPAN("absent"),
			&(struct gwt_span){ name.ptr ? "" : "null", name.ptr ? 0 : 4 }, 1);
	return gwt_node_child(call->api, GWT_KIND_STAGE, name) ||
	       gwt_call_fail_with(call, GWT_RULE_CANARY_STAGE, name);
}
