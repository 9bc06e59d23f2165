/*
 * references.c - what methods refer to: models, request validators, authorizers.
 *
 * No recording has their own answers, which follow the service model and AWS's API
 * reference; recorded is what a method says that names one that is not there.
 */
#include "sandbox/patch.h"

#include "lib/base/arena.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/json/json.h"
#include "sandbox/call.h"
#include "sandbox/ids.h"
#include "sandbox/state.h"

static struct gwt_node *child_of_label(struct gwt_call *call, enum gwt_kind kind, const char *label)
{
	if (!gwt_find_api(call))
		return NULL;
	call->node = gwt_node_child(call->api, kind, gwt_call_label(call, label));
	return call->node;
}

bool gwt_find_model(struct gwt_call *call)
{
	return child_of_label(call, GWT_KIND_MODEL, "model_name") ||
	       (call->api && gwt_call_fail_with(call, GWT_RULE_NO_MODEL, gwt_call_label(call, "model_name")));
}

bool gwt_find_validator(struct gwt_call *call)
{
	return child_of_label(call, GWT_KIND_VALIDATOR, "requestvalidator_id") ||
	       (call->api && gwt_call_fail(call, GWT_RULE_NO_VALIDATOR));
}

bool gwt_find_authorizer(struct gwt_call *call)
{
	return child_of_label(call, GWT_KIND_AUTHORIZER, "authorizer_id") ||
	       (call->api && gwt_call_fail(call, GWT_RULE_NO_AUTHORIZER_ID));
}

static bool is_alphanumeric(struct gwt_span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!((s.ptr[i] >= 'a' && s.ptr[i] <= 'z') || (s.ptr[i] >= 'A' && s.ptr[i] <= 'Z') ||
		      (s.ptr[i] >= '0' && s.ptr[i] <= '9')))
			return false;
	return s.len > 0;
}

bool gwt_check_model(struct gwt_call *call)
{
	struct gwt_span name = gwt_json_get_text(call->input, "name");
	struct gwt_span schema = gwt_json_get_text(call->input, "schema");
	struct gwt_json *json = NULL;

	if (!is_alphanumeric(name))
		return gwt_call_fail_with(call, GWT_RULE_BAD_MODEL_NAME, name);
	if (schema.len > 0 &&
	    (!gwt_json_parse(call->arena, schema, &json, NULL) || json->type != GWT_JSON_OBJECT))
		return gwt_call_fail(call, GWT_RULE_BAD_MODEL_SCHEMA);
	return !gwt_node_child(call->api, GWT_KIND_MODEL, name) || gwt_call_fail(call, GWT_RULE_MODEL_EXISTS);
}

static void echo_all(struct gwt_call *call, struct gwt_json *made, const char *const *names)
{
	for (; *names; names++)
		gwt_call_echo(call, made, *names);
}

bool gwt_create_model(struct gwt_call *call)
{
	static const char *const echoed[] = { "name", "description", "schema", "contentType", NULL };
	struct gwt_json *made = gwt_json_new(call->arena, GWT_JSON_OBJECT);

	gwt_json_add_string(call->arena, made, "id",
			    gwt_call_new_id(call, call->api, GWT_KIND_MODEL, GWT_OBJECT_ID_LEN));
	echo_all(call, made, echoed);
	call->node = gwt_call_add(call, call->api, GWT_KIND_MODEL, gwt_json_get_text(made, "name"), made,
				  GWT_RULE_STATE_FULL);
	return call->node && gwt_get_node(call);
}

bool gwt_add_first_models(struct gwt_call *call, struct gwt_node *api)
{
	static const struct {
		const char *name, *description, *schema;
	} first[] = {
		{ "Empty", "This is a default empty schema model",
		  "{\n  \"$schema\": \"http://json-schema.org/draft-04/schema#\",\n"
		  "  \"title\" : \"Empty Schema\",\n  \"type\" : \"object\"\n}" },
		{ "Error", "This is a default error schema model",
		  "{\n  \"$schema\" : \"http://json-schema.org/draft-04/schema#\",\n"
		  "  \"title\" : \"Error Schema\",\n  \"type\" : \"object\",\n"
		  "  \"properties\" : {\n    \"message\" : { \"type\" : \"string\" }\n  }\n}" },
	};

	for (size_t i = 0; i < GWT_LEN(first); i++) {
		struct gwt_json *made = gwt_json_new(call->arena, GWT_JSON_OBJECT);
		/* taken from the API's own id, so that the ids of later objects stay the same */
		struct gwt_span id = gwt_span_slice(api->id, i, i + GWT_OBJECT_ID_LEN);

		gwt_json_add_string(call->arena, made, "id", id);
		gwt_json_add_string(call->arena, made, "name", gwt_span_of(first[i].name));
		gwt_json_add_string(call->arena, made, "description", gwt_span_of(first[i].description));
		gwt_json_add_string(call->arena, made, "schema", gwt_span_of(first[i].schema));
		gwt_json_add_string(call->arena, made, "contentType", GWT_SPAN("application/json"));
		if (!gwt_call_add(call, api, GWT_KIND_MODEL, gwt_span_of(first[i].name), made,
				  GWT_RULE_STATE_FULL))
			return false;
	}
	return true;
}

bool gwt_get_models(struct gwt_call *call)
{
	return gwt_call_answer_list(call, call->api, GWT_KIND_MODEL, gwt_read_node);
}

