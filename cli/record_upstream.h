/*
 * record_upstream.h - the upstream of the recorder, chosen by the word after --upstream.
 *
 * The one place where the sandbox meets the recorder: in process, through a transport.
 */
#ifndef GWT_CLI_RECORD_UPSTREAM_H
#define GWT_CLI_RECORD_UPSTREAM_H

#include <pthread.h>

#include "lib/base/error.h"
#include "recorder/call.h"
#include "lib/awsconf/credentials.h"
#include "lib/upstream/upstream.h"
#include "sandbox/sandbox.h"

struct gwt_record_upstream_options {
	const char *upstream; /* NULL: sandbox */
	const char *region, *profile;
	const volatile sig_atomic_t *stop; /* may be NULL; not 0: stop waiting for a credential_process */
};

struct gwt_record_upstream {
	enum gwt_upstream_kind kind;
	const char *word;     /* for the commit: aws, sandbox, or the URL */
	const char *endpoint; /* for the provenance */
	const char *region;
	struct gwt_credentials credentials;
	/* private */
	struct gwt_aws_config *config;
	bool is_local, is_profile; /* the upstream is on this machine; --profile was given */
	struct gwt_credential_set found;
	struct gwt_sandbox *sandbox;
	pthread_mutex_t sandbox_lock;
	const char *ca_bundle;
	const volatile sig_atomic_t *stop;
	struct gwt_upstream *connections[64];
	size_t connection_count;
};

#define GWT_MAX_JOBS GWT_LEN(((struct gwt_record_upstream *)0)->connections)

gwt_status gwt_record_upstream_open(const struct gwt_record_upstream_options *options,
				    struct gwt_arena *arena, struct gwt_record_upstream *out,
				    struct gwt_error *err);
/*
 * One more way to send, and the credentials to sign with, for one thread. At most GWT_MAX_JOBS. Valid until
 * the upstream is closed.
 */
gwt_status gwt_record_upstream_connect(struct gwt_record_upstream *upstream, struct gwt_transport *out,
				       struct gwt_error *err);
/* Wipes the credentials. Takes a zeroed one. */
void gwt_record_upstream_close(struct gwt_record_upstream *upstream);

#endif
