/* TLS on our listeners, seen from OpenSSL as a client: what a verifier accepts, and what a slow or hostile peer gets. */
#include <criterion/criterion.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/file.h"
#include "tests/unit/net_peer.h"

static struct gwt_arena arena;
static char folder[64];
static struct gwt_ca *ca;
static struct gwt_tls *tls;
static struct net_server server;
static struct gwt_buf got;

static const struct gwt_timeouts patient;

static void setup(void)
{
	snprintf(folder, sizeof(folder), "/tmp/gwtape-tls-XXXXXX");
	cr_assert(mkdtemp(folder));
	gwt_buf_init(&got, SIZE_MAX);
}

static void teardown(void)
{
	char command[128];

	gwt_tls_free(tls);
	gwt_ca_free(ca);
	gwt_buf_release(&got);
	gwt_arena_release(&arena);
	snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	if (system(command) != 0)
		abort();
}

TestSuite(tls, .init = setup, .fini = teardown);

static const char *in_folder(const char *name)
{
	return gwt_file_join(&arena, folder, name);
}

static struct gwt_span read_file(const char *path)
{
	struct gwt_span bytes = { 0 };
	struct gwt_error err;

	cr_assert_eq(gwt_file_read(&arena, path, 1 << 20, &bytes, &err), GWT_OK, "%s", err.msg);
	return bytes;
}

static unsigned mode_of(const char *path)
{
	struct stat st;

	cr_assert_eq(lstat(path, &st), 0, "%s", path);
	return st.st_mode & 0777;
}

static struct gwt_span open_at(int64_t now)
{
	struct gwt_error err;

	gwt_ca_free(ca);
	ca = NULL;
	cr_assert_eq(gwt_ca_open(in_folder("gwtape"), now, &ca, &err), GWT_OK, "%s", err.msg);
	return read_file(gwt_ca_path(ca));
}

Test(tls, the_authority_is_made_once_and_kept_for_its_owner)
{
	int64_t now = gwt_clock_now();
	struct gwt_span first = open_at(now);

	umask(0);
	cr_expect_eq(mode_of(in_folder("gwtape")), 0700u);
	cr_expect_eq(mode_of(in_folder("gwtape/ca-key.pem")), 0600u);
	cr_expect_str_eq(gwt_ca_path(ca), in_folder("gwtape/ca.pem"));
	cr_expect_eq(gwt_span_find_span(first, GWT_SPAN("PRIVATE KEY")), first.len);
	cr_expect(gwt_span_eq(open_at(now), first));
	cr_expect(gwt_span_eq(open_at(now + 9 * 365 * 86400LL - 400 * 86400LL), first));
}

Test(tls, an_authority_that_cannot_be_used_is_replaced)
{
	int64_t now = gwt_clock_now();
	struct gwt_error err;
	struct gwt_span first = open_at(now);
	static const struct {
		const char *label, *key, *certificate;
		int64_t later;
	} rows[] = {
		{ "garbage", "garbage", NULL, 0 },
		{ "empty", "", NULL, 0 },
		{ "too near its end", NULL, NULL, (3650 - 300) * 86400LL },
		{ "not valid yet", NULL, NULL, -30 * 86400LL },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_span second;

		first = open_at(now);
		if (rows[i].key)
			cr_assert_eq(gwt_file_write(in_folder("gwtape/ca-key.pem"), gwt_span_of(rows[i].key),
						    &err),
				     GWT_OK);
		second = open_at(now + rows[i].later);
		cr_expect(!gwt_span_eq(first, second), "%s", rows[i].label);
		cr_expect_eq(mode_of(in_folder("gwtape/ca-key.pem")), 0600u, "%s", rows[i].label);
	}
}

Test(tls, the_published_certificate_is_that_of_the_key)
{
	int64_t now = gwt_clock_now();
	struct gwt_span first = open_at(now);
	struct gwt_error err;

	cr_assert_eq(gwt_file_write(gwt_ca_path(ca), GWT_SPAN("somebody else's"), &err), GWT_OK);
	cr_expect(gwt_span_eq(open_at(now), first));
	cr_assert_eq(unlink(gwt_ca_path(ca)), 0);
	cr_expect(gwt_span_eq(open_at(now), first));
}

