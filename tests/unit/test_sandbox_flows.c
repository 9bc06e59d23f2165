/*
 * test_sandbox_flows.c - what one call of the sandbox makes of another: parameters that a method gives up, what is
 * referred to and cannot go, members that come with a date. Expected texts are those of AWS's recordings and of
 * public issues.
 */
#include <criterion/criterion.h>
#include <stdio.h>

#include "lib/base/clock.h"
#include "lib/base/error.h"
#include "tests/unit/sandbox_call.h"

static struct sandbox_fixture f;

static void start(void)
{
	sandbox_start(&f, NULL);
}

static void stop(void)
{
	sandbox_stop(&f);
}

TestSuite(sandbox_flows, .init = start, .fini = stop);

#define METHOD      "/restapis/@A/resources/@R/methods/GET"
#define INTEGRATION METHOD "/integration"
#define HTTP        "\"type\":\"HTTP\",\"httpMethod\":\"GET\",\"uri\":\"http://example.com\""
#define LAMBDA(version, tail)                                                                                \
	"\"httpMethod\":\"POST\",\"uri\":\"arn:aws:apigateway:us-east-1:lambda:path/" version "/functions/"  \
	"arn:aws:lambda:us-east-1:123456789012:function:f/" tail "\""
#define ORDINARY            "\"type\":\"AWS_PROXY\"," LAMBDA("2015-03-31", "invocations")
#define STREAMING           "\"type\":\"AWS_PROXY\"," LAMBDA("2021-11-15", "response-streaming-invocations")
#define PATCH(operations)   "{\"patchOperations\":[" operations "]}"
#define OP(op, path, value) "{\"op\":\"" op "\",\"path\":\"" path "\",\"value\":\"" value "\"}"
#define MAPPING(text)                                                                                        \
	"Invalid mapping expression specified: Validation Result: warnings : [], errors : [" text "]"

/* One call, its status, and the message of its error; NULL: the message is not checked. */
struct step {
	const char *method, *path, *body;
	int status;
	const char *message;
};

static void expect_steps(struct sandbox_fixture *fixture, const struct step *steps, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct gwt_response got =
			sandbox_call(fixture, steps[i].method, steps[i].path, steps[i].body);

		cr_expect_eq(got.status, steps[i].status, "%zu: %s %s: %d %s", i, steps[i].method,
			     steps[i].path, got.status, sandbox_body(&got));
		if (steps[i].message)
			cr_expect_str_eq(sandbox_member(fixture, &got, "message"), steps[i].message, "%zu",
					 i);
	}
}

static void expect_part(const char *path, const char *part)
{
	struct gwt_response got = sandbox_call(&f, "GET", path, NULL);

	cr_expect(strstr(sandbox_body(&got), sandbox_text(&f, part)), "%s", sandbox_body(&got));
}

/* terraform-provider-aws#39801, PR#40124: what Terraform sends when a cached parameter is removed. */
Test(sandbox_flows, a_parameter_that_the_method_gives_up_leaves_mapping_and_cache)
{
	static const struct step steps[] = {
		{ "PUT", INTEGRATION,
		  "{" HTTP
		  ",\"requestParameters\":{\"integration.request.querystring.q\":\"method.request.querystring.q\","
		  "\"integration.request.path.id\":\"method.request.path.id\"},"
		  "\"cacheKeyParameters\":[\"method.request.querystring.q\",\"method.request.path.id\"]}",
		  201, NULL },
		{ "PATCH", METHOD, PATCH(OP("remove", "/requestParameters/method.request.querystring.q", "")),
		  200, NULL },
		/* another patch of the integration still works */
		{ "PATCH", INTEGRATION, PATCH(OP("replace", "/timeoutInMillis", "3000")), 200, NULL },
		{ "PATCH", INTEGRATION,
		  PATCH(OP("remove", "/requestParameters/integration.request.querystring.q", "")), 200,
		  NULL },
		/* and back again: declared first, then mapped and cached */
		{ "PATCH", INTEGRATION,
		  PATCH(OP("add", "/requestParameters/integration.request.querystring.q",
			   "method.request.querystring.q")),
		  400,
		  MAPPING("Invalid mapping expression parameter specified: method.request.querystring.q") },
		{ "PATCH", INTEGRATION,
		  PATCH(OP("add", "/cacheKeyParameters/method.request.querystring.q", "")), 400,
		  "Invalid cache key parameter specified" },
		{ "PATCH", METHOD,
		  PATCH(OP("add", "/requestParameters/method.request.querystring.q", "false")), 200, NULL },
		{ "PATCH", INTEGRATION,
		  PATCH(OP(
			  "add", "/requestParameters/integration.request.querystring.q",
			  "method.request.querystring.q") "," OP("add",
								 "/cacheKeyParameters/method.request.querystring.q",
								 "")),
		  200, NULL },
		{ "PATCH", INTEGRATION,
		  PATCH(OP("remove", "/requestParameters/integration.request.header.none", "")), 404,
		  "Invalid parameter name specified" },
		{ "PATCH", INTEGRATION,
		  PATCH(OP("replace", "/requestParameters/integration.request.header.none", "'x'")), 404,
		  "Invalid parameter name specified" },
		{ "PATCH", INTEGRATION,
		  PATCH(OP("remove", "/cacheKeyParameters/method.request.header.none", "")), 404,
		  "Invalid parameter name specified" },
	};

	expect_steps(&f, steps, 4);
	expect_part(INTEGRATION, "\"cacheKeyParameters\":[\"method.request.path.id\"]");
	expect_steps(&f, steps + 4, GWT_LEN(steps) - 4);
	expect_part(INTEGRATION,
		    "\"cacheKeyParameters\":[\"method.request.path.id\",\"method.request.querystring.q\"]");
}

