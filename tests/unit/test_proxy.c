/*
 * The recording proxy, between a client that signs with dummy credentials and a sandbox that knows only the
 * real ones. Clients' requests are bytes, parsed as the server parses them.
 */
#include <criterion/criterion.h>
#include <pthread.h>
#include <stdio.h>

#include "lib/base/clock.h"
#include "lib/base/file.h"
#include "lib/model/model.h"
#include "lib/http/h1_parse.h"
#include "lib/http/h1_write.h"
#include "recorder/capture.h"
#include "recorder/proxy.h"
#include "sandbox/sandbox.h"
#include "tests/support/data.h"
#include "tests/support/request.h"

#define REAL_ID     "AKIAQ3EGJK4RZL2M7XYZ"
#define REAL_SECRET "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"
#define REAL_TOKEN  "IQoJb3JpZ2luX2VjEJ3aCXVzLWVhc3QtMSJHMEUCIQDtoken"

static const struct gwt_credentials real = {
	.access_key_id = GWT_SPAN_INIT(REAL_ID),
	.secret_key = GWT_SPAN_INIT(REAL_SECRET),
	.session_token = GWT_SPAN_INIT(REAL_TOKEN),
};
static const struct gwt_credentials dummy = {
	.access_key_id = GWT_SPAN_INIT("AKIDEXAMPLE"),
	.secret_key = GWT_SPAN_INIT("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
};

static struct gwt_arena arena;
static struct gwt_error err;
static struct gwt_sandbox *sandbox;
static struct gwt_sigv4 *digests;
static struct gwt_caller caller;
static struct gwt_transport transport;
static struct gwt_proxy proxy;
static bool upstream_is_down;

static size_t real_secret(void *arg, struct gwt_span id, struct gwt_span secrets[8])
{
	(void)arg;
	secrets[0] = real.secret_key;
	return gwt_span_eq(id, real.access_key_id) ? 1 : 0;
}

static size_t dummy_secret(void *arg, struct gwt_span id, struct gwt_span secrets[8])
{
	(void)arg, (void)id;
	secrets[0] = dummy.secret_key;
	return 1;
}

static gwt_status ask_sandbox(void *arg, const struct gwt_request *request, const volatile sig_atomic_t *stop,
			      struct gwt_arena *to, struct gwt_response *response, struct gwt_error *why)
{
	(void)arg, (void)stop;
	if (upstream_is_down)
		return gwt_fail(why, GWT_EUPSTREAM, "connection refused");
	cr_expect(gwt_span_is(gwt_headers_get(&request->headers, "x-amz-security-token"), REAL_TOKEN));
	cr_expect_eq(gwt_headers_count(&request->headers, "cookie"), 1u);
	gwt_sandbox_handle(sandbox, request, gwt_clock_now(), to, response);
	return GWT_OK;
}

static void setup(void)
{
	struct gwt_sandbox_options options = { .lookup = real_secret, .seed = 7 };

	sandbox = gwt_sandbox_new(&options);
	digests = gwt_sigv4_new();
	transport = (struct gwt_transport){ .send = ask_sandbox, .host = GWT_SPAN("upstream.example") };
	caller = (struct gwt_caller){ .transport = &transport,
				      .kind = GWT_UPSTREAM_OTHER,
				      .credentials = real,
				      .region = GWT_SPAN("us-east-1"),
				      .digests = digests };
	gwt_proxy_init(&proxy, &(struct gwt_proxy_options){
				       .callers = &caller, .caller_count = 1, .lookup = dummy_secret });
}

static void teardown(void)
{
	gwt_proxy_release(&proxy);
	gwt_sandbox_free(sandbox);
	gwt_sigv4_free(digests);
	gwt_arena_release(&arena);
}

TestSuite(proxy, .init = setup, .fini = teardown);

/* The bytes of a client's request, as a server parses them. */
static struct gwt_request client_request(const struct gwt_credentials *keys, const char *method,
					 const char *target, const char *body)
{
	static struct gwt_h1_parser parser;
	struct gwt_request request = { 0 }, parsed;
	struct gwt_headers headers;
	struct gwt_buf bytes;
	struct gwt_span kept;

	gwt_headers_init(&headers, &arena);
	gwt_headers_add(&headers, GWT_SPAN("Host"), GWT_SPAN("127.0.0.1:4711"), NULL);
	gwt_headers_add(&headers, GWT_SPAN("Accept"), GWT_SPAN("application/json"), NULL);
	gwt_headers_add(&headers, GWT_SPAN("User-Agent"),
			GWT_SPAN("Boto3/1.26.27 Python/3.11 Linux/6.1-secrethost"), NULL);
	gwt_headers_add(&headers, GWT_SPAN("Cookie"), GWT_SPAN("session=4242"), NULL);
	if (body)
		gwt_headers_add(&headers, GWT_SPAN("Content-Type"), GWT_SPAN("application/json"), NULL);
	gwt_request_set(&request, gwt_span_of(method), gwt_span_of(target), &headers,
			gwt_span_of(body ? body : ""));
	cr_assert_eq(gwt_sigv4_sign(digests, &request, keys, GWT_SPAN("us-east-1"), GWT_SPAN("apigateway"),
				    gwt_clock_now(), &err),
		     GWT_OK, "%s", err.msg);
	gwt_headers_add(&request.headers, GWT_SPAN("Content-Length"),
			gwt_arena_printf(&arena, "%zu", request.body.len), NULL);
	gwt_buf_init(&bytes, SIZE_MAX);
	gwt_h1_write_request(&bytes, &request);
	kept = gwt_arena_copy(&arena, gwt_buf_span(&bytes));
	gwt_buf_release(&bytes);
	gwt_h1_parser_init(&parser);
	cr_assert_eq(gwt_h1_parse(&parser, kept, &arena, &parsed), GWT_H1_DONE);
	return parsed;
}

static struct gwt_response send_as(const struct gwt_credentials *keys, const char *method, const char *target,
				   const char *body)
{
	struct gwt_request request = client_request(keys, method, target, body);
	struct gwt_response response;

	gwt_proxy_handle(&proxy, &request, &arena, &response);
	return response;
}

static struct gwt_json *json_of(const struct gwt_response *response)
{
	struct gwt_json *json;

	cr_assert(gwt_json_parse(&arena, response->body, &json, NULL), GWT_SPAN_FMT,
		  GWT_SPAN_ARG(response->body));
	return json;
}

__attribute__((format(printf, 3, 4))) static struct gwt_json *call(const char *method, const char *body,
								   const char *fmt, ...)
{
	struct gwt_response response;
	char target[512];
	va_list args;

	va_start(args, fmt);
	vsnprintf(target, sizeof(target), fmt, args);
	va_end(args);
	response = send_as(&dummy, method, target, body);
	cr_assert(response.status < 300, "%s %s: %d " GWT_SPAN_FMT, method, target, response.status,
		  GWT_SPAN_ARG(response.body));
	return response.body.len ? json_of(&response) : NULL;
}

static const char *text(const struct gwt_json *json, const char *name)
{
	return gwt_arena_cstr(&arena, gwt_json_get_text(json, name));
}

static struct gwt_kept keep(void)
{
	struct gwt_kept kept;

	cr_assert_eq(gwt_proxy_keep(&proxy, GWT_SPAN("g/n"), GWT_SPAN("http://upstream.example"), &arena,
				    &kept, &err),
		     GWT_OK, "%s", err.msg);
	return kept;
}

static bool has(struct gwt_span bytes, const char *needle)
{
	return gwt_span_find_span(bytes, gwt_span_of(needle)) < bytes.len;
}

/* The calls for one resource with one method and its integration. */
struct chain {
	const char *api, *root, *path, *id;
};

static void chain_create(struct chain *chain)
{
	const char *body = gwt_arena_printf(&arena, "{\"pathPart\": \"%s\"}", chain->path).ptr;

	chain->id = text(call("POST", body, "/restapis/%s/resources/%s", chain->api, chain->root), "id");
}

static void chain_method(struct chain *chain)
{
	call("PUT", "{\"authorizationType\": \"NONE\"}", "/restapis/%s/resources/%s/methods/GET", chain->api,
	     chain->id);
}

static void chain_put(struct chain *chain)
{
	call("PUT", "{\"type\": \"MOCK\"}", "/restapis/%s/resources/%s/methods/GET/integration", chain->api,
	     chain->id);
}

static void chain_get(struct chain *chain)
{
	call("GET", NULL, "/restapis/%s/resources/%s/methods/GET/integration", chain->api, chain->id);
}

static void (*const links[])(struct chain *) = { chain_create, chain_method, chain_put, chain_get };

static void start(struct chain chains[2])
{
	struct gwt_json *api = call("POST", "{\"name\": \"x\"}", "/restapis");

	chains[0] = (struct chain){ text(api, "id"), text(api, "rootResourceId"), "a", NULL };
	chains[1] = (struct chain){ text(api, "id"), text(api, "rootResourceId"), "b", NULL };
}

Test(proxy, a_clients_calls_become_a_scenario_and_its_cassette)
{
	struct chain chains[2];
	struct gwt_kept kept;

	start(chains);
	for (size_t i = 0; i < GWT_LEN(links); i++)
		links[i](&chains[0]);
	chain_get(&chains[0]);
	kept = keep();
	cr_expect_eq(kept.calls, 5u);
	cr_expect_eq(kept.repeated, 1u);
	cr_expect_eq(kept.inexact, 0u);
	cr_expect_str_eq(
		gwt_arena_cstr(&arena, kept.scenario),
		"about: \"5 calls of Boto3/1.26.27, recorded by the proxy\"\n"
		"tags: [source:proxy]\n"
		"steps:\n"
		"  - id: create-rest-api\n"
		"    call: CreateRestApi\n"
		"    input: {name: x}\n"
		"    expect: {status: 201}\n"
		"    gives: {restApiId: /id, parentId: /rootResourceId}\n"
		"  - id: create-resource\n"
		"    call: CreateResource\n"
		"    input: {restApiId: \"${restApiId}\", parentId: \"${parentId}\", pathPart: a}\n"
		"    expect: {status: 201}\n"
		"    gives: {resourceId: /id}\n"
		"  - id: put-method\n"
		"    call: PutMethod\n"
		"    input:\n"
		"      restApiId: \"${restApiId}\"\n"
		"      resourceId: \"${resourceId}\"\n"
		"      httpMethod: GET\n"
		"      authorizationType: NONE\n"
		"    expect: {status: 201}\n"
		"  - id: put-integration\n"
		"    call: PutIntegration\n"
		"    input:\n"
		"      restApiId: \"${restApiId}\"\n"
		"      resourceId: \"${resourceId}\"\n"
		"      httpMethod: GET\n"
		"      type: MOCK\n"
		"    expect: {status: 201}\n"
		"  - id: get-integration\n"
		"    call: GetIntegration\n"
		"    input: {restApiId: \"${restApiId}\", resourceId: \"${resourceId}\", httpMethod: GET}\n"
		"    expect: {status: 200}\n");
}

Test(proxy, nothing_secret_reaches_a_file_and_the_raw_bytes_are_masked)
{
	struct chain chains[2];
	struct gwt_cassette cassette;
	struct gwt_kept kept;
	struct gwt_span wire;

	start(chains);
	chain_create(&chains[0]);
	kept = keep();
	cr_expect_not(has(kept.cassette, REAL_ID) || has(kept.cassette, REAL_SECRET) ||
		      has(kept.cassette, REAL_TOKEN));
	cr_expect_not(has(kept.cassette, "AKIDEXAMPLE") || has(kept.cassette, "secrethost") ||
		      has(kept.cassette, "4242"));
	cr_expect_not(has(kept.cassette, chains[0].api) || has(kept.cassette, chains[0].id));
	cr_assert_eq(gwt_cassette_parse(&arena, "c", kept.cassette, &cassette, &err), GWT_OK, "%s", err.msg);
	cr_expect(gwt_span_is(cassette.provenance.upstream, "proxy"));
	cr_expect(gwt_span_is(cassette.interactions[1].client, "Boto3/1.26.27"));
	wire = gwt_arena_printf(
		&arena,
		"POST " GWT_SPAN_FMT " HTTP/1.1\r\nHost: *\r\nAccept: application/json\r\nUser-Agent: *\r\n"
		"Cookie: *\r\nContent-Type: application/json\r\nX-Amz-Date: *\r\nAuthorization: AWS4-HMAC-SHA256 "
		"Credential=*/*/us-east-1/apigateway/aws4_request, SignedHeaders=accept;content-type;host;"
		"x-amz-date, Signature=*\r\nContent-Length: 17\r\n\r\n{\"pathPart\": \"a\"}",
		GWT_SPAN_ARG(cassette.interactions[1].request.target));
	cr_expect(gwt_span_eq(cassette.interactions[1].wire, wire), GWT_SPAN_FMT,
		  GWT_SPAN_ARG(cassette.interactions[1].wire));
}

/* Every way to interleave the calls of two resources gives the same files: the calls of one stay in order. */
Test(proxy, concurrent_calls_are_put_in_one_order)
{
	struct gwt_caller both[] = { caller, caller };
	struct gwt_kept first = { 0 };

	for (unsigned mix = 0; mix < 256; mix++) {
		size_t done[2] = { 0, 0 };
		struct chain chains[2];
		struct gwt_kept kept;

		if (__builtin_popcount(mix) != (int)GWT_LEN(links))
			continue;
		gwt_proxy_release(&proxy);
		gwt_proxy_init(&proxy, &(struct gwt_proxy_options){
					       .callers = both, .caller_count = 2, .lookup = dummy_secret });
		start(chains);
		for (unsigned i = 0; i < 8; i++) {
			size_t which = mix >> i & 1;

			links[done[which]++](&chains[which]);
		}
		kept = keep();
		cr_expect_eq(kept.calls, 9u);
		if (first.cassette.ptr) {
			cr_expect(gwt_span_eq(kept.scenario, first.scenario), "mix %x", mix);
			cr_expect(gwt_span_eq(kept.cassette, first.cassette), "mix %x", mix);
		} else {
			first = kept;
		}
	}
	cr_expect(first.cassette.ptr);
}

Test(proxy, calls_one_after_the_other_stay_as_they_came)
{
	static const char *const parts[] = { "pathPart: b", "id: put-method", "id: put-integration",
					     "pathPart: a", "id: put-method-2" };
	struct chain chains[2];
	struct gwt_kept kept;
	size_t at = 0;

	start(chains);
	for (size_t which = 2; which-- > 0;)
		for (size_t i = 0; i < GWT_LEN(links); i++)
			links[i](&chains[which]);
	kept = keep();
	for (size_t i = 0; i < GWT_LEN(parts); i++) {
		size_t next = gwt_span_find_span(gwt_span_slice(kept.scenario, at, kept.scenario.len),
						 gwt_span_of(parts[i]));

		cr_expect_lt(at + next, kept.scenario.len, "%s", parts[i]);
		at += next;
	}
}

/* An upstream that answers one call only after another was answered. */
static pthread_mutex_t slow_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t slow_changed = PTHREAD_COND_INITIALIZER;
static char entered[8]; /* the calls that it got, by the first letters of their last labels */
static bool free_answered;

static char letter_of(const struct gwt_request *request)
{
	return request->path.ptr[request->path.len - 1];
}

static gwt_status ask_slow(void *arg, const struct gwt_request *request, const volatile sig_atomic_t *stop,
			   struct gwt_arena *to, struct gwt_response *response, struct gwt_error *why)
{
	char letter = letter_of(request);

	(void)arg, (void)stop, (void)why;
	pthread_mutex_lock(&slow_lock);
	entered[strlen(entered)] = gwt_span_is(request->method, "GET") ? letter : (char)(letter - 32);
	free_answered |= letter == 'f';
	pthread_cond_broadcast(&slow_changed);
	while (gwt_span_is(request->method, "PUT") && !free_answered)
		pthread_cond_wait(&slow_changed, &slow_lock);
	pthread_mutex_unlock(&slow_lock);
	gwt_headers_init(&response->headers, to);
	response->status = 200;
	response->body = GWT_SPAN("{}");
	return GWT_OK;
}

struct one_call {
	struct gwt_request request;
	pthread_t thread;
};

static void *make_one(void *arg)
{
	struct one_call *one = arg;
	struct gwt_arena own = { 0 };
	struct gwt_response response;

	gwt_proxy_handle(&proxy, &one->request, &own, &response);
	gwt_arena_release(&own);
	return NULL;
}

static void begin(struct one_call *one, const char *method, const char *target, size_t in_line)
{
	size_t turns = 0;

	one->request = client_request(&dummy, method, target, *method == 'P' ? "{}" : NULL);
	cr_assert_eq(pthread_create(&one->thread, NULL, make_one, one), 0);
	while (turns < in_line) {
		turns = 0;
		pthread_mutex_lock(&proxy.lock);
		turns = proxy.turn_count;
		pthread_mutex_unlock(&proxy.lock);
	}
}

Test(proxy, calls_whose_order_matters_wait_for_one_another_and_others_do_not)
{
	struct gwt_caller callers[3] = { caller, caller, caller };
	struct one_call calls[3];

	transport.send = ask_slow;
	for (size_t i = 0; i < 3; i++)
		callers[i].digests = gwt_sigv4_new();
	gwt_proxy_release(&proxy);
	gwt_proxy_init(&proxy, &(struct gwt_proxy_options){
				       .callers = callers, .caller_count = 3, .lookup = dummy_secret });
	begin(&calls[0], "PUT", "/restapis/a", 1);
	begin(&calls[1], "GET", "/restapis/a", 2);
	begin(&calls[2], "GET", "/restapis/f", 0);
	for (size_t i = 0; i < 3; i++)
		pthread_join(calls[i].thread, NULL);
	cr_expect_str_eq(entered, "Afa");
	cr_expect(proxy.concurrent);
	cr_expect_eq(proxy.len, 3u);
	for (size_t i = 0; i < 3; i++)
		gwt_sigv4_free(callers[i].digests);
}

Test(proxy, a_client_that_signs_wrongly_is_told_and_nothing_is_forwarded)
{
	struct gwt_credentials wrong = dummy;
	struct gwt_response response;

	wrong.secret_key = GWT_SPAN("another secret");
	response = send_as(&wrong, "POST", "/restapis", "{\"name\": \"x\"}");
	cr_expect_eq(response.status, 403);
	cr_expect(gwt_span_is(gwt_headers_get(&response.headers, "x-amzn-errortype"),
			      "InvalidSignatureException"));
	cr_expect_eq(proxy.refused, 1u);
	cr_expect_eq(caller.calls, 0u);
	cr_expect_eq(
		gwt_proxy_keep(&proxy, GWT_SPAN("g/n"), GWT_SPAN("u"), &arena, &(struct gwt_kept){ 0 }, &err),
		GWT_EUNCHECKED);
}

Test(proxy, a_call_without_an_answer_counts_until_the_client_makes_it_again)
{
	struct gwt_response response;
	struct chain chains[2];

	start(chains);
	upstream_is_down = true;
	response = send_as(&dummy, "GET", "/restapis", NULL);
	cr_expect_eq(response.status, 502);
	cr_assert_eq(proxy.failed, 1u);
	cr_expect(strstr(proxy.failures[0].why.msg, "connection refused"), "%s", proxy.failures[0].why.msg);
	upstream_is_down = false;
	send_as(&dummy, "GET", "/restapis?limit=1", NULL);
	cr_expect_eq(proxy.failed, 1u);
	send_as(&dummy, "GET", "/restapis", NULL);
	cr_expect_eq(proxy.failed, 0u);
}

Test(proxy, ids_from_outside_become_fixtures_and_text_that_looks_like_a_variable_stays_text)
{
	struct gwt_json *api;
	struct chain chains[2];
	struct gwt_kept kept;

	start(chains);
	chain_create(&chains[0]);
	chain_method(&chains[0]);
	gwt_proxy_release(&proxy); /* the earlier calls were not recorded */
	gwt_proxy_init(&proxy, &(struct gwt_proxy_options){
				       .callers = &caller, .caller_count = 1, .lookup = dummy_secret });
	api = call(
		"PUT",
		"{\"type\":\"AWS\",\"httpMethod\":\"POST\",\"uri\":\"arn:aws:apigateway:us-east-1:dynamodb:action/Query\","
		"\"credentials\":\"arn:aws:iam::123456789012:role/x\",\"requestTemplates\":{\"a/b\":\"${region}\","
		"\"c/d\":\"${stageVariables.x}\",\"e/f\":\"$${region}\"},\"unknown\":[1,{\"x\":null}]}",
		"/restapis/%s/resources/%s/methods/GET/integration", chains[0].api, chains[0].id);
	cr_expect(gwt_json_get(api, "uri"));
	kept = keep();
	cr_expect_eq(kept.inexact, 0u);
	cr_expect(has(kept.scenario, "fixtures: [rest-api, resource, method]\n"), GWT_SPAN_FMT,
		  GWT_SPAN_ARG(kept.scenario));
	cr_expect(has(kept.scenario, "a/b: \"$${region}\""), GWT_SPAN_FMT, GWT_SPAN_ARG(kept.scenario));
	cr_expect(has(kept.scenario, "c/d: \"${stageVariables.x}\""));
	cr_expect(has(kept.scenario, "$sub: \"arn:aws:iam::${accountId}:role/x\""));
	cr_expect(has(kept.scenario, "$sub: \"arn:aws:apigateway:${region}:dynamodb:action/Query\""));
	cr_expect_not(has(kept.cassette, "123456789012"));
}

Test(proxy, a_client_is_named_without_its_machine)
{
	static const struct {
		const char *agent, *name;
	} rows[] = {
		{ "aws-cli/2.9.19 Python/3.11.2 Linux/6.1.0 source/x86_64.debian.12 prompt/off",
		  "aws-cli/2.9.19" },
		{ "APN/1.0 HashiCorp/1.0 Terraform/1.5.7 (+https://www.terraform.io) terraform-provider-aws/5.31.0 "
		  "(+https://registry.terraform.io) aws-sdk-go/1.49.2 (go1.20; linux; amd64)",
		  "terraform-provider-aws/5.31.0" },
		{ "Boto3/1.26.27 Python/3.11.2 Linux/6.1.0 Botocore/1.29.27", "Boto3/1.26.27" },
		{ "aws-sdk-js/3.450.0 ua/2.0 os/linux#6.1 lang/js md/nodejs#18", "aws-sdk-js/3.450.0" },
		{ "my-client/1 (me@example.com)", "my-client/1" },
		{ "curl", "curl" },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++)
		cr_expect(gwt_span_is(gwt_client_name(gwt_span_of(rows[i].agent)), rows[i].name), "%s",
			  rows[i].agent);
	cr_expect(!gwt_client_name(GWT_ABSENT).ptr);
}

/* Requests of seventeen real client set-ups can be kept, raw bytes included, and written as a scenario. */

static struct gwt_kept keep_one(const struct gwt_request *request, const char *label)
{
	struct gwt_capture call = { .request = *request, .keep_wire = true, .client = GWT_SPAN("client/1") };
	struct gwt_keep_options options = {
		.name = GWT_SPAN("g/n"),
		.tag = GWT_SPAN("source:proxy"),
		.how = GWT_SPAN("recorded by the proxy"),
		.provenance = { .upstream = GWT_SPAN("proxy"), .region = GWT_SPAN("us-east-1") },
		.credentials = real,
	};
	struct gwt_kept kept;
	struct gwt_route route;

	cr_assert(gwt_route_find(request->method, request->path, &route));
	call.operation = gwt_span_of(route.operation->name);
	gwt_headers_init(&call.response.headers, &arena);
	call.response.status = 200;
	call.response.body = GWT_SPAN("{}\n");
	cr_assert_eq(gwt_keep_calls(&call, 1, &options, &arena, &kept, &err), GWT_OK, "%s: %s", label,
		     err.msg);
	return kept;
}

/* Some clients drop a dot or an empty label from the path; then no operation has it. */
static bool is_no_operation(const struct gwt_request *request)
{
	struct gwt_route route;

	return !gwt_route_find(request->method, request->path, &route);
}

Test(proxy, requests_of_real_clients_are_kept_exactly)
{
	struct gwt_file_list files;
	const char *root = gwt_file_join(&arena, gwt_test_source(), "tests/data/captures");
	size_t kept_count = 0;

	cr_assert_eq(gwt_file_list(&arena, root, ".http", &files, &err), GWT_OK, "%s", err.msg);
	for (size_t i = 0; i < files.len; i++) {
		struct gwt_request request =
			gwt_test_request(&arena, gwt_test_read(&arena, root, files.paths[i]));
		bool sayable = !strstr(files.paths[i], "lone_surrogate"); /* YAML cannot represent one */
		struct gwt_cassette cassette;
		struct gwt_kept kept;

		if (is_no_operation(&request))
			continue;
		kept = keep_one(&request, files.paths[i]);
		kept_count++;
		if (sayable)
			cr_expect_eq(kept.inexact, 0u, "%s", files.paths[i]);
		cr_assert_eq(gwt_cassette_parse(&arena, "c", kept.cassette, &cassette, &err), GWT_OK, "%s",
			     err.msg);
		cr_expect(has(cassette.interactions[0].wire, "Signature=*"), "%s", files.paths[i]);
	}
	cr_expect_gt(kept_count, 1600u);
}
