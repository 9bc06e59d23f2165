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

TestSuite(sandbox_evidence, .init = start, .fini = stop, .timeout = 20);

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
		{ "recorded again", "{\"type\":\"MOCK\",\"timeoutInMillis\":5000}", "aws-published" },
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
	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		char body[256];
		struct gwt_response got;

		snprintf(body, sizeof(body), "{\"canarySettings\":{\"percentTraffic\":%s}}", rows[i].percent);
		got = sandbox_call(&f, "POST", "/restapis/@A/deployments", body);
		cr_expect_eq(got.status, rows[i].status, "%s: %s", rows[i].percent, sandbox_body(&got));
	}
}
