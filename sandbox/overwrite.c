/*
 * overwrite.c - PutRestApi as far as tools need it: a document without methods that empties an API.
 *
 * What a document with methods makes of an API is an importer, and no recording says how AWS's one does it; such a
 * call is answered with 501, as other operations are that the sandbox does not have. PutRestApi has no row in the
 * model: its path is read as GetRestApi's.
 */
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/json/json.h"
#include "lib/model/model.h"
#include "sandbox/call.h"
#include "sandbox/rules.h"
#include "sandbox/state.h"

/* Members of a document that make no objects in an API. */
static bool is_harmless(const struct gwt_json *member)
{
	static const char *const names[] = { "swagger", "openapi", "info",    "paths",
					     "host",    "schemes", "servers", "basePath" };

	for (size_t i = 0; i < GWT_LEN(names); i++)
		if (gwt_span_is(member->name, names[i]))
			return true;
	return false;
}

/* Whether the paths are none, or the root without methods. */
static bool has_no_methods(const struct gwt_json *paths)
{
	if (!gwt_json_is(paths, GWT_JSON_OBJECT) || paths->len > 1)
		return false;
	return !paths->child || (gwt_span_is(paths->child->name, "/") && paths->child->len == 0);
}

static const struct gwt_json *read_document(const struct gwt_call *call)
{
	struct gwt_json *document;

	if (!gwt_json_parse(call->arena, call->request->body, &document, NULL) ||
	    document->type != GWT_JSON_OBJECT ||
	    !(gwt_json_get(document, "swagger") || gwt_json_get(document, "openapi")) ||
	    !has_no_methods(gwt_json_get(document, "paths")))
		return NULL;
	for (const struct gwt_json *member = document->child; member; member = member->next)
		if (!is_harmless(member))
			return NULL;
	return document;
}

static void remove_all(struct gwt_state *state, struct gwt_node *parent, enum gwt_kind kind)
{
	struct gwt_node *node;

	for (size_t i = 0; (node = gwt_node_next(parent, kind, &i));)
		gwt_node_remove(state, node);
}

static void empty(struct gwt_state *state, struct gwt_node *api)
{
	struct gwt_node *resource, *root = NULL;

	for (size_t i = 0; !root && (resource = gwt_node_next(api, GWT_KIND_RESOURCE, &i));)
		if (!resource->above)
			root = resource;
	for (size_t i = 0; (resource = gwt_node_next(api, GWT_KIND_RESOURCE, &i));)
		if (resource != root)
			gwt_node_remove(state, resource);
	if (root)
		remove_all(state, root, GWT_KIND_METHOD);
	remove_all(state, api, GWT_KIND_VALIDATOR);
	remove_all(state, api, GWT_KIND_AUTHORIZER);
}

/* The document's title becomes the API's name. */
static void take_info(struct gwt_call *call, const struct gwt_json *info, struct gwt_json *api)
{
	static const struct {
		const char *info, *api;
	} rows[] = { { "title", "name" }, { "version", "version" }, { "description", "description" } };

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		const struct gwt_json *value = gwt_json_get(info, rows[i].info);

		if (gwt_json_is(value, GWT_JSON_STRING) && value->text.len)
			gwt_json_set(call->arena, api, gwt_span_of(rows[i].api),
				     gwt_json_copy(call->arena, value));
	}
}

bool gwt_overwrite_api(struct gwt_call *call)
{
	const struct gwt_json *document = read_document(call);
	struct gwt_json *api;

	if (!document || !gwt_span_is(gwt_call_query(call, "mode"), "overwrite") ||
	    !gwt_route_find(GWT_SPAN("GET"), call->request->path, &call->route))
		return gwt_call_fail_with(
			call, GWT_RULE_NOT_IMPLEMENTED,
			GWT_SPAN("PutRestApi but with mode=overwrite and a JSON document that "
				 "has no methods"));
	call->rule = GWT_RULE_API_OVERWRITTEN;
	call->basis = gwt_rule_basis(call->rule, "PutRestApi", GWT_SPAN(""));
	call->status = 200;
	if (!gwt_find_api(call))
		return false;
	api = gwt_call_read(call, call->api);
	take_info(call, gwt_json_get(document, "info"), api);
	if (!gwt_call_store(call, call->api, api))
		return false;
	empty(&call->sandbox->state, call->api);
	return gwt_get_node(call);
}
