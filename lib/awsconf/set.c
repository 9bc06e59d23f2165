/* set.c - a set of keys: what it is read from, and whether it can be used. */
#include "lib/awsconf/credentials.h"
#include "lib/awsconf/source.h"
#include "lib/base/arena.h"
#include "lib/base/clock.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/http/headers.h"
#include "lib/json/json.h"

/* Report it here, where the reason is clear; AWS would only say at each call that a token expired. */
static gwt_status check_time(const struct gwt_credential_set *set, struct gwt_error *err)
{
	char expired[GWT_ISO_DATE_LEN + 1];

	if (!set->expires || set->expires > gwt_clock_now())
		return GWT_OK;
	gwt_clock_iso_date(set->expires, expired);
	return gwt_fail(err, GWT_EUSAGE, "the AWS credentials from the %s expired at %s: get new ones",
			set->source, expired);
}

/* The key id goes into a header, between "Credential=" and a slash. */
gwt_status gwt_credentials_check(const struct gwt_credential_set *set, struct gwt_error *err)
{
	struct gwt_span id = set->keys.access_key_id, token = set->keys.session_token;

	if (!gwt_is_token(id))
		return gwt_fail(err, GWT_EUSAGE,
				"the access key id from the %s has a byte that is not allowed in one",
				set->source);
	if (set->keys.secret_key.len == 0)
		return gwt_fail(err, GWT_EUSAGE, "the secret key from the %s is empty", set->source);
	if (token.len && !gwt_is_field_value(token))
		return gwt_fail(err, GWT_EUSAGE, "the session token from the %s cannot be sent in a header",
				set->source);
	return check_time(set, err);
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

bool gwt_credentials_take(struct gwt_credential_set *set, const struct gwt_json *json, const char *token_name,
			  const char **missing)
{
	const struct {
		const char *name;
		struct gwt_span *to;
	} needed[] = {
		{ "AccessKeyId", &set->keys.access_key_id },
		{ "SecretAccessKey", &set->keys.secret_key },
	};
	const struct gwt_json *member;

	for (size_t i = 0; i < GWT_LEN(needed); i++) {
		member = gwt_json_get(json, needed[i].name);
		*missing = needed[i].name;
		if (!member || member->type != GWT_JSON_STRING || member->text.len == 0)
			return false;
		*needed[i].to = member->text;
	}
	member = gwt_json_get(json, token_name);
	if (member && member->type == GWT_JSON_STRING)
		set->keys.session_token = member->text;
	member = gwt_json_get(json, "Expiration");
	*missing = "Expiration";
	return !member || member->type != GWT_JSON_STRING || member->text.len == 0 ||
	       gwt_clock_parse_offset(member->text, &set->expires);
}
