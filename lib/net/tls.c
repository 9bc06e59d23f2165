#include "lib/net/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdlib.h>

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/base/span.h"
#include "lib/net/tls_stream.h"
#include "lib/net/x509.h"

/* A client may ask for any name: MAX_LEAVES certificates are kept, then the oldest is replaced. */
enum { MAX_LEAVES = 64, NAME_BYTES = 256, DAY = 24 * 3600, LEAF_DAYS = 397 /* what browsers accept */ };

/* NAME_BYTES: a DNS name has at most 253 bytes (RFC 1035, 2.3.4); a longer one counts as no name. */

struct leaf {
	char name[NAME_BYTES]; /* a name in lower case, or an address */
	X509 *cert;
	int64_t until;
};

struct gwt_tls {
	const struct gwt_ca *ca;
	SSL_CTX *context; /* NULL before the first connection */
	EVP_PKEY *key;    /* the key of all leaves */
	struct leaf leaves[MAX_LEAVES];
	size_t len, next;
};

struct gwt_tls_stream {
	struct gwt_tls *tls;
	SSL *ssl;
	enum gwt_tls_state state;
	char host[NAME_BYTES];
	char address[NAME_BYTES];
};

struct gwt_tls *gwt_tls_new(const struct gwt_ca *ca)
{
	struct gwt_tls *tls = gwt_xcalloc(1, sizeof(*tls));

	tls->ca = ca;
	return tls;
}

void gwt_tls_free(struct gwt_tls *tls)
{
	if (!tls)
		return;
	for (size_t i = 0; i < tls->len; i++)
		X509_free(tls->leaves[i].cert);
	EVP_PKEY_free(tls->key);
	SSL_CTX_free(tls->context);
	free(tls);
}

static void set_name(char out[NAME_BYTES], struct gwt_span name)
{
	size_t len = name.len < NAME_BYTES ? name.len : 0;

	for (size_t i = 0; i < len; i++)
		out[i] = (char)(name.ptr[i] >= 'A' && name.ptr[i] <= 'Z' ? name.ptr[i] | 0x20 : name.ptr[i]);
	out[len] = '\0';
}

static X509 *make_cert(struct gwt_tls *tls, const struct gwt_tls_stream *stream, const char *name,
		       int64_t now)
{
	struct gwt_x509_leaf leaf = { .from = now - DAY, .until = now + (int64_t)LEAF_DAYS * DAY };

	leaf.names[0] = gwt_span_of(name);
	if (strcmp(name, stream->address) == 0 || strcmp(name, "localhost") == 0) {
		leaf.names[1] = GWT_SPAN("localhost");
		leaf.names[2] = GWT_SPAN("127.0.0.1");
		leaf.names[3] = GWT_SPAN("::1");
	}
	return gwt_x509_new_leaf(&leaf, tls->key, gwt_ca_cert(tls->ca), gwt_ca_key(tls->ca));
}

/* The certificate for `name`; made again when it is about to expire. NULL when OpenSSL fails. */
static X509 *cert_for(struct gwt_tls *tls, const struct gwt_tls_stream *stream, const char *name)
{
	int64_t now = gwt_clock_now();
	struct leaf *leaf = NULL;
	X509 *cert;

	for (size_t i = 0; i < tls->len && !leaf; i++)
		if (strcmp(tls->leaves[i].name, name) == 0)
			leaf = &tls->leaves[i];
	if (leaf && leaf->until > now + DAY)
		return leaf->cert;
	cert = make_cert(tls, stream, name, now);
	if (!cert)
		return NULL;
	if (!leaf) {
		leaf = &tls->leaves[tls->next++ % MAX_LEAVES];
		tls->len = tls->len < MAX_LEAVES ? tls->len + 1 : MAX_LEAVES;
	}
	X509_free(leaf->cert);
	*leaf = (struct leaf){ .cert = cert, .until = now + (int64_t)LEAF_DAYS * DAY };
	snprintf(leaf->name, sizeof(leaf->name), "%s", name);
	return cert;
}

static const char *name_for(const struct gwt_tls_stream *stream, char space[NAME_BYTES])
{
	const char *asked = SSL_get_servername(stream->ssl, TLSEXT_NAMETYPE_host_name);

	if (stream->host[0])
		return stream->host;
	if (!asked || !gwt_x509_is_name(gwt_span_of(asked)))
		return stream->address;
	set_name(space, gwt_span_of(asked));
	return space;
}

/* Called with the client's hello: choose the certificate. */
static int on_hello(SSL *ssl, void *arg)
{
	struct gwt_tls *tls = arg;
	struct gwt_tls_stream *stream = SSL_get_app_data(ssl);
	char space[NAME_BYTES];
	X509 *cert;

	if (!tls->key)
		tls->key = gwt_x509_new_key();
	cert = tls->key ? cert_for(tls, stream, name_for(stream, space)) : NULL;
	return cert && SSL_use_certificate(ssl, cert) == 1 && SSL_use_PrivateKey(ssl, tls->key) == 1;
}

