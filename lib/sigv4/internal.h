/*
 * internal.h - what the files of lib/sigv4 share; nobody else includes it.
 *
 * A context owns its digests, its keyed MACs and the buffers in which it verifies, so that proving a
 * signature allocates nothing once the buffers have grown.
 */
#ifndef GWT_SIGV4_INTERNAL_H
#define GWT_SIGV4_INTERNAL_H

#include <openssl/evp.h>

#include "lib/base/span.h"
#include "lib/sigv4/sigv4.h"

#define GWT_SIGV4_ALGORITHM  "AWS4-HMAC-SHA256"
#define GWT_SIGV4_TERMINATOR "aws4_request"

enum {
	GWT_SIGV4_KEYS = 64,
	GWT_SIGV4_KEY_ID_BYTES = 256,
	GWT_SIGV4_BODIES = 8,
	GWT_SIGV4_BODY_BYTES = 16 * 1024
};

/* One cached signing key: a MAC that has its key, and the parts from which the key was made. */
struct gwt_sigv4_key {
	EVP_MAC_CTX *mac;
	size_t lens[4];                  /* of date, region, service and secret in `id`; all 0: not used */
	char id[GWT_SIGV4_KEY_ID_BYTES]; /* the four parts, concatenated; wiped with the context */
};

/* A query parameter, normalized; offsets in gwt_sigv4_query.text. */
struct gwt_sigv4_param {
	size_t name, name_len, value, value_len;
};

struct gwt_sigv4_query {
	struct gwt_buf text;
	struct gwt_sigv4_param *params;
	size_t len, cap;
};

/* A recent body and its digest: test suites send the same bodies again and again. */
struct gwt_sigv4_body {
	struct gwt_buf bytes;
	char hash[GWT_SHA256_HEX + 1]; /* empty: no body yet */
};

struct gwt_sigv4 {
	EVP_MD *sha256;
	EVP_MD_CTX *md;
	EVP_MAC *hmac;
	struct gwt_sigv4_key keys[GWT_SIGV4_KEYS];
	size_t last_hit, next_victim;
	size_t last_date_len; /* 0: no date yet */
	char last_date[16];   /* of the last request, whose time is last_time: usual within a second */
	int64_t last_time;
	struct gwt_buf canonical, other, to_sign; /* buffers of verify and sign */
	struct gwt_sigv4_query query;
	struct gwt_sigv4_body bodies[GWT_SIGV4_BODIES]; /* indexed by the body's length */
};

/* gwt_sha256_hex() of a request's body; the hash of equal bytes is remembered. */
void gwt_sigv4_body_hash(struct gwt_sigv4 *ctx, struct gwt_span body, char out[GWT_SHA256_HEX + 1]);

/* Abort unless `ok`: the call into OpenSSL fails only without memory or when OpenSSL is not usable at all. */
void gwt_sigv4_must(int ok);

void gwt_sigv4_hex(const unsigned char bytes[GWT_SHA256_BYTES], char out[GWT_SHA256_HEX + 1]);

/*
 * Ways in which a client may differ from AWS's rule. Each is one bit, so that a signature that does not match
 * can be tried with it and the mistake named.
 */
enum gwt_sigv4_quirk {
	GWT_SIGV4_QUERY_AS_SENT = 1 << 0, /* not encoded and not sorted */
	GWT_SIGV4_QUERY_UNSORTED = 1 << 1,
	GWT_SIGV4_QUERY_PLUS_SPACE = 1 << 2, /* '+' taken as a space */
	GWT_SIGV4_QUERY_LEFT_OUT = 1 << 3,
	GWT_SIGV4_QUERY_NO_TOKEN = 1 << 4, /* X-Amz-Security-Token was added after signing */
	GWT_SIGV4_HEADER_SPACES = 1 << 5,  /* runs of spaces inside a value were kept */
	GWT_SIGV4_HOST_NO_PORT = 1 << 6,
	GWT_SIGV4_CONTENT_TYPE_BARE = 1 << 7, /* without its parameters */
};

struct gwt_sigv4_form {
	enum gwt_sigv4_path path;
	unsigned quirks; /* 0 is AWS's rule */
};

