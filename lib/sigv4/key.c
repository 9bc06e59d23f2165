/*
 * key.c - signing keys and the signature itself.
 *
 * Deriving a key takes four HMACs, which cost more than everything else, so keyed MACs are kept and started
 * again for each signature (EVP_MAC_init without a key).
 */
#include "lib/sigv4/internal.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/params.h>

#include "lib/base/error.h"
#include "lib/base/span.h"

static EVP_MAC_CTX *mac_new(struct gwt_sigv4 *ctx)
{
	char name[] = "SHA256";
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0),
		OSSL_PARAM_construct_end(),
	};
	EVP_MAC_CTX *mac = EVP_MAC_CTX_new(ctx->hmac);

	gwt_sigv4_must(mac && EVP_MAC_CTX_set_params(mac, params));
	return mac;
}

/* HMAC of `bytes` with `key`, or with the key that `mac` has already when `key` is NULL. */
static void mac_once(EVP_MAC_CTX *mac, const unsigned char *key, size_t key_len, struct gwt_span bytes,
		     unsigned char out[GWT_SHA256_BYTES])
{
	size_t len = 0;

	gwt_sigv4_must(EVP_MAC_init(mac, key, key_len, NULL) &&
		       EVP_MAC_update(mac, (const unsigned char *)bytes.ptr, bytes.len) &&
		       EVP_MAC_final(mac, out, &len, GWT_SHA256_BYTES));
}

/* "AWS4" and the secret are the first key; each further key is the MAC before it. */
static void derive(EVP_MAC_CTX *mac, struct gwt_span secret_key, const struct gwt_scope *scope)
{
	const struct gwt_span steps[] = { scope->region, scope->service, GWT_SPAN(GWT_SIGV4_TERMINATOR) };
	size_t first_len = 4 + secret_key.len;
	unsigned char *first = OPENSSL_malloc(first_len);
	unsigned char key[GWT_SHA256_BYTES];

	gwt_sigv4_must(first != NULL);
	memcpy(first, "AWS4", 4);
	if (secret_key.len)
		gwt_copy(first + 4, secret_key.ptr, secret_key.len);
	mac_once(mac, first, first_len, scope->date, key);
	OPENSSL_clear_free(first, first_len);
	for (size_t i = 0; i < GWT_LEN(steps); i++)
		mac_once(mac, key, sizeof(key), steps[i], key);
	gwt_sigv4_must(EVP_MAC_init(mac, key, sizeof(key), NULL));
	OPENSSL_cleanse(key, sizeof(key));
}

static bool is_key_of(const struct gwt_sigv4_key *key, const struct gwt_span parts[4])
{
	const char *at = key->id;

	for (size_t i = 0; i < 4; i++) {
		if (key->lens[i] != parts[i].len ||
		    (parts[i].len && memcmp(at, parts[i].ptr, parts[i].len) != 0))
			return false;
		at += parts[i].len;
	}
	return key->mac != NULL;
}

static void name_key(struct gwt_sigv4_key *key, const struct gwt_span parts[4])
{
	char *at = key->id;

	for (size_t i = 0; i < 4; i++) {
		key->lens[i] = parts[i].len;
		if (parts[i].len)
			gwt_copy(at, parts[i].ptr, parts[i].len);
		at += parts[i].len;
	}
}

/* The keyed MAC from the cache; derived when it is not there. */
static EVP_MAC_CTX *cached_mac(struct gwt_sigv4 *ctx, const struct gwt_span parts[4],
			       const struct gwt_scope *scope)
{
	struct gwt_sigv4_key *key;

	for (size_t i = 0; i < GWT_SIGV4_KEYS; i++) {
		size_t at = (ctx->last_hit + i) % GWT_SIGV4_KEYS;

		if (is_key_of(&ctx->keys[at], parts)) {
			ctx->last_hit = at;
			return ctx->keys[at].mac;
		}
	}
	ctx->last_hit = ctx->next_victim;
	ctx->next_victim = (ctx->next_victim + 1) % GWT_SIGV4_KEYS;
	key = &ctx->keys[ctx->last_hit];
	if (!key->mac)
		key->mac = mac_new(ctx);
	OPENSSL_cleanse(key->id, sizeof(key->id));
	derive(key->mac, parts[3], scope);
	name_key(key, parts);
	return key->mac;
}

/* A key whose parts do not fit a slot (real ones are not that long) is used once and wiped. */
static void sign_once(struct gwt_sigv4 *ctx, struct gwt_span secret_key, const struct gwt_scope *scope,
		      struct gwt_span string_to_sign, unsigned char out[GWT_SHA256_BYTES])
{
	EVP_MAC_CTX *mac = mac_new(ctx);

	derive(mac, secret_key, scope);
	mac_once(mac, NULL, 0, string_to_sign, out);
	EVP_MAC_CTX_free(mac);
}

void gwt_sigv4_signature(struct gwt_sigv4 *ctx, struct gwt_span secret_key, const struct gwt_scope *scope,
			 struct gwt_span string_to_sign, char out[GWT_SHA256_HEX + 1])
{
	const struct gwt_span parts[4] = { scope->date, scope->region, scope->service, secret_key };
	unsigned char mac[GWT_SHA256_BYTES];
	size_t id_len = 0;

	for (size_t i = 0; i < 4; i++)
		id_len += parts[i].len;
	if (id_len <= GWT_SIGV4_KEY_ID_BYTES)
		mac_once(cached_mac(ctx, parts, scope), NULL, 0, string_to_sign, mac);
	else
		sign_once(ctx, secret_key, scope, string_to_sign, mac);
	gwt_sigv4_hex(mac, out);
}
