#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/file.h"
#include "lib/base/bounds.h"
#include "tests/unit/net_peer.h"

static struct net_server server;
static struct gwt_buf got;

static void setup(void)
{
	gwt_buf_init(&got, SIZE_MAX);
}

static void teardown(void)
{
	gwt_buf_release(&got);
}

TestSuite(net, .init = setup, .fini = teardown);

static const struct gwt_timeouts patient;

#define HOST "Host: h\r\n\r\n"

/* Send `bytes`, and read until the other side closes. */
static enum net_end talk(struct gwt_span bytes)
{
	int fd = net_connect(&server);
	enum net_end end;

	cr_expect(net_send(fd, bytes));
	gwt_buf_clear(&got);
	end = net_recv_all(fd, &got);
	close(fd);
	return end;
}

Test(net, answers_follow_each_other_on_one_connection)
{
	static const char first[] = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1";
	int fd;

	net_server_start(&server, patient);
	fd = net_connect(&server);
	cr_expect(net_send(fd, GWT_SPAN("GET /count HTTP/1.1\r\n" HOST)));
	cr_expect(net_recv_len(fd, &got, sizeof(first) - 1));
	cr_expect_str_eq(gwt_buf_cstr(&got), first);
	cr_expect(net_send(fd, GWT_SPAN("GET /count HTTP/1.1\r\nConnection: close\r\n" HOST)));
	cr_expect_eq(net_recv_all(fd, &got), NET_CLOSED);
	cr_expect_str_eq(gwt_buf_cstr(&got) + sizeof(first) - 1,
			 "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: close\r\n\r\n2");
	close(fd);
	net_server_stop(&server);
}

/* How often the server's thread has called write(2); 0 where the kernel does not report it. */
static unsigned long server_writes(void)
{
	char path[64], line[128];
	unsigned long writes = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/self/task/%d/io", atomic_load(&server.thread_id));
	file = fopen(path, "re");
	while (file && fgets(line, sizeof(line), file))
		sscanf(line, "syscw: %lu", &writes);
	if (file)
		fclose(file);
	return writes;
}

Test(net, pipelined_requests_are_answered_in_order_and_in_one_write)
{
	enum { COUNT = 100 };
	struct gwt_buf sent, wanted;
	unsigned long before;
	int fd;

	gwt_buf_init(&sent, SIZE_MAX);
	gwt_buf_init(&wanted, SIZE_MAX);
	for (int i = 100; i < 100 + COUNT; i++) {
		gwt_buf_printf(&sent, "PUT /echo HTTP/1.1\r\nContent-Length: 3\r\n" HOST "%d", i);
		gwt_buf_printf(&wanted, "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n%d", i);
	}
	net_server_start(&server, patient);
	fd = net_connect(&server);
	cr_expect(net_send(fd, GWT_SPAN("GET /count HTTP/1.1\r\n" HOST))); /* so that the thread is running */
	cr_expect_eq(net_recv(fd, &got), NET_DATA);
	gwt_buf_clear(&got);
	before = server_writes();
	cr_expect(net_send(fd, gwt_buf_span(&sent)));
	cr_expect(net_recv_len(fd, &got, wanted.len));
	cr_expect(gwt_span_eq(gwt_buf_span(&got), gwt_buf_span(&wanted)));
	cr_expect_leq(server_writes() - before, 2u, "%lu writes for %d answers", server_writes() - before,
		      COUNT);
	close(fd);
	net_server_stop(&server);
	gwt_buf_release(&sent);
	gwt_buf_release(&wanted);
}

