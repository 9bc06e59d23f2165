#include "lib/awsconf/credentials.h"

#include <stdio.h>
#include <stdlib.h>

#include "lib/base/clock.h"
#include "lib/json/json.h"
#include "lib/awsconf/source.h"

const char *gwt_credentials_env(const char *name)
{
	const char *value = getenv(name);

	return value && value[0] ? value : NULL;
}

static struct gwt_span keep(struct gwt_credential_set *set, const char *text)
{
	return text ? gwt_arena_copy(&set->arena, gwt_span_of(text)) : (struct gwt_span){ NULL, 0 };
}

static void set_source(struct gwt_credential_set *set, const char *what, const char *profile)
{
	snprintf(set->source, sizeof(set->source), profile ? "%s of profile '%s'" : "%s", what, profile);
}

static gwt_status from_environment(const struct gwt_aws_config *config, struct gwt_credential_set *set,
				   bool *found, struct gwt_error *err)
{
	const char *id = gwt_credentials_env("AWS_ACCESS_KEY_ID");
	const char *secret = gwt_credentials_env("AWS_SECRET_ACCESS_KEY");
	const char *token = gwt_credentials_env("AWS_SESSION_TOKEN");
	const char *expires = gwt_credentials_env("AWS_CREDENTIAL_EXPIRATION");

	*found = id && !gwt_aws_config_profile_given(config);
	if (!*found)
		return GWT_OK;
	if (!secret)
		return gwt_fail(err, GWT_EUSAGE, "AWS_ACCESS_KEY_ID is set and AWS_SECRET_ACCESS_KEY is not");
	set->keys.access_key_id = keep(set, id);
	set->keys.secret_key = keep(set, secret);
	set->keys.session_token = keep(set, token ? token : gwt_credentials_env("AWS_SECURITY_TOKEN"));
	if (expires && !gwt_clock_parse_offset(gwt_span_of(expires), &set->expires))
		return gwt_fail(err, GWT_EUSAGE, "AWS_CREDENTIAL_EXPIRATION '%s' is not a time", expires);
	set_source(set, "environment", NULL);
	return GWT_OK;
}

/* A profile whose keys come from a call that gwtape does not make. */
static gwt_status refuse(const char *profile, const char *what, struct gwt_error *err)
{
	return gwt_fail(err, GWT_EUSAGE,
			"profile '%s' gets its keys by a call to AWS (%s), which is not supported: run 'aws "
			"configure "
			"export-credentials --profile %s --format env' and set the variables that it prints",
			profile, what, profile);
}

static gwt_status refuse_settings(const struct gwt_aws_config *config, const char *const *names,
				  struct gwt_error *err)
{
	for (; *names; names++)
		if (gwt_aws_config_get(config, *names))
			return refuse(gwt_aws_config_profile(config), *names, err);
	return GWT_OK;
}

/* Botocore asks these before it looks at keys in the files. */
static gwt_status refuse_calls(const struct gwt_aws_config *config, struct gwt_credential_set *set,
			       bool *found, struct gwt_error *err)
{
	static const char *const names[] = { "role_arn",      "web_identity_token_file", "sso_session",
					     "sso_start_url", "sso_account_id",          NULL };

	(void)set;
	*found = false;
	if (!gwt_aws_config_profile_given(config) && gwt_credentials_env("AWS_WEB_IDENTITY_TOKEN_FILE"))
		return gwt_fail(
			err, GWT_EUSAGE,
			"AWS_WEB_IDENTITY_TOKEN_FILE asks for a call to AWS, which is not supported: run "
			"'aws "
			"configure export-credentials --format env' and set the variables that it prints");
	return refuse_settings(config, names, err);
}

static gwt_status refuse_login(const struct gwt_aws_config *config, struct gwt_credential_set *set,
			       bool *found, struct gwt_error *err)
{
	static const char *const names[] = { "login_session", NULL };

	(void)set;
	*found = false;
	return refuse_settings(config, names, err);
}

static gwt_status from_file(const struct gwt_aws_config *config, enum gwt_aws_file file, const char *what,
			    struct gwt_credential_set *set, bool *found, struct gwt_error *err)
{
	const char *id = gwt_aws_config_get_from(config, file, "aws_access_key_id");
	const char *secret = gwt_aws_config_get_from(config, file, "aws_secret_access_key");
	const char *token = gwt_aws_config_get_from(config, file, "aws_session_token");

	*found = id != NULL;
	if (!id)
		return GWT_OK;
	if (!secret || !secret[0])
		return gwt_fail(err, GWT_EUSAGE,
				"profile '%s' has aws_access_key_id and no aws_secret_access_key in the %s",
				gwt_aws_config_profile(config), what);
	if (!token)
		token = gwt_aws_config_get_from(config, file, "aws_security_token");
	set->keys.access_key_id = keep(set, id);
	set->keys.secret_key = keep(set, secret);
	set->keys.session_token = keep(set, token);
	set_source(set, what, gwt_aws_config_profile(config));
	return GWT_OK;
}

