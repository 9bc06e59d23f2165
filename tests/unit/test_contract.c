/*
 * test_contract.c - contract bytes and the stricter levels, on worked examples and at
 * their edges. The expected bytes are written out from docs/contract-bytes.md.
 */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "lib/base/bounds.h"
#include "lib/contract/canonical.h"
#include "lib/contract/cache.h"
#include "lib/contract/verdict.h"
#include "tests/support/data.h"
#include "tests/support/guard.h"
#include "tests/support/request.h"
#include "lib/contract/header_rules.h"

static struct gwt_arena arena;

static void teardown(void)
{
	gwt_arena_release(&arena);
}

TestSuite(contract, .fini = teardown);

static struct gwt_contract make(const char *head, struct gwt_span body)
{
	struct gwt_request request = gwt_test_request_of(&arena, head, gwt_guarded(body));
	struct gwt_contract contract;

	gwt_contract_make(&request, &arena, &contract);
	return contract;
}

static void expect_bytes(struct gwt_span got, const char *expected, const char *label)
{
	cr_expect(gwt_span_is(got, expected), "%s\n  is: %.*s\n not: %s", label, (int)got.len, got.ptr,
		  expected);
}

Test(contract, the_bytes_are_method_path_query_headers_and_canonical_body)
{
	struct gwt_contract c =
		make("PUT /restapis/a1/resources/r%2f0/methods/GET/integration?b=2&a=1 HTTP/1.1\n"
		     "Host: apigateway.us-east-1.amazonaws.com\n"
		     "User-Agent: Boto3/1.43\n"
		     "content-type: application/json\n"
		     "X-Amz-Date: 20261122T124400Z\n"
		     "X-Amz-Meta: 1\n"
		     "Accept: application/json\n",
		     GWT_SPAN("{ \"type\": \"MOCK\", \"timeoutInMillis\": 2.9e4, \"a\": \"\\u00e9\\/\" }"));

	expect_bytes(c.bytes,
		     "PUT\n"
		     "/restapis/a1/resources/r%2F0/methods/GET/integration\n"
		     "a=1&b=2\n"
		     "accept:application/json\n"
		     "content-type:application/json\n"
		     "x-amz-meta:1\n"
		     "\n"
		     "{\"a\":\"\xc3\xa9/\",\"timeoutInMillis\":29000,\"type\":\"MOCK\"}",
		     "PUT");
	expect_bytes(c.body, "{\"a\":\"\xc3\xa9/\",\"timeoutInMillis\":29000,\"type\":\"MOCK\"}", "body");
	cr_expect(c.says_json);
	cr_expect_eq(c.body_error, GWT_JSON_OK);
	cr_expect_not_null(c.json);
}

Test(contract, a_request_without_body_has_no_content_type)
{
	struct gwt_contract c =
		make("GET /a HTTP/1.1\nHost: x\nContent-Type: application/json\nAccept: */*\n", GWT_SPAN(""));

	expect_bytes(c.bytes, "GET\n/a\n\naccept:*/*\n\n", "GET");
	cr_expect_not(c.says_json);
	cr_expect_eq(c.body_error, GWT_JSON_OK);
}

Test(contract, paths_are_decoded_once_and_encoded_again_label_by_label)
{
	static const struct {
		const char *sent, *expected;
	} rows[] = {
		{ "/", "/" },
		{ "//", "//" },
		{ "/a//b/", "/a//b/" },
		{ "/a/../b/./c", "/a/../b/./c" },
		{ "/%2e%2E", "/.." },
		{ "/%41%7e%2d", "/A~-" },
		{ "/a%2fb%2F", "/a%2Fb%2F" },
		{ "/!'()*", "/%21%27%28%29%2A" },
		{ "/%2525", "/%2525" },
		{ "/%zz%4", "/%25zz%254" },
		{ "/%e2%82%ac%ff%00", "/%E2%82%AC%FF%00" },
		{ "/a+b", "/a%2Bb" },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_span head = gwt_arena_printf(&arena, "GET %s HTTP/1.1\nHost: x\n", rows[i].sent);
		struct gwt_span expected = gwt_arena_printf(&arena, "GET\n%s\n\n\n", rows[i].expected);

		expect_bytes(make(head.ptr, GWT_SPAN("")).bytes, expected.ptr, rows[i].sent);
	}
}