Test(tls, a_folder_of_others_is_closed_or_refused)
{
	struct gwt_error err;

	cr_assert_eq(mkdir(in_folder("gwtape"), 0777), 0);
	cr_assert_eq(chmod(in_folder("gwtape"), 0777), 0);
	open_at(gwt_clock_now());
	cr_expect_eq(mode_of(in_folder("gwtape")), 0700u);
	cr_assert_eq(symlink(in_folder("gwtape"), in_folder("link")), 0);
	cr_expect_eq(gwt_ca_open(in_folder("link"), gwt_clock_now(), &ca, &err), GWT_EIO);
	cr_expect(strstr(err.msg, "not a folder of this user"), "%s", err.msg);
}

Test(tls, processes_that_start_at_once_agree)
{
	enum { COUNT = 8 };
	int64_t now = gwt_clock_now();
	int gate[2], results[2];
	char keys[COUNT][64];
	struct gwt_span key;

	cr_assert(pipe(gate) == 0 && pipe(results) == 0);
	for (int i = 0; i < COUNT; i++)
		if (fork() == 0) {
			char byte;
			struct gwt_span pem;

			close(gate[1]);
			if (read(gate[0], &byte, 1) != 0)
				_exit(1);
			pem = open_at(now);
			_exit(write(results[1], pem.ptr + pem.len - 120, 64) != 64);
		}
	close(gate[1]);
	for (int i = 0; i < COUNT; i++) {
		int status;

		wait(&status);
		cr_expect_eq(status, 0);
		cr_assert_eq(read(results[0], keys[i], 64), 64);
	}
	key = open_at(now);
	for (int i = 0; i < COUNT; i++)
		cr_expect(memcmp(keys[i], key.ptr + key.len - 120, 64) == 0,
			  "process %d has another authority", i);
}

/* A client that verifies as strictly as OpenSSL can. */
struct client {
	SSL_CTX *context;
	SSL *ssl;
	int fd;
};

static void client_open(struct client *client, int fd, const char *name)
{
	client->fd = fd;
	client->context = SSL_CTX_new(TLS_client_method());
	cr_assert_eq(SSL_CTX_load_verify_locations(client->context, gwt_ca_path(ca), NULL), 1);
	SSL_CTX_set_verify(client->context, SSL_VERIFY_PEER, NULL);
	X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(client->context), X509_V_FLAG_X509_STRICT);
	client->ssl = SSL_new(client->context);
	SSL_set_fd(client->ssl, fd);
	if (strchr(name, ':') || strspn(name, "0123456789.") == strlen(name)) {
		X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(client->ssl), name);
	} else {
		SSL_set1_host(client->ssl, name);
		SSL_set_tlsext_host_name(client->ssl, name);
	}
}

static void client_close(struct client *client)
{
	SSL_free(client->ssl);
	SSL_CTX_free(client->context);
	close(client->fd);
}

static void say(struct client *client, struct gwt_span bytes)
{
	size_t written;

	cr_assert_eq(SSL_write_ex(client->ssl, bytes.ptr, bytes.len, &written), 1);
}

/* Read to the end; true when the server said that it was done, false when it went away without saying so. */
static bool hear_all(struct client *client)
{
	char bytes[16384];
	int len;

	gwt_buf_clear(&got);
	while ((len = SSL_read(client->ssl, bytes, sizeof(bytes))) > 0)
		gwt_buf_add(&got, (struct gwt_span){ bytes, (size_t)len });
	return SSL_get_error(client->ssl, len) == SSL_ERROR_ZERO_RETURN;
}

#define CLOSE "Connection: close\r\nHost: h\r\n\r\n"

static void start(bool only_tunnels, struct gwt_timeouts timeouts)
{
	open_at(gwt_clock_now());
	tls = gwt_tls_new(ca);
	net_server_start_tls(&server, tls, only_tunnels, timeouts);
}

static void stop(void)
{
	struct client client;

	client_open(&client, net_connect(&server), "localhost");
	cr_assert_eq(SSL_connect(client.ssl), 1);
	say(&client, GWT_SPAN("GET /stop HTTP/1.1\r\n" CLOSE));
	cr_expect(hear_all(&client));
	client_close(&client);
	net_server_join(&server);
}

Test(tls, any_name_verifies_strictly)
{
	static const char *const names[] = {
		"127.0.0.1", "::1", "localhost", "gwtape", "APIGateway.us-east-1.amazonaws.com", "127.0.0.1"
	};

	start(false, patient);
	for (size_t i = 0; i < GWT_LEN(names); i++) {
		struct client client;

		client_open(&client, net_connect(&server), names[i]);
		cr_expect_eq(SSL_connect(client.ssl), 1, "%s", names[i]);
		cr_expect_eq(SSL_get_verify_result(client.ssl), X509_V_OK, "%s", names[i]);
		say(&client, GWT_SPAN("GET /tunnel HTTP/1.1\r\n" CLOSE));
		cr_expect(hear_all(&client), "%s: no close_notify", names[i]);
		cr_expect(strstr(gwt_buf_cstr(&got), "\r\n\r\nnone"), "%s: %s", names[i], gwt_buf_cstr(&got));
		client_close(&client);
	}
	stop();
}

