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

#include "sandbox/arn.h"

static bool is_type(const struct gwt_call *call, const char *type)
{
	return gwt_span_is(gwt_json_get_text(call->input, "type"), type);
}

bool gwt_check_integration_method(struct gwt_call *call)
{
	struct gwt_span verb = gwt_json_get_text(call->input, "httpMethod");

	if (is_type(call, "MOCK"))
		return true; /* never looked at: MOCK drops it */
	if (verb.len == 0)
		return gwt_call_fail(call, GWT_RULE_NO_INTEGRATION_METHOD);
	return gwt_is_verb(verb) || gwt_call_fail_with(call, GWT_RULE_BAD_INTEGRATION_METHOD, verb);
}

/* 80, 443 or above 1024 (reference put-integration), or a variable. */
static bool is_port(struct gwt_span port)
{
	uint64_t number;

	if (port.len > 0 && (port.ptr[0] == '$' || port.ptr[0] == '{'))
		return true;
	return gwt_span_to_u64(port, 65535, &number) && (number == 80 || number == 443 || number > 1024);
}

/* Offset of the first of `stops` outside braces, or the length. */
static size_t find_outside_braces(struct gwt_span s, const char *stops)
{
	size_t depth = 0;

	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] == '{')
			depth++;
		else if (s.ptr[i] == '}' && depth)
			depth--;
		else if (depth == 0 && s.ptr[i] && strchr(stops, s.ptr[i]))
			return i;
	}
	return s.len;
}

/* A host name with `${stageVariables.x}` or `{x}` anywhere, then maybe a port. */
static bool is_authority(struct gwt_span s)
{
	size_t colon = find_outside_braces(s, ":");

	return colon > 0 && (colon == s.len || is_port(gwt_span_slice(s, colon + 1, s.len)));
}

static bool has_blank_or_control(struct gwt_span s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] <= ' ' || s.ptr[i] == 0x7f)
			return true;
	return false;
}

static bool is_http_uri(struct gwt_span uri)
{
	struct gwt_span scheme = gwt_span_slice(uri, 0, gwt_span_find_span(uri, GWT_SPAN("://")));
	struct gwt_span rest = gwt_span_slice(uri, scheme.len + 3, uri.len);

	return (gwt_span_is(scheme, "http") || gwt_span_is(scheme, "https")) && !has_blank_or_control(rest) &&
	       is_authority(gwt_span_slice(rest, 0, find_outside_braces(rest, "/?#")));
}

/* path/2015-03-31/functions/…, with one slash or two; path/2021-11-15/… streams. */
static bool is_lambda_path(struct gwt_span resource, const char *version)
{
	if (!gwt_span_starts(resource, GWT_SPAN("path/")))
		return false;
	resource = gwt_span_slice(resource, 5, resource.len);
	if (resource.len > 0 && resource.ptr[0] == '/')
		resource = gwt_span_slice(resource, 1, resource.len);
	if (!gwt_span_starts(resource, gwt_span_of(version)))
		return false;
	resource = gwt_span_slice(resource, strlen(version), resource.len);
	return gwt_span_starts(resource, GWT_SPAN("/functions/"));
}

static bool is_streaming_lambda(const struct gwt_arn *arn)
{
	return gwt_span_is(arn->service, "lambda") && is_lambda_path(arn->resource, "2021-11-15");
}

static bool is_proxied_service(const struct gwt_arn *arn)
{
	if (gwt_span_is(arn->service, "firehose"))
		return gwt_span_starts(arn->resource, GWT_SPAN("action/"));
	/* in an integration's ARN the service stands where the account does:
	 * arn:aws:apigateway:REGION:lambda:path */
	return gwt_span_is(arn->service, "lambda") &&
	       (is_lambda_path(arn->resource, "2015-03-31") || is_lambda_path(arn->resource, "2021-11-15"));
}

