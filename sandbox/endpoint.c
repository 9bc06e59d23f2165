/*
 * endpoint.c - a REST API's endpointConfiguration.
 *
 * An API has one type. PRIVATE is dual-stack only; every other type is ipv4 unless
 * something else is asked for.
 */
#include "sandbox/patch.h"

#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/json/json.h"
#include "sandbox/call.h"

static struct gwt_span first_type(const struct gwt_json *endpoint)
{
	const struct gwt_json *type = gwt_json_at(gwt_json_get(endpoint, "types"), 0);

	return gwt_json_is(type, GWT_JSON_STRING) ? type->text : GWT_SPAN("");
}

static bool is_private(const struct gwt_json *endpoint)
{
	return gwt_span_is(first_type(endpoint), "PRIVATE");
}

void gwt_add_endpoint(struct gwt_call *call, struct gwt_json *api)
{
	const struct gwt_json *sent = gwt_json_get(call->input, "endpointConfiguration");
	struct gwt_json *endpoint =
		sent ? gwt_json_copy(call->arena, sent) : gwt_json_new(call->arena, GWT_JSON_OBJECT);

	if (!gwt_json_get(endpoint, "types"))
		gwt_json_append(gwt_json_add_array(call->arena, endpoint, "types"),
				gwt_json_new_string(call->arena, GWT_SPAN("EDGE")));
	if (!gwt_json_get(endpoint, "ipAddressType") && gwt_call_is(call, GWT_API_CHANGE_IP_ADDRESS_TYPE))
		gwt_json_add_string(call->arena, endpoint, "ipAddressType",
				    is_private(endpoint) ? GWT_SPAN("dualstack") : GWT_SPAN("ipv4"));
	endpoint->name = GWT_ABSENT;
	gwt_json_set(call->arena, api, GWT_SPAN("endpointConfiguration"), endpoint);
}

static bool check_private(struct gwt_call *call, const struct gwt_json *endpoint)
{
	return !is_private(endpoint) || !gwt_span_is(gwt_json_get_text(endpoint, "ipAddressType"), "ipv4") ||
	       gwt_call_fail(call, GWT_RULE_PRIVATE_IPV4);
}

/* For a new API; checked after its description (recorded). */
bool gwt_check_endpoint(struct gwt_call *call, const struct gwt_json *api)
{
	const struct gwt_json *endpoint = gwt_json_get(api, "endpointConfiguration");
	const struct gwt_json *types = gwt_json_get(endpoint, "types");

	if (types && types->len == 0)
		return gwt_call_fail(call, GWT_RULE_NO_ENDPOINT_TYPE);
	if (types && types->len > 1)
		return gwt_call_fail(call, GWT_RULE_TWO_ENDPOINT_TYPES);
	return check_private(call, endpoint);
}

/* `replace` of types/0 and of types/EDGE both leave one type: that of the last operation (recorded). */
static struct gwt_span patched_type(struct gwt_call *call, const struct gwt_json *endpoint)
{
	struct gwt_span type = first_type(endpoint);
	struct gwt_patch_op op;

	for (size_t i = 0; gwt_patch_next(call, i, &op); i++)
		if (gwt_span_starts(op.path, GWT_SPAN("/endpointConfiguration/types/")))
			type = op.value.ptr ? op.value : GWT_SPAN("");
	return type;
}

static bool is_one_of(struct gwt_span text, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (gwt_span_is(text, words[i]))
			return true;
	return false;
}

static bool check_values(struct gwt_call *call, struct gwt_span type, struct gwt_span address)
{
	static const char *const types[] = { "REGIONAL", "EDGE", "PRIVATE" };
	static const char *const addresses[] = { "ipv4", "dualstack" };

	if (!is_one_of(type, types, GWT_LEN(types)))
		return gwt_call_fail(call, GWT_RULE_BAD_ENDPOINT_TYPE);
	return !address.ptr || is_one_of(address, addresses, GWT_LEN(addresses)) ||
	       gwt_call_fail(call, GWT_RULE_BAD_IP_ADDRESS_TYPE);
}

bool gwt_settle_endpoint(struct gwt_call *call, struct gwt_json *api)
{
	struct gwt_json *endpoint = gwt_json_get(api, "endpointConfiguration"), *types;
	bool was_private;

	if (!endpoint)
		return true;
	was_private = is_private(endpoint);
	types = gwt_json_new(call->arena, GWT_JSON_ARRAY);
	gwt_json_append(types, gwt_json_new_string(call->arena, patched_type(call, endpoint)));
	if (!check_values(call, gwt_json_at(types, 0)->text, gwt_json_get_text(endpoint, "ipAddressType")))
		return false;
	gwt_json_set(call->arena, endpoint, GWT_SPAN("types"), types);
	if (is_private(endpoint) && !was_private && gwt_call_is(call, GWT_API_CHANGE_IP_ADDRESS_TYPE) &&
	    !gwt_patch_has(call, GWT_PATCH_REPLACE, "/endpointConfiguration/ipAddressType"))
		gwt_json_set(call->arena, endpoint, GWT_SPAN("ipAddressType"),
			     gwt_json_new_string(call->arena, GWT_SPAN("dualstack")));
	return check_private(call, endpoint);
}
