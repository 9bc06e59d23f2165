/*
 * request.c - parses requests for tests, or stops them.
 */
#include "tests/support/request.h"

#include <stdio.h>
#include <stdlib.h>

#include "lib/http/h1_parse.h"

struct gwt_request gwt_test_request(struct gwt_arena *arena, struct gwt_span raw)
{
	struct gwt_h1_parser parser = { 0 };
	struct gwt_request request;

	gwt_h1_parser_init(&parser);
	if (gwt_h1_parse(&parser, raw, arena, &request) != GWT_H1_DONE || parser.consumed != raw.len) {
		fprintf(stderr, "not one request (%s, %zu of %zu bytes): %.*s\n",
			parser.reason ? parser.reason : "incomplete", parser.consumed, raw.len, (int)raw.len,
			raw.ptr);
		abort();
	}
	request.body = gwt_arena_copy(arena, request.body); /* a chunked one lives in the parser */
	gwt_h1_parser_release(&parser);
	return request;
}

struct gwt_request gwt_test_request_of(struct gwt_arena *arena, const char *head, struct gwt_span body)
{
	struct gwt_buf raw;
	struct gwt_span bytes;

	gwt_buf_init(&raw, SIZE_MAX);
	for (const char *c = head; *c; c++) {
		if (*c == '\n')
			gwt_buf_add_char(&raw, '\r');
		gwt_buf_add_char(&raw, *c);
	}
	if (body.len)
		gwt_buf_printf(&raw, "Content-Length: %zu\r\n", body.len);
	gwt_buf_add_text(&raw, "\r\n");
	gwt_buf_add(&raw, body);
	bytes = gwt_arena_copy(arena, gwt_buf_span(&raw));
	gwt_buf_release(&raw);
	return gwt_test_request(arena, bytes);
}