Test(net, what_the_answer_carries_depends_on_the_request)
{
	static const struct {
		const char *label;
		struct gwt_span bytes;
		const char *answer;
	} rows[] = {
		{ "HEAD has no body", GWT_SPAN_INIT("HEAD /close HTTP/1.1\r\n" HOST),
		  "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\n" },
		{ "204 has no length", GWT_SPAN_INIT("GET /empty HTTP/1.1\r\nConnection: close\r\n" HOST),
		  "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n" },
		{ "1.0 closes", GWT_SPAN_INIT("GET /count HTTP/1.0\r\n\r\n"),
		  "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: close\r\n\r\n1" },
		{ "1.0 may stay",
		  GWT_SPAN_INIT("GET /count HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"
				"GET /count HTTP/1.0\r\n\r\n"),
		  "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\n1"
		  "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: close\r\n\r\n2" },
		{ "the handler closes; what comes after is dropped",
		  GWT_SPAN_INIT("GET /close HTTP/1.1\r\n" HOST "GET /count HTTP/1.1\r\n" HOST),
		  "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nbye" },
		{ "chunked", GWT_SPAN_INIT("PUT /echo HTTP/1.0\r\nContent-Length: 2\r\n\r\nab"),
		  "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nab" },
	};
	net_server_start(&server, patient);
	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		cr_expect_eq(talk(rows[i].bytes), NET_CLOSED, "%s", rows[i].label);
		cr_expect_str_eq(gwt_buf_cstr(&got), rows[i].answer, "%s: %s", rows[i].label,
				 gwt_buf_cstr(&got));
	}
	net_server_stop(&server);
}

Test(net, a_refusal_is_json_and_closes_without_a_reset)
{
	static const struct {
		struct gwt_span bytes;
		const char *status, *message;
	} rows[] = {
		{ GWT_SPAN_INIT("GET / HTTP/1.1\r\n\r\n"), "HTTP/1.1 400 Bad Request\r\n",
		  "there is no Host header" },
		{ GWT_SPAN_INIT("GET / HTTP/9.9\r\n" HOST), "HTTP/1.1 505 HTTP Version Not Supported\r\n",
		  "only HTTP/1.1 and HTTP/1.0 are spoken here" },
		{ GWT_SPAN_INIT("PUT / HTTP/1.1\r\nContent-Length: 99999999\r\n" HOST),
		  "HTTP/1.1 413 Content Too Large\r\n", "the body is too long" },
		{ GWT_SPAN_INIT("PUT / HTTP/1.1\r\nExpect: x\r\n" HOST),
		  "HTTP/1.1 417 Expectation Failed\r\n", "the only expectation known is '100-continue'" },
	};
	net_server_start(&server, patient);
	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		char body[128];
		const char *text;

		cr_expect_eq(talk(rows[i].bytes), NET_CLOSED, "row %zu", i);
		text = gwt_buf_cstr(&got);
		snprintf(body, sizeof(body), "\r\n\r\n{\"message\":\"%s\"}", rows[i].message);
		cr_expect_eq(strncmp(text, rows[i].status, strlen(rows[i].status)), 0, "%s", text);
		cr_expect(strstr(text, body), "%s", text);
		cr_expect(strstr(text, "\r\nContent-Type: application/json\r\n"), "%s", text);
		cr_expect(strstr(text, "\r\nx-gwtape: test\r\n"), "%s", text);
		cr_expect(strstr(text, "\r\nConnection: close\r\n"), "%s", text);
	}
	cr_expect_eq(atomic_load(&server.handled), 0u);
	net_server_stop(&server);
}

Test(net, a_client_that_sends_a_whole_large_body_first_still_reads_the_413)
{
	static const char head[] = "PUT /length HTTP/1.1\r\nContent-Length: 20000000\r\n" HOST;
	char *body = calloc(1, 20000000);
	int fd;

	net_server_start(&server, patient);
	fd = net_connect(&server);
	cr_expect(net_send(fd, GWT_SPAN(head)));
	cr_expect(net_send(fd, (struct gwt_span){ body, 20000000 }), "the server would not take it all");
	cr_expect_eq(net_recv_all(fd, &got), NET_CLOSED);
	cr_expect_eq(strncmp(gwt_buf_cstr(&got), "HTTP/1.1 413 ", 13), 0, "%.40s", gwt_buf_cstr(&got));
	close(fd);
	net_server_stop(&server);
	free(body);
}

