#include "lib/match/expected.h"
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/span.h"
#include "lib/cassette/template.h"
#include "lib/contract/header_rules.h"
#include "lib/http/headers.h"

static struct gwt_span authorization(const struct gwt_cassette *cassette,
				     const struct gwt_interaction *interaction, struct gwt_arena *arena)
{
	gwt_auto(gwt_buf_release) struct gwt_buf names = { .max = SIZE_MAX };

	for (size_t i = 0; i < interaction->signed_header_count; i++) {
		if (i)
			gwt_buf_add_char(&names, ';');
		gwt_buf_add(&names, interaction->signed_headers[i]);
	}
	return gwt_arena_printf(arena,
				"AWS4-HMAC-SHA256 Credential=*/00000000/" GWT_SPAN_FMT
				"/apigateway/aws4_request, SignedHeaders=" GWT_SPAN_FMT ", Signature=*",
				GWT_SPAN_ARG(cassette->provenance.region),
				GWT_SPAN_ARG(gwt_buf_span(&names)));
}

void gwt_expected_headers(const struct gwt_cassette *cassette, const struct gwt_interaction *interaction,
			  const struct gwt_headers *headers, struct gwt_arena *arena, struct gwt_headers *out)
{
	struct gwt_headers made;

	gwt_headers_init(&made, arena);
	gwt_headers_add_views(&made, headers);
	for (size_t i = 0; i < interaction->signed_header_count; i++)
		if (gwt_header_is_volatile(interaction->signed_headers[i]))
			gwt_headers_add_view(&made, interaction->signed_headers[i], GWT_SPAN("*"));
	gwt_headers_add_view(&made, GWT_SPAN("Authorization"), authorization(cassette, interaction, arena));
	*out = made;
}

/* The head with another Content-Length; unchanged when it has none. */
static struct gwt_span with_length(struct gwt_span head, size_t length, struct gwt_arena *arena)
{
	static const struct gwt_span name = GWT_SPAN_INIT("content-length:");
	struct gwt_span rest = head;

	while (rest.ptr) {
		struct gwt_span line = gwt_span_cut(&rest, '\n'), digits;
		size_t from, to;

		if (!gwt_span_ieq(gwt_span_slice(line, 0, name.len), name))
			continue;
		if (line.len && line.ptr[line.len - 1] == '\r')
			line.len--;
		digits = gwt_span_trim(gwt_span_slice(line, name.len, line.len));
		from = (size_t)(digits.ptr - head.ptr);
		to = from + digits.len;
		return gwt_arena_printf(arena, GWT_SPAN_FMT "%zu" GWT_SPAN_FMT,
					GWT_SPAN_ARG(gwt_span_slice(head, 0, from)), length,
					GWT_SPAN_ARG(gwt_span_slice(head, to, head.len)));
	}
	return head;
}

void gwt_expected_wire(const struct gwt_interaction *interaction, struct gwt_arena *arena,
		       struct gwt_request *request)
{
	struct gwt_span recorded = interaction->request.body;
	size_t end = gwt_span_find_span(interaction->wire, GWT_SPAN("\r\n\r\n")) + 4;

	request->head = gwt_span_slice(interaction->wire, 0, end);
	request->raw_body = gwt_span_slice(interaction->wire, end, interaction->wire.len);
	if (gwt_span_eq(request->body, recorded) || !gwt_span_eq(request->raw_body, recorded))
		return;
	request->raw_body = request->body;
	request->head = with_length(request->head, request->body.len, arena);
}

void gwt_expected_request(const struct gwt_entry *entry, const struct gwt_values *values,
			  struct gwt_arena *arena, struct gwt_request *out)
{
	const struct gwt_interaction *interaction = entry->interaction;

	gwt_template_request(&entry->request, entry->cassette, interaction, values, arena, out);
	if (interaction->wire.ptr)
		gwt_expected_wire(interaction, arena, out);
	if (out->headers.items == interaction->request.headers.items) {
		out->headers = *entry->expected_headers;
		out->claim = entry->expected_claim;
	} else {
		gwt_expected_headers(entry->cassette, interaction, &out->headers, arena, &out->headers);
	}
}
