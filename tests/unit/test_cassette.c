/* Cassette files: one spelling, read back exactly, and refused when anything is off. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "lib/cassette/cassette.h"
#include "lib/match/expected.h"
#include "tests/support/cassettes.h"
#include "tests/support/guard.h"

static struct gwt_arena arena;
static struct gwt_error err;

static void teardown(void)
{
	gwt_arena_release(&arena);
}

TestSuite(cassette, .fini = teardown);

static const struct test_step steps[] = {
	{ "put", "PUT", "GET/integration", "{\"type\": \"MOCK\", \"timeoutInMillis\": 9007199254740993}", 201,
	  "{\"cacheNamespace\":\"res001\",\"type\":\"MOCK\"}\n" },
	{ "get", "GET", "GET/integration", NULL, 200, "{\"cacheNamespace\":\"res001\",\"big\":1e400}" },
	{ "odd", "PUT", "GET/integration", "{\"a\":1, \"b\":2}", 201, "not json at all \n" },
	{ NULL },
};

static struct gwt_span written(struct gwt_cassette *cassette)
{
	struct gwt_buf out;
	struct gwt_span text;

	gwt_buf_init(&out, SIZE_MAX);
	cr_assert_eq(gwt_cassette_write(&out, cassette, &err), GWT_OK, "%s", err.msg);
	text = gwt_arena_copy(&arena, gwt_buf_span(&out));
	gwt_buf_release(&out);
	return text;
}

static struct gwt_span sample_file(void)
{
	struct gwt_cassette cassette;

	test_cassette(&arena, "types/mock", "api0000001", "res001", steps, &cassette);
	return written(&cassette);
}

Test(cassette, reads_as_the_format_says)
{
	struct gwt_span text = sample_file();
	static const char *const lines[] = {
		"  \"format\": 1,\n",
		"  \"scenario\": \"types/mock\",\n",
		"        \"path\": \"/restapis/api0000001/resources/res001/methods/GET/integration\",\n",
		"            \"timeoutInMillis\": 9007199254740993\n",
		"          \"layout\": \"spaced\"\n",
		"          \"layout\": \"compact-lf\"\n",
		"          \"layout\": \"compact\"\n",
		"          [\"Accept\", \"application/json\"]",
		"          \"text\": \"{\\\"a\\\":1, \\\"b\\\":2}\"\n",
		"          \"text\": \"not json at all \\n\"\n",
		"          \"class\": \"aws-live\"\n",
		"\"put#response/body/cacheNamespace\"",
	};

	for (size_t i = 0; i < GWT_LEN(lines); i++)
		cr_expect_lt(gwt_span_find_span(text, gwt_span_of(lines[i])), text.len,
			     "missing: %s\n" GWT_SPAN_FMT, lines[i], GWT_SPAN_ARG(text));
}

Test(cassette, comes_back_byte_for_byte)
{
	struct gwt_span text = sample_file();
	struct gwt_cassette back;

	cr_assert_eq(gwt_cassette_parse(&arena, "x.json", text, &back, &err), GWT_OK, "%s", err.msg);
	cr_expect(gwt_span_eq(written(&back), text));
	cr_expect_eq(back.interaction_count, 3u);
	for (size_t i = 0; i < 3; i++) {
		cr_expect(gwt_span_eq(back.interactions[i].request.body,
				      steps[i].body ? gwt_span_of(steps[i].body) : GWT_SPAN("")));
		cr_expect(gwt_span_eq(back.interactions[i].response.body, gwt_span_of(steps[i].answer)));
	}
	for (size_t i = 0, line = 1; i < text.len; i++) { /* the brace is on the line above the id */
		if (gwt_span_starts(gwt_span_slice(text, i, text.len), GWT_SPAN("\"id\": \"get\"")))
			cr_expect_eq(back.interactions[1].line, line - 1);
		line += text.ptr[i] == '\n';
	}
}

Test(cassette, a_query_comes_back_and_other_JSON_is_not_a_cassette)
{
	static const struct test_step one[] = {
		{ "get", "GET", "GET/integration?b=%20&a&a=1", NULL, 200, "{}" }, { NULL }
	};
	struct gwt_cassette cassette, back;

	test_cassette(&arena, "types/mock", "api0000001", "res001", one, &cassette);
	cr_assert_eq(gwt_cassette_parse(&arena, "x.json", written(&cassette), &back, &err), GWT_OK, "%s",
		     err.msg);
	cr_expect(gwt_span_is(back.interactions[0].request.query, "b=%20&a&a=1"));
	cr_expect(gwt_span_is(back.interactions[0].request.target,
			      "/restapis/api0000001/resources/res001/methods/GET/integration?b=%20&a&a=1"));
	cr_expect_eq(gwt_cassette_parse(&arena, "x.json", GWT_SPAN("[]"), &back, &err), GWT_EPARSE);
	cr_expect_str_eq(err.msg, "x.json:1:1: a cassette is a JSON object");
}

