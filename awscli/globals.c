#include "awscli/globals.h"

#include "awscli/failure.h"
#include "awscli/request.h"
#include "awscli/pyval/pyval.h"
#include "lib/base/span.h"

enum {
	OPT_DEBUG,
	OPT_ENDPOINT_URL,
	OPT_NO_VERIFY_SSL,
	OPT_NO_PAGINATE,
	OPT_OUTPUT,
	OPT_QUERY,
	OPT_PROFILE,
	OPT_REGION,
	OPT_VERSION,
	OPT_COLOR,
	OPT_NO_SIGN_REQUEST,
	OPT_CA_BUNDLE,
	OPT_READ_TIMEOUT,
	OPT_CONNECT_TIMEOUT,
	OPT_BINARY_FORMAT,
	OPT_NO_PAGER,
	OPT_AUTO_PROMPT,
	OPT_NO_AUTO_PROMPT,
	OPT_RECORD,
	OPT_CHECK,
	OPT_PRINT_REQUEST,
	OPT_END,
};

static const char *const outputs[] = { "json", "text", "table", "yaml", "yaml-stream", NULL };
static const char *const colors[] = { "on", "off", "auto", NULL };
static const char *const binary_formats[] = { "base64", "raw-in-base64-out", NULL };

/* In the AWS CLI's order, which its messages show; gwtape's own follow and cannot be abbreviated. */
const struct gwt_arg_option gwt_aws_global_options[] = {
	[OPT_DEBUG] = { "--debug", GWT_ARG_FLAG },
	[OPT_ENDPOINT_URL] = { "--endpoint-url", GWT_ARG_VALUE },
	[OPT_NO_VERIFY_SSL] = { "--no-verify-ssl", GWT_ARG_FLAG },
	[OPT_NO_PAGINATE] = { "--no-paginate", GWT_ARG_FLAG },
	[OPT_OUTPUT] = { "--output", GWT_ARG_VALUE, outputs },
	[OPT_QUERY] = { "--query", GWT_ARG_VALUE },
	[OPT_PROFILE] = { "--profile", GWT_ARG_VALUE },
	[OPT_REGION] = { "--region", GWT_ARG_VALUE },
	[OPT_VERSION] = { "--version", GWT_ARG_STOP },
	[OPT_COLOR] = { "--color", GWT_ARG_VALUE, colors },
	[OPT_NO_SIGN_REQUEST] = { "--no-sign-request", GWT_ARG_FLAG },
	[OPT_CA_BUNDLE] = { "--ca-bundle", GWT_ARG_VALUE },
	[OPT_READ_TIMEOUT] = { "--cli-read-timeout", GWT_ARG_VALUE },
	[OPT_CONNECT_TIMEOUT] = { "--cli-connect-timeout", GWT_ARG_VALUE },
	[OPT_BINARY_FORMAT] = { "--cli-binary-format", GWT_ARG_VALUE, binary_formats },
	[OPT_NO_PAGER] = { "--no-cli-pager", GWT_ARG_FLAG },
	[OPT_AUTO_PROMPT] = { "--cli-auto-prompt", GWT_ARG_FLAG },
	[OPT_NO_AUTO_PROMPT] = { "--no-cli-auto-prompt", GWT_ARG_FLAG },
	[OPT_RECORD] = { "--record", GWT_ARG_VALUE, .whole = true },
	[OPT_CHECK] = { "--check", GWT_ARG_OPTIONAL, NULL, "", .whole = true },
	[OPT_PRINT_REQUEST] = { "--print-request", GWT_ARG_FLAG, .whole = true },
	[OPT_END] = { NULL },
};

static bool compile_query(struct gwt_aws_globals *globals, struct gwt_aws_failure *failure)
{
	struct gwt_span message;

	if (!globals->query_text.ptr)
		return true;
	globals->query = gwt_jmespath_compile(failure->arena, globals->query_text, &message);
	if (globals->query)
		return true;
	return gwt_aws_fail(failure, GWT_AWS_PARAM, "Bad value for --query " GWT_SPAN_FMT ": " GWT_SPAN_FMT,
			    GWT_SPAN_ARG(globals->query_text), GWT_SPAN_ARG(message));
}

