#include "cli/child_env.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/awsconf/foreign.h"
#include "lib/base/span.h"
#include "replayer/secrets.h"

extern char **environ;

/* One variable: fixed text, or taken from the settings at `offset`; with neither, it is removed. */
struct variable {
	const char *name, *text;
	size_t offset;
};

#define FROM(member) NULL, offsetof(struct gwt_child_settings, member)
#define REMOVED      NULL, SIZE_MAX

static const struct variable variables[] = {
	{ "GWTAPE_ENDPOINT", FROM(endpoint) },
	{ "AWS_ENDPOINT_URL", FROM(endpoint) },
	{ "AWS_ENDPOINT_URL_API_GATEWAY", FROM(endpoint) },
	{ "AWS_ACCESS_KEY_ID", GWT_DUMMY_ACCESS_KEY_ID, 0 },
	{ "AWS_SECRET_ACCESS_KEY", GWT_DUMMY_SECRET_KEY, 0 },
	{ "AWS_REGION", FROM(region) },
	{ "AWS_DEFAULT_REGION", FROM(region) },
	{ "AWS_EC2_METADATA_DISABLED", "true", 0 },
	{ "AWS_CONFIG_FILE", FROM(empty_file) },
	{ "AWS_SHARED_CREDENTIALS_FILE", FROM(empty_file) },
	{ "NO_PROXY", "127.0.0.1,localhost,::1", 0 },
	{ "no_proxy", "127.0.0.1,localhost,::1", 0 },
	{ "HTTPS_PROXY", FROM(proxy) },
	{ "https_proxy", FROM(proxy) },
	{ "HTTP_PROXY", FROM(proxy) },
	{ "http_proxy", FROM(proxy) },
	{ "AWS_CA_BUNDLE", FROM(ca_bundle) },
	{ "NODE_EXTRA_CA_CERTS", FROM(ca_bundle) },
	{ "SSL_CERT_FILE", FROM(ca_bundle) },
	{ "REQUESTS_CA_BUNDLE", FROM(ca_bundle) },
	{ "CURL_CA_BUNDLE", FROM(ca_bundle) }, /* where it is set, curl ignores the others */
	{ "ALL_PROXY", REMOVED },
	{ "all_proxy", REMOVED },
	{ "GWTAPE_REDACT", REMOVED },   /* texts that the user wants nobody to see */
	{ "GWTAPE_UPSTREAM", REMOVED }, /* a URL, which may hold a password */
};

static const char *value_of(const struct variable *variable, const struct gwt_child_settings *settings)
{
	if (variable->text || variable->offset == SIZE_MAX)
		return variable->text;
	return *(const char *const *)((const char *)settings + variable->offset);
}

static bool is_ours(struct gwt_span name)
{
	for (size_t i = 0; i < GWT_LEN(variables); i++)
		if (gwt_span_is(name, variables[i].name))
			return true;
	return false;
}

static bool is_inherited(const char *entry)
{
	struct gwt_span value = gwt_span_of(entry), name = gwt_span_cut(&value, '=');

	return !is_ours(name) && gwt_env_is_harmless(entry);
}

char **gwt_child_environment(struct gwt_arena *arena, const struct gwt_child_settings *settings)
{
	size_t count = 0, len = 0;
	char **out;

	while (environ[count])
		count++;
	out = gwt_arena_array(arena, char *, count + GWT_LEN(variables) + 1);
	for (size_t i = 0; i < count; i++)
		if (is_inherited(environ[i]))
			out[len++] = environ[i];
	for (size_t i = 0; i < GWT_LEN(variables); i++) {
		const char *value = value_of(&variables[i], settings);

		if (value)
			out[len++] = gwt_arena_cstr(
				arena, gwt_arena_printf(arena, "%s=%s", variables[i].name, value));
	}
	return out;
}

gwt_status gwt_empty_file_make(char path[GWT_EMPTY_FILE_BYTES], struct gwt_error *err)
{
	int fd;

	snprintf(path, GWT_EMPTY_FILE_BYTES, "/tmp/gwtape-empty-XXXXXX");
	fd = mkostemp(path, O_CLOEXEC);
	if (fd < 0) {
		path[0] = '\0';
		return gwt_fail(err, GWT_EIO, "cannot make a temporary file in '/tmp'");
	}
	close(fd);
	return GWT_OK;
}
