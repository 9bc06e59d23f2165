/*
 * test_sandbox.c - the sandbox's answers. Expected values are those of the
 * recordings that docs/sandbox.md names; the replay of all recordings is
 * tests/e2e/test_sandbox_facts.py.
 */
#include <criterion/criterion.h>
#include <stdio.h>

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

TestSuite(sandbox, .init = start, .fini = stop);

#define METHOD      "/restapis/@A/resources/@R/methods/GET"
#define INTEGRATION METHOD "/integration"

#define CACHE "\"cacheKeyParameters\":[],\"cacheNamespace\":\"@R\","
#define LAMBDA                                                                                               \
	"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/"                                     \
	"arn:aws:lambda:us-east-1:123456789012:function:f/invocations"

struct row {
	const char *label, *method, *path, *body;
	int status;
	const char *error;  /* "" for a success */
	const char *answer; /* the whole body without its LF; NULL: not checked */
};

static void check(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct gwt_response got = sandbox_call(&f, rows[i].method, rows[i].path, rows[i].body);
		const char *expected = rows[i].answer ? sandbox_text(&f, rows[i].answer) : NULL;
		const char *body = sandbox_body(&got);

		cr_expect_eq(got.status, rows[i].status, "%s: %d %s", rows[i].label, got.status, body);
		cr_expect_str_eq(sandbox_header(&got, "x-amzn-ErrorType"), rows[i].error, "%s",
				 rows[i].label);
		if (expected)
			cr_expect(strlen(body) == strlen(expected) + 1 &&
					  !strncmp(body, expected, strlen(expected)) &&
					  body[strlen(expected)] == '\n',
				  "%s:\n got %s want %s", rows[i].label, body, expected);
	}
}

Test(sandbox, each_type_gets_its_defaults_and_loses_what_it_does_not_have)
{
	static const struct row rows[] = {
		{ "MOCK", "PUT", INTEGRATION,
		  "{\"type\":\"MOCK\",\"uri\":\"http://example.com\",\"httpMethod\":\"POST\"}", 201, "",
		  "{" CACHE
		  "\"passthroughBehavior\":\"WHEN_NO_MATCH\",\"timeoutInMillis\":29000,\"type\":\"MOCK\"}" },
		{ "HTTP", "PUT", INTEGRATION,
		  "{\"type\":\"HTTP\",\"uri\":\"http://example.com\",\"httpMethod\":\"POST\"}", 201, "",
		  "{" CACHE "\"connectionType\":\"INTERNET\",\"httpMethod\":\"POST\",\"passthroughBehavior\":"
		  "\"WHEN_NO_MATCH\","
		  "\"timeoutInMillis\":29000,\"type\":\"HTTP\",\"uri\":\"http://example.com\"}" },
		{ "HTTP_PROXY", "PUT", INTEGRATION,
		  "{\"type\":\"HTTP_PROXY\",\"uri\":\"http://example.com\",\"httpMethod\":\"POST\"}", 201, "",
		  "{" CACHE "\"connectionType\":\"INTERNET\",\"httpMethod\":\"POST\",\"passthroughBehavior\":"
		  "\"WHEN_NO_MATCH\","
		  "\"timeoutInMillis\":29000,\"type\":\"HTTP_PROXY\",\"uri\":\"http://example.com\"}" },
		{ "AWS", "PUT", INTEGRATION,
		  "{\"type\":\"AWS\",\"uri\":\"" LAMBDA "\",\"httpMethod\":\"POST\"}", 201, "",
		  "{" CACHE "\"httpMethod\":\"POST\",\"passthroughBehavior\":\"WHEN_NO_MATCH\","
		  "\"timeoutInMillis\":29000,"
		  "\"type\":\"AWS\",\"uri\":\"" LAMBDA "\"}" },
		{ "AWS_PROXY", "PUT", INTEGRATION,
		  "{\"type\":\"AWS_PROXY\",\"uri\":\"" LAMBDA
		  "\",\"httpMethod\":\"POST\",\"connectionType\":\"INTERNET\"}",
		  201, "",
		  "{" CACHE "\"httpMethod\":\"POST\",\"passthroughBehavior\":\"WHEN_NO_MATCH\","
		  "\"timeoutInMillis\":29000,"
		  "\"type\":\"AWS_PROXY\",\"uri\":\"" LAMBDA "\"}" },
		{ "read back", "GET", INTEGRATION, NULL, 200, "",
		  "{" CACHE "\"httpMethod\":\"POST\",\"passthroughBehavior\":\"WHEN_NO_MATCH\","
		  "\"responseTransferMode\":\"BUFFERED\",\"timeoutInMillis\":29000,"
		  "\"type\":\"AWS_PROXY\",\"uri\":\"" LAMBDA "\"}" },
		{ "deleted", "DELETE", INTEGRATION, NULL, 204, "", NULL },
		{ "gone", "GET", INTEGRATION, NULL, 404, "NotFoundException",
		  "{\"message\":\"Invalid Integration identifier specified\"}" },
	};

	check(rows, GWT_LEN(rows));
}