/* arn:aws:apigateway:REGION:SUBDOMAIN.SERVICE:path|action/…: the integrated service is the fifth part. */
static bool parse_integration_arn(struct gwt_span uri, struct gwt_arn *arn)
{
	if (!gwt_arn_parse(uri, arn))
		return false;
	arn->service = arn->account;
	return true;
}

static bool check_aws_uri(struct gwt_call *call, struct gwt_span uri)
{
	bool newer = gwt_call_is(call, GWT_CHANGE_ARN_TEXT);
	struct gwt_arn arn;

	if (uri.len == 0)
		return gwt_call_fail(call, GWT_RULE_NO_URI);
	if (!parse_integration_arn(uri, &arn))
		return gwt_call_fail(call, newer ? GWT_RULE_BAD_ARN : GWT_RULE_BAD_ARN_2015);
	if (!gwt_span_starts(arn.resource, GWT_SPAN("path/")) &&
	    !gwt_span_starts(arn.resource, GWT_SPAN("action/")))
		return gwt_call_fail(call, GWT_RULE_NO_PATH_OR_ACTION);
	if (is_type(call, "AWS_PROXY") && !is_proxied_service(&arn))
		return gwt_call_fail(call, GWT_RULE_PROXY_SERVICE);
	return true;
}

bool gwt_check_uri(struct gwt_call *call)
{
	struct gwt_span uri = gwt_json_get_text(call->input, "uri");

	if (is_type(call, "MOCK"))
		return true;
	if (gwt_integration_is_http(call->input))
		return is_http_uri(uri) || gwt_call_fail(call, GWT_RULE_BAD_HTTP_URI);
	return check_aws_uri(call, uri);
}

bool gwt_check_credentials(struct gwt_call *call)
{
	struct gwt_span credentials = gwt_json_get_text(call->input, "credentials");
	struct gwt_arn arn;

	if (credentials.len == 0)
		return true;
	if (!gwt_arn_parse(credentials, &arn))
		return gwt_call_fail(call, GWT_RULE_BAD_ARN);
	/* arn:aws:iam::*:user/\* is the caller's own identity */
	if (!gwt_span_is(arn.account, "*") && !gwt_span_eq(arn.account, call->sandbox->options.account))
		return gwt_call_fail(call, GWT_RULE_CROSS_ACCOUNT);
	return true;
}

