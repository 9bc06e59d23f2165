/*
 * config.h - the AWS configuration and credentials files.
 *
 * Read by botocore's rules (Python's configparser: "=" or ":", names in lower
 * case, deeper indented lines go on with a value, a value that starts on the next
 * line is a group of its own). The files are $AWS_CONFIG_FILE, else ~/.aws/config,
 * and $AWS_SHARED_CREDENTIALS_FILE, else ~/.aws/credentials; one that is not there
 * is empty. They hold secrets: everything read is wiped when it is freed.
 */
#ifndef GWT_AWSCONF_CONFIG_H
#define GWT_AWSCONF_CONFIG_H

#include "lib/base/arena.h"
#include "lib/base/error.h"

struct gwt_aws_config;

/*
 * `profile` is what --profile gave, or NULL: then $AWS_PROFILE, $AWS_DEFAULT_PROFILE, "default".
 * GWT_EPARSE (file:line) for a file that cannot be read as one; GWT_EUSAGE when a profile that was
 * named is in neither file.
 */
gwt_status gwt_aws_config_load(const char *profile, struct gwt_aws_config **out, struct gwt_error *err);
void gwt_aws_config_free(struct gwt_aws_config *config); /* takes NULL */

/* The profile in force, and whether --profile named it (the environment's keys then do not count). */
const char *gwt_aws_config_profile(const struct gwt_aws_config *config);
bool gwt_aws_config_profile_given(const struct gwt_aws_config *config);

/* A value of the profile, of the credentials file where both have it; NULL when neither has. */
const char *gwt_aws_config_get(const struct gwt_aws_config *config, const char *name);
enum gwt_aws_file { GWT_AWS_CREDENTIALS_FILE, GWT_AWS_CONFIG_FILE };
/* The same from one of the files. */
const char *gwt_aws_config_get_from(const struct gwt_aws_config *config, enum gwt_aws_file file,
				    const char *name);
/* A value in a group of the profile ("s3", "addressing_style"), or NULL. */
const char *gwt_aws_config_get_in(struct gwt_aws_config *config, const char *group, const char *name);
/*
 * A value in a group of the [services NAME] section that the profile names; NULL when it names none
 * or that has no such value. GWT_EUSAGE when the section is not there.
 */
gwt_status gwt_aws_config_get_service(struct gwt_aws_config *config, const char *service, const char *name,
				      const char **out, struct gwt_error *err);

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
