/*
 * fuzz_h1.c - the verdict must not depend on the cuts, and what is taken must come back equal
 * when it is written and parsed again.
 */
#include <stdlib.h>

#include "lib/http/h1_parse.h"
#include "lib/http/h1_write.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

struct run {
	struct gwt_h1_parser parser;
	struct gwt_request request;
	enum gwt_h1_result result;
};

static void feed(struct run *run, struct gwt_arena *arena, struct gwt_span bytes, size_t first, size_t step)
{
	gwt_h1_parser_init(&run->parser);
	for (size_t len = first < bytes.len ? first : bytes.len;;
	     len = bytes.len - len < step ? bytes.len : len + step) {
		do
			run->result = gwt_h1_parse(&run->parser, gwt_span_slice(bytes, 0, len), arena,
						   &run->request);
		while (run->result == GWT_H1_CONTINUE);
		if (run->result != GWT_H1_MORE || len == bytes.len)
			return;
	}
}

static void must_equal(const struct run *a, const struct run *b)
{
	must(a->result == b->result && a->parser.status == b->parser.status &&
	     a->parser.reason == b->parser.reason);
	if (a->result != GWT_H1_DONE)
		return;
	must(a->parser.consumed == b->parser.consumed);
	must(gwt_span_eq(a->request.body, b->request.body) && gwt_span_eq(a->request.path, b->request.path));
	must(a->request.headers.len == b->request.headers.len &&
	     a->request.keep_alive == b->request.keep_alive);
}

static void check_taken(struct gwt_arena *arena, const struct run *run, size_t size)
{
	const struct gwt_request *request = &run->request;
	struct gwt_request raw = *request;
	struct run back = { 0 };
	struct gwt_buf out;

	must(run->parser.consumed <= size && request->body.len <= GWT_MAX_BODY_BYTES &&
	     request->path.len > 0);
	must(gwt_is_token(request->method) && request->headers.len <= GWT_MAX_HEADERS);
	for (size_t i = 0; i < request->headers.len; i++)
		must(gwt_is_token(request->headers.items[i].name) &&
		     gwt_is_field_value(request->headers.items[i].value));
	gwt_buf_init(&out, SIZE_MAX);
	raw.body = request->raw_body;
	gwt_h1_write_request(&out, &raw);
	if (out.len <= GWT_MAX_HEAD_BYTES) { /* the writer's ": " may be a byte longer than what was parsed */
		feed(&back, arena, gwt_buf_span(&out), out.len, out.len);
		must(back.result == GWT_H1_DONE && back.parser.consumed == out.len);
		must(gwt_span_eq(back.request.target, request->target) &&
		     gwt_span_eq(back.request.body, request->body));
	}
	gwt_buf_release(&out);
	gwt_h1_parser_release(&back.parser);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct run whole, cut; /* static, since connections also use a parser many times */
	struct gwt_span bytes = { (const char *)data, size };
	struct gwt_arena arena = { 0 };

	feed(&whole, &arena, bytes, size, size);
	feed(&cut, &arena, bytes, size / 2, size); /* in two pieces */
	must_equal(&whole, &cut);
	feed(&cut, &arena, bytes, 0, size / 64 + 1); /* in up to 64 pieces */
	must_equal(&whole, &cut);
	if (whole.result == GWT_H1_DONE)
		check_taken(&arena, &whole, size);
	gwt_arena_release(&arena);
	return 0;
}
