/*
 * metadata.h - the whole chain of places that may have keys: those of lib/awsconf, then the services that
 * AWS's machines have for it (the container's endpoint, EC2 instance metadata), which are asked by calls.
 */
#ifndef GWT_UPSTREAM_METADATA_H
#define GWT_UPSTREAM_METADATA_H

#include "lib/awsconf/credentials.h"

/*
 * GWT_EUSAGE when there are no keys or half of a pair, or when the profile needs something that is not
 * supported; GWT_EUPSTREAM when a configured process or endpoint does not give keys. Waiting ends when *stop
 * is not 0; `stop` may be NULL.
 */
gwt_status gwt_credentials_find(struct gwt_aws_config *config, const volatile sig_atomic_t *stop,
				struct gwt_credential_set *out, struct gwt_error *err);

/*
 * The same for configured places only: the local ones and the container's endpoint. GWT_OK with *found false
 * when there are no keys there.
 */
gwt_status gwt_credentials_find_configured(struct gwt_aws_config *config, const volatile sig_atomic_t *stop,
					   struct gwt_credential_set *out, bool *found,
					   struct gwt_error *err);

#endif
