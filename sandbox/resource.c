/*
 * resource.c - resources, the tree of paths under an API.
 */
#include "sandbox/call.h"

#include <stdlib.h>

static bool is_path_character(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || strchr("._-:", c) != NULL;
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

bool gwt_check_path_part(struct gwt_call *call)
{
	struct gwt_span part = gwt_json_get_text(call->input, "pathPart");
	struct gwt_node *sibling;

	if (!is_path_part(part))
		return gwt_call_fail(call, GWT_RULE_BAD_PATH_PART);
	for (size_t i = 0; (sibling = gwt_node_next(call->api, GWT_KIND_RESOURCE, &i));)
		if (sibling->above == call->resource && gwt_span_eq(sibling->label, part))
			return gwt_call_fail_with(call, GWT_RULE_RESOURCE_EXISTS, part);
	return true;
}

bool gwt_create_resource(struct gwt_call *call)
{
	struct gwt_span part = gwt_json_get_text(call->input, "pathPart");
	struct gwt_span above = gwt_json_get_text(gwt_call_read(call, call->resource), "path");
	struct gwt_span id = gwt_call_new_id(call, call->api, GWT_KIND_RESOURCE, GWT_OBJECT_ID_LEN);
	struct gwt_json *json = gwt_json_new(call->arena, GWT_JSON_OBJECT);

	if (gwt_span_is(above, "/"))
		above = GWT_SPAN("");
	gwt_json_add_string(call->arena, json, "id", id);
	gwt_json_add_string(call->arena, json, "parentId", call->resource->id);
	gwt_json_add_string(call->arena, json, "path",
			    gwt_arena_printf(call->arena, GWT_SPAN_FMT "/" GWT_SPAN_FMT, GWT_SPAN_ARG(above),
					     GWT_SPAN_ARG(part)));
	gwt_json_add_string(call->arena, json, "pathPart", part);
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

/* `?embed=methods`: whole methods in place of {} */
static bool embeds_methods(const struct gwt_call *call)
{
	struct gwt_span rest = call->request->query, name, value;

	while (gwt_call_next_query(call, &rest, &name, &value))
		if (gwt_span_is(name, "embed") && gwt_span_is(value, "methods"))
			return true;
	return false;
}

static struct gwt_json *resource_json(struct gwt_call *call, const struct gwt_node *resource)
{
	struct gwt_json *json = gwt_call_read(call, resource), *methods;
	bool whole = embeds_methods(call);
	struct gwt_node *method;

	if (gwt_node_count(resource, GWT_KIND_METHOD) == 0)
		return json;
	methods = gwt_json_add_object(call->arena, json, "resourceMethods");
	for (size_t i = 0; (method = gwt_node_next(resource, GWT_KIND_METHOD, &i));)
		gwt_json_add_span(call->arena, methods, method->id,
				  whole ? gwt_method_json(call, method) : gwt_json_new(call->arena, GWT_JSON_OBJECT));
	return json;
}

bool gwt_get_resource(struct gwt_call *call)
{
	call->output = resource_json(call, call->node);
	return true;
}

static int by_id(const void *a, const void *b)
{
	return gwt_span_cmp((*(struct gwt_node *const *)a)->id, (*(struct gwt_node *const *)b)->id);
}

struct gwt_node **gwt_call_list(struct gwt_call *call, const struct gwt_node *parent, enum gwt_kind kind)
{
	size_t count = gwt_node_count(parent, kind), len = 0;
	struct gwt_node **nodes = gwt_arena_array(call->arena, struct gwt_node *, count + 1), *node;

	for (size_t i = 0; (node = gwt_node_next(parent, kind, &i));)
		nodes[len++] = node;
	qsort(nodes, len, sizeof(struct gwt_node *), by_id);
	return nodes;
}

bool gwt_get_resources(struct gwt_call *call)
{
	struct gwt_node **nodes = gwt_call_list(call, call->api, GWT_KIND_RESOURCE);
	struct gwt_json *items;

	call->output = gwt_json_new(call->arena, GWT_JSON_OBJECT);
	items = gwt_json_add_array(call->arena, call->output, "item");
	for (; *nodes; nodes++)
		gwt_json_append(items, resource_json(call, *nodes));
	return true;
}

bool gwt_delete_resource(struct gwt_call *call)
{
	if (!call->resource->above)
		return gwt_call_fail(call, GWT_RULE_ROOT_RESOURCE);
	return gwt_delete_node(call);
}
