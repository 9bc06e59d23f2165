/*
 * resource.c - resources, the tree of paths under an API.
 */
#include "sandbox/patch.h"

#include "lib/base/span.h"
#include "lib/json/json.h"
#include "sandbox/call.h"
#include "sandbox/ids.h"
#include "sandbox/state.h"

static bool is_path_character(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       strchr("._-:", c) != NULL;
}

/* {name}, {proxy+}, or plain characters */
static bool is_path_part(struct gwt_span part)
{
	if (part.len > 2 && part.ptr[0] == '{' && part.ptr[part.len - 1] == '}') {
		part = gwt_span_slice(part, 1, part.len - 1);
		if (part.len > 1 && part.ptr[part.len - 1] == '+')
			part.len--;
	}
	for (size_t i = 0; i < part.len; i++)
		if (!part.ptr[i] || !is_path_character(part.ptr[i]))
			return false;
	return part.len > 0;
}

static bool is_variable(struct gwt_span part)
{
	return part.len > 0 && part.ptr[0] == '{';
}

static bool is_greedy(struct gwt_span part)
{
	return gwt_span_ends(part, GWT_SPAN("+}"));
}

static bool is_below(const struct gwt_node *resource, const struct gwt_node *ancestor)
{
	for (; resource; resource = resource->above)
		if (resource == ancestor)
			return true;
	return false;
}

bool gwt_resource_fits_under(const struct gwt_node *resource, const struct gwt_node *above)
{
	size_t depth = 0;

	for (const struct gwt_node *at = above; at; at = at->above)
		depth++;
	return depth < GWT_SANDBOX_MAX_DEPTH && !is_below(above, resource);
}

/* Whether a resource below `above` may be called `part`; `self` is the one renamed or moved, or NULL. */
static bool check_place(struct gwt_call *call, const struct gwt_node *above, struct gwt_span part,
			const struct gwt_node *self)
{
	struct gwt_node *sibling;

	if (!is_path_part(part))
		return gwt_call_fail(call, GWT_RULE_BAD_PATH_PART);
	if (is_greedy(above->label))
		return gwt_call_fail_with(call, GWT_RULE_CHILD_OF_GREEDY, above->label);
	for (size_t i = 0; (sibling = gwt_node_next(call->api, GWT_KIND_RESOURCE, &i));) {
		if (sibling->above != above || sibling == self)
			continue;
		if (gwt_span_eq(sibling->label, part))
			return gwt_call_fail_with(call, GWT_RULE_RESOURCE_EXISTS, part);
		if (is_variable(sibling->label) && is_variable(part))
			return gwt_call_fail_with(call, GWT_RULE_SECOND_VARIABLE, sibling->label);
	}
	return true;
}

bool gwt_check_path_part(struct gwt_call *call)
{
	if (!check_place(call, call->resource, gwt_json_get_text(call->input, "pathPart"), NULL))
		return false;
	return gwt_resource_fits_under(NULL, call->resource) || gwt_call_fail(call, GWT_RULE_STATE_FULL);
}

bool gwt_create_resource(struct gwt_call *call)
{
	struct gwt_span part = gwt_json_get_text(call->input, "pathPart");
	struct gwt_span id = gwt_call_new_id(call, call->api, GWT_KIND_RESOURCE, GWT_OBJECT_ID_LEN);
	struct gwt_json *json = gwt_json_new(call->arena, GWT_JSON_OBJECT);

	gwt_json_add_string(call->arena, json, "id", id);
	call->node = gwt_call_add(call, call->api, GWT_KIND_RESOURCE, id, json, GWT_RULE_STATE_FULL);
	if (!call->node)
		return false;
	call->node->above = call->resource;
	if (!gwt_node_set_label(&call->sandbox->state, call->node, part)) {
		gwt_node_remove(&call->sandbox->state, call->node);
		return gwt_call_fail(call, GWT_RULE_STATE_FULL);
	}
	return gwt_get_resource(call);
}

