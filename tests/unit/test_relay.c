/* Requests that another server answers: what it receives, what the client gets back, and where the request ends. */
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "lib/net/framing.h"
#include "tests/unit/net_peer.h"

static struct net_server server;
static struct gwt_buf got;

/* A server for one connection, which does not parse HTTP. */
static struct {
	int listener;
	char authority[32];
	size_t wanted;      /* bytes that it waits for before it answers */
	const char *answer; /* "": it closes the connection */
	struct gwt_buf received;
	bool stays; /* it has more to send, until the other side closes */
	bool more;  /* more bytes came after those that were wanted */
	pthread_t thread;
} origin;

static void setup(void)
{
	gwt_buf_init(&got, SIZE_MAX);
	gwt_buf_init(&origin.received, SIZE_MAX);
}

static void teardown(void)
{
	gwt_buf_release(&got);
	gwt_buf_release(&origin.received);
}

TestSuite(relay, .init = setup, .fini = teardown);

static void *serve_one(void *arg)
{
	struct timeval patience = { .tv_sec = 60 };
	int fd = accept(origin.listener, NULL, NULL);

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	net_recv_len(fd, &origin.received, origin.wanted);
	net_send(fd, gwt_span_of(origin.answer));
	if (!origin.stays)
		shutdown(fd, SHUT_WR);
	origin.more = net_recv(fd, &origin.received) == NET_DATA;
	close(fd);
	return arg;
}

/* Bind its port; nothing listens there before start_origin(). */
static void bind_origin(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(address);

	origin.listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	cr_assert_eq(bind(origin.listener, (struct sockaddr *)&address, size), 0);
	cr_assert_eq(getsockname(origin.listener, (struct sockaddr *)&address, &size), 0);
	snprintf(origin.authority, sizeof(origin.authority), "127.0.0.1:%u", ntohs(address.sin_port));
}

static void start_origin(size_t wanted, const char *answer)
{
	bind_origin();
	gwt_buf_clear(&origin.received);
	origin.wanted = wanted;
	origin.answer = answer;
	cr_assert_eq(listen(origin.listener, 4), 0);
	cr_assert_eq(pthread_create(&origin.thread, NULL, serve_one, NULL), 0);
}

static void join_origin(void)
{
	pthread_join(origin.thread, NULL);
	close(origin.listener);
}

static enum net_end talk(const char *bytes)
{
	int fd = net_connect(&server);
	enum net_end end;

	cr_expect(net_send(fd, gwt_span_of(bytes)));
	gwt_buf_clear(&got);
	end = net_recv_all(fd, &got);
	close(fd);
	return end;
}

/* RFC 9110, 7.6.1: fields about a connection are not passed on. RFC 9112, 3.2.2: absolute-form. */
static const struct {
	const char *sent, *received;
} passed[] = {
	{ "POST /relay?a=1&&b HTTP/1.1\r\nHost: a.b\r\nX-Odd:  two  spaces \r\nCONNECTION: keep-alive\r\n"
	  "Keep-Alive: 5\r\nProxy-Connection: x\r\nProxy-Authorization: secret\r\nContent-Length: 3\r\n\r\nabc",
	  "POST /relay?a=1&&b HTTP/1.1\r\nHost: a.b\r\nX-Odd:  two  spaces \r\nContent-Length: 3\r\n"
	  "Connection: close\r\n\r\nabc" },
	{ "GET http://a.b/relay HTTP/1.1\r\nHost: a.b\r\n\r\n",
	  "GET /relay HTTP/1.1\r\nHost: a.b\r\nConnection: close\r\n\r\n" },
	{ "PUT /relay HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\nT: v\r\n\r\n",
	  "PUT /relay HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
	  "3;x=y\r\nabc\r\n0\r\nT: v\r\n\r\n" },
	/* bytes after the request are not passed on */
	{ "GET /relay HTTP/1.1\r\nHost: a\r\n\r\nGET /relay HTTP/1.1\r\nHost: b\r\n\r\n",
	  "GET /relay HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n" },
};

Test(relay, a_request_goes_on_as_it_came_and_its_answer_comes_back)
{
	static const char answer[] = "HTTP/1.1 299 As It Is\r\nX-Any:  thing\r\n\r\nwithout a length";

	for (int routed = 0; routed < 2; routed++)
		for (size_t i = 0; i < GWT_LEN(passed); i++) {
			start_origin(strlen(passed[i].received), answer);
			net_server_start_relay(&server, origin.authority, routed);
			cr_expect_eq(talk(passed[i].sent), NET_CLOSED);
			join_origin();
			cr_expect_str_eq(gwt_buf_cstr(&got), answer);
			cr_expect_str_eq(gwt_buf_cstr(&origin.received), passed[i].received);
			cr_expect_not(origin.more);
			net_server_stop(&server);
		}
	cr_expect_eq(atomic_load(&server.unreached), 0u);
}

