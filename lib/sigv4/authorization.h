/*
 * authorization.h - the one reader of what a request says about its signature.
 *
 *   Authorization: AWS4-HMAC-SHA256 Credential=KEY/DATE/REGION/SERVICE/aws4_request,
 *                  SignedHeaders=a;b, Signature=HEX
 *
 * or the same as query parameters (presigned). Whoever needs the key id, the scope, the signed headers or the
 * signature takes them from here: the proof, the session, the levels, the cache, recording and import. Two readers
 * that disagree would let a request be proved as one thing and compared as another.
 *
 * Strict: each part once, parts separated by a comma, no part with a blank, a comma or '=' inside; nothing is
 * searched for. Nothing of the value is quoted in a message, since people put secrets into the wrong place.
 */
#ifndef GWT_SIGV4_AUTHORIZATION_H
#define GWT_SIGV4_AUTHORIZATION_H

#include "lib/base/error.h"
#include "lib/http/message.h"

struct gwt_scope {
	struct gwt_span date; /* 8 digits */
	struct gwt_span region, service;
};

/* Views of the request or of the arena. */
struct gwt_authorization {
	bool present; /* the request says something about a signature, readable or not */
	bool presigned;
	struct gwt_span access_key_id;
	struct gwt_scope scope;
	struct gwt_span terminator;     /* "aws4_request", when it is right */
	struct gwt_span signed_headers; /* as written */
	struct gwt_span signature;      /* as written */
	uint64_t expires_s;             /* presigned: X-Amz-Expires */
	/* Set by gwt_sigv4_verify() only. */
	struct gwt_span amz_date; /* of X-Amz-Date; from Date, rewritten, where that is absent */
	int64_t time;             /* the same in seconds */
};

/*
 * What the Authorization header, else the presigned query, says. GWT_OK with `present` false when there is
 * neither; GWT_EPARSE, with the malformation named, when it cannot be read: `present` is then all that is set.
 * The forms of the parts (hexadecimal digits, dates) are checked by the proof. A request that has its `claim` is not
 * read again.
 */
gwt_status gwt_authorization_read(const struct gwt_request *request, struct gwt_arena *arena,
				  struct gwt_authorization *out, struct gwt_error *err);

/* The same for the value of one Authorization header. */
gwt_status gwt_authorization_split(struct gwt_span value, struct gwt_authorization *out,
				   struct gwt_error *err);

/*
 * GWT_EPARSE when a header that decides something about the signature stands twice, equal or not: readers on the
 * way may take the first or the last.
 */
gwt_status gwt_authorization_check_once(const struct gwt_request *request, struct gwt_error *err);

#endif