/* Whether the query asks for whole methods in place of {}: ?embed=methods */
static bool embeds_methods(const struct gwt_call *call)
{
	struct gwt_span rest = call->request->query, name, value;

	while (gwt_call_next_query(call, &rest, &name, &value))
		if (gwt_span_is(name, "embed") && gwt_span_is(value, "methods"))
			return true;
	return false;
}

static void add_methods(struct gwt_call *call, struct gwt_json *json, const struct gwt_node *resource)
{
	struct gwt_json *methods = gwt_json_add_object(call->arena, json, "resourceMethods");
	bool whole = embeds_methods(call);
	struct gwt_node *method;

	for (size_t i = 0; (method = gwt_node_next(resource, GWT_KIND_METHOD, &i));)
		gwt_json_add_span(call->arena, methods, method->id,
				  whole ? gwt_method_json(call, method)
					: gwt_json_new(call->arena, GWT_JSON_OBJECT));
}

/* A resource as JSON; the root has neither parentId nor pathPart (recorded). */
static struct gwt_json *resource_json(struct gwt_call *call, const struct gwt_node *resource)
{
	struct gwt_json *json = gwt_json_new(call->arena, GWT_JSON_OBJECT);

	gwt_json_add_string(call->arena, json, "id", resource->id);
	if (resource->above) {
		gwt_json_add_string(call->arena, json, "parentId", resource->above->id);
		gwt_json_add_string(call->arena, json, "pathPart", resource->label);
	}
	gwt_json_add_string(call->arena, json, "path", gwt_resource_path(call, resource));
	if (gwt_node_count(resource, GWT_KIND_METHOD) > 0)
		add_methods(call, json, resource);
	return json;
}

bool gwt_get_resource(struct gwt_call *call)
{
	call->output = resource_json(call, call->node);
	return true;
}

bool gwt_get_resources(struct gwt_call *call)
{
	return gwt_call_answer_list(call, call->api, GWT_KIND_RESOURCE, resource_json);
}

bool gwt_delete_resource(struct gwt_call *call)
{
	if (!call->resource->above)
		return gwt_call_fail(call, GWT_RULE_ROOT_RESOURCE);
	return gwt_delete_node(call);
}

static const struct gwt_patch_rule rules[] = {
	{ "/parentId", GWT_PATCH_REPLACE, GWT_PATCH_TEXT },
	{ "/pathPart", GWT_PATCH_REPLACE, GWT_PATCH_TEXT },
	{ NULL, 0, GWT_PATCH_TEXT },
};

/* Move a resource. The order of the checks is recorded: the parent exists, no such sibling, no cycle. */
static bool move_resource(struct gwt_call *call, struct gwt_span parent_id, struct gwt_span part)
{
	struct gwt_node *above = gwt_node_child(call->api, GWT_KIND_RESOURCE, parent_id);

	if (!above)
		return gwt_call_fail_kind(call, GWT_RULE_NO_RESOURCE, GWT_SPAN("parent"));
	if (!check_place(call, above, part, call->resource))
		return false;
	if (is_below(above, call->resource))
		return gwt_call_fail(call, GWT_RULE_CYCLE);
	if (!gwt_resource_fits_under(call->resource, above) ||
	    !gwt_node_set_label(&call->sandbox->state, call->resource, part))
		return gwt_call_fail(call, GWT_RULE_STATE_FULL);
	call->resource->above = above;
	return gwt_get_resource(call);
}

/* The root cannot be patched; the error names the member: "pathPart" of "/pathPart". */
static bool fail_root(struct gwt_call *call)
{
	struct gwt_patch_op op;
	struct gwt_span name;

	if (!gwt_patch_next(call, 0, &op))
		return gwt_get_resource(call);
	name = gwt_span_slice(op.path, 1, op.path.len);
	return gwt_call_fail_values(call, GWT_RULE_ROOT_PATH_PART, name, &name, 1);
}

bool gwt_update_resource(struct gwt_call *call)
{
	struct gwt_json *json = resource_json(call, call->resource);

	if (!gwt_patch(call, rules, GWT_PATCH_LISTS_PATHS, json))
		return false;
	if (!call->resource->above)
		return fail_root(call);
	return move_resource(call, gwt_json_get_text(json, "parentId"), gwt_json_get_text(json, "pathPart"));
}