Test(sandbox, a_put_is_refused_in_the_recorded_order)
{
	static const struct row rows[] = {
		{ "a boolean for a text, before all else", "PUT",
		  "/restapis/x/resources/y/methods/GET/integration",
		  "{\"type\":\"HTTP_PROXY\",\"requestParameters\":{\"true\":true}}", 400,
		  "SerializationException",
		  "{\"message\":\"class java.lang.Boolean can not be converted to an String\"}" },
		{ "an unknown type, before look-ups", "PUT",
		  "/restapis/x/resources/y/methods/GET/integration", "{\"type\":\"HTTPS_PROXY\"}", 400,
		  "ValidationException",
		  "{\"message\":\"1 validation error detected: Value 'HTTPS_PROXY' at "
		  "'putIntegrationInput.type' failed to "
		  "satisfy constraint: Member must satisfy enum value set: [HTTP, MOCK, AWS_PROXY, "
		  "HTTP_PROXY, AWS]\"}" },
		{ "an unknown API", "PUT", "/restapis/x/resources/@R/methods/GET/integration",
		  "{\"type\":\"MOCK\"}", 404, "NotFoundException",
		  "{\"message\":\"Invalid Resource identifier specified\"}" },
		{ "an unknown method", "PUT", "/restapis/@A/resources/@R/methods/PUT/integration",
		  "{\"type\":\"MOCK\"}", 404, "NotFoundException",
		  "{\"message\":\"Invalid Method identifier specified\"}" },
		{ "no HTTP method, before the uri", "PUT", INTEGRATION,
		  "{\"type\":\"AWS\",\"uri\":\"http://example.com\"}", 400, "BadRequestException",
		  "{\"message\":\"Enumeration value for HttpMethod must be non-empty\"}" },
		{ "an ARN without path", "PUT", INTEGRATION,
		  "{\"type\":\"AWS_PROXY\",\"httpMethod\":\"POST\",\"uri\":\"arn:aws:lambda:us-east-1:1:"
		  "function:f\"}",
		  400, "BadRequestException",
		  "{\"message\":\"AWS ARN for integration must contain path or action\"}" },
		{ "no type", "PUT", INTEGRATION, "{}", 400, "ValidationException",
		  "{\"message\":\"1 validation error detected: Value null at 'putIntegrationInput.type' "
		  "failed to satisfy "
		  "constraint: Member must not be null\"}" },
		{ "two violations at once", "PUT", METHOD "/integration/responses/9",
		  "{\"contentHandling\":\"x\"}", 400, "ValidationException", NULL },
	};

	check(rows, GWT_LEN(rows));
}

