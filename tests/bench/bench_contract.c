/*
 * bench_contract.c - what contract bytes cost, in CPU time of one core.
 *
 * Usage: bench_contract. The request is PutIntegration with every option and a body
 * of about 800 bytes, as a client sends it. Each row is the best of several rounds.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "lib/contract/compare.h"
#include "lib/contract/cache.h"
#include "tests/support/request.h"

enum { ROUNDS = 15, CALLS = 4000 };

static const char head[] =
	"PUT /restapis/a1b2c3d4e5/resources/r0s0rc/methods/POST/integration HTTP/1.1\n"
	"Host: apigateway.us-east-1.amazonaws.com\nAccept-Encoding: identity\nContent-Type: "
	"application/json\n"
	"User-Agent: Boto3/1.43.11 md/Botocore#1.43.11 ua/2.1 os/linux\nAccept: application/json\n"
	"X-Amz-Date: 20261122T124400Z\n"
	"Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261122/us-east-1/apigateway/aws4_request, "
	"SignedHeaders=accept;content-type;host;x-amz-date, "
	"Signature=302ca393deb31833000ac240a78829b25a41c2b102b0e99644f5f620c124d033\n"
	"amz-sdk-invocation-id: 6b7f0b0e-2c5a-4c7c-9f0e-0d1c3f6f7a11\namz-sdk-request: attempt=1\n";

static const char body[] =
	"{\"type\": \"AWS\", \"httpMethod\": \"POST\", \"uri\": "
	"\"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/"
	"functions/arn:aws:lambda:us-east-1:123456789012:function:f/invocations\", \"connectionType\": "
	"\"VPC_LINK\", "
	"\"connectionId\": \"vl1nk0\", \"credentials\": \"arn:aws:iam::123456789012:role/apigw\", "
	"\"requestParameters\": "
	"{\"integration.request.header.X-B\": \"method.request.header.X-B\", "
	"\"integration.request.header.X-A\": \"'a'\"}, "
	"\"requestTemplates\": {\"text/xml\": \"<a>$input.body</a>\", \"application/json\": \"{\\\"a\\\": "
	"$input.json('$')}\"}, \"passthroughBehavior\": \"WHEN_NO_TEMPLATES\", \"cacheNamespace\": \"ns1\", "
	"\"cacheKeyParameters\": [\"method.request.querystring.q\", \"method.request.header.X-A\"], "
	"\"contentHandling\": "
	"\"CONVERT_TO_TEXT\", \"timeoutInMillis\": 29000, \"tlsConfig\": {\"insecureSkipVerification\": "
	"true}}";

struct bench {
	struct gwt_arena keep, scratch;
	struct gwt_contract_cache *cache;
	struct gwt_request request;
};

static uint64_t cpu_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

static void parse(struct bench *bench)
{
	struct gwt_json *json;

	if (!gwt_json_parse(&bench->scratch, bench->request.body, &json, NULL))
		abort();
}

static void make(struct bench *bench)
{
	struct gwt_contract contract;

	gwt_contract_make(&bench->request, &bench->scratch, &contract);
	if (!contract.json)
		abort();
}

static void remember(struct bench *bench)
{
	struct gwt_contract contract;

	gwt_contract_cache_make(bench->cache, &bench->request, &bench->scratch, &contract, NULL);
	if (!contract.json)
		abort();
}

static void compare(struct bench *bench)
{
	static const struct gwt_compare_options options = { 0 };
	struct gwt_comparison comparison;

	gwt_compare(&bench->request, &bench->request, &options, &bench->scratch, &comparison);
	if (comparison.level != GWT_LEVEL_WIRE)
		abort();
}

static double measure(struct bench *bench, void (*call)(struct bench *))
{
	uint64_t best = UINT64_MAX;

	for (int round = 0; round < ROUNDS; round++) {
		uint64_t start = cpu_ns(), took;

		for (int i = 0; i < CALLS; i++) {
			call(bench);
			gwt_arena_reset(&bench->scratch);
		}
		took = cpu_ns() - start;
		if (took < best)
			best = took;
	}
	return (double)best / CALLS;
}

int main(void)
{
	static const struct {
		const char *what;
		void (*call)(struct bench *);
	} rows[] = {
		{ "parse the body", parse },
		{ "contract bytes", make },
		{ "contract bytes, repeated (memo)", remember },
		{ "compare at all levels", compare },
	};
	struct bench bench = { .cache = gwt_contract_cache_new() };

	bench.request = gwt_test_request_of(&bench.keep, head, gwt_span_of(body));
	printf("a request with a body of %zu bytes, best of %d rounds, ns of CPU\n", bench.request.body.len,
	       ROUNDS);
	for (size_t i = 0; i < GWT_LEN(rows); i++)
		printf("%-34s %8.0f\n", rows[i].what, measure(&bench, rows[i].call));
	gwt_contract_cache_free(bench.cache);
	gwt_arena_release(&bench.keep);
	gwt_arena_release(&bench.scratch);
	return 0;
}
