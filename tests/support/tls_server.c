#include "tests/support/tls_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/base/arena.h"

struct gwt_tls_server {
	SSL_CTX *ctx;
	const char *answer;
	unsigned connections, port;
	bool drop;
	int listener;
	pthread_t thread;
};

static void must(bool holds)
{
	if (!holds)
		abort();
}

/* A self-signed certificate, valid for a day from now. */
static X509 *make_certificate(EVP_PKEY *key, const char *name)
{
	X509 *cert = X509_new();
	char san[128];
	X509_EXTENSION *extension;

	snprintf(san, sizeof(san), "DNS:%s", name);
	must(cert && X509_set_version(cert, 2) && ASN1_INTEGER_set(X509_get_serialNumber(cert), 1));
	must(X509_gmtime_adj(X509_getm_notBefore(cert), -60) &&
	     X509_gmtime_adj(X509_getm_notAfter(cert), 86400));
	must(X509_NAME_add_entry_by_txt(X509_get_subject_name(cert), "CN", MBSTRING_ASC,
					(const unsigned char *)"gwtape test", -1, -1, 0));
	must(X509_set_issuer_name(cert, X509_get_subject_name(cert)) && X509_set_pubkey(cert, key));
	extension = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, san);
	must(extension && X509_add_ext(cert, extension, -1));
	X509_EXTENSION_free(extension);
	must(X509_sign(cert, key, EVP_sha256()) > 0);
	return cert;
}

static void make_context(struct gwt_tls_server *s, const char *name, const char *pem_path)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *cert = make_certificate(key, name);
	FILE *file = fopen(pem_path, "we");

	must(file && PEM_write_X509(file, cert) && fclose(file) == 0);
	s->ctx = SSL_CTX_new(TLS_server_method());
	must(s->ctx && SSL_CTX_use_certificate(s->ctx, cert) && SSL_CTX_use_PrivateKey(s->ctx, key));
	X509_free(cert);
	EVP_PKEY_free(key);
}

static void serve_one(struct gwt_tls_server *s, int fd)
{
	SSL *ssl = SSL_new(s->ctx);
	char request[4096];

	SSL_set_fd(ssl, fd);
	if (SSL_accept(ssl) == 1 && SSL_read(ssl, request, sizeof(request)) > 0) {
		SSL_write(ssl, s->answer, (int)strlen(s->answer));
		if (!s->drop)
			SSL_shutdown(ssl);
	}
	SSL_free(ssl);
	close(fd);
}

static void *serve(void *arg)
{
	struct gwt_tls_server *s = arg;
	int fd;

	for (unsigned i = 0; i < s->connections && (fd = accept(s->listener, NULL, NULL)) >= 0; i++)
		serve_one(s, fd);
	return NULL;
}

struct gwt_tls_server *gwt_tls_server_start(const char *name, const char *pem_path, const char *answer,
					    unsigned connections, bool drop)
{
	struct gwt_tls_server *s = gwt_xcalloc(1, sizeof(*s));
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(address);

	signal(SIGPIPE, SIG_IGN); /* clients that hang up are part of the tests */
	s->answer = answer;
	s->connections = connections;
	s->drop = drop;
	make_context(s, name, pem_path);
	s->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	must(s->listener >= 0 && bind(s->listener, (struct sockaddr *)&address, size) == 0 &&
	     listen(s->listener, 8) == 0 &&
	     getsockname(s->listener, (struct sockaddr *)&address, &size) == 0);
	s->port = ntohs(address.sin_port);
	must(pthread_create(&s->thread, NULL, serve, s) == 0);
	return s;
}

unsigned gwt_tls_server_port(const struct gwt_tls_server *server)
{
	return server->port;
}

void gwt_tls_server_stop(struct gwt_tls_server *s)
{
	shutdown(s->listener, SHUT_RDWR);
	pthread_join(s->thread, NULL);
	close(s->listener);
	SSL_CTX_free(s->ctx);
	free(s);
}
