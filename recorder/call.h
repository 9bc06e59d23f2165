/*
 * call.h - one signed call to the upstream, tried again where that is right.
 *
 * What comes back is a whole answer that may be recorded. An answer that cannot be the service's own (a
 * replayer's, one that says JSON and is not, a refusal of our credentials) is GWT_EUPSTREAM.
 */
#ifndef GWT_RECORDER_CALL_H
#define GWT_RECORDER_CALL_H

#include <signal.h>

#include "lib/cassette/cassette.h"
#include "lib/sigv4/sigv4.h"
#include "recorder/rate_limit.h"
#include "lib/upstream/transport.h"

#define GWT_INTERRUPTED "interrupted" /* the message of a call that was not made because of *stop */

/* The source of the answers; it decides their evidence. */
enum gwt_upstream_kind { GWT_UPSTREAM_AWS, GWT_UPSTREAM_SANDBOX, GWT_UPSTREAM_OTHER };

/* What one thread makes calls with. */
struct gwt_caller {
	const struct gwt_transport *transport;
	enum gwt_upstream_kind kind;
	struct gwt_credentials credentials;
	struct gwt_span region;
	const volatile sig_atomic_t
		*stop; /* may be NULL; not 0: no further call, and the current one is given up */
	const volatile sig_atomic_t
		*give_up;                  /* may be NULL; not 0: leave the cleanup to the next run's sweep */
	struct gwt_rate_limit *rate_limit; /* shared; may be NULL */
	struct gwt_sigv4 *digests;         /* not shared between threads */
	size_t calls, retries;             /* so far */
	bool met_sandbox; /* an answer stated its evidence, as those of a sandbox do, in process or not */
	bool answered;    /* some call got an answer, whatever it was */
	bool fatal;       /* the upstream cannot be used at all: further calls would fail in the same way */
};

/*
 * Sign and send `request` (unsigned, without Host). *sent is the request as signed; its target has no path
 * prefix of the endpoint. Throttling, 5xx and lost connections are tried again, except a status that equals
 * `expected`. Everything lives in `arena`.
 */
gwt_status gwt_caller_call(struct gwt_caller *caller, const struct gwt_request *request, int expected,
			   struct gwt_arena *arena, struct gwt_request *sent, struct gwt_response *response,
			   struct gwt_error *err);

/* The code of an error answer: x-amzn-ErrorType up to ':', else the body's; absent when there is none. */
struct gwt_span gwt_error_code(const struct gwt_response *response, struct gwt_arena *arena);

/* The evidence of an answer and its source; *source may become absent. */
enum gwt_evidence gwt_answer_evidence(enum gwt_upstream_kind kind, const struct gwt_response *response,
				      struct gwt_arena *arena, struct gwt_span *source);

#endif
