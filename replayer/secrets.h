/*
 * secrets.h - the secret keys that a replay accepts signatures of.
 *
 * Any access key id is accepted with the dummy secret or one of the two that moto's users sign with; a
 * credentials file names others. They are test values and not secrets, but are never printed.
 */
#ifndef GWT_REPLAYER_SECRETS_H
#define GWT_REPLAYER_SECRETS_H

#include "lib/base/error.h"
#include "lib/sigv4/sigv4.h"

#define GWT_DUMMY_ACCESS_KEY_ID "AKIDEXAMPLE"
#define GWT_DUMMY_SECRET_KEY    "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"

struct gwt_secret {
	struct gwt_span access_key_id, secret_key;
};

struct gwt_secrets {
	struct gwt_secret *items; /* of the file; asked first */
	size_t len, cap;
};

/* {"ACCESS_KEY_ID": "SECRET", …}; lives in `arena`. */
gwt_status gwt_secrets_read(struct gwt_arena *arena, const char *path, struct gwt_secrets *out,
			    struct gwt_error *err);
/* A gwt_secret_lookup over a struct gwt_secrets. A key id that the file names has only its own secret. */
size_t gwt_secrets_lookup(void *secrets, struct gwt_span access_key_id, struct gwt_span found[8]);

#endif
