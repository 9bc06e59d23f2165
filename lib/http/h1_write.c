#include "lib/http/h1_write.h"

#include <assert.h>

#include "lib/base/span.h"

/* Write the decimal digits of `number` at the end of `space`. */
static struct gwt_span decimal(uint64_t number, char space[20])
{
	size_t at = 20;

	do
		space[--at] = (char)('0' + number % 10);
	while (number /= 10);
	return (struct gwt_span){ space + at, 20 - at };
}

static void add_headers(struct gwt_buf *out, const struct gwt_headers *headers)
{
	for (size_t i = 0; i < headers->len; i++) {
		gwt_buf_add(out, headers->items[i].name);
		gwt_buf_add(out, GWT_SPAN(": "));
		gwt_buf_add(out, headers->items[i].value);
		gwt_buf_add(out, GWT_SPAN("\r\n"));
	}
}

void gwt_h1_write_response(struct gwt_buf *out, const struct gwt_response *response, bool head_only)
{
	char space[20]; /* digits of UINT64_MAX */

	assert(response->status >= 100 && response->status <= 999);
	gwt_buf_add(out, GWT_SPAN("HTTP/1.1 "));
	gwt_buf_add(out, decimal((uint64_t)response->status, space));
	gwt_buf_add_char(out, ' ');
	gwt_buf_add_text(out, gwt_http_reason(response->status));
	gwt_buf_add(out, GWT_SPAN("\r\n"));
	add_headers(out, &response->headers);
	if (!response->no_content_length) {
		gwt_buf_add(out, GWT_SPAN("Content-Length: "));
		gwt_buf_add(out, decimal(response->body.len, space));
		gwt_buf_add(out, GWT_SPAN("\r\n"));
	}
	if (response->close)
		gwt_buf_add(out, GWT_SPAN("Connection: close\r\n"));
	gwt_buf_add(out, GWT_SPAN("\r\n"));
	if (!head_only && !response->no_content_length)
		gwt_buf_add(out, response->body);
}

void gwt_h1_write_request(struct gwt_buf *out, const struct gwt_request *request)
{
	gwt_buf_add(out, request->method);
	gwt_buf_add_char(out, ' ');
	gwt_buf_add(out, request->target);
	gwt_buf_add(out, GWT_SPAN(" HTTP/1."));
	gwt_buf_add_char(out, (char)('0' + request->minor_version));
	gwt_buf_add(out, GWT_SPAN("\r\n"));
	add_headers(out, &request->headers);
	gwt_buf_add(out, GWT_SPAN("\r\n"));
	gwt_buf_add(out, request->body);
}