Test(contract, queries_are_pairs_sorted_by_name_then_value)
{
	static const struct {
		const char *sent, *expected;
	} rows[] = {
		{ "?", "" },
		{ "?a", "a=" },
		{ "?a=", "a=" },
		{ "?=x", "=x" },
		{ "?b=1&a=2&a=1", "a=1&a=2&b=1" },
		{ "?a=1&&b=2&", "a=1&b=2" },
		{ "?a-b=1&a=2", "a=2&a-b=1" }, /* by name: "a" before "a-b", although '-' sorts before '=' */
		{ "?a+b=c+d", "a%2Bb=c%2Bd" },
		{ "?a=%zz", "a=%25zz" },
		{ "?a=b=c", "a=b%3Dc" },
		{ "?a=%7E%2f", "a=~%2F" },
		{ "?a=x?y", "a=x%3Fy" },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_span head = gwt_arena_printf(&arena, "GET /%s HTTP/1.1\nHost: x\n", rows[i].sent);
		struct gwt_span expected = gwt_arena_printf(&arena, "GET\n/\n%s\n\n", rows[i].expected);

		expect_bytes(make(head.ptr, GWT_SPAN("")).bytes, expected.ptr, rows[i].sent);
	}
}

Test(contract, headers_are_trimmed_joined_and_sorted)
{
	expect_bytes(make("GET / HTTP/1.1\nHost: x\nX-Amz-B:  2  3 \nx-amz-a: 1\nX-AMZ-B:\nx-amz-b: 4\n",
			  GWT_SPAN(""))
			     .bytes,
		     "GET\n/\n\nx-amz-a:1\nx-amz-b:2  3,,4\n\n", "repeated");
}

Test(contract, volatile_headers_are_never_in_the_contract)
{
	static const char *const names[] = { "host",
					     "Connection",
					     "keep-alive",
					     "TE",
					     "Accept-Encoding",
					     "accept-language",
					     "Sec-Fetch-Mode",
					     "sec-fetch-",
					     "User-Agent",
					     "X-Amz-User-Agent",
					     "amz-sdk-invocation-id",
					     "amz-sdk-request",
					     "X-Amz-Date",
					     "X-Amz-Security-Token",
					     "X-Amz-Content-Sha256",
					     "Content-Length",
					     "Transfer-Encoding",
					     "Expect",
					     "Authorization" };
	static const char *const others[] = { "accept", "content-type", "x-amz-dates",
					      "x-amz-", "x-amzn-x",     "sec-fetch",
					      "hosts",  "amz-sdk",      "cookie" };

	for (size_t i = 0; i < GWT_LEN(names); i++) {
		cr_expect(gwt_header_is_volatile(gwt_span_of(names[i])), "%s", names[i]);
		cr_expect_not(gwt_header_is_contract(gwt_span_of(names[i]), true), "%s", names[i]);
	}
	for (size_t i = 0; i < GWT_LEN(others); i++)
		cr_expect_not(gwt_header_is_volatile(gwt_span_of(others[i])), "%s", others[i]);
	cr_expect(gwt_header_is_contract(GWT_SPAN("X-Amz-Dates"), false));
	cr_expect(gwt_header_is_contract(GWT_SPAN("ACCEPT"), false));
	cr_expect(gwt_header_is_contract(GWT_SPAN("Content-Type"), true));
	cr_expect_not(gwt_header_is_contract(GWT_SPAN("Content-Type"), false));
	cr_expect_not(gwt_header_is_contract(GWT_SPAN("x-amzn-x"), false));
	cr_expect_not(gwt_header_is_contract(GWT_SPAN("cookie"), true));
}

Test(contract, what_says_json)
{
	static const struct {
		const char *type;
		bool json;
	} rows[] = {
		{ "application/json", true },
		{ "Application/JSON ; charset=utf-8", true },
		{ "application/x-amz-json-1.1", true },
		{ "APPLICATION/X-AMZ-JSON-1.0;a", true },
		{ "application/problem+json", true },
		{ "image/x+JSON", true },
		{ "application/jsonp", false },
		{ "application/json5", false },
		{ "text/json", false },
		{ "application/x-amz-json", false },
		{ "+json", false },
		{ "application/json, application/json", false },
		{ "text/plain; a=application/json", false },
		{ "", false },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++)
		cr_expect_eq(gwt_says_json(gwt_guarded(gwt_span_of(rows[i].type))), rows[i].json, "%s",
			     rows[i].type);
}

#define JSON_HEAD "PUT / HTTP/1.1\nHost: x\nContent-Type: application/json\n"

