/*
 * method.c - methods.
 */
#include "sandbox/patch.h"

bool gwt_is_verb(struct gwt_span text)
{
	static const char *const verbs[] = {
		"GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS", "HEAD", "ANY"
	};

	for (size_t i = 0; i < GWT_LEN(verbs); i++)
		if (gwt_span_is(text, verbs[i]))
			return true;
	return false;
}

/* NONE in any case comes back in capitals (recorded); assumed of the others. Absent when unknown. */
static struct gwt_span authorization_type(struct gwt_span text)
{
	static const char *const types[] = { "NONE", "AWS_IAM", "CUSTOM", "COGNITO_USER_POOLS" };

	for (size_t i = 0; i < GWT_LEN(types); i++)
		if (gwt_span_iis(text, types[i]))
			return gwt_span_of(types[i]);
	return (struct gwt_span){ NULL, 0 };
}

bool gwt_is_parameter(struct gwt_span text, const char *prefix, const char *const *places)
{
	if (!gwt_span_starts(text, gwt_span_of(prefix)))
		return false;
	text = gwt_span_slice(text, strlen(prefix), text.len);
	for (; *places; places++) {
		struct gwt_span place = gwt_span_of(*places);

		if (gwt_span_starts(text, place) && text.len > place.len + 1 && text.ptr[place.len] == '.')
			return true;
	}
	return false;
}

bool gwt_is_method_parameter(struct gwt_span name)
{
	static const char *const places[] = {
		"path", "querystring", "header", "multivaluequerystring", "multivalueheader", NULL
	};

	return gwt_is_parameter(name, "method.request.", places);
}

/* CUSTOM and COGNITO_USER_POOLS need an authorizer. The sandbox has none, so that any id will do. */
static bool check_authorization(struct gwt_call *call, const struct gwt_json *method)
{
	struct gwt_span type = authorization_type(gwt_json_get_text(method, "authorizationType"));

	if (!type.ptr)
		return gwt_call_fail(call, GWT_RULE_BAD_AUTHORIZATION);
	if ((gwt_span_is(type, "CUSTOM") || gwt_span_is(type, "COGNITO_USER_POOLS")) &&
	    gwt_json_get_text(method, "authorizerId").len == 0)
		return gwt_call_fail(call, GWT_RULE_NO_AUTHORIZER);
	return true;
}

/* NAME of method.request.PLACE.NAME */
static struct gwt_span parameter_name(struct gwt_span parameter)
{
	for (int dots = 0; dots < 3; dots++)
		gwt_span_cut(&parameter, '.');
	return parameter;
}

static bool check_parameters(struct gwt_call *call, const struct gwt_json *parameters)
{
	for (const struct gwt_json *p = parameters ? parameters->child : NULL; p; p = p->next) {
		if (!gwt_is_method_parameter(p->name))
			return gwt_call_fail_with(call, GWT_RULE_BAD_METHOD_PARAMETER, p->name);
		for (const struct gwt_json *other = parameters->child; other != p; other = other->next)
			if (gwt_span_eq(parameter_name(other->name), parameter_name(p->name)))
				return gwt_call_fail(call, GWT_RULE_SAME_PARAMETER);
	}
	return true;
}

bool gwt_check_method(struct gwt_call *call)
{
	struct gwt_span verb = gwt_call_label(call, "http_method");

	if (!gwt_is_verb(verb))
		return gwt_call_fail(call, GWT_RULE_BAD_VERB);
	if (!check_authorization(call, call->input) ||
	    !check_parameters(call, gwt_json_get(call->input, "requestParameters")))
		return false;
	if (gwt_node_child(call->resource, GWT_KIND_METHOD, verb))
		return gwt_call_fail(call, GWT_RULE_METHOD_EXISTS);
	return true;
}

