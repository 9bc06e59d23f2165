/*
 * test_compare.c - verdicts, places and levels of requests that differ in one thing, the
 * order in which verdicts count, level `effect`, and the nearest candidates.
 */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "lib/base/bounds.h"
#include "lib/contract/compare.h"
#include "lib/contract/rank.h"
#include "lib/json/write.h"
#include "tests/support/guard.h"
#include "tests/support/request.h"

static struct gwt_arena arena;
static struct gwt_comparison comparison;

static void teardown(void)
{
	gwt_arena_release(&arena);
}

TestSuite(compare, .fini = teardown);

#define PATH "/restapis/a1/resources/r0/methods/GET/integration"
#define AUTHORIZATION                                                                                        \
	"Authorization: AWS4-HMAC-SHA256 "                                                                   \
	"Credential=AKIDEXAMPLE/20261122/us-east-1/apigateway/aws4_request, "                                \
	"SignedHeaders=accept;host, Signature=00\n"
#define HEAD                                                                                                 \
	"PUT " PATH                                                                                          \
	" HTTP/1.1\nHost: x\nAccept: application/json\nContent-Type: application/json\n" AUTHORIZATION

static struct gwt_request request(const char *head, struct gwt_span body)
{
	return gwt_test_request_of(&arena, head, gwt_guarded(body));
}

static void compare(const struct gwt_request *expected, const struct gwt_request *got)
{
	static const struct gwt_compare_options options = { 0 };

	gwt_compare(expected, got, &options, &arena, &comparison);
}

static void compare_bodies(struct gwt_span expected, struct gwt_span got)
{
	struct gwt_request a = request(HEAD, expected), b = request(HEAD, got);

	compare(&a, &b);
}

static void compare_heads(const char *expected, const char *got)
{
	struct gwt_request a = request(expected, GWT_SPAN("{}")), b = request(got, GWT_SPAN("{}"));

	compare(&a, &b);
}

static const char *all_text(void)
{
	struct gwt_buf buf;
	const char *text;

	gwt_buf_init(&buf, SIZE_MAX);
	gwt_comparison_text(&buf, &comparison);
	text = gwt_arena_cstr(&arena, gwt_buf_span(&buf));
	gwt_buf_release(&buf);
	return text;
}

/* Expected body, received body, all differences as text, and the level that holds. */
Test(compare, bodies_differ_at_their_places)
{
	static const struct {
		const char *expected, *got, *text;
		enum gwt_level level;
	} rows[] = {
		{ "{\"a\":1}", "{\"a\":1}", "", GWT_LEVEL_WIRE },
		{ "{\"a\":1}", "{\"a\":2}", "WRONG_VALUE /a: expected 1, got 2 (byte 5 of the body)\n", 0 },
		{ "{\"a\":true}", "{\"a\":false}",
		  "WRONG_VALUE /a: expected true, got false (byte 5 of the body)\n", 0 },
		{ "{\"a\":\"x\"}", "{\"a\":\"\\u0000\"}",
		  "WRONG_VALUE /a: expected \"x\", got \"\\u0000\" (byte 5 of the body)\n", 0 },
		{ "{\"a\":1}", "{\"a\":\"1\"}", "WRONG_TYPE /a: expected 1, got \"1\" (byte 5 of the body)\n",
		  0 },
		{ "{\"a\":1}", "{\"a\":null}", "WRONG_TYPE /a: expected 1, got null (byte 5 of the body)\n",
		  0 },
		{ "{\"a\":{}}", "{\"a\":[]}", "WRONG_TYPE /a: expected {}, got [] (byte 5 of the body)\n",
		  0 },
		{ "{\"a\":1,\"b\":2}", "{\"a\":1}",
		  "MISSING_FIELD /b: expected 2, got nothing (byte 0 of the body)\n", 0 },
		{ "{\"a\":1}", "{\"a\":1,\"b\":{\"c\":[]}}",
		  "EXTRA_FIELD /b: expected nothing, got {\"c\":[]} (byte 11 of the body)\n", 0 },
		{ "{\"a\":null}", "{}",
		  "NULL_VS_ABSENT /a: expected null, got nothing (byte 0 of the body)\n", 0 },
		{ "{}", "{\"a\":null}",
		  "NULL_VS_ABSENT /a: expected nothing, got null (byte 5 of the body)\n", 0 },
		{ "{\"a\":{\"b/c\":{\"~\":1}}}", "{\"a\":{\"b/c\":{\"~\":2}}}",
		  "WRONG_VALUE /a/b~1c/~0: expected 1, got 2 (byte 17 of the body)\n", 0 },
		{ "[1,2,3]", "[1,3]", "MISSING_FIELD /1: expected 2, got nothing (byte 0 of the body)\n", 0 },
		{ "[1,3]", "[1,2,3]", "EXTRA_FIELD /1: expected nothing, got 2 (byte 3 of the body)\n", 0 },
		{ "[1,2,3]", "[1,3,2]",
		  "WRONG_VALUE /1: expected 2, got 3 (byte 3 of the body)\nWRONG_VALUE /2: expected 3, got 2 "
		  "(byte 5 of the body)\n",
		  0 },
		{ "[{\"a\":1},0]", "[{\"a\":2},0]",
		  "WRONG_VALUE /0/a: expected 1, got 2 (byte 6 of the body)\n", 0 },
		{ "9007199254740993", "9007199254740992",
		  "WRONG_VALUE (the whole body): expected 9007199254740993, got 9007199254740992 (byte 0 of "
		  "the body)\n",
		  0 },
		{ "1e400", "1e401",
		  "WRONG_VALUE (the whole body): expected 1e400, got 1e401 (byte 0 of the body)\n", 0 },
		{ "{\"b\":1,\"a\":1}", "{\"c\":1,\"a\":2}",
		  "WRONG_VALUE /a: expected 1, got 2 (byte 11 of the body)\nMISSING_FIELD /b: expected 1, "
		  "got nothing (byte 0 of the body)\n"
		  "EXTRA_FIELD /c: expected nothing, got 1 (byte 5 of the body)\n",
		  0 },
		{ "{\"a\":1}", "",
		  "MISSING_FIELD (the whole body): expected {\"a\":1}, got nothing (byte 0 of the body)\n",
		  0 },
		{ "", "{\"a\":1}",
		  "EXTRA_FIELD (the whole body): expected nothing, got {\"a\":1} (byte 0 of the body)\n", 0 },
		{ "{\"a\":1}", "{\"a\":1",
		  "BAD_JSON (the whole body): expected {\"a\":1}, got "
		  "{\"bodyError\":\"not-json\",\"body\":\"{\\\"a\\\":1\"} (byte 6 of the body)\n",
		  0 },
		{ "{\"a\":\"\\ud800\"}", "{\"a\":\"\\ud800\"}", "", GWT_LEVEL_WIRE },
		{ "{\"a\":\"\\ud800\"}", "{ \"a\":\"\\ud800\"}",
		  "BAD_JSON (the whole body): expected "
		  "{\"bodyError\":\"lone-surrogate\",\"body\":\"{\\\"a\\\":\\\"\\\\ud800\\\"}\"}, "
		  "got {\"bodyError\":\"lone-surrogate\",\"body\":\"{ \\\"a\\\":\\\"\\\\ud800\\\"}\"} (byte "
		  "7 of the body)\n",
		  0 },
		{ "{\"a\":\"\\ud800\"}", "{\"a\":\"\xef\xbf\xbd\"}",
		  "BAD_JSON (the whole body): expected "
		  "{\"bodyError\":\"lone-surrogate\",\"body\":\"{\\\"a\\\":\\\"\\\\ud800\\\"}\"}, "
		  "got {\"a\":\"\xef\xbf\xbd\"} (byte 6 of the body)\n",
		  0 },
		{ "{}", "{\"\xff\":0}",
		  "BAD_JSON (the whole body): expected {}, got "
		  "{\"bodyError\":\"invalid-utf8\",\"body\":{\"base64\":\"eyL/IjowfQ==\"}} (byte 2 of the "
		  "body)\n",
		  0 },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		compare_bodies(gwt_span_of(rows[i].expected), gwt_span_of(rows[i].got));
		cr_expect_str_eq(all_text(), rows[i].text, "%s and %s:\n%s", rows[i].expected, rows[i].got,
				 all_text());
		cr_expect_eq(comparison.level, rows[i].level, "%s and %s", rows[i].expected, rows[i].got);
	}
}

