/* client.c - the settings of a client, found and checked before anything is sent. */
#include "awscli/files.h"
#include "awscli/send.h"

#include <ctype.h>
#include <stdlib.h>

#include "awscli/failure.h"
#include "awscli/pyval/pyval.h"
#include "awscli/request.h"
#include "awscli/settings.h"
#include "lib/awsconf/credentials.h"
#include "lib/awsconf/endpoint.h"
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/span.h"

/* ^(?![0-9]+$)(?!-)[a-zA-Z0-9-]{,63}(?<!-)$ */
static bool is_region(struct gwt_span region)
{
	bool digits = region.len > 0;

	for (size_t i = 0; i < region.len; i++) {
		if (!isalnum((unsigned char)region.ptr[i]) && region.ptr[i] != '-')
			return false;
		digits = digits && isdigit((unsigned char)region.ptr[i]);
	}
	return region.len <= 63 && !digits &&
	       (region.len == 0 || (region.ptr[0] != '-' && region.ptr[region.len - 1] != '-'));
}

static bool find_region(const struct gwt_aws_settings *settings, struct gwt_aws_client *client,
			struct gwt_aws_failure *failure)
{
	client->region = client->globals->region;
	if (!client->region.ptr && !gwt_aws_settings_get(settings, &gwt_aws_region, &client->region, failure))
		return false;
	if (!client->region.ptr || is_region(client->region))
		return true;
	return gwt_aws_fail(
		failure, GWT_AWS_GENERAL,
		"Provided region_name '" GWT_SPAN_FMT "' doesn't match a supported format.",
		GWT_SPAN_ARG(client->globals->region.ptr ? client->region : gwt_aws_shown(client->region)));
}

/* --ca-bundle, else AWS_CA_BUNDLE, the profile's ca_bundle, REQUESTS_CA_BUNDLE. */
static bool find_ca_bundle(const struct gwt_aws_settings *settings, struct gwt_aws_client *client,
			   struct gwt_aws_failure *failure)
{
	client->ca_bundle = client->globals->ca_bundle;
	if (client->globals->no_verify_ssl || client->ca_bundle.ptr)
		return true;
	if (!gwt_aws_settings_get(settings, &gwt_aws_ca_bundle, &client->ca_bundle, failure))
		return false;
	if (!client->ca_bundle.ptr)
		client->ca_bundle = gwt_aws_env(failure->arena, "REQUESTS_CA_BUNDLE");
	return true;
}

static bool find_retries(const struct gwt_aws_settings *settings, struct gwt_aws_client *client,
			 struct gwt_aws_failure *failure)
{
	struct gwt_span mode, attempts, message;

	if (!gwt_aws_settings_get(settings, &gwt_aws_max_attempts, &attempts, failure) ||
	    !gwt_aws_settings_get(settings, &gwt_aws_retry_mode, &mode, failure))
		return false;
	client->max_attempts = GWT_SPAN("3");
	if (attempts.ptr && !gwt_py_int(failure->arena, attempts, &client->max_attempts, &message))
		return gwt_aws_fail_text(failure, GWT_AWS_GENERAL, message);
	if (gwt_py_int_cmp(client->max_attempts, GWT_SPAN("1")) < 0)
		return gwt_aws_fail(failure, GWT_AWS_GENERAL,
				    "Value provided to \"max_attempts\": " GWT_SPAN_FMT
				    " must be an integer greater than or equal to one.",
				    GWT_SPAN_ARG(client->max_attempts));
	if (mode.ptr && !gwt_span_is(mode, "standard") && !gwt_span_is(mode, "adaptive"))
		return gwt_aws_fail(failure, GWT_AWS_GENERAL,
				    "Invalid value provided to \"mode\": \"" GWT_SPAN_FMT
				    "\" must be one of: \"standard\" or \"adaptive\"",
				    GWT_SPAN_ARG(mode));
	return true;
}

static bool check_timeout(struct gwt_span value, const char *name, struct gwt_aws_failure *failure)
{
	if (value.ptr[0] != '-')
		return true;
	return gwt_aws_fail(failure, GWT_AWS_GENERAL,
			    "Attempted to set %s timeout to " GWT_SPAN_FMT
			    ", but the timeout cannot be set to a value less than or equal to 0.",
			    name, GWT_SPAN_ARG(value));
}

/* Whether a host consists of valid labels; a port and a user before it are ignored. */
static bool is_valid_host(struct gwt_span netloc)
{
	struct gwt_span host = netloc, label;

	for (size_t i = 0; i < netloc.len; i++)
		if (netloc.ptr[i] == '@')
			host = gwt_span_slice(netloc, i + 1, netloc.len);
	host = gwt_span_slice(host, 0, gwt_span_find(host, ':'));
	if (host.len > 1 && host.ptr[host.len - 1] == '.')
		host.len--;
	if (host.len == 0 || host.len > 255)
		return false;
	while (host.ptr) {
		label = gwt_span_cut(&host, '.');
		if (label.len == 0 || label.len > 63 || label.ptr[0] == '-' ||
		    label.ptr[label.len - 1] == '-')
			return false;
		for (size_t i = 0; i < label.len; i++)
			if (!isalnum((unsigned char)label.ptr[i]) && label.ptr[i] != '-')
				return false;
	}
	return true;
}

static bool has_unsafe_bytes(struct gwt_span url)
{
	for (size_t i = 0; i < url.len; i++)
		if (memchr("\t\r\n", url.ptr[i], 3))
			return true;
	return false;
}

static bool is_true(struct gwt_span text)
{
	return text.ptr && gwt_span_iis(text, "true");
}

