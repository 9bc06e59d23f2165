/*
 * message.h - one HTTP request or response as values.
 *
 * A parsed request keeps the raw bytes beside their meaning. All spans view the storage of the message's
 * maker (the connection's buffer, a file, an arena).
 */
#ifndef GWT_HTTP_MESSAGE_H
#define GWT_HTTP_MESSAGE_H

#include "lib/http/headers.h"

struct gwt_authorization;

struct gwt_request {
	struct gwt_span head;     /* request line to the empty line, as received; absent when built */
	struct gwt_span raw_body; /* body as received, chunk framing and trailers included */
	struct gwt_span method;
	struct gwt_span target; /* as received: origin-form, or absolute-form to a proxy */
	struct gwt_span path;   /* of the target, up to '?'; never empty */
	struct gwt_span query;  /* after '?'; absent when there is no '?' */
	int minor_version;      /* HTTP/1.minor */
	struct gwt_headers headers;
	struct gwt_span body; /* chunk framing removed; empty when there is none */
	bool chunked, keep_alive;
	/*
	 * The parsed signature, if it was read: gwt_authorization_read() returns it without reading again.
	 * NULL: not read, or not readable. Code that gives a copy of the request other headers or another
	 * query must set it to NULL.
	 */
	const struct gwt_authorization *claim;
};

struct gwt_response {
	int status;
	struct gwt_headers headers;
	struct gwt_span body;
	bool close;             /* add Connection: close and close after it */
	bool no_content_length; /* for 204 and 304 */
};

/* Reason phrase of RFC 9110, 15; "Unknown" for a number that has none. */
const char *gwt_http_reason(int status);

/* A copy in `arena`; *out may be *from. */
void gwt_response_copy(const struct gwt_response *from, struct gwt_arena *arena, struct gwt_response *out);
/* Whether status, headers and body are equal: what a client sees. */
bool gwt_response_equal(const struct gwt_response *a, const struct gwt_response *b);
/* The same, apart from the case of header names. */
bool gwt_response_same(const struct gwt_response *a, const struct gwt_response *b);

/*
 * Make a request from parts (a cassette, a test): `target` is split at '?', and everything views the
 * arguments. `headers` is copied by value.
 */
void gwt_request_set(struct gwt_request *request, struct gwt_span method, struct gwt_span target,
		     const struct gwt_headers *headers, struct gwt_span body);

#endif
