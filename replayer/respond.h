/*
 * respond.h - the answers of a replay.
 */
#ifndef GWT_REPLAYER_RESPOND_H
#define GWT_REPLAYER_RESPOND_H

#include "lib/match/session.h"
#include "replayer/fault.h"

/* What is made anew for each answer. */
struct gwt_answer_facts {
	int64_t now;
	struct gwt_span request_id; /* the journal's id of the request */
};

/* The recorded answer: stored headers, then Date, x-amzn-RequestId, x-gwtape, -verdict and -evidence. */
void gwt_respond_match(struct gwt_arena *arena, const struct gwt_match_result *result,
		       const struct gwt_answer_facts *facts, struct gwt_response *out);
/*
 * 422, x-amzn-ErrorType: GwtapeContractViolation, {"message": text}, the text again in one line as
 * x-amzn-ErrorMessage (cut where it is long), Connection: close. A status that no SDK
 * retries and AWS never sends, so that a breach cannot be mistaken for the service.
 */
void gwt_respond_breach(struct gwt_arena *arena, const char *verdict, struct gwt_span text,
			const struct gwt_answer_facts *facts, struct gwt_response *out);

/* The scripted answer of a fault that has one, else nothing (the connection is reset). */
void gwt_respond_fault(struct gwt_arena *arena, const struct gwt_fault *fault,
		       const struct gwt_answer_facts *facts, struct gwt_response *out);
/*
 * Turn the backdrop's answer into a replay's: new Date, x-amzn-RequestId, x-gwtape and x-gwtape-verdict; the
 * rest is unchanged.
 */
void gwt_respond_backdrop(struct gwt_arena *arena, const char *verdict, const struct gwt_answer_facts *facts,
			  struct gwt_response *response);

/* A random (version 4) UUID, RFC 9562. */
struct gwt_span gwt_request_id(struct gwt_arena *arena);

#endif