Test(contract, a_body_that_cannot_be_canonical_stays_raw_and_says_why)
{
	static const struct {
		struct gwt_span body;
		const char *word;
		size_t offset;
	} rows[] = {
		{ GWT_SPAN_INIT("{\"a\":1"), "not-json", 6 },
		{ GWT_SPAN_INIT("a=b"), "not-json", 0 },
		{ GWT_SPAN_INIT("{\"a\":\"\xff\"}"), "invalid-utf8", 6 },
		{ GWT_SPAN_INIT("\xef\xbb\xbf{}"), "byte-order-mark", 0 },
		{ GWT_SPAN_INIT("{\"a\":1,\"a\":1}"), "duplicate-member", 7 },
		{ GWT_SPAN_INIT("{\"a\":\"\\ud800\"}"), "lone-surrogate", 6 },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_contract c = make(JSON_HEAD, rows[i].body);

		cr_expect(gwt_span_eq(c.body, rows[i].body), "%s", rows[i].word);
		cr_expect_str_eq(gwt_json_fault_word(c.body_error), rows[i].word);
		cr_expect_eq(c.body_error_offset, rows[i].offset, "%s: %zu", rows[i].word,
			     c.body_error_offset);
		cr_expect(c.says_json);
		cr_expect_null(c.json);
	}
}

Test(contract, exact_where_doubles_and_c_strings_are_not)
{
	expect_bytes(make(JSON_HEAD, GWT_SPAN("[9007199254740993,1e400,-0,1.50,\"\\u0000\"]")).body,
		     "[9007199254740993,1e+400,0,1.5,\"\\u0000\"]", "numbers and NUL");
	expect_bytes(make(JSON_HEAD, GWT_SPAN("[{},[],\"\",null]")).body, "[{},[],\"\",null]", "empties");
}

Test(contract, thousand_deep_nesting_is_a_named_error)
{
	char text[2001];
	struct gwt_contract c;

	memset(text, '[', 1000);
	memset(text + 1000, ']', 1000);
	c = make(JSON_HEAD, (struct gwt_span){ text, 2000 });
	cr_expect_str_eq(gwt_json_fault_word(c.body_error), "too-deep");
	cr_expect_eq(c.body.len, 2000u);
}

Test(contract, a_body_of_the_largest_size_is_exact)
{
	size_t size = GWT_MAX_BODY_BYTES;
	char *text = malloc(size);
	struct gwt_contract c;

	memset(text, 'a', size);
	text[0] = text[size - 1] = '"';
	c = make(JSON_HEAD, (struct gwt_span){ text, size });
	cr_expect(gwt_span_eq(c.body, (struct gwt_span){ text, size }));
	cr_expect_eq(c.body_error, GWT_JSON_OK);
	free(text);
}

Test(contract, a_body_that_does_not_say_json_is_its_bytes)
{
	struct gwt_contract c =
		make("POST / HTTP/1.1\nHost: x\nContent-Type: application/x-www-form-urlencoded\n",
		     GWT_SPAN("{ \"a\": 1 }\0\xff"));

	cr_expect(gwt_span_eq(c.body, GWT_SPAN("{ \"a\": 1 }\0\xff")));
	cr_expect_not(c.says_json);
	cr_expect_eq(c.body_error, GWT_JSON_OK);
	c = make("POST / HTTP/1.1\nHost: x\n", GWT_SPAN("{ }"));
	expect_bytes(c.bytes, "POST\n/\n\n\n{ }", "no content type");
}

#define AUTHORIZATION                                                                                        \
	"Authorization: AWS4-HMAC-SHA256 "                                                                   \
	"Credential=AKIDEXAMPLE/20261122/us-east-1/apigateway/aws4_request, "                                \
	"SignedHeaders=accept;host;x-amz-date, Signature=00ff\n"

Test(contract, signed_bytes_are_the_canonical_request_with_volatile_values_masked)
{
	struct gwt_request request = gwt_test_request_of(
		&arena,
		"PUT /a//b%20c/..?b=2&a HTTP/1.1\nHost: x:1\nAccept:  a  b \nUser-Agent: u\n"
		"X-Amz-Date: 20261122T124400Z\nContent-Type: text/plain\n" AUTHORIZATION,
		GWT_SPAN("{ }"));

	expect_bytes(gwt_signed_bytes(&request, &arena),
		     "PUT\n/a//b%2520c/..\na=&b=2\naccept:a "
		     "b\nhost:*\nx-amz-date:*\n\naccept;host;x-amz-date\n{ }",
		     "signed");
}