Test(compare, equal_values_written_differently_have_a_word_each)
{
	static const struct {
		const char *expected, *got, *text;
	} rows[] = {
		{ "{\"a\":100}", "{\"a\":1e2}",
		  "NUMBER_FORM /a: expected 100, got 1e2 (byte 5 of the body)\n" },
		{ "[1.0,-0]", "[1,0]",
		  "NUMBER_FORM /0: expected 1.0, got 1 (byte 1 of the body)\nNUMBER_FORM /1: expected -0, "
		  "got 0 (byte 3 of the body)\n" },
		{ "{\"a\":\"/\"}", "{\"a\":\"\\/\"}",
		  "ESCAPING /a: expected \"\\\"/\\\"\", got \"\\\"\\\\/\\\"\" (byte 5 of the body)\n" },
		{ "{\"a\":0}", "{\"\\u0061\":0}",
		  "ESCAPING /a: expected \"\\\"a\\\"\", got \"\\\"\\\\u0061\\\"\" (byte 1 of the body)\n" },
		{ "{\"a\":1,\"b\":2}", "{\"b\":2,\"a\":1}",
		  "KEY_ORDER (the whole body): expected [\"a\",\"b\"], got [\"b\",\"a\"] (byte 1 of the "
		  "body)\n" },
		{ "{\"a\": 1, \"b\": 2}", "{\"b\": 2, \"a\": 1}",
		  "KEY_ORDER (the whole body): expected [\"a\",\"b\"], got [\"b\",\"a\"] (byte 1 of the "
		  "body)\n" },
		{ "{\"a\":[{\"x\":1,\"y\":2}]}", "{\"a\":[{\"y\":2,\"x\":1}]}",
		  "KEY_ORDER /a/0: expected [\"x\",\"y\"], got [\"y\",\"x\"] (byte 7 of the body)\n" },
		{ "{\"a\":1}", "{\"a\": 1}",
		  "WHITESPACE_ONLY (the whole body): expected \"\", got \" \" (byte 5 of the body)\n" },
		{ "{\"a\":1}", "{\"a\" :1}",
		  "WHITESPACE_ONLY (the whole body): expected \"\", got \" \" (byte 4 of the body)\n" },
		{ "{\"a\":1}", " {\"a\":1}",
		  "WHITESPACE_ONLY (the whole body): expected \"\", got \" \" (byte 0 of the body)\n" },
		{ "{\"a\":1}", "{\"a\":1}\n",
		  "WHITESPACE_ONLY (the whole body): expected \"\", got \"\\n\" (byte 7 of the body)\n" },
		{ "{\"a\":[1,2]}", "{\"a\":[1 ,2]}",
		  "WHITESPACE_ONLY /a: expected \"\", got \" \" (byte 7 of the body)\n" },
		{ "[{}]", "[{ }]", "WHITESPACE_ONLY /0: expected \"\", got \" \" (byte 2 of the body)\n" },
		{ "[[]]", "[[\t]]", "WHITESPACE_ONLY /0: expected \"\", got \"\\t\" (byte 2 of the body)\n" },
		{ "{\"a\":1,\"b\":[\"/\"]}", "{ \"b\":[\"\\u002f\"],\"a\":1.0}",
		  "NUMBER_FORM /a: expected 1, got 1.0 (byte 21 of the body)\n"
		  "ESCAPING /b/0: expected \"\\\"/\\\"\", got \"\\\"\\\\u002f\\\"\" (byte 7 of the body)\n"
		  "KEY_ORDER (the whole body): expected [\"a\",\"b\"], got [\"b\",\"a\"] (byte 2 of the "
		  "body)\n"
		  "WHITESPACE_ONLY (the whole body): expected \"\", got \" \" (byte 1 of the body)\n" },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		compare_bodies(gwt_span_of(rows[i].expected), gwt_span_of(rows[i].got));
		cr_expect_str_eq(all_text(), rows[i].text, "%s and %s:\n%s", rows[i].expected, rows[i].got,
				 all_text());
		cr_expect_eq(comparison.level, GWT_LEVEL_CONTRACT, "%s and %s", rows[i].expected,
			     rows[i].got);
		cr_expect_eq(comparison.verdict, comparison.differences[0].verdict);
	}
}

