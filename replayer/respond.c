#include "replayer/respond.h"

#include <stdlib.h>
#include <sys/random.h>

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/cassette/cassette.h"
#include "lib/contract/verdict.h"
#include "lib/http/headers.h"
#include "lib/json/write.h"

enum { MAX_HEADER_TEXT = 2048 };

/* Names and values are ours or were checked when the cassette was read: adding them cannot fail. */
static void add(struct gwt_headers *headers, const char *name, struct gwt_span value)
{
	gwt_headers_add_view(headers, gwt_span_of(name), value);
}

static void add_facts(struct gwt_arena *arena, struct gwt_headers *headers,
		      const struct gwt_answer_facts *facts)
{
	static _Thread_local char date[GWT_HTTP_DATE_LEN + 1]; /* renewed once a second */
	static _Thread_local int64_t when = -1;

	if (facts->now != when) {
		gwt_clock_http_date(facts->now, date);
		when = facts->now;
	}
	add(headers, "Date", gwt_arena_copy(arena, (struct gwt_span){ date, GWT_HTTP_DATE_LEN }));
	add(headers, "x-amzn-RequestId", facts->request_id);
	add(headers, "x-gwtape", GWT_SPAN("replay"));
}

void gwt_respond_match(struct gwt_arena *arena, const struct gwt_match_result *result,
		       const struct gwt_answer_facts *facts, struct gwt_response *out)
{
	const struct gwt_interaction *interaction = result->entry->interaction;
	struct gwt_headers headers;

	*out = result->response;
	gwt_headers_init(&headers, arena);
	for (size_t i = 0; i < out->headers.len; i++)
		gwt_headers_add_view(&headers, out->headers.items[i].name, out->headers.items[i].value);
	add_facts(arena, &headers, facts);
	add(&headers, "x-gwtape-verdict", gwt_span_of(gwt_verdict_word(result->verdict)));
	add(&headers, "x-gwtape-evidence", gwt_span_of(gwt_evidence_word(interaction->evidence)));
	out->headers = headers;
	out->no_content_length = out->status == 204 || out->status == 304;
}

/* Text as a header's value: one line, no control bytes, cut between two characters of UTF-8. */
static struct gwt_span one_line(struct gwt_arena *arena, struct gwt_span text)
{
	gwt_auto(gwt_buf_release) struct gwt_buf out = { .max = SIZE_MAX };
	size_t len = gwt_span_begin(text, MAX_HEADER_TEXT).len;

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text.ptr[i];

		if (c == '\n')
			gwt_buf_add_text(&out, "; ");
		else
			gwt_buf_add_char(&out, c < ' ' || c == 0x7f ? ' ' : (char)c);
	}
	if (len < text.len)
		gwt_buf_add_text(&out, " ...");
	return gwt_arena_copy(arena, gwt_span_trim(gwt_buf_span(&out)));
}

void gwt_respond_breach(struct gwt_arena *arena, const char *verdict, struct gwt_span text,
			const struct gwt_answer_facts *facts, struct gwt_response *out)
{
	gwt_auto(gwt_buf_release) struct gwt_buf body = { 0 };

	*out = (struct gwt_response){ .status = 422, .close = true };
	gwt_buf_init(&body, SIZE_MAX);
	gwt_buf_add_text(&body, "{\"message\":");
	gwt_json_write_string(&body, text);
	gwt_buf_add_text(&body, "}\n");
	out->body = gwt_arena_copy(arena, gwt_buf_span(&body));
	gwt_headers_init(&out->headers, arena);
	add(&out->headers, "Content-Type", GWT_SPAN("application/json"));
	add(&out->headers, "x-amzn-ErrorType", GWT_SPAN("GwtapeContractViolation"));
	/* the Go SDK v1 reads no body where this error code is not modelled */
	add(&out->headers, "x-amzn-ErrorMessage", one_line(arena, text));
	add_facts(arena, &out->headers, facts);
	add(&out->headers, "x-gwtape-verdict", gwt_span_of(verdict));
}

void gwt_respond_fault(struct gwt_arena *arena, const struct gwt_fault *fault,
		       const struct gwt_answer_facts *facts, struct gwt_response *out)
{
	if (!fault->answers)
		return;
	gwt_fault_answer(fault, facts->now, arena, out);
	if (!gwt_headers_get(&out->headers, "x-amzn-RequestId").ptr)
		add(&out->headers, "x-amzn-RequestId", facts->request_id);
	add(&out->headers, "x-gwtape", GWT_SPAN("replay"));
}

/* The sandbox writes "CLASS; SOURCE", for a recorder to keep; answers of a replay have the class only. */
static struct gwt_span value_to_pass_on(const struct gwt_header *header)
{
	struct gwt_span value = header->value;

	return gwt_span_iis(header->name, "x-gwtape-evidence") ? gwt_span_cut(&value, ';') : value;
}

void gwt_respond_backdrop(struct gwt_arena *arena, const char *verdict, const struct gwt_answer_facts *facts,
			  struct gwt_response *response)
{
	static const char *const ours[] = { "Date", "x-amzn-RequestId", "x-gwtape", "x-gwtape-verdict" };
	struct gwt_headers headers;

	gwt_headers_init(&headers, arena);
	for (size_t i = 0; i < response->headers.len; i++) {
		size_t j = 0;

		while (j < GWT_LEN(ours) && !gwt_span_iis(response->headers.items[i].name, ours[j]))
			j++;
		if (j == GWT_LEN(ours))
			gwt_headers_add_view(&headers, response->headers.items[i].name,
					     value_to_pass_on(&response->headers.items[i]));
	}
	add_facts(arena, &headers, facts);
	add(&headers, "x-gwtape-verdict", gwt_span_of(verdict));
	response->headers = headers;
	response->no_content_length = response->status == 204 || response->status == 304;
	response->close = response->status == 422;
}

struct gwt_span gwt_request_id(struct gwt_arena *arena)
{
	static const char digits[] = "0123456789abcdef";
	static _Thread_local unsigned char pool[4096];
	static _Thread_local size_t left;
	char *out = gwt_arena_bytes(arena, 37);
	unsigned char *bytes;

	if (left < 16) { /* one system call for 256 ids */
		if (getrandom(pool, sizeof(pool), 0) != (ssize_t)sizeof(pool))
			abort();
		left = sizeof(pool);
	}
	left -= 16;
	bytes = pool + left;
	bytes[6] = (unsigned char)((bytes[6] & 0x0f) | 0x40);
	bytes[8] = (unsigned char)((bytes[8] & 0x3f) | 0x80);
	for (size_t i = 0, at = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			out[at++] = '-';
		out[at++] = digits[bytes[i] >> 4];
		out[at++] = digits[bytes[i] & 15];
	}
	out[36] = '\0';
	return (struct gwt_span){ out, 36 };
}