Test(contract, wire_bytes_mask_values_and_keep_everything_else)
{
	struct gwt_request request = gwt_test_request_of(
		&arena,
		"PUT /a HTTP/1.1\nhOst: x:1\nUser-Agent:\nx-amz-user-agent: \t b/1 \namz-sdk-request: a\n"
		"X-Amz-Date:\t20261122T124400Z\nX-Amz-Security-Token: t\nAccept: a  b \n" AUTHORIZATION,
		GWT_SPAN("{ }"));

	expect_bytes(gwt_wire_bytes(&request, &arena),
		     "PUT /a HTTP/1.1\r\nhOst: *\r\nUser-Agent:*\r\nx-amz-user-agent: \t * "
		     "\r\namz-sdk-request: *\r\n"
		     "X-Amz-Date:\t*\r\nX-Amz-Security-Token: *\r\nAccept: a  b \r\n"
		     "Authorization: AWS4-HMAC-SHA256 Credential=*/*/us-east-1/apigateway/aws4_request, "
		     "SignedHeaders=accept;host;x-amz-date, Signature=*\r\nContent-Length: 3\r\n\r\n{ }",
		     "wire");
	request.head = GWT_ABSENT;
	cr_expect_null(gwt_wire_bytes(&request, &arena).ptr);
}

/* An Authorization that can be read is masked in its parts; of any other, every byte counts. */
Test(contract, authorizations_that_can_be_read_are_masked)
{
	static const struct {
		const char *value, *expected;
	} rows[] = {
		{ "", "" },
		{ "Basic abc", "Basic abc" },
		{ "AWS4-HMAC-SHA256 Credential=K", "AWS4-HMAC-SHA256 Credential=K" },
		{ "AWS4-HMAC-SHA256 Credential=a/b/D/R/S/aws4_request",
		  "AWS4-HMAC-SHA256 Credential=a/b/D/R/S/aws4_request" },
		{ "AWS4-HMAC-SHA256 Credential=a/b/D/R/S/aws4_request, SignedHeaders=h, Signature=5",
		  "AWS4-HMAC-SHA256 Credential=*/*/R/S/aws4_request, SignedHeaders=h, Signature=*" },
		{ "AWS4-HMAC-SHA256 Credential=/D/R/S/aws4_request,SignedHeaders=h,Signature=5",
		  "AWS4-HMAC-SHA256 Credential=/D/R/S/aws4_request,SignedHeaders=h,Signature=5" },
		{ "AWS4-HMAC-SHA256 Signature=5,SignedHeaders=h,Credential=K/D/R/S/aws4_request",
		  "AWS4-HMAC-SHA256 Signature=*,SignedHeaders=h,Credential=*/*/R/S/aws4_request" },
		{ "AWS4-HMAC-SHA256 Credential=K SignedHeaders=x/D/R/S/aws4_request, SignedHeaders=h, "
		  "Signature=5",
		  "AWS4-HMAC-SHA256 Credential=K SignedHeaders=x/D/R/S/aws4_request, SignedHeaders=h, "
		  "Signature=5" },
		{ "Signature=", "Signature=" },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_span head = gwt_arena_printf(
			&arena, "GET / HTTP/1.1\nHost: x\nAuthorization: %s\n", rows[i].value);
		struct gwt_span expected = gwt_arena_printf(
			&arena, "GET / HTTP/1.1\r\nHost: *\r\nAuthorization: %s\r\n\r\n", rows[i].expected);
		struct gwt_request request = gwt_test_request_of(&arena, head.ptr, GWT_SPAN(""));

		expect_bytes(gwt_wire_bytes(&request, &arena), expected.ptr, rows[i].value);
		gwt_signed_bytes(&request, &arena);
	}
}

/* The text of the next ```KIND block from *at on; moves *at to its end. Absent when there is none. */
static struct gwt_span next_block(struct gwt_span page, const char *fence, size_t *at)
{
	struct gwt_span rest = gwt_span_slice(page, *at, page.len);
	size_t from = gwt_span_find_span(rest, gwt_span_of(fence)) + strlen(fence), len;

	if (from >= rest.len)
		return GWT_ABSENT;
	rest = gwt_span_slice(rest, from, rest.len);
	len = gwt_span_find_span(rest, GWT_SPAN("\n```\n"));
	*at += from + len;
	return gwt_span_slice(rest, 0, len);
}

Test(contract, the_examples_of_the_documentation_are_true)
{
	struct gwt_span page = gwt_test_read(&arena, gwt_test_source(), "docs/contract-bytes.md");
	size_t at = 0, count = 0;

	for (;; count++) {
		struct gwt_span request = next_block(page, "```http\n", &at), expected;
		size_t head = gwt_span_find_span(request, GWT_SPAN("\n\n"));

		if (!request.ptr)
			break;
		expected = next_block(page, "```contract\n", &at);
		expect_bytes(make(gwt_arena_cstr(&arena, gwt_span_slice(request, 0, head + 1)),
				  gwt_span_slice(request, head + 2, request.len))
				     .bytes,
			     gwt_arena_cstr(&arena, expected), "example");
	}
	cr_expect_eq(count, 3u);
}

