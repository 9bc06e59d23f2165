/*
 * record_upstream.h - what the recorder records from, by the word after --upstream.
 *
 * The one place where the sandbox meets the recorder: in process, behind a transport.
 */
#ifndef GWT_CLI_RECORD_UPSTREAM_H
#define GWT_CLI_RECORD_UPSTREAM_H

#include "recorder/call.h"
#include "sandbox/sandbox.h"

struct gwt_record_upstream {
	enum gwt_upstream_kind kind;
	const char *word;     /* for the commit: aws, sandbox, or the URL */
	const char *endpoint; /* for the provenance */
	const char *region;
	struct gwt_credentials credentials;
	struct gwt_transport transport;
	/* private */
	struct gwt_sandbox *sandbox;
};

struct gwt_record_upstream_options {
	const char *upstream; /* NULL: sandbox */
	const char *region, *profile;
	bool offline; /* nothing will be sent: no credentials are looked for */
};

gwt_status gwt_record_upstream_open(const struct gwt_record_upstream_options *options, struct gwt_arena *arena,
				    struct gwt_record_upstream *out, struct gwt_error *err);
/* Takes a zeroed one. */
void gwt_record_upstream_close(struct gwt_record_upstream *upstream);

#endif