Test(net, a_body_of_the_largest_size_is_taken)
{
	char *body = calloc(1, GWT_MAX_BODY_BYTES);
	int fd;

	net_server_start(&server, patient);
	for (int i = 0; i < 2; i++) { /* twice, since the buffers were returned in between */
		fd = net_connect(&server);
		gwt_buf_clear(&got);
		cr_expect(net_send(fd, GWT_SPAN("PUT /length HTTP/1.1\r\nConnection: "
						"close\r\nContent-Length: 10485760\r\n" HOST)));
		cr_expect(net_send(fd, (struct gwt_span){ body, GWT_MAX_BODY_BYTES }));
		cr_expect_eq(net_recv_all(fd, &got), NET_CLOSED);
		cr_expect(strstr(gwt_buf_cstr(&got), "\r\n\r\n10485760"), "%s", gwt_buf_cstr(&got));
		close(fd);
	}
	net_server_stop(&server);
	free(body);
}

Test(net, continue_is_sent_when_the_client_waits_for_it)
{
	static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";
	int fd;

	net_server_start(&server, patient);
	fd = net_connect(&server);
	cr_expect(net_send(fd, GWT_SPAN("PUT /echo HTTP/1.1\r\nExpect: 100-continue\r\nConnection: close\r\n"
					"Content-Length: 2\r\n" HOST)));
	cr_expect(net_recv_len(fd, &got, sizeof(go_on) - 1));
	cr_expect_str_eq(gwt_buf_cstr(&got), go_on);
	cr_expect(net_send(fd, GWT_SPAN("ab")));
	cr_expect_eq(net_recv_all(fd, &got), NET_CLOSED);
	cr_expect_str_eq(gwt_buf_cstr(&got) + sizeof(go_on) - 1,
			 "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nab");
	close(fd);
	talk(GWT_SPAN("PUT /echo HTTP/1.1\r\nExpect: 100-continue\r\nConnection: close\r\nContent-Length: "
		      "2\r\n" HOST "ab"));
	cr_expect_eq(strncmp(gwt_buf_cstr(&got), "HTTP/1.1 200 OK", 15), 0);
	net_server_stop(&server);
}

/* Send `bytes` one at a time, 20 ms apart, until the other side answers or closes. */
static void drip(int fd, struct gwt_span bytes)
{
	struct timeval pace = { .tv_usec = 20000 };
	size_t i = 0;

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &pace, sizeof(pace));
	do
		cr_expect(net_send(fd, gwt_span_slice(bytes, i % bytes.len, i % bytes.len + 1)));
	while (++i < 500 && net_recv(fd, &got) == NET_TIMEOUT);
}

Test(net, dripping_bytes_does_not_prolong_a_head)
{
	uint64_t start = gwt_clock_monotonic_ms(), took;
	int fd;

	net_server_start(&server, (struct gwt_timeouts){ .head_ms = 200 });
	fd = net_connect(&server);
	drip(fd,
	     GWT_SPAN("GET / "
		      "HTTP/1.1\r\na:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"));
	took = gwt_clock_monotonic_ms() - start;
	cr_expect_eq(strncmp(gwt_buf_cstr(&got), "HTTP/1.1 408 ", 13), 0, "%s", gwt_buf_cstr(&got));
	cr_expect_geq(took, 200u);
	cr_expect_lt(took, 2000u);
	close(fd);
	net_server_stop(&server);
}

Test(net, a_body_must_come_at_the_least_rate)
{
	int fd;

	net_server_start(&server, (struct gwt_timeouts){ .body_window_ms = 300 });
	fd = net_connect(&server);
	cr_expect(net_send(fd, GWT_SPAN("PUT /echo HTTP/1.1\r\nContent-Length: 100000\r\n" HOST)));
	drip(fd, GWT_SPAN("0123456789abcdef"));
	cr_expect_eq(strncmp(gwt_buf_cstr(&got), "HTTP/1.1 408 ", 13), 0, "%s", gwt_buf_cstr(&got));
	cr_expect_eq(atomic_load(&server.handled), 0u);
	close(fd);
	net_server_stop(&server);
}

