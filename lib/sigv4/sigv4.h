/*
 * sigv4.h - AWS Signature Version 4, signing and proving.
 *
 * Pure: the time is an argument. The stages are exposed so that each can be
 * tested against AWS's vectors, in call order 1 canonical request, 2 string to
 * sign, 3 signing key, 4 signature (docs/sigv4.md; AWS: "Create a signed AWS API
 * request"). This folder is the one place that calls OpenSSL's digests; they are
 * fetched once per context, and signing keys are cached per (secret, date,
 * region, service). A context is not shared between threads.
 */
#ifndef GWT_SIGV4_SIGV4_H
#define GWT_SIGV4_SIGV4_H

#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/http/message.h"
#include "lib/sigv4/authorization.h"

#define GWT_SHA256_BYTES 32
#define GWT_SHA256_HEX   64

struct gwt_sigv4; /* has the fetched digests and the cache of keys */

struct gwt_sigv4 *gwt_sigv4_new(void);
void gwt_sigv4_free(struct gwt_sigv4 *ctx); /* wipes the keys; takes NULL */

void gwt_sha256(struct gwt_sigv4 *ctx, struct gwt_span bytes, unsigned char out[GWT_SHA256_BYTES]);
/* Lower-case hexadecimal digits, terminated by NUL. */
void gwt_sha256_hex(struct gwt_sigv4 *ctx, struct gwt_span bytes, char out[GWT_SHA256_HEX + 1]);

/* Overwrite a secret in a way that no compiler optimizes away. */
void gwt_wipe(void *secret, size_t size);

struct gwt_credentials {
	struct gwt_span access_key_id, secret_key;
	struct gwt_span session_token; /* absent when there is none */
};

/* How the canonical URI is made from the path as sent. */
enum gwt_sigv4_path {
	GWT_SIGV4_PATH_NORMALIZED, /* dot segments and empty segments removed, then encoded once more: AWS's rule */
	GWT_SIGV4_PATH_RAW,        /* not normalized, then encoded once more */
	GWT_SIGV4_PATH_SINGLE, /* the path as sent, no second encoding (S3's rule; wrong for API Gateway) */
};

/*
 * Stage 1, added to `out`. `signed_headers` is "accept;host;x-amz-date": lower-case, sorted. `payload_hash`
 * is the hex hash that is written as its last line. The query parameter X-Amz-Signature is left out.
 */
void gwt_sigv4_canonical_request(struct gwt_buf *out, const struct gwt_request *request,
				 enum gwt_sigv4_path path, struct gwt_span signed_headers,
				 struct gwt_span payload_hash);
/* Stage 2. `amz_date` is 20261122T123957Z. */
void gwt_sigv4_string_to_sign(struct gwt_sigv4 *ctx, struct gwt_buf *out, struct gwt_span amz_date,
			      const struct gwt_scope *scope, struct gwt_span canonical_request);
/* Stages 3 and 4: the hexadecimal signature of the string to sign, through the cache of keys. */
void gwt_sigv4_signature(struct gwt_sigv4 *ctx, struct gwt_span secret_key, const struct gwt_scope *scope,
			 struct gwt_span string_to_sign, char out[GWT_SHA256_HEX + 1]);

/*
 * Sign `request` in place: adds X-Amz-Date, X-Amz-Security-Token (with a session token) and Authorization
 * to its headers, and signs host, accept, content-type, and every x-amz-*. The path is signed by AWS's
 * rule. `Host` must exist already, and those three must not (GWT_EPARSE). After a failure the headers must
 * not be used.
 */
gwt_status gwt_sigv4_sign(struct gwt_sigv4 *ctx, struct gwt_request *request,
			  const struct gwt_credentials *credentials, struct gwt_span region,
			  struct gwt_span service, int64_t now, struct gwt_error *err);

/* DESIGN section 5, "Signature". */
enum gwt_signature_verdict {
	GWT_SIG_VALID,
	GWT_SIG_VALID_NORMALIZED_PATH,
	GWT_SIG_VALID_RAW_PATH,
	GWT_SIG_ABSENT,
	GWT_SIG_INVALID,
};
const char *gwt_signature_verdict_word(enum gwt_signature_verdict verdict);

/* reasons of GWT_SIG_INVALID, in words: see gwt_signature_reason_word() */
enum gwt_signature_reason {
	GWT_SIG_REASON_NONE,
	GWT_SIG_SINGLE_ENCODED_PATH,
	GWT_SIG_WRONG_SECRET,
	GWT_SIG_BODY_HASH,
	GWT_SIG_SCOPE,
	GWT_SIG_UNSIGNED_HEADER,
	GWT_SIG_CLOCK_SKEW,
	GWT_SIG_MALFORMED,
	GWT_SIG_MISMATCH,
};
const char *gwt_signature_reason_word(enum gwt_signature_reason reason);

/*
 * Find the secrets with which a signature of this access key id may be made: fills `secrets`, which live
 * until the verify returns, and returns how many. None: the signature is a `mismatch` whose detail says so.
 */
typedef size_t (*gwt_secret_lookup)(void *arg, struct gwt_span access_key_id, struct gwt_span secrets[8]);

struct gwt_verify_options {
	gwt_secret_lookup lookup;
	void *lookup_arg;
	int64_t now;             /* seconds; ignored unless check_clock */
	bool check_clock;        /* at most 15 minutes away */
	struct gwt_span service; /* the scope's service must be this one; absent: any */
	struct gwt_span region;  /* the same for the region */
};

struct gwt_signature {
	enum gwt_signature_verdict verdict;
	enum gwt_signature_reason reason;
	char detail[512]; /* one line that says what to do; "" when valid; cut, since it quotes the client */
	struct gwt_authorization authorization; /* all zero but `present` when absent or malformed */
	bool is_read; /* `authorization` is complete and may become the request's `claim` */
	/*
	 * What a correct signer (AWS's rule) would have made from the headers as received, with the first
	 * secret; in the arena, absent when the signature is absent or malformed.
	 */
	struct gwt_span expected_canonical_request, expected_string_to_sign, expected_signature;
};

/*
 * Prove the signature of a request over its raw bytes, in the header or in a presigned query. A session token
 * must be signed when present, x-amz-content-sha256 must be the hash of the body, and host and every x-amz-*
 * must be signed. The expected texts are made only when `explain` is true (they cost an allocation).
 */
void gwt_sigv4_verify(struct gwt_sigv4 *ctx, const struct gwt_request *request,
		      const struct gwt_verify_options *options, bool explain, struct gwt_arena *arena,
		      struct gwt_signature *out);

/*
 * Read what a request says without proving it: the verdict is GWT_SIG_VALID for everything that can be read.
 * What cannot be read, or is there twice, is malformed here, too, since its scope could not be compared.
 */
void gwt_sigv4_read(const struct gwt_request *request, struct gwt_arena *arena, struct gwt_signature *out);

#endif