Test(sandbox_flows, mapping_expressions_name_what_their_side_may)
{
	static const struct {
		const char *key, *value;
		int status;
		const char *message;
	} rows[] = {
		{ "integration.request.header.h", "'static'", 201, NULL },
		{ "integration.request.header.h", "method.request.querystring.q", 201, NULL },
		{ "integration.request.header.h", "method.request.multivaluequerystring.q", 201, NULL },
		{ "integration.request.header.h", "method.request.multivalueheader.q", 400,
		  MAPPING("Invalid mapping expression parameter specified: method.request.multivalueheader.q") },
		{ "integration.request.header.h", "method.request.body", 201, NULL },
		{ "integration.request.header.h", "method.request.body.a.b", 201, NULL },
		{ "integration.request.header.h", "method.request.bodyx", 400,
		  MAPPING("Invalid mapping expression specified: method.request.bodyx") },
		{ "integration.request.header.h", "stageVariables.v", 201, NULL },
		{ "integration.request.header.h", "context.requestId", 201, NULL },
		{ "integration.request.header.h", "context.", 400,
		  MAPPING("Invalid mapping expression specified: context.") },
		{ "integration.request.header.h", "integration.response.header.x", 400,
		  MAPPING("Invalid mapping expression specified: integration.response.header.x") },
		{ "integration.request.header.h", "'", 400,
		  MAPPING("Invalid mapping expression specified: '") },
		{ "integration.request.body.h", "'s'", 400, MAPPING("Invalid mapping identifier specified") },
		{ "integration.request.multivalueheader.h", "'s'", 400,
		  MAPPING("Invalid mapping identifier specified") },
		{ "method.request.header.h", "'s'", 400, MAPPING("Invalid mapping identifier specified") },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_span body =
			gwt_arena_printf(&f.arena, "{" HTTP ",\"requestParameters\":{\"%s\":\"%s\"}}",
					 rows[i].key, rows[i].value);
		const struct step step = { "PUT", INTEGRATION, body.ptr, rows[i].status, rows[i].message };

		expect_steps(&f, &step, 1);
	}
}

Test(sandbox_flows, an_answer_maps_into_what_the_method_response_declares)
{
	static const struct step steps[] = {
		{ "PUT", INTEGRATION, "{\"type\":\"MOCK\"}", 201, NULL },
		{ "PUT", METHOD "/responses/200",
		  "{\"responseParameters\":{\"method.response.header.X\":false},\"responseModels\":{\"a/b\":\"Empty\"}}",
		  201, NULL },
		{ "PUT", INTEGRATION "/responses/404",
		  "{\"responseParameters\":{\"method.response.header.X\":\"'a'\"}}", 400,
		  MAPPING("No method response exists for method.") },
		{ "PUT", INTEGRATION "/responses/200",
		  "{\"responseParameters\":{\"method.response.header.Y\":\"'a'\"}}", 400,
		  MAPPING("Invalid mapping expression parameter specified: method.response.header.Y") },
		{ "PUT", INTEGRATION "/responses/200",
		  "{\"responseParameters\":{\"method.response.header.X\":\"\\\"*\\\"\"}}", 400,
		  MAPPING("Invalid mapping expression specified: \"*\"") },
		{ "PUT", INTEGRATION "/responses/200",
		  "{\"responseParameters\":{\"method.response.header.X\":\"method.request.header.a\"}}", 400,
		  MAPPING("Invalid mapping expression specified: method.request.header.a") },
		{ "PUT", INTEGRATION "/responses/200",
		  "{\"responseParameters\":{\"method.response.header.X\":\"integration.response.body.a.b\"}}",
		  201, NULL },
		{ "DELETE", METHOD "/responses/200", NULL, 409, NULL },
		{ "PATCH", METHOD "/responses/200",
		  PATCH(OP("remove", "/responseParameters/method.response.header.N", "")), 404,
		  "Invalid parameter name specified" },
		{ "PATCH", METHOD "/responses/200", PATCH(OP("remove", "/responseModels/c~1d", "")), 404,
		  "Content-Type specified was not found" },
		{ "PATCH", METHOD "/responses/200", PATCH(OP("remove", "/wrong/x", "")), 400,
		  "Invalid patch path /wrong/x" },
		{ "PATCH", METHOD "/responses/200", PATCH(OP("remove", "/responseModels/a~1b", "")), 201,
		  NULL },
		{ "DELETE", INTEGRATION "/responses/200", NULL, 204, NULL },
		{ "DELETE", METHOD "/responses/200", NULL, 204, NULL },
	};

	expect_steps(&f, steps, GWT_LEN(steps));
}

