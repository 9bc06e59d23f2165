/*
 * source.h - the places that may have keys, for those who add one (lib/upstream/metadata.c).
 */
#ifndef GWT_AWSCONF_SOURCE_H
#define GWT_AWSCONF_SOURCE_H

#include "lib/awsconf/credentials.h"

/*
 * A place that may have keys: GWT_OK with *found false when it has none and the next is to be asked.
 * A source copies what it finds into the set's arena.
 */
typedef gwt_status (*gwt_credential_source)(const struct gwt_aws_config *config,
					    struct gwt_credential_set *set, bool *found,
					    struct gwt_error *err);

gwt_status gwt_credentials_from_process(const struct gwt_aws_config *config, struct gwt_credential_set *set,
					bool *found, struct gwt_error *err);

/*
 * The places of this machine in their order, then `more` of them; GWT_EUSAGE when none has keys, or when those
 * found cannot be used.
 */
gwt_status gwt_credentials_search(const struct gwt_aws_config *config, const gwt_credential_source *more,
				  size_t more_count, struct gwt_credential_set *out, struct gwt_error *err);

/* What the program `words` writes, in `arena`; killed, and GWT_EUPSTREAM, when it has not ended after `limit_ms`. */
gwt_status gwt_credential_process_run(char **words, unsigned limit_ms, struct gwt_arena *arena,
				      struct gwt_span *out, struct gwt_error *err);

/* A variable that is set to nothing is not set. */
const char *gwt_credentials_env(const char *name);

/*
 * Keys out of the JSON that processes and metadata services write: AccessKeyId, SecretAccessKey,
 * `token_name`, Expiration. `text` lives in the set's arena; GWT_EUPSTREAM names what is missing.
 */
gwt_status gwt_credentials_read_json(struct gwt_credential_set *set, struct gwt_span text,
				     const char *token_name, struct gwt_error *err);

#endif
