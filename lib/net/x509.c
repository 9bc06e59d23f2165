#include "lib/net/x509.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include "lib/base/error.h"

enum { SERIAL_BYTES = 16, MAX_NAME = 253 /* RFC 1035, 2.3.4, without the dot at the end */ };

EVP_PKEY *gwt_x509_new_key(void)
{
	return EVP_EC_gen("P-256");
}

/* Random and positive (RFC 5280, 4.1.2.2). */
static bool set_serial(X509 *cert)
{
	unsigned char bytes[SERIAL_BYTES];
	BIGNUM *number;
	bool ok;

	if (RAND_bytes(bytes, sizeof(bytes)) != 1)
		return false;
	bytes[0] = (unsigned char)((bytes[0] & 0x3f) | 0x40);
	number = BN_bin2bn(bytes, sizeof(bytes), NULL);
	ok = number && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(cert));
	BN_free(number);
	return ok;
}

static bool set_subject(X509 *cert, const char *name)
{
	return X509_NAME_add_entry_by_txt(X509_get_subject_name(cert), "CN", MBSTRING_UTF8,
					  (const unsigned char *)name, -1, -1, 0) == 1;
}

static bool set_times(X509 *cert, int64_t from, int64_t until)
{
	return ASN1_TIME_set(X509_getm_notBefore(cert), (time_t)from) &&
	       ASN1_TIME_set(X509_getm_notAfter(cert), (time_t)until);
}

struct extension {
	int nid;
	const char *value;
};

/* The values must be ours, never a client's: OpenSSL parses them in its configuration language. */
static bool add_extensions(X509 *cert, X509 *issuer, const struct extension *rows, size_t count)
{
	X509V3_CTX context;

	X509V3_set_ctx(&context, issuer, cert, NULL, NULL, 0);
	for (size_t i = 0; i < count; i++) {
		X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, rows[i].nid, rows[i].value);
		bool ok = extension && X509_add_ext(cert, extension, -1) == 1;

		X509_EXTENSION_free(extension);
		if (!ok)
			return false;
	}
	return true;
}

static X509 *begin(EVP_PKEY *key, const char *subject, int64_t from, int64_t until)
{
	X509 *cert = X509_new();

	if (cert && X509_set_version(cert, X509_VERSION_3) && set_serial(cert) &&
	    set_subject(cert, subject) && set_times(cert, from, until) && X509_set_pubkey(cert, key))
		return cert;
	X509_free(cert);
	return NULL;
}

/* Sign the certificate, or free it. */
static X509 *finish(X509 *cert, bool ok, EVP_PKEY *signer)
{
	if (ok && X509_sign(cert, signer, EVP_sha256()) > 0)
		return cert;
	X509_free(cert);
	return NULL;
}

X509 *gwt_x509_new_ca(EVP_PKEY *key, int64_t from, int64_t until)
{
	static const struct extension extensions[] = {
		{ NID_basic_constraints, "critical,CA:TRUE,pathlen:0" },
		{ NID_key_usage, "critical,keyCertSign,cRLSign" },
		{ NID_subject_key_identifier, "hash" },
	};
	X509 *cert = begin(key, "gwtape local test authority", from, until);

	return cert ? finish(cert,
			     X509_set_issuer_name(cert, X509_get_subject_name(cert)) &&
				     add_extensions(cert, cert, extensions, GWT_LEN(extensions)),
			     key)
		    : NULL;
}

bool gwt_x509_is_name(struct gwt_span name)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:";

	for (size_t i = 0; i < name.len; i++)
		if (!memchr(allowed, name.ptr[i], sizeof(allowed) - 1))
			return false;
	return name.len > 0 && name.len <= MAX_NAME && name.ptr[0] != '.';
}

static bool add_name(GENERAL_NAMES *names, struct gwt_span text)
{
	char copy[MAX_NAME + 1];
	ASN1_OCTET_STRING *value;
	GENERAL_NAME *name;
	int type = GEN_IPADD;

	if (!gwt_x509_is_name(text))
		return false;
	gwt_copy(copy, text.ptr, text.len);
	copy[text.len] = '\0';
	value = a2i_IPADDRESS(copy);
	if (!value) {
		ERR_clear_error();
		type = GEN_DNS;
		value = gwt_span_find(text, ':') == text.len ? ASN1_IA5STRING_new() : NULL;
		if (!value || !ASN1_STRING_set(value, copy, (int)text.len)) {
			ASN1_STRING_free(value);
			return false;
		}
	}
	name = GENERAL_NAME_new();
	if (!name)
		return false;
	GENERAL_NAME_set0_value(name, type, value);
	return sk_GENERAL_NAME_push(names, name) > 0;
}

static bool add_names(X509 *cert, const struct gwt_x509_leaf *leaf)
{
	GENERAL_NAMES *names = GENERAL_NAMES_new();
	bool ok = names != NULL;

	for (size_t i = 0; ok && i < GWT_LEN(leaf->names); i++)
		ok = !leaf->names[i].ptr || add_name(names, leaf->names[i]);
	ok = ok && X509_add1_ext_i2d(cert, NID_subject_alt_name, names, 0, X509V3_ADD_DEFAULT) == 1;
	GENERAL_NAMES_free(names);
	return ok;
}

X509 *gwt_x509_new_leaf(const struct gwt_x509_leaf *leaf, EVP_PKEY *key, X509 *ca, EVP_PKEY *ca_key)
{
	static const struct extension extensions[] = {
		{ NID_basic_constraints, "critical,CA:FALSE" },
		{ NID_key_usage, "critical,digitalSignature" },
		{ NID_ext_key_usage, "serverAuth" },
		{ NID_subject_key_identifier, "hash" },
		{ NID_authority_key_identifier, "keyid:always" },
	};
	X509 *cert = begin(key, "gwtape replay", leaf->from, leaf->until);

	return cert ? finish(cert,
			     X509_set_issuer_name(cert, X509_get_subject_name(ca)) && add_names(cert, leaf) &&
				     add_extensions(cert, ca, extensions, GWT_LEN(extensions)),
			     ca_key)
		    : NULL;
}