#define WITH(line, fields) line " HTTP/1.1\nHost: x\nContent-Type: application/json\n" fields AUTHORIZATION

Test(compare, heads_differ_at_their_places)
{
	static const char base[] = WITH("PUT /a/b?q=1", "Accept: a/b\nX-Amz-X: 1\n");
	static const struct {
		const char *head, *text;
		enum gwt_level level;
	} rows[] = {
		{ WITH("PUT /a/b?q=1", "Accept: a/b\nX-Amz-X: 1\n"), "", GWT_LEVEL_WIRE },
		{ WITH("POST /a/b?q=1", "Accept: a/b\nX-Amz-X: 1\n"),
		  "WRONG_METHOD method: expected \"PUT\", got \"POST\"\n", 0 },
		{ WITH("PUT /a/B?q=1", "Accept: a/b\nX-Amz-X: 1\n"),
		  "WRONG_PATH path: expected \"/a/b\", got \"/a/B\"\n", 0 },
		{ WITH("PUT /a/b/?q=1", "Accept: a/b\nX-Amz-X: 1\n"),
		  "WRONG_PATH path: expected \"/a/b\", got \"/a/b/\"\n", 0 },
		{ WITH("PUT /a/%62?q=1", "Accept: a/b\nX-Amz-X: 1\n"), "", GWT_LEVEL_CONTRACT },
		{ WITH("PUT /a/b?q=2", "Accept: a/b\nX-Amz-X: 1\n"),
		  "WRONG_QUERY q: expected \"1\", got \"2\"\n", 0 },
		{ WITH("PUT /a/b", "Accept: a/b\nX-Amz-X: 1\n"),
		  "WRONG_QUERY q: expected \"1\", got nothing\n", 0 },
		{ WITH("PUT /a/b?q=1&q=2&r", "Accept: a/b\nX-Amz-X: 1\n"),
		  "WRONG_QUERY q: expected \"1\", got \"1&2\"\nWRONG_QUERY r: expected nothing, got \"\"\n",
		  0 },
		{ WITH("PUT /a/b?q=1&=", "Accept: a/b\nX-Amz-X: 1\n"),
		  "WRONG_QUERY query: expected nothing, got \"\"\n", 0 },
		{ WITH("PUT /a/b?q=%31", "Accept: a/b\nX-Amz-X: 1\n"), "", GWT_LEVEL_SIGNED },
		{ WITH("PUT /a/b?q=1", "Accept: a/c\nX-Amz-X: 1\n"),
		  "WRONG_HEADER accept: expected \"a/b\", got \"a/c\"\n", 0 },
		{ WITH("PUT /a/b?q=1", "X-Amz-X: 1\n"),
		  "MISSING_HEADER accept: expected \"a/b\", got nothing\n", 0 },
		{ WITH("PUT /a/b?q=1", "Accept: a/b\nX-Amz-X: 1\nX-Amz-Y: \xff\n"),
		  "EXTRA_HEADER x-amz-y: expected nothing, got {\"base64\":\"/w==\"}\n", 0 },
		{ WITH("PUT /a/b?q=1", "Accept: a/b\nX-Amz-X: 1\nX-Amz-X: 1\n"),
		  "WRONG_HEADER x-amz-x: expected \"1\", got \"1,1\"\n", 0 },
		{ WITH("PUT /a/b?q=1", "aCCept: a/b\nX-Amz-X: 1\n"), "", GWT_LEVEL_SIGNED },
		{ WITH("PUT /a/b?q=1", "X-Amz-X: 1\nAccept: a/b\n"), "", GWT_LEVEL_SIGNED },
		{ WITH("PUT /a/b?q=1", "Accept:  a/b\nX-Amz-X: 1\n"), "", GWT_LEVEL_SIGNED },
		{ WITH("PUT /a/b?q=1", "Accept: a/b\nX-Amz-X: 1\nTE: trailers\n"), "", GWT_LEVEL_SIGNED },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		compare_heads(base, rows[i].head);
		cr_expect_str_eq(all_text(), rows[i].text, "row %zu:\n%s", i, all_text());
		cr_expect_eq(comparison.level, rows[i].level, "row %zu: level %d", i, comparison.level);
	}
}

