/*
 * source.h - the places that may have keys, for those who add one (lib/upstream/metadata.c).
 */
#ifndef GWT_AWSCONF_SOURCE_H
#define GWT_AWSCONF_SOURCE_H

#include "lib/awsconf/credentials.h"

/* Fill search->fault, and `err` with the message of its kind. */
gwt_status gwt_credentials_fail(struct gwt_credential_search *search, struct gwt_error *err,
				const struct gwt_credential_fault *fault);

gwt_status gwt_credentials_from_process(struct gwt_credential_search *search, struct gwt_credential_set *set,
					bool *found, struct gwt_error *err);

/* getenv(), but NULL for a variable with an empty value. */
const char *gwt_credentials_env(const char *name);

/*
 * Take the keys from the JSON object that processes and metadata services write: AccessKeyId,
 * SecretAccessKey, `token_name`, Expiration. `json` lives in the set's arena. *missing names the member that
 * is missing or wrong.
 */
bool gwt_credentials_take(struct gwt_credential_set *set, const struct gwt_json *json, const char *token_name,
			  const char **missing);
/* Check that keys can be sent and have not expired; GWT_EUSAGE names their source. */
gwt_status gwt_credentials_check(const struct gwt_credential_set *set, struct gwt_error *err);

#endif
