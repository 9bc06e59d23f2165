/*
 * response.h - an HTTP answer as the AWS CLI understands it.
 *
 * botocore's rest-json parser (1.29): modelled members in model order, nulls at
 * structure level dropped, no type checks; an error's code and message from
 * header, body or status.
 */
#ifndef GWT_AWSCLI_RESPONSE_H
#define GWT_AWSCLI_RESPONSE_H

#include "awscli/command.h"
#include "lib/http/message.h"
#include "lib/json/json.h"

struct gwt_aws_answer {
	int status;
	struct gwt_json *output;       /* for a status below 300; an object */
	struct gwt_span code, message; /* for an error; as text */
};

/* Fails where the real parser crashes: the body is not UTF-8, or is JSON of an unexpected shape. */
bool gwt_aws_response_parse(const struct gwt_aws_command *command, enum gwt_model_version version,
			    const struct gwt_response *response, struct gwt_aws_answer *out,
			    struct gwt_aws_failure *failure);

#endif
