#include "lib/awsconf/foreign.h"

#include "lib/base/error.h"
#include "lib/base/span.h"

/* Prefixes of variables that carry or find credentials: AWS's SDKs, Ruby's and older, Ansible, boto 2. */
static const struct gwt_span families[] = {
	GWT_SPAN_INIT("AWS_"),
	GWT_SPAN_INIT("AMAZON_"),
	GWT_SPAN_INIT("EC2_"),
	GWT_SPAN_INIT("BOTO_"),
};

/*
 * The user's AWS_* variables that stay: they control how a client behaves. All others are removed, also those
 * that are not known yet: SDKs keep adding ways to carry or find credentials.
 */
static const char *const kept[] = {
	"AWS_CLI_AUTO_PROMPT",
	"AWS_CLI_FILE_ENCODING",
	"AWS_DATA_PATH",
	"AWS_DEFAULTS_MODE",
	"AWS_DEFAULT_OUTPUT",
	"AWS_DISABLE_REQUEST_COMPRESSION",
	"AWS_ENABLE_ENDPOINT_DISCOVERY",
	"AWS_ENDPOINT_DISCOVERY_ENABLED",
	"AWS_EXECUTION_ENV",
	"AWS_MAX_ATTEMPTS",
	"AWS_NODEJS_CONNECTION_REUSE_ENABLED",
	"AWS_PAGER",
	"AWS_REQUEST_CHECKSUM_CALCULATION",
	"AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES",
	"AWS_RESPONSE_CHECKSUM_VALIDATION",
	"AWS_RETRY_MODE",
	"AWS_SDK_LOAD_CONFIG",
	"AWS_SDK_UA_APP_ID",
	"AWS_STS_REGIONAL_ENDPOINTS",
};

/*
 * The endpoint of another service, such as an emulator that the tests use. One with a user or a query is
 * removed, since either may hold a password.
 */
static bool is_plain_endpoint(struct gwt_span name, struct gwt_span value)
{
	return gwt_span_starts(name, GWT_SPAN("AWS_ENDPOINT_URL_")) &&
	       gwt_span_find(value, '@') == value.len && gwt_span_find(value, '?') == value.len;
}

static bool is_of_family(struct gwt_span name)
{
	for (size_t i = 0; i < GWT_LEN(families); i++)
		if (gwt_span_iis(gwt_span_slice(name, 0, families[i].len), families[i].ptr))
			return true;
	return false;
}

bool gwt_env_is_harmless(const char *entry)
{
	struct gwt_span value = gwt_span_of(entry), name = gwt_span_cut(&value, '=');

	for (size_t i = 0; i < GWT_LEN(kept); i++)
		if (gwt_span_is(name, kept[i]))
			return true;
	return !is_of_family(name) || is_plain_endpoint(name, value);
}
