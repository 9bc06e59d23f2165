/*
 * presigned.c - the signature in query parameters.
 */
#include "lib/http/uri.h"
#include "lib/sigv4/internal.h"

enum { ALGORITHM, CREDENTIAL, DATE, EXPIRES, SIGNED_HEADERS, SIGNATURE, PARAM_COUNT };
static const char *const param_names[PARAM_COUNT] = { "X-Amz-Algorithm",     "X-Amz-Credential",
						      "X-Amz-Date",          "X-Amz-Expires",
						      "X-Amz-SignedHeaders", "X-Amz-Signature" };
/* AWS: seven days. */
enum { MAX_EXPIRES_S = 7 * 24 * 60 * 60 };

static struct gwt_span decode(struct gwt_arena *arena, struct gwt_span s)
{
	struct gwt_buf plain;
	struct gwt_span copy;

	gwt_buf_init(&plain, s.len);
	gwt_uri_decode(&plain, s);
	copy = gwt_arena_copy(arena, gwt_buf_span(&plain));
	gwt_buf_release(&plain);
	return copy;
}

static gwt_status find_param(const struct gwt_sigv4_query *query, const char *name, struct gwt_arena *arena,
			     struct gwt_span *out, struct gwt_error *err)
{
	size_t found = 0;

	for (size_t i = 0; i < query->len; i++)
		if (gwt_span_is(gwt_sigv4_param_name(query, i), name) && found++ == 0)
			*out = decode(arena, gwt_sigv4_param_value(query, i));
	if (found == 0)
		return gwt_fail(err, GWT_EPARSE, "the query has no %s", name);
	if (found > 1)
		return gwt_fail(err, GWT_EPARSE, "the query has %s twice", name);
	return GWT_OK;
}

gwt_status gwt_sigv4_read_presigned(struct gwt_sigv4 *ctx, struct gwt_arena *arena,
				    struct gwt_authorization *out, struct gwt_error *err)
{
	struct gwt_span values[PARAM_COUNT];

	for (size_t i = 0; i < PARAM_COUNT; i++) {
		gwt_status status = find_param(&ctx->query, param_names[i], arena, &values[i], err);

		if (status != GWT_OK)
			return status;
	}
	if (!gwt_span_is(values[ALGORITHM], GWT_SIGV4_ALGORITHM))
		return gwt_fail(err, GWT_EPARSE,
				"X-Amz-Algorithm '" GWT_SPAN_FMT "' is not " GWT_SIGV4_ALGORITHM,
				GWT_SPAN_ARG(values[ALGORITHM]));
	if (!gwt_span_to_u64(values[EXPIRES], MAX_EXPIRES_S, &out->expires_s) || out->expires_s == 0)
		return gwt_fail(err, GWT_EPARSE, "X-Amz-Expires '" GWT_SPAN_FMT "' is not 1 to %d seconds",
				GWT_SPAN_ARG(values[EXPIRES]), MAX_EXPIRES_S);
	out->amz_date = values[DATE];
	out->signed_headers = values[SIGNED_HEADERS];
	out->signature = values[SIGNATURE];
	return gwt_sigv4_read_credential(values[CREDENTIAL], out, err);
}
