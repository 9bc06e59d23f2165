/*
 * capture.h - one call that was made, as a recording has it.
 *
 * Whoever made the call (a scenario's step, a client after the proxy, the AWS command line, another tool's
 * file), it becomes a capture here: a copy of what was asked, with the names of operation and client.
 */
#ifndef GWT_RECORDER_CAPTURE_H
#define GWT_RECORDER_CAPTURE_H

#include "lib/cassette/ids.h"
#include "recorder/call.h"

#define GWT_MAX_KEPT_BODY (512 * 1024) /* of a request or an answer of a client's call */

/*
 * Fill *out (all but `id`, `uses` and the evidence) with copies in `arena`. `request` is as it was asked,
 * `sent` as it went out, signed by us: its signature must not be in any file; NULL where it is not known. Raw
 * bytes are kept where `request` has them.
 */
void gwt_capture_make(const struct gwt_request *request, const struct gwt_request *sent,
		      const struct gwt_response *response, struct gwt_arena *arena, struct gwt_capture *out);

/* The same for a client's call, with its evidence. Else returns why it cannot be kept, for the report. */
const char *gwt_capture_take(enum gwt_upstream_kind kind, const struct gwt_request *request,
			     const struct gwt_request *sent, const struct gwt_response *response,
			     struct gwt_arena *arena, struct gwt_capture *out);

/* "/path?query" of a target in whatever form it came. */
struct gwt_span gwt_origin_target(const struct gwt_request *request, struct gwt_arena *arena);

/* "aws-cli/2.13.5" of a User-Agent: what names the client and its version, and nothing of the machine. */
struct gwt_span gwt_client_name(struct gwt_span user_agent);

#endif