Test(tls, a_certificate_is_for_no_other_name)
{
	struct client client;

	start(false, patient);
	client_open(&client, net_connect(&server), "right.example");
	SSL_set1_host(client.ssl, "wrong.example");
	cr_expect_neq(SSL_connect(client.ssl), 1);
	cr_expect_eq(SSL_get_verify_result(client.ssl), X509_V_ERR_HOSTNAME_MISMATCH);
	client_close(&client);
	stop();
}

Test(tls, more_names_than_are_remembered)
{
	start(false, patient);
	for (int i = 0; i < 70; i++) {
		struct client client;
		char name[64];

		snprintf(name, sizeof(name), "host-%d.example", i % 67);
		client_open(&client, net_connect(&server), name);
		cr_expect_eq(SSL_connect(client.ssl), 1, "%s", name);
		client_close(&client);
	}
	stop();
}

Test(tls, versions_and_protocols)
{
	static const unsigned char offered[] = "\x02h2\x08http/1.1", only_h2[] = "\x02h2";
	const unsigned char *chosen;
	unsigned len;
	struct client client;

	start(false, patient);
	for (int version = TLS1_1_VERSION; version <= TLS1_3_VERSION; version++) {
		client_open(&client, net_connect(&server), "localhost");
		SSL_set_security_level(client.ssl, 0);
		SSL_set_min_proto_version(client.ssl, version);
		SSL_set_max_proto_version(client.ssl, version);
		SSL_set_alpn_protos(client.ssl, offered, sizeof(offered) - 1);
		cr_expect_eq(SSL_connect(client.ssl) == 1, version >= TLS1_2_VERSION, "%x",
			     (unsigned)version);
		SSL_get0_alpn_selected(client.ssl, &chosen, &len);
		cr_expect(version < TLS1_2_VERSION || (len == 8 && memcmp(chosen, "http/1.1", 8) == 0));
		client_close(&client);
	}
	client_open(&client, net_connect(&server), "localhost");
	SSL_set_alpn_protos(client.ssl, only_h2, sizeof(only_h2) - 1);
	cr_expect_eq(SSL_connect(client.ssl), 1);
	SSL_get0_alpn_selected(client.ssl, &chosen, &len);
	cr_expect_eq(len, 0u);
	client_close(&client);
	stop();
}

Test(tls, big_bodies_go_both_ways)
{
	enum { SIZE = 5 * 1024 * 1024 };
	char *body = gwt_arena_bytes(&arena, SIZE);
	struct client client;

	for (size_t i = 0; i < SIZE; i++)
		body[i] = (char)('a' + i % 23);
	start(false, patient);
	client_open(&client, net_connect(&server), "localhost");
	cr_assert_eq(SSL_connect(client.ssl), 1);
	say(&client, gwt_arena_printf(&arena, "PUT /echo HTTP/1.1\r\nContent-Length: %d\r\n" CLOSE, SIZE));
	say(&client, (struct gwt_span){ body, SIZE });
	cr_expect(hear_all(&client));
	cr_assert_gt(got.len, (size_t)SIZE);
	cr_expect(memcmp(got.ptr + got.len - SIZE, body, SIZE) == 0);
	client_close(&client);
	stop();
}

Test(tls, pipelined_requests_and_delays_keep_their_order)
{
	struct client client;

	start(false, patient);
	client_open(&client, net_connect(&server), "localhost");
	cr_assert_eq(SSL_connect(client.ssl), 1);
	say(&client,
	    GWT_SPAN("GET /count HTTP/1.1\r\nHost: h\r\n\r\nGET /delay?20 HTTP/1.1\r\nHost: h\r\n\r\n"
		     "GET /big?100000 HTTP/1.1\r\nHost: h\r\n\r\nGET /count HTTP/1.1\r\n" CLOSE));
	cr_expect(hear_all(&client));
	cr_expect(gwt_span_starts(gwt_buf_span(&got),
				  GWT_SPAN("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1"
					   "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlate"
					   "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nx")));
	cr_expect(gwt_span_ends(gwt_buf_span(&got), GWT_SPAN("\r\n\r\n2")));
	client_close(&client);
	stop();
}