/* Heads only: the line of a strict level's form that differs. */
Test(compare, the_line_that_breaks_a_strict_level_is_named)
{
	static const char base[] = WITH("PUT /a/b?q=1", "Accept: a/b\nX-Amz-X: 1\n");
	static const struct {
		const char *label, *head;
		enum gwt_level wanted;
		const char *text;
	} rows[] = {
		{ "equal", WITH("PUT /a/b?q=1", "Accept: a/b\nX-Amz-X: 1\n"), GWT_LEVEL_WIRE, "" },
		{ "the level that is wanted holds", WITH("PUT /a/%62?q=1", "Accept: a/b\nX-Amz-X: 1\n"),
		  GWT_LEVEL_CONTRACT, "" },
		{ "path as sent", WITH("PUT /a/%62?q=1", "Accept: a/b\nX-Amz-X: 1\n"), GWT_LEVEL_SIGNED,
		  "WRONG_PATH path: expected \"/a/b\", got \"/a/%2562\" (line 2 of the canonical request)\n" },
		{ "the weaker level first", WITH("PUT /a/%62?q=1", "Accept: a/b\nX-Amz-X: 1\n"),
		  GWT_LEVEL_WIRE,
		  "WRONG_PATH path: expected \"/a/b\", got \"/a/%2562\" (line 2 of the canonical request)\n" },
		{ "request line", WITH("PUT /a/b?q=%31", "Accept: a/b\nX-Amz-X: 1\n"), GWT_LEVEL_WIRE,
		  "WRONG_QUERY request-line: expected \"PUT /a/b?q=1 HTTP/1.1\", got \"PUT /a/b?q=%31 HTTP/1.1\" "
		  "(line 1 of the head)\n" },
		{ "case", WITH("PUT /a/b?q=1", "aCCept: a/b\nX-Amz-X: 1\n"), GWT_LEVEL_WIRE,
		  "WRONG_HEADER accept: expected \"Accept: a/b\", got \"aCCept: a/b\" (line 4 of the head)\n" },
		{ "order", WITH("PUT /a/b?q=1", "X-Amz-X: 1\nAccept: a/b\n"), GWT_LEVEL_WIRE,
		  "WRONG_HEADER accept: expected \"Accept: a/b\", got \"X-Amz-X: 1\" (line 4 of the head)\n" },
		{ "blanks", WITH("PUT /a/b?q=1", "Accept:  a/b\nX-Amz-X: 1\n"), GWT_LEVEL_WIRE,
		  "WRONG_HEADER accept: expected \"Accept: a/b\", got \"Accept:  a/b\" (line 4 of the head)\n" },
		{ "one more", WITH("PUT /a/b?q=1", "Accept: a/b\nX-Amz-X: 1\nTE: trailers\n"), GWT_LEVEL_WIRE,
		  "EXTRA_HEADER te: expected nothing, got \"TE: trailers\" (line 6 of the head)\n" },
		{ "another contract", WITH("PUT /a/b?q=2", "Accept: a/b\nX-Amz-X: 1\n"), GWT_LEVEL_WIRE,
		  "WRONG_QUERY q: expected \"1\", got \"2\"\n" },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_request a = request(base, GWT_SPAN("{}")),
				   b = request(rows[i].head, GWT_SPAN("{}"));

		compare(&a, &b);
		gwt_compare_explain(&a, &b, rows[i].wanted, &arena, &comparison);
		cr_expect_str_eq(all_text(), rows[i].text, "%s:\n%s", rows[i].label, all_text());
	}
}

#define SIGNING(fields, names)                                                                               \
	"PUT /a HTTP/1.1\nHost: x\n" fields                                                                  \
	"Content-Type: application/json\nAuthorization: AWS4-HMAC-SHA256 "                                   \
	"Credential=K/20261122/us-east-1/apigateway/aws4_request, SignedHeaders=" names ", Signature=0\n"

Test(compare, what_is_signed_in_one_alone_is_named_with_values_masked)
{
	static const struct {
		const char *label, *expected, *got, *text;
	} rows[] = {
		{ "more", SIGNING("TE: a\n", "host"), SIGNING("TE: a\n", "host;te"),
		  "EXTRA_HEADER te: expected nothing, got \"te:*\" (line 5 of the canonical request)\n" },
		{ "less", SIGNING("TE: a\n", "host;te"), SIGNING("TE: a\n", "te"),
		  "MISSING_HEADER host: expected \"host:*\", got nothing (line 4 of the canonical request)\n" },
	};
	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_request a = request(rows[i].expected, GWT_SPAN("{}")),
				   b = request(rows[i].got, GWT_SPAN("{}"));

		compare(&a, &b);
		gwt_compare_explain(&a, &b, GWT_LEVEL_WIRE, &arena, &comparison);
		cr_expect_str_eq(all_text(), rows[i].text, "%s:\n%s", rows[i].label, all_text());
	}
}

/* DESIGN 5: whether a token is sent depends on the credentials, not on the client. */
Test(compare, a_session_token_is_not_compared)
{
#define TOKEN "X-Amz-Security-Token: secret\n"
	static const struct {
		const char *label, *expected, *got;
		enum gwt_level level;
	} rows[] = {
		{ "got alone", SIGNING("", "host"), SIGNING(TOKEN, "host;x-amz-security-token"),
		  GWT_LEVEL_SIGNED },
		{ "expected alone", SIGNING(TOKEN, "host;x-amz-security-token"), SIGNING("", "host"),
		  GWT_LEVEL_SIGNED },
		{ "between others",
		  SIGNING("TE: a\n" TOKEN "X-Amz-Date: 1\n", "te;x-amz-security-token;x-amz-date"),
		  SIGNING("TE: a\nX-Amz-Date: 1\n", "te;x-amz-date"), GWT_LEVEL_SIGNED },
		{ "and something else", SIGNING("TE: a\n" TOKEN, "host;x-amz-security-token"),
		  SIGNING("TE: a\n", "host;te"), GWT_LEVEL_CONTRACT },
		{ "in both", SIGNING(TOKEN, "host;x-amz-security-token"),
		  SIGNING(TOKEN, "host;x-amz-security-token"), GWT_LEVEL_WIRE },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		compare_heads(rows[i].expected, rows[i].got);
		cr_expect_eq(comparison.level, rows[i].level, "%s: level %d", rows[i].label,
			     comparison.level);
		cr_expect_eq(comparison.verdict, GWT_VERDICT_MATCH, "%s", rows[i].label);
	}
}

#define CREDENTIAL(scope, names)                                                                             \
	"PUT /a HTTP/1.1\nHost: x\nAccept: */*\nContent-Type: application/json\n"                            \
	"Authorization: AWS4-HMAC-SHA256 Credential=K/" scope "/aws4_request, SignedHeaders=" names          \
	", Signature=0\n"

