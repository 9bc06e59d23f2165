/*
 * awscli.h - the AWS CLI's own command line, for the calls that gwtape is about.
 *
 * `gwtape aws apigateway put-integration …` and `get-integration …` behave as
 * aws-cli 2.9.19 does: parsing, request, output, exit code (docs/aws-cli.md).
 */
#ifndef GWT_AWSCLI_AWSCLI_H
#define GWT_AWSCLI_AWSCLI_H

#include "lib/base/buf.h"
#include "lib/http/message.h"
#include "lib/sigv4/sigv4.h"

/* One call as it was sent, with its answer, for --record. */
struct gwt_aws_call {
	struct gwt_request request; /* signed; its target without the path of the endpoint */
	struct gwt_response response;
	struct gwt_span endpoint, region;
	struct gwt_credentials credentials; /* access_key_id absent: it was not signed */
};

/* What gwtape does with a call; callbacks, since this folder does not know cassettes. */
struct gwt_aws_hooks {
	/* --record NAME: the first refuses a bad name before anything is sent; the second stores the call. */
	gwt_status (*record_begin)(struct gwt_arena *arena, const char *name, struct gwt_error *err);
	gwt_status (*record)(struct gwt_arena *arena, const char *name, const struct gwt_aws_call *call,
			     struct gwt_error *err);
	/*
	 * --check [SOURCE], "" for any cassette: append the result of the comparison to `out`. GWT_EMISMATCH
	 * when the request differs, GWT_EUNCHECKED when there is nothing to compare it with.
	 */
	gwt_status (*check)(struct gwt_arena *arena, const char *source, const struct gwt_request *request,
			    struct gwt_buf *out, struct gwt_error *err);
};

/*
 * argv[0] is `aws`, or `put-integration` or `get-integration` for short. Writes to stdout and stderr;
 * returns the AWS CLI's exit code.
 */
int gwt_aws_main(int argc, char **argv, const struct gwt_aws_hooks *hooks);

#endif
