/*
 * integration_checks.c - what PutIntegration refuses, one step a check.
 *
 * The order of the steps is that of operations.c. Recorded: the HTTP method comes
 * before the uri; of a uri first the ARN's form, then path or action, then the
 * service of AWS_PROXY. The place of the look-ups, and of all after the uri, is
 * not recorded.
 */
#include "sandbox/call.h"

#include <stdio.h>
#include <stdlib.h>

#include "lib/base/arena.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/json/json.h"
#include "sandbox/arn.h"
#include "sandbox/mapping.h"
#include "sandbox/patch.h"
#include "sandbox/state.h"

static bool is_type(const struct gwt_call *call, const char *type)
{
	return gwt_span_is(gwt_json_get_text(call->input, "type"), type);
}

bool gwt_check_integration_method(struct gwt_call *call)
{
	struct gwt_span verb = gwt_json_get_text(call->input, "httpMethod");

	if (is_type(call, "MOCK"))
		return true; /* MOCK drops it unread */
	if (verb.len == 0)
		return gwt_call_fail_kind(call, GWT_RULE_NO_INTEGRATION_METHOD,
					  gwt_json_get_text(call->input, "type"));
	return gwt_is_verb(verb) || gwt_call_fail_with(call, GWT_RULE_BAD_INTEGRATION_METHOD, verb);
}

bool gwt_check_credentials(struct gwt_call *call)
{
	struct gwt_span credentials = gwt_json_get_text(call->input, "credentials");
	struct gwt_arn arn;

	if (credentials.len == 0)
		return true;
	if (!gwt_arn_parse(credentials, &arn))
		return gwt_call_fail_kind(call, GWT_RULE_BAD_ARN, GWT_SPAN("credentials"));
	/* arn:aws:iam::*:user/\* means the caller's own identity */
	if (!gwt_span_is(arn.account, "*") && !gwt_span_eq(arn.account, call->sandbox->options.account))
		return gwt_call_fail(call, GWT_RULE_CROSS_ACCOUNT);
	return true;
}

static bool is_stage_variable(struct gwt_span id)
{
	return gwt_span_starts(id, GWT_SPAN("${stageVariables."));
}

/* Whether an id has the form of those that API Gateway makes. */
static bool is_link_id(struct gwt_span id)
{
	for (size_t i = 0; i < id.len; i++)
		if (!((id.ptr[i] >= 'a' && id.ptr[i] <= 'z') || (id.ptr[i] >= '0' && id.ptr[i] <= '9')))
			return false;
	return id.len >= 6 && id.len <= 10;
}

/* A link that CreateVpcLink did not make can only be one of apigatewayv2, which needs a target. */
static bool check_link(struct gwt_call *call, struct gwt_span id)
{
	if (is_stage_variable(id))
		return gwt_call_rests_on_kind(call, GWT_RULE_CONNECTION_ID, GWT_SPAN("stage-variable"));
	if (gwt_node_child(call->sandbox->state.root, GWT_KIND_VPC_LINK, id) ||
	    !gwt_call_is(call, GWT_API_CHANGE_VPC_LINK_V2) ||
	    gwt_json_get_text(call->input, "integrationTarget").len > 0)
		return gwt_call_rests_on(call, GWT_RULE_CONNECTION_ID);
	return gwt_call_fail_values(call, GWT_RULE_NO_TARGET,
				    is_link_id(id) ? GWT_SPAN("link-id") : GWT_SPAN(""), &id, 1);
}

bool gwt_check_connection(struct gwt_call *call)
{
	struct gwt_span id = gwt_json_get_text(call->input, "connectionId");

	if (!gwt_integration_is_http(call->input) || !gwt_call_is(call, GWT_API_CHANGE_CONNECTION))
		return true;
	if (!gwt_span_is(gwt_json_get_text(call->input, "connectionType"), "VPC_LINK"))
		return true;
	return id.len > 0 ? check_link(call, id) : gwt_call_fail(call, GWT_RULE_NO_CONNECTION_ID);
}