Test(compare, the_scope_is_compared_beside_the_bytes)
{
	static const char base[] = CREDENTIAL("20261122/us-east-1/apigateway", "host");
	static const struct {
		const char *head, *text;
		enum gwt_level level;
	} rows[] = {
		{ CREDENTIAL("20270101/us-east-1/apigateway", "host"), "", GWT_LEVEL_WIRE },
		{ CREDENTIAL("20261122/us-east-1/apigateway", "accept;host"), "", GWT_LEVEL_CONTRACT },
		{ CREDENTIAL("20261122/eu-west-1/apigateway", "host"),
		  "WRONG_SCOPE scope.region: expected \"us-east-1\", got \"eu-west-1\"\n", 0 },
		{ CREDENTIAL("20261122/us-east-1/execute-api", "host"),
		  "WRONG_SCOPE scope.service: expected \"apigateway\", got \"execute-api\"\n", 0 },
		{ "PUT /a HTTP/1.1\nHost: x\nAccept: */*\nContent-Type: application/json\n",
		  "WRONG_SCOPE scope.region: expected \"us-east-1\", got nothing\nWRONG_SCOPE scope.service: "
		  "expected \"apigateway\", got nothing\n",
		  0 },
	};
	struct gwt_compare_options any = { .any_region = true };
	struct gwt_compare_options given = { .region = GWT_SPAN("eu-west-1"),
					     .service = GWT_SPAN("apigateway") };
	struct gwt_request a = request(base, GWT_SPAN("{}")), b = request(rows[2].head, GWT_SPAN("{}"));

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		compare_heads(base, rows[i].head);
		cr_expect_str_eq(all_text(), rows[i].text, "row %zu:\n%s", i, all_text());
		cr_expect_eq(comparison.level, rows[i].level, "row %zu: level %d", i, comparison.level);
	}
	gwt_compare(&a, &b, &any, &arena, &comparison);
	cr_expect_eq(comparison.level, GWT_LEVEL_SIGNED, "any region; on the wire it is still another");
	gwt_compare(&a, &b, &given, &arena, &comparison);
	cr_expect_eq(comparison.verdict, GWT_VERDICT_MATCH, "the given region counts");
}

/* Remove the first difference again and again: each time, the next in DESIGN's order must be first. */
Test(compare, verdicts_count_in_the_order_of_the_design)
{
	static const struct {
		const char *head, *body, *first;
	} rows[] = {
		{ "GET /b?q=2 HTTP/1.1\nHost: x\nAccept: b\nContent-Type: application/json\n", "{",
		  "WRONG_SCOPE" },
		{ "GET /b?q=2 HTTP/1.1\nHost: x\nAccept: b\nContent-Type: application/json\n" AUTHORIZATION,
		  "{", "BAD_JSON" },
		{ "GET /b?q=2 HTTP/1.1\nHost: x\nAccept: b\nContent-Type: application/json\n" AUTHORIZATION,
		  "{}", "WRONG_METHOD" },
		{ "PUT /b?q=2 HTTP/1.1\nHost: x\nAccept: b\nContent-Type: application/json\n" AUTHORIZATION,
		  "{}", "WRONG_PATH" },
		{ "PUT /a?q=2 HTTP/1.1\nHost: x\nAccept: b\nContent-Type: application/json\n" AUTHORIZATION,
		  "{}", "WRONG_QUERY" },
		{ "PUT /a?q=1 HTTP/1.1\nHost: x\nAccept: b\nContent-Type: application/json\n" AUTHORIZATION,
		  "{}", "WRONG_HEADER" },
		{ "PUT /a?q=1 HTTP/1.1\nHost: x\nAccept: a\nContent-Type: application/json\n" AUTHORIZATION,
		  "{}", "MISSING_FIELD" },
		{ "PUT /a?q=1 HTTP/1.1\nHost: x\nAccept: a\nContent-Type: application/json\n" AUTHORIZATION,
		  "{\"z\":1}", "MATCH" },
	};
	const struct gwt_request expected = request(rows[GWT_LEN(rows) - 1].head, GWT_SPAN("{\"z\":1}"));

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_request got = request(rows[i].head, gwt_span_of(rows[i].body));

		compare(&expected, &got);
		cr_expect_str_eq(gwt_verdict_word(comparison.verdict), rows[i].first, "row %zu: %s", i,
				 all_text());
	}
}

