/*
 * settings.h - settings of a command: environment, config file, credentials file.
 *
 * Read once at start. A setting is looked up in the order of the AWS CLI: what the
 * command line said, environment variables, the profile. A profile that does not
 * exist is an error only where something is looked up in it.
 */
#ifndef GWT_AWSCLI_SETTINGS_H
#define GWT_AWSCLI_SETTINGS_H

#include "awscli/failure.h"
#include "lib/json/json.h"
#include "lib/sigv4/sigv4.h"

struct gwt_aws_settings {
	struct gwt_arena *arena;
	struct gwt_json *config_profiles; /* of the config file alone */
	struct gwt_json *credentials;     /* sections of the credentials file; NULL when it is absent */
	struct gwt_json *profiles;        /* both, merged */
	struct gwt_json *others;          /* sections that are not profiles: [services x] */
	struct gwt_span profile;          /* --profile; absent or empty: not given */
};

/* GWT_AWS_GENERAL for a file that cannot be parsed. */
bool gwt_aws_settings_load(struct gwt_aws_settings *settings, struct gwt_aws_failure *failure);
/* Name of the profile in force; absent when none is chosen. */
struct gwt_span gwt_aws_settings_profile_name(const struct gwt_aws_settings *settings);
/* The profile in force, NULL when none is chosen and there is no default; fails for a missing one. */
bool gwt_aws_settings_profile(const struct gwt_aws_settings *settings, struct gwt_json **out,
			      struct gwt_aws_failure *failure);

/* A setting: its environment variables (NULL-ended) and its name in a profile. */
struct gwt_aws_setting {
	const char *env[3];
	const char *name;
};
extern const struct gwt_aws_setting gwt_aws_region, gwt_aws_output, gwt_aws_auto_prompt, gwt_aws_ca_bundle,
	gwt_aws_retry_mode, gwt_aws_max_attempts, gwt_aws_use_fips, gwt_aws_use_dualstack, gwt_aws_pager,
	gwt_aws_pager_env;

/* Its value; absent when it is not set. */
bool gwt_aws_settings_get(const struct gwt_aws_settings *settings, const struct gwt_aws_setting *setting,
			  struct gwt_span *out, struct gwt_aws_failure *failure);

/*
 * Endpoint of the service from AWS_ENDPOINT_URL_API_GATEWAY, AWS_ENDPOINT_URL, [services NAME] and the
 * profile, unless AWS_IGNORE_CONFIGURED_ENDPOINT_URLS; absent when there is none.
 */
bool gwt_aws_settings_endpoint(const struct gwt_aws_settings *settings, struct gwt_span *out,
			       struct gwt_aws_failure *failure);

/*
 * The credentials of the chain: environment (not with --profile), credentials file, credential_process,
 * config file. access_key_id is absent when there are none. Half a pair and a failing process are errors.
 * *expires is when they stop working, 0 where nothing says so.
 */
bool gwt_aws_credentials_find(const struct gwt_aws_settings *settings, struct gwt_credentials *out,
			      int64_t *expires, struct gwt_aws_failure *failure);

#endif
