#include "lib/awsconf/credentials.h"

#include <stdio.h>
#include <stdlib.h>

#include "lib/awsconf/source.h"
#include "lib/base/arena.h"
#include "lib/base/clock.h"
#include "lib/base/error.h"
#include "lib/base/span.h"

const char *gwt_credentials_env(const char *name)
{
	const char *value = getenv(name);

	return value && value[0] ? value : NULL;
}

static gwt_status fail_as(struct gwt_credential_search *search, enum gwt_credential_fault_kind kind,
			  const char *name, struct gwt_error *err)
{
	return gwt_credentials_fail(search, err,
				    &(struct gwt_credential_fault){ .kind = kind, .name = name });
}

static struct gwt_span keep(struct gwt_credential_set *set, struct gwt_span text)
{
	return gwt_arena_copy(&set->arena, text);
}

static void set_source(struct gwt_credential_set *set, const char *what, const char *profile)
{
	set->source = profile ? gwt_arena_printf(&set->arena, "%s of profile '%s'", what, profile).ptr : what;
}

static gwt_status from_environment(struct gwt_credential_search *search, struct gwt_credential_set *set,
				   bool *found, struct gwt_error *err)
{
	const char *id = gwt_credentials_env("AWS_ACCESS_KEY_ID");
	const char *secret = gwt_credentials_env("AWS_SECRET_ACCESS_KEY");
	/* the older name comes first, as in botocore */
	const char *token = gwt_credentials_env("AWS_SECURITY_TOKEN");
	const char *expires = gwt_credentials_env("AWS_CREDENTIAL_EXPIRATION");

	*found = id && !gwt_aws_config_profile_given(search->config);
	if (!*found)
		return GWT_OK;
	if (!secret)
		return fail_as(search, GWT_KEYS_HALF_ENVIRONMENT, NULL, err);
	if (!token)
		token = gwt_credentials_env("AWS_SESSION_TOKEN");
	set->keys.access_key_id = keep(set, gwt_span_of(id));
	set->keys.secret_key = keep(set, gwt_span_of(secret));
	set->keys.session_token = keep(set, gwt_span_of(token));
	if (expires && !gwt_clock_parse_offset(gwt_span_of(expires), &set->expires))
		return gwt_credentials_fail(
			search, err,
			&(struct gwt_credential_fault){ .kind = GWT_KEYS_EXPIRATION,
							.subject = gwt_span_of(expires) });
	set_source(set, "environment", NULL);
	return GWT_OK;
}

static gwt_status refuse_settings(struct gwt_credential_search *search, const char *const *names,
				  struct gwt_error *err)
{
	for (; *names; names++)
		if (gwt_aws_config_option(search->config, *names))
			return fail_as(search, GWT_KEYS_NEED_CALL, *names, err);
	return GWT_OK;
}

/*
 * Refuse a profile with keys from a call that gwtape does not make. botocore looks for these calls before
 * keys in the files.
 */
static gwt_status refuse_calls(struct gwt_credential_search *search, struct gwt_credential_set *set,
			       bool *found, struct gwt_error *err)
{
	static const char *const names[] = { "role_arn",      "web_identity_token_file", "sso_session",
					     "sso_start_url", "sso_account_id",          NULL };

	(void)set;
	*found = false;
	if (!gwt_aws_config_profile_given(search->config) &&
	    gwt_credentials_env("AWS_WEB_IDENTITY_TOKEN_FILE"))
		return fail_as(search, GWT_KEYS_NEED_WEB_IDENTITY, NULL, err);
	return refuse_settings(search, names, err);
}

static gwt_status refuse_login(struct gwt_credential_search *search, struct gwt_credential_set *set,
			       bool *found, struct gwt_error *err)
{
	static const char *const names[] = { "login_session", NULL };

	(void)set;
	*found = false;
	return refuse_settings(search, names, err);
}

static gwt_status from_file(struct gwt_credential_search *search, enum gwt_aws_file file,
			    struct gwt_credential_set *set, bool *found, struct gwt_error *err)
{
	static const struct {
		enum gwt_credential_fault_kind half;
		const char *source;
	} rows[] = {
		[GWT_AWS_CREDENTIALS_FILE] = { GWT_KEYS_HALF_CREDENTIALS_FILE, "credentials file" },
		[GWT_AWS_CONFIG_FILE] = { GWT_KEYS_HALF_CONFIG_FILE, "config file" },
	};
	const struct gwt_aws_config *config = search->config;
	struct gwt_span id = gwt_aws_config_find_from(config, file, "aws_access_key_id");
	struct gwt_span secret = gwt_aws_config_find_from(config, file, "aws_secret_access_key");
	struct gwt_span token = gwt_aws_config_find_from(config, file, "aws_security_token");

	*found = id.ptr != NULL;
	if (!*found)
		return GWT_OK;
	if (!secret.ptr)
		return fail_as(search, rows[file].half, NULL, err);
	if (!token.ptr)
		token = gwt_aws_config_find_from(config, file, "aws_session_token");
	set->keys.access_key_id = keep(set, id);
	set->keys.secret_key = keep(set, secret);
	set->keys.session_token = keep(set, token);
	set_source(set, rows[file].source, gwt_aws_config_profile(config));
	return GWT_OK;
}

static gwt_status from_credentials_file(struct gwt_credential_search *search, struct gwt_credential_set *set,
					bool *found, struct gwt_error *err)
{
	return from_file(search, GWT_AWS_CREDENTIALS_FILE, set, found, err);
}

static gwt_status from_config_file(struct gwt_credential_search *search, struct gwt_credential_set *set,
				   bool *found, struct gwt_error *err)
{
	return from_file(search, GWT_AWS_CONFIG_FILE, set, found, err);
}

gwt_status gwt_credentials_search(struct gwt_credential_search *search, struct gwt_credential_set *out,
				  bool *found, struct gwt_error *err)
{
	static gwt_status (*const places[])(struct gwt_credential_search *, struct gwt_credential_set *,
					    bool *, struct gwt_error *) = {
		from_environment,
		refuse_calls,
		from_credentials_file,
		refuse_login,
		gwt_credentials_from_process,
		from_config_file,
	};
	struct gwt_credential_set set = { .expires = 0 };
	gwt_status status = GWT_OK;

	search->fault = (struct gwt_credential_fault){ .kind = GWT_KEYS_NO_FAULT };
	*found = false;
	for (size_t i = 0; i < GWT_LEN(places) && status == GWT_OK && !*found; i++)
		status = places[i](search, &set, found, err);
	if (status == GWT_OK && *found)
		*out = set;
	else
		gwt_credentials_release(&set);
	return status;
}