Test(net, silence_between_requests_ends_in_a_plain_close)
{
	static const struct {
		const char *label;
		struct gwt_span bytes;
		size_t len; /* of the answer */
	} rows[] = {
		{ "before any request", GWT_SPAN_INIT(""), 0 },
		{ "after a request", GWT_SPAN_INIT("GET /count HTTP/1.1\r\n" HOST), 39 },
		{ "an empty line is not a request", GWT_SPAN_INIT("\r\n"), 0 },
	};
	net_server_start(&server, (struct gwt_timeouts){ .idle_ms = 200, .head_ms = 200 });
	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		cr_expect_eq(talk(rows[i].bytes), NET_CLOSED, "%s", rows[i].label);
		cr_expect_eq(got.len, rows[i].len, "%s: %s", rows[i].label, gwt_buf_cstr(&got));
	}
	net_server_stop(&server);
}

Test(net, a_client_that_does_not_read_stops_being_served)
{
	enum { COUNT = 1000, SIZE = 65536 };
	static const char head[] = "HTTP/1.1 200 OK\r\nContent-Length: 65536\r\n\r\n";
	struct gwt_buf sent;
	size_t handled;
	char peek;
	int fd;

	gwt_buf_init(&sent, SIZE_MAX);
	for (int i = 0; i < COUNT; i++)
		gwt_buf_add_text(&sent, "GET /big?65536 HTTP/1.1\r\n" HOST);
	net_server_start(&server, patient);
	fd = net_connect(&server);
	cr_expect(net_send(fd, gwt_buf_span(&sent)));
	cr_expect_eq(recv(fd, &peek, 1, MSG_PEEK), 1);
	handled = atomic_load(&server.handled);
	cr_expect_lt(handled * SIZE, 16u << 20, "%zu requests were handled with no answer read", handled);
	for (size_t want = COUNT * (sizeof(head) - 1 + SIZE); want; want -= got.len) {
		gwt_buf_clear(&got);
		cr_assert_eq(net_recv(fd, &got), NET_DATA, "%zu bytes to go", want);
	}
	cr_expect_eq(atomic_load(&server.handled), COUNT);
	close(fd);
	net_server_stop(&server);
	gwt_buf_release(&sent);
}

Test(net, a_client_that_takes_nothing_is_dropped)
{
	uint64_t start = gwt_clock_monotonic_ms();
	int fd;

	net_server_start(&server, (struct gwt_timeouts){ .write_ms = 200, .drain_ms = 200 });
	fd = net_connect(&server);
	cr_expect(net_send(fd, GWT_SPAN("GET /big?100000000 HTTP/1.1\r\n" HOST)));
	net_server_stop(&server); /* returns when the connection is closed */
	cr_expect_lt(gwt_clock_monotonic_ms() - start, 10000u);
	cr_expect_eq(net_recv_all(fd, &got), NET_RESET);
	close(fd);
}

Test(net, a_delayed_answer_keeps_its_place)
{
	uint64_t start = gwt_clock_monotonic_ms();

	net_server_start(&server, patient);
	cr_expect_eq(talk(GWT_SPAN("GET /count HTTP/1.1\r\n" HOST "GET /delay?150 HTTP/1.1\r\n" HOST
				   "GET /close HTTP/1.1\r\n" HOST)),
		     NET_CLOSED);
	cr_expect_geq(gwt_clock_monotonic_ms() - start, 150u);
	cr_expect_str_eq(gwt_buf_cstr(&got),
			 "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1"
			 "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlate"
			 "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nbye");
	net_server_stop(&server);
}

Test(net, shorter_delays_overtake_longer_ones_of_other_connections)
{
	int slow, fast;

	net_server_start(&server, patient);
	slow = net_connect(&server);
	fast = net_connect(&server);
	cr_expect(net_send(slow, GWT_SPAN("GET /delay?400 HTTP/1.1\r\n" HOST)));
	cr_expect(net_send(fast, GWT_SPAN("GET /delay?50 HTTP/1.1\r\n" HOST)));
	cr_expect_eq(net_recv(fast, &got), NET_DATA);
	cr_expect_eq(recv(slow, (char[1]){ 0 }, 1, MSG_PEEK | MSG_DONTWAIT), -1);
	cr_expect_eq(net_recv(slow, &got), NET_DATA);
	close(slow);
	close(fast);
	net_server_stop(&server);
}

