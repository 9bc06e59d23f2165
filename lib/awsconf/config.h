/*
 * config.h - the AWS configuration and credentials files.
 *
 * Read by botocore's rules (ini.h). They hold secrets: everything read is wiped when it is freed, and no
 * message quotes a value of theirs.
 */
#ifndef GWT_AWSCONF_CONFIG_H
#define GWT_AWSCONF_CONFIG_H

#include "lib/base/arena.h"
#include "lib/base/error.h"

struct gwt_aws_config;
enum gwt_aws_file { GWT_AWS_CREDENTIALS_FILE, GWT_AWS_CONFIG_FILE };

/*
 * Both files of the user: $AWS_CONFIG_FILE, else ~/.aws/config, and $AWS_SHARED_CREDENTIALS_FILE, else
 * ~/.aws/credentials; a missing file counts as empty. `profile` is what --profile gave, or NULL: then
 * $AWS_PROFILE, $AWS_DEFAULT_PROFILE, "default". GWT_EPARSE (file:line:column) for a file that cannot be
 * parsed; GWT_EUSAGE when a profile that was named is in neither file.
 */
gwt_status gwt_aws_config_load(const char *profile, struct gwt_aws_config **out, struct gwt_error *err);
void gwt_aws_config_free(struct gwt_aws_config *config); /* takes NULL */

/*
 * The same in steps, for callers that choose files and profile differently: make an empty one, add each file,
 * choose a profile.
 */
struct gwt_aws_config *gwt_aws_config_new(void);
gwt_status gwt_aws_config_add(struct gwt_aws_config *config, enum gwt_aws_file file, const char *path,
			      unsigned ini_flags, struct gwt_error *err);
/* A copy of `secret` that lives as long as the config, and is wiped with it. */
struct gwt_span gwt_aws_config_keep(struct gwt_aws_config *config, struct gwt_span secret);
/* False when neither file has it: no value is found then. `given`: by --profile, not by the environment. */
bool gwt_aws_config_choose(struct gwt_aws_config *config, struct gwt_span profile, bool given);
/* The names of all profiles: those of the config file, then those that only the credentials file has. */
size_t gwt_aws_config_profiles(const struct gwt_aws_config *config, const struct gwt_span **names);

/* The profile in force, and whether --profile named it (the environment's keys then do not count). */
const char *gwt_aws_config_profile(const struct gwt_aws_config *config);
bool gwt_aws_config_profile_given(const struct gwt_aws_config *config);

/*
 * A value of the profile, from the credentials file when both files have it; absent when neither has it, or
 * when it is a group. A NUL, which is not counted, follows each value.
 */
struct gwt_span gwt_aws_config_find(const struct gwt_aws_config *config, const char *name);
/* The same from one of the files only. */
struct gwt_span gwt_aws_config_find_from(const struct gwt_aws_config *config, enum gwt_aws_file file,
					 const char *name);
/* The option with the value that counts, a group or not; NULL when neither file has it. */
struct gwt_ini_option;
const struct gwt_ini_option *gwt_aws_config_option(const struct gwt_aws_config *config, const char *name);
/* As a C string; NULL where it is absent. */
const char *gwt_aws_config_get(const struct gwt_aws_config *config, const char *name);
/*
 * A value in a group of the [services NAME] section that the profile names; absent when the profile names
 * none, or the section has no such value. GWT_EUSAGE when the section does not exist.
 */
gwt_status gwt_aws_config_find_service(const struct gwt_aws_config *config, const char *service,
				       const char *name, struct gwt_span *out, struct gwt_error *err);

/*
 * Region: `given` (--region), $AWS_REGION, $AWS_DEFAULT_REGION, the profile's `region`; GWT_EUSAGE
 * saying how to give one when there is none or it cannot be part of a host name. Lives as long as the
 * config and the environment.
 */
gwt_status gwt_aws_config_region(const struct gwt_aws_config *config, const char *given, const char **out,
				 struct gwt_error *err);

/* The PEM file of authorities to trust: $AWS_CA_BUNDLE, the profile's `ca_bundle`; NULL for the system's. */
const char *gwt_aws_config_ca_bundle(const struct gwt_aws_config *config);

#endif