bool gwt_check_passthrough(struct gwt_call *call)
{
	static const char *const values[] = { "", "WHEN_NO_MATCH", "WHEN_NO_TEMPLATES", "NEVER" };
	struct gwt_span value = gwt_json_get_text(call->input, "passthroughBehavior");

	for (size_t i = 0; i < GWT_LEN(values); i++)
		if (gwt_span_is(value, values[i]))
			return true;
	return gwt_call_fail_with(call, GWT_RULE_BAD_PASSTHROUGH, value);
}

static const struct gwt_json *declared_parameters(struct gwt_call *call)
{
	return gwt_json_get(gwt_call_read(call, call->method), "requestParameters");
}

/* A parameter must be declared as it is mapped; a multi-value one as a single value (developer guide). */
static bool is_declared(struct gwt_call *call, const struct gwt_json *declared, struct gwt_span value,
			struct gwt_mapping mapping)
{
	static const char multi[] = "multivalue";
	struct gwt_span place = mapping.place;

	if (gwt_json_get_span(declared, value))
		return true;
	if (!gwt_span_starts(place, gwt_span_of(multi)))
		return false;
	place = gwt_span_slice(place, strlen(multi), place.len);
	return gwt_json_get_span(declared,
				 gwt_arena_printf(call->arena,
						  "method.request." GWT_SPAN_FMT "." GWT_SPAN_FMT,
						  GWT_SPAN_ARG(place), GWT_SPAN_ARG(mapping.name))) &&
	       gwt_call_rests_on(call, GWT_RULE_MULTIVALUE);
}

static bool check_mapping(struct gwt_call *call, const struct gwt_json *declared,
			  const struct gwt_json *entry)
{
	struct gwt_span value = entry->type == GWT_JSON_STRING ? entry->text : GWT_SPAN("null");
	struct gwt_mapping mapping = gwt_mapping_parse(GWT_SIDE_REQUEST, value);

	if (!gwt_mapping_is_target(GWT_SIDE_REQUEST, entry->name))
		return gwt_call_fail(call, GWT_RULE_BAD_MAPPING_KEY);
	if (mapping.kind == GWT_MAPPED_INVALID)
		return gwt_call_fail_with(call, GWT_RULE_BAD_MAPPING_VALUE, value);
	if (mapping.kind == GWT_MAPPED_PARAMETER && !is_declared(call, declared, value, mapping))
		return gwt_call_fail_with(call, GWT_RULE_UNDECLARED_PARAMETER, value);
	return gwt_call_rests_on_kind(call, GWT_RULE_MAPPED, gwt_mapping_word(&mapping));
}

/* Whether the integration has this mapping already: an update does not check what it leaves unchanged. */
static bool is_old(const struct gwt_json *before, const struct gwt_json *entry)
{
	const struct gwt_json *old = gwt_json_get_span(before, entry->name);

	return old && gwt_json_equal(old, entry);
}

/* A member of the integration as it was before an update; NULL for a put. */
static const struct gwt_json *old_member(struct gwt_call *call, const char *name)
{
	return call->integration ? gwt_json_get(gwt_call_read(call, call->integration), name) : NULL;
}

bool gwt_check_mappings(struct gwt_call *call)
{
	const struct gwt_json *sent = gwt_json_get(call->input, "requestParameters");
	const struct gwt_json *declared = declared_parameters(call);
	const struct gwt_json *before = old_member(call, "requestParameters");

	for (const struct gwt_json *entry = sent ? sent->child : NULL; entry; entry = entry->next)
		if (!is_old(before, entry) && !check_mapping(call, declared, entry))
			return false;
	return true;
}

/* type/subtype, with any parameters. */
static bool is_content_type(struct gwt_span name)
{
	size_t slash = gwt_span_find(name, '/');

	return slash > 0 && slash + 1 < name.len;
}

bool gwt_check_templates(struct gwt_call *call, const char *member)
{
	const struct gwt_json *sent = gwt_json_get(call->input, member);

	for (const struct gwt_json *entry = sent ? sent->child : NULL; entry; entry = entry->next)
		if (!is_content_type(entry->name))
			return gwt_call_fail_with(call, GWT_RULE_BAD_CONTENT_TYPE, entry->name);
	return true;
}

