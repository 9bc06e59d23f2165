#include "lib/awsconf/config.h"

#include <stdlib.h>

#include "lib/awsconf/ini.h"
#include "lib/awsconf/path.h"
#include "lib/awsconf/words.h"
#include "lib/base/span.h"

struct profile {
	struct gwt_span name;
	const struct gwt_ini_section *section;
};

struct gwt_aws_config {
	struct gwt_arena arena; /* holds secrets: wiped */
	const char *profile;
	bool profile_given;
	struct gwt_ini files[2];  /* by enum gwt_aws_file */
	struct profile *profiles; /* of the config file; the last of one name */
	size_t len, cap;
	struct gwt_span *names; /* of all profiles */
	size_t names_len, names_cap;
	const struct gwt_ini_section *chosen[2]; /* the profile's sections; NULL where a file has none */
};

/* A variable with an empty value counts as not set. */
static const char *env(const char *name)
{
	const char *value = getenv(name);

	return value && value[0] ? value : NULL;
}

/* NAME of a section "kind NAME", the name quoted as in a shell; absent for any other section. */
static struct gwt_span name_of_kind(struct gwt_arena *arena, struct gwt_span section, struct gwt_span kind)
{
	struct gwt_shell_words words;

	if (!gwt_span_starts(section, kind) || !gwt_shell_split(arena, section, &words) || words.len != 2)
		return GWT_ABSENT;
	return words.items[1];
}

static struct gwt_span profile_name(struct gwt_arena *arena, struct gwt_span section)
{
	return gwt_span_is(section, "default") ? section : name_of_kind(arena, section, GWT_SPAN("profile"));
}

struct gwt_aws_config *gwt_aws_config_new(void)
{
	struct gwt_aws_config *config = gwt_xcalloc(1, sizeof(*config));

	config->profile = "default";
	return config;
}

static void add_name(struct gwt_aws_config *config, struct gwt_span name)
{
	for (size_t i = 0; i < config->names_len; i++)
		if (gwt_span_eq(config->names[i], name))
			return;
	GWT_GROW(&config->arena, config->names, config->names_len, config->names_cap);
	config->names[config->names_len++] = name;
}

static struct profile *find_profile(const struct gwt_aws_config *config, struct gwt_span name)
{
	for (size_t i = 0; i < config->len; i++)
		if (gwt_span_eq(config->profiles[i].name, name))
			return &config->profiles[i];
	return NULL;
}

/* The last of several spellings of one name wins, as in botocore. */
static void add_profile(struct gwt_aws_config *config, const struct gwt_ini_section *section)
{
	struct gwt_span name = profile_name(&config->arena, section->name);
	struct profile *profile = name.ptr ? find_profile(config, name) : NULL;

	if (!name.ptr)
		return;
	add_name(config, name);
	if (!profile) {
		GWT_GROW(&config->arena, config->profiles, config->len, config->cap);
		profile = &config->profiles[config->len++];
	}
	*profile = (struct profile){ name, section };
}

gwt_status gwt_aws_config_add(struct gwt_aws_config *config, enum gwt_aws_file file, const char *path,
			      unsigned ini_flags, struct gwt_error *err)
{
	struct gwt_ini *ini = &config->files[file];
	gwt_status status = gwt_ini_read(&config->arena, path, ini_flags, ini, err);

	if (status != GWT_OK)
		return status;
	for (size_t i = 0; i < ini->len; i++) {
		if (file == GWT_AWS_CONFIG_FILE)
			add_profile(config, ini->sections[i]);
		else
			add_name(config, ini->sections[i]->name);
	}
	return GWT_OK;
}

bool gwt_aws_config_choose(struct gwt_aws_config *config, struct gwt_span name, bool given)
{
	struct profile *profile = find_profile(config, name);

	config->profile_given = given;
	config->profile = gwt_arena_cstr(&config->arena, name);
	config->chosen[GWT_AWS_CONFIG_FILE] = profile ? profile->section : NULL;
	config->chosen[GWT_AWS_CREDENTIALS_FILE] =
		gwt_ini_section(&config->files[GWT_AWS_CREDENTIALS_FILE], name);
	return profile || config->chosen[GWT_AWS_CREDENTIALS_FILE];
}

struct gwt_span gwt_aws_config_keep(struct gwt_aws_config *config, struct gwt_span secret)
{
	return gwt_arena_copy(&config->arena, secret);
}

size_t gwt_aws_config_profiles(const struct gwt_aws_config *config, const struct gwt_span **names)
{
	*names = config->names;
	return config->names_len;
}

