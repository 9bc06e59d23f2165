/*
 * test_mutations.c - the kill rate of the comparison: every captured request, and some
 * written here, with each member, label, header and number changed, one at a time.
 */
#include <criterion/criterion.h>
#include <stdio.h>

#include "lib/base/file.h"
#include "tests/support/data.h"
#include "tests/support/mutate.h"
#include "tests/support/request.h"

enum { EVERY_BYTE_OF = 12 }; /* one capture in so many has each of its bytes changed */

static struct gwt_arena arena;

static void teardown(void)
{
	gwt_arena_release(&arena);
}

TestSuite(mutations, .fini = teardown);

static void mutate(const char *name, struct gwt_span raw, bool every_byte, size_t *tried, size_t *survived)
{
	struct gwt_subject subject;

	gwt_subject_init(&subject, name, raw);
	subject.every_byte = every_byte;
	gwt_mutate_head(&subject);
	gwt_mutate_body(&subject);
	*tried += subject.tried;
	*survived += subject.survived;
	gwt_subject_release(&subject);
}

Test(mutations, none_of_a_captured_request_survives)
{
	const char *folder = gwt_file_join(&arena, gwt_test_source(), "tests/data/captures");
	struct gwt_file_list list;
	struct gwt_error err;
	size_t tried = 0, survived = 0;

	cr_assert_eq(gwt_file_list(&arena, folder, ".http", &list, &err), GWT_OK, "%s", err.msg);
	for (size_t i = 0; i < list.len; i++)
		mutate(list.paths[i], gwt_test_read(&arena, folder, list.paths[i]), i % EVERY_BYTE_OF == 0,
		       &tried, &survived);
	fprintf(stderr, "%zu requests, %zu mutations tried, %zu survived\n", list.len, tried, survived);
	cr_expect_gt(tried, 100000u);
	cr_expect_eq(survived, 0u);
}

/* Parts that no captured request has: a query, number forms, literals, nested and empty containers. */
Test(mutations, none_of_a_request_with_everything_survives)
{
	static const char head[] =
		"POST /a/b%20c//%2e/d?limit=25&position=a%2Fb&x HTTP/1.1\nHost: x\nAccept: application/json\n"
		"X-Amz-Meta: a  b\nContent-Type: application/problem+json; charset=utf-8\nCookie: c\n"
		"Authorization: AWS4-HMAC-SHA256 Credential=K/20261122/us-east-1/apigateway/aws4_request, "
		"SignedHeaders=accept;content-type;host, Signature=00\n";
	static const struct {
		const char *name;
		struct gwt_span body;
	} rows[] = {
		{ "everything",
		  GWT_SPAN_INIT(
			  "{\"n\":[0,-1,1.5,9007199254740993,1e400,123456789012345678901234567890],"
			  "\"l\":[true,false,null,\"\",[],{}],\"o\":{\"a\":{\"b\":null,\"c\":[[1],[2]]}},"
			  "\"\":\"\xc3\xa9\\u0000\\ud83d\\ude00\",\"t\":true,\"f\":false}") },
		{ "scalar", GWT_SPAN_INIT("29000") },
		{ "empty", GWT_SPAN_INIT("{}") },
		{ "no JSON", GWT_SPAN_INIT("{\"a\":1") },
	};
	size_t tried = 0, survived = 0;

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_request request = gwt_test_request_of(&arena, head, rows[i].body);
		struct gwt_span raw = { request.head.ptr, request.head.len + request.body.len };

		mutate(rows[i].name, raw, true, &tried, &survived);
	}
	fprintf(stderr, "%zu mutations tried, %zu survived\n", tried, survived);
	cr_expect_gt(tried, 500u);
	cr_expect_eq(survived, 0u);
}