/* Recordings of AWS: "Integration defaults AWS adds, by type", and members that Terraform always sends. */
Test(compare, effect_accepts_defaults_and_dropped_members_and_nothing_else)
{
	static const struct {
		const char *expected, *got;
		enum gwt_level level;
	} rows[] = {
		{ "{\"type\":\"MOCK\"}",
		  "{\"connectionType\":\"INTERNET\",\"timeoutInMillis\":29000,\"type\":\"MOCK\"}",
		  GWT_LEVEL_EFFECT },
		{ "{\"type\":\"AWS_PROXY\",\"timeoutInMillis\":29000}", "{\"type\":\"AWS_PROXY\"}",
		  GWT_LEVEL_EFFECT },
		{ "{\"type\":\"HTTP\"}", "{\"type\":\"HTTP\",\"timeoutInMillis\":2.9e4}", GWT_LEVEL_EFFECT },
		{ "{\"type\":\"HTTP\"}",
		  "{\"type\":\"HTTP\",\"passthroughBehavior\":\"WHEN_NO_MATCH\",\"cacheKeyParameters\":[]}",
		  GWT_LEVEL_EFFECT },
		{ "{\"type\":\"HTTP\"}", "{\"type\":\"HTTP\",\"cacheNamespace\":\"r0\"}", GWT_LEVEL_EFFECT },
		{ "{\"type\":\"MOCK\",\"uri\":\"http://x\",\"httpMethod\":\"GET\"}", "{\"type\":\"MOCK\"}",
		  GWT_LEVEL_EFFECT },
		{ "{\"type\":\"HTTP\",\"tlsConfig\":{\"insecureSkipVerification\":false}}",
		  "{\"type\":\"HTTP\",\"tlsConfig\":{}}", GWT_LEVEL_EFFECT },
		{ "{\"type\":\"HTTP\"}", "{\"type\":\"HTTP\",\"timeoutInMillis\":28999}", GWT_LEVEL_NONE },
		{ "{\"type\":\"MOCK\"}", "{\"type\":\"MOCK\",\"uri\":5}", GWT_LEVEL_NONE },
		{ "{\"type\":\"MOCK\"}", "{\"type\":\"MOCK\",\"uri\":{\"a\":\"b\"}}", GWT_LEVEL_NONE },
		{ "{\"type\":\"MOCK\",\"httpMethod\":[]}", "{\"type\":\"MOCK\"}", GWT_LEVEL_NONE },
		{ "{\"type\":\"MOCK\",\"httpMethod\":true}", "{\"type\":\"MOCK\"}", GWT_LEVEL_NONE },
		{ "{\"type\":\"HTTP\"}", "{\"type\":\"HTTP\",\"timeoutInMillis\":\"29000\"}",
		  GWT_LEVEL_NONE },
		{ "{\"type\":\"HTTP\"}", "{\"type\":\"HTTP\",\"timeoutInMillis\":null}", GWT_LEVEL_NONE },
		{ "{\"type\":\"HTTP\",\"timeoutInMillis\":50}",
		  "{\"type\":\"HTTP\",\"timeoutInMillis\":29000}", GWT_LEVEL_NONE },
		{ "{\"type\":\"HTTP\"}", "{\"type\":\"HTTP\",\"connectionType\":\"VPC_LINK\"}",
		  GWT_LEVEL_NONE },
		{ "{\"type\":\"HTTP\"}", "{\"type\":\"HTTP\",\"cacheNamespace\":\"r1\"}", GWT_LEVEL_NONE },
		{ "{\"type\":\"HTTP\"}", "{\"type\":\"HTTP\",\"cacheKeyParameters\":[\"a\"]}",
		  GWT_LEVEL_NONE },
		{ "{\"type\":\"HTTP\"}", "{\"type\":\"HTTP\",\"uri\":\"http://x\"}", GWT_LEVEL_NONE },
		{ "{\"type\":\"HTTP\"}", "{\"type\":\"HTTP\",\"tlsConfig\":{}}", GWT_LEVEL_NONE },
		{ "{\"type\":\"HTTP\"}", "{\"type\":\"HTTP\",\"requestTemplates\":{}}", GWT_LEVEL_NONE },
		{ "{\"type\":\"HTTP\"}", "{\"type\":\"MOCK\",\"timeoutInMillis\":29000}", GWT_LEVEL_NONE },
		{ "{\"type\":\"OTHER\"}", "{\"type\":\"OTHER\",\"timeoutInMillis\":29000}", GWT_LEVEL_NONE },
		{ "{}", "{\"timeoutInMillis\":29000}", GWT_LEVEL_NONE },
		{ "{\"type\":\"MOCK\",\"a\":1}", "{\"type\":\"MOCK\",\"timeoutInMillis\":29000}",
		  GWT_LEVEL_NONE },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		compare_bodies(gwt_span_of(rows[i].expected), gwt_span_of(rows[i].got));
		cr_expect_eq(comparison.level, rows[i].level, "%s and %s: %s", rows[i].expected, rows[i].got,
			     all_text());
		cr_expect_neq(comparison.verdict, GWT_VERDICT_MATCH);
	}
}

Test(compare, effect_is_about_put_integration_only)
{
	const char *get = "PATCH " PATH " HTTP/1.1\nHost: x\nContent-Type: application/json\n" AUTHORIZATION;
	struct gwt_request a = request(get, GWT_SPAN("{\"type\":\"MOCK\"}"));
	struct gwt_request b = request(get, GWT_SPAN("{\"type\":\"MOCK\",\"timeoutInMillis\":29000}"));
	struct gwt_request c = request(HEAD, GWT_SPAN("{\"type\":\"MOCK\"}"));
	struct gwt_request d = request(
		"PUT " PATH " HTTP/1.1\nHost: x\nAccept: b\nContent-Type: application/json\n" AUTHORIZATION,
		GWT_SPAN("{\"type\":\"MOCK\",\"timeoutInMillis\":29000}"));

	compare(&a, &b);
	cr_expect_eq(comparison.level, GWT_LEVEL_NONE);
	compare(&c, &d);
	cr_expect_eq(comparison.level, GWT_LEVEL_NONE, "a header differs as well");
}

Test(compare, a_body_that_does_not_say_json_is_compared_by_bytes)
{
	const char *head = "POST / HTTP/1.1\nHost: x\nContent-Type: text/plain\n";
	struct gwt_request a = request(head, GWT_SPAN("{\"a\":1}")),
			   b = request(head, GWT_SPAN("{\"a\": 1}"));

	compare(&a, &b);
	cr_expect_str_eq(all_text(), "WRONG_VALUE (the whole body): expected \"{\\\"a\\\":1}\", got "
				     "\"{\\\"a\\\": 1}\" (byte 5 of the body)\n");
	compare(&a, &a);
	cr_expect_eq(comparison.level, GWT_LEVEL_WIRE);
}

/* A cassette's request has no raw head, so that nothing is known about level `wire`. */
Test(compare, wire_never_holds_without_raw_bytes)
{
	struct gwt_request a = request(HEAD, GWT_SPAN("{}")), b = a;

	a.head = GWT_ABSENT;
	compare(&a, &b);
	cr_expect_eq(comparison.level, GWT_LEVEL_SIGNED);
	compare(&b, &a);
	cr_expect_eq(comparison.level, GWT_LEVEL_SIGNED);
}

/* The text is for terminals: one line for each difference, no control sequences, nothing cut off. */
Test(compare, text_is_whole_and_cannot_steer_a_terminal)
{
	char long_value[5000];

	compare_bodies(GWT_SPAN("{}"), GWT_SPAN("{\"a\\n\\u001b[31m\":\"\\u007f\xc2\x9b\xc2\xa0\"}"));
	cr_expect_str_eq(all_text(), "EXTRA_FIELD /a\\u000a\\u001b[31m: expected nothing, got "
				     "\"\\u007f\\u009b\xc2\xa0\" (byte 17 of the body)\n");
	memset(long_value, 'x', sizeof(long_value));
	long_value[0] = long_value[sizeof(long_value) - 1] = '"';
	compare_bodies(GWT_SPAN("1"), (struct gwt_span){ long_value, sizeof(long_value) });
	cr_expect_not_null(memmem(all_text(), strlen(all_text()), long_value, sizeof(long_value)));
}