Test(sandbox, uris_are_checked_by_type)
{
	static const struct {
		const char *type, *uri;
		const char *message; /* NULL: accepted */
	} rows[] = {
		{ "HTTP", "http://localhost:8080/", NULL },
		{ "HTTP", "https://example.com/{proxy}?a=b", NULL },
		{ "HTTP", "http://${stageVariables.host}/x", NULL },
		{ "HTTP", "http://${stageVariables.host}:${stageVariables.port}/x", NULL },
		{ "HTTP", "http://example.com:81/", "Invalid HTTP endpoint specified for URI" },
		{ "HTTP", "http://example.com:99999/", "Invalid HTTP endpoint specified for URI" },
		{ "HTTP", "http:///x", "Invalid HTTP endpoint specified for URI" },
		{ "HTTP", "http://exam ple.com", "Invalid HTTP endpoint specified for URI" },
		{ "HTTP", "ftp://example.com", "Invalid HTTP endpoint specified for URI" },
		{ "HTTP_PROXY", "non-valid-http", "Invalid HTTP endpoint specified for URI" },
		{ "HTTP_PROXY", "", "Invalid HTTP endpoint specified for URI" },
		{ "AWS", "non-valid-arn", "Invalid ARN specified in the request" },
		{ "AWS", "arn:was:apigateway:us-west-2:lambda:path/x",
		  "Invalid ARN specified in the request" },
		{ "AWS", "arn:aws:iam::0000000000:role/service-role/asdf",
		  "AWS ARN for integration must contain path or action" },
		{ "AWS", "arn:aws-us-gov:apigateway:us-gov-west-1:s3:path/b/k", NULL },
		{ "AWS", "arn:aws:apigateway:us-east-1:cloudcustodiantestdomain.com.ecs:action/", NULL },
		{ "AWS_PROXY", "arn:aws:apigateway:r:lambda:path//2015-03-31/functions/f/invocations", NULL },
		{ "AWS_PROXY", "arn:aws:apigateway:r:s3:path/b/k",
		  "Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose "
		  "stream "
		  "invocations." },
		{ "AWS_PROXY", "arn:aws:apigateway:r:firehose:action/PutRecord", NULL },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_span body =
			gwt_arena_printf(&f.arena,
					 "{\"type\":\"%s\",\"httpMethod\":\"GET\",\"uri\":\"%s\","
					 "\"credentials\":\"arn:aws:iam::*:user/*\"}",
					 rows[i].type, rows[i].uri);
		struct gwt_response got = sandbox_call(&f, "PUT", INTEGRATION, body.ptr);

		cr_expect_eq(got.status, rows[i].message ? 400 : 201, "%s: %s", rows[i].uri,
			     sandbox_body(&got));
		if (rows[i].message)
			cr_expect_str_eq(sandbox_member(&f, &got, "message"), rows[i].message, "%s",
					 rows[i].uri);
	}
}

#define MAPPING_ERROR "Invalid mapping expression specified: Validation Result: warnings : [], errors : "

Test(sandbox, mappings_cache_keys_and_timeouts_are_checked)
{
	static const struct {
		const char *label, *members;
		const char *message;
	} rows[] = {
		{ "declared",
		  "\"requestParameters\":{\"integration.request.path.id\":\"method.request.path.id\"}",
		  NULL },
		{ "static", "\"requestParameters\":{\"integration.request.header.A\":\"'a b'\"}", NULL },
		{ "variable", "\"requestParameters\":{\"integration.request.header.A\":\"stageVariables.x\"}",
		  NULL },
		{ "undeclared",
		  "\"requestParameters\":{\"integration.request.path.page\":\"method.request.path.page\"}",
		  MAPPING_ERROR
		  "[Invalid mapping expression parameter specified: method.request.path.page]" },
		{ "bad key", "\"requestParameters\":{\"page\":\"'x'\"}",
		  MAPPING_ERROR "[Invalid mapping identifier specified]" },
		{ "bad value", "\"requestParameters\":{\"integration.request.path.id\":\"x\"}",
		  MAPPING_ERROR "[Invalid mapping expression specified: x]" },
		{ "cache key", "\"cacheKeyParameters\":[\"method.request.querystring.q\"]", NULL },
		{ "undeclared cache key", "\"cacheKeyParameters\":[\"method.request.querystring.z\"]",
		  "Invalid cache key parameter specified" },
		{ "49 ms", "\"timeoutInMillis\":49", "Timeout should be between 50 ms and 29000 ms" },
		{ "50 ms", "\"timeoutInMillis\":50", NULL },
		{ "29001 ms", "\"timeoutInMillis\":29001", "Timeout should be between 50 ms and 29000 ms" },
		{ "no template for a content type", "\"requestTemplates\":{\"123\":\"\"}",
		  "Validation Result: warnings : [], errors : [Invalid content type specified: 123]" },
		{ "credentials by name", "\"credentials\":\"NONE\"", "Invalid ARN specified in the request" },
		{ "another account's role", "\"credentials\":\"arn:aws:iam::111122223333:role/x\"",
		  "Cross-account pass role is not allowed." },
		{ "the caller's identity", "\"credentials\":\"arn:aws:iam::*:user/*\"", NULL },
		{ "a stream", "\"responseTransferMode\":\"STREAM\",\"timeoutInMillis\":900001",
		  "Timeout should be between 50 ms and 900000 ms" },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_span body = gwt_arena_printf(
			&f.arena,
			"{\"type\":\"HTTP_PROXY\",\"httpMethod\":\"GET\",\"uri\":\"http://a.example\",%s}",
			rows[i].members);
		struct gwt_response got = sandbox_call(&f, "PUT", INTEGRATION, body.ptr);

		cr_expect_eq(got.status == 201, rows[i].message == NULL, "%s: %s", rows[i].label,
			     sandbox_body(&got));
		if (rows[i].message)
			cr_expect_str_eq(sandbox_member(&f, &got, "message"), rows[i].message, "%s",
					 rows[i].label);
	}
}

