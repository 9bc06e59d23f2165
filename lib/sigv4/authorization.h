/*
 * authorization.h - the one reader of what a request says about its signature.
 *
 *   Authorization: AWS4-HMAC-SHA256 Credential=KEY/DATE/REGION/SERVICE/aws4_request,
 *                  SignedHeaders=a;b, Signature=HEX
 *
 * or the same as query parameters (presigned). Everything that needs the key id, the scope, the signed
 * headers or the signature takes them from here: the proof, the session, the levels, the cache, recording and
 * import. Two readers that disagree would let a request be proved as one thing and compared as another.
 *
 * Strict: each part once, parts separated by a comma, no white space, comma or '=' inside a part; nothing is
 * searched for. A message quotes nothing of the value, since people put secrets into the wrong place.
 */
#ifndef GWT_SIGV4_AUTHORIZATION_H
#define GWT_SIGV4_AUTHORIZATION_H

#include "lib/base/error.h"
#include "lib/http/message.h"

struct gwt_scope {
	struct gwt_span date; /* 8 digits */
	struct gwt_span region, service;
};

/* Its parts are views of the request or of the arena. */
struct gwt_authorization {
	bool present; /* the request has a signature, valid or not even readable */
	bool presigned;
	struct gwt_span access_key_id;
	struct gwt_scope scope;
	struct gwt_span terminator;     /* "aws4_request" in a valid scope */
	struct gwt_span signed_headers; /* as written */
	struct gwt_span signature;      /* as written */
	uint64_t expires_s;             /* presigned: X-Amz-Expires */
	/* Set by gwt_sigv4_verify() only. */
	struct gwt_span amz_date; /* from X-Amz-Date, or, when there is none, from Date in the same form */
	int64_t time;             /* the same time in seconds */
};

/*
 * Read the Authorization header, or else the presigned query. GWT_OK with `present` false when there is
 * neither; GWT_EPARSE, which names the fault, when it cannot be read: then only `present` is set. The
 * proof checks the forms of the parts (hexadecimal digits, dates). A request that has its `claim` is not
 * read again.
 */
gwt_status gwt_authorization_read(const struct gwt_request *request, struct gwt_arena *arena,
				  struct gwt_authorization *out, struct gwt_error *err);

/* The same for the value of one Authorization header. */
gwt_status gwt_authorization_split(struct gwt_span value, struct gwt_authorization *out,
				   struct gwt_error *err);

/*
 * GWT_EPARSE when the request has a header twice that decides something about the signature, even with equal
 * values: a reader on the way may take the first or the last.
 */
gwt_status gwt_authorization_check_once(const struct gwt_request *request, struct gwt_error *err);

#endif