Test(sandbox_flows, modes_and_ways_of_calling_a_function_fit)
{
	static const struct step steps[] = {
		{ "PUT", INTEGRATION, "{" ORDINARY ",\"responseTransferMode\":\"STREAM\"}", 400,
		  "Invalid ResponseTransferMode. ResponseTransferMode STREAM is only supported for Lambda functions invoked by "
		  "InvokeWithResponseStream for AWS_PROXY integrations." },
		{ "PUT", INTEGRATION, "{" STREAMING "}", 400,
		  "Invalid ResponseTransferMode. Cannot use ResponseTransferMode BUFFERED for Lambda functions invoked by "
		  "InvokeWithResponseStream for AWS_PROXY integrations." },
		{ "PUT", INTEGRATION, "{" STREAMING ",\"responseTransferMode\":\"BUFFERED\"}", 400,
		  "Invalid ResponseTransferMode. Cannot use ResponseTransferMode BUFFERED for Lambda functions invoked by "
		  "InvokeWithResponseStream for AWS_PROXY integrations." },
		{ "PUT", INTEGRATION, "{" STREAMING ",\"responseTransferMode\":\"STREAM\"}", 201, NULL },
		{ "PUT", INTEGRATION, "{\"type\":\"MOCK\",\"responseTransferMode\":\"STREAM\"}", 400, NULL },
		{ "PUT", INTEGRATION, "{" ORDINARY "}", 201, NULL },
		{ "PATCH", INTEGRATION, PATCH(OP("replace", "/uri", "")), 400,
		  "Invalid integration URI specified" },
		{ "PUT", INTEGRATION,
		  "{\"type\":\"HTTP_PROXY\",\"httpMethod\":\"GET\",\"connectionType\":\"VPC_LINK\",\"connectionId\":\"a1b2c3\"}",
		  400, "Invalid integration URI specified" },
		{ "PUT", INTEGRATION,
		  "{" HTTP ",\"connectionType\":\"VPC_LINK\",\"connectionId\":\"a1b2c3\"}", 400,
		  "IntegrationTarget is required for VpcLinkV2 a1b2c3." },
		{ "PUT", INTEGRATION,
		  "{" HTTP
		  ",\"connectionType\":\"VPC_LINK\",\"connectionId\":\"a1b2c3\",\"integrationTarget\":\"arn:aws:x\"}",
		  201, NULL },
	};

	expect_steps(&f, steps, GWT_LEN(steps));
}

/* A sandbox that answers as of a date, with the fixture's API in it. */
static void at_time(struct sandbox_fixture *other, const char *date)
{
	struct gwt_sandbox_options options = { .seed = 1 };

	cr_assert(gwt_clock_parse(gwt_span_of(date), &options.as_of));
	sandbox_start(other, &options);
}