void gwt_sigv4_write_canonical(struct gwt_sigv4_query *query, struct gwt_buf *out,
			       const struct gwt_request *request, struct gwt_sigv4_form form,
			       struct gwt_span signed_headers, struct gwt_span payload_hash);

/* The canonical URI of `path`. */
void gwt_sigv4_write_path(struct gwt_buf *out, struct gwt_span path, enum gwt_sigv4_path how);
/*
 * Whether AWS's rule changes the segments of `path`: it has a dot segment, or an empty one that is not
 * the last.
 */
bool gwt_sigv4_path_has_dots(struct gwt_span path);

/* Split and normalize a query; parameters keep their order. */
void gwt_sigv4_query_parse(struct gwt_sigv4_query *query, struct gwt_span text, unsigned quirks);
void gwt_sigv4_query_release(struct gwt_sigv4_query *query);
struct gwt_span gwt_sigv4_param_name(const struct gwt_sigv4_query *query, size_t i);
struct gwt_span gwt_sigv4_param_value(const struct gwt_sigv4_query *query, size_t i);
void gwt_sigv4_write_query(struct gwt_sigv4_query *query, struct gwt_buf *out, struct gwt_span text,
			   unsigned quirks);

/*
 * The same as gwt_authorization_read(), and check the forms: a date, hexadecimal digits, a sorted list.
 * GWT_EPARSE, which names the fault, when a form is wrong.
 */
gwt_status gwt_sigv4_read_authorization(struct gwt_sigv4 *ctx, const struct gwt_request *request,
					struct gwt_arena *arena, struct gwt_authorization *out,
					struct gwt_error *err);
/* Whether it is visible ASCII without a byte that separates parts. */
bool gwt_sigv4_is_plain(struct gwt_span s);
/* Read "key/date/region/service/terminator", which both forms have. */
gwt_status gwt_sigv4_read_credential(struct gwt_span credential, struct gwt_authorization *out,
				     struct gwt_error *err);
/*
 * Whether the query has a parameter that only presigned requests have; whether it has the parameter `name`.
 */
bool gwt_sigv4_is_presigned(struct gwt_span query, struct gwt_arena *arena);
bool gwt_sigv4_has_param(struct gwt_span query, const char *name, struct gwt_arena *arena);
gwt_status gwt_sigv4_read_presigned(struct gwt_span query, struct gwt_arena *arena,
				    struct gwt_authorization *out, struct gwt_error *err);

/* Whether the list "a;b;c" has `name`, in any case. */
bool gwt_sigv4_is_signed(struct gwt_span signed_headers, struct gwt_span name);
/* True for host and x-amz-*: a change to them would otherwise not be noticed. */
bool gwt_sigv4_must_be_signed(enum gwt_header_id id);
/*
 * The list "a;b;c" for these headers, in lower case and sorted: those that must be signed, and those that
 * `also` lists. In `arena`.
 */
struct gwt_span gwt_sigv4_list_signed(struct gwt_arena *arena, const struct gwt_headers *headers,
				      struct gwt_span also);

/* One request that is verified: what verify and diagnose pass to each other. */
struct gwt_sigv4_proof {
	struct gwt_sigv4 *ctx;
	const struct gwt_request *request;
	const struct gwt_authorization *authorization;
	struct gwt_span secrets[8];
	size_t secret_count;
	char body_hash[GWT_SHA256_HEX + 1];
};

/* Whether `canonical`, signed with one of the secrets, gives the signature that was sent. */
bool gwt_sigv4_proves(const struct gwt_sigv4_proof *proof, struct gwt_span canonical);
/* Find why a signature does not match: fills reason and detail. ctx->canonical has AWS's form. */
void gwt_sigv4_diagnose(const struct gwt_sigv4_proof *proof, struct gwt_signature *out);

/* The beginning of a span, for a detail that must be short. */
#define GWT_SIGV4_QUOTE(s) GWT_SPAN_ARG(gwt_span_slice((s), 0, 100))

/* Set the verdict INVALID, the reason, and a detail of printable ASCII. */
void gwt_sigv4_refuse(struct gwt_signature *out, enum gwt_signature_reason reason, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#endif
