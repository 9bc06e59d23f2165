/*
 * hal.c - the HAL form: what AWS answers where Accept does not name application/json.
 *
 * Links by kind of object, after the samples of AWS's API reference: `_links`
 * first, then the members in order, children under `_embedded` last. No recording
 * has this form.
 */
#include "sandbox/call.h"

#include "lib/base/arena.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/http/headers.h"
#include "lib/json/json.h"
#include "sandbox/state.h"

#define DOCS "https://docs.aws.amazon.com/apigateway/latest/developerguide/"

static const struct {
	const char *segment; /* of the path */
	const char *curie, *page;
} kinds[GWT_KINDS] = {
	[GWT_KIND_ROOT] = { "", "account", "account" },
	[GWT_KIND_API] = { "/restapis/", "restapi", "restapi" },
	[GWT_KIND_RESOURCE] = { "/resources/", "resource", "restapi-resource" },
	[GWT_KIND_METHOD] = { "/methods/", "method", "restapi-method" },
	[GWT_KIND_METHOD_RESPONSE] = { "/responses/", "methodresponse", "restapi-method-response" },
	[GWT_KIND_INTEGRATION] = { "/integration", "integration", "restapi-integration" },
	[GWT_KIND_INTEGRATION_RESPONSE] = { "/responses/", "integrationresponse",
					    "restapi-integration-response" },
	[GWT_KIND_DEPLOYMENT] = { "/deployments/", "deployment", "restapi-deployment" },
	[GWT_KIND_STAGE] = { "/stages/", "stage", "restapi-stage" },
	[GWT_KIND_VPC_LINK] = { "/vpclinks/", "vpclink", "vpc-link" },
	[GWT_KIND_MODEL] = { "/models/", "model", "restapi-model" },
	[GWT_KIND_VALIDATOR] = { "/requestvalidators/", "requestvalidator", "restapi-requestvalidator" },
	[GWT_KIND_AUTHORIZER] = { "/authorizers/", "authorizer", "restapi-authorizer" },
};

/* Links other than `self`, in their order; a `{` in the suffix makes a templated link. */
static const struct {
	enum gwt_kind kind;
	const char *rel, *suffix;
} links[] = {
	{ GWT_KIND_API, "deployment:by-restapi", "/deployments" },
	{ GWT_KIND_API, "deployment:create", "/deployments" },
	{ GWT_KIND_API, "resource:by-restapi", "/resources" },
	{ GWT_KIND_API, "restapi:delete", "" },
	{ GWT_KIND_API, "restapi:update", "" },
	{ GWT_KIND_API, "stage:by-restapi", "/stages" },
	{ GWT_KIND_API, "stage:create", "/stages" },
	{ GWT_KIND_RESOURCE, "method:put", "/methods/{http_method}" },
	{ GWT_KIND_RESOURCE, "resource:create", "" },
	{ GWT_KIND_RESOURCE, "resource:delete", "" },
	{ GWT_KIND_RESOURCE, "resource:update", "" },
	{ GWT_KIND_METHOD, "integration:put", "/integration" },
	{ GWT_KIND_METHOD, "method:delete", "" },
	{ GWT_KIND_METHOD, "method:update", "" },
	{ GWT_KIND_METHOD, "methodresponse:put", "/responses/{status_code}" },
	{ GWT_KIND_METHOD_RESPONSE, "methodresponse:delete", "" },
	{ GWT_KIND_METHOD_RESPONSE, "methodresponse:update", "" },
	{ GWT_KIND_INTEGRATION, "integration:delete", "" },
	{ GWT_KIND_INTEGRATION, "integration:update", "" },
	{ GWT_KIND_INTEGRATION, "integrationresponse:put", "/responses/{status_code}" },
	{ GWT_KIND_INTEGRATION_RESPONSE, "integrationresponse:delete", "" },
	{ GWT_KIND_INTEGRATION_RESPONSE, "integrationresponse:update", "" },
	{ GWT_KIND_DEPLOYMENT, "deployment:delete", "" },
	{ GWT_KIND_DEPLOYMENT, "deployment:update", "" },
	{ GWT_KIND_STAGE, "stage:delete", "" },
	{ GWT_KIND_STAGE, "stage:update", "" },
	{ GWT_KIND_VPC_LINK, "vpclink:delete", "" },
	{ GWT_KIND_VPC_LINK, "vpclink:update", "" },
	{ GWT_KIND_MODEL, "model:delete", "" },
	{ GWT_KIND_VALIDATOR, "requestvalidator:delete", "" },
	{ GWT_KIND_AUTHORIZER, "authorizer:delete", "" },
};