/* A client that sends each byte in its own packet. */
Test(tls, bytes_that_drip_in_are_put_together)
{
	struct client client;
	BIO *in = BIO_new(BIO_s_mem()), *out = BIO_new(BIO_s_mem());
	static const char request[] = "GET /count HTTP/1.1\r\n" CLOSE;
	char *bytes;
	bool said = false;

	start(false, patient);
	client_open(&client, net_connect(&server), "localhost");
	SSL_set_bio(client.ssl, in, out);
	SSL_set_connect_state(client.ssl);
	for (;;) {
		char answer[4096];
		ssize_t len;

		if (SSL_do_handshake(client.ssl) == 1 && !said)
			said = SSL_write(client.ssl, request, sizeof(request) - 1) > 0;
		len = BIO_get_mem_data(out, &bytes);
		for (ssize_t i = 0; i < len; i++)
			cr_assert(net_send(client.fd, (struct gwt_span){ bytes + i, 1 }));
		(void)BIO_reset(out);
		len = recv(client.fd, answer, sizeof(answer), 0);
		if (len <= 0)
			break;
		BIO_write(in, answer, (int)len);
	}
	cr_expect(said);
	cr_expect(hear_all(&client));
	cr_expect(gwt_span_ends(gwt_buf_span(&got), GWT_SPAN("\r\n\r\n1")), "%s", gwt_buf_cstr(&got));
	client_close(&client);
	stop();
}

Test(tls, what_is_not_tls_is_told_so_or_dropped)
{
	static const struct {
		const char *label;
		struct gwt_span bytes;
		const char *answer; /* the answer begins with this */
	} rows[] = {
		{ "plain HTTP", GWT_SPAN_INIT("GET / HTTP/1.1\r\nHost: h\r\n\r\n"),
		  "HTTP/1.1 400 Bad Request\r\n" },
		{ "one plain byte", GWT_SPAN_INIT("G"), "HTTP/1.1 400 Bad Request\r\n" },
		{ "a broken hello", GWT_SPAN_INIT("\x16\x03\x01\x00\x05\x01\x00\x00\x01\xff"), "\x15\x03" },
		{ "a record too long", GWT_SPAN_INIT("\x16\x03\x01\xff\xff"), "\x15\x03" },
		{ "SSL 2", GWT_SPAN_INIT("\x80\x2e\x01\x03\x01"), "HTTP/1.1 400 Bad Request\r\n" },
	};

	start(false, patient);
	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		int fd = net_connect(&server);

		gwt_buf_clear(&got);
		cr_expect(net_send(fd, rows[i].bytes));
		shutdown(fd, SHUT_WR);
		cr_expect_eq(net_recv_all(fd, &got), NET_CLOSED, "%s", rows[i].label);
		cr_expect(gwt_span_starts(gwt_buf_span(&got), gwt_span_of(rows[i].answer)), "%s: %s",
			  rows[i].label, gwt_buf_cstr(&got));
		close(fd);
	}
	stop();
}

/* A handshake, a record or a head that begins and does not go on has the deadline of a head. */
Test(tls, a_client_that_stops_halfway_is_closed)
{
	static const struct gwt_timeouts short_head = { .head_ms = 300 };
	struct client client;
	uint64_t before;
	char byte;
	int fd;

	start(false, short_head);
	fd = net_connect(&server);
	before = gwt_clock_monotonic_ms();
	cr_expect(net_send(fd, GWT_SPAN("\x16\x03\x01\x02")));
	cr_expect_eq(net_recv_all(fd, &got), NET_CLOSED);
	cr_expect_lt(gwt_clock_monotonic_ms() - before, 5000u);
	close(fd);

	client_open(&client, net_connect(&server), "localhost");
	cr_assert_eq(SSL_connect(client.ssl), 1);
	before = gwt_clock_monotonic_ms();
	cr_expect(net_send(client.fd, GWT_SPAN("\x17\x03\x03\x10")));
	cr_expect_leq(SSL_read(client.ssl, &byte, 1), 0);
	cr_expect_lt(gwt_clock_monotonic_ms() - before, 5000u);
	client_close(&client);

	client_open(&client, net_connect(&server), "localhost");
	cr_assert_eq(SSL_connect(client.ssl), 1);
	say(&client, GWT_SPAN("GET /count HTTP"));
	cr_expect(hear_all(&client));
	cr_expect(gwt_span_starts(gwt_buf_span(&got), GWT_SPAN("HTTP/1.1 408 ")), "%s", gwt_buf_cstr(&got));
	client_close(&client);
	stop();
}