bool gwt_check_request_templates(struct gwt_call *call)
{
	return gwt_check_templates(call, "requestTemplates");
}

static bool has_item(const struct gwt_json *list, struct gwt_span item)
{
	for (const struct gwt_json *at = list ? list->child : NULL; at; at = at->next)
		if (gwt_span_eq(at->text, item))
			return true;
	return false;
}

/*
 * A cache key is a parameter that the method declares or that the integration maps to. An update drops an old
 * key that is neither any more, so that a parameter that the method no longer declares leaves the cache, too.
 */
bool gwt_check_cache_keys(struct gwt_call *call)
{
	const struct gwt_json *sent = gwt_json_get(call->input, "cacheKeyParameters");
	const struct gwt_json *mapped = gwt_json_get(call->input, "requestParameters");
	const struct gwt_json *declared = declared_parameters(call);
	const struct gwt_json *before = old_member(call, "cacheKeyParameters");
	struct gwt_json *kept = gwt_json_new(call->arena, GWT_JSON_ARRAY);

	for (const struct gwt_json *key = sent ? sent->child : NULL; key; key = key->next) {
		if (gwt_json_get_span(declared, key->text) || gwt_json_get_span(mapped, key->text))
			gwt_json_append(kept, gwt_json_copy(call->arena, key));
		else if (!has_item(before, key->text))
			return gwt_call_fail(call, GWT_RULE_BAD_CACHE_KEY);
		else
			gwt_call_rests_on_kind(call, GWT_RULE_CACHE_KEYS_FOLLOW,
					       gwt_patch_has(call, GWT_PATCH_REMOVE, "/requestParameters/")
						       ? GWT_SPAN("remove:/requestParameters/*")
						       : GWT_SPAN(""));
	}
	if (sent)
		gwt_json_set(call->arena, call->input, GWT_SPAN("cacheKeyParameters"), kept);
	return true;
}

static bool streams(const struct gwt_call *call)
{
	return gwt_span_is(gwt_json_get_text(call->input, "responseTransferMode"), "STREAM");
}

/* The framework truncates numbers: 50.9 is 50. Every number in range fits a double. */
static int64_t truncated(const struct gwt_json *number, struct gwt_arena *arena)
{
	double value = strtod(gwt_arena_cstr(arena, number->text), NULL);

	return value > -1e15 && value < 1e15 ? (int64_t)value : -1;
}

static bool is_plain(struct gwt_span number)
{
	uint64_t value;

	return gwt_span_to_u64(number, UINT64_MAX, &value);
}

static bool fail_timeout(struct gwt_call *call, bool under, bool long_ones)
{
	struct gwt_span most = long_ones ? GWT_SPAN("900000") : GWT_SPAN("29000");
	struct gwt_span kind = under       ? GWT_SPAN("under")
			       : long_ones ? GWT_SPAN("over-stream")
					   : GWT_SPAN("over");

	return gwt_call_fail_values(call, GWT_RULE_BAD_TIMEOUT, kind, &most, 1);
}

bool gwt_check_timeout(struct gwt_call *call)
{
	const struct gwt_json *sent = gwt_json_get(call->input, "timeoutInMillis");
	bool long_ones = streams(call);
	int64_t timeout_ms;

	if (!sent)
		return true;
	if (!gwt_json_to_i64(sent, &timeout_ms))
		timeout_ms = truncated(sent, call->arena);
	if (timeout_ms < 50 || timeout_ms > (long_ones ? 900000 : 29000))
		return fail_timeout(call, timeout_ms < 50, long_ones);
	if (!is_plain(sent->text))
		gwt_call_rests_on(call, GWT_RULE_NUMBER_FORM);
	gwt_json_set(call->arena, call->input, GWT_SPAN("timeoutInMillis"),
		     gwt_json_new_number(call->arena, timeout_ms));
	return true;
}
