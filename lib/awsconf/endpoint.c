#include "lib/awsconf/endpoint.h"

#include <stdlib.h>

#include "lib/base/arena.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/http/uri.h"

/* AWS's partitions.json. `prefixes` are those of its region pattern: PREFIX-WORD-NUMBER. */
static const struct partition {
	const char *name, *prefixes, *suffix, *dual_stack_suffix;
} partitions[] = {
	{ "aws", "us eu ap sa ca me af il mx", "amazonaws.com", "api.aws" },
	{ "aws-cn", "cn", "amazonaws.com.cn", "api.amazonwebservices.com.cn" },
	{ "aws-eusc", "eusc-de", "amazonaws.eu", "api.amazonwebservices.eu" },
	{ "aws-iso", "us-iso", "c2s.ic.gov", "api.aws.ic.gov" },
	{ "aws-iso-b", "us-isob", "sc2s.sgov.gov", "api.aws.scloud" },
	{ "aws-iso-e", "eu-isoe", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk" },
	{ "aws-iso-f", "us-isof", "csp.hci.ic.gov", "api.aws.hci.ic.gov" },
	{ "aws-us-gov", "us-gov", "amazonaws.com", "api.aws" },
};

/* Exactly "-WORD-NUMBER"; a WORD, which is \w+ in AWS's pattern, has no '-'. */
static bool is_place(struct gwt_span s)
{
	struct gwt_span rest = s, word;
	uint64_t number;

	if (gwt_span_cut(&rest, '-').len != 0)
		return false;
	word = gwt_span_cut(&rest, '-');
	return word.len && rest.ptr && gwt_span_to_u64(rest, UINT64_MAX, &number);
}

static bool is_in(const struct partition *partition, struct gwt_span region)
{
	struct gwt_span rest = gwt_span_of(partition->prefixes), global = region;

	while (rest.ptr) {
		struct gwt_span prefix = gwt_span_cut(&rest, ' ');

		if (gwt_span_starts(region, prefix) &&
		    is_place(gwt_span_slice(region, prefix.len, region.len)))
			return true;
	}
	if (!gwt_span_ends(region, GWT_SPAN("-global")))
		return false;
	global.len -= strlen("-global");
	return gwt_span_is(global, partition->name);
}

/* A region of no known partition is taken for a new region of the first partition. */
static const struct partition *partition_of(const char *region)
{
	for (size_t i = 0; i < GWT_LEN(partitions); i++)
		if (is_in(&partitions[i], gwt_span_of(region)))
			return &partitions[i];
	return &partitions[0];
}

gwt_status gwt_endpoint_rules(struct gwt_arena *arena, const char *region, bool fips, bool dual_stack,
			      const char *endpoint, const char **url, struct gwt_error *err)
{
	const struct partition *partition;

	if (endpoint && fips)
		return gwt_fail(err, GWT_EUSAGE,
				"Invalid Configuration: FIPS and custom endpoint are not supported");
	if (endpoint && dual_stack)
		return gwt_fail(err, GWT_EUSAGE,
				"Invalid Configuration: Dualstack and custom endpoint are not supported");
	if (endpoint) {
		*url = gwt_arena_cstr(arena, gwt_span_of(endpoint));
		return GWT_OK;
	}
	if (!region)
		return gwt_fail(err, GWT_EUSAGE, "Invalid Configuration: Missing Region");
	partition = partition_of(region);
	*url = gwt_arena_printf(arena, "https://apigateway%s.%s.%s", fips ? "-fips" : "", region,
				dual_stack ? partition->dual_stack_suffix : partition->suffix)
		       .ptr;
	return GWT_OK;
}

static const char *env(const char *name)
{
	const char *value = getenv(name);

	return value && value[0] ? value : NULL;
}

/* A switch: the variable, else the profile's setting. It is on only when the value is "true". */
static bool is_on(const struct gwt_aws_config *config, const char *variable, const char *setting)
{
	const char *value = env(variable);

	if (!value)
		value = gwt_aws_config_get(config, setting);
	return value && gwt_span_iis(gwt_span_of(value), "true");
}

/* The URL that the user configured, the most specific one first; *url stays NULL when there is none. */
static gwt_status find_configured(struct gwt_aws_config *config, struct gwt_arena *arena, const char **url,
				  const char **source, struct gwt_error *err)
{
	static const char *const variables[] = { "AWS_ENDPOINT_URL_API_GATEWAY", "AWS_ENDPOINT_URL" };
	struct gwt_span of_service;
	gwt_status status;

	if (is_on(config, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls"))
		return GWT_OK;
	for (size_t i = 0; i < GWT_LEN(variables); i++) {
		*source = variables[i];
		*url = env(variables[i]);
		if (*url)
			return GWT_OK;
	}
	*source = "endpoint_url of the profile's services";
	status = gwt_aws_config_find_service(config, "api_gateway", "endpoint_url", &of_service, err);
	if (of_service.ptr)
		*url = gwt_arena_cstr(arena, of_service);
	if (status != GWT_OK || *url)
		return status;
	*source = "endpoint_url of the profile";
	*url = gwt_aws_config_get(config, "endpoint_url");
	return GWT_OK;
}

bool gwt_host_is_aws(struct gwt_span host)
{
	if (host.len && host.ptr[host.len - 1] == '.') /* marks a full name */
		host.len--;
	for (size_t i = 0; i < GWT_LEN(partitions); i++) {
		const char *suffixes[] = { partitions[i].suffix, partitions[i].dual_stack_suffix };

		for (size_t j = 0; j < GWT_LEN(suffixes); j++) {
			struct gwt_span rest = host, suffix = gwt_span_of(suffixes[j]);

			if (host.len <= suffix.len)
				continue;
			rest = gwt_span_slice(host, host.len - suffix.len, host.len);
			if (gwt_span_ieq(rest, suffix) && host.ptr[host.len - suffix.len - 1] == '.')
				return true;
		}
	}
	return false;
}

static struct gwt_span strip_slashes(struct gwt_span url)
{
	while (url.len && url.ptr[url.len - 1] == '/')
		url.len--;
	return url;
}

/* The URL is not quoted: its user, its query or a misspelled part may be a password. */
static gwt_status refuse_url(const char *url, const struct gwt_url *parts, const char *source,
			     struct gwt_error *err)
{
	if (strchr(url, '@'))
		return gwt_fail(
			err, GWT_EUSAGE,
			"the URL of the endpoint (%s) has an '@': credentials are not taken from there",
			source);
	if (parts->query.ptr)
		return gwt_fail(err, GWT_EUSAGE, "the URL of the endpoint (%s) has a query", source);
	return gwt_fail(err, GWT_EUSAGE, "the URL of the endpoint (%s) must be http(s)://HOST[:PORT][/PATH]",
			source);
}

gwt_status gwt_endpoint_find(struct gwt_aws_config *config, const char *region, const char *given,
			     struct gwt_arena *arena, struct gwt_endpoint *out, struct gwt_error *err)
{
	bool fips = is_on(config, "AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint");
	bool dual_stack = is_on(config, "AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint");
	const char *custom = given, *source = "command line", *url;
	struct gwt_url parts = { .query = { NULL, 0 } };
	gwt_status status = GWT_OK;

	if (!given)
		status = find_configured(config, arena, &custom, &source, err);
	if (status == GWT_OK)
		status = gwt_endpoint_rules(arena, region, fips, dual_stack, custom, &url, err);
	if (status != GWT_OK)
		return status;
	if (gwt_url_parse(gwt_span_of(url), &parts, NULL) != GWT_OK || parts.query.ptr)
		return refuse_url(url, &parts, custom ? source : "AWS", err);
	*out = (struct gwt_endpoint){
		.url = gwt_arena_cstr(arena, strip_slashes(gwt_span_of(url))),
		.source = custom ? source : "AWS",
		.is_aws = gwt_host_is_aws(parts.host),
	};
	return GWT_OK;
}
