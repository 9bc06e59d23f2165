#include "cli/record_upstream.h"

#include <stdlib.h>

#include "lib/base/clock.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/awsconf/config.h"
#include "lib/awsconf/endpoint.h"
#include "lib/http/uri.h"
#include "lib/upstream/metadata.h"

#define DEFAULT_REGION "us-east-1"

/* The sandbox runs in this process and answers at once, so that waiting for the lock costs no time. */
static gwt_status ask_sandbox(void *arg, const struct gwt_request *request, const volatile sig_atomic_t *stop,
			      struct gwt_arena *arena, struct gwt_response *response, struct gwt_error *err)
{
	struct gwt_record_upstream *upstream = arg;

	(void)err, (void)stop;
	pthread_mutex_lock(&upstream->sandbox_lock);
	gwt_sandbox_handle(upstream->sandbox, request, gwt_clock_now(), arena, response);
	pthread_mutex_unlock(&upstream->sandbox_lock);
	return GWT_OK;
}

static gwt_status open_sandbox(const struct gwt_record_upstream_options *options,
			       struct gwt_record_upstream *out, struct gwt_error *err)
{
	struct gwt_sandbox_options wanted = { 0 };

	out->region = DEFAULT_REGION;
	if (options->region && gwt_aws_config_region(NULL, options->region, &out->region, err) != GWT_OK)
		return err->status;
	out->kind = GWT_UPSTREAM_SANDBOX;
	out->word = "sandbox";
	out->endpoint = "in-process";
	out->credentials = gwt_credentials_dummy();
	out->sandbox = gwt_sandbox_new(&wanted);
	pthread_mutex_init(&out->sandbox_lock, NULL);
	return GWT_OK;
}

/* The host of AWS depends on the region; for any other upstream, any region will do. */
static gwt_status find_region(const struct gwt_record_upstream_options *options, bool is_url,
			      struct gwt_record_upstream *out, struct gwt_error *err)
{
	gwt_status status =
		gwt_aws_config_region(out->config, options->region, &out->region, is_url ? NULL : err);

	if (status == GWT_OK || !is_url || options->region)
		return status == GWT_OK || !is_url
			       ? status
			       : gwt_aws_config_region(out->config, options->region, &out->region, err);
	out->region = DEFAULT_REGION;
	return GWT_OK;
}

static struct gwt_span host_of(const char *text)
{
	struct gwt_url url;

	return gwt_url_parse(gwt_span_of(text), &url, NULL) == GWT_OK ? url.host : GWT_SPAN("");
}

static gwt_status open_remote(const struct gwt_record_upstream_options *options, struct gwt_arena *arena,
			      struct gwt_record_upstream *out, struct gwt_error *err)
{
	bool is_url = strcmp(options->upstream, "aws") != 0;
	struct gwt_endpoint endpoint;
	gwt_status status = gwt_aws_config_load(options->profile, &out->config, err);

	if (status == GWT_OK)
		status = find_region(options, is_url, out, err);
	if (status == GWT_OK)
		status = gwt_endpoint_find(out->config, out->region, is_url ? options->upstream : NULL, arena,
					   &endpoint, err);
	if (status != GWT_OK)
		return status;
	out->is_local = is_url && gwt_host_is_loopback(host_of(endpoint.url));
	out->is_profile = options->profile != NULL;
	out->kind = endpoint.is_aws ? GWT_UPSTREAM_AWS : GWT_UPSTREAM_OTHER;
	out->endpoint = endpoint.url;
	out->word = endpoint.is_aws ? "aws" : endpoint.url;
	out->ca_bundle = gwt_aws_config_ca_bundle(out->config);
	out->credentials = gwt_credentials_dummy(); /* until there is something to send */
	return GWT_OK;
}

/*
 * A stand-in on this machine accepts any keys: the user need not configure any, and only the
 * configured keys are looked for.
 */
static gwt_status find_local(struct gwt_record_upstream *upstream, struct gwt_error *err)
{
	bool found = false;
	gwt_status status = gwt_credentials_find_configured(upstream->config, upstream->stop,
							    &upstream->found, &found, err);

	if (status == GWT_OK && !found)
		upstream->found.keys = gwt_credentials_dummy();
	return status;
}

static gwt_status find_credentials(struct gwt_record_upstream *upstream, struct gwt_error *err)
{
	gwt_status status = GWT_OK;

	if (upstream->found.keys.secret_key.ptr)
		return GWT_OK;
	if (upstream->is_local && !upstream->is_profile)
		status = find_local(upstream, err);
	else
		status = gwt_credentials_find(upstream->config, upstream->stop, &upstream->found, err);
	if (status == GWT_OK)
		upstream->credentials = upstream->found.keys;
	return status;
}

static bool is_url(const char *word)
{
	return strncmp(word, "http://", 7) == 0 || strncmp(word, "https://", 8) == 0;
}

gwt_status gwt_record_upstream_open(const struct gwt_record_upstream_options *options,
				    struct gwt_arena *arena, struct gwt_record_upstream *out,
				    struct gwt_error *err)
{
	memset(out, 0, sizeof(*out));
	out->stop = options->stop;
	if (!options->upstream || strcmp(options->upstream, "sandbox") == 0)
		return open_sandbox(options, out, err);
	if (strcmp(options->upstream, "aws") == 0 || is_url(options->upstream))
		return open_remote(options, arena, out, err);
	return gwt_fail(err, GWT_EUSAGE, "option '--upstream' must be aws, sandbox or an http(s) URL");
}

gwt_status gwt_record_upstream_connect(struct gwt_record_upstream *upstream, struct gwt_transport *out,
				       struct gwt_error *err)
{
	struct gwt_upstream_options options = { .base_url = upstream->endpoint,
						.ca_bundle = upstream->ca_bundle };
	struct gwt_upstream *connection;
	gwt_status status;

	if (upstream->sandbox) {
		*out = (struct gwt_transport){ .send = ask_sandbox,
					       .arg = upstream,
					       .host = GWT_SPAN("sandbox.invalid") };
		return GWT_OK;
	}
	status = find_credentials(upstream, err);
	if (status == GWT_OK)
		status = gwt_upstream_new(&options, &connection, err);
	if (status != GWT_OK)
		return status;
	upstream->connections[upstream->connection_count++] = connection;
	gwt_upstream_transport(connection, out);
	return GWT_OK;
}

void gwt_record_upstream_close(struct gwt_record_upstream *upstream)
{
	for (size_t i = 0; i < upstream->connection_count; i++)
		gwt_upstream_free(upstream->connections[i]);
	if (upstream->sandbox)
		pthread_mutex_destroy(&upstream->sandbox_lock);
	gwt_sandbox_free(upstream->sandbox);
	gwt_credentials_release(&upstream->found);
	gwt_aws_config_free(upstream->config);
	memset(upstream, 0, sizeof(*upstream));
}