/* The operations are those of Terraform's provider (`~` unescaped, numbers and booleans as texts). */
Test(sandbox, a_patch_changes_an_integration_in_place)
{
#define PATCH(op, path, value)                                                                               \
	"{\"patchOperations\":[{\"op\":\"" op "\",\"path\":\"" path "\",\"value\":\"" value "\"}]}"
	static const struct row rows[] = {
		{ "put", "PUT", INTEGRATION,
		  "{\"type\":\"HTTP\",\"httpMethod\":\"GET\",\"uri\":\"http://"
		  "a.example\",\"contentHandling\":\"CONVERT_TO_TEXT\"}",
		  201, "", NULL },
		{ "a map's entry", "PATCH", INTEGRATION, PATCH("add", "/requestTemplates/text~1a~b", "new"),
		  200, "", NULL },
		{ "a number", "PATCH", INTEGRATION, PATCH("replace", "/timeoutInMillis", "5000"), 200, "",
		  NULL },
		{ "a list's item", "PATCH", INTEGRATION,
		  PATCH("add", "/cacheKeyParameters/method.request.path.id", ""), 200, "", NULL },
		{ "a boolean", "PATCH", INTEGRATION,
		  PATCH("replace", "/tlsConfig/insecureSkipVerification", "true"), 200, "", NULL },
		{ "gone", "PATCH", INTEGRATION, PATCH("replace", "/contentHandling", ""), 200, "",
		  "{\"cacheKeyParameters\":[\"method.request.path.id\"],\"cacheNamespace\":\"@R\","
		  "\"connectionType\":\"INTERNET\","
		  "\"httpMethod\":\"GET\",\"passthroughBehavior\":\"WHEN_NO_MATCH\",\"requestTemplates\":{"
		  "\"text/a~b\":\"new\"},"
		  "\"timeoutInMillis\":5000,\"tlsConfig\":{\"insecureSkipVerification\":true},\"type\":"
		  "\"HTTP\","
		  "\"uri\":\"http://a.example\"}" },
		{ "out of range", "PATCH", INTEGRATION, PATCH("replace", "/timeoutInMillis", "1"), 400,
		  "BadRequestException", "{\"message\":\"Timeout should be between 50 ms and 29000 ms\"}" },
		{ "no number", "PATCH", INTEGRATION, PATCH("replace", "/timeoutInMillis", "x"), 400,
		  "BadRequestException", NULL },
		{ "no such path", "PATCH", INTEGRATION, PATCH("replace", "/type", "MOCK"), 400,
		  "BadRequestException", NULL },
		{ "no such operation", "PATCH", INTEGRATION, PATCH("test", "/uri", "x"), 400,
		  "BadRequestException",
		  "{\"message\":\"Invalid patch path  '/uri' specified for op 'test'. Please choose "
		  "supported operations\"}" },
		{ "no word for an operation", "PATCH", INTEGRATION, PATCH("put", "/uri", "x"), 400,
		  "ValidationException", NULL },
		{ "no operations", "PATCH", INTEGRATION, "{}", 200, "", NULL },
	};

	check(rows, GWT_LEN(rows));
}

