/*
 * find.c - the steps that look up what the path names.
 *
 * AWS answers for the deepest thing it cannot find in two ways: a call about the
 * API itself names the API, any other one blames the resource, even where it is
 * the API that is unknown.
 */
#include "sandbox/call.h"

#include "lib/base/span.h"
#include "sandbox/state.h"

static struct gwt_node *api_of(const struct gwt_call *call)
{
	return gwt_node_child(call->sandbox->state.root, GWT_KIND_API, gwt_call_label(call, "restapi_id"));
}

bool gwt_find_api(struct gwt_call *call)
{
	struct gwt_span values[2] = { call->sandbox->options.account, gwt_call_label(call, "restapi_id") };

	call->api = call->node = api_of(call);
	if (call->api)
		return true;
	if (!gwt_call_is(call, GWT_API_CHANGE_API_ID_TEXT))
		return gwt_call_fail(call, GWT_RULE_NO_API_2016);
	return gwt_call_fail_values(call, GWT_RULE_NO_API, GWT_SPAN(""), values, 2);
}

/* The API or the resource is unknown: AWS's text is the same, but not every call was recorded with both. */
static bool fail_resource(struct gwt_call *call)
{
	return gwt_call_fail_kind(call, GWT_RULE_NO_RESOURCE,
				  call->api ? GWT_SPAN("resource") : GWT_SPAN("api"));
}

bool gwt_find_parent(struct gwt_call *call)
{
	call->api = api_of(call);
	call->resource = gwt_node_child(call->api, GWT_KIND_RESOURCE, gwt_call_label(call, "parent_id"));
	return call->resource || fail_resource(call);
}

bool gwt_find_resource(struct gwt_call *call)
{
	call->api = api_of(call);
	call->resource = call->node =
		gwt_node_child(call->api, GWT_KIND_RESOURCE, gwt_call_label(call, "resource_id"));
	return call->resource || fail_resource(call);
}

bool gwt_find_method(struct gwt_call *call)
{
	if (!gwt_find_resource(call))
		return false;
	call->method = call->node =
		gwt_node_child(call->resource, GWT_KIND_METHOD, gwt_call_label(call, "http_method"));
	return call->method || gwt_call_fail(call, GWT_RULE_NO_METHOD);
}

/* The text of calls about integration responses changed years before that of the others. */
static bool has_newer_text(const struct gwt_call *call)
{
	return gwt_call_is(call, strstr(call->route.operation->name, "IntegrationResponse")
					 ? GWT_API_CHANGE_INTEGRATION_RESPONSE_TEXT
					 : GWT_API_CHANGE_INTEGRATION_TEXT);
}

bool gwt_find_integration(struct gwt_call *call)
{
	if (!gwt_find_method(call))
		return false;
	call->integration = call->node = gwt_node_child(call->method, GWT_KIND_INTEGRATION, GWT_SPAN(""));
	return call->integration || gwt_call_fail(call, has_newer_text(call) ? GWT_RULE_NO_INTEGRATION
									     : GWT_RULE_NO_INTEGRATION_2018);
}
