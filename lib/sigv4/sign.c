/*
 * sign.c - stage 2, and putting a signature on a request.
 */
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/http/headers.h"
#include "lib/sigv4/internal.h"

void gwt_sigv4_string_to_sign(struct gwt_sigv4 *ctx, struct gwt_buf *out, struct gwt_span amz_date,
			      const struct gwt_scope *scope, struct gwt_span canonical_request)
{
	char hash[GWT_SHA256_HEX + 1];

	gwt_sha256_hex(ctx, canonical_request, hash);
	gwt_buf_add(out, GWT_SPAN(GWT_SIGV4_ALGORITHM "\n"));
	gwt_buf_add(out, amz_date);
	gwt_buf_add_char(out, '\n');
	gwt_buf_add(out, scope->date);
	gwt_buf_add_char(out, '/');
	gwt_buf_add(out, scope->region);
	gwt_buf_add_char(out, '/');
	gwt_buf_add(out, scope->service);
	gwt_buf_add(out, GWT_SPAN("/" GWT_SIGV4_TERMINATOR "\n"));
	gwt_buf_add(out, (struct gwt_span){ hash, GWT_SHA256_HEX });
}

/* The headers that gwt_sigv4_sign() writes must not exist already. */
static gwt_status check_unsigned(struct gwt_sigv4 *ctx, const struct gwt_request *request,
				 struct gwt_error *err)
{
	static const char *const ours[] = { "Authorization", "X-Amz-Date", "X-Amz-Security-Token" };
	struct gwt_span stated = gwt_headers_get(&request->headers, "x-amz-content-sha256");
	char hash[GWT_SHA256_HEX + 1];

	for (size_t i = 0; i < GWT_LEN(ours); i++)
		if (gwt_headers_count(&request->headers, ours[i]) > 0)
			return gwt_fail(err, GWT_EPARSE, "cannot sign a request that has '%s' already",
					ours[i]);
	if (gwt_headers_count(&request->headers, "Host") != 1)
		return gwt_fail(err, GWT_EPARSE, "cannot sign a request without exactly one 'Host'");
	gwt_sha256_hex(ctx, request->body, hash);
	if (stated.ptr && !gwt_span_is(stated, hash))
		return gwt_fail(err, GWT_EPARSE, "'x-amz-content-sha256' is not the hash of the body");
	return GWT_OK;
}

static gwt_status add_authorization(struct gwt_sigv4 *ctx, struct gwt_request *request,
				    const struct gwt_credentials *credentials, const struct gwt_scope *scope,
				    struct gwt_span amz_date, struct gwt_error *err)
{
	struct gwt_arena *arena = request->headers.arena;
	struct gwt_span names =
		gwt_sigv4_list_signed(arena, &request->headers, GWT_SPAN("accept;content-type"));
	char hash[GWT_SHA256_HEX + 1], signature[GWT_SHA256_HEX + 1];
	struct gwt_span value;

	gwt_sha256_hex(ctx, request->body, hash);
	gwt_buf_clear(&ctx->canonical);
	gwt_sigv4_write_canonical(&ctx->query, &ctx->canonical, request, (struct gwt_sigv4_form){ 0 }, names,
				  gwt_span_of(hash));
	gwt_buf_clear(&ctx->to_sign);
	gwt_sigv4_string_to_sign(ctx, &ctx->to_sign, amz_date, scope, gwt_buf_span(&ctx->canonical));
	gwt_sigv4_signature(ctx, credentials->secret_key, scope, gwt_buf_span(&ctx->to_sign), signature);
	value = gwt_arena_printf(
		arena,
		GWT_SIGV4_ALGORITHM " Credential=" GWT_SPAN_FMT "/" GWT_SPAN_FMT "/" GWT_SPAN_FMT
				    "/" GWT_SPAN_FMT "/" GWT_SIGV4_TERMINATOR ", SignedHeaders=" GWT_SPAN_FMT
				    ", Signature=%s",
		GWT_SPAN_ARG(credentials->access_key_id), GWT_SPAN_ARG(scope->date),
		GWT_SPAN_ARG(scope->region), GWT_SPAN_ARG(scope->service), GWT_SPAN_ARG(names), signature);
	return gwt_headers_add(&request->headers, GWT_SPAN("Authorization"), value, err);
}

gwt_status gwt_sigv4_sign(struct gwt_sigv4 *ctx, struct gwt_request *request,
			  const struct gwt_credentials *credentials, struct gwt_span region,
			  struct gwt_span service, int64_t now, struct gwt_error *err)
{
	char amz_date[GWT_AMZ_DATE_LEN + 1];
	struct gwt_span date = { amz_date, GWT_AMZ_DATE_LEN };
	struct gwt_scope scope = { .date = { amz_date, 8 }, .region = region, .service = service };
	gwt_status status = check_unsigned(ctx, request, err);

	if (status != GWT_OK)
		return status;
	gwt_clock_amz_date(now, amz_date);
	status = gwt_headers_add(&request->headers, GWT_SPAN("X-Amz-Date"), date, err);
	if (status == GWT_OK && credentials->session_token.len)
		status = gwt_headers_add(&request->headers, GWT_SPAN("X-Amz-Security-Token"),
					 credentials->session_token, err);
	if (status != GWT_OK)
		return status;
	return add_authorization(ctx, request, credentials, &scope, date, err);
}