Test(sandbox, a_path_that_is_no_utf8_is_answered_in_utf8)
{
	struct gwt_response got = sandbox_call(&f, "GET", "/restapis/a%FFb", NULL);

	cr_expect_eq(got.status, 404);
	cr_expect_str_eq(sandbox_body(&got),
			 "{\"message\":\"Invalid API identifier specified 123456789012:a\xef\xbf\xbd"
			 "b\"}\n");
}

Test(sandbox, resources_make_a_tree)
{
	static const struct row rows[] = {
		{ "twice", "POST", "/restapis/@A/resources/@0", "{\"pathPart\":\"pets\"}", 409,
		  "ConflictException",
		  "{\"message\":\"Another resource with the same parent already has this name: pets\"}" },
		{ "a variable", "POST", "/restapis/@A/resources/@R", "{\"pathPart\":\"{id}\"}", 201, "",
		  NULL },
		{ "a second variable", "POST", "/restapis/@A/resources/@R", "{\"pathPart\":\"{proxy+}\"}",
		  400, "BadRequestException",
		  "{\"message\":\"A sibling ({id}) of this resource already has a variable path part -- only "
		  "one is allowed\"}" },
		{ "no path part", "POST", "/restapis/@A/resources/@R", "{\"pathPart\":\"a b\"}", 400,
		  "BadRequestException", NULL },
		{ "an empty one", "POST", "/restapis/@A/resources/@R", "{\"pathPart\":\"\"}", 400,
		  "BadRequestException", NULL },
		{ "an unknown parent", "POST", "/restapis/@A/resources/zzzzzz", "{\"pathPart\":\"a\"}", 404,
		  "NotFoundException", "{\"message\":\"Invalid Resource identifier specified\"}" },
		{ "renamed", "PATCH", "/restapis/@A/resources/@R", PATCH("replace", "/pathPart", "dogs"), 200,
		  "",
		  "{\"id\":\"@R\",\"parentId\":\"@0\",\"path\":\"/"
		  "dogs\",\"pathPart\":\"dogs\",\"resourceMethods\":{\"GET\":{}}}" },
		{ "under itself", "PATCH", "/restapis/@A/resources/@R", PATCH("replace", "/parentId", "@R"),
		  400, "BadRequestException", "{\"message\":\"Resources cannot be cyclical.\"}" },
		{ "a path that cannot be patched", "PATCH", "/restapis/@A/resources/@R",
		  PATCH("replace", "/invalid", "x"), 400, "BadRequestException",
		  "{\"message\":\"Invalid patch path  '/invalid' specified for op 'replace'. Must be one of: "
		  "[/parentId, /pathPart]\"}" },
		{ "the root", "DELETE", "/restapis/@A/resources/@0", NULL, 400, "BadRequestException", NULL },
		{ "with all below it", "DELETE", "/restapis/@A/resources/@R", NULL, 202, "", NULL },
		{ "the root is left", "GET", "/restapis/@A/resources", NULL, 200, "",
		  "{\"item\":[{\"id\":\"@0\",\"path\":\"/\"}]}" },
	};

	check(rows, GWT_LEN(rows));
}

Test(sandbox, a_resource_that_was_moved_under_a_newer_one_goes_with_it)
{
	struct gwt_response newer =
		sandbox_call(&f, "POST", "/restapis/@A/resources/@0", "{\"pathPart\":\"newer\"}");
	const char *id = sandbox_member(&f, &newer, "id");
	struct gwt_span patch = gwt_arena_printf(
		&f.arena,
		"{\"patchOperations\":[{\"op\":\"replace\",\"path\":\"/parentId\",\"value\":\"%s\"}]}", id);
	struct gwt_span path = gwt_arena_printf(&f.arena, "/restapis/@A/resources/%s", id);
	struct gwt_response got = sandbox_call(&f, "PATCH", "/restapis/@A/resources/@R", patch.ptr);

	cr_expect_str_eq(sandbox_member(&f, &got, "path"), "/newer/pets");
	cr_expect_eq(sandbox_call(&f, "DELETE", path.ptr, NULL).status, 202);
	cr_expect_eq(sandbox_call(&f, "GET", "/restapis/@A/resources/@R", NULL).status, 404);
}