/* DESIGN 2: the server that `--forward` names cannot be reached: 502. */
Test(relay, a_server_that_does_not_answer_is_a_502_and_is_reported)
{
	static const struct {
		bool listens;
		const char *why;
	} rows[] = { { false, "connection refused" }, { true, "it hung up without an answer" } };

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		if (rows[i].listens)
			start_origin(1, "");
		else
			bind_origin();
		net_server_start_relay(&server, origin.authority, true);
		cr_expect_eq(talk("GET / HTTP/1.1\r\nHost: a\r\n\r\n"), NET_CLOSED);
		cr_expect_eq(strncmp(gwt_buf_cstr(&got), "HTTP/1.1 502 ", 13), 0, "%s", gwt_buf_cstr(&got));
		if (rows[i].listens)
			join_origin();
		else
			close(origin.listener);
		net_server_stop(&server);
		cr_expect_eq(atomic_load(&server.unreached), i + 1);
		cr_expect(strstr(server.why, rows[i].why), "%s", server.why);
		cr_expect_eq(strncmp(server.why, origin.authority, strlen(origin.authority)), 0);
	}
}

Test(relay, a_name_is_looked_up)
{
	static const char answer[] = "HTTP/1.1 204 No Content\r\n\r\n";
	char name[32];

	start_origin(1, answer);
	/* not a form that is read as an address, but resolvers know it without a name server */
	snprintf(name, sizeof(name), "127.1%s", strchr(origin.authority, ':'));
	net_server_start_relay(&server, name, false);
	cr_expect_eq(talk("GET /relay HTTP/1.1\r\nHost: a\r\n\r\n"), NET_CLOSED);
	join_origin();
	net_server_stop(&server);
	cr_expect_str_eq(gwt_buf_cstr(&got), answer);
}

Test(relay, a_name_that_nothing_can_have_is_a_502)
{
	for (int routed = 0; routed < 2; routed++) {
		net_server_start_relay(&server, "a\xff:80", routed);
		cr_expect_eq(talk("GET /relay HTTP/1.1\r\nHost: a\r\n\r\n"), NET_CLOSED);
		net_server_stop(&server);
		cr_expect_eq(strncmp(gwt_buf_cstr(&got), "HTTP/1.1 502 ", 13), 0, "%s", gwt_buf_cstr(&got));
		cr_expect_eq(atomic_load(&server.unreached), (size_t)routed + 1);
		cr_expect_str_eq(server.why, "a\xff:80: its name is not one");
	}
}

/* A tunnel passes bytes on unchanged in both directions, and each side may end before the other. */
Test(relay, a_tunnel_carries_bytes_both_ways)
{
	static const char established[] = "HTTP/1.1 200 Connection established\r\n\r\n";
	int fd;

	start_origin(7, "\x01\x02 any answer");
	net_server_start_relay(&server, origin.authority, false);
	fd = net_connect(&server);
	cr_expect(net_send(fd, GWT_SPAN("CONNECT a.b:443 HTTP/1.1\r\nHost: a.b:443\r\n\r\n")));
	cr_expect(net_recv_len(fd, &got, sizeof(established) - 1));
	cr_expect(net_send(fd, GWT_SPAN("\x16\x03\x01 yes")));
	cr_expect_eq(shutdown(fd, SHUT_WR), 0);
	cr_expect_eq(net_recv_all(fd, &got), NET_CLOSED);
	close(fd);
	join_origin();
	net_server_stop(&server);
	cr_expect_str_eq(gwt_buf_cstr(&got),
			 "HTTP/1.1 200 Connection established\r\n\r\n\x01\x02 any answer");
	cr_expect_str_eq(gwt_buf_cstr(&origin.received), "\x16\x03\x01 yes");
	cr_expect_not(origin.more);
}