Test(tls, faults_and_garbage_in_the_middle)
{
	struct client client;

	start(false, patient);
	client_open(&client, net_connect(&server), "localhost");
	cr_assert_eq(SSL_connect(client.ssl), 1);
	say(&client, GWT_SPAN("GET /reset HTTP/1.1\r\nHost: h\r\n\r\n"));
	cr_expect_not(hear_all(&client), "a reset that says goodbye is none");
	client_close(&client);

	client_open(&client, net_connect(&server), "localhost");
	cr_assert_eq(SSL_connect(client.ssl), 1);
	cr_expect(net_send(client.fd, GWT_SPAN("\x17\x03\x03\x00\x20"
					       "0123456789abcdef0123456789abcdef")));
	cr_expect_not(hear_all(&client));
	cr_expect_eq(got.len, 0u);
	client_close(&client);
	stop();
}

static void expect_connected(int fd)
{
	static const char answer[] = "HTTP/1.1 200 OK\r\n\r\n";
	char bytes[sizeof(answer)] = { 0 };

	cr_assert_eq(recv(fd, bytes, sizeof(answer) - 1, MSG_WAITALL), (ssize_t)sizeof(answer) - 1);
	cr_expect_str_eq(bytes, answer);
}

static void use_tunnel(struct client *client)
{
	cr_assert_eq(SSL_connect(client->ssl), 1);
	say(client, GWT_SPAN("GET /tunnel HTTP/1.1\r\n" CLOSE));
	cr_expect(hear_all(client));
	cr_expect(gwt_span_ends(gwt_buf_span(&got), GWT_SPAN("\r\n\r\na.example")), "%s", gwt_buf_cstr(&got));
}

Test(tls, a_tunnel_ends_here)
{
	static const char *const requests[] = {
		"CONNECT A.example:443 HTTP/1.1\r\nHost: A.example:443\r\n\r\n",
		"CONNECT a.example:443 HTTP/1.0\r\n\r\n",
	};

	start(true, patient);
	for (size_t i = 0; i < GWT_LEN(requests); i++) {
		struct client client;
		int fd = net_connect(&server);

		cr_assert(net_send(fd, gwt_span_of(requests[i])));
		expect_connected(fd);
		client_open(&client, fd, "a.example");
		use_tunnel(&client);
		client_close(&client);
	}
	net_server_stop(&server);
}

/* The client sends its handshake in the packet of the CONNECT. */
Test(tls, a_client_need_not_wait_for_its_tunnel)
{
	struct client client;
	BIO *out = BIO_new(BIO_s_mem());
	char *bytes;
	size_t len;
	int fd;

	start(true, patient);
	fd = net_connect(&server);
	client_open(&client, fd, "a.example");
	SSL_set0_wbio(client.ssl, out);
	SSL_set_connect_state(client.ssl);
	{
		gwt_auto(gwt_buf_release) struct gwt_buf both = { .max = SIZE_MAX };
		BIO *empty = BIO_new(BIO_s_mem());

		SSL_set0_rbio(client.ssl, empty);
		cr_expect_neq(SSL_do_handshake(client.ssl), 1);
		len = (size_t)BIO_get_mem_data(out, &bytes);
		gwt_buf_add(&both, GWT_SPAN("CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n"));
		gwt_buf_add(&both, (struct gwt_span){ bytes, len });
		cr_assert(net_send(fd, gwt_buf_span(&both)));
	}
	expect_connected(fd);
	SSL_set_fd(client.ssl, fd);
	use_tunnel(&client);
	client_close(&client);
	net_server_stop(&server);
}

Test(tls, plain_text_in_a_tunnel_is_refused)
{
	int fd;

	start(true, patient);
	fd = net_connect(&server);
	cr_assert(net_send(fd, GWT_SPAN("CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n")));
	expect_connected(fd);
	cr_assert(net_send(fd, GWT_SPAN("GET /tunnel HTTP/1.1\r\n" CLOSE)));
	cr_expect_eq(net_recv_all(fd, &got), NET_CLOSED);
	cr_expect(gwt_span_starts(gwt_buf_span(&got), GWT_SPAN("HTTP/1.1 400 ")), "%s", gwt_buf_cstr(&got));
	close(fd);
	net_server_stop(&server);
}
