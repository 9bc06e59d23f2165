/*
 * verify.c - proving the signature of a request.
 *
 * Checks that need no key come first (malformed, scope, unsigned header, body hash). Then the signature is
 * made again for each spelling of the path that is accepted. The clock comes last, so that an old request
 * that is otherwise right is only called old.
 */
#include <openssl/crypto.h>
#include <stdarg.h>
#include <stdio.h>

#include "lib/base/arena.h"
#include "lib/base/bounds.h"
#include "lib/base/buf.h"
#include "lib/base/span.h"
#include "lib/http/headers.h"
#include "lib/sigv4/authorization.h"
#include "lib/sigv4/internal.h"
#include "lib/sigv4/shown.h"

const char *gwt_signature_verdict_word(enum gwt_signature_verdict verdict)
{
	static const char *const words[] = {
		[GWT_SIG_VALID] = "valid",
		[GWT_SIG_VALID_NORMALIZED_PATH] = "valid-normalized-path",
		[GWT_SIG_VALID_RAW_PATH] = "valid-raw-path",
		[GWT_SIG_ABSENT] = "absent",
		[GWT_SIG_INVALID] = "invalid",
	};

	return words[verdict];
}

const char *gwt_signature_reason_word(enum gwt_signature_reason reason)
{
	static const char *const words[] = {
		[GWT_SIG_REASON_NONE] = "",
		[GWT_SIG_SINGLE_ENCODED_PATH] = "single-encoded-path",
		[GWT_SIG_WRONG_SECRET] = "wrong-secret",
		[GWT_SIG_BODY_HASH] = "body-hash",
		[GWT_SIG_SCOPE] = "scope",
		[GWT_SIG_UNSIGNED_HEADER] = "unsigned-header",
		[GWT_SIG_CLOCK_SKEW] = "clock-skew",
		[GWT_SIG_MALFORMED] = "malformed",
		[GWT_SIG_MISMATCH] = "mismatch",
	};

	return words[reason];
}

/* Each check refuses and returns false, or leaves `out` unchanged. */
static bool check_scope(const struct gwt_verify_options *options, struct gwt_signature *out)
{
	const struct gwt_authorization *a = &out->authorization;

	if (!gwt_span_is(a->terminator, GWT_SIGV4_TERMINATOR))
		gwt_sigv4_refuse(out, GWT_SIG_SCOPE,
				 "the credential scope ends in '" GWT_SPAN_FMT
				 "'; it must end in aws4_request",
				 GWT_SPAN_ARG(gwt_sigv4_shown(GWT_SHOWN_WORD, a->terminator)));
	else if (!gwt_span_eq(a->scope.date, gwt_span_slice(a->amz_date, 0, 8)))
		gwt_sigv4_refuse(out, GWT_SIG_SCOPE,
				 "the credential scope is of day " GWT_SPAN_FMT
				 ", the request of " GWT_SPAN_FMT
				 "; take both from one clock reading, in UTC",
				 GWT_SPAN_ARG(gwt_sigv4_shown(GWT_SHOWN_TIME, a->scope.date)),
				 GWT_SPAN_ARG(a->amz_date));
	else if (options->service.ptr && !gwt_span_eq(a->scope.service, options->service))
		gwt_sigv4_refuse(out, GWT_SIG_SCOPE,
				 "signed for service '" GWT_SPAN_FMT "', this is '" GWT_SPAN_FMT
				 "'; set the client's signing name",
				 GWT_SPAN_ARG(gwt_sigv4_shown(GWT_SHOWN_WORD, a->scope.service)),
				 GWT_SIGV4_QUOTE(options->service));
	else if (options->region.ptr && !gwt_span_eq(a->scope.region, options->region))
		gwt_sigv4_refuse(out, GWT_SIG_SCOPE,
				 "signed for region '" GWT_SPAN_FMT "', this is '" GWT_SPAN_FMT
				 "'; set the client's region (AWS_REGION)",
				 GWT_SPAN_ARG(gwt_sigv4_shown(GWT_SHOWN_WORD, a->scope.region)),
				 GWT_SIGV4_QUOTE(options->region));
	return out->verdict != GWT_SIG_INVALID;
}

static bool has_header(const struct gwt_headers *headers, struct gwt_span name)
{
	for (size_t i = 0; i < headers->len; i++)
		if (gwt_span_ieq(headers->items[i].name, name))
			return true;
	return false;
}

