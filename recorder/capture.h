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
 * Fill *out (except `id`, `uses` and the evidence) with copies in `arena`. `request` is the client's; `sent`
 * is the one that we signed and sent, whose signature must not be in any file; NULL where we did not send it.
 * Raw bytes are kept where `request` has them.
 */
void gwt_capture_make(const struct gwt_request *request, const struct gwt_request *sent,
		      const struct gwt_response *response, struct gwt_arena *arena, struct gwt_capture *out);

/* The same for a client's call, with its evidence. Returns NULL, or why the call cannot be kept. */
const char *gwt_capture_take(enum gwt_upstream_kind kind, const struct gwt_request *request,
			     const struct gwt_request *sent, const struct gwt_response *response,
			     struct gwt_arena *arena, struct gwt_capture *out);

/* "/path?query" of a target, in any form that the client sent. */
struct gwt_span gwt_origin_target(const struct gwt_request *request, struct gwt_arena *arena);

/* "aws-cli/2.13.5" of a User-Agent: the client's name and version, and nothing about the machine. */
struct gwt_span gwt_client_name(struct gwt_span user_agent);

#endif
