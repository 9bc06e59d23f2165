/*
 * h1_write.h - HTTP/1.1 messages to bytes.
 */
#ifndef GWT_HTTP_H1_WRITE_H
#define GWT_HTTP_H1_WRITE_H

#include "lib/base/buf.h"
#include "lib/http/message.h"

/*
 * Status line, the response's headers in order, then Content-Length (unless no_content_length) and
 * `Connection: close` if the response closes, then the body (not for HEAD: `head_only`).
 */
void gwt_h1_write_response(struct gwt_buf *out, const struct gwt_response *response, bool head_only);
/* Request line and headers unchanged, then the body. Nothing is added. */
void gwt_h1_write_request(struct gwt_buf *out, const struct gwt_request *request);

#endif