/* The key consists of everything that the contract is made from, and of nothing else. */
Test(contract, a_cache_tells_apart_what_differs_in_the_contract)
{
	static const char *const heads[] = {
		"PUT /a HTTP/1.1\nHost: x\nContent-Type: application/json\n",
		"PUT /a HTTP/1.1\nHost: y\nContent-Type: application/json\nX-Amz-Date: 1\n", /* the same
												contract */
		"POST /a HTTP/1.1\nHost: x\nContent-Type: application/json\n",
		"PUT /b HTTP/1.1\nHost: x\nContent-Type: application/json\n",
		"PUT /a? HTTP/1.1\nHost: x\nContent-Type: application/json\n",
		"PUT /a?b HTTP/1.1\nHost: x\nContent-Type: application/json\n",
		"PUT /a HTTP/1.1\nHost: x\nContent-Type: text/plain\n",
		"PUT /a HTTP/1.1\nHost: x\nContent-Type: application/json\nAccept: a\n",
		"PUT /a HTTP/1.1\nHost: x\nContent-Type: application/json\nX-Amz-A: a\n",
	};
	struct gwt_contract_cache *cache = gwt_contract_cache_new();
	struct gwt_contract made, kept, first = { 0 };

	for (size_t round = 0; round < 2; round++) {
		for (size_t i = 0; i < GWT_LEN(heads); i++) {
			struct gwt_request request =
				gwt_test_request_of(&arena, heads[i], GWT_SPAN("{ \"a\": 1 }"));

			gwt_contract_make(&request, &arena, &made);
			gwt_contract_cache_make(cache, &request, &arena, &kept, NULL);
			cr_expect(gwt_span_eq(made.bytes, kept.bytes), "%s", heads[i]);
			if (round == 1 && i == 0)
				first = kept;
			cr_expect(round == 0 || i != 1 || first.bytes.ptr == kept.bytes.ptr,
				  "not remembered");
		}
	}
	gwt_contract_cache_free(cache);
	gwt_contract_cache_free(NULL);
}

/* A tree is far larger than its text: a request with too large a tree is read again, exactly. */
Test(contract, a_cache_does_not_keep_large_requests)
{
	static const size_t sizes[] = { 2001, 16385, 100001 };
	struct gwt_contract_cache *cache = gwt_contract_cache_new();

	for (size_t i = 0; i < GWT_LEN(sizes); i++) {
		char *text = malloc(sizes[i]);
		struct gwt_contract made, kept, again;
		struct gwt_request request;

		for (size_t at = 0; at < sizes[i]; at++)
			text[at] = at % 2 ? '1' : ',';
		text[0] = '[';
		text[sizes[i] - 1] = ']';
		request = gwt_test_request_of(&arena, JSON_HEAD, (struct gwt_span){ text, sizes[i] });
		gwt_contract_make(&request, &arena, &made);
		gwt_contract_cache_make(cache, &request, &arena, &kept, NULL);
		gwt_contract_cache_make(cache, &request, &arena, &again, NULL);
		cr_expect_not_null(made.json);
		cr_expect(gwt_span_eq(made.bytes, kept.bytes));
		cr_expect(gwt_span_eq(made.bytes, again.bytes));
		cr_expect_neq(kept.bytes.ptr, again.bytes.ptr, "%zu bytes were kept", sizes[i]);
		free(text);
	}
	gwt_contract_cache_free(cache);
}

Test(contract, words_of_verdicts_and_levels)
{
	enum gwt_level level = GWT_LEVEL_NONE;

	cr_expect_str_eq(gwt_verdict_word(GWT_VERDICT_MATCH), "MATCH");
	cr_expect_str_eq(gwt_verdict_word(GWT_VERDICT_NULL_VS_ABSENT), "NULL_VS_ABSENT");
	cr_expect_null(gwt_level_word(GWT_LEVEL_NONE));
	for (enum gwt_level l = GWT_LEVEL_EFFECT; l <= GWT_LEVEL_WIRE; l++) {
		cr_expect(gwt_level_parse(gwt_span_of(gwt_level_word(l)), &level));
		cr_expect_eq(level, l);
	}
	cr_expect_not(gwt_level_parse(GWT_SPAN("none"), &level));
	cr_expect_not(gwt_level_parse(GWT_SPAN(""), &level));
}