Test(sandbox_flows, members_come_with_their_dates)
{
	static const struct {
		const char *date, *put,
			*expected; /* the members that a read has, or NULL: neither a mode nor a target */
		int status;
	} rows[] = {
		{ "2025-11-18", "{" ORDINARY ",\"responseTransferMode\":\"STREAM\"}", NULL, 201 },
		{ "2025-11-19", "{" ORDINARY ",\"responseTransferMode\":\"STREAM\"}", NULL, 400 },
		{ "2025-11-19", "{" ORDINARY ",\"responseTransferMode\":\"BUFFERED\"}",
		  "\"responseTransferMode\":\"BUFFERED\"", 201 },
		{ "2025-11-20", "{" HTTP ",\"integrationTarget\":\"arn:aws:x\"}", NULL, 201 },
		{ "2025-11-21", "{" HTTP ",\"integrationTarget\":\"arn:aws:x\"}",
		  "\"integrationTarget\":\"arn:aws:x\"", 201 },
		{ "2025-12-31", "{" ORDINARY "}", NULL, 201 },
		{ "2026-05-24", "{" ORDINARY "}", "\"responseTransferMode\":\"BUFFERED\"", 201 },
		{ "2026-05-24", "{\"type\":\"MOCK\"}", NULL, 201 },
		{ "2026-05-24", "{" HTTP "}", NULL, 201 },
		{ "2025-12-02", "{" HTTP ",\"connectionType\":\"VPC_LINK\",\"connectionId\":\"a1b2c3\"}",
		  NULL, 201 },
		{ "2025-12-03", "{" HTTP ",\"connectionType\":\"VPC_LINK\",\"connectionId\":\"a1b2c3\"}",
		  NULL, 400 },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct sandbox_fixture other;
		struct gwt_response put, got;
		const char *body;

		at_time(&other, rows[i].date);
		put = sandbox_call(&other, "PUT", INTEGRATION, rows[i].put);
		cr_expect_eq(put.status, rows[i].status, "%zu: %s", i, sandbox_body(&put));
		got = sandbox_call(&other, "GET", INTEGRATION, NULL);
		body = sandbox_body(&got);
		if (rows[i].expected)
			cr_expect(strstr(body, rows[i].expected), "%zu: %s", i, body);
		else
			cr_expect(!strstr(body, "Mode") && !strstr(body, "Target"), "%zu: %s", i, body);
		sandbox_stop(&other);
	}
}

Test(sandbox_flows, address_types_come_with_their_date)
{
	static const struct {
		const char *date;
		bool there;
	} rows[] = { { "2025-03-27", false }, { "2025-03-28", true } };

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct sandbox_fixture other;
		struct gwt_response made, patched;

		at_time(&other, rows[i].date);
		made = sandbox_call(&other, "POST", "/restapis",
				    "{\"name\":\"n\",\"endpointConfiguration\":{\"ipAddressType\":\"bad\"}}");
		cr_expect_eq(made.status, rows[i].there ? 400 : 201, "%s", sandbox_body(&made));
		patched = sandbox_call(
			&other, "PATCH", "/restapis/@A",
			PATCH(OP("replace", "/endpointConfiguration/ipAddressType", "dualstack")));
		cr_expect_eq(patched.status, rows[i].there ? 200 : 400, "%s", sandbox_body(&patched));
		sandbox_stop(&other);
	}
}

Test(sandbox_flows, what_is_referred_to_stays)
{
	static const struct step steps[] = {
		{ "POST", "/restapis/@A/models",
		  "{\"name\":\"Pet\",\"contentType\":\"application/json\",\"schema\":\"{}\"}", 201, NULL },
		{ "POST", "/restapis/@A/models", "{\"name\":\"Pet\",\"contentType\":\"application/json\"}",
		  409, NULL },
		{ "PUT", "/restapis/@A/resources/@R/methods/POST",
		  "{\"authorizationType\":\"NONE\",\"requestModels\":{\"application/json\":\"Dog\"}}", 400,
		  NULL },
		{ "PUT", "/restapis/@A/resources/@R/methods/POST",
		  "{\"authorizationType\":\"NONE\",\"requestModels\":{\"application/json\":\"Pet\"}}", 201,
		  NULL },
		{ "DELETE", "/restapis/@A/models/Pet", NULL, 409, NULL },
		{ "DELETE", "/restapis/@A/resources/@R/methods/POST", NULL, 204, NULL },
		{ "DELETE", "/restapis/@A/models/Pet", NULL, 202, NULL },
		{ "GET", "/restapis/@A/models/Pet", NULL, 404, NULL },
		{ "GET", "/restapis/@A/models/Empty", NULL, 200, NULL },
		{ "PUT", "/restapis/@A/resources/@R/methods/POST",
		  "{\"authorizationType\":\"CUSTOM\",\"authorizerId\":\"abc123\"}", 400,
		  "Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid "
		  "authorizer." },
		{ "PUT", INTEGRATION, "{\"type\":\"MOCK\"}", 201, NULL },
		{ "POST", "/restapis/@A/deployments", "{\"stageName\":\"dev\"}", 201, NULL },
		{ "POST", "/restapis/@A/stages", "{\"stageName\":\"dev\",\"deploymentId\":\"none\"}", 400,
		  NULL },
	};
	struct gwt_response link, integration;
	char path[96], body[256];

	expect_steps(&f, steps, GWT_LEN(steps));
	link = sandbox_call(
		&f, "POST", "/vpclinks",
		"{\"name\":\"v\",\"targetArns\":[\"arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/net/n/1\"]}");
	cr_assert_eq(link.status, 202, "%s", sandbox_body(&link));
	snprintf(path, sizeof(path), "/vpclinks/%s", sandbox_member(&f, &link, "id"));
	snprintf(body, sizeof(body), "{" HTTP ",\"connectionType\":\"VPC_LINK\",\"connectionId\":\"%s\"}",
		 sandbox_member(&f, &link, "id"));
	integration = sandbox_call(&f, "PUT", INTEGRATION, body);
	cr_assert_eq(integration.status, 201, "%s", sandbox_body(&integration));
	cr_expect_eq(sandbox_call(&f, "DELETE", path, NULL).status, 400);
	cr_expect_eq(sandbox_call(&f, "DELETE", INTEGRATION, NULL).status, 204);
	cr_expect_eq(sandbox_call(&f, "DELETE", path, NULL).status, 202);
}

