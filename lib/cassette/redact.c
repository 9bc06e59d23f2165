#include "lib/cassette/redact.h"

#include "lib/contract/canonical.h"

/*
 * Date, request ids, Connection and Content-Length are made afresh at replay; cookies and everything
 * unknown may identify an account.
 */
static const char *const response_headers[] = {
	"content-type", "x-amzn-errortype", "location", "retry-after", "allow",
};

static bool keeps_response(struct gwt_span name)
{
	for (size_t i = 0; i < GWT_LEN(response_headers); i++)
		if (gwt_span_iis(name, response_headers[i]))
			return true;
	return false;
}

static void keep(const struct gwt_headers *in, bool (*keeps)(struct gwt_span name), struct gwt_arena *arena,
		 struct gwt_headers *out)
{
	struct gwt_headers kept;

	gwt_headers_init(&kept, arena);
	for (size_t i = 0; i < in->len; i++)
		if (keeps(in->items[i].name))
			gwt_headers_add_view(&kept, in->items[i].name, in->items[i].value);
	*out = kept;
}

/* Those that are compared, and no other: Content-Type is kept even where there is no body. */
static bool keeps_request(struct gwt_span name)
{
	return gwt_header_is_contract(name, true);
}

void gwt_redact_request_headers(const struct gwt_headers *in, struct gwt_arena *arena, struct gwt_headers *out)
{
	keep(in, keeps_request, arena, out);
}

void gwt_redact_response_headers(const struct gwt_headers *in, struct gwt_arena *arena, struct gwt_headers *out)
{
	keep(in, keeps_response, arena, out);
}