/* Members that are children: their name in plain JSON, the name of their relation, and their kind. */
static const struct {
	enum gwt_kind kind, child;
	const char *member, *rel;
} children[] = {
	{ GWT_KIND_METHOD, GWT_KIND_INTEGRATION, "methodIntegration", "method:integration" },
	{ GWT_KIND_METHOD, GWT_KIND_METHOD_RESPONSE, "methodResponses", "method:responses" },
	{ GWT_KIND_INTEGRATION, GWT_KIND_INTEGRATION_RESPONSE, "integrationResponses",
	  "integration:responses" },
	{ GWT_KIND_RESOURCE, GWT_KIND_METHOD, "resourceMethods", "resource:methods" },
};

/* Whether application/json is anywhere in Accept, with any parameters. */
static bool wants_plain_json(const struct gwt_call *call)
{
	struct gwt_span rest = gwt_headers_get(&call->request->headers, "Accept");

	while (rest.ptr) {
		struct gwt_span item = gwt_span_cut(&rest, ',');

		if (gwt_span_iis(gwt_span_trim(gwt_span_cut(&item, ';')), "application/json"))
			return true;
	}
	return false;
}

static struct gwt_span node_path(const struct gwt_call *call, const struct gwt_node *node)
{
	struct gwt_span above = node->parent ? node_path(call, node->parent) : GWT_SPAN("");

	return gwt_arena_printf(call->arena, GWT_SPAN_FMT "%s" GWT_SPAN_FMT, GWT_SPAN_ARG(above),
				kinds[node->kind].segment, GWT_SPAN_ARG(node->id));
}

static struct gwt_json *add_link(const struct gwt_call *call, struct gwt_json *to, const char *rel,
				 struct gwt_span path, const char *suffix)
{
	struct gwt_json *link = gwt_json_add_object(call->arena, to, rel);

	gwt_json_add_string(call->arena, link, "href",
			    gwt_arena_printf(call->arena, GWT_SPAN_FMT "%s", GWT_SPAN_ARG(path), suffix));
	if (strchr(suffix, '{'))
		gwt_json_add_bool(call->arena, link, "templated", true);
	return link;
}

static void add_curies(const struct gwt_call *call, struct gwt_json *to, enum gwt_kind kind)
{
	struct gwt_json *curies = gwt_json_add_object(call->arena, to, "curies");

	gwt_json_add_string(call->arena, curies, "href",
			    gwt_arena_printf(call->arena, DOCS "%s-{rel}.html", kinds[kind].page));
	gwt_json_add_string(call->arena, curies, "name", gwt_span_of(kinds[kind].curie));
	gwt_json_add_bool(call->arena, curies, "templated", true);
}

static struct gwt_json *links_of(const struct gwt_call *call, const struct gwt_node *node)
{
	struct gwt_json *made = gwt_json_new(call->arena, GWT_JSON_OBJECT), *self;
	struct gwt_span path = node_path(call, node);
	bool titled = node->kind == GWT_KIND_METHOD || node->kind == GWT_KIND_METHOD_RESPONSE ||
		      node->kind == GWT_KIND_INTEGRATION_RESPONSE;

	add_curies(call, made, node->kind);
	self = add_link(call, made, "self", path, "");
	if (titled)
		gwt_json_add_string(call->arena, self, "title", node->id);
	for (size_t i = 0; i < GWT_LEN(links); i++)
		if (links[i].kind == node->kind)
			add_link(call, made, links[i].rel, path, links[i].suffix);
	return made;
}

static struct gwt_json *wrap(const struct gwt_call *call, const struct gwt_node *node, struct gwt_json *json);

/* One child becomes an object, several become a list: HAL's rule for a relation. */
static void add_relation(const struct gwt_call *call, struct gwt_json *to, const char *rel,
			 struct gwt_json *list)
{
	gwt_json_add(call->arena, to, rel, list->len == 1 ? gwt_json_copy(call->arena, list->child) : list);
}

