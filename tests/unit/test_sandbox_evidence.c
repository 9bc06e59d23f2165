/*
 * test_sandbox_evidence.c - an answer claims no more than what it rests on: also
 * when a guess was stored by one call and is read by another.
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

TestSuite(sandbox_evidence, .init = start, .fini = stop);

#define METHOD      "/restapis/@A/resources/@R/methods/GET"
#define INTEGRATION METHOD "/integration"
#define HTTP        "\"type\":\"HTTP\",\"httpMethod\":\"GET\",\"uri\":\"http://example.com\""

Test(sandbox_evidence, a_read_is_known_no_better_than_the_write)
{
	static const struct {
		const char *label, *body, *class;
	} rows[] = {
		{ "recorded", "{\"type\":\"MOCK\"}", "aws-published" },
		{ "documented", "{\"type\":\"MOCK\",\"cacheNamespace\":\"n\"}", "documented" },
		{ "guessed", "{\"type\":\"MOCK\",\"cacheNamespace\":\"\"}", "guessed" },
		{ "guessed member", "{" HTTP ",\"integrationTarget\":\"arn:aws:x\"}", "guessed" },
		{ "null", "{\"type\":\"MOCK\",\"uri\":null}", "guessed" },
		{ "number's form", "{\"type\":\"MOCK\",\"timeoutInMillis\":5e3}", "guessed" },
		{ "of another type", "{\"type\":\"MOCK\",\"timeoutInMillis\":5000}", "documented" },
		{ "recorded again", "{\"type\":\"MOCK\",\"passthroughBehavior\":\"NEVER\"}",
		  "aws-published" },
	};
	static const char *const reads[] = { INTEGRATION, METHOD };

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_response put = sandbox_call(&f, "PUT", INTEGRATION, rows[i].body);

		cr_expect_eq(put.status, 201, "%s", rows[i].label);
		cr_expect(strstr(sandbox_header(&put, "x-gwtape-evidence"), rows[i].class), "%s: %s",
			  rows[i].label, sandbox_header(&put, "x-gwtape-evidence"));
		for (size_t r = 0; r < GWT_LEN(reads); r++) {
			struct gwt_response got = sandbox_call(&f, "GET", reads[r], NULL);

			cr_expect_eq(got.status, 200);
			cr_expect(strstr(sandbox_header(&got, "x-gwtape-evidence"), rows[i].class),
				  "%s, read: %s", rows[i].label, sandbox_header(&got, "x-gwtape-evidence"));
		}
	}
}

Test(sandbox_evidence, numbers_with_a_fraction_are_numbers)
{
	static const struct {
		const char *percent;
		int status;
	} rows[] = { { "12.5", 201 }, { "0", 201 }, { "\"12.5\"", 400 }, { "true", 400 }, { "[1]", 400 } };

	cr_assert_eq(sandbox_call(&f, "PUT", INTEGRATION, "{\"type\":\"MOCK\"}").status, 201);
	cr_assert_eq(sandbox_call(&f, "POST", "/restapis/@A/deployments", "{\"stageName\":\"s\"}").status,
		     201);
	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		char body[256];
		struct gwt_response got;

		snprintf(body, sizeof(body),
			 "{\"stageName\":\"s\",\"canarySettings\":{\"percentTraffic\":%s}}", rows[i].percent);
		got = sandbox_call(&f, "POST", "/restapis/@A/deployments", body);
		cr_expect_eq(got.status, rows[i].status, "%s: %s", rows[i].percent, sandbox_body(&got));
	}
}

#define ANOTHER_LINK "\"connectionType\":\"VPC_LINK\",\"connectionId\":\"not a link\""
#define PATCH(op, path, value)                                                                               \
	"{\"patchOperations\":[{\"op\":\"" op "\",\"path\":\"" path "\",\"value\":\"" value "\"}]}"

/*
 * Inputs that were not recorded, each beside a recorded one of the same rule. Before the evidence depended on
 * the input, the rule was aws-published for both.
 */
