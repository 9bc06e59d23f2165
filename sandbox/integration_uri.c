/*
 * integration_uri.c - what PutIntegration refuses of a uri, and of what depends on it: the role that a service
 * needs, and the transfer modes that it can do.
 */
#include "lib/base/span.h"
#include "lib/json/json.h"
#include "sandbox/arn.h"
#include "sandbox/call.h"

static bool is_type(const struct gwt_call *call, const char *type)
{
	return gwt_span_is(gwt_json_get_text(call->input, "type"), type);
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

/* A host name, with `${stageVariables.x}` or `{x}` anywhere in it, and perhaps a port. */
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

/* path/2015-03-31/functions/…, with one slash or two; the version path/2021-11-15/… streams. */
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

/* path/2021-11-15/functions/ARN/response-streaming-invocations */
static bool is_streaming_lambda(const struct gwt_arn *arn)
{
	return gwt_span_is(arn->service, "lambda") && is_lambda_path(arn->resource, "2021-11-15") &&
	       gwt_span_ends(arn->resource, GWT_SPAN("/response-streaming-invocations"));
}

static bool is_proxied_service(const struct gwt_arn *arn)
{
	if (gwt_span_is(arn->service, "firehose"))
		return gwt_span_starts(arn->resource, GWT_SPAN("action/"));
	/* the service is in the account's place: arn:aws:apigateway:REGION:lambda:path */
	return gwt_span_is(arn->service, "lambda") &&
	       (is_lambda_path(arn->resource, "2015-03-31") || is_lambda_path(arn->resource, "2021-11-15"));
}

/* arn:aws:apigateway:REGION:SUBDOMAIN.SERVICE:path|action/…: the integrated service is in the fifth part. */
static bool parse_integration_arn(struct gwt_span uri, struct gwt_arn *arn)
{
	if (!gwt_arn_parse(uri, arn))
		return false;
	for (struct gwt_span rest = arn->account; rest.ptr;)
		arn->service = gwt_span_cut(&rest, '.');
	return true;
}

static bool check_aws_uri(struct gwt_call *call, struct gwt_span uri)
{
	bool newer = gwt_call_is(call, GWT_API_CHANGE_ARN_TEXT);
	struct gwt_arn arn;

	if (uri.len == 0)
		return gwt_call_fail(call, GWT_RULE_NO_URI);
	if (!parse_integration_arn(uri, &arn))
		return gwt_call_fail_kind(call, newer ? GWT_RULE_BAD_ARN : GWT_RULE_BAD_ARN_2015,
					  GWT_SPAN("uri"));
	if (!gwt_span_starts(arn.resource, GWT_SPAN("path/")) &&
	    !gwt_span_starts(arn.resource, GWT_SPAN("action/")))
		return gwt_call_fail(call, GWT_RULE_NO_PATH_OR_ACTION);
	if (is_type(call, "AWS_PROXY") && !is_proxied_service(&arn))
		return gwt_call_fail_kind(call, GWT_RULE_PROXY_SERVICE, arn.service);
	return true;
}

/* Without a uri, the error names "the integration's uri" when a VPC link or a patch needs it. */
static bool check_http_uri(struct gwt_call *call, struct gwt_span uri)
{
	bool linked = gwt_span_is(gwt_json_get_text(call->input, "connectionType"), "VPC_LINK");

	if (uri.len == 0 && linked)
		return gwt_call_fail_kind(call, GWT_RULE_NO_HTTP_URI, GWT_SPAN("vpc-link"));
	return is_http_uri(uri) || gwt_call_fail_kind(call, GWT_RULE_BAD_HTTP_URI,
						      uri.len ? GWT_SPAN("not-http") : GWT_SPAN("absent"));
}

/* When an update empties the uri, the kind of input is the service of the old uri. */
static bool check_emptied_uri(struct gwt_call *call, struct gwt_span uri)
{
	struct gwt_arn arn = { 0 };

	if (uri.len > 0 || !call->integration)
		return true;
	parse_integration_arn(gwt_json_get_text(gwt_call_read(call, call->integration), "uri"), &arn);
	return gwt_call_fail_kind(call, GWT_RULE_NO_HTTP_URI, arn.service);
}

bool gwt_check_uri(struct gwt_call *call)
{
	struct gwt_span uri = gwt_json_get_text(call->input, "uri");

	if (is_type(call, "MOCK"))
		return true;
	if (!check_emptied_uri(call, uri))
		return false;
	return gwt_integration_is_http(call->input) ? check_http_uri(call, uri) : check_aws_uri(call, uri);
}

/* Every service except Lambda needs a role. */
bool gwt_check_role(struct gwt_call *call)
{
	struct gwt_arn arn;

	if (!is_type(call, "AWS") || gwt_json_get_text(call->input, "credentials").len > 0)
		return true;
	if (!parse_integration_arn(gwt_json_get_text(call->input, "uri"), &arn) ||
	    gwt_span_is(arn.service, "lambda"))
		return true;
	return gwt_call_fail_kind(call, GWT_RULE_NO_ROLE, arn.service);
}

static bool streams(const struct gwt_call *call)
{
	return gwt_span_is(gwt_json_get_text(call->input, "responseTransferMode"), "STREAM");
}

/* The transfer mode and the function's invocation path must fit each other. */
static bool check_lambda_mode(struct gwt_call *call)
{
	struct gwt_arn arn;

	if (!parse_integration_arn(gwt_json_get_text(call->input, "uri"), &arn) ||
	    !gwt_call_is(call, GWT_API_CHANGE_TRANSFER_MODE))
		return true;
	if (streams(call) && !is_streaming_lambda(&arn))
		return gwt_call_fail_kind(call, GWT_RULE_STREAM_UNSUPPORTED, arn.service);
	return streams(call) || !is_streaming_lambda(&arn) ||
	       gwt_call_fail(call, GWT_RULE_BUFFERED_UNSUPPORTED);
}

bool gwt_check_transfer_mode(struct gwt_call *call)
{
	if (is_type(call, "AWS_PROXY"))
		return check_lambda_mode(call);
	return !streams(call) || is_type(call, "HTTP_PROXY") ||
	       gwt_call_fail(call, GWT_RULE_BAD_TRANSFER_MODE);
}
