/*
 * foreign.h - errors of other AWS services, in the protocol that their clients read.
 */
#ifndef GWT_SANDBOX_FOREIGN_H
#define GWT_SANDBOX_FOREIGN_H

#include "lib/http/message.h"

struct gwt_foreign_error {
	int status;
	const char *code;
	struct gwt_span message, request_id;
};

/*
 * Fill in the body and Content-Type of `error` as `service` (of the credential scope; may be
 * absent) answers the request. Headers are added to response->headers, which must be initialised;
 * everything lives in `arena`.
 */
void gwt_foreign_answer(const struct gwt_request *request, struct gwt_span service,
			const struct gwt_foreign_error *error, struct gwt_arena *arena,
			struct gwt_response *response);

/* `text` with & < > " ' escaped. */
struct gwt_span gwt_xml_escape(struct gwt_arena *arena, struct gwt_span text);

#endif