static bool check_endpoint(const struct gwt_aws_globals *globals, struct gwt_aws_failure *failure)
{
	struct gwt_aws_url url;

	if (!globals->endpoint_url.ptr)
		return true;
	if (!gwt_aws_url_split(globals->endpoint_url, &url, failure))
		return false;
	if (url.scheme.len)
		return true;
	return gwt_aws_fail(failure, GWT_AWS_PARAM,
			    "Bad value for --endpoint-url \"" GWT_SPAN_FMT
			    "\": scheme is missing.  Must be of the form "
			    "http://<hostname>/ or https://<hostname>/",
			    GWT_SPAN_ARG(gwt_aws_url_shown(failure->arena, globals->endpoint_url)));
}

static bool read_timeout(const struct gwt_arg_value *value, struct gwt_span *out,
			 struct gwt_aws_failure *failure)
{
	struct gwt_span message;

	*out = GWT_SPAN("60");
	if (!value->given || gwt_py_int(failure->arena, value->text, out, &message))
		return true;
	return gwt_aws_fail_text(failure, GWT_AWS_GENERAL, message);
}

/* Check gwtape's own options, which may exclude one another; options of the AWS CLI never do. */
static bool check_own(const struct gwt_aws_globals *globals, struct gwt_aws_failure *failure)
{
	return !globals->record.ptr || !(globals->check || globals->print_request) ||
	       gwt_aws_fail(failure, GWT_AWS_PARAM,
			    "--record makes the call, and --check and --print-request do not");
}

static struct gwt_span text_of(const struct gwt_arg_result *parsed, int option)
{
	return parsed->values[option].given ? parsed->values[option].text : (struct gwt_span){ 0 };
}

static void take_values(const struct gwt_arg_result *parsed, struct gwt_aws_globals *out)
{
	out->endpoint_url = text_of(parsed, OPT_ENDPOINT_URL);
	out->output = text_of(parsed, OPT_OUTPUT);
	out->query_text = text_of(parsed, OPT_QUERY);
	out->profile = text_of(parsed, OPT_PROFILE);
	out->region = text_of(parsed, OPT_REGION);
	out->ca_bundle = text_of(parsed, OPT_CA_BUNDLE);
	out->color = parsed->values[OPT_COLOR].given ? text_of(parsed, OPT_COLOR) : GWT_SPAN("auto");
	out->binary_format = text_of(parsed, OPT_BINARY_FORMAT);
	out->debug = parsed->values[OPT_DEBUG].given;
	out->no_verify_ssl = parsed->values[OPT_NO_VERIFY_SSL].given;
	out->no_sign_request = parsed->values[OPT_NO_SIGN_REQUEST].given;
	out->no_pager = parsed->values[OPT_NO_PAGER].given;
	out->record = text_of(parsed, OPT_RECORD);
	out->check = parsed->values[OPT_CHECK].given;
	out->check_source = text_of(parsed, OPT_CHECK);
	out->print_request = parsed->values[OPT_PRINT_REQUEST].given;
	out->command = parsed->positional;
	out->rest = parsed->rest;
}

bool gwt_aws_globals_parse(const struct gwt_words_list *words, const char *const *commands,
			   struct gwt_aws_globals *out, struct gwt_aws_failure *failure)
{
	struct gwt_arg_parser parser = {
		.usage = gwt_aws_usage,
		.options = gwt_aws_global_options,
		.positional = "command",
		.choices = commands,
	};
	struct gwt_arg_result parsed;

	*out = (struct gwt_aws_globals){ 0 };
	if (!gwt_arg_parse(&parser, words, &parsed, failure))
		return false;
	out->version = parsed.stop != NULL;
	if (out->version)
		return true;
	take_values(&parsed, out);
	return check_own(out, failure) && compile_query(out, failure) && check_endpoint(out, failure) &&
	       read_timeout(&parsed.values[OPT_READ_TIMEOUT], &out->read_timeout, failure) &&
	       read_timeout(&parsed.values[OPT_CONNECT_TIMEOUT], &out->connect_timeout, failure);
}