/* The other server sees the end when a client aborts its request, and this server goes on. */
Test(relay, a_client_that_leaves_in_the_middle_costs_nothing_but_its_request)
{
	static const char sent[] = "POST /relay HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc";
	static const char passed_on[] = "POST /relay HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n"
					"Connection: close\r\n\r\nabc";
	int fd;

	origin.stays = true;
	start_origin(sizeof(passed_on) - 1, "HTTP/1.1 200 OK\r\n\r\n");
	net_server_start_relay(&server, origin.authority, true);
	fd = net_connect(&server);
	cr_expect(net_send(fd, gwt_span_of(sent)));
	cr_expect_eq(net_recv(fd, &got), NET_DATA); /* by now it was passed on */
	close(fd);
	join_origin();
	cr_expect_str_eq(gwt_buf_cstr(&origin.received), passed_on);
	cr_expect_not(origin.more);
	net_server_stop(&server);
	cr_expect_eq(atomic_load(&server.unreached), 0u);
}

/* Longer than what either side takes at once: nothing is lost, and the body is never in memory as a whole. */
Test(relay, a_body_as_long_as_it_likes_is_passed_on)
{
	enum { BODY = 6 * 1000 * 1000 };
	gwt_auto(gwt_buf_release) struct gwt_buf body = { .max = SIZE_MAX };
	static const char head[] =
		"POST /relay HTTP/1.1\r\nHost: a\r\nContent-Length: 6000000\r\nConnection: close\r\n\r\n";
	static const char tail[] = "Connection: close\r\n\r\n";
	int fd;

	memset(gwt_buf_reserve(&body, BODY), 'b', BODY);
	body.len = BODY;
	start_origin(sizeof(head) - 1 + BODY, "HTTP/1.1 200 OK\r\n\r\nall");
	net_server_start_relay(&server, origin.authority, true);
	fd = net_connect(&server);
	cr_expect(net_send(fd, gwt_span_of(head)));
	cr_expect(net_send(fd, gwt_buf_span(&body)));
	cr_expect_eq(net_recv_all(fd, &got), NET_CLOSED);
	close(fd);
	join_origin();
	cr_expect_str_eq(gwt_buf_cstr(&got), "HTTP/1.1 200 OK\r\n\r\nall");
	cr_expect_eq(origin.received.len, sizeof(head) - 1 + BODY);
	cr_expect(strstr(gwt_buf_cstr(&origin.received), tail));
	net_server_stop(&server);
}

/* Where a body ends (RFC 9112, 6 and 7.1), however its bytes are split into reads. */
Test(relay, the_end_of_a_body_is_found_at_any_cut)
{
	static const struct {
		const char *length, *body; /* length NULL: chunked */
		size_t end;                /* SIZE_MAX: the body does not end here */
	} rows[] = {
		{ "0", "next", 0 },
		{ "4", "bodynext", 4 },
		{ "9", "body", SIZE_MAX },
		{ NULL, "0\r\n\r\nnext", 5 },
		{ NULL, "4\r\nbody\r\n0\r\n\r\nnext", 14 },
		{ NULL, "a;ext=\"4\"\r\n0123456789\r\n0\r\n\r\nnext", 28 },
		{ NULL, "1\r\n\n\r\n0\r\nA: b\r\nC:\r\n\r\nnext", 21 },
		{ NULL, "0\nA: b\n\nnext", 8 },
		{ NULL, "4\r\nbody\r\n", SIZE_MAX },
		{ NULL, "0\r\nA: b\r\n", SIZE_MAX },
		{ NULL, "fffffffffffffffff\r\nbody\r\n0\r\n\r\n", SIZE_MAX },
	};
	struct gwt_arena arena = { 0 };

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_span body = gwt_span_of(rows[i].body);
		struct gwt_request head = { .chunked = !rows[i].length };

		gwt_headers_init(&head.headers, &arena);
		if (rows[i].length)
			gwt_headers_add_view(&head.headers, GWT_SPAN("Content-Length"),
					     gwt_span_of(rows[i].length));
		for (size_t cut = 0; cut <= body.len; cut++) {
			struct gwt_framing framing;
			size_t taken;

			gwt_framing_init(&framing, &head);
			taken = gwt_framing_feed(&framing, gwt_span_slice(body, 0, cut));
			taken += gwt_framing_feed(&framing, gwt_span_slice(body, cut, body.len));
			cr_expect_eq(taken, rows[i].end == SIZE_MAX ? body.len : rows[i].end,
				     "%zu cut at %zu", i, cut);
			cr_expect_eq(gwt_framing_is_done(&framing), rows[i].end != SIZE_MAX, "%zu cut at %zu",
				     i, cut);
		}
	}
	gwt_arena_release(&arena);
}
