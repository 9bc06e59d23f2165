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
#include "lib/awsconf/credentials.h"
#include "lib/json/json.h"

struct gwt_aws_settings {
	struct gwt_arena *arena;
	struct gwt_aws_config *config; /* owned; holds secrets */
	struct gwt_span profile;       /* --profile; absent or empty: not given */
};

/* GWT_AWS_GENERAL for a file that cannot be parsed. */
bool gwt_aws_settings_load(struct gwt_aws_settings *settings, struct gwt_aws_failure *failure);
/* Wipes the contents of the files. Takes zeroed settings. */
void gwt_aws_settings_release(struct gwt_aws_settings *settings);
/* Name of the profile in force; absent when none is chosen. */
struct gwt_span gwt_aws_settings_profile_name(const struct gwt_aws_settings *settings);
/* Fails when the chosen profile is in no file. */
bool gwt_aws_settings_profile(const struct gwt_aws_settings *settings, struct gwt_aws_failure *failure);
/* The files with the profile in force chosen; another call with these settings may choose again. */
struct gwt_aws_config *gwt_aws_settings_config(const struct gwt_aws_settings *settings);
/* An option of the profile as Python reads it: a text, or an object for a block; NULL when there is none. */
struct gwt_json *gwt_aws_settings_value(const struct gwt_aws_settings *settings, const char *name);

/* A setting: its environment variables (NULL-ended) and its name in a profile. */
struct gwt_aws_setting {
	const char *env[3];
	const char *name;
};
extern const struct gwt_aws_setting gwt_aws_region, gwt_aws_output, gwt_aws_auto_prompt, gwt_aws_ca_bundle,
	gwt_aws_retry_mode, gwt_aws_max_attempts, gwt_aws_use_fips, gwt_aws_use_dualstack, gwt_aws_pager,
	gwt_aws_pager_env;

/* Value of a setting; absent when it is not set. */
bool gwt_aws_settings_get(const struct gwt_aws_settings *settings, const struct gwt_aws_setting *setting,
			  struct gwt_span *out, struct gwt_aws_failure *failure);

/*
 * Endpoint of the service from AWS_ENDPOINT_URL_API_GATEWAY, AWS_ENDPOINT_URL, [services NAME] and the
 * profile, unless AWS_IGNORE_CONFIGURED_ENDPOINT_URLS; absent when there is none.
 */
bool gwt_aws_settings_endpoint(const struct gwt_aws_settings *settings, struct gwt_span *out,
			       struct gwt_aws_failure *failure);

/*
 * The credentials of the local places (lib/awsconf/credentials.h); access_key_id is absent when there are
 * none. Fails when only half of a pair of keys is given, and when a process fails.
 */
bool gwt_aws_credentials_find(const struct gwt_aws_settings *settings, struct gwt_credential_set *out,
			      struct gwt_aws_failure *failure);

#endif
