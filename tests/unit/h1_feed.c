#include "tests/unit/h1_feed.h"

#include <stdlib.h>

#include "tests/support/guard.h"

/* Copy `bytes` before a guard page, the same one for all calls: when they grow, they begin elsewhere. */
static struct gwt_span place(struct gwt_span bytes)
{
	static struct gwt_span region;

	if (region.len < bytes.len) {
		size_t len = bytes.len < 4096 ? 4096 : bytes.len * 2;
		char *blank = calloc(1, len);

		region = gwt_guarded((struct gwt_span){ blank, len });
		free(blank);
	}
	if (!bytes.len)
		return bytes;
	memcpy((char *)region.ptr + region.len - bytes.len, bytes.ptr, bytes.len);
	return (struct gwt_span){ region.ptr + region.len - bytes.len, bytes.len };
}

static void keep(struct gwt_arena *arena, struct gwt_request *request)
{
	struct gwt_headers parsed = request->headers;

	request->head = gwt_arena_copy(arena, request->head);
	request->raw_body = gwt_arena_copy(arena, request->raw_body);
	request->method = gwt_arena_copy(arena, request->method);
	request->target = gwt_arena_copy(arena, request->target);
	request->path = gwt_arena_copy(arena, request->path);
	request->query = gwt_arena_copy(arena, request->query);
	request->body = gwt_arena_copy(arena, request->body);
	gwt_headers_init(&request->headers, arena);
	for (size_t i = 0; i < parsed.len; i++)
		gwt_headers_add_view(&request->headers, gwt_arena_copy(arena, parsed.items[i].name),
				     gwt_arena_copy(arena, parsed.items[i].value));
}

struct h1_outcome h1_feed(struct gwt_arena *arena, struct gwt_span bytes, size_t first, size_t step)
{
	struct h1_outcome outcome = { 0 };
	struct gwt_h1_parser parser = { 0 };
	size_t len = first < bytes.len ? first : bytes.len;

	gwt_h1_parser_init(&parser);
	for (;;) {
		struct gwt_span so_far = place(gwt_span_slice(bytes, 0, len));

		while ((outcome.result = gwt_h1_parse(&parser, so_far, arena, &outcome.request)) ==
		       GWT_H1_CONTINUE)
			outcome.continues++;
		if (outcome.result != GWT_H1_MORE || len == bytes.len)
			break;
		len = bytes.len - len < step ? bytes.len : len + step;
	}
	outcome.status = parser.status;
	outcome.reason = parser.reason;
	outcome.consumed = parser.consumed;
	if (outcome.result == GWT_H1_DONE)
		keep(arena, &outcome.request);
	gwt_h1_parser_release(&parser);
	return outcome;
}

struct h1_outcome h1_feed_whole(struct gwt_arena *arena, struct gwt_span bytes)
{
	return h1_feed(arena, bytes, bytes.len, bytes.len);
}

static bool request_eq(const struct gwt_request *a, const struct gwt_request *b)
{
	for (size_t i = 0; i < a->headers.len && i < b->headers.len; i++)
		if (!gwt_span_eq(a->headers.items[i].name, b->headers.items[i].name) ||
		    !gwt_span_eq(a->headers.items[i].value, b->headers.items[i].value))
			return false;
	return gwt_span_eq(a->head, b->head) && gwt_span_eq(a->raw_body, b->raw_body) &&
	       gwt_span_eq(a->method, b->method) && gwt_span_eq(a->target, b->target) &&
	       gwt_span_eq(a->path, b->path) && gwt_span_eq(a->query, b->query) &&
	       gwt_span_eq(a->body, b->body) && a->headers.len == b->headers.len &&
	       a->minor_version == b->minor_version && a->chunked == b->chunked &&
	       a->keep_alive == b->keep_alive;
}

bool h1_outcome_eq(const struct h1_outcome *a, const struct h1_outcome *b)
{
	if (a->result != b->result || a->status != b->status || a->reason != b->reason ||
	    a->consumed != b->consumed)
		return false;
	return a->result != GWT_H1_DONE || request_eq(&a->request, &b->request);
}
