/*
 * adopt.c - taking over the answer of a replay, whose backdrop this sandbox is (DESIGN 6).
 *
 * The answer is the object: it is stored unchanged under the ids that it and
 * the request's path name. Nothing is checked again; what the path needs and is
 * not there is made.
 */
#include "sandbox/call.h"

#include "lib/base/arena.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/json/json.h"
#include "lib/model/model.h"
#include "sandbox/ids.h"
#include "sandbox/rules.h"
#include "sandbox/sandbox.h"
#include "sandbox/state.h"

/* Which kind of object an operation writes, and where its id is. */
static const struct {
	const char *operation;
	enum gwt_kind kind;
	const char *label;  /* the label of the path that is the id */
	const char *member; /* the member of the answer that is the id, where no label is */
} writes[] = {
	{ "CreateRestApi", GWT_KIND_API, NULL, "id" },
	{ "UpdateRestApi", GWT_KIND_API, "restapi_id", NULL },
	{ "CreateResource", GWT_KIND_RESOURCE, NULL, "id" },
	{ "UpdateResource", GWT_KIND_RESOURCE, "resource_id", NULL },
	{ "PutMethod", GWT_KIND_METHOD, "http_method", NULL },
	{ "UpdateMethod", GWT_KIND_METHOD, "http_method", NULL },
	{ "PutMethodResponse", GWT_KIND_METHOD_RESPONSE, "status_code", NULL },
	{ "UpdateMethodResponse", GWT_KIND_METHOD_RESPONSE, "status_code", NULL },
	{ "PutIntegration", GWT_KIND_INTEGRATION, "", NULL },
	{ "UpdateIntegration", GWT_KIND_INTEGRATION, "", NULL },
	{ "PutIntegrationResponse", GWT_KIND_INTEGRATION_RESPONSE, "status_code", NULL },
	{ "UpdateIntegrationResponse", GWT_KIND_INTEGRATION_RESPONSE, "status_code", NULL },
	{ "CreateDeployment", GWT_KIND_DEPLOYMENT, NULL, "id" },
	{ "UpdateDeployment", GWT_KIND_DEPLOYMENT, "deployment_id", NULL },
	{ "CreateStage", GWT_KIND_STAGE, NULL, "stageName" },
	{ "UpdateStage", GWT_KIND_STAGE, "stage_name", NULL },
	{ "CreateVpcLink", GWT_KIND_VPC_LINK, NULL, "id" },
	{ "UpdateVpcLink", GWT_KIND_VPC_LINK, "vpclink_id", NULL },
	{ "CreateModel", GWT_KIND_MODEL, NULL, "name" },
	{ "CreateRequestValidator", GWT_KIND_VALIDATOR, NULL, "id" },
	{ "CreateAuthorizer", GWT_KIND_AUTHORIZER, NULL, "id" },
	{ "DeleteModel", GWT_KIND_MODEL, "model_name", NULL },
	{ "DeleteRequestValidator", GWT_KIND_VALIDATOR, "requestvalidator_id", NULL },
	{ "DeleteAuthorizer", GWT_KIND_AUTHORIZER, "authorizer_id", NULL },
	{ "DeleteRestApi", GWT_KIND_API, "restapi_id", NULL },
	{ "DeleteResource", GWT_KIND_RESOURCE, "resource_id", NULL },
	{ "DeleteMethod", GWT_KIND_METHOD, "http_method", NULL },
	{ "DeleteMethodResponse", GWT_KIND_METHOD_RESPONSE, "status_code", NULL },
	{ "DeleteIntegration", GWT_KIND_INTEGRATION, "", NULL },
	{ "DeleteIntegrationResponse", GWT_KIND_INTEGRATION_RESPONSE, "status_code", NULL },
	{ "DeleteDeployment", GWT_KIND_DEPLOYMENT, "deployment_id", NULL },
	{ "DeleteStage", GWT_KIND_STAGE, "stage_name", NULL },
	{ "DeleteVpcLink", GWT_KIND_VPC_LINK, "vpclink_id", NULL },
};

