/*
 * proof.c - one attempt to prove a signature, and the note of why there is none.
 */
#include <openssl/crypto.h>
#include <stdarg.h>
#include <stdio.h>

#include "lib/base/buf.h"
#include "lib/sigv4/internal.h"

void gwt_sigv4_refuse(struct gwt_signature *out, enum gwt_signature_reason reason, const char *fmt, ...)
{
	va_list args;

	out->verdict = GWT_SIG_INVALID;
	out->reason = reason;
	va_start(args, fmt);
	/* the text quotes the client, which may have sent a lot */
	vsnprintf(out->detail, sizeof(out->detail), fmt, args);
	va_end(args);
	for (char *c = out->detail; *c; c++) /* the text quotes the client: make it one printable line */
		if (*c < ' ' || *c > '~')
			*c = '?';
}

bool gwt_sigv4_proves(const struct gwt_sigv4_proof *proof, struct gwt_span canonical)
{
	const struct gwt_authorization *a = proof->authorization;
	char signature[GWT_SHA256_HEX + 1];
	bool proved = false;

	gwt_buf_clear(&proof->ctx->to_sign);
	gwt_sigv4_string_to_sign(proof->ctx, &proof->ctx->to_sign, a->amz_date, &a->scope, canonical);
	for (size_t i = 0; i < proof->secret_count && !proved; i++) {
		gwt_sigv4_signature(proof->ctx, proof->secrets[i], &a->scope,
				    gwt_buf_span(&proof->ctx->to_sign), signature);
		proved = CRYPTO_memcmp(signature, a->signature.ptr, GWT_SHA256_HEX) == 0;
	}
	return proved;
}
