/*
 * credentials.h - finding the keys to sign with, as AWS's own tools find them.
 *
 * In this order: environment (not when --profile was given), the profile of the
 * shared credentials file, its credential_process, the profile of the config file,
 * the container's endpoint, EC2 instance metadata (IMDSv2). A profile that needs
 * an STS or SSO call (role_arn, web identity, sso_*, login_session) is refused
 * with a message that says how to get keys from it. Secrets are wiped when
 * released and appear in no message.
 */
#ifndef GWT_AWSCONF_CREDENTIALS_H
#define GWT_AWSCONF_CREDENTIALS_H

#include "lib/sigv4/sigv4.h"
#include "lib/awsconf/config.h"

struct gwt_credential_set {
	struct gwt_credentials keys; /* views of `arena` */
	int64_t expires;             /* when they stop working; 0: unknown */
	char source[256];            /* where they are from, to show: "environment", "profile 'x'" */
	struct gwt_arena arena;      /* private */
};

/* Wipes them. Takes a zeroed set. */
void gwt_credentials_release(struct gwt_credential_set *set);

/* The pair that needs no secret kept: what the sandbox and the tests are signed with. */
struct gwt_credentials gwt_credentials_dummy(void);

#endif