Test(compare, json_form_has_the_names_of_the_design)
{
	static const char *const rows[] = {
		"{\"at\":\"/"
		"a\",\"verdict\":\"WRONG_VALUE\",\"expected\":9007199254740993,\"got\":1e400,\"offset\":5}",
		"{\"at\":\"/"
		"timeoutInMillis\",\"verdict\":\"EXTRA_FIELD\",\"got\":29000,\"offset\":33,\"effect\":"
		"\"same\"}",
		"{\"at\":\"/"
		"timeoutInMillis\",\"verdict\":\"EXTRA_FIELD\",\"got\":29000,\"offset\":33,\"level\":"
		"\"signed\",\"line\":7}",
	};
	struct gwt_buf buf;

	gwt_buf_init(&buf, SIZE_MAX);
	compare_bodies(GWT_SPAN("{\"a\":9007199254740993}"), GWT_SPAN("{\"a\":1e400}"));
	gwt_json_write(&buf, gwt_difference_json(&arena, &comparison.differences[0]), GWT_JSON_COMPACT);
	cr_expect_str_eq(gwt_buf_cstr(&buf), rows[0]);
	gwt_buf_clear(&buf);
	compare_bodies(GWT_SPAN("{\"type\":\"MOCK\"}"),
		       GWT_SPAN("{\"type\":\"MOCK\",\"timeoutInMillis\":29000}"));
	gwt_json_write(&buf, gwt_difference_json(&arena, &comparison.differences[0]), GWT_JSON_COMPACT);
	cr_expect_str_eq(gwt_buf_cstr(&buf), rows[1]);
	gwt_buf_clear(&buf);
	comparison.differences[0].level = GWT_LEVEL_SIGNED;
	comparison.differences[0].line = 7;
	comparison.differences[0].same_effect = false;
	gwt_json_write(&buf, gwt_difference_json(&arena, &comparison.differences[0]), GWT_JSON_COMPACT);
	cr_expect_str_eq(gwt_buf_cstr(&buf), rows[2]);
	gwt_buf_release(&buf);
}

/* The SDKs' integrationHttpMethod is httpMethod on the wire, but the user looks for the former. */
Test(compare, a_member_with_two_names_is_shown_with_both)
{
	struct gwt_buf buf;

	gwt_buf_init(&buf, SIZE_MAX);
	compare_bodies(GWT_SPAN("{\"httpMethod\":\"POST\",\"requestParameters\":{\"httpMethod\":\"a\"}}"),
		       GWT_SPAN("{\"httpMethod\":\"GET\",\"requestParameters\":{\"httpMethod\":\"b\"}}"));
	cr_expect_str_eq(all_text(),
			 "WRONG_VALUE /httpMethod (integrationHttpMethod): expected \"POST\", got \"GET\" "
			 "(byte 14 of the body)\n"
			 "WRONG_VALUE /requestParameters/httpMethod: expected \"a\", got \"b\" "
			 "(byte 54 of the body)\n");
	gwt_json_write(&buf, gwt_difference_json(&arena, &comparison.differences[0]), GWT_JSON_COMPACT);
	cr_expect_str_eq(
		gwt_buf_cstr(&buf),
		"{\"at\":\"/httpMethod\",\"name\":\"integrationHttpMethod\",\"verdict\":\"WRONG_VALUE\","
		"\"expected\":\"POST\",\"got\":\"GET\",\"offset\":14}");
	gwt_buf_release(&buf);
}

#define INTEGRATION(method, api, resource)                                                                   \
	method " /restapis/" api "/resources/" resource "/methods/GET/integration HTTP/1.1\nHost: x\n"       \
	       "Content-Type: application/json\n"

Test(compare, the_nearest_are_ranked_by_route_operation_body_and_headers)
{
	static const struct {
		const char *head, *body;
	} rows[] = {
		{ "GET /account HTTP/1.1\nHost: x\n", "" },
		{ INTEGRATION("PUT", "a1", "r9"), "{\"type\":\"MOCK\"}" },
		{ INTEGRATION("PUT", "a1", "r0"), "{\"type\":\"HTTP\",\"uri\":\"x\"}" },
		{ INTEGRATION("PUT", "a%31", "r0") "X-Amz-A: 1\nX-Amz-B: 2\n", "{\"type\":\"HTTP\"}" },
		{ INTEGRATION("PUT", "a1", "r0") "X-Amz-A: 1\n", "{\"type\":\"HTTP\"}" },
		{ INTEGRATION("PATCH", "a1", "r0"), "{\"type\":\"MOCK\"}" },
		{ INTEGRATION("PUT", "a9", "r9"), "{\"type\":\"MOCK\"}" },
	};
	static const size_t ranks[] = { 4, 3, 2 };
	static const size_t far_ranks[] = { 1, 6, 5 };
	static const struct gwt_compare_options options = { 0 };
	struct gwt_request requests[GWT_LEN(rows)];
	const struct gwt_request *candidates[GWT_LEN(rows)];
	struct gwt_request got = request(INTEGRATION("PUT", "a1", "r0"), GWT_SPAN("{\"type\":\"MOCK\"}"));
	struct gwt_contract contract;
	struct gwt_ranking nearest;

	gwt_contract_make_bounded(&got, &arena, &contract);
	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		requests[i] = request(rows[i].head, gwt_span_of(rows[i].body));
		candidates[i] = &requests[i];
	}
	gwt_rank_candidates(candidates, GWT_LEN(rows), &got, &contract, &options, &arena, &nearest);
	cr_assert_eq(nearest.len, 3u);
	for (size_t i = 0; i < 3; i++)
		cr_expect_eq(nearest.items[i].index, ranks[i], "rank %zu is %zu", i, nearest.items[i].index);
	cr_expect_eq(nearest.items[0].comparison.verdict, GWT_VERDICT_MISSING_HEADER);

	candidates[2] = candidates[3] = candidates[4] = candidates[0];
	gwt_rank_candidates(candidates, GWT_LEN(rows), &got, &contract, &options, &arena, &nearest);
	cr_assert_eq(nearest.len, 3u);
	for (size_t i = 0; i < 3; i++)
		cr_expect_eq(nearest.items[i].index, far_ranks[i], "rank %zu is %zu", i,
			     nearest.items[i].index);
	gwt_rank_candidates(candidates, 0, &got, &contract, &options, &arena, &nearest);
	cr_expect_eq(nearest.len, 0u);
}

