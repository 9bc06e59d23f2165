/*
 * send.h - a call with its retries, and how it fails.
 *
 * Standard retry mode of botocore (retries/standard.py): a limited number of
 * attempts, repeated after network faults, 500, 502, 503, 504 and throttling codes,
 * with random delays that double. Each attempt is signed again.
 */
#ifndef GWT_AWSCLI_SEND_H
#define GWT_AWSCLI_SEND_H

#include "awscli/globals.h"
#include "awscli/request.h"
#include "awscli/response.h"
#include "awscli/settings.h"

struct gwt_aws_client {
	const struct gwt_aws_globals *globals;
	struct gwt_span region;                /* the region to sign for, without "fips-" */
	bool fips;                             /* the region had "fips" */
	struct gwt_credential_set credentials; /* access_key_id absent: there are none */
	struct gwt_aws_url endpoint;
	struct gwt_span ca_bundle;    /* absent: the system's */
	struct gwt_span max_attempts; /* digits */
	struct gwt_span user_agent;
	enum gwt_model_version version;
};

/*
 * Make the checks of creating a botocore client, in its order: region, profile, credentials, retries,
 * timeouts, endpoint.
 */
bool gwt_aws_client_open(const struct gwt_aws_settings *settings, const struct gwt_aws_globals *globals,
			 struct gwt_aws_client *out, struct gwt_aws_failure *failure);

/* Wipes the credentials. Takes a zeroed client. */
void gwt_aws_client_close(struct gwt_aws_client *client);

/* Sign a request. GWT_AWS_NO_CREDENTIALS when there are no keys to sign with. */
bool gwt_aws_client_sign(const struct gwt_aws_client *client, const struct gwt_aws_request *request,
			 int64_t now, struct gwt_request *out, struct gwt_aws_failure *failure);

/* The last exchange, for --record. */
struct gwt_aws_exchange {
	struct gwt_request request;
	struct gwt_response response;
	bool answered;
};

/*
 * Send the call, with retries. GWT_AWS_CLIENT for an error of the service, GWT_AWS_GENERAL for a fault on the
 * way to it.
 */
bool gwt_aws_client_call(const struct gwt_aws_client *client, const struct gwt_aws_command *command,
			 const struct gwt_aws_request *request, struct gwt_json **out,
			 struct gwt_aws_exchange *exchange, struct gwt_aws_failure *failure);

#endif