static struct gwt_json *child_link(const struct gwt_call *call, const struct gwt_node *child)
{
	struct gwt_json *link = gwt_json_new(call->arena, GWT_JSON_OBJECT);

	gwt_json_add_string(call->arena, link, "href", node_path(call, child));
	if (child->id.len > 0) {
		gwt_json_add_string(call->arena, link, "name", child->id);
		gwt_json_add_string(call->arena, link, "title", child->id);
	}
	return link;
}

/* Add the children of one row: as links, and as whole objects under `embedded`. */
static void embed(const struct gwt_call *call, const struct gwt_node *node, size_t row,
		  struct gwt_json *member, struct gwt_json *to_links, struct gwt_json *embedded)
{
	bool single = children[row].child == GWT_KIND_INTEGRATION;
	struct gwt_json *list = gwt_json_new(call->arena, GWT_JSON_ARRAY),
			*hrefs = gwt_json_new(call->arena, GWT_JSON_ARRAY);

	for (struct gwt_json *entry = single ? member : member->child; entry;
	     entry = single ? NULL : entry->next) {
		struct gwt_span id = single ? GWT_SPAN("") : entry->name;
		const struct gwt_node *child = gwt_node_child(node, children[row].child, id);

		gwt_json_append(list, wrap(call, child, gwt_json_copy(call->arena, entry)));
		gwt_json_append(hrefs, child_link(call, child));
	}
	add_relation(call, to_links, children[row].rel, hrefs);
	add_relation(call, embedded, children[row].rel, list);
}

static bool is_child_member(enum gwt_kind kind, struct gwt_span name)
{
	for (size_t i = 0; i < GWT_LEN(children); i++)
		if (children[i].kind == kind && gwt_span_is(name, children[i].member))
			return true;
	return false;
}

static struct gwt_json *wrap(const struct gwt_call *call, const struct gwt_node *node, struct gwt_json *json)
{
	struct gwt_json *made = gwt_json_new(call->arena, GWT_JSON_OBJECT);
	struct gwt_json *embedded = gwt_json_new(call->arena, GWT_JSON_OBJECT);
	struct gwt_json *to_links = gwt_json_add(call->arena, made, "_links", links_of(call, node));

	gwt_json_sort(json);
	for (const struct gwt_json *member = json->child; member; member = member->next)
		if (!is_child_member(node->kind, member->name))
			gwt_json_add_span(call->arena, made, member->name,
					  gwt_json_copy(call->arena, member));
	for (size_t i = 0; i < GWT_LEN(children); i++) {
		struct gwt_json *member = gwt_json_get(json, children[i].member);

		if (children[i].kind == node->kind && member)
			embed(call, node, i, member, to_links, embedded);
	}
	if (embedded->len > 0)
		gwt_json_add(call->arena, made, "_embedded", embedded);
	return made;
}

static struct gwt_json *wrap_list(const struct gwt_call *call)
{
	struct gwt_json *made = gwt_json_new(call->arena, GWT_JSON_OBJECT), *items;
	struct gwt_json *to = gwt_json_add_object(call->arena, made, "_links");
	const struct gwt_json *position = gwt_json_get(call->output, "position");
	size_t i = 0;

	if (call->listed[0])
		add_curies(call, to, call->listed[0]->kind);
	add_link(call, to, "self", gwt_clean_utf8(call->arena, call->request->path), "");
	if (position)
		gwt_json_add(call->arena, made, "position", gwt_json_copy(call->arena, position));
	items = gwt_json_add_array(call->arena, gwt_json_add_object(call->arena, made, "_embedded"), "item");
	for (const struct gwt_json *item = gwt_json_get(call->output, "item")->child; item; item = item->next)
		gwt_json_append(items, wrap(call, call->listed[i++], gwt_json_copy(call->arena, item)));
	return made;
}

void gwt_call_order_output(struct gwt_call *call)
{
	if (wants_plain_json(call)) {
		gwt_json_sort(call->output);
		return;
	}
	gwt_call_rests_on(call, GWT_RULE_HAL);
	if (call->listed)
		call->output = wrap_list(call);
	else if (call->node)
		call->output = wrap(call, call->node, call->output);
	else
		gwt_json_sort(call->output);
}