bool gwt_check_connection(struct gwt_call *call)
{
	if (!gwt_integration_is_http(call->input))
		return true;
	if (!gwt_span_is(gwt_json_get_text(call->input, "connectionType"), "VPC_LINK"))
		return true;
	if (gwt_json_get_text(call->input, "connectionId").len == 0)
		return gwt_call_fail(call, GWT_RULE_NO_CONNECTION_ID);
	return gwt_call_rests_on(call, GWT_RULE_CONNECTION_ID);
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

static bool is_integration_parameter(struct gwt_span name)
{
	static const char *const places[] = { "path", "querystring", "header", NULL };

	return gwt_is_parameter(name, "integration.request.", places);
}

static bool is_quoted(struct gwt_span s)
{
	return s.len >= 2 && s.ptr[0] == '\'' && s.ptr[s.len - 1] == '\'';
}

/* What needs no declaration: a static value, the body, a context or stage variable. */
static bool is_free_value(struct gwt_span value)
{
	static const char *const prefixes[] = { "method.request.body", "context.", "stageVariables." };

	for (size_t i = 0; i < GWT_LEN(prefixes); i++)
		if (gwt_span_starts(value, gwt_span_of(prefixes[i])))
			return true;
	return is_quoted(value);
}

static const struct gwt_json *declared_parameters(struct gwt_call *call)
{
	return gwt_json_get(gwt_call_read(call, call->method), "requestParameters");
}

static bool check_mapping(struct gwt_call *call, const struct gwt_json *declared,
			  const struct gwt_json *mapping)
{
	struct gwt_span value = mapping->text;

	if (!is_integration_parameter(mapping->name))
		return gwt_call_fail(call, GWT_RULE_BAD_MAPPING_KEY);
	if (mapping->type == GWT_JSON_STRING && (is_free_value(value) || gwt_json_get_span(declared, value)))
		return true;
	return gwt_call_fail_with(call,
				  gwt_is_method_parameter(value) ? GWT_RULE_UNDECLARED_PARAMETER
								 : GWT_RULE_BAD_MAPPING_VALUE,
				  mapping->type == GWT_JSON_STRING ? value : GWT_SPAN("null"));
}

bool gwt_check_mappings(struct gwt_call *call)
{
	const struct gwt_json *sent = gwt_json_get(call->input, "requestParameters");
	const struct gwt_json *declared = declared_parameters(call);

	for (const struct gwt_json *mapping = sent ? sent->child : NULL; mapping; mapping = mapping->next)
		if (!check_mapping(call, declared, mapping))
			return false;
	return true;
}

/* type/subtype, whatever parameters follow */
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

bool gwt_check_cache_keys(struct gwt_call *call)
{
	const struct gwt_json *sent = gwt_json_get(call->input, "cacheKeyParameters");
	const struct gwt_json *mapped = gwt_json_get(call->input, "requestParameters");
	const struct gwt_json *declared = declared_parameters(call);

	for (const struct gwt_json *key = sent ? sent->child : NULL; key; key = key->next)
		if (!gwt_json_get_span(declared, key->text) && !gwt_json_get_span(mapped, key->text))
			return gwt_call_fail(call, GWT_RULE_BAD_CACHE_KEY);
	return true;
}

static bool streams(const struct gwt_call *call)
{
	return gwt_span_is(gwt_json_get_text(call->input, "responseTransferMode"), "STREAM");
}

/* The framework truncates numbers: 50.9 is 50. Nothing in range needs more than a double. */
static int64_t truncated(const struct gwt_json *number)
{
	char text[64];
	double value;

	snprintf(text, sizeof(text), GWT_SPAN_FMT,
		 GWT_SPAN_ARG(gwt_span_slice(number->text, 0, sizeof(text) - 1)));
	value = strtod(text, NULL);
	return value > -1e15 && value < 1e15 ? (int64_t)value : -1;
}

static bool is_plain(struct gwt_span number)
{
	uint64_t value;

	return gwt_span_to_u64(number, UINT64_MAX, &value);
}

bool gwt_check_timeout(struct gwt_call *call)
{
	const struct gwt_json *sent = gwt_json_get(call->input, "timeoutInMillis");
	bool long_ones = streams(call);
	int64_t timeout_ms;

	if (!sent)
		return true;
	if (!gwt_json_to_i64(sent, &timeout_ms))
		timeout_ms = truncated(sent);
	if (timeout_ms < 50 || timeout_ms > (long_ones ? 900000 : 29000))
		return gwt_call_fail_with(call, GWT_RULE_BAD_TIMEOUT,
					  long_ones ? GWT_SPAN("900000") : GWT_SPAN("29000"));
	if (!is_plain(sent->text))
		gwt_call_rests_on(call, GWT_RULE_NUMBER_FORM);
	gwt_json_set(call->arena, call->input, GWT_SPAN("timeoutInMillis"),
		     gwt_json_new_number(call->arena, timeout_ms));
	return true;
}

bool gwt_check_transfer_mode(struct gwt_call *call)
{
	struct gwt_arn arn;

	if (!streams(call) || is_type(call, "HTTP_PROXY"))
		return true;
	if (is_type(call, "AWS_PROXY") &&
	    parse_integration_arn(gwt_json_get_text(call->input, "uri"), &arn) && is_streaming_lambda(&arn))
		return true;
	return gwt_call_fail(call, GWT_RULE_BAD_TRANSFER_MODE);
}
