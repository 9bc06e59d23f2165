/* digest.c - SHA-256 and HMAC-SHA-256, by OpenSSL. */
#include "lib/sigv4/internal.h"

#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/span.h"

void gwt_sigv4_must(int ok)
{
	if (ok)
		return;
	fputs("gwtape: OpenSSL has no SHA-256, or memory is out\n", stderr);
	abort();
}

struct gwt_sigv4 *gwt_sigv4_new(void)
{
	struct gwt_sigv4 *ctx = gwt_xcalloc(1, sizeof(*ctx));

	ctx->sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
	ctx->md = EVP_MD_CTX_new();
	ctx->hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	gwt_sigv4_must(ctx->sha256 && ctx->md && ctx->hmac);
	gwt_buf_init(&ctx->canonical, SIZE_MAX);
	gwt_buf_init(&ctx->other, SIZE_MAX);
	gwt_buf_init(&ctx->to_sign, SIZE_MAX);
	gwt_buf_init(&ctx->query.text, SIZE_MAX);
	for (size_t i = 0; i < GWT_SIGV4_BODIES; i++)
		gwt_buf_init(&ctx->bodies[i].bytes, SIZE_MAX);
	return ctx;
}

void gwt_sigv4_free(struct gwt_sigv4 *ctx)
{
	if (!ctx)
		return;
	for (size_t i = 0; i < GWT_SIGV4_KEYS; i++)
		EVP_MAC_CTX_free(ctx->keys[i].mac); /* OpenSSL wipes the key in it */
	EVP_MAC_free(ctx->hmac);
	EVP_MD_CTX_free(ctx->md);
	EVP_MD_free(ctx->sha256);
	gwt_buf_release(&ctx->canonical);
	gwt_buf_release(&ctx->other);
	gwt_buf_release(&ctx->to_sign);
	gwt_sigv4_query_release(&ctx->query);
	for (size_t i = 0; i < GWT_SIGV4_BODIES; i++)
		gwt_buf_release(&ctx->bodies[i].bytes);
	OPENSSL_cleanse(ctx, sizeof(*ctx));
	free(ctx);
}

void gwt_sha256(struct gwt_sigv4 *ctx, struct gwt_span bytes, unsigned char out[GWT_SHA256_BYTES])
{
	gwt_sigv4_must(EVP_DigestInit_ex2(ctx->md, ctx->sha256, NULL) &&
		       EVP_DigestUpdate(ctx->md, bytes.ptr, bytes.len) &&
		       EVP_DigestFinal_ex(ctx->md, out, NULL));
}

void gwt_sigv4_hex(const unsigned char bytes[GWT_SHA256_BYTES], char out[GWT_SHA256_HEX + 1])
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < GWT_SHA256_BYTES; i++) {
		out[2 * i] = digits[bytes[i] >> 4];
		out[2 * i + 1] = digits[bytes[i] & 15];
	}
	out[GWT_SHA256_HEX] = '\0';
}

void gwt_sha256_hex(struct gwt_sigv4 *ctx, struct gwt_span bytes, char out[GWT_SHA256_HEX + 1])
{
	unsigned char digest[GWT_SHA256_BYTES];

	gwt_sha256(ctx, bytes, digest);
	gwt_sigv4_hex(digest, out);
}

void gwt_sigv4_body_hash(struct gwt_sigv4 *ctx, struct gwt_span body, char out[GWT_SHA256_HEX + 1])
{
	struct gwt_sigv4_body *kept = &ctx->bodies[body.len % GWT_SIGV4_BODIES];

	if (!kept->hash[0] || !gwt_span_eq(gwt_buf_span(&kept->bytes), body)) {
		gwt_sha256_hex(ctx, body, out);
		if (body.len > GWT_SIGV4_BODY_BYTES)
			return;
		gwt_buf_clear(&kept->bytes);
		gwt_buf_add(&kept->bytes, body);
		memcpy(kept->hash, out, sizeof(kept->hash));
		return;
	}
	memcpy(out, kept->hash, sizeof(kept->hash));
}

void gwt_wipe(void *secret, size_t size)
{
	OPENSSL_cleanse(secret, size);
}
