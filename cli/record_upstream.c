#include "cli/record_upstream.h"

#include "lib/base/clock.h"

#define DEFAULT_REGION "us-east-1"

/* The public example pair: nothing that is signed with it needs to be kept. */
static const struct gwt_credentials dummy = {
	.access_key_id = GWT_SPAN_INIT("AKIDEXAMPLE"),
	.secret_key = GWT_SPAN_INIT("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
};

static gwt_status ask_sandbox(void *arg, const struct gwt_request *request, struct gwt_arena *arena,
			      struct gwt_response *response, struct gwt_error *err)
{
	(void)err;
	gwt_sandbox_handle(arg, request, gwt_clock_now(), arena, response);
	return GWT_OK;
}

static gwt_status open_sandbox(const struct gwt_record_upstream_options *options, struct gwt_record_upstream *out)
{
	struct gwt_sandbox_options wanted = { 0 };

	out->kind = GWT_UPSTREAM_SANDBOX;
	out->word = "sandbox";
	out->endpoint = "in-process";
	out->region = options->region ? options->region : DEFAULT_REGION;
	out->credentials = dummy;
	out->sandbox = gwt_sandbox_new(&wanted);
	out->transport = (struct gwt_transport){ .send = ask_sandbox, .arg = out->sandbox, .host = GWT_SPAN("sandbox.invalid") };
	return GWT_OK;
}

gwt_status gwt_record_upstream_open(const struct gwt_record_upstream_options *options, struct gwt_arena *arena,
				    struct gwt_record_upstream *out, struct gwt_error *err)
{
	(void)arena;
	memset(out, 0, sizeof(*out));
	if (!options->upstream || strcmp(options->upstream, "sandbox") == 0)
		return open_sandbox(options, out);
	return gwt_fail(err, GWT_EUSAGE, "option '--upstream' is aws, sandbox or a URL, not '%s'", options->upstream);
}

void gwt_record_upstream_close(struct gwt_record_upstream *upstream)
{
	gwt_sandbox_free(upstream->sandbox);
	upstream->sandbox = NULL;
}
