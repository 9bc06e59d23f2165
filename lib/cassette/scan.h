/*
 * scan.h - look for secrets in bytes about to be written, and in files.
 *
 * Live secrets (the ones in use) are found unchanged and in encodings: percent, JSON's and C's escapes,
 * HTML entities, hexadecimal digits, base64 at any alignment, UTF-16, gzip and deflate, broken over lines
 * or not, nested in each other up to eight deep. So is everything that has the form of a secret: access key
 * ids, 40-character secret keys, 12-digit account ids, unless the bytes (or the base64 around them) are
 * among the literals.
 */
#ifndef GWT_CASSETTE_SCAN_H
#define GWT_CASSETTE_SCAN_H

#include "lib/base/arena.h"
#include "lib/base/error.h"

#define GWT_SCAN_MIN_SECRET 8 /* shorter ones ("test") are not secrets and would be found everywhere */

struct gwt_live_secret {
	const char *what; /* "the secret access key" */
	struct gwt_span text;
};

struct gwt_scan {
	const struct gwt_live_secret *secrets;
	size_t secret_count;
	/* Texts in which a key id, secret or account id is known to be harmless: scenario files, samples. */
	const struct gwt_span *literals;
	size_t literal_count;
	bool no_forms;                /* find only the live secrets */
	struct gwt_scan_index *index; /* private */
};

struct gwt_leak {
	const char *what;
	size_t offset, len; /* in the scanned bytes; when it was inside a base64 run, the whole run */
};

/* Key ids, secrets and account ids that AWS's documentation and emulators publish: not secret. */
extern const struct gwt_span gwt_scan_examples;

/*
 * GWT_EUSAGE when a text of --redact is too short to be searched for: it would otherwise be ignored silently.
 */
gwt_status gwt_scan_check_texts(char *const *texts, size_t count, struct gwt_error *err);

/* The first leak at or after `from`; false when there is none. */
bool gwt_scan_find(const struct gwt_scan *scan, struct gwt_span bytes, size_t from, struct gwt_leak *out);

#endif