/* AWS's own host for the region, by its published rules. */
static bool default_endpoint(const struct gwt_aws_settings *settings, const struct gwt_aws_client *client,
			     struct gwt_span *out, struct gwt_aws_failure *failure)
{
	struct gwt_span fips, dual;
	struct gwt_error err;
	const char *url;

	if (!gwt_aws_settings_get(settings, &gwt_aws_use_fips, &fips, failure) ||
	    !gwt_aws_settings_get(settings, &gwt_aws_use_dualstack, &dual, failure))
		return false;
	if (gwt_endpoint_rules(failure->arena, gwt_arena_cstr(failure->arena, client->region),
			       client->fips || is_true(fips), is_true(dual), NULL, &url, &err) != GWT_OK)
		return gwt_aws_fail(failure, GWT_AWS_GENERAL, "%s", err.msg);
	*out = gwt_span_of(url);
	return true;
}

/* str.replace(part, "") */
static struct gwt_span without(struct gwt_arena *arena, struct gwt_span text, const char *part)
{
	struct gwt_buf out;
	size_t at;

	gwt_buf_init(&out, SIZE_MAX);
	while (text.len > 0) {
		at = gwt_span_find_span(text, gwt_span_of(part));
		gwt_buf_add(&out, gwt_span_slice(text, 0, at));
		text = at < text.len ? gwt_span_slice(text, at + strlen(part), text.len) : GWT_SPAN("");
	}
	text = gwt_arena_copy(arena, out.len ? gwt_buf_span(&out) : GWT_SPAN(""));
	gwt_buf_release(&out);
	return text;
}

/* fips-us-east-1 is us-east-1 with use_fips_endpoint. */
static void split_fips(struct gwt_aws_client *client, struct gwt_arena *arena)
{
	size_t before = client->region.len;

	client->region = without(arena, without(arena, client->region, "fips-"), "-fips");
	client->fips = client->region.len < before;
}

static bool find_endpoint(const struct gwt_aws_settings *settings, struct gwt_aws_client *client,
			  struct gwt_aws_failure *failure)
{
	struct gwt_span url = client->globals->endpoint_url;

	if (!url.ptr && !gwt_aws_settings_endpoint(settings, &url, failure))
		return false;
	if (url.len == 0 && !default_endpoint(settings, client, &url, failure))
		return false;
	if (!gwt_aws_url_split(url, &client->endpoint, failure))
		return false;
	if (!has_unsafe_bytes(url) && is_valid_host(client->endpoint.netloc))
		return true;
	return gwt_aws_fail(failure, GWT_AWS_GENERAL, "Invalid endpoint: " GWT_SPAN_FMT,
			    GWT_SPAN_ARG(gwt_aws_url_shown(failure->arena, url)));
}

/* A request that is only printed or compared is not sent: any region and the dummy credentials will do. */
static void stand_in(struct gwt_aws_client *client)
{
	if (!client->globals->check && !client->globals->print_request)
		return;
	if (!client->region.ptr)
		client->region = GWT_SPAN("us-east-1");
	if (!client->credentials.keys.access_key_id.ptr)
		client->credentials.keys = gwt_credentials_dummy();
}

bool gwt_aws_client_open(const struct gwt_aws_settings *settings, const struct gwt_aws_globals *globals,
			 struct gwt_aws_client *out, struct gwt_aws_failure *failure)
{
	out->globals = globals;
	if (!find_region(settings, out, failure) || !find_ca_bundle(settings, out, failure) ||
	    !gwt_aws_credentials_find(settings, &out->credentials, failure) ||
	    !gwt_aws_settings_profile(settings, failure))
		return false;
	stand_in(out);
	if (!out->region.ptr)
		return gwt_aws_fail(failure, GWT_AWS_NO_REGION, "You must specify a region.");
	split_fips(out, failure->arena);
	return find_retries(settings, out, failure) &&
	       check_timeout(globals->connect_timeout, "connect", failure) &&
	       check_timeout(globals->read_timeout, "read", failure) && find_endpoint(settings, out, failure);
}

void gwt_aws_client_close(struct gwt_aws_client *client)
{
	gwt_credentials_release(&client->credentials);
}

/* botocore's signer reads the port first; without a signature the HTTP client does, with another message. */
static bool check_port(const struct gwt_aws_client *client, const struct gwt_aws_request *request, bool sign,
		       struct gwt_aws_failure *failure)
{
	return gwt_aws_url_check_port(&client->endpoint, failure) ||
	       (!sign &&
		gwt_aws_fail(failure, GWT_AWS_GENERAL,
			     "An HTTP Client raised an unhandled exception: Failed to parse: " GWT_SPAN_FMT,
			     GWT_SPAN_ARG(gwt_aws_url_shown(failure->arena, request->url))));
}

bool gwt_aws_client_sign(const struct gwt_aws_client *client, const struct gwt_aws_request *request,
			 int64_t now, struct gwt_request *out, struct gwt_aws_failure *failure)
{
	bool sign = !client->globals->no_sign_request;

	if (sign && !client->credentials.keys.access_key_id.ptr)
		return gwt_aws_fail(failure, GWT_AWS_NO_CREDENTIALS, "Unable to locate credentials");
	if (sign && client->credentials.expires && client->credentials.expires <= now)
		return gwt_aws_fail(
			failure, GWT_AWS_GENERAL,
			"Credentials were refreshed, but the refreshed credentials are still expired.");
	if (!check_port(client, request, sign, failure))
		return false;
	return gwt_aws_request_sign(request, client->user_agent, sign ? &client->credentials.keys : NULL,
				    client->region, now, out, failure);
}