static gwt_status from_credentials_file(const struct gwt_aws_config *config, struct gwt_credential_set *set,
					bool *found, struct gwt_error *err)
{
	return from_file(config, GWT_AWS_CREDENTIALS_FILE, "credentials file", set, found, err);
}

static gwt_status from_config_file(const struct gwt_aws_config *config, struct gwt_credential_set *set,
				   bool *found, struct gwt_error *err)
{
	return from_file(config, GWT_AWS_CONFIG_FILE, "config file", set, found, err);
}

/* The key id goes into a header, between "Credential=" and a slash. */
/* Told here, the reason is plain; AWS would only say that a token is expired, call by call. */
static gwt_status check_time(const struct gwt_credential_set *set, struct gwt_error *err)
{
	char expired[GWT_ISO_DATE_LEN + 1];

	if (!set->expires || set->expires > gwt_clock_now())
		return GWT_OK;
	gwt_clock_iso_date(set->expires, expired);
	return gwt_fail(err, GWT_EUSAGE, "the AWS credentials from the %s expired at %s: get new ones",
			set->source, expired);
}

static gwt_status check_keys(const struct gwt_credential_set *set, struct gwt_error *err)
{
	struct gwt_span id = set->keys.access_key_id, token = set->keys.session_token;

	if (!gwt_is_token(id))
		return gwt_fail(err, GWT_EUSAGE,
				"the access key id from the %s has a byte that none can have", set->source);
	if (set->keys.secret_key.len == 0)
		return gwt_fail(err, GWT_EUSAGE, "the secret key from the %s is empty", set->source);
	if (token.len && !gwt_is_field_value(token))
		return gwt_fail(err, GWT_EUSAGE, "the session token from the %s cannot be sent in a header",
				set->source);
	return check_time(set, err);
}

gwt_status gwt_credentials_search(const struct gwt_aws_config *config, const gwt_credential_source *more,
				  size_t more_count, struct gwt_credential_set *out, struct gwt_error *err)
{
	static const gwt_credential_source sources[] = {
		from_environment,
		refuse_calls,
		from_credentials_file,
		refuse_login,
		gwt_credentials_from_process,
		from_config_file,
	};
	struct gwt_credential_set set = { .expires = 0 };
	gwt_status status = GWT_OK;
	bool found = false;

	for (size_t i = 0; i < GWT_LEN(sources) && status == GWT_OK && !found; i++)
		status = sources[i](config, &set, &found, err);
	for (size_t i = 0; i < more_count && status == GWT_OK && !found; i++)
		status = more[i](config, &set, &found, err);
	if (status == GWT_OK && !found)
		status = gwt_fail(
			err, GWT_EUSAGE,
			"no AWS credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or put keys "
			"into "
			"profile '%s' (looked in the environment, both AWS files, the container's and the "
			"instance's metadata)",
			gwt_aws_config_profile(config));
	if (status == GWT_OK)
		status = check_keys(&set, err);
	if (status == GWT_OK)
		*out = set;
	else
		gwt_credentials_release(&set);
	return status;
}

void gwt_credentials_release(struct gwt_credential_set *set)
{
	gwt_arena_wipe(&set->arena);
	*set = (struct gwt_credential_set){ .expires = 0 };
}

struct gwt_credentials gwt_credentials_dummy(void)
{
	return (struct gwt_credentials){ .access_key_id = GWT_SPAN("AKIDEXAMPLE"),
					 .secret_key = GWT_SPAN("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY") };
}

static gwt_status read_member(const struct gwt_json *json, const char *name, struct gwt_span *out,
			      struct gwt_error *err)
{
	const struct gwt_json *member = gwt_json_get(json, name);

	if (!member || member->type != GWT_JSON_STRING || member->text.len == 0)
		return gwt_fail(err, GWT_EUPSTREAM, "'%s' is missing in the answer", name);
	*out = member->text;
	return GWT_OK;
}

gwt_status gwt_credentials_read_json(struct gwt_credential_set *set, struct gwt_span text,
				     const char *token_name, struct gwt_error *err)
{
	const struct gwt_json *expires, *token;
	struct gwt_json *json;
	gwt_status status;

	if (!gwt_json_parse(&set->arena, text, &json, NULL) || json->type != GWT_JSON_OBJECT)
		return gwt_fail(err, GWT_EUPSTREAM, "the answer is not a JSON object");
	status = read_member(json, "AccessKeyId", &set->keys.access_key_id, err);
	if (status == GWT_OK)
		status = read_member(json, "SecretAccessKey", &set->keys.secret_key, err);
	if (status != GWT_OK)
		return status;
	token = gwt_json_get(json, token_name);
	if (token && token->type == GWT_JSON_STRING)
		set->keys.session_token = token->text;
	expires = gwt_json_get(json, "Expiration");
	if (expires && expires->type == GWT_JSON_STRING &&
	    !gwt_clock_parse_offset(expires->text, &set->expires))
		return gwt_fail(err, GWT_EUPSTREAM, "'Expiration' in the answer is not a time");
	return GWT_OK;
}