Test(sandbox_evidence, what_nobody_recorded_is_not_published)
{
	static const struct {
		const char *label, *method, *path, *body, *class;
	} rows[] = {
		{ "an unknown API, put", "PUT", "/restapis/unknownapi/resources/r/methods/GET/integration",
		  "{\"type\":\"MOCK\"}", "guessed" },
		{ "an unknown API, get", "GET", "/restapis/unknownapi/resources/r/methods/GET/integration",
		  NULL, "aws-published" },
		{ "no method, patched", "PATCH", "/restapis/@A/resources/@R/methods/PUT/integration",
		  PATCH("replace", "/uri", "x"), "guessed" },
		{ "no method, put", "PUT", "/restapis/@A/resources/@R/methods/PUT/integration",
		  "{\"type\":\"MOCK\"}", "aws-published" },
		{ "no body of a put", "PUT", INTEGRATION, "", "guessed" },
		{ "a number in a template", "PUT", INTEGRATION,
		  "{\"type\":\"MOCK\",\"requestTemplates\":{\"a/b\":1}}", "guessed" },
		{ "a boolean in a mapping", "PUT", INTEGRATION,
		  "{\"type\":\"MOCK\",\"requestParameters\":{\"a\":true}}", "aws-published" },
		{ "an unknown handling", "PUT", INTEGRATION, "{\"type\":\"MOCK\",\"contentHandling\":\"X\"}",
		  "guessed" },
		{ "an unknown type", "PUT", INTEGRATION, "{\"type\":\"X\"}", "aws-published" },
		{ "too short a timeout", "PUT", INTEGRATION, "{\"type\":\"MOCK\",\"timeoutInMillis\":49}",
		  "guessed" },
		{ "too long a timeout", "PUT", INTEGRATION, "{\"type\":\"MOCK\",\"timeoutInMillis\":29001}",
		  "aws-published" },
		{ "no role for sqs", "PUT", INTEGRATION,
		  "{\"type\":\"AWS\",\"httpMethod\":\"POST\",\"uri\":\"arn:aws:apigateway:r:sqs:path/1/q\"}",
		  "guessed" },
		{ "no role for ec2", "PUT", INTEGRATION,
		  "{\"type\":\"AWS\",\"httpMethod\":\"POST\",\"uri\":\"arn:aws:apigateway:r:ec2:action/X\"}",
		  "aws-published" },
		{ "content type of a request", "PUT", INTEGRATION,
		  "{\"type\":\"MOCK\",\"requestTemplates\":{\"123\":\"\"}}", "guessed" },
		{ "no uri", "PUT", INTEGRATION, "{\"type\":\"HTTP\",\"httpMethod\":\"GET\"}", "guessed" },
		{ "not a uri", "PUT", INTEGRATION, "{\"type\":\"HTTP\",\"httpMethod\":\"GET\",\"uri\":\"x\"}",
		  "aws-published" },
		{ "a link of another form", "PUT", INTEGRATION, "{" HTTP "," ANOTHER_LINK "}", "guessed" },
		{ "a link", "PUT", INTEGRATION,
		  "{" HTTP ",\"connectionType\":\"VPC_LINK\",\"connectionId\":\"a1b2c3\"}", "aws-published" },
		{ "a timeout of MOCK", "PUT", INTEGRATION, "{\"type\":\"MOCK\",\"timeoutInMillis\":5000}",
		  "documented" },
		{ "a namespace of HTTP", "PUT", INTEGRATION, "{" HTTP ",\"cacheNamespace\":\"n\"}",
		  "documented" },
		{ "a namespace of AWS", "PUT", INTEGRATION,
		  "{\"type\":\"AWS\",\"httpMethod\":\"POST\",\"cacheNamespace\":\"n\",\"uri\":\"arn:aws:apigateway:r:"
		  "lambda:path/2015-03-31/functions/f/invocations\"}",
		  "aws-published" },
		{ "a path to no resource", "PATCH", METHOD "/integration/responses/abc",
		  PATCH("replace", "/selectionPattern", "x"), "guessed" },
		{ "a name of a method", "PATCH", METHOD, PATCH("replace", "/operationName", "n"),
		  "aws-published" },
		{ "scopes of a method", "PATCH", METHOD, PATCH("add", "/authorizationScopes/s", ""),
		  "documented" },
		{ "a bad word for a method", "PATCH", METHOD, PATCH("bad", "/operationName", "n"),
		  "guessed" },
		{ "a bad word for an API", "PATCH", "/restapis/@A", PATCH("bad", "/name", "n"),
		  "aws-published" },
		{ "a model nobody made", "PUT", "/restapis/@A/resources/@R/methods/POST",
		  "{\"authorizationType\":\"NONE\",\"requestModels\":{\"a/b\":\"Nobody\"}}", "guessed" },
		{ "a validator nobody made", "PATCH", METHOD,
		  PATCH("replace", "/requestValidatorId", "nobody"), "aws-published" },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_response got = sandbox_call(&f, rows[i].method, rows[i].path, rows[i].body);
		const char *label = sandbox_header(&got, "x-gwtape-evidence");

		cr_expect(strncmp(label, rows[i].class, strlen(rows[i].class)) == 0, "%s: %s (%d %s)",
			  rows[i].label, label, got.status, sandbox_body(&got));
	}
}