bool gwt_check_models(struct gwt_call *call, const struct gwt_json *models)
{
	for (const struct gwt_json *model = models ? models->child : NULL; model; model = model->next)
		if (!gwt_node_child(call->api, GWT_KIND_MODEL, model->text))
			return gwt_call_fail_with(call, GWT_RULE_UNKNOWN_MODEL, model->text);
	return true;
}

bool gwt_create_validator(struct gwt_call *call)
{
	static const char *const echoed[] = { "name", "validateRequestBody", "validateRequestParameters",
					      NULL };
	struct gwt_json *made = gwt_json_new(call->arena, GWT_JSON_OBJECT);
	struct gwt_span id = gwt_call_new_id(call, call->api, GWT_KIND_VALIDATOR, GWT_OBJECT_ID_LEN);

	gwt_json_add_string(call->arena, made, "id", id);
	gwt_json_add_bool(call->arena, made, "validateRequestBody", false);
	gwt_json_add_bool(call->arena, made, "validateRequestParameters", false);
	echo_all(call, made, echoed);
	call->node = gwt_call_add(call, call->api, GWT_KIND_VALIDATOR, id, made, GWT_RULE_STATE_FULL);
	return call->node && gwt_get_node(call);
}

bool gwt_get_validators(struct gwt_call *call)
{
	return gwt_call_answer_list(call, call->api, GWT_KIND_VALIDATOR, gwt_read_node);
}

bool gwt_create_authorizer(struct gwt_call *call)
{
	static const char *const echoed[] = { "name",
					      "type",
					      "providerARNs",
					      "authType",
					      "authorizerUri",
					      "authorizerCredentials",
					      "identitySource",
					      "identityValidationExpression",
					      "authorizerResultTtlInSeconds",
					      NULL };
	struct gwt_json *made = gwt_json_new(call->arena, GWT_JSON_OBJECT);
	struct gwt_span id = gwt_call_new_id(call, call->api, GWT_KIND_AUTHORIZER, GWT_OBJECT_ID_LEN);
	bool cognito = gwt_span_is(gwt_json_get_text(call->input, "type"), "COGNITO_USER_POOLS");

	if (!cognito && gwt_json_get_text(call->input, "authorizerUri").len == 0)
		return gwt_call_fail(call, GWT_RULE_NO_AUTHORIZER_URI);
	gwt_json_add_string(call->arena, made, "id", id);
	gwt_json_add_string(call->arena, made, "authType",
			    cognito ? GWT_SPAN("cognito_user_pools") : GWT_SPAN("custom"));
	if (!cognito)
		gwt_json_add_number(call->arena, made, "authorizerResultTtlInSeconds", 300);
	echo_all(call, made, echoed);
	call->node = gwt_call_add(call, call->api, GWT_KIND_AUTHORIZER, id, made, GWT_RULE_STATE_FULL);
	return call->node && gwt_get_node(call);
}

bool gwt_get_authorizers(struct gwt_call *call)
{
	return gwt_call_answer_list(call, call->api, GWT_KIND_AUTHORIZER, gwt_read_node);
}

/* Whether the member of `json` is this text, or a map of models with it. */
static bool names(const struct gwt_json *json, const char *member, struct gwt_span text)
{
	const struct gwt_json *value = gwt_json_get(json, member);

	if (!gwt_json_is(value, GWT_JSON_OBJECT))
		return value && gwt_span_eq(value->text, text);
	for (const struct gwt_json *item = value->child; item; item = item->next)
		if (gwt_span_eq(item->text, text))
			return true;
	return false;
}

static bool is_named_by(struct gwt_call *call, const struct gwt_node *method, const char *member,
			const char *of_responses)
{
	struct gwt_node *response;

	if (names(gwt_call_read(call, method), member, call->node->id))
		return true;
	for (size_t i = 0; of_responses && (response = gwt_node_next(method, GWT_KIND_METHOD_RESPONSE, &i));)
		if (names(gwt_call_read(call, response), of_responses, call->node->id))
			return true;
	return false;
}

/* Delete an object unless a method names it, or a method response where these may. */
static bool delete_unnamed(struct gwt_call *call, const char *what, const char *member,
			   const char *of_responses)
{
	struct gwt_node *resource, *method;

	for (size_t i = 0; (resource = gwt_node_next(call->api, GWT_KIND_RESOURCE, &i));)
		for (size_t k = 0; (method = gwt_node_next(resource, GWT_KIND_METHOD, &k));)
			if (is_named_by(call, method, member, of_responses)) {
				struct gwt_span values[2] = {
					gwt_arena_printf(call->arena, "%s '" GWT_SPAN_FMT "'", what,
							 GWT_SPAN_ARG(call->node->id)),
					gwt_arena_printf(call->arena, GWT_SPAN_FMT " " GWT_SPAN_FMT,
							 GWT_SPAN_ARG(method->id),
							 GWT_SPAN_ARG(gwt_resource_path(call, resource)))
				};

				return gwt_call_fail_values(call, GWT_RULE_REFERRED_TO, GWT_SPAN(""), values,
							    2);
			}
	return gwt_delete_node(call);
}

bool gwt_delete_model(struct gwt_call *call)
{
	return delete_unnamed(call, "Model", "requestModels", "responseModels");
}

bool gwt_delete_validator(struct gwt_call *call)
{
	return delete_unnamed(call, "Request validator", "requestValidatorId", NULL);
}

bool gwt_delete_authorizer(struct gwt_call *call)
{
	return delete_unnamed(call, "Authorizer", "authorizerId", NULL);
}
