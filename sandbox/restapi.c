/*
 * restapi.c - REST APIs.
 */
#include "sandbox/patch.h"

#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/json/json.h"
#include "sandbox/call.h"
#include "sandbox/ids.h"
#include "sandbox/state.h"

/* Add the defaults of those members of a REST API that AWS had already introduced. */
static void add_defaults(struct gwt_call *call, struct gwt_json *api)
{
	gwt_json_add_string(call->arena, api, "apiKeySource", GWT_SPAN("HEADER"));
	if (gwt_call_is(call, GWT_API_CHANGE_EXECUTE_API_ENDPOINT))
		gwt_json_add_bool(call->arena, api, "disableExecuteApiEndpoint", false);
}

static struct gwt_json *api_json(struct gwt_call *call, struct gwt_span id, struct gwt_span root_id)
{
	static const char *const echoed[] = { "name",
					      "description",
					      "version",
					      "binaryMediaTypes",
					      "minimumCompressionSize",
					      "apiKeySource",
					      "policy",
					      "tags",
					      "disableExecuteApiEndpoint",
					      "securityPolicy",
					      "endpointAccessMode" };
	struct gwt_json *api = gwt_json_new(call->arena, GWT_JSON_OBJECT);

	gwt_json_add_string(call->arena, api, "id", id);
	gwt_json_add_number(call->arena, api, "createdDate", call->now);
	if (gwt_call_is(call, GWT_API_CHANGE_ENDPOINT)) {
		add_defaults(call, api);
		gwt_add_endpoint(call, api);
	}
	if (gwt_call_is(call, GWT_API_CHANGE_ROOT_RESOURCE_ID))
		gwt_json_add_string(call->arena, api, "rootResourceId", root_id);
	for (size_t i = 0; i < GWT_LEN(echoed); i++)
		gwt_call_echo(call, api, echoed[i]);
	if (gwt_json_get(api, "binaryMediaTypes") && gwt_json_get(api, "binaryMediaTypes")->len == 0)
		gwt_json_remove(api, GWT_SPAN("binaryMediaTypes")); /* recorded */
	return api;
}

bool gwt_create_rest_api(struct gwt_call *call)
{
	struct gwt_node *root = call->sandbox->state.root;
	struct gwt_span id = gwt_call_new_id(call, root, GWT_KIND_API, GWT_API_ID_LEN);
	struct gwt_span root_id = gwt_call_new_id(call, root, GWT_KIND_API, GWT_API_ID_LEN);
	struct gwt_json *resource = gwt_json_new(call->arena, GWT_JSON_OBJECT);

	call->api = gwt_call_add(call, root, GWT_KIND_API, id, api_json(call, id, root_id),
				 GWT_RULE_TOO_MANY_APIS);
	if (!call->api)
		return false;
	gwt_json_add_string(call->arena, resource, "id", root_id);
	if (!gwt_call_add(call, call->api, GWT_KIND_RESOURCE, root_id, resource, GWT_RULE_STATE_FULL) ||
	    !gwt_add_first_models(call, call->api)) {
		gwt_node_remove(&call->sandbox->state, call->api);
		return false;
	}
	call->node = call->api;
	return gwt_get_node(call);
}

static const struct gwt_patch_rule rules[] = {
	{ "/apiKeySource", GWT_PATCH_REPLACE, GWT_PATCH_TEXT },
	{ "/binaryMediaTypes/*", GWT_PATCH_ANY, GWT_PATCH_LIST },
	{ "/description", GWT_PATCH_REPLACE | GWT_PATCH_REMOVE, GWT_PATCH_TEXT },
	{ "/disableExecuteApiEndpoint", GWT_PATCH_REPLACE, GWT_PATCH_BOOLEAN },
	{ "/endpointConfiguration/ipAddressType", GWT_PATCH_REPLACE, GWT_PATCH_TEXT },
	{ "/endpointConfiguration/types/*", GWT_PATCH_REPLACE, GWT_PATCH_LIST, 0, 0,
	  GWT_RULE_PATCH_OPERATION_TYPES },
	{ "/endpointConfiguration/vpcEndpointIds/*", GWT_PATCH_ADD | GWT_PATCH_REMOVE, GWT_PATCH_LIST },
	{ "/minimumCompressionSize", GWT_PATCH_REPLACE, GWT_PATCH_INTEGER },
	{ "/name", GWT_PATCH_REPLACE, GWT_PATCH_TEXT },
	{ "/policy", GWT_PATCH_REPLACE | GWT_PATCH_REMOVE, GWT_PATCH_TEXT },
	{ "/version", GWT_PATCH_REPLACE, GWT_PATCH_TEXT },
	{ NULL, 0, GWT_PATCH_TEXT },
};

static bool check_compression(struct gwt_call *call, const struct gwt_json *api)
{
	const struct gwt_json *size = gwt_json_get(api, "minimumCompressionSize");
	uint64_t bytes;

	return !size || gwt_json_to_u64(size, 10485760, &bytes) ||
	       gwt_call_fail(call, GWT_RULE_BAD_COMPRESSION);
}

bool gwt_check_rest_api(struct gwt_call *call)
{
	const struct gwt_json *description = gwt_json_get(call->input, "description");

	if (description && description->text.len == 0)
		return gwt_call_fail(call, GWT_RULE_EMPTY_DESCRIPTION);
	return check_compression(call, call->input) && gwt_check_endpoint(call, call->input);
}

/* The answer to an update, and only this one, has tags even when there are none (recorded). */
bool gwt_update_rest_api(struct gwt_call *call)
{
	struct gwt_json *api = gwt_call_read(call, call->api);
	const struct gwt_json *binary;

	if (!gwt_patch(call, rules, GWT_PATCH_NAMES_PATH, api) || !check_compression(call, api) ||
	    !gwt_settle_endpoint(call, api))
		return false;
	binary = gwt_json_get(api, "binaryMediaTypes");
	if (binary && binary->len == 0)
		gwt_json_remove(api, GWT_SPAN("binaryMediaTypes"));
	if (!gwt_call_store(call, call->api, api))
		return false;
	if (!gwt_json_get(api, "tags"))
		gwt_json_add_object(call->arena, api, "tags");
	call->output = api;
	return true;
}

bool gwt_get_rest_apis(struct gwt_call *call)
{
	return gwt_call_answer_list(call, call->sandbox->state.root, GWT_KIND_API, gwt_read_node);
}