/* The first header that must be signed but is not; absent when there is none. */
static struct gwt_span find_unsigned(const struct gwt_headers *headers, struct gwt_span list)
{
	if (!gwt_sigv4_is_signed(list, GWT_SPAN("host")))
		return GWT_SPAN("host");
	for (size_t i = 0; i < headers->len; i++)
		if (gwt_sigv4_must_be_signed(gwt_header_id(&headers->items[i])) &&
		    !gwt_sigv4_is_signed(list, headers->items[i].name))
			return headers->items[i].name;
	return GWT_ABSENT;
}

static bool check_headers(const struct gwt_request *request, struct gwt_signature *out)
{
	struct gwt_span list = out->authorization.signed_headers;
	struct gwt_span left_out = find_unsigned(&request->headers, list);

	if (left_out.ptr) {
		gwt_sigv4_refuse(out, GWT_SIG_UNSIGNED_HEADER,
				 "header '" GWT_SPAN_FMT "' is sent and not signed; add it before signing",
				 GWT_SIGV4_QUOTE(left_out));
		return false;
	}
	while (list.ptr) {
		struct gwt_span name = gwt_span_cut(&list, ';');

		if (has_header(&request->headers, name))
			continue;
		gwt_sigv4_refuse(out, GWT_SIG_MALFORMED,
				 "SignedHeaders names '" GWT_SPAN_FMT
				 "', which the request does not have; was it dropped on the way?",
				 GWT_SPAN_ARG(gwt_sigv4_shown(GWT_SHOWN_HEADER, name)));
		return false;
	}
	return true;
}

/* S3's values that leave the body out (UNSIGNED-PAYLOAD, STREAMING-…) are not accepted either. */
static bool check_body(const struct gwt_request *request, const char *body_hash, struct gwt_signature *out)
{
	struct gwt_span stated = gwt_headers_find(&request->headers, GWT_HEADER_AMZ_CONTENT_SHA256);

	if (!stated.ptr || gwt_span_is(stated, body_hash))
		return true;
	gwt_sigv4_refuse(out, GWT_SIG_BODY_HASH,
			 "x-amz-content-sha256 is '" GWT_SPAN_FMT
			 "', the body of %zu bytes hashes to '%s'; hash the bytes that are sent",
			 GWT_SPAN_ARG(gwt_sigv4_shown(GWT_SHOWN_HASH, stated)), request->body.len, body_hash);
	return false;
}

static bool proves_path(const struct gwt_sigv4_proof *proof, enum gwt_sigv4_path path)
{
	struct gwt_buf *canonical = &proof->ctx->canonical;

	gwt_buf_clear(canonical);
	gwt_sigv4_write_canonical(&proof->ctx->query, canonical, proof->request,
				  (struct gwt_sigv4_form){ .path = path },
				  proof->authorization->signed_headers, gwt_span_of(proof->body_hash));
	return gwt_sigv4_proves(proof, gwt_buf_span(canonical));
}

static bool check_signature(const struct gwt_sigv4_proof *proof, struct gwt_signature *out)
{
	bool dots = gwt_sigv4_path_has_dots(proof->request->path);

	if (proof->secret_count == 0) {
		gwt_sigv4_refuse(
			out, GWT_SIG_MISMATCH, "no secret key is known for access key id '" GWT_SPAN_FMT "'",
			GWT_SPAN_ARG(gwt_sigv4_shown(GWT_SHOWN_KEY_ID, proof->authorization->access_key_id)));
		return false;
	}
	if (proves_path(proof, GWT_SIGV4_PATH_NORMALIZED)) {
		out->verdict = dots ? GWT_SIG_VALID_NORMALIZED_PATH : GWT_SIG_VALID;
		return true;
	}
	if (dots && proves_path(proof, GWT_SIGV4_PATH_RAW)) {
		out->verdict = GWT_SIG_VALID_RAW_PATH;
		return true;
	}
	gwt_sigv4_diagnose(proof, out);
	return false;
}

