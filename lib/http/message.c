#include "lib/http/message.h"

#include "lib/base/arena.h"
#include "lib/base/error.h"
#include "lib/base/span.h"

const char *gwt_http_reason(int status)
{
	static const struct {
		int status;
		const char *reason;
	} rows[] = {
		{ 100, "Continue" },
		{ 101, "Switching Protocols" },
		{ 200, "OK" },
		{ 201, "Created" },
		{ 202, "Accepted" },
		{ 203, "Non-Authoritative Information" },
		{ 204, "No Content" },
		{ 205, "Reset Content" },
		{ 206, "Partial Content" },
		{ 300, "Multiple Choices" },
		{ 301, "Moved Permanently" },
		{ 302, "Found" },
		{ 303, "See Other" },
		{ 304, "Not Modified" },
		{ 305, "Use Proxy" },
		{ 307, "Temporary Redirect" },
		{ 308, "Permanent Redirect" },
		{ 400, "Bad Request" },
		{ 401, "Unauthorized" },
		{ 402, "Payment Required" },
		{ 403, "Forbidden" },
		{ 404, "Not Found" },
		{ 405, "Method Not Allowed" },
		{ 406, "Not Acceptable" },
		{ 407, "Proxy Authentication Required" },
		{ 408, "Request Timeout" },
		{ 409, "Conflict" },
		{ 410, "Gone" },
		{ 411, "Length Required" },
		{ 412, "Precondition Failed" },
		{ 413, "Content Too Large" },
		{ 414, "URI Too Long" },
		{ 415, "Unsupported Media Type" },
		{ 416, "Range Not Satisfiable" },
		{ 417, "Expectation Failed" },
		{ 421, "Misdirected Request" },
		{ 422, "Unprocessable Content" },
		{ 426, "Upgrade Required" },
		{ 429, "Too Many Requests" }, /* RFC 6585, like 431 */
		{ 431, "Request Header Fields Too Large" },
		{ 500, "Internal Server Error" },
		{ 501, "Not Implemented" },
		{ 502, "Bad Gateway" },
		{ 503, "Service Unavailable" },
		{ 504, "Gateway Timeout" },
		{ 505, "HTTP Version Not Supported" },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++)
		if (rows[i].status == status)
			return rows[i].reason;
	return "Unknown";
}

void gwt_request_set(struct gwt_request *request, struct gwt_span method, struct gwt_span target,
		     const struct gwt_headers *headers, struct gwt_span body)
{
	struct gwt_span rest = target;

	*request = (struct gwt_request){
		.method = method,
		.target = target,
		.minor_version = 1,
		.headers = *headers,
		.body = body.ptr ? body : GWT_SPAN(""),
		.keep_alive = true,
	};
	request->path = gwt_span_cut(&rest, '?');
	request->query = rest;
	if (!request->path.len)
		request->path = GWT_SPAN("/");
}

void gwt_response_copy(const struct gwt_response *from, struct gwt_arena *arena, struct gwt_response *out)
{
	struct gwt_headers headers;

	gwt_headers_copy(&from->headers, arena, &headers);
	*out = *from;
	out->headers = headers;
	out->body = gwt_arena_copy(arena, from->body);
}

bool gwt_response_equal(const struct gwt_response *a, const struct gwt_response *b)
{
	return a->status == b->status && gwt_span_eq(a->body, b->body) &&
	       gwt_headers_equal(&a->headers, &b->headers);
}

bool gwt_response_same(const struct gwt_response *a, const struct gwt_response *b)
{
	return a->status == b->status && gwt_span_eq(a->body, b->body) &&
	       gwt_headers_same(&a->headers, &b->headers);
}
