#include "lib/awsconf/config.h"

#include <stdlib.h>

#include "lib/awsconf/ini.h"

struct gwt_aws_config {
	struct gwt_arena arena; /* holds secrets: wiped */
	const char *profile;
	bool profile_given;
	struct gwt_ini config, credentials;
	const struct gwt_ini_section *in_config, *in_credentials; /* the profile's; NULL where it has none */
};

/* A variable that is set to nothing is not set. */
static const char *env(const char *name)
{
	const char *value = getenv(name);

	return value && value[0] ? value : NULL;
}

/* "NAME" of a section "kind NAME"; false when it is another kind of section. */
static bool has_kind(struct gwt_arena *arena, const char *section, const char *kind, const char **name)
{
	size_t count;
	char **words;

	if (strncmp(section, kind, strlen(kind)) != 0 ||
	    !gwt_shell_split(arena, gwt_span_of(section), &words, &count) || count != 2)
		return false;
	*name = words[1];
	return true;
}

/* The last of several spellings of one name wins, as in botocore. */
static const struct gwt_ini_section *find_kind(struct gwt_arena *arena, const struct gwt_ini *ini,
					       const char *kind, const char *want)
{
	const struct gwt_ini_section *found = NULL;
	const char *name;

	for (size_t i = 0; i < ini->len; i++)
		if (has_kind(arena, ini->sections[i]->name, kind, &name) && strcmp(name, want) == 0)
			found = ini->sections[i];
	return found;
}

static const struct gwt_ini_section *find_profile(struct gwt_arena *arena, const struct gwt_ini *ini,
						  const char *want)
{
	const struct gwt_ini_section *found = NULL;
	const char *name;

	for (size_t i = 0; i < ini->len; i++) {
		const char *section = ini->sections[i]->name;

		if ((strcmp(section, "default") == 0 && strcmp(want, "default") == 0) ||
		    (has_kind(arena, section, "profile", &name) && strcmp(name, want) == 0))
			found = ini->sections[i];
	}
	return found;
}

static gwt_status read_files(struct gwt_aws_config *config, struct gwt_error *err)
{
	const char *path = env("AWS_CONFIG_FILE"), *secrets = env("AWS_SHARED_CREDENTIALS_FILE");
	gwt_status status = gwt_ini_read(&config->arena, path ? path : "~/.aws/config", &config->config, err);

	if (status != GWT_OK)
		return status;
	return gwt_ini_read(&config->arena, secrets ? secrets : "~/.aws/credentials", &config->credentials,
			    err);
}

static gwt_status choose_profile(struct gwt_aws_config *config, const char *given, struct gwt_error *err)
{
	const char *named = given ? given : env("AWS_PROFILE");

	if (!named)
		named = env("AWS_DEFAULT_PROFILE");
	config->profile_given = given != NULL;
	config->profile = gwt_arena_cstr(&config->arena, gwt_span_of(named ? named : "default"));
	config->in_config = find_profile(&config->arena, &config->config, config->profile);
	config->in_credentials = gwt_ini_section(&config->credentials, config->profile);
	if (named && !config->in_config && !config->in_credentials)
		return gwt_fail(err, GWT_EUSAGE,
				"profile '%s' is neither in the AWS config file nor in the credentials file",
				named);
	return GWT_OK;
}

gwt_status gwt_aws_config_load(const char *profile, struct gwt_aws_config **out, struct gwt_error *err)
{
	struct gwt_aws_config *config = gwt_xcalloc(1, sizeof(*config));
	gwt_status status = read_files(config, err);

	if (status == GWT_OK)
		status = choose_profile(config, profile, err);
	if (status == GWT_OK)
		*out = config;
	else
		gwt_aws_config_free(config);
	return status;
}

void gwt_aws_config_free(struct gwt_aws_config *config)
{
	if (!config)
		return;
	gwt_arena_wipe(&config->arena);
	free(config);
}

const char *gwt_aws_config_profile(const struct gwt_aws_config *config)
{
	return config->profile;
}

bool gwt_aws_config_profile_given(const struct gwt_aws_config *config)
{
	return config->profile_given;
}

const char *gwt_aws_config_get(const struct gwt_aws_config *config, const char *name)
{
	const char *value = gwt_ini_get(config->in_credentials, name);

	return value ? value : gwt_ini_get(config->in_config, name);
}

const char *gwt_aws_config_get_from(const struct gwt_aws_config *config, enum gwt_aws_file file,
				    const char *name)
{
	return gwt_ini_get(file == GWT_AWS_CREDENTIALS_FILE ? config->in_credentials : config->in_config,
			   name);
}

const char *gwt_aws_config_get_in(struct gwt_aws_config *config, const char *group, const char *name)
{
	const char *value = gwt_ini_get_in(&config->arena, config->in_credentials, group, name);

	return value ? value : gwt_ini_get_in(&config->arena, config->in_config, group, name);
}

gwt_status gwt_aws_config_get_service(struct gwt_aws_config *config, const char *service, const char *name,
				      const char **out, struct gwt_error *err)
{
	const char *services = gwt_aws_config_get(config, "services");
	const struct gwt_ini_section *section;

	*out = NULL;
	if (!services)
		return GWT_OK;
	section = find_kind(&config->arena, &config->config, "services", services);
	if (!section)
		return gwt_fail(
			err, GWT_EUSAGE,
			"profile '%s' names services '%s', and the AWS config file has no such section",
			config->profile, services);
	*out = gwt_ini_get_in(&config->arena, section, service, name);
	return GWT_OK;
}

/* botocore's rule: letters, digits and '-', not at an end, at most 63, not digits alone. */
static bool is_region(const char *s)
{
	size_t len = strlen(s);

	return len > 0 && len <= 63 && s[0] != '-' && s[len - 1] != '-' && strspn(s, "0123456789") != len &&
	       strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") == len;
}

gwt_status gwt_aws_config_region(const struct gwt_aws_config *config, const char *given, const char **out,
				 struct gwt_error *err)
{
	const char *region = given;

	if (!region)
		region = env("AWS_REGION");
	if (!region)
		region = env("AWS_DEFAULT_REGION");
	if (!region)
		region = gwt_aws_config_get(config, "region");
	if (!region)
		return gwt_fail(err, GWT_EUSAGE,
				"no region: give --region, set AWS_REGION, or put 'region' into profile '%s'",
				config->profile);
	if (!is_region(region))
		return gwt_fail(err, GWT_EUSAGE, "'%s' is not the name of a region", region);
	*out = region;
	return GWT_OK;
}

const char *gwt_aws_config_ca_bundle(const struct gwt_aws_config *config)
{
	const char *path = env("AWS_CA_BUNDLE");

	return path ? path : gwt_aws_config_get(config, "ca_bundle");
}
