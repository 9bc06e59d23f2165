/*
 * test_sandbox.c - the sandbox's answers. Expected values are those of the
 * recordings that docs/sandbox.md names; the replay of all recordings is
 * tests/e2e/test_sandbox_facts.py.
 */
#include <criterion/criterion.h>

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

TestSuite(sandbox, .init = start, .fini = stop, .timeout = 20);

#define METHOD      "/restapis/@A/resources/@R/methods/GET"
#define INTEGRATION METHOD "/integration"

#define CACHE "\"cacheKeyParameters\":[],\"cacheNamespace\":\"@R\","
#define LAMBDA                                                                                               \
	"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/"                                     \
	"arn:aws:lambda:us-east-1:123456789012:function:f/invocations"

struct row {
	const char *label, *method, *path, *body;
	int status;
	const char *error; /* "" for a success */
	const char *answer; /* whole body but for its LF; NULL: not looked at */
};

static void check(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct gwt_response got = sandbox_call(&f, rows[i].method, rows[i].path, rows[i].body);
		const char *expected = rows[i].answer ? sandbox_text(&f, rows[i].answer) : NULL;
		const char *body = sandbox_body(&got);

		cr_expect_eq(got.status, rows[i].status, "%s: %d %s", rows[i].label, got.status, body);
		cr_expect_str_eq(sandbox_header(&got, "x-amzn-ErrorType"), rows[i].error, "%s", rows[i].label);
		if (expected)
			cr_expect(strlen(body) == strlen(expected) + 1 && !strncmp(body, expected, strlen(expected)) &&
					  body[strlen(expected)] == '\n',
				  "%s:\n got %s want %s", rows[i].label, body, expected);
	}
}

Test(sandbox, each_type_gets_its_defaults_and_loses_what_it_does_not_have)
{
	static const struct row rows[] = {
		{ "MOCK", "PUT", INTEGRATION, "{\"type\":\"MOCK\",\"uri\":\"http://example.com\",\"httpMethod\":\"POST\"}",
		  201, "", "{" CACHE "\"passthroughBehavior\":\"WHEN_NO_MATCH\",\"timeoutInMillis\":29000,\"type\":\"MOCK\"}" },
		{ "HTTP", "PUT", INTEGRATION, "{\"type\":\"HTTP\",\"uri\":\"http://example.com\",\"httpMethod\":\"POST\"}", 201,
		  "", "{" CACHE "\"connectionType\":\"INTERNET\",\"httpMethod\":\"POST\",\"passthroughBehavior\":\"WHEN_NO_MATCH\","
		  "\"timeoutInMillis\":29000,\"type\":\"HTTP\",\"uri\":\"http://example.com\"}" },
		{ "HTTP_PROXY", "PUT", INTEGRATION,
		  "{\"type\":\"HTTP_PROXY\",\"uri\":\"http://example.com\",\"httpMethod\":\"POST\"}", 201, "",
		  "{" CACHE "\"connectionType\":\"INTERNET\",\"httpMethod\":\"POST\",\"passthroughBehavior\":\"WHEN_NO_MATCH\","
		  "\"timeoutInMillis\":29000,\"type\":\"HTTP_PROXY\",\"uri\":\"http://example.com\"}" },
		{ "AWS", "PUT", INTEGRATION, "{\"type\":\"AWS\",\"uri\":\"" LAMBDA "\",\"httpMethod\":\"POST\"}", 201, "",
		  "{" CACHE "\"httpMethod\":\"POST\",\"passthroughBehavior\":\"WHEN_NO_MATCH\",\"timeoutInMillis\":29000,"
		  "\"type\":\"AWS\",\"uri\":\"" LAMBDA "\"}" },
		{ "AWS_PROXY", "PUT", INTEGRATION,
		  "{\"type\":\"AWS_PROXY\",\"uri\":\"" LAMBDA "\",\"httpMethod\":\"POST\",\"connectionType\":\"INTERNET\"}", 201,
		  "", "{" CACHE "\"httpMethod\":\"POST\",\"passthroughBehavior\":\"WHEN_NO_MATCH\",\"timeoutInMillis\":29000,"
		  "\"type\":\"AWS_PROXY\",\"uri\":\"" LAMBDA "\"}" },
		{ "read back", "GET", INTEGRATION, NULL, 200, "",
		  "{" CACHE "\"httpMethod\":\"POST\",\"passthroughBehavior\":\"WHEN_NO_MATCH\",\"timeoutInMillis\":29000,"
		  "\"type\":\"AWS_PROXY\",\"uri\":\"" LAMBDA "\"}" },
		{ "deleted", "DELETE", INTEGRATION, NULL, 204, "", NULL },
		{ "gone", "GET", INTEGRATION, NULL, 404, "NotFoundException",
		  "{\"message\":\"Invalid Integration identifier specified\"}" },
	};

	check(rows, GWT_LEN(rows));
}
