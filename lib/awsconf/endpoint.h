/*
 * endpoint.h - which URL the calls go to.
 *
 * The hosts of API Gateway's control plane by region, partition, FIPS and dual
 * stack follow AWS's endpoint rule set; a URL configured by the user wins over it
 * in the order that AWS's SDKs have.
 */
#ifndef GWT_AWSCONF_ENDPOINT_H
#define GWT_AWSCONF_ENDPOINT_H

#include "lib/awsconf/config.h"

/*
 * The endpoint by AWS's rule set: `endpoint` is a custom URL or NULL, `region` may be NULL. The texts of its
 * errors are AWS's ("Invalid Configuration: …", GWT_EUSAGE). *url lives in `arena`.
 */
gwt_status gwt_endpoint_rules(struct gwt_arena *arena, const char *region, bool fips, bool dual_stack,
			      const char *endpoint, const char **url, struct gwt_error *err);

/* Whether a host name is one of AWS's own, in any partition. */
bool gwt_host_is_aws(struct gwt_span host);

struct gwt_endpoint {
	const char *url;    /* without a trailing slash */
	const char *source; /* "AWS", or the variable or setting with the URL */
	bool is_aws;        /* the URL is one of AWS's own hosts */
};

/*
 * The endpoint of `region`: `given` (--upstream URL, --endpoint-url; or NULL), AWS_ENDPOINT_URL_API_GATEWAY,
 * AWS_ENDPOINT_URL, the profile's services section, its endpoint_url (not these four when
 * AWS_IGNORE_CONFIGURED_ENDPOINT_URLS or the profile says to ignore them), else AWS's own host, which depends
 * on AWS_USE_FIPS_ENDPOINT, AWS_USE_DUALSTACK_ENDPOINT and the profile's settings.
 */
gwt_status gwt_endpoint_find(struct gwt_aws_config *config, const char *region, const char *given,
			     struct gwt_arena *arena, struct gwt_endpoint *out, struct gwt_error *err);

#endif