Test(cassette, binary_bodies_are_base64_and_exact)
{
	static const char binary[] = "\xff\x00\xfe{";
	struct gwt_cassette cassette, back;

	test_cassette(&arena, "types/mock", "api0000001", "res001", steps, &cassette);
	cassette.interactions[0].response.body = (struct gwt_span){ binary, 4 };
	cassette.variables[1].at_count = 1; /* now it has no place in the answer */
	cr_assert_eq(gwt_cassette_parse(&arena, "x.json", written(&cassette), &back, &err), GWT_OK, "%s",
		     err.msg);
	cr_expect(gwt_span_eq(back.interactions[0].response.body, (struct gwt_span){ binary, 4 }));
}

Test(cassette, a_file_cut_anywhere_is_refused_with_its_place)
{
	struct gwt_span text = sample_file();

	for (size_t len = 0; len + 1 < text.len; len++) {
		struct gwt_arena scratch = { 0 };
		struct gwt_cassette back;

		cr_expect_eq(gwt_cassette_parse(&scratch, "x.json", gwt_guarded(gwt_span_slice(text, 0, len)),
						&back, &err),
			     GWT_EPARSE, "cut at %zu", len);
		cr_expect_eq(strncmp(err.msg, "x.json:", 7), 0, "%s", err.msg);
		gwt_arena_release(&scratch);
	}
}

static struct gwt_span replaced(struct gwt_span text, const char *from, const char *to)
{
	size_t at = gwt_span_find_span(text, gwt_span_of(from));

	cr_assert_lt(at, text.len, "the test's '%s' is not there", from);
	return gwt_arena_printf(&arena, GWT_SPAN_FMT "%s" GWT_SPAN_FMT, (int)at, text.ptr, to,
				GWT_SPAN_ARG(gwt_span_slice(text, at + strlen(from), text.len)));
}

Test(cassette, anything_off_is_refused_with_file_line_and_reason)
{
	static const struct {
		const char *from, *to, *message;
	} rows[] = {
		{ "\"format\": 1", "\"format\": 2",
		  "x.json:2:13: unknown format: this gwtape reads format 1" },
		{ "\"format\": 1", "\"format\": \"1\"", "x.json:2:13: unknown format: this" },
		{ "\"format\": 1,", "", "x.json:1:1: this is not a cassette: it has no 'format'" },
		{ "\"scenario\"", "\"scenari0\"", "x.json:3:3: a cassette has no member of this name" },
		{ "\"upstream\": \"sandbox\"", "\"upstream\": \"AWS\"",
		  "upstream is aws, sandbox, proxy or other" },
		{ "\"status\": 201", "\"status\": 20", "the status is not a number from 200 to 599" },
		{ "\"status\": 201", "\"status\": 201.5", "the status is not a number from 200 to 599" },
		{ "\"class\": \"aws-live\"", "\"class\": \"aws\"", "evidence is aws-live" },
		{ "\"layout\": \"spaced\"", "\"layout\": \"wide\"",
		  "layout is compact, compact-lf or spaced" },
		{ "\"type\": \"MOCK\"", "\"type\": \"HTTP\"",
		  "is not the one that was recorded: its contract hash is" },
		{ "not json at all", "not json at a11",
		  "is not the one that was recorded: its body hash is" },
		{ "put#request/path/1", "put#request/path/2", "the sample of this variable is not there" },
		{ "put#request/path/1", "nope#request/path/1", "this is not a position in the cassette" },
		{ "\"id\": \"get\"", "\"id\": \"put\"", "an interaction before this one has its id" },
		{ "\"method\": \"PUT\"", "\"method\": \"P T\"", "the method is not a token" },
		{ "\"path\": \"/", "\"path\": \"", "the path does not begin with '/'" },
		{ "[\"Accept\", \"application/json\"]", "[\"Accept\"]",
		  "a header is a list of a name and a value" },
		{ "[\"Accept\",", "[\"Acc ept\",", "header name 'Acc ept' is not a token" },
		{ "\"status\": 201", "\"status\": 204", "an answer of status 204 has no body" },
		{ "\"status\": 201,\n        \"headers\": [\n          [\"Content-Type\"",
		  "\"status\": 201,\n        \"headers\": [\n          [\"content-Length\"",
		  "the header 'content-Length' is made at replay, never stored" },
		{ "\"status\": 201,\n        \"headers\": [\n          [\"Content-Type\"",
		  "\"status\": 201,\n        \"headers\": [\n          [\"X-Gwtape-Verdict\"",
		  "the header 'X-Gwtape-Verdict' is made at replay, never stored" },
		{ "\"status\": 201", "\"status\": \"201\"", "'status' of a response must be of type" },
		{ "\"response\": {", "\"response\": [], \"x\": {",
		  "an interaction has no member of this name" },
		{ "\"evidence\": {\n          \"class\": \"aws-live\"\n        }", "\"evidence\": []",
		  "'evidence' of a response must be of type" },
		{ "\"signedHeaders\": []", "\"signedHeaders\": [1]", "'signedHeaders' lists header names" },
		{ "\"signedHeaders\": []", "\"signedHeaders\": [\"a b\"]",
		  "'signedHeaders' lists header names" },
		{ "\"signedHeaders\": []", "\"signedHeaders\": [], \"wire\": {}",
		  "wire has either 'text' or 'base64'" },
		{ "\"id\": \"put\"", "\"id\": \"p#t\"", "an id is not empty and has no '#'" },
		{ "\"id\": \"put\"", "\"id\": \"\"", "an id is not empty and has no '#'" },
		{ "\"text\": \"not json at all \\n\"", "\"base64\": \"YQ=\"",
		  "'base64' is not RFC 4648 base64" },
		{ "\"text\": \"not json at all \\n\"", "\"text\": \"a\", \"base64\": \"YQ==\"",
		  "a body has either 'json' and 'layout', 'text' or 'base64'" },
		{ "\"scenario\": \"types/mock\"", "\"scenario\": \"\"", "the scenario has no name" },
		{ "\"upstream\": \"sandbox\"", "\"upstream\": \"proxy\", \"relation\": 99",
		  "unknown relation: this gwtape knows relation 1" },
		{ "\"scenarioSha256\": \"0", "\"scenarioSha256\": \"G",
		  "this is not a SHA-256 in lower-case hexadecimal" },
		{ "\"sample\": \"api0000001\"", "\"sample\": \"\"", "a sample is not empty" },
		{ "\"contractSha256\": {", "\"contractSha256\": { \"more\": \"\",",
		  "there are hashes of interactions that are not here" },
	};
	struct gwt_span text = sample_file();

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_span broken = replaced(text, rows[i].from, rows[i].to);
		struct gwt_cassette back;

		cr_expect_eq(gwt_cassette_parse(&arena, "x.json", broken, &back, &err), GWT_EPARSE, "%s",
			     rows[i].to);
		cr_expect_not_null(strstr(err.msg, rows[i].message), "%s: got %s", rows[i].to, err.msg);
		cr_expect_eq(strncmp(err.msg, "x.json:", 7), 0, "%s", err.msg);
	}
}

