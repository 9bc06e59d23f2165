/*
 * redact.h - the parts of a live message that may reach a file.
 *
 * Headers: an allowlist, so that unknown ones are left out. Raw bytes of a proxy recording: the values of
 * headers that have secrets or change each time are masked. docs/redaction.md has the rules; scan.h checks
 * the result.
 */
#ifndef GWT_CASSETTE_REDACT_H
#define GWT_CASSETTE_REDACT_H

#include "lib/base/buf.h"
#include "lib/http/message.h"

/* The headers that a cassette keeps of a request or response, views of `in`, order and spelling kept. */
void gwt_redact_request_headers(const struct gwt_headers *in, struct gwt_arena *arena,
				struct gwt_headers *out);
void gwt_redact_response_headers(const struct gwt_headers *in, struct gwt_arena *arena,
				 struct gwt_headers *out);

/*
 * The raw bytes of `live` (head and raw_body) as level `wire` compares them, with the target and the body of
 * `stored` (ids replaced). Values of headers that are neither compared nor harmless become '*'. Absent when
 * this is impossible: for a chunked body in which something was replaced, or that has extensions or trailers.
 */
struct gwt_span gwt_redact_wire(const struct gwt_request *live, const struct gwt_request *stored,
				struct gwt_arena *arena);

#endif
