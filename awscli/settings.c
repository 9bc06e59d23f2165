#include "awscli/settings.h"

#include <stdlib.h>

#include "awscli/argparse.h"
#include "awscli/files.h"
#include "awscli/pyval/unicode.h"

const struct gwt_aws_setting gwt_aws_region = { { "AWS_REGION", "AWS_DEFAULT_REGION" }, "region" };
const struct gwt_aws_setting gwt_aws_output = { { "AWS_DEFAULT_OUTPUT" }, "output" };
const struct gwt_aws_setting gwt_aws_auto_prompt = { { "AWS_CLI_AUTO_PROMPT" }, "cli_auto_prompt" };
const struct gwt_aws_setting gwt_aws_ca_bundle = { { "AWS_CA_BUNDLE" }, "ca_bundle" };
const struct gwt_aws_setting gwt_aws_retry_mode = { { "AWS_RETRY_MODE" }, "retry_mode" };
const struct gwt_aws_setting gwt_aws_max_attempts = { { "AWS_MAX_ATTEMPTS" }, "max_attempts" };
const struct gwt_aws_setting gwt_aws_use_fips = { { "AWS_USE_FIPS_ENDPOINT" }, "use_fips_endpoint" };
const struct gwt_aws_setting gwt_aws_use_dualstack = { { "AWS_USE_DUALSTACK_ENDPOINT" },
						       "use_dualstack_endpoint" };
/* the profile's comes between the two */
const struct gwt_aws_setting gwt_aws_pager = { { "AWS_PAGER" }, "cli_pager" };
const struct gwt_aws_setting gwt_aws_pager_env = { { "PAGER" }, NULL };

static struct gwt_span path_from(struct gwt_arena *arena, const char *variable, const char *otherwise)
{
	struct gwt_span path = gwt_aws_env(arena, variable);

	return path.ptr ? path : gwt_span_of(otherwise);
}

static bool read_file(struct gwt_aws_settings *settings, struct gwt_span path, struct gwt_json **out,
		      struct gwt_aws_failure *failure)
{
	struct gwt_span expanded =
		gwt_py_expanduser(settings->arena, gwt_py_expandvars(settings->arena, path));

	*out = NULL;
	if (gwt_aws_ini_read(settings->arena, path, true, out) != GWT_INI_BAD)
		return true;
	return gwt_aws_fail(failure, GWT_AWS_GENERAL, "Unable to parse config file: " GWT_SPAN_FMT,
			    GWT_SPAN_ARG(expanded));
}

/* [default] and [profile NAME], the name quoted as in a shell; absent for any other section. */
static struct gwt_span profile_of(struct gwt_arena *arena, struct gwt_span section)
{
	struct gwt_words_list words = { 0 };

	if (gwt_span_is(section, "default"))
		return section;
	if (!gwt_span_starts(section, GWT_SPAN("profile")) || !gwt_py_shlex_split(arena, section, &words) ||
	    words.len != 2)
		return (struct gwt_span){ 0 };
	return words.items[1];
}

static void sort_sections(struct gwt_aws_settings *settings, const struct gwt_json *sections)
{
	for (const struct gwt_json *s = sections ? sections->child : NULL; s; s = s->next) {
		struct gwt_span name = profile_of(settings->arena, s->name);

		if (name.ptr)
			gwt_json_set(settings->arena, settings->config_profiles, name,
				     gwt_json_copy(settings->arena, s));
		else if (!gwt_span_starts(s->name, GWT_SPAN("profile")))
			gwt_json_set(settings->arena, settings->others, s->name,
				     gwt_json_copy(settings->arena, s));
	}
}

/* What the credentials file says of a profile overrides. */
static void merge_credentials(struct gwt_aws_settings *settings)
{
	struct gwt_arena *arena = settings->arena;

	settings->profiles = gwt_json_copy(arena, settings->config_profiles);
	for (const struct gwt_json *s = settings->credentials ? settings->credentials->child : NULL; s;
	     s = s->next) {
		struct gwt_json *profile = gwt_json_get_span(settings->profiles, s->name);

		if (!profile)
			profile = gwt_json_add_span(arena, settings->profiles, s->name,
						    gwt_json_new(arena, GWT_JSON_OBJECT));
		for (const struct gwt_json *option = s->child; option; option = option->next)
			gwt_json_set(arena, profile, option->name, gwt_json_copy(arena, option));
	}
}

bool gwt_aws_settings_load(struct gwt_aws_settings *settings, struct gwt_aws_failure *failure)
{
	struct gwt_json *sections;

	settings->arena = failure->arena;
	settings->config_profiles = gwt_json_new(settings->arena, GWT_JSON_OBJECT);
	settings->others = gwt_json_new(settings->arena, GWT_JSON_OBJECT);
	if (!read_file(settings, path_from(settings->arena, "AWS_CONFIG_FILE", "~/.aws/config"), &sections,
		       failure) ||
	    !read_file(settings,
		       path_from(settings->arena, "AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials"),
		       &settings->credentials, failure))
		return false;
	sort_sections(settings, sections);
	merge_credentials(settings);
	return true;
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

bool gwt_aws_settings_profile(const struct gwt_aws_settings *settings, struct gwt_json **out,
			      struct gwt_aws_failure *failure)
{
	struct gwt_span name = gwt_aws_settings_profile_name(settings);

	*out = gwt_json_get_span(settings->profiles, name.ptr ? name : GWT_SPAN("default"));
	if (*out || !name.ptr)
		return true;
	return gwt_aws_fail(failure, GWT_AWS_GENERAL,
			    "The config profile (" GWT_SPAN_FMT ") could not be found", GWT_SPAN_ARG(name));
}

static struct gwt_span text_of(const struct gwt_json *option)
{
	return gwt_json_is(option, GWT_JSON_STRING) ? option->text : (struct gwt_span){ 0 };
}

bool gwt_aws_settings_get(const struct gwt_aws_settings *settings, const struct gwt_aws_setting *setting,
			  struct gwt_span *out, struct gwt_aws_failure *failure)
{
	struct gwt_json *profile;

	for (size_t i = 0; setting->env[i]; i++) {
		*out = gwt_aws_env(settings->arena, setting->env[i]);
		if (out->ptr)
			return true;
	}
	if (!setting->name)
		return true;
	if (!gwt_aws_settings_profile(settings, &profile, failure))
		return false;
	*out = text_of(gwt_json_get(profile, setting->name));
	return true;
}

/* [services NAME] api_gateway = endpoint_url = URL, NAME from the profile. */
static struct gwt_span endpoint_of_services(const struct gwt_aws_settings *settings,
					    const struct gwt_json *profile)
{
	struct gwt_span name = gwt_json_get_text(profile, "services"), section;

	if (!name.ptr)
		return name;
	section = gwt_arena_printf(settings->arena, "services " GWT_SPAN_FMT, GWT_SPAN_ARG(name));
	return gwt_json_get_text(gwt_json_get(gwt_json_get_span(settings->others, section), "api_gateway"),
				 "endpoint_url");
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
	struct gwt_json *profile;
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
	if (!gwt_aws_settings_profile(settings, &profile, failure))
		return false;
	*out = endpoint_of_services(settings, profile);
	if (!out->ptr)
		*out = gwt_json_get_text(profile, "endpoint_url");
	return true;
}
