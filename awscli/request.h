/*
 * request.h - the parameters of a call as an HTTP request.
 *
 * What botocore's rest-json serializer and awsrequest send: labels percent-encoded
 * (all but unreserved), the body as json.dumps() writes it, headers in the order
 * of the real client.
 */
#ifndef GWT_AWSCLI_REQUEST_H
#define GWT_AWSCLI_REQUEST_H

#include "awscli/command.h"
#include "lib/http/message.h"
#include "lib/json/json.h"
#include "lib/sigv4/sigv4.h"

/* An endpoint URL in its parts, as urllib.parse.urlsplit cuts it. */
struct gwt_aws_url {
	struct gwt_span scheme;              /* lower case */
	struct gwt_span netloc, path, query; /* query absent when there is no '?' */
};
/* Split a URL. GWT_AWS_GENERAL, in Python's words, when brackets do not hold an address. */
bool gwt_aws_url_split(struct gwt_span url, struct gwt_aws_url *out, struct gwt_aws_failure *failure);
/* Check that the port is a number up to 65535; else GWT_AWS_GENERAL. */
bool gwt_aws_url_check_port(const struct gwt_aws_url *url, struct gwt_aws_failure *failure);
/* Value of the Host header: without the user, and without the default port. */
struct gwt_span gwt_aws_url_host(struct gwt_arena *arena, const struct gwt_aws_url *url);

struct gwt_aws_request {
	struct gwt_span method, target, body; /* body empty when there is none */
	struct gwt_span url;                  /* as messages show it */
	struct gwt_span host;                 /* value of Host */
};

/* The request without a signature. GWT_AWS_GENERAL for text that has no UTF-8 form. */
bool gwt_aws_request_build(const struct gwt_aws_command *command, const struct gwt_json *parameters,
			   const struct gwt_aws_url *endpoint, struct gwt_aws_request *out,
			   struct gwt_aws_failure *failure);

/*
 * The whole request with its headers: Host, Accept-Encoding, Content-Type (with a body), User-Agent,
 * Accept, the signature's headers (when `credentials`), Content-Length (with a body).
 */
bool gwt_aws_request_sign(const struct gwt_aws_request *request, struct gwt_span user_agent,
			  const struct gwt_credentials *credentials, struct gwt_span region, int64_t now,
			  struct gwt_request *out, struct gwt_aws_failure *failure);

#endif