Test(net, faults_break_the_answer_as_asked)
{
	static const struct {
		const char *request;
		enum net_end end;
		const char *answer;
	} rows[] = {
		{ "GET /reset HTTP/1.1\r\n" HOST, NET_RESET, "" },
		{ "GET /truncate HTTP/1.1\r\n" HOST, NET_CLOSED,
		  "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n01234" },
		{ "GET /lie HTTP/1.1\r\n" HOST, NET_CLOSED,
		  "HTTP/1.1 200 OK\r\nContent-Length: 26\r\n\r\n0123456789" },
	};
	net_server_start(&server, patient);
	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		cr_expect_eq(talk(gwt_span_of(rows[i].request)), rows[i].end, "%s", rows[i].request);
		cr_expect_str_eq(gwt_buf_cstr(&got), rows[i].answer);
	}
	net_server_stop(&server);
}

Test(net, a_client_that_has_closed_its_side_still_gets_its_answers)
{
	int fd;

	net_server_start(&server, patient);
	fd = net_connect(&server);
	cr_expect(net_send(fd, GWT_SPAN("GET /delay?100 HTTP/1.1\r\n" HOST "GET /count HTTP/1.1\r\n" HOST)));
	shutdown(fd, SHUT_WR);
	cr_expect_eq(net_recv_all(fd, &got), NET_CLOSED);
	cr_expect_str_eq(gwt_buf_cstr(&got), "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlate"
					     "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1");
	close(fd);
	net_server_stop(&server);
}

Test(net, clients_that_vanish_cost_nothing_but_themselves)
{
	static const char *const rows[] = {
		"",
		"GET / HT",
		"PUT /echo HTTP/1.1\r\nContent-Length: 10\r\n" HOST "abc",
		"GET /delay?50 HTTP/1.1\r\n" HOST "GET /count HTTP/1.1\r\n" HOST,
		"GET /big?9000000 HTTP/1.1\r\n" HOST,
		"GET /big?9000000 HTTP/1.1\r\n" HOST "bad\r\n",
	};
	static const struct linger with_reset = { .l_onoff = 1 };

	net_server_start(&server, patient);
	for (size_t i = 0; i < 2 * GWT_LEN(rows); i++) {
		int fd = net_connect(&server);

		cr_expect(net_send(fd, gwt_span_of(rows[i / 2])));
		if (i % 2)
			setsockopt(fd, SOL_SOCKET, SO_LINGER, &with_reset, sizeof(with_reset));
		close(fd);
	}
	cr_expect_eq(talk(GWT_SPAN("GET /close HTTP/1.1\r\n" HOST)), NET_CLOSED);
	cr_expect(gwt_span_ends(gwt_buf_span(&got), GWT_SPAN("bye")));
	net_server_stop(&server);
}

Test(net, many_idle_and_many_slow_connections_do_not_keep_others_waiting)
{
	enum { MANY = 1000 };
	struct rlimit files = { 0 };
	int *fds = calloc(MANY, sizeof(*fds));
	uint64_t start, took;

	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	net_server_start(&server, patient);
	for (int i = 0; i < MANY; i++) {
		fds[i] = net_connect(&server);
		if (i % 2)
			net_send(fds[i], GWT_SPAN("GET /slow HTTP/1.1\r\n"));
	}
	start = gwt_clock_monotonic_ms();
	for (int i = 0; i < 100; i++)
		cr_expect_eq(talk(GWT_SPAN("GET /close HTTP/1.1\r\n" HOST)), NET_CLOSED);
	took = gwt_clock_monotonic_ms() - start;
	cr_expect_lt(took, 5000u, "100 requests took %lu ms", (unsigned long)took);
	for (int i = 0; i < MANY; i++)
		close(fds[i]);
	net_server_stop(&server);
	free(fds);
}

