/*
 * method.c - methods.
 */
#include "sandbox/call.h"

bool gwt_is_verb(struct gwt_span text)
{
	static const char *const verbs[] = { "GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS", "HEAD", "ANY" };

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
	static const char *const places[] = { "path", "querystring", "header", "multivaluequerystring",
					      "multivalueheader", NULL };

	return gwt_is_parameter(name, "method.request.", places);
}

bool gwt_check_method(struct gwt_call *call)
{
	struct gwt_span verb = gwt_call_label(call, "http_method");
	const struct gwt_json *parameters = gwt_json_get(call->input, "requestParameters");

	if (!gwt_is_verb(verb))
		return gwt_call_fail(call, GWT_RULE_BAD_VERB);
	if (!authorization_type(gwt_json_get_text(call->input, "authorizationType")).ptr)
		return gwt_call_fail(call, GWT_RULE_BAD_AUTHORIZATION);
	for (const struct gwt_json *p = parameters ? parameters->child : NULL; p; p = p->next)
		if (!gwt_is_method_parameter(p->name))
			return gwt_call_fail_with(call, GWT_RULE_BAD_METHOD_PARAMETER, p->name);
	if (gwt_node_child(call->resource, GWT_KIND_METHOD, verb))
		return gwt_call_fail(call, GWT_RULE_METHOD_EXISTS);
	return true;
}

bool gwt_put_method(struct gwt_call *call)
{
	static const char *const echoed[] = { "apiKeyRequired", "authorizerId", "operationName", "requestParameters",
					      "requestModels", "requestValidatorId", "authorizationScopes" };
	struct gwt_span verb = gwt_call_label(call, "http_method");
	struct gwt_span type = authorization_type(gwt_json_get_text(call->input, "authorizationType"));
	struct gwt_json *json = gwt_json_new(call->arena, GWT_JSON_OBJECT);

	gwt_json_add_bool(call->arena, json, "apiKeyRequired", false);
	gwt_json_add_string(call->arena, json, "authorizationType", type);
	gwt_json_add_string(call->arena, json, "httpMethod", verb);
	for (size_t i = 0; i < GWT_LEN(echoed); i++)
		gwt_call_echo(call, json, echoed[i]);
	call->node = call->method =
		gwt_call_add(call, call->resource, GWT_KIND_METHOD, verb, json, GWT_RULE_STATE_FULL);
	return call->node && gwt_get_node(call);
}

/* Children of one kind as a map by id; absent where there are none. */
void gwt_call_add_map(struct gwt_call *call, struct gwt_json *json, const char *name, const struct gwt_node *parent,
		      enum gwt_kind kind)
{
	struct gwt_json *map;
	struct gwt_node *child;

	if (gwt_node_count(parent, kind) == 0)
		return;
	map = gwt_json_add_object(call->arena, json, name);
	for (size_t i = 0; (child = gwt_node_next(parent, kind, &i));)
		gwt_json_add_span(call->arena, map, child->id, gwt_call_read(call, child));
}

struct gwt_json *gwt_method_json(struct gwt_call *call, const struct gwt_node *method)
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
	call->output = gwt_method_json(call, call->method);
	return true;
}
