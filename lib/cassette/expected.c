#include "lib/cassette/expected.h"

static struct gwt_span authorization(const struct gwt_cassette *cassette, const struct gwt_interaction *interaction,
				     struct gwt_arena *arena)
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
				GWT_SPAN_ARG(cassette->provenance.region), GWT_SPAN_ARG(gwt_buf_span(&names)));
}

void gwt_expected_headers(const struct gwt_cassette *cassette, const struct gwt_interaction *interaction,
			  const struct gwt_headers *headers, struct gwt_arena *arena, struct gwt_headers *out)
{
	struct gwt_headers made;

	gwt_headers_init(&made, arena);
	for (size_t i = 0; i < headers->len; i++)
		gwt_headers_add_view(&made, headers->items[i].name, headers->items[i].value);
	for (size_t i = 0; i < interaction->signed_header_count; i++)
		if (gwt_header_is_volatile(interaction->signed_headers[i]))
			gwt_headers_add_view(&made, interaction->signed_headers[i], GWT_SPAN("*"));
	gwt_headers_add_view(&made, GWT_SPAN("Authorization"), authorization(cassette, interaction, arena));
	*out = made;
}