/* We speak only HTTP/1.1. For a client that offers only others, ALPN chooses nothing. */
static int on_alpn(SSL *ssl, const unsigned char **out, unsigned char *out_len, const unsigned char *offered,
		   unsigned int offered_len, void *arg)
{
	static const unsigned char ours[] = "\x08http/1.1";
	unsigned char *chosen;

	(void)ssl;
	(void)arg;
	if (SSL_select_next_proto(&chosen, out_len, ours, sizeof(ours) - 1, offered, offered_len) !=
	    OPENSSL_NPN_NEGOTIATED)
		return SSL_TLSEXT_ERR_NOACK;
	*out = chosen;
	return SSL_TLSEXT_ERR_OK;
}

static SSL_CTX *context_of(struct gwt_tls *tls)
{
	SSL_CTX *context = tls->context ? tls->context : SSL_CTX_new(TLS_server_method());

	if (!context || tls->context)
		return context;
	SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
	SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
	/* so that an idle connection costs little memory */
	SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_cert_cb(context, on_hello, tls);
	SSL_CTX_set_alpn_select_cb(context, on_alpn, NULL);
	tls->context = context;
	return context;
}

struct gwt_tls_stream *gwt_tls_stream_new(struct gwt_tls *tls, struct gwt_span host, const char *address)
{
	SSL_CTX *context = context_of(tls);
	SSL *ssl = context ? SSL_new(context) : NULL;
	BIO *in = BIO_new(BIO_s_mem()), *out = BIO_new(BIO_s_mem());
	struct gwt_tls_stream *stream;

	if (!ssl || !in || !out) {
		SSL_free(ssl);
		BIO_free(in);
		BIO_free(out);
		return NULL;
	}
	stream = gwt_xcalloc(1, sizeof(*stream));
	stream->tls = tls;
	stream->ssl = ssl;
	set_name(stream->host, host);
	set_name(stream->address, gwt_span_of(address));
	SSL_set_app_data(ssl, stream);
	SSL_set_bio(ssl, in, out);
	SSL_set_accept_state(ssl);
	return stream;
}

void gwt_tls_stream_free(struct gwt_tls_stream *stream)
{
	if (!stream)
		return;
	SSL_free(stream->ssl);
	free(stream);
}

void gwt_tls_stream_feed(struct gwt_tls_stream *stream, struct gwt_span bytes)
{
	BIO_write(SSL_get_rbio(stream->ssl), bytes.ptr, (int)bytes.len);
}

static void note_failure(struct gwt_tls_stream *stream, int result)
{
	int error = SSL_get_error(stream->ssl, result);

	if (error == SSL_ERROR_ZERO_RETURN)
		stream->state = GWT_TLS_ENDED;
	else if (error != SSL_ERROR_WANT_READ)
		stream->state = GWT_TLS_BROKEN;
	ERR_clear_error();
}

size_t gwt_tls_stream_read(struct gwt_tls_stream *stream, char *out, size_t size)
{
	size_t len = 0;

	while (len < size && stream->state == GWT_TLS_OPEN) {
		int got = SSL_read(stream->ssl, out + len, (int)(size - len));

		if (got <= 0) {
			note_failure(stream, got);
			break;
		}
		len += (size_t)got;
	}
	return len;
}

enum gwt_tls_state gwt_tls_stream_state(const struct gwt_tls_stream *stream)
{
	return stream->state;
}

bool gwt_tls_stream_is_midway(const struct gwt_tls_stream *stream)
{
	return !SSL_is_init_finished(stream->ssl) || SSL_has_pending(stream->ssl);
}

/* A memory BIO takes everything, so a short write is an error. */
bool gwt_tls_stream_write(struct gwt_tls_stream *stream, struct gwt_span plain)
{
	size_t written = 0;
	bool ok = plain.len == 0 || (stream->state != GWT_TLS_BROKEN &&
				     SSL_write_ex(stream->ssl, plain.ptr, plain.len, &written) == 1);

	ERR_clear_error();
	return ok && written == plain.len;
}

void gwt_tls_stream_end(struct gwt_tls_stream *stream)
{
	if (stream->state != GWT_TLS_BROKEN && SSL_is_init_finished(stream->ssl))
		SSL_shutdown(stream->ssl);
	ERR_clear_error();
}

size_t gwt_tls_stream_pending(const struct gwt_tls_stream *stream)
{
	return BIO_ctrl_pending(SSL_get_wbio(stream->ssl));
}

void gwt_tls_stream_take(struct gwt_tls_stream *stream, struct gwt_buf *out)
{
	size_t size = gwt_tls_stream_pending(stream);
	char *at = size ? gwt_buf_reserve(out, size) : NULL;
	int got = at ? BIO_read(SSL_get_wbio(stream->ssl), at, (int)size) : 0;

	if (got > 0)
		out->len += (size_t)got;
}