Test(sandbox, lists_come_a_page_at_a_time)
{
	struct gwt_response page;
	const char *position;
	char path[256];
	int pages = 1;

	for (int i = 0; i < 58; i++) { /* 60 with the two of the fixture: 25, 25, 10 */
		struct gwt_span body = gwt_arena_printf(&f.arena, "{\"pathPart\":\"p%d\"}", i);

		cr_assert_eq(sandbox_call(&f, "POST", "/restapis/@A/resources/@0", body.ptr).status, 201);
	}
	page = sandbox_call(&f, "GET", "/restapis/@A/resources", NULL);
	while (*(position = sandbox_member(&f, &page, "position"))) {
		snprintf(path, sizeof(path), "/restapis/@A/resources?position=%s", position);
		page = sandbox_call(&f, "GET", path, NULL);
		pages++;
	}
	cr_expect_eq(pages, 3);
	page = sandbox_call(&f, "GET", "/restapis/@A/resources?limit=500", NULL);
	cr_expect_str_eq(sandbox_member(&f, &page, "position"), "");
	cr_expect_eq(sandbox_call(&f, "GET", "/restapis/@A/resources?limit=501", NULL).status, 400);
}

Test(sandbox, integration_responses_live_and_die)
{
#define RESPONSE INTEGRATION "/responses/200"
	static const struct row rows[] = {
		{ "without an integration", "GET", RESPONSE, NULL, 404, "NotFoundException",
		  "{\"message\":\"Invalid Integration identifier specified\"}" },
		{ "integration", "PUT", INTEGRATION, "{\"type\":\"MOCK\"}", 201, "", NULL },
		{ "no such status", "GET", RESPONSE, NULL, 404, "NotFoundException",
		  "{\"message\":\"Invalid Response status code specified\"}" },
		{ "no status", "PUT", INTEGRATION "/responses/wrong", "{}", 400, "ValidationException",
		  "{\"message\":\"1 validation error detected: Value 'wrong' at 'statusCode' failed to "
		  "satisfy constraint: "
		  "Member must satisfy regular expression pattern: [1-5]\\\\d\\\\d\"}" },
		{ "no body", "PUT", RESPONSE, NULL, 400, "BadRequestException",
		  "{\"message\":\"Invalid request input\"}" },
		{ "null template", "PUT", RESPONSE,
		  "{\"selectionPattern\":\"\",\"responseTemplates\":{\"application/json\":null}}", 201, "",
		  "{\"responseTemplates\":{\"application/"
		  "json\":null},\"selectionPattern\":\"\",\"statusCode\":\"200\"}" },
		{ "a second default", "PUT", INTEGRATION "/responses/201", "{}", 409, "ConflictException",
		  "{\"message\":\"Integration response with selection pattern default already exists\"}" },
		{ "in the integration", "GET", INTEGRATION, NULL, 200, "",
		  "{" CACHE
		  "\"integrationResponses\":{\"200\":{\"responseTemplates\":{\"application/json\":null},"
		  "\"selectionPattern\":\"\",\"statusCode\":\"200\"}},\"passthroughBehavior\":\"WHEN_NO_"
		  "MATCH\","
		  "\"timeoutInMillis\":29000,\"type\":\"MOCK\"}" },
		{ "of a method that is none", "DELETE",
		  "/restapis/@A/resources/@R/methods/WRONG/integration/responses/200", NULL, 404,
		  "NotFoundException", "{\"message\":\"Invalid Integration identifier specified\"}" },
		{ "deleted", "DELETE", RESPONSE, NULL, 204, "", "" },
		{ "no map is left", "GET", INTEGRATION, NULL, 200, "",
		  "{" CACHE
		  "\"passthroughBehavior\":\"WHEN_NO_MATCH\",\"timeoutInMillis\":29000,\"type\":\"MOCK\"}" },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++)
		if (rows[i].status != 204)
			check(&rows[i], 1);
		else
			cr_expect(sandbox_call(&f, rows[i].method, rows[i].path, NULL).no_content_length);
}
