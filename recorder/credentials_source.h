/*
 * credentials_source.h - what the files behind credentials.h share.
 */
#ifndef GWT_RECORDER_CREDENTIALS_SOURCE_H
#define GWT_RECORDER_CREDENTIALS_SOURCE_H

#include "recorder/credentials.h"

/*
 * A place that may have keys: GWT_OK with *found false when it has none and the next is to be asked.
 * A source copies what it finds into the set's arena.
 */
typedef gwt_status (*gwt_credential_source)(const struct gwt_aws_config *config,
					    struct gwt_credential_set *set, bool *found,
					    struct gwt_error *err);

gwt_status gwt_credentials_from_process(const struct gwt_aws_config *config, struct gwt_credential_set *set,
					bool *found, struct gwt_error *err);
gwt_status gwt_credentials_from_container(const struct gwt_aws_config *config, struct gwt_credential_set *set,
					  bool *found, struct gwt_error *err);
gwt_status gwt_credentials_from_instance(const struct gwt_aws_config *config, struct gwt_credential_set *set,
					 bool *found, struct gwt_error *err);

/* A variable that is set to nothing is not set. */
const char *gwt_credentials_env(const char *name);

/*
 * Keys out of the JSON that processes and metadata services write: AccessKeyId, SecretAccessKey,
 * `token_name`, Expiration. `text` lives in the set's arena; GWT_EUPSTREAM names what is missing.
 */
gwt_status gwt_credentials_read_json(struct gwt_credential_set *set, struct gwt_span text,
				     const char *token_name, struct gwt_error *err);

#endif