Test(cassette, samples_are_stable_and_have_the_shape_of_their_type)
{
	struct gwt_span a = gwt_sample_for(&arena, GWT_SPAN("types/mock"), GWT_SPAN("restApiId"),
					   GWT_SPAN("rest-api-id"));
	struct gwt_span b = gwt_sample_for(&arena, GWT_SPAN("types/http"), GWT_SPAN("restApiId"),
					   GWT_SPAN("rest-api-id"));
	struct gwt_span c =
		gwt_sample_for(&arena, GWT_SPAN("types/mock"), GWT_SPAN("accountId"), GWT_SPAN("account-id"));

	cr_expect_eq(a.len, 10u);
	cr_expect_eq(c.len, 12u);
	cr_expect_not(gwt_span_eq(a, b));
	/* SHA-256("types/mock\nrestApiId") by sha256sum, each byte modulo 36 */
	cr_expect(gwt_span_is(a, "yskvy446bs"), GWT_SPAN_FMT, GWT_SPAN_ARG(a));
	for (size_t i = 0; i < c.len; i++)
		cr_expect(c.ptr[i] >= '0' && c.ptr[i] <= '9');
}

/* The recorded raw bytes are shown with the ids of this client, whose lengths may differ. */
Test(cassette, raw_bytes_that_are_expected_have_this_clients_ids)
{
#define WIRE_HEAD(length) "PUT /a HTTP/1.1\r\nHost: *\r\ncontent-Length:  " length " \r\nTE: x\r\n\r\n"
	static const struct {
		const char *label, *wire, *recorded, *body, *head, *raw;
	} rows[] = {
		{ "the same", WIRE_HEAD("3") "abc", "abc", "abc", WIRE_HEAD("3"), "abc" },
		{ "longer", WIRE_HEAD("3") "abc", "abc", "0123456789", WIRE_HEAD("10"), "0123456789" },
		{ "of the same length", WIRE_HEAD("3") "abc", "abc", "xyz", WIRE_HEAD("3"), "xyz" },
		{ "chunked", "PUT /a HTTP/1.1\r\n\r\n3\r\nabc\r\n0\r\n\r\n", "abc", "xyz",
		  "PUT /a HTTP/1.1\r\n\r\n", "3\r\nabc\r\n0\r\n\r\n" },
	};
	struct gwt_arena own = { 0 };

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_interaction interaction = { .wire = gwt_span_of(rows[i].wire),
						       .request.body = gwt_span_of(rows[i].recorded) };
		struct gwt_request request = { .body = gwt_span_of(rows[i].body) };

		gwt_expected_wire(&interaction, &own, &request);
		cr_expect(gwt_span_is(request.head, rows[i].head), "%s: " GWT_SPAN_FMT, rows[i].label,
			  GWT_SPAN_ARG(request.head));
		cr_expect(gwt_span_is(request.raw_body, rows[i].raw), "%s", rows[i].label);
	}
	gwt_arena_release(&own);
}