bool gwt_put_method(struct gwt_call *call)
{
	static const char *const echoed[] = { "apiKeyRequired",     "authorizerId",  "operationName",
					      "requestParameters",  "requestModels", "requestValidatorId",
					      "authorizationScopes" };
	static const char *const references[] = { "authorizerId", "requestModels", "requestValidatorId" };
	struct gwt_span verb = gwt_call_label(call, "http_method");
	struct gwt_span type = authorization_type(gwt_json_get_text(call->input, "authorizationType"));
	struct gwt_json *json = gwt_json_new(call->arena, GWT_JSON_OBJECT);

	gwt_json_add_bool(call->arena, json, "apiKeyRequired", false);
	gwt_json_add_string(call->arena, json, "authorizationType", type);
	gwt_json_add_string(call->arena, json, "httpMethod", verb);
	for (size_t i = 0; i < GWT_LEN(echoed); i++)
		gwt_call_echo(call, json, echoed[i]);
	for (size_t i = 0; i < GWT_LEN(references); i++)
		if (gwt_json_get(json, references[i]))
			gwt_call_rests_on(call, GWT_RULE_UNCHECKED_REFERENCE);
	call->node = call->method =
		gwt_call_add(call, call->resource, GWT_KIND_METHOD, verb, json, GWT_RULE_STATE_FULL);
	return call->node && gwt_get_node(call);
}

struct gwt_json *gwt_method_json(const struct gwt_call *call, const struct gwt_node *method)
{
	struct gwt_json *json = gwt_call_read(call, method);
	const struct gwt_node *integration = gwt_node_child(method, GWT_KIND_INTEGRATION, GWT_SPAN(""));

	if (integration)
		gwt_json_set(call->arena, json, GWT_SPAN("methodIntegration"),
			     gwt_integration_json(call, integration));
	gwt_call_add_map(call, json, "methodResponses", method, GWT_KIND_METHOD_RESPONSE);
	return json;
}

bool gwt_get_method(struct gwt_call *call)
{
	const struct gwt_node *integration = gwt_node_child(call->method, GWT_KIND_INTEGRATION, GWT_SPAN(""));

	call->output = gwt_method_json(call, call->method);
	return !integration || gwt_call_rests_on(call, (enum gwt_rule)integration->rule);
}

static const struct gwt_patch_rule rules[] = {
	{ "/apiKeyRequired", GWT_PATCH_REPLACE, GWT_PATCH_BOOLEAN },
	{ "/authorizationScopes/*", GWT_PATCH_ADD | GWT_PATCH_REMOVE, GWT_PATCH_LIST },
	{ "/authorizationType", GWT_PATCH_REPLACE, GWT_PATCH_TEXT },
	{ "/authorizerId", GWT_PATCH_REPLACE, GWT_PATCH_TEXT },
	{ "/operationName", GWT_PATCH_REPLACE, GWT_PATCH_TEXT },
	{ "/requestModels/*", GWT_PATCH_ANY, GWT_PATCH_TEXT },
	{ "/requestParameters/*", GWT_PATCH_ANY, GWT_PATCH_BOOLEAN },
	{ "/requestValidatorId", GWT_PATCH_REPLACE, GWT_PATCH_TEXT },
	{ NULL, 0, GWT_PATCH_TEXT },
};

bool gwt_update_method(struct gwt_call *call)
{
	static const char *const emptied[] = { "authorizerId", "operationName", "requestValidatorId" };
	struct gwt_json *patched = gwt_call_read(call, call->method);

	if (!gwt_patch(call, rules, GWT_PATCH_NAMES_PATH, patched) || !check_authorization(call, patched) ||
	    !check_parameters(call, gwt_json_get(patched, "requestParameters")))
		return false;
	for (size_t i = 0; i < GWT_LEN(emptied); i++)
		if (gwt_json_get_text(patched, emptied[i]).len == 0)
			gwt_json_remove(patched, gwt_span_of(emptied[i]));
	return gwt_call_store(call, call->method, patched) && gwt_get_method(call);
}