/* The kind of each kind's parent. */
static const enum gwt_kind parents[GWT_KINDS] = {
	[GWT_KIND_API] = GWT_KIND_ROOT,           [GWT_KIND_RESOURCE] = GWT_KIND_API,
	[GWT_KIND_METHOD] = GWT_KIND_RESOURCE,    [GWT_KIND_METHOD_RESPONSE] = GWT_KIND_METHOD,
	[GWT_KIND_INTEGRATION] = GWT_KIND_METHOD, [GWT_KIND_INTEGRATION_RESPONSE] = GWT_KIND_INTEGRATION,
	[GWT_KIND_DEPLOYMENT] = GWT_KIND_API,     [GWT_KIND_STAGE] = GWT_KIND_API,
	[GWT_KIND_VPC_LINK] = GWT_KIND_ROOT,      [GWT_KIND_MODEL] = GWT_KIND_API,
	[GWT_KIND_VALIDATOR] = GWT_KIND_API,      [GWT_KIND_AUTHORIZER] = GWT_KIND_API,
};

/* The API's root resource. It is made, with `id` or a new one, where the API has none. */
static struct gwt_node *ensure_root(struct gwt_call *call, struct gwt_node *api, struct gwt_span id)
{
	struct gwt_node *resource;

	for (size_t i = 0; (resource = gwt_node_next(api, GWT_KIND_RESOURCE, &i));)
		if (!resource->above)
			return resource;
	if (id.len == 0)
		id = gwt_call_new_id(call, api, GWT_KIND_RESOURCE, GWT_API_ID_LEN);
	return gwt_call_add(call, api, GWT_KIND_RESOURCE, id, gwt_json_new(call->arena, GWT_JSON_OBJECT),
			    GWT_RULE_STATE_FULL);
}

/* A resource of which only the id is known: it is made below the root, with its id as its path part. */
static struct gwt_node *ensure_resource(struct gwt_call *call, struct gwt_node *api, struct gwt_span id)
{
	struct gwt_node *root = ensure_root(call, api, GWT_SPAN("")), *made;

	if (!root)
		return NULL;
	made = gwt_call_add(call, api, GWT_KIND_RESOURCE, id, gwt_json_new(call->arena, GWT_JSON_OBJECT),
			    GWT_RULE_STATE_FULL);
	if (made && gwt_node_set_label(&call->sandbox->state, made, id))
		made->above = root;
	return made;
}

static struct gwt_node *ensure(struct gwt_call *call, struct gwt_node *parent, enum gwt_kind kind,
			       struct gwt_span id)
{
	struct gwt_node *found = gwt_node_child(parent, kind, id);
	struct gwt_json *json;

	if (found || !parent)
		return found;
	if (kind == GWT_KIND_RESOURCE)
		return ensure_resource(call, parent, id);
	json = gwt_json_new(call->arena, GWT_JSON_OBJECT);
	if (kind == GWT_KIND_API || kind == GWT_KIND_DEPLOYMENT || kind == GWT_KIND_VPC_LINK)
		gwt_json_add_string(call->arena, json, "id", id);
	if (kind == GWT_KIND_METHOD)
		gwt_json_add_string(call->arena, json, "httpMethod", id);
	found = gwt_call_add(call, parent, kind, id, json, GWT_RULE_STATE_FULL);
	if (found && kind == GWT_KIND_API && !gwt_add_first_models(call, found))
		return NULL;
	return found;
}

/* The node of a kind that a path leads to, from the root down. A missing node is made, or NULL returned. */
static struct gwt_node *node_of_path(struct gwt_call *call, enum gwt_kind kind, bool make)
{
	static const char *const labels[GWT_KINDS] = {
		[GWT_KIND_API] = "restapi_id",
		[GWT_KIND_RESOURCE] = "resource_id",
		[GWT_KIND_METHOD] = "http_method",
		[GWT_KIND_INTEGRATION] = "",
	};
	struct gwt_node *parent;
	struct gwt_span id;

	if (kind == GWT_KIND_ROOT)
		return call->sandbox->state.root;
	parent = node_of_path(call, parents[kind], make);
	id = gwt_call_label(call, labels[kind]);
	return make ? ensure(call, parent, kind, id) : gwt_node_child(parent, kind, id);
}

/* The object without its children, which are separate nodes, and without links. */
static struct gwt_json *plain(struct gwt_call *call, const struct gwt_json *answer)
{
	static const char *const nested[] = { "integrationResponses",
					      "methodIntegration",
					      "methodResponses",
					      "resourceMethods",
					      "_links",
					      "_embedded" };
	struct gwt_json *made = gwt_json_copy(call->arena, answer);

	for (size_t i = 0; i < GWT_LEN(nested); i++)
		gwt_json_remove(made, gwt_span_of(nested[i]));
	return made;
}

