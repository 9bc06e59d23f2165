/*
 * presigned.c - the signature in query parameters.
 */
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/http/uri.h"
#include "lib/sigv4/internal.h"
#include "lib/sigv4/shown.h"

enum { ALGORITHM, CREDENTIAL, DATE, EXPIRES, SIGNED_HEADERS, SIGNATURE, TOKEN, PARAM_COUNT };
static const struct {
	const char *name;
	bool may_miss;
	bool is_mark; /* only presigned requests have this parameter */
} params[PARAM_COUNT] = {
	[ALGORITHM] = { "X-Amz-Algorithm", false, true },
	[CREDENTIAL] = { "X-Amz-Credential", false, true },
	[DATE] = { "X-Amz-Date", false, false },
	[EXPIRES] = { "X-Amz-Expires", false, false },
	[SIGNED_HEADERS] = { "X-Amz-SignedHeaders", false, false },
	[SIGNATURE] = { "X-Amz-Signature", false, true },
	[TOKEN] = { "X-Amz-Security-Token", true, false },
};
/* AWS's limit: seven days. */
enum { MAX_EXPIRES_S = 7 * 24 * 60 * 60 };

static struct gwt_span decode(struct gwt_arena *arena, struct gwt_span s)
{
	struct gwt_buf plain;
	struct gwt_span copy;

	if (gwt_span_find(s, '%') == s.len)
		return s;
	gwt_buf_init(&plain, s.len);
	gwt_uri_decode(&plain, s);
	copy = gwt_arena_copy(arena, gwt_buf_span(&plain));
	gwt_buf_release(&plain);
	return copy;
}

/* The parameter of a presigned request that has this name, once decoded; PARAM_COUNT when there is none. */
static size_t param_of(struct gwt_span name, struct gwt_arena *arena)
{
	size_t i = 0;

	name = decode(arena, name);
	while (i < PARAM_COUNT && !gwt_span_is(name, params[i].name))
		i++;
	return i;
}

bool gwt_sigv4_is_presigned(struct gwt_span query, struct gwt_arena *arena)
{
	while (query.ptr) {
		struct gwt_span piece = gwt_span_cut(&query, '&');
		size_t param = param_of(gwt_span_cut(&piece, '='), arena);

		if (param < PARAM_COUNT && params[param].is_mark)
			return true;
	}
	return false;
}

bool gwt_sigv4_has_param(struct gwt_span query, const char *name, struct gwt_arena *arena)
{
	while (query.ptr) {
		struct gwt_span piece = gwt_span_cut(&query, '&');

		if (gwt_span_is(decode(arena, gwt_span_cut(&piece, '=')), name))
			return true;
	}
	return false;
}

static gwt_status read_params(struct gwt_span query, struct gwt_arena *arena,
			      struct gwt_span values[PARAM_COUNT], struct gwt_error *err)
{
	while (query.ptr) {
		struct gwt_span value = gwt_span_cut(&query, '&');
		size_t param = param_of(gwt_span_cut(&value, '='), arena);

		if (param == PARAM_COUNT)
			continue;
		if (values[param].ptr)
			return gwt_fail(err, GWT_EPARSE, "the query has %s twice", params[param].name);
		values[param] = value.ptr ? decode(arena, value) : GWT_SPAN("");
	}
	for (size_t i = 0; i < PARAM_COUNT; i++)
		if (!values[i].ptr && !params[i].may_miss)
			return gwt_fail(err, GWT_EPARSE, "the query has no %s", params[i].name);
	return GWT_OK;
}

gwt_status gwt_sigv4_read_presigned(struct gwt_span query, struct gwt_arena *arena,
				    struct gwt_authorization *out, struct gwt_error *err)
{
	struct gwt_span values[PARAM_COUNT] = { { NULL, 0 } };
	gwt_status status = read_params(query, arena, values, err);

	if (status != GWT_OK)
		return status;
	if (!gwt_span_is(values[ALGORITHM], GWT_SIGV4_ALGORITHM))
		return gwt_fail(err, GWT_EPARSE,
				"X-Amz-Algorithm '" GWT_SPAN_FMT "' is not " GWT_SIGV4_ALGORITHM,
				GWT_SPAN_ARG(gwt_sigv4_shown(GWT_SHOWN_SCHEME, values[ALGORITHM])));
	if (!gwt_span_to_u64(values[EXPIRES], MAX_EXPIRES_S, &out->expires_s) || out->expires_s == 0)
		return gwt_fail(err, GWT_EPARSE, "X-Amz-Expires '" GWT_SPAN_FMT "' is not 1 to %d seconds",
				GWT_SPAN_ARG(gwt_sigv4_shown(GWT_SHOWN_TIME, values[EXPIRES])),
				MAX_EXPIRES_S);
	out->amz_date = values[DATE];
	out->signed_headers = values[SIGNED_HEADERS];
	out->signature = values[SIGNATURE];
	return gwt_sigv4_read_credential(values[CREDENTIAL], out, err);
}