Test(compare, the_nearest_among_a_hundred_thousand_are_found_fast)
{
	static const struct gwt_compare_options options = { 0 };
	const size_t count = 100000;
	const struct gwt_request **candidates = malloc(count * sizeof(struct gwt_request *));
	struct gwt_request other = request(INTEGRATION("PUT", "a1", "r9"), GWT_SPAN("{\"type\":\"HTTP\"}"));
	struct gwt_request near = request(INTEGRATION("PUT", "a1", "r0"), GWT_SPAN("{\"type\":\"AWS\"}"));
	struct gwt_request got = request(INTEGRATION("PUT", "a1", "r0"), GWT_SPAN("{\"type\":\"MOCK\"}"));
	struct gwt_contract contract;
	struct gwt_ranking nearest;

	gwt_contract_make_bounded(&got, &arena, &contract);
	for (size_t i = 0; i < count; i++)
		candidates[i] = i == 77777 ? &near : &other;
	gwt_rank_candidates(candidates, count, &got, &contract, &options, &arena, &nearest);
	cr_expect_eq(nearest.items[0].index, 77777u);
	cr_expect_eq(nearest.len, 3u);
	free(candidates);
}

/* A body with so many extra members, all at the end of a place that is `place_bytes` long. */
static struct gwt_span wide_body(size_t members, size_t place_bytes)
{
	struct gwt_buf body;
	struct gwt_span copy;

	gwt_buf_init(&body, SIZE_MAX);
	gwt_buf_add_text(&body, "{\"");
	for (size_t i = 0; i < place_bytes; i++)
		gwt_buf_add_char(&body, 'n');
	gwt_buf_add_text(&body, "\":{");
	for (size_t i = 0; i < members; i++)
		gwt_buf_printf(&body, "%s\"%zu\":1", i ? "," : "", i);
	gwt_buf_add_text(&body, "}}");
	copy = gwt_arena_copy(&arena, gwt_buf_span(&body));
	gwt_buf_release(&body);
	return copy;
}

#define JSON_HEAD "PUT /a HTTP/1.1\nHost: x\nContent-Type: application/json\n"

Test(compare, many_differences_are_counted_and_few_are_kept)
{
	static const struct {
		size_t members, place_bytes;
	} rows[] = { { 100000, 1 }, { 1000, 1 }, { 300, 10000 }, { 1, 1000000 }, { 2, 1000000 } };

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_span empty = wide_body(0, rows[i].place_bytes);
		struct gwt_span wide = wide_body(rows[i].members, rows[i].place_bytes);
		struct gwt_request expected = request(JSON_HEAD, empty), got = request(JSON_HEAD, wide);
		size_t places = 0;

		compare(&expected, &got);
		cr_expect_eq(comparison.len + comparison.left_out, rows[i].members, "row %zu: %zu and %zu", i,
			     comparison.len, comparison.left_out);
		cr_expect(comparison.len >= 1 && comparison.len <= GWT_MAX_DIFFERENCES, "row %zu", i);
		for (size_t j = 1; j < comparison.len; j++)
			places += comparison.differences[j].at.len;
		cr_expect_leq(places, GWT_MAX_PLACES_BYTES, "row %zu", i);
		cr_expect_eq(comparison.level, GWT_LEVEL_NONE, "row %zu", i);
	}
}

Test(compare, a_shortened_value_says_how_long_it_was)
{
	struct gwt_span wide = wide_body(100000, 1);
	struct gwt_request expected = request(JSON_HEAD, GWT_SPAN("{\"n\":1}")),
			   got = request(JSON_HEAD, wide);
	const struct gwt_difference *d;

	compare(&expected, &got);
	gwt_comparison_shorten(&arena, &comparison);
	d = &comparison.differences[0];
	cr_assert_eq(comparison.len, 1u);
	cr_expect_eq(d->verdict, GWT_VERDICT_WRONG_TYPE);
	cr_expect_eq(d->got_bytes, wide.len - strlen("{\"n\":}"));
	cr_expect_eq(d->expected_bytes, 0u);
	cr_expect(gwt_span_starts(d->got->text, GWT_SPAN("{\"0\":1,\"1\":1,")));
	cr_expect_leq(d->got->text.len, GWT_MAX_SHOWN_BYTES);
	cr_expect(strstr(all_text(), " of 988891 bytes)"), "%.200s", all_text());
}

Test(compare, a_large_body_is_compared_as_bytes_at_replay)
{
	struct gwt_contract small, large;
	struct gwt_span body = wide_body(0, GWT_MAX_COMPARED_JSON - 7),
			more = wide_body(0, GWT_MAX_COMPARED_JSON - 6);
	struct gwt_request a = request(JSON_HEAD, body), b = request(JSON_HEAD, more);

	cr_assert_eq(body.len, (size_t)GWT_MAX_COMPARED_JSON);
	gwt_contract_make_bounded(&a, &arena, &small);
	gwt_contract_make_bounded(&b, &arena, &large);
	cr_expect(small.json && !small.body_error);
	cr_expect(!large.json && large.body_error == GWT_JSON_TOO_LARGE);
	cr_expect_str_eq(gwt_json_fault_word(large.body_error), "too-large");
	cr_expect(gwt_span_eq(large.body, more));
	gwt_compare_made(&a, &small, &b, &large, &(struct gwt_compare_options){ 0 }, &arena, &comparison);
	cr_expect_eq(comparison.verdict, GWT_VERDICT_BAD_JSON);
}
