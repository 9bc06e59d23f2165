/*
 * method.c - methods.
 */
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/json/json.h"
#include "sandbox/call.h"
#include "sandbox/mapping.h"
#include "sandbox/patch.h"
#include "sandbox/state.h"

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

/* NONE in any case is returned in capitals (recorded; assumed of the others). Absent when unknown. */
static struct gwt_span authorization_type(struct gwt_span text)
{
	static const char *const types[] = { "NONE", "AWS_IAM", "CUSTOM", "COGNITO_USER_POOLS" };

	for (size_t i = 0; i < GWT_LEN(types); i++)
		if (gwt_span_iis(text, types[i]))
			return gwt_span_of(types[i]);
	return GWT_ABSENT;
}

static bool uses_authorizer(struct gwt_span type)
{
	return gwt_span_is(type, "CUSTOM") || gwt_span_is(type, "COGNITO_USER_POOLS");
}

/* CUSTOM and COGNITO_USER_POOLS need an existing authorizer. */
static bool check_authorization(struct gwt_call *call, const struct gwt_json *method)
{
	struct gwt_span type = authorization_type(gwt_json_get_text(method, "authorizationType"));
	struct gwt_span id = gwt_json_get_text(method, "authorizerId");

	if (!type.ptr)
		return gwt_call_fail(call, GWT_RULE_BAD_AUTHORIZATION);
	if (!uses_authorizer(type) || gwt_node_child(call->api, GWT_KIND_AUTHORIZER, id))
		return true;
	return gwt_call_fail_kind(call, GWT_RULE_NO_AUTHORIZER,
				  id.len ? GWT_SPAN("unknown") : GWT_SPAN("absent"));
}

static bool check_validator(struct gwt_call *call, const struct gwt_json *method)
{
	struct gwt_span id = gwt_json_get_text(method, "requestValidatorId");

	return id.len == 0 || gwt_node_child(call->api, GWT_KIND_VALIDATOR, id) ||
	       gwt_call_fail(call, GWT_RULE_UNKNOWN_VALIDATOR);
}

/* NAME of method.request.PLACE.NAME */
static struct gwt_span parameter_name(struct gwt_span parameter)
{
	for (int dots = 0; dots < 3; dots++)
		gwt_span_cut(&parameter, '.');
	return parameter;
}

/* What a key is if not a declaration, in the words of kinds.inc: "multivaluequerystring", "body", …. */
static struct gwt_span declaration_kind(struct gwt_span name)
{
	struct gwt_mapping mapping = gwt_mapping_parse(GWT_SIDE_REQUEST, name);

	return mapping.kind == GWT_MAPPED_INVALID ? GWT_SPAN("no-parameter") : gwt_mapping_word(&mapping);
}

static bool check_parameters(struct gwt_call *call, const struct gwt_json *parameters)
{
	for (const struct gwt_json *p = parameters ? parameters->child : NULL; p; p = p->next) {
		if (!gwt_mapping_is_declaration(GWT_SIDE_REQUEST, p->name))
			return gwt_call_fail_values(call, GWT_RULE_BAD_METHOD_PARAMETER,
						    declaration_kind(p->name), &p->name, 1);
		for (const struct gwt_json *other = parameters->child; other != p; other = other->next)
			if (gwt_span_eq(parameter_name(other->name), parameter_name(p->name)))
				return gwt_call_fail(call, GWT_RULE_SAME_PARAMETER);
	}
	return true;
}

/* Check a method's own members and what they refer to. */
static bool check_members(struct gwt_call *call, const struct gwt_json *method)
{
	return check_authorization(call, method) &&
	       check_parameters(call, gwt_json_get(method, "requestParameters")) &&
	       gwt_check_models(call, gwt_json_get(method, "requestModels")) && check_validator(call, method);
}

/* A method whose type uses no authorizer loses its authorizerId. */
static void drop_authorizer(struct gwt_call *call, struct gwt_json *method)
{
	if (!uses_authorizer(gwt_json_get_text(method, "authorizationType")) &&
	    gwt_json_remove(method, GWT_SPAN("authorizerId")))
		gwt_call_rests_on(call, GWT_RULE_AUTHORIZER_DROPPED);
}

bool gwt_check_method(struct gwt_call *call)
{
	struct gwt_span verb = gwt_call_label(call, "http_method");

	if (!gwt_is_verb(verb))
		return gwt_call_fail(call, GWT_RULE_BAD_VERB);
	if (!check_members(call, call->input))
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
	struct gwt_span verb = gwt_call_label(call, "http_method");
	struct gwt_span type = authorization_type(gwt_json_get_text(call->input, "authorizationType"));
	struct gwt_json *json = gwt_json_new(call->arena, GWT_JSON_OBJECT);

	gwt_json_add_bool(call->arena, json, "apiKeyRequired", false);
	gwt_json_add_string(call->arena, json, "authorizationType", type);
	gwt_json_add_string(call->arena, json, "httpMethod", verb);
	for (size_t i = 0; i < GWT_LEN(echoed); i++)
		gwt_call_echo(call, json, echoed[i]);
	drop_authorizer(call, json);
	call->node = call->method =
		gwt_call_add(call, call->resource, GWT_KIND_METHOD, verb, json, GWT_RULE_STATE_FULL);
	return call->node && gwt_get_node(call);
}

struct gwt_json *gwt_method_json(struct gwt_call *call, const struct gwt_node *method)
{
	struct gwt_json *json = gwt_call_read(call, method);
	const struct gwt_node *integration = gwt_node_child(method, GWT_KIND_INTEGRATION, GWT_SPAN("")),
			      *response;

	if (integration)
		gwt_json_set(call->arena, json, GWT_SPAN("methodIntegration"),
			     gwt_integration_read(call, integration));
	gwt_call_add_map(call, json, "methodResponses", method, GWT_KIND_METHOD_RESPONSE);
	for (size_t i = 0; (response = gwt_node_next(method, GWT_KIND_METHOD_RESPONSE, &i));)
		gwt_call_rests_on_node(call, response);
	gwt_call_rests_on_node(call, method);
	return json;
}

bool gwt_get_method(struct gwt_call *call)
{
	call->output = gwt_method_json(call, call->method);
	return true;
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

	if (!gwt_patch(call, rules, GWT_PATCH_NAMES_PATH, patched) || !check_members(call, patched))
		return false;
	for (size_t i = 0; i < GWT_LEN(emptied); i++)
		if (gwt_json_get_text(patched, emptied[i]).len == 0)
			gwt_json_remove(patched, gwt_span_of(emptied[i]));
	drop_authorizer(call, patched);
	return gwt_call_store(call, call->method, patched) && gwt_get_method(call);
}
