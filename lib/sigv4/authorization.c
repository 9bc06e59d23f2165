/*
 * authorization.c - the Authorization header. AWS documents its parts as separated by a comma, with or
 * without a space, in this order; any order is accepted.
 */
#include "lib/sigv4/authorization.h"

#include "lib/base/span.h"
#include "lib/http/headers.h"
#include "lib/sigv4/internal.h"
#include "lib/sigv4/shown.h"

enum { CREDENTIAL, SIGNED_HEADERS, SIGNATURE, PART_COUNT };
static const char *const part_names[PART_COUNT] = { "Credential", "SignedHeaders", "Signature" };

/* Put one "Name=value" into its place. */
static gwt_status read_part(struct gwt_span piece, struct gwt_span parts[PART_COUNT], struct gwt_error *err)
{
	struct gwt_span value = gwt_span_trim(piece), name = gwt_span_cut(&value, '=');

	for (size_t i = 0; i < PART_COUNT; i++) {
		if (!gwt_span_is(name, part_names[i]))
			continue;
		if (parts[i].ptr)
			return gwt_fail(err, GWT_EPARSE, "Authorization has %s twice", part_names[i]);
		if (!value.ptr || (!value.len && i != SIGNED_HEADERS))
			return gwt_fail(err, GWT_EPARSE, "Authorization has an empty %s", part_names[i]);
		parts[i] = value;
		return GWT_OK;
	}
	return gwt_fail(err, GWT_EPARSE, "Authorization has an unknown part"); /* perhaps a secret */
}

static gwt_status read_parts(struct gwt_span text, struct gwt_span parts[PART_COUNT], struct gwt_error *err)
{
	while (text.ptr) {
		gwt_status status = read_part(gwt_span_cut(&text, ','), parts, err);

		if (status != GWT_OK)
			return status;
	}
	for (size_t i = 0; i < PART_COUNT; i++)
		if (!parts[i].ptr)
			return gwt_fail(err, GWT_EPARSE, "Authorization has no %s", part_names[i]);
	return GWT_OK;
}

/* Text without a space after it is not a scheme, and may be the secret itself. */
static gwt_status fail_scheme(struct gwt_span scheme, bool alone, struct gwt_error *err)
{
	if (alone && scheme.len)
		return gwt_fail(err, GWT_EPARSE, "Authorization does not begin with " GWT_SIGV4_ALGORITHM);
	return gwt_fail(err, GWT_EPARSE,
			"Authorization scheme '" GWT_SPAN_FMT "' is not " GWT_SIGV4_ALGORITHM,
			GWT_SPAN_ARG(gwt_sigv4_shown(GWT_SHOWN_SCHEME, scheme)));
}

static gwt_status split(struct gwt_span value, struct gwt_authorization *out, struct gwt_error *err)
{
	struct gwt_span parts[PART_COUNT] = { { NULL, 0 } }, rest = value;
	struct gwt_span scheme = gwt_span_cut(&rest, ' ');
	gwt_status status;

	if (!gwt_span_is(scheme, GWT_SIGV4_ALGORITHM))
		return fail_scheme(scheme, !rest.ptr, err);
	status = read_parts(rest, parts, err);
	if (status != GWT_OK)
		return status;
	if (!gwt_sigv4_is_plain(parts[SIGNATURE]))
		return gwt_fail(err, GWT_EPARSE, "Signature is not 64 lower-case hexadecimal digits");
	out->signed_headers = parts[SIGNED_HEADERS];
	out->signature = parts[SIGNATURE];
	return gwt_sigv4_read_credential(parts[CREDENTIAL], out, err);
}

/* A signature that cannot be read is only known to be present. */
static gwt_status keep_if_ok(gwt_status status, struct gwt_authorization *out)
{
	if (status != GWT_OK)
		*out = (struct gwt_authorization){ .present = true };
	return status;
}

gwt_status gwt_authorization_split(struct gwt_span value, struct gwt_authorization *out,
				   struct gwt_error *err)
{
	*out = (struct gwt_authorization){ .present = true };
	return keep_if_ok(split(value, out, err), out);
}

gwt_status gwt_authorization_read(const struct gwt_request *request, struct gwt_arena *arena,
				  struct gwt_authorization *out, struct gwt_error *err)
{
	size_t headers;

	if (request->claim) {
		*out = *request->claim;
		return GWT_OK;
	}
	headers = gwt_headers_count_of(&request->headers, GWT_HEADER_AUTHORIZATION);
	*out = (struct gwt_authorization){ .presigned = gwt_sigv4_is_presigned(request->query, arena) };
	out->present = headers > 0 || out->presigned;
	if (!out->present)
		return GWT_OK;
	if (headers > 1)
		return keep_if_ok(
			gwt_fail(err, GWT_EPARSE, "the request has %zu Authorization headers", headers), out);
	if (headers && out->presigned)
		return keep_if_ok(gwt_fail(err, GWT_EPARSE,
					   "the request is signed twice: in Authorization and in the query"),
				  out);
	if (out->presigned)
		return keep_if_ok(gwt_sigv4_read_presigned(request->query, arena, out, err), out);
	return gwt_authorization_split(gwt_headers_find(&request->headers, GWT_HEADER_AUTHORIZATION), out,
				       err);
}

gwt_status gwt_authorization_check_once(const struct gwt_request *request, struct gwt_error *err)
{
	static const struct {
		enum gwt_header_id id;
		const char *name;
	} rows[] = {
		{ GWT_HEADER_AUTHORIZATION, "Authorization" },
		{ GWT_HEADER_AMZ_DATE, "X-Amz-Date" },
		{ GWT_HEADER_DATE, "Date" },
		{ GWT_HEADER_AMZ_CONTENT_SHA256, "X-Amz-Content-Sha256" },
		{ GWT_HEADER_AMZ_SECURITY_TOKEN, "X-Amz-Security-Token" },
	};
	size_t counts[GWT_HEADER_IDS] = { 0 };

	for (size_t i = 0; i < request->headers.len; i++)
		counts[gwt_header_id(&request->headers.items[i])]++;
	if (counts[GWT_HEADER_AMZ_DATE]) /* Date counts only when there is no X-Amz-Date */
		counts[GWT_HEADER_DATE] = 0;
	for (size_t i = 0; i < GWT_LEN(rows); i++)
		if (counts[rows[i].id] > 1)
			return gwt_fail(err, GWT_EPARSE, "the request has %s twice", rows[i].name);
	return GWT_OK;
}
