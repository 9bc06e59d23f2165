/*
 * x509.h - making certificates; for lib/net only.
 *
 * EC P-256 and SHA-256 throughout, with what strict verifiers ask for (RFC 5280:
 * key identifiers, critical basic constraints, key usage, names in subjectAltName).
 */
#ifndef GWT_NET_X509_H
#define GWT_NET_X509_H

#include <openssl/x509.h>
#include <stdbool.h>
#include <stdint.h>

#include "lib/base/span.h"

/* NULL when OpenSSL fails. */
EVP_PKEY *gwt_x509_new_key(void);
/* A self-signed authority, from `from` to `until` (seconds). */
X509 *gwt_x509_new_ca(EVP_PKEY *key, int64_t from, int64_t until);

/* What a server's certificate is for: a host name or an address, as text. */
struct gwt_x509_leaf {
	struct gwt_span names[4]; /* absent: fewer names */
	int64_t from, until;
};
X509 *gwt_x509_new_leaf(const struct gwt_x509_leaf *leaf, EVP_PKEY *key, X509 *ca, EVP_PKEY *ca_key);
/* A host name of letters, digits, '-', '_' and '.', or an address. */
bool gwt_x509_is_name(struct gwt_span name);

/* Certificate and key of an open authority (ca.c). */
struct gwt_ca;
X509 *gwt_ca_cert(const struct gwt_ca *ca);
EVP_PKEY *gwt_ca_key(const struct gwt_ca *ca);

#endif