Test(net, a_full_server_lets_the_longest_idle_connection_go)
{
	int busy, oldest, newest;

	net_server_start_small(&server, 3);
	busy = net_connect(&server);
	oldest = net_connect(&server);
	newest = net_connect(&server);
	cr_expect(net_send(oldest, GWT_SPAN("GET /count HTTP/1.1\r\n" HOST)));
	cr_expect_eq(net_recv(oldest, &got), NET_DATA);
	cr_expect(net_send(busy, GWT_SPAN("GET /count HTTP/1.1\r\n")));
	cr_expect(net_send(newest, GWT_SPAN("GET /count HTTP/1.1\r\n" HOST)));
	cr_expect_eq(net_recv(newest, &got), NET_DATA);
	cr_expect_eq(talk(GWT_SPAN("GET /close HTTP/1.1\r\n" HOST)), NET_CLOSED);
	cr_expect(gwt_span_ends(gwt_buf_span(&got), GWT_SPAN("bye")));
	cr_expect_eq(net_recv(oldest, &got), NET_CLOSED);
	cr_expect(net_send(busy, GWT_SPAN(HOST)));
	cr_expect_eq(net_recv(busy, &got), NET_DATA);
	close(busy);
	close(oldest);
	close(newest);
	net_server_stop(&server);
}

Test(net, closing_finishes_what_was_begun)
{
	int half, idle, stop;

	net_server_start(&server, patient);
	half = net_connect(&server);
	idle = net_connect(&server);
	stop = net_connect(&server);
	cr_expect(net_send(half, GWT_SPAN("GET /count HTTP/1.1\r\n")));
	cr_expect(net_send(idle, GWT_SPAN("GET /count HTTP/1.1\r\n" HOST)));
	cr_expect_eq(net_recv(idle, &got), NET_DATA); /* by now the partial request was read as well */
	cr_expect(net_send(stop, GWT_SPAN("GET /stop HTTP/1.1\r\n" HOST)));
	cr_expect_eq(net_recv_all(stop, &got), NET_CLOSED);
	cr_expect_eq(net_recv_all(idle, &got), NET_CLOSED);
	gwt_buf_clear(&got);
	cr_expect(net_send(half, GWT_SPAN(HOST)));
	cr_expect_eq(net_recv_all(half, &got), NET_CLOSED);
	cr_expect_str_eq(gwt_buf_cstr(&got),
			 "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: close\r\n\r\n1");
	close(half);
	close(idle);
	close(stop);
	net_server_join(&server);
}

static void never(struct gwt_exchange *exchange)
{
	exchange->response.status = 500;
}

Test(net, an_address_is_checked_before_it_is_bound)
{
	static const char *const refused[] = {
		"",      "127.0.0.1", "127.0.0.1:",     "127.0.0.1:65536", "example.com:80", "::1:80",
		"[::1]", ":80",       "127.0.0.1:http", "127.0.0.1:0/",    "1.2.3:80",       "[1.2.3.4]:80"
	};
	struct gwt_loop *loop = gwt_loop_new();
	struct gwt_server *made = NULL;
	struct gwt_server_options options = { .handler = never };
	struct gwt_error err;

	for (size_t i = 0; i < GWT_LEN(refused); i++) {
		options.listen = refused[i];
		cr_expect_eq(gwt_server_new(loop, &options, &made, &err), GWT_EUSAGE, "%s", refused[i]);
		cr_expect(strstr(err.msg, refused[i]), "%s", err.msg);
	}
	options.listen = "localhost:0";
	cr_expect_eq(gwt_server_new(loop, &options, &made, &err), GWT_OK);
	cr_expect_eq(strncmp(gwt_server_url(made), "http://127.0.0.1:", 17), 0);
	options.listen = gwt_server_url(made) + strlen("http://");
	cr_expect_eq(gwt_server_new(loop, &options, &made, &err), GWT_EUPSTREAM);
	cr_expect(strstr(err.msg, "address already in use"), "%s", err.msg);
	options.listen = "[::1]:0";
	if (gwt_file_exists("/proc/net/if_inet6")) {
		cr_expect_eq(gwt_server_new(loop, &options, &made, &err), GWT_OK, "%s", err.msg);
		cr_expect_eq(strncmp(gwt_server_url(made), "http://[::1]:", 13), 0);
	}
	gwt_loop_free(loop);
}