/* Take a resource's place in the tree, its parent and path part, from the answer. */
static bool place_resource(struct gwt_call *call, struct gwt_node *resource, const struct gwt_json *answer)
{
	struct gwt_span part = gwt_json_get_text(answer, "pathPart");
	struct gwt_span above = gwt_json_get_text(answer, "parentId");
	struct gwt_node *parent;

	if (part.len == 0 || above.len == 0)
		return true;
	parent = ensure(call, resource->parent, GWT_KIND_RESOURCE, above);
	if (parent && !gwt_resource_fits_under(resource, parent))
		return true; /* the answer's parent would make a cycle or too deep a tree: keep ours */
	if (!parent || !gwt_node_set_label(&call->sandbox->state, resource, part))
		return gwt_call_fail(call, GWT_RULE_STATE_FULL);
	resource->above = parent;
	return true;
}

static bool adopt_object(struct gwt_call *call, size_t row, const struct gwt_json *answer)
{
	struct gwt_node *parent = node_of_path(call, parents[writes[row].kind], true);
	struct gwt_span id = writes[row].label ? gwt_call_label(call, writes[row].label)
					       : gwt_json_get_text(answer, writes[row].member);
	struct gwt_json *json = plain(call, answer);
	struct gwt_node *node;

	if (!parent || !id.ptr)
		return parent != NULL;
	if (writes[row].kind == GWT_KIND_VPC_LINK) /* PENDING at first; clients wait for this */
		gwt_json_set(call->arena, json, GWT_SPAN("status"),
			     gwt_json_new_string(call->arena, GWT_SPAN("AVAILABLE")));
	node = ensure(call, parent, writes[row].kind, id);
	if (!node || !gwt_call_store(call, node, json))
		return gwt_call_fail(call, GWT_RULE_STATE_FULL);
	if (node->kind == GWT_KIND_API)
		return ensure_root(call, node, gwt_json_get_text(answer, "rootResourceId")) != NULL;
	return node->kind != GWT_KIND_RESOURCE || place_resource(call, node, answer);
}

static bool adopt_delete(struct gwt_call *call, size_t row)
{
	struct gwt_node *parent = node_of_path(call, parents[writes[row].kind], false);
	struct gwt_node *node =
		gwt_node_child(parent, writes[row].kind, gwt_call_label(call, writes[row].label));

	if (node)
		gwt_node_remove(&call->sandbox->state, node);
	return true;
}

static bool adopt(struct gwt_call *call, const struct gwt_response *answer)
{
	struct gwt_json *json = NULL;

	for (size_t i = 0; i < GWT_LEN(writes); i++) {
		if (strcmp(writes[i].operation, call->route.operation->name) != 0)
			continue;
		if (gwt_span_is(call->request->method, "DELETE"))
			return adopt_delete(call, i);
		if (!gwt_json_parse(call->arena, answer->body, &json, NULL) || json->type != GWT_JSON_OBJECT)
			return true;
		return adopt_object(call, i, json);
	}
	return true;
}

gwt_status gwt_sandbox_adopt(struct gwt_sandbox *sandbox, const struct gwt_request *request,
			     const struct gwt_response *answer, int64_t now, struct gwt_error *err)
{
	struct gwt_arena arena = { 0 };
	struct gwt_call call = { .sandbox = sandbox,
				 .request = request,
				 .arena = &arena,
				 .now = now,
				 .basis = &gwt_rule_table[GWT_RULE_ADOPTED].otherwise };
	gwt_status status = GWT_OK;

	call.input = gwt_json_new(&arena, GWT_JSON_OBJECT);
	if (answer->status >= 200 && answer->status < 300 && gwt_method_writes(request->method) &&
	    gwt_route_find(request->method, request->path, &call.route) && !adopt(&call, answer))
		status = gwt_fail(err, GWT_ELIMIT, "the backdrop cannot store more");
	gwt_arena_release(&arena);
	return status;
}

bool gwt_sandbox_has_id(const struct gwt_sandbox *sandbox, struct gwt_span id)
{
	const struct gwt_node *root = sandbox->state.root;
	struct gwt_node *api;

	if (gwt_node_child(root, GWT_KIND_API, id) || gwt_node_child(root, GWT_KIND_VPC_LINK, id))
		return true;
	for (size_t i = 0; (api = gwt_node_next(root, GWT_KIND_API, &i));)
		if (gwt_node_child(api, GWT_KIND_RESOURCE, id) ||
		    gwt_node_child(api, GWT_KIND_DEPLOYMENT, id) ||
		    gwt_node_child(api, GWT_KIND_VALIDATOR, id) ||
		    gwt_node_child(api, GWT_KIND_AUTHORIZER, id))
			return true;
	return false;
}
