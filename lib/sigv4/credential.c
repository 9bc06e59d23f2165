/*
 * credential.c - the Credential of a signature: access key id and credential scope, in the header and in a query.
 */
#include "lib/http/chars.h"
#include "lib/sigv4/internal.h"

#include "lib/base/error.h"
#include "lib/base/span.h"

bool gwt_sigv4_is_plain(struct gwt_span s)
{
	return s.len == 0 || gwt_chars_are(s, GWT_CHAR_PLAIN);
}

gwt_status gwt_sigv4_read_credential(struct gwt_span credential, struct gwt_authorization *out,
				     struct gwt_error *err)
{
	struct gwt_span *const parts[] = { &out->terminator, &out->scope.service, &out->scope.region,
					   &out->scope.date };
	struct gwt_span rest = credential;

	if (!gwt_sigv4_is_plain(credential))
		return gwt_fail(err, GWT_EPARSE,
				"Credential has a blank, '=', ',' or a byte that is not ASCII");
	for (size_t i = 0; i < GWT_LEN(parts); i++) { /* from the last part to the first */
		const char *slash = rest.len ? memrchr(rest.ptr, '/', rest.len) : NULL;
		size_t at = slash ? (size_t)(slash - rest.ptr) : 0;

		if (!slash || at + 1 == rest.len)
			return gwt_fail(err, GWT_EPARSE,
					"Credential is not KEY/DATE/REGION/SERVICE/aws4_request");
		*parts[i] = gwt_span_slice(rest, at + 1, rest.len);
		rest = gwt_span_slice(rest, 0, at);
	}
	if (rest.len == 0)
		return gwt_fail(err, GWT_EPARSE, "Credential has no access key id");
	out->access_key_id = rest;
	return GWT_OK;
}
