/*
 * tags.c - tags of REST APIs, stages and VPC links, by ARN; the account.
 *
 * arn:aws:apigateway:REGION::/restapis/ID[/stages/NAME] and …::/vpclinks/ID.
 */
#include "lib/base/span.h"
#include "lib/json/json.h"
#include "sandbox/arn.h"
#include "sandbox/call.h"
#include "sandbox/patch.h"
#include "sandbox/state.h"

static struct gwt_node *node_of_path(const struct gwt_call *call, struct gwt_span path)
{
	struct gwt_span rest = path, kind, id, inner;
	struct gwt_node *root = call->sandbox->state.root, *api;

	gwt_span_cut(&rest, '/');
	kind = gwt_span_cut(&rest, '/');
	id = gwt_span_cut(&rest, '/');
	if (gwt_span_is(kind, "vpclinks"))
		return rest.ptr ? NULL : gwt_node_child(root, GWT_KIND_VPC_LINK, id);
	api = gwt_span_is(kind, "restapis") ? gwt_node_child(root, GWT_KIND_API, id) : NULL;
	if (!rest.ptr)
		return api;
	inner = gwt_span_cut(&rest, '/');
	return gwt_span_is(inner, "stages") ? gwt_node_child(api, GWT_KIND_STAGE, rest) : NULL;
}

bool gwt_find_tagged(struct gwt_call *call)
{
	struct gwt_span text = gwt_call_label(call, "resource_arn");
	struct gwt_arn arn;

	if (!gwt_arn_parse(text, &arn) || !gwt_span_is(arn.service, "apigateway"))
		return gwt_call_fail(call, GWT_RULE_BAD_TAG_ARN);
	call->node = node_of_path(call, arn.resource);
	return call->node || gwt_call_fail(call, GWT_RULE_NO_TAGGED);
}

bool gwt_tag_resource(struct gwt_call *call)
{
	struct gwt_json *json = gwt_call_read(call, call->node);
	const struct gwt_json *sent = gwt_json_get(call->input, "tags");

	if (!gwt_json_get(json, "tags"))
		gwt_json_add_object(call->arena, json, "tags");
	for (const struct gwt_json *tag = sent->child; tag; tag = tag->next)
		gwt_json_set(call->arena, gwt_json_get(json, "tags"), tag->name,
			     gwt_json_copy(call->arena, tag));
	return gwt_call_store(call, call->node, json);
}

bool gwt_untag_resource(struct gwt_call *call)
{
	struct gwt_json *json = gwt_call_read(call, call->node), *tags = gwt_json_get(json, "tags");
	struct gwt_span rest = call->request->query, name, value;

	while (tags && gwt_call_next_query(call, &rest, &name, &value))
		if (gwt_span_is(name, "tagKeys"))
			gwt_json_remove(tags, value);
	if (tags && tags->len == 0)
		gwt_json_remove(json, GWT_SPAN("tags"));
	return gwt_call_store(call, call->node, json);
}

bool gwt_get_tags(struct gwt_call *call)
{
	const struct gwt_json *tags = gwt_json_get(gwt_call_read(call, call->node), "tags");

	call->node = NULL; /* tags are not an object: no links */

	call->output = gwt_json_new(call->arena, GWT_JSON_OBJECT);
	gwt_json_set(call->arena, call->output, GWT_SPAN("tags"),
		     tags ? gwt_json_copy(call->arena, tags) : gwt_json_new(call->arena, GWT_JSON_OBJECT));
	return true;
}

static const struct gwt_patch_rule account_rules[] = {
	{ "/cloudwatchRoleArn", GWT_PATCH_REPLACE, GWT_PATCH_TEXT },
	{ "/features/*", GWT_PATCH_ADD | GWT_PATCH_REMOVE, GWT_PATCH_LIST },
	{ NULL, 0, GWT_PATCH_TEXT },
};

static struct gwt_json *account_json(struct gwt_call *call)
{
	static const char fresh[] = "{\"apiKeyVersion\":\"4\",\"features\":[\"UsagePlans\"],"
				    "\"throttleSettings\":{\"burstLimit\":5000,\"rateLimit\":10000.0}}";
	const struct gwt_node *root = call->sandbox->state.root;
	struct gwt_json *json = NULL;

	gwt_json_parse(call->arena, GWT_SPAN(fresh), &json, NULL);
	return gwt_node_body(root, call->arena).ptr ? gwt_call_read(call, root) : json;
}

bool gwt_get_account(struct gwt_call *call)
{
	call->output = account_json(call);
	return true;
}

bool gwt_update_account(struct gwt_call *call)
{
	struct gwt_json *json = account_json(call);

	if (!gwt_patch(call, account_rules, GWT_PATCH_LISTS_PATHS, json))
		return false;
	if (gwt_json_get_text(json, "cloudwatchRoleArn").len == 0)
		gwt_json_remove(json, GWT_SPAN("cloudwatchRoleArn"));
	call->output = json;
	return gwt_call_store(call, call->sandbox->state.root, json);
}
