/*
 * secrecy.h - no secret is written or printed: the last check of a recording's output.
 */
#ifndef GWT_RECORDER_SECRECY_H
#define GWT_RECORDER_SECRECY_H

#include "lib/cassette/ids.h"
#include "lib/sigv4/sigv4.h"

/* What may and what must not be in a file. */
struct gwt_secrecy {
	const struct gwt_credentials *credentials; /* in use: no part of them may be in the file */
	const struct gwt_span *forbidden;          /* texts that the user named: none may be in the file */
	size_t forbidden_count;
	struct gwt_span literals; /* texts in here may look like a secret or an account id */
};

/*
 * GWT_EUNCHECKED when a cassette's bytes have a secret in them. The message names the step and the place in
 * it, never the secret. The samples of `cassette` are harmless.
 */
gwt_status gwt_check_cassette(const struct gwt_captures *captures, const struct gwt_cassette *cassette,
			      const struct gwt_secrecy *secrecy, struct gwt_span bytes,
			      struct gwt_error *err);
/* The same for the bytes of a scenario; the message names line and column. */
gwt_status gwt_check_scenario(const struct gwt_captures *captures, const struct gwt_secrecy *secrecy,
			      struct gwt_span bytes, struct gwt_error *err);

/* `text` with a `*` in place of each secret of the credentials, for messages that quote what was sent. */
struct gwt_span gwt_mask_secrets(const struct gwt_credentials *credentials, struct gwt_span text,
				 struct gwt_arena *arena);

#endif
