#include "awscli/settings.h"

#include <stdlib.h>

#include "awscli/files.h"
#include "awscli/pyval/unicode.h"
#include "lib/awsconf/config.h"
#include "lib/awsconf/ini.h"
#include "lib/awsconf/path.h"
#include "lib/base/arena.h"
#include "lib/base/error.h"
#include "lib/base/span.h"

const struct gwt_aws_setting gwt_aws_region = { { "AWS_REGION", "AWS_DEFAULT_REGION" }, "region" };
const struct gwt_aws_setting gwt_aws_output = { { "AWS_DEFAULT_OUTPUT" }, "output" };
const struct gwt_aws_setting gwt_aws_auto_prompt = { { "AWS_CLI_AUTO_PROMPT" }, "cli_auto_prompt" };
const struct gwt_aws_setting gwt_aws_ca_bundle = { { "AWS_CA_BUNDLE" }, "ca_bundle" };
const struct gwt_aws_setting gwt_aws_retry_mode = { { "AWS_RETRY_MODE" }, "retry_mode" };
const struct gwt_aws_setting gwt_aws_max_attempts = { { "AWS_MAX_ATTEMPTS" }, "max_attempts" };
const struct gwt_aws_setting gwt_aws_use_fips = { { "AWS_USE_FIPS_ENDPOINT" }, "use_fips_endpoint" };
const struct gwt_aws_setting gwt_aws_use_dualstack = { { "AWS_USE_DUALSTACK_ENDPOINT" },
						       "use_dualstack_endpoint" };
/* two settings, since the profile's cli_pager comes between the two variables */
const struct gwt_aws_setting gwt_aws_pager = { { "AWS_PAGER" }, "cli_pager" };
const struct gwt_aws_setting gwt_aws_pager_env = { { "PAGER" }, NULL };

static struct gwt_span path_from(struct gwt_arena *arena, const char *variable, const char *otherwise)
{
	struct gwt_span path = gwt_span_of(getenv(variable));

	return gwt_path_expand_user(arena,
				    gwt_path_expand_vars(arena, path.ptr ? path : gwt_span_of(otherwise)));
}

/* A file that cannot be opened counts as empty. */
static bool read_file(struct gwt_aws_settings *settings, enum gwt_aws_file file, const char *variable,
		      const char *otherwise, struct gwt_aws_failure *failure)
{
	struct gwt_span path = path_from(settings->arena, variable, otherwise);
	gwt_status status = gwt_aws_config_add(settings->config, file, gwt_arena_cstr(settings->arena, path),
					       GWT_INI_GROUPS, NULL);

	return status == GWT_OK || status == GWT_EIO ||
	       gwt_aws_fail(failure, GWT_AWS_GENERAL, "Unable to parse config file: " GWT_SPAN_FMT,
			    GWT_SPAN_ARG(gwt_py_fsdecode(settings->arena, path)));
}

bool gwt_aws_settings_load(struct gwt_aws_settings *settings, struct gwt_aws_failure *failure)
{
	settings->arena = failure->arena;
	settings->config = gwt_aws_config_new();
	return read_file(settings, GWT_AWS_CONFIG_FILE, "AWS_CONFIG_FILE", "~/.aws/config", failure) &&
	       read_file(settings, GWT_AWS_CREDENTIALS_FILE, "AWS_SHARED_CREDENTIALS_FILE",
			 "~/.aws/credentials", failure);
}

void gwt_aws_settings_release(struct gwt_aws_settings *settings)
{
	gwt_aws_config_free(settings->config);
	settings->config = NULL;
}

struct gwt_span gwt_aws_settings_profile_name(const struct gwt_aws_settings *settings)
{
	struct gwt_span name = settings->profile;

	if (name.len == 0)
		name = gwt_aws_env(settings->arena, "AWS_PROFILE");
	if (!name.ptr)
		name = gwt_aws_env(settings->arena, "AWS_DEFAULT_PROFILE");
	return name;
}

/* Choose the profile anew for each setting: --profile is known only after the first settings were read. */
static bool choose(const struct gwt_aws_settings *settings, struct gwt_span *name)
{
	*name = gwt_aws_settings_profile_name(settings);
	return gwt_aws_config_choose(settings->config, name->len ? *name : GWT_SPAN("default"),
				     settings->profile.len > 0) &&
	       (name->len > 0 || !name->ptr);
}

struct gwt_aws_config *gwt_aws_settings_config(const struct gwt_aws_settings *settings)
{
	struct gwt_span name;

	choose(settings, &name);
	return settings->config;
}

bool gwt_aws_settings_profile(const struct gwt_aws_settings *settings, struct gwt_aws_failure *failure)
{
	struct gwt_span name;

	if (choose(settings, &name) || !name.ptr)
		return true;
	return gwt_aws_fail(failure, GWT_AWS_GENERAL,
			    "The config profile (" GWT_SPAN_FMT ") could not be found", GWT_SPAN_ARG(name));
}

bool gwt_aws_settings_get(const struct gwt_aws_settings *settings, const struct gwt_aws_setting *setting,
			  struct gwt_span *out, struct gwt_aws_failure *failure)
{
	for (size_t i = 0; setting->env[i]; i++) {
		*out = gwt_aws_env(settings->arena, setting->env[i]);
		if (out->ptr)
			return true;
	}
	if (!setting->name)
		return true;
	if (!gwt_aws_settings_profile(settings, failure))
		return false;
	*out = gwt_aws_config_find(settings->config, setting->name);
	return true;
}

/* A block of lines as an object, as Python reads it. */
static struct gwt_json *block_of(struct gwt_arena *arena, struct gwt_span rest)
{
	struct gwt_json *block = gwt_json_new(arena, GWT_JSON_OBJECT);
	struct gwt_ini_option line;

	while (gwt_ini_group_next(&rest, &line))
		gwt_json_set(arena, block, line.name, gwt_json_new_string(arena, line.value));
	return block;
}

struct gwt_json *gwt_aws_settings_value(const struct gwt_aws_settings *settings, const char *name)
{
	const struct gwt_ini_option *option = gwt_aws_config_option(gwt_aws_settings_config(settings), name);

	if (!option)
		return NULL;
	return gwt_ini_is_group(option) ? block_of(settings->arena, option->value)
					: gwt_json_new_string(settings->arena, option->value);
}

static bool is_true(struct gwt_span text)
{
	return text.ptr && gwt_span_iis(text, "true");
}

bool gwt_aws_settings_endpoint(const struct gwt_aws_settings *settings, struct gwt_span *out,
			       struct gwt_aws_failure *failure)
{
	static const struct gwt_aws_setting ignore = { { "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS" },
						       "ignore_configured_endpoint_urls" };
	static const char *const variables[] = { "AWS_ENDPOINT_URL_API_GATEWAY", "AWS_ENDPOINT_URL" };
	struct gwt_span ignored;

	*out = (struct gwt_span){ 0 };
	if (!gwt_aws_settings_get(settings, &ignore, &ignored, failure))
		return false;
	if (is_true(ignored))
		return true;
	for (size_t i = 0; i < GWT_LEN(variables) && out->len == 0; i++)
		*out = gwt_aws_env(settings->arena, variables[i]);
	if (out->len > 0)
		return true;
	if (!gwt_aws_settings_profile(settings, failure))
		return false;
	/* a missing section of services has no endpoint; it is not an error */
	gwt_aws_config_find_service(settings->config, "api_gateway", "endpoint_url", out, NULL);
	if (!out->ptr)
		*out = gwt_aws_config_find(settings->config, "endpoint_url");
	return true;
}
