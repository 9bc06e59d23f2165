/*
 * canonical.c - stage 1: the canonical request.
 *
 *   METHOD \n path \n query \n name:value\n ... \n signed-headers \n payload-hash
 */
#include "lib/sigv4/internal.h"

#include "lib/base/buf.h"
#include "lib/base/span.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/*
 * Trim the value and make each run of blanks one space, also in quotes (AWS's vector get-header-value-trim).
 */
static void write_value(struct gwt_buf *out, struct gwt_span value, unsigned quirks)
{
	char *to;
	size_t len = 0;

	value = gwt_span_trim(value);
	if (quirks & GWT_SIGV4_HEADER_SPACES) {
		gwt_buf_add(out, value);
		return;
	}
	to = gwt_buf_reserve(out, value.len);
	if (!to)
		return;
	for (size_t i = 0; i < value.len; i++) {
		if (!is_blank(value.ptr[i]))
			to[len++] = value.ptr[i];
		else if (!is_blank(value.ptr[i - 1])) /* i > 0, since the value was trimmed */
			to[len++] = ' ';
	}
	out->len += len;
}

/* The value as signed by a client that did not know the port, or before something added parameters. */
static struct gwt_span bent_value(struct gwt_span name, struct gwt_span value, unsigned quirks)
{
	struct gwt_span rest = value;

	if ((quirks & GWT_SIGV4_HOST_NO_PORT) && gwt_span_is(name, "host")) {
		const char *colon = value.len ? memrchr(value.ptr, ':', value.len) : NULL;

		return colon ? gwt_span_slice(value, 0, (size_t)(colon - value.ptr)) : value;
	}
	if ((quirks & GWT_SIGV4_CONTENT_TYPE_BARE) && gwt_span_is(name, "content-type"))
		return gwt_span_cut(&rest, ';');
	return value;
}

/* Write "name:value,value\n", the values in the order in which they came. */
static void write_header(struct gwt_buf *out, const struct gwt_headers *headers, struct gwt_span name,
			 unsigned quirks)
{
	bool first = true;

	gwt_buf_add(out, name);
	gwt_buf_add_char(out, ':');
	for (size_t i = 0; i < headers->len; i++) {
		const struct gwt_header *header = &headers->items[i];

		if (!gwt_span_ieq(header->name, name))
			continue;
		if (!first)
			gwt_buf_add_char(out, ',');
		first = false;
		write_value(out, bent_value(name, header->value, quirks), quirks);
	}
	gwt_buf_add_char(out, '\n');
}

void gwt_sigv4_write_canonical(struct gwt_sigv4_query *query, struct gwt_buf *out,
			       const struct gwt_request *request, struct gwt_sigv4_form form,
			       struct gwt_span signed_headers, struct gwt_span payload_hash)
{
	struct gwt_span rest = signed_headers;

	gwt_buf_add(out, request->method);
	gwt_buf_add_char(out, '\n');
	gwt_sigv4_write_path(out, request->path, form.path);
	gwt_buf_add_char(out, '\n');
	gwt_sigv4_write_query(query, out, request->query, form.quirks);
	gwt_buf_add_char(out, '\n');
	while (rest.ptr)
		write_header(out, &request->headers, gwt_span_cut(&rest, ';'), form.quirks);
	gwt_buf_add_char(out, '\n');
	gwt_buf_add(out, signed_headers);
	gwt_buf_add_char(out, '\n');
	gwt_buf_add(out, payload_hash);
}

void gwt_sigv4_canonical_request(struct gwt_buf *out, const struct gwt_request *request,
				 enum gwt_sigv4_path path, struct gwt_span signed_headers,
				 struct gwt_span payload_hash)
{
	struct gwt_sigv4_query query = { .text.max = SIZE_MAX };

	gwt_sigv4_write_canonical(&query, out, request, (struct gwt_sigv4_form){ .path = path },
				  signed_headers, payload_hash);
	gwt_sigv4_query_release(&query);
}