static char order[8];

static void note(void *arg)
{
	size_t len = strlen(order);

	snprintf(order + len, sizeof(order) - len, "%s", (const char *)arg);
}

static struct gwt_loop *noting;

static void note_and_stop(void *arg)
{
	note(arg);
	if (strlen(order) == 5)
		gwt_loop_stop(noting);
}

Test(net, timers_fire_in_order_and_the_last_one_ends_the_loop)
{
	struct gwt_loop *loop = gwt_loop_new();

	gwt_loop_after(loop, 30, 0, note, "c");
	gwt_loop_after(loop, 0, 0, note, "a");
	gwt_loop_after(loop, 10, 0, note, "b");
	gwt_loop_run(loop);
	cr_expect_str_eq(order, "abc");
	noting = loop;
	gwt_loop_after(loop, 1, 1, note_and_stop, "r");
	gwt_loop_after(loop, 10000, 0, note, "x");
	gwt_loop_run(loop);
	cr_expect_str_eq(order, "abcrr");
	gwt_loop_free(loop);
}

static int seen_signal;

static void on_signal(void *arg, int signum)
{
	seen_signal = signum;
	gwt_loop_stop(arg);
}

static void raise_term(void *arg)
{
	(void)arg;
	raise(SIGTERM);
}

Test(net, a_signal_reaches_the_loop)
{
	struct gwt_loop *loop = gwt_loop_new();

	cr_expect_eq(gwt_loop_on_signal(loop, on_signal, loop, NULL), GWT_OK);
	gwt_loop_run(loop); /* a watched signal alone does not keep the loop running */
	gwt_loop_after(loop, 0, 0, raise_term, NULL);
	gwt_loop_after(loop, 10000, 0, note, "x");
	gwt_loop_run(loop);
	cr_expect_eq(seen_signal, SIGTERM);
	gwt_loop_free(loop);
}

static int exit_code = -1;
static struct gwt_child *killed;

static void on_exit_code(void *arg, int code)
{
	(void)arg;
	exit_code = code;
}

static void kill_it(void *arg)
{
	(void)arg;
	gwt_child_kill(killed, SIGTERM);
}

Test(net, a_child_gets_its_environment_and_gives_its_exit_code)
{
	static char *const env[] = { "PATH=/usr/bin:/bin", "GIVEN=yes", NULL };
	static const struct {
		char *script;
		int code;
	} rows[] = { { "exit 3", 3 },
		     { "test \"$GIVEN\" = yes", 0 },
		     { "test -z \"$HOME\" || exit 9", 0 },
		     { "kill -9 $$", 137 },
		     { "trap", 0 } };
	struct gwt_loop *loop = gwt_loop_new();
	struct gwt_child *child;
	struct gwt_error err;

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		char *const argv[] = { "sh", "-c", rows[i].script, NULL };

		cr_expect_eq(gwt_child_spawn(loop, argv, env, on_exit_code, NULL, &child, &err), GWT_OK);
		gwt_loop_run(loop);
		cr_expect_eq(exit_code, rows[i].code, "%s: %d", rows[i].script, exit_code);
		gwt_child_kill(child, SIGTERM); /* the child has ended: nothing happens */
	}
	cr_expect_eq(gwt_child_spawn(loop, (char *const[]){ "sleep", "60", NULL }, env, on_exit_code, NULL,
				     &killed, &err),
		     GWT_OK);
	gwt_loop_after(loop, 0, 0, kill_it, NULL);
	gwt_loop_run(loop);
	cr_expect_eq(exit_code, 128 + SIGTERM);
	cr_expect_eq(gwt_child_spawn(loop, (char *const[]){ "no-such-program", NULL }, env, on_exit_code,
				     NULL, &child, &err),
		     GWT_EUSAGE);
	cr_expect_str_eq(err.msg, "cannot run 'no-such-program': no such file or directory");
	gwt_loop_free(loop);
}