static bool check_clock(const struct gwt_verify_options *options, struct gwt_signature *out)
{
	const struct gwt_authorization *a = &out->authorization;
	int64_t until = a->time + (a->presigned ? (int64_t)a->expires_s : GWT_MAX_CLOCK_SKEW_S);

	if (!options->check_clock)
		return true;
	if (options->now > until && a->presigned)
		gwt_sigv4_refuse(out, GWT_SIG_CLOCK_SKEW,
				 "the presigned request expired %lld s ago (X-Amz-Expires %llu)",
				 (long long)(options->now - until), (unsigned long long)a->expires_s);
	else if (options->now > until || options->now < a->time - GWT_MAX_CLOCK_SKEW_S)
		gwt_sigv4_refuse(
			out, GWT_SIG_CLOCK_SKEW,
			"signed at " GWT_SPAN_FMT ", %lld s %s the clock here; AWS allows %d",
			GWT_SPAN_ARG(a->amz_date),
			(long long)(options->now > until ? options->now - a->time : a->time - options->now),
			options->now > until ? "behind" : "ahead of", GWT_MAX_CLOCK_SKEW_S);
	return out->verdict != GWT_SIG_INVALID;
}

/* Write what a correct signer of this request would have made, with the first secret of the key id. */
static void explain_expected(const struct gwt_sigv4_proof *proof, struct gwt_arena *arena,
			     struct gwt_signature *out)
{
	const struct gwt_authorization *a = &out->authorization;
	struct gwt_span names = gwt_sigv4_list_signed(arena, &proof->request->headers, a->signed_headers);
	struct gwt_buf *canonical = &proof->ctx->canonical, *to_sign = &proof->ctx->to_sign;
	char signature[GWT_SHA256_HEX + 1];

	if (out->verdict == GWT_SIG_INVALID && !gwt_sigv4_may_be_shown(proof->request, a))
		return;
	gwt_buf_clear(canonical);
	gwt_sigv4_write_canonical(&proof->ctx->query, canonical, proof->request, (struct gwt_sigv4_form){ 0 },
				  names, gwt_span_of(proof->body_hash));
	gwt_buf_clear(to_sign);
	gwt_sigv4_string_to_sign(proof->ctx, to_sign, a->amz_date, &a->scope, gwt_buf_span(canonical));
	out->expected_canonical_request = gwt_arena_copy(arena, gwt_buf_span(canonical));
	out->expected_string_to_sign = gwt_arena_copy(arena, gwt_buf_span(to_sign));
	if (proof->secret_count == 0)
		return;
	gwt_sigv4_signature(proof->ctx, proof->secrets[0], &a->scope, gwt_buf_span(to_sign), signature);
	out->expected_signature = gwt_arena_copy(arena, gwt_span_of(signature));
}

/* Whether there is a signature to prove; if not, the verdict says why. */
static bool settle_claim(gwt_status status, const struct gwt_error *err, struct gwt_signature *out)
{
	if (status != GWT_OK) {
		out->authorization = (struct gwt_authorization){ .present = true };
		gwt_sigv4_refuse(out, GWT_SIG_MALFORMED, "%s", err->msg);
		return false;
	}
	out->is_read = true;
	if (out->authorization.present)
		return true;
	out->verdict = GWT_SIG_ABSENT;
	snprintf(out->detail, sizeof(out->detail),
		 "no Authorization header and no X-Amz-Signature in the query");
	return false;
}

void gwt_sigv4_read(const struct gwt_request *request, struct gwt_arena *arena, struct gwt_signature *out)
{
	struct gwt_error err;
	gwt_status status;

	*out = (struct gwt_signature){ .verdict = GWT_SIG_VALID };
	status = gwt_authorization_check_once(request, &err);
	if (status == GWT_OK)
		status = gwt_authorization_read(request, arena, &out->authorization, &err);
	settle_claim(status, &err, out);
}

void gwt_sigv4_verify(struct gwt_sigv4 *ctx, const struct gwt_request *request,
		      const struct gwt_verify_options *options, bool explain, struct gwt_arena *arena,
		      struct gwt_signature *out)
{
	struct gwt_sigv4_proof proof = { .ctx = ctx,
					 .request = request,
					 .authorization = &out->authorization };
	struct gwt_error err;

	*out = (struct gwt_signature){ .verdict = GWT_SIG_VALID };
	if (!settle_claim(gwt_sigv4_read_authorization(ctx, request, arena, &out->authorization, &err), &err,
			  out))
		return;
	proof.secret_count =
		options->lookup(options->lookup_arg, out->authorization.access_key_id, proof.secrets);
	gwt_sigv4_body_hash(ctx, request->body, proof.body_hash);
	(void)(check_scope(options, out) && check_headers(request, out) &&
	       check_body(request, proof.body_hash, out) && check_signature(&proof, out) &&
	       check_clock(options, out));
	if (explain && out->reason != GWT_SIG_MALFORMED)
		explain_expected(&proof, arena, out);
}
