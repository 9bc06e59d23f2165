/*
 * protocol.h - the lines to a driver and its answers: one JSON object a line.
 *
 * DESIGN section 7; docs/writing-a-driver.md. Pure: bytes in, a value out.
 */
#ifndef GWT_VERIFIER_PROTOCOL_H
#define GWT_VERIFIER_PROTOCOL_H

#include "lib/base/buf.h"
#include "lib/json/json.h"

enum gwt_reply_kind {
	GWT_REPLY_OK,
	GWT_REPLY_ERROR,       /* the service refused, or the call did not get through */
	GWT_REPLY_LOCAL,       /* the client itself refused the input, before any request */
	GWT_REPLY_UNSUPPORTED, /* the driver does not have the operation */
};

struct gwt_reply {
	enum gwt_reply_kind kind;
	struct gwt_span id;
	const struct gwt_json *output; /* OK: what the caller gets; NULL where the driver gives none */
	struct gwt_span code, message; /* ERROR, LOCAL; absent where the driver gives none */
};

/* {"id": …, "operation": …, "input": …} and LF. */
void gwt_protocol_call(struct gwt_buf *out, struct gwt_span id, struct gwt_span operation,
		       const struct gwt_json *input);
/* Read one line. False when it is not an answer; *why then says what is wrong with it. Everything
   lives in `arena` or views `line`. */
bool gwt_protocol_reply(struct gwt_arena *arena, struct gwt_span line, struct gwt_reply *out,
			const char **why);

#endif