/* The first call of Claudia.js. A document that must be imported is refused, and then nothing is lost. */
Test(sandbox_flows, a_document_without_methods_empties_an_api)
{
	static const char *const refused[] = {
		"{\"swagger\":\"2.0\",\"paths\":{\"/\":{\"get\":{}}}}",
		"{\"swagger\":\"2.0\",\"paths\":{\"/a\":{}}}",
		"{\"swagger\":\"2.0\",\"paths\":{},\"definitions\":{}}",
		"{\"swagger\":\"2.0\"}",
		"{\"paths\":{}}",
		"[]",
		"",
	};
	struct gwt_response got;

	for (size_t i = 0; i < GWT_LEN(refused); i++) {
		got = sandbox_call(&f, "PUT", "/restapis/@A?mode=overwrite", refused[i]);
		cr_expect_eq(got.status, 501, "%s", refused[i]);
	}
	got = sandbox_call(&f, "PUT", "/restapis/@A?mode=merge", "{\"swagger\":\"2.0\",\"paths\":{}}");
	cr_expect_eq(got.status, 501);
	cr_assert_eq(sandbox_call(&f, "GET", METHOD, NULL).status, 200);
	got = sandbox_call(
		&f, "PUT", "/restapis/@A?mode=overwrite",
		"{\"swagger\":\"2.0\",\"info\":{\"title\":\"new\",\"version\":\"7\"},\"paths\":{\"/\":{}}}");
	cr_assert_eq(got.status, 200, "%s", sandbox_body(&got));
	cr_expect_str_eq(sandbox_member(&f, &got, "name"), "new");
	cr_expect_str_eq(sandbox_member(&f, &got, "version"), "7");
	cr_expect_eq(sandbox_call(&f, "GET", METHOD, NULL).status, 404);
	got = sandbox_call(&f, "GET", "/restapis/@A/resources", NULL);
	cr_expect(strstr(sandbox_body(&got), "\"path\":\"/\""), "%s", sandbox_body(&got));
	cr_expect(!strstr(sandbox_body(&got), "pathPart"), "%s", sandbox_body(&got));
	got = sandbox_call(&f, "PUT", "/restapis/nosuchapi0?mode=overwrite",
			   "{\"openapi\":\"3.0.1\",\"paths\":{}}");
	cr_expect_eq(got.status, 404);
}

Test(sandbox_flows, what_the_sandbox_does_not_have_is_no_missing_permission)
{
	static const struct {
		const char *method, *path, *name;
	} rows[] = {
		{ "PUT", "/restapis/@A", "PutRestApi" },
		{ "POST", "/restapis?mode=import", "ImportRestApi" },
		{ "POST", "/apikeys", "CreateApiKey" },
		{ "PATCH", "/restapis/@A/models/Empty", "UpdateModel" },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_response got = sandbox_call(&f, rows[i].method, rows[i].path, "openapi: 3.0.1");
		const char *message = sandbox_member(&f, &got, "message");

		cr_expect_eq(got.status, 501, "%s: %s", rows[i].name, sandbox_body(&got));
		cr_expect_str_eq(sandbox_header(&got, "x-amzn-ErrorType"), "NotImplementedException");
		cr_expect(strstr(message, rows[i].name), "%s", message);
		cr_expect(!strstr(message, "authorized") && !strstr(message, "denied"), "%s", message);
	}
	cr_expect_eq(sandbox_call(&f, "GET", "/nothing/of/this/service", NULL).status, 403);
}
