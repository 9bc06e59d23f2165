/*
 * sandbox.h - the stand-in control plane.
 *
 * A small, stateful, in-memory likeness of API Gateway's control plane, true to
 * published recordings of the real service (docs/sandbox.md). It is not AWS and
 * says so. Pure: a request in, an answer out, no sockets; state is gone when it is
 * freed. Bounded: each kind of object and the bytes of all have limits.
 */
#ifndef GWT_SANDBOX_SANDBOX_H
#define GWT_SANDBOX_SANDBOX_H

#include "lib/http/message.h"
#include "lib/sigv4/sigv4.h"

struct gwt_sandbox;

struct gwt_sandbox_options {
	int64_t as_of;  /* answer as AWS did at that time (seconds); 0: as now */
	uint64_t seed;  /* of the ids; the same seed gives the same ids in the same order of calls */
	bool no_verify_signature;
	gwt_secret_lookup lookup; /* secrets of an access key id; NULL: the dummy secrets for any key id */
	void *lookup_arg;
};

struct gwt_sandbox *gwt_sandbox_new(const struct gwt_sandbox_options *options);
void gwt_sandbox_free(struct gwt_sandbox *sandbox);

/*
 * Answer one request at time `now`. Everything in *response lives in `arena`, with the headers AWS sends
 * (x-amzn-RequestId, x-amz-apigw-id, x-amzn-ErrorType, Content-Type), Date, and
 * `x-gwtape-evidence: CLASS; SOURCE`. Never fails: a request that is wrong gets AWS's error.
 */
void gwt_sandbox_handle(struct gwt_sandbox *sandbox, const struct gwt_request *request, int64_t now,
			struct gwt_arena *arena, struct gwt_response *response);

#endif
