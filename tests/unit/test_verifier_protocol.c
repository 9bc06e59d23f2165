/* The driver protocol: what is an answer, and what is not. */
#include <criterion/criterion.h>

#include "verifier/protocol.h"

static struct gwt_arena arena;

static void fini(void)
{
	gwt_arena_release(&arena);
}

TestSuite(verifier_protocol, .fini = fini);

Test(verifier_protocol, a_call_is_one_line_whatever_its_input_holds)
{
	struct gwt_json *input = gwt_json_new(&arena, GWT_JSON_OBJECT);
	struct gwt_buf out = { .max = SIZE_MAX };

	gwt_json_add_string(&arena, input, "uri", GWT_SPAN("a\nb\0c\"\xe2\x80\xa8"));
	gwt_protocol_call(&out, GWT_SPAN("7"), GWT_SPAN("PutIntegration"), input);
	cr_expect_str_eq(gwt_buf_cstr(&out),
			 "{\"id\": \"7\", \"operation\": \"PutIntegration\", \"input\": {\"uri\": "
			 "\"a\\nb\\u0000c\\\"\xe2\x80\xa8\"}}\n");
	gwt_buf_release(&out);
}

Test(verifier_protocol, answers_of_every_kind)
{
	static const struct {
		const char *line;
		enum gwt_reply_kind kind;
	} rows[] = {
		{ "{\"id\": \"1\", \"ok\": true, \"output\": {}}", GWT_REPLY_OK },
		{ "{\"id\": \"1\", \"ok\": true}", GWT_REPLY_OK },
		{ "{\"ok\":false,\"id\":\"1\",\"error\":{\"code\":\"x\",\"local\":false}}", GWT_REPLY_ERROR },
		{ "{\"id\": \"1\", \"ok\": false}", GWT_REPLY_ERROR },
		{ "{\"id\": \"1\", \"ok\": false, \"error\": {\"local\": true}}", GWT_REPLY_LOCAL },
		{ "{\"id\": \"1\", \"ok\": false, \"error\": {\"local\": \"yes\"}}", GWT_REPLY_ERROR },
		{ "{\"id\": \"1\", \"ok\": false, \"unsupported\": true}", GWT_REPLY_UNSUPPORTED },
		{ "{\"id\": \"1\", \"ok\": true, \"unsupported\": true}", GWT_REPLY_OK },
		{ " {\"id\": \"1\", \"ok\": true, \"more\": [1]} ", GWT_REPLY_OK },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_reply reply;
		const char *why;

		cr_assert(gwt_protocol_reply(&arena, gwt_span_of(rows[i].line), &reply, &why), "%s: %s",
			  rows[i].line, why);
		cr_expect_eq(reply.kind, rows[i].kind, "%s: kind %d", rows[i].line, (int)reply.kind);
		cr_expect(gwt_span_is(reply.id, "1"), "%s", rows[i].line);
	}
}

Test(verifier_protocol, the_error_of_an_answer_is_read)
{
	struct gwt_reply reply;
	const char *why,
		*line = "{\"id\": \"1\", \"ok\": false, \"error\": {\"code\": \"NotFoundException\", "
			"\"message\": \"no\", \"status\": 404, \"local\": false}}";

	cr_assert(gwt_protocol_reply(&arena, gwt_span_of(line), &reply, &why));
	cr_expect(gwt_span_is(reply.code, "NotFoundException"));
	cr_expect(gwt_span_is(reply.message, "no"));
	cr_expect_null(reply.output);
}

Test(verifier_protocol, what_is_not_an_answer_is_refused_at_every_length)
{
	static const char *const rows[] = {
		"",
		"hello",
		"null",
		"[]",
		"{}",
		"{\"id\": \"1\"}",
		"{\"ok\": true}",
		"{\"id\": 1, \"ok\": true}",
		"{\"id\": \"1\", \"ok\": 1}",
		"{\"id\": \"1\", \"ok\": null}",
		"{\"id\": \"1\", \"id\": \"2\", \"ok\": true}",
		"{\"id\": \"1\", \"ok\": true} {\"id\": \"1\", \"ok\": true}",
	};
	static const char whole[] = "{\"id\": \"1\", \"ok\": true, \"output\": {\"type\": \"MOCK\"}}";
	struct gwt_reply reply;
	const char *why;

	for (size_t i = 0; i < GWT_LEN(rows); i++)
		cr_expect_not(gwt_protocol_reply(&arena, gwt_span_of(rows[i]), &reply, &why), "%s", rows[i]);
	for (size_t len = 0; len < sizeof(whole) - 1; len++)
		cr_expect_not(gwt_protocol_reply(&arena, (struct gwt_span){ whole, len }, &reply, &why),
			      "cut at %zu", len);
	cr_expect(gwt_protocol_reply(&arena, gwt_span_of(whole), &reply, &why));
}