static gwt_status add_file(struct gwt_aws_config *config, enum gwt_aws_file file, const char *variable,
			   const char *usual, struct gwt_error *err)
{
	struct gwt_arena *arena = &config->arena;
	struct gwt_span path = gwt_span_of(env(variable) ? env(variable) : usual);

	path = gwt_path_expand_user(arena, gwt_path_expand_vars(arena, path));
	return gwt_aws_config_add(config, file, gwt_arena_cstr(arena, path), GWT_INI_GROUPS | GWT_INI_NO_NUL,
				  err);
}

static gwt_status choose_profile(struct gwt_aws_config *config, const char *given, struct gwt_error *err)
{
	const char *named = given ? given : env("AWS_PROFILE");

	if (!named)
		named = env("AWS_DEFAULT_PROFILE");
	if (gwt_aws_config_choose(config, gwt_span_of(named ? named : "default"), given != NULL) || !named)
		return GWT_OK;
	return gwt_fail(err, GWT_EUSAGE,
			"profile '%s' is neither in the AWS config file nor in the credentials file", named);
}

gwt_status gwt_aws_config_load(const char *profile, struct gwt_aws_config **out, struct gwt_error *err)
{
	struct gwt_aws_config *config = gwt_aws_config_new();
	gwt_status status = add_file(config, GWT_AWS_CONFIG_FILE, "AWS_CONFIG_FILE", "~/.aws/config", err);

	if (status == GWT_OK)
		status = add_file(config, GWT_AWS_CREDENTIALS_FILE, "AWS_SHARED_CREDENTIALS_FILE",
				  "~/.aws/credentials", err);
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

const struct gwt_ini_option *gwt_aws_config_option(const struct gwt_aws_config *config, const char *name)
{
	const struct gwt_ini_option *option =
		gwt_ini_option(config->chosen[GWT_AWS_CREDENTIALS_FILE], gwt_span_of(name));

	return option ? option : gwt_ini_option(config->chosen[GWT_AWS_CONFIG_FILE], gwt_span_of(name));
}

struct gwt_span gwt_aws_config_find(const struct gwt_aws_config *config, const char *name)
{
	const struct gwt_ini_option *option = gwt_aws_config_option(config, name);

	return option && !gwt_ini_is_group(option) ? option->value : GWT_ABSENT;
}

struct gwt_span gwt_aws_config_find_from(const struct gwt_aws_config *config, enum gwt_aws_file file,
					 const char *name)
{
	return gwt_ini_get(config->chosen[file], gwt_span_of(name));
}

const char *gwt_aws_config_get(const struct gwt_aws_config *config, const char *name)
{
	return gwt_aws_config_find(config, name).ptr;
}

gwt_status gwt_aws_config_find_service(const struct gwt_aws_config *config, const char *service,
				       const char *name, struct gwt_span *out, struct gwt_error *err)
{
	const struct gwt_ini *ini = &config->files[GWT_AWS_CONFIG_FILE];
	struct gwt_span services = gwt_aws_config_find(config, "services");
	const struct gwt_ini_section *section = NULL;
	gwt_auto(gwt_arena_wipe) struct gwt_arena scratch = { 0 };

	*out = GWT_ABSENT;
	if (services.len == 0)
		return GWT_OK;
	for (size_t i = 0; i < ini->len; i++)
		if (gwt_span_eq(name_of_kind(&scratch, ini->sections[i]->name, GWT_SPAN("services")),
				services))
			section = ini->sections[i];
	if (!section)
		return gwt_fail(err, GWT_EUSAGE,
				"profile '%s' names 'services' that the AWS config file has no section for",
				config->profile);
	*out = gwt_ini_get_in(section, gwt_span_of(service), gwt_span_of(name));
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
	static const char *const variables[] = { "AWS_REGION", "AWS_DEFAULT_REGION" };
	const char *region = given, *source = "--region";

	for (size_t i = 0; i < GWT_LEN(variables) && !region; i++) {
		source = variables[i];
		region = env(source);
	}
	if (!region) {
		source = "'region' of the profile";
		region = gwt_aws_config_get(config, "region");
	}
	if (!region)
		return gwt_fail(err, GWT_EUSAGE,
				"no region: give --region, set AWS_REGION, or put 'region' into profile '%s'",
				config->profile);
	if (region == given && !is_region(region))
		return gwt_fail(err, GWT_EUSAGE, "'%s' is not the name of a region", region);
	if (!is_region(region))
		return gwt_fail(err, GWT_EUSAGE, "%s is not the name of a region", source);
	*out = region;
	return GWT_OK;
}

const char *gwt_aws_config_ca_bundle(const struct gwt_aws_config *config)
{
	const char *path = env("AWS_CA_BUNDLE");

	return path ? path : gwt_aws_config_get(config, "ca_bundle");
}
