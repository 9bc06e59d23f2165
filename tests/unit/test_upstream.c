/*
 * Calls through libcurl: what goes out, byte for byte, and what comes back whole or not at all.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/upstream/upstream.h"
#include "tests/support/script_server.h"
#include "tests/support/tls_server.h"

static struct gwt_arena arena;

static void setup(void)
{
	static const char *const names[] = { "http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy",
					     "ALL_PROXY",  "NO_PROXY",    "no_proxy" };

	for (size_t i = 0; i < GWT_LEN(names); i++)
		unsetenv(names[i]);
}

static void teardown(void)
{
	gwt_arena_release(&arena);
}

TestSuite(upstream, .init = setup, .fini = teardown);

#define OK_204   "HTTP/1.1 204 No Content\r\n\r\n"
#define OK_EMPTY "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"

static struct gwt_upstream *connect_to(const char *url)
{
	struct gwt_upstream_options options = { .base_url = url, .timeout_ms = 20000 };
	struct gwt_upstream *upstream;
	struct gwt_error err;

	cr_assert_eq(gwt_upstream_new(&options, &upstream, &err), GWT_OK, "%s", err.msg);
	return upstream;
}

/* A request with "Name: value" fields; the list ends with NULL. */
static struct gwt_request request_of(const char *method, const char *target, const char *const *fields,
				     const char *body)
{
	struct gwt_headers headers;
	struct gwt_request request;

	gwt_headers_init(&headers, &arena);
	for (; *fields; fields++) {
		struct gwt_span value = gwt_span_of(*fields), name = gwt_span_cut(&value, ':');

		gwt_headers_add_view(&headers, name, gwt_span_trim(value));
	}
	gwt_request_set(&request, gwt_span_of(method), gwt_span_of(target), &headers, gwt_span_of(body));
	return request;
}

static const char *const host_only[] = { "Host: h", NULL };

Test(upstream, a_request_goes_out_byte_for_byte)
{
	static const struct {
		const char *method, *target, *fields[8], *body, *want;
	} rows[] = {
		{ "GET", "/restapis", { "Host: h" }, "", "GET /restapis HTTP/1.1\r\nHost: h\r\n\r\n" },
		{ "PUT",
		  "/a/../b//c/%2F%zz?x=1+2&&y",
		  { "Host: h:1", "accept: a", "X-Amz-Date: 1", "Content-Type: application/json",
		    "Content-Length: 7" },
		  "{\"a\":1}",
		  "PUT /a/../b//c/%2F%zz?x=1+2&&y HTTP/1.1\r\nHost: h:1\r\naccept: a\r\nX-Amz-Date: 1\r\n"
		  "Content-Type: application/json\r\nContent-Length: 7\r\n\r\n{\"a\":1}" },
		{ "PATCH",
		  "/",
		  { "Host: h" },
		  "x",
		  "PATCH / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\nx" },
		{ "DELETE",
		  "/x",
		  { "Host: h", "X-Empty:" },
		  "",
		  "DELETE /x HTTP/1.1\r\nHost: h\r\nX-Empty:\r\n\r\n" },
		{ "PUT",
		  "/x",
		  { "Host: h", "Content-Length: 0" },
		  "",
		  "PUT /x HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n" },
		{ "GET",
		  "/",
		  { "Host: h", "User-Agent: u/1 (a; b)", "b: 2", "a: 1", "b: 3" },
		  "",
		  "GET / HTTP/1.1\r\nHost: h\r\nUser-Agent: u/1 (a; b)\r\nb: 2\r\na: 1\r\nb: 3\r\n\r\n" },
	};
	static const struct gwt_script_step steps[] = { { .answer = OK_EMPTY }, { .answer = OK_EMPTY },
							{ .answer = OK_EMPTY }, { .answer = OK_EMPTY },
							{ .answer = OK_EMPTY }, { .answer = OK_EMPTY } };
	struct gwt_script_server *server = gwt_script_server_start(steps, GWT_LEN(steps), 0);
	struct gwt_upstream *upstream = connect_to(gwt_script_server_url(server));
	struct gwt_response response;
	struct gwt_error err;

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_request request =
			request_of(rows[i].method, rows[i].target, rows[i].fields, rows[i].body);
		struct gwt_span got;

		cr_assert_eq(gwt_upstream_send(upstream, &request, &arena, &response, &err), GWT_OK,
			     "row %zu: %s", i, err.msg);
		got = gwt_script_server_request(server, i);
		cr_expect(gwt_span_is(got, rows[i].want), "row %zu: got\n" GWT_SPAN_FMT, i,
			  GWT_SPAN_ARG(got));
	}
	cr_expect_eq(gwt_script_server_connections(server), 1, "the connection was not used again");
	gwt_upstream_free(upstream);
	gwt_script_server_stop(server);
}

Test(upstream, a_large_body_is_sent_without_asking_first)
{
	static const struct gwt_script_step steps[] = { { .answer = OK_EMPTY } };
	struct gwt_script_server *server = gwt_script_server_start(steps, 1, 0);
	struct gwt_upstream *upstream = connect_to(gwt_script_server_url(server));
	char *body = gwt_arena_bytes(&arena, 60001);
	struct gwt_request request;
	struct gwt_response response;
	struct gwt_error err;
	struct gwt_span got;

	memset(body, 'x', 60000);
	body[60000] = '\0';
	request = request_of("PUT", "/", host_only, body);
	cr_assert_eq(gwt_upstream_send(upstream, &request, &arena, &response, &err), GWT_OK, "%s", err.msg);
	got = gwt_script_server_request(server, 0);
	cr_expect(gwt_span_starts(got,
				  GWT_SPAN("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 60000\r\n\r\nxx")));
	gwt_upstream_free(upstream);
	gwt_script_server_stop(server);
}

Test(upstream, an_answer_comes_back_as_it_was)
{
	static const struct {
		const char *answer;
		int status;
		const char *headers, *body;
	} rows[] = {
		{ "HTTP/1.1 201 Created\r\nx-amzn-RequestId: r\r\nContent-Type: application/json\r\nX-A:  b "
		  "c \r\n"
		  "x-a: d\r\nContent-Length: 3\r\n\r\n{}\n",
		  201, "x-amzn-RequestId=r;Content-Type=application/json;X-A=b c;x-a=d;Content-Length=3;",
		  "{}\n" },
		{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: "
		  "chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nTrailer: t\r\n\r\n",
		  200, "Transfer-Encoding=chunked;", "abcde" },
		{ "HTTP/1.1 100 Continue\r\nX-Interim: 1\r\n\r\nHTTP/1.1 404 Not Found\r\nContent-Length: "
		  "1\r\n\r\nx",
		  404, "Content-Length=1;", "x" },
		{ OK_204, 204, "", "" },
		{ "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n", 302,
		  "Location=/elsewhere;Content-Length=0;", "" },
		{ "HTTP/1.1 429 \r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n\x1f\x8b", 429,
		  "Content-Encoding=gzip;Content-Length=2;", "\x1f\x8b" },
		{ "HTTP/1.1 500 Oops\r\nConnection: close\r\n\r\nuntil the end", 500, "Connection=close;",
		  "until the end" },
	};
	struct gwt_request request = request_of("GET", "/", host_only, "");

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_script_step step = { .answer = rows[i].answer, .close = true };
		struct gwt_script_server *server = gwt_script_server_start(&step, 1, 0);
		struct gwt_upstream *upstream = connect_to(gwt_script_server_url(server));
		struct gwt_span headers = GWT_SPAN("");
		struct gwt_response response;
		struct gwt_error err;

		cr_assert_eq(gwt_upstream_send(upstream, &request, &arena, &response, &err), GWT_OK,
			     "row %zu: %s", i, err.msg);
		for (size_t j = 0; j < response.headers.len; j++)
			headers = gwt_arena_printf(&arena, GWT_SPAN_FMT GWT_SPAN_FMT "=" GWT_SPAN_FMT ";",
						   GWT_SPAN_ARG(headers),
						   GWT_SPAN_ARG(response.headers.items[j].name),
						   GWT_SPAN_ARG(response.headers.items[j].value));
		cr_expect_eq(response.status, rows[i].status, "row %zu: %d", i, response.status);
		cr_expect(gwt_span_is(headers, rows[i].headers), "row %zu: " GWT_SPAN_FMT, i,
			  GWT_SPAN_ARG(headers));
		cr_expect(gwt_span_is(response.body, rows[i].body), "row %zu: " GWT_SPAN_FMT, i,
			  GWT_SPAN_ARG(response.body));
		gwt_upstream_free(upstream);
		gwt_script_server_stop(server);
	}
}

Test(upstream, half_an_answer_is_none)
{
	static const struct {
		const char *label;
		struct gwt_script_step step;
	} rows[] = {
		{ "closed at once", { .close = true } },
		{ "half a status line", { .answer = "HTTP/1.1 20", .close = true } },
		{ "half a head", { .answer = "HTTP/1.1 200 OK\r\nContent-Le", .close = true } },
		{ "a body cut short",
		  { .answer = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{\"a\"", .close = true } },
		{ "no last chunk",
		  { .answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
		    .close = true } },
		{ "two lengths",
		  { .answer = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 2\r\n\r\nhello",
		    .close = true } },
		{ "half a chunk",
		  { .answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc",
		    .close = true } },
		{ "no HTTP", { .answer = "220 mail.example.com ESMTP\r\n\r\n", .close = true } },
		{ "a folded header",
		  { .answer = "HTTP/1.1 200 OK\r\nA: b\r\n c\r\nContent-Length: 0\r\n\r\n" } },
		{ "a name that is not a token",
		  { .answer = "HTTP/1.1 200 OK\r\nA b: c\r\nContent-Length: 0\r\n\r\n" } },
		{ "over the limit",
		  { .answer = "HTTP/1.1 200 OK\r\nContent-Length: 60\r\n\r\n"
			      "0123456789012345678901234567890123456789012345678901234567890" } },
		{ "no end in time", { .silent = true } },
		{ "half of it in time", { .answer = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc" } },
	};
	struct gwt_request request = request_of("GET", "/", host_only, "");

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_script_server *server = gwt_script_server_start(&rows[i].step, 1, 0);
		struct gwt_upstream_options options = { .base_url = gwt_script_server_url(server),
							.timeout_ms = 300,
							.max_response_bytes = 50 };
		struct gwt_response response = { .status = -1 };
		struct gwt_upstream *upstream;
		struct gwt_error err = { .msg = "" };

		cr_assert_eq(gwt_upstream_new(&options, &upstream, &err), GWT_OK);
		cr_expect_eq(gwt_upstream_send(upstream, &request, &arena, &response, &err), GWT_EUPSTREAM,
			     "%s", rows[i].label);
		cr_expect_eq(response.status, -1, "%s: the answer was touched", rows[i].label);
		cr_expect(strstr(err.msg, "127.0.0.1"), "%s: '%s' does not say who", rows[i].label, err.msg);
		gwt_upstream_free(upstream);
		gwt_script_server_stop(server);
	}
}

Test(upstream, nobody_there_is_an_upstream_failure)
{
	static const struct gwt_script_step none[] = { { .close = true } };
	struct gwt_script_server *server = gwt_script_server_start(none, 1, 0);
	const char *url = gwt_arena_printf(&arena, "%s", gwt_script_server_url(server)).ptr;
	struct gwt_request request = request_of("GET", "/", host_only, "");
	struct gwt_upstream *upstream = connect_to(url);
	struct gwt_response response;
	struct gwt_error err;

	gwt_script_server_stop(server);
	cr_expect_eq(gwt_upstream_send(upstream, &request, &arena, &response, &err), GWT_EUPSTREAM);
	gwt_upstream_free(upstream);
}

Test(upstream, requests_that_cannot_be_written_are_refused)
{
	static const struct {
		const char *method, *target, *fields[3];
	} rows[] = {
		{ "GE T", "/", { "Host: h" } },
		{ "GET", "/a b", { "Host: h" } },
		{ "GET", "/a\r\nX: y", { "Host: h" } },
		{ "GET", "/\xc3\xa4", { "Host: h" } },
		{ "GET", "", { "Host: h" } },
		{ "GET", "/", { "Host: h", "A: b\r\nC: d" } },
		{ "GET", "/", { "Host: h", "A b: c" } },
		{ "GET", "/", { "Host: h", "Host: i" } },
		{ "GET", "/", { "A: b" } },
		{ "PUT", "/", { "Host: h", "Transfer-Encoding: chunked" } },
	};
	struct gwt_upstream *upstream = connect_to("http://127.0.0.1:1");
	struct gwt_response response;
	struct gwt_error err;

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_request request = request_of(rows[i].method, rows[i].target, rows[i].fields, "");

		cr_expect_eq(gwt_upstream_send(upstream, &request, &arena, &response, &err), GWT_EUSAGE,
			     "row %zu", i);
	}
	gwt_upstream_free(upstream);
}

Test(upstream, base_urls_are_split_or_refused)
{
	static const struct {
		const char *url, *host, *prefix; /* host NULL: refused */
	} rows[] = {
		{ "https://apigateway.us-east-1.amazonaws.com", "apigateway.us-east-1.amazonaws.com", "" },
		{ "http://127.0.0.1:4566/", "127.0.0.1:4566", "" },
		{ "http://h:80/a/b/", "h:80", "/a/b" },
		{ "http://[::1]:8080/x", "[::1]:8080", "/x" },
		{ "ftp://h/", NULL, NULL },
		{ "h:80", NULL, NULL },
		{ "", NULL, NULL },
		{ "http://", NULL, NULL },
		{ "http://h/?a=b", NULL, NULL },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_upstream_options options = { .base_url = rows[i].url };
		struct gwt_upstream *upstream = NULL;
		struct gwt_transport transport;
		struct gwt_error err;
		gwt_status got = gwt_upstream_new(&options, &upstream, &err);

		cr_expect_eq(got, rows[i].host ? GWT_OK : GWT_EUSAGE, "%s", rows[i].url);
		if (got != GWT_OK)
			continue;
		gwt_upstream_transport(upstream, &transport);
		cr_expect(gwt_span_is(transport.host, rows[i].host), "%s", rows[i].url);
		cr_expect(gwt_span_is(transport.path_prefix, rows[i].prefix), "%s", rows[i].url);
		gwt_upstream_free(upstream);
	}
}

/* The server answers no call before all have come: they are in flight together. */
Test(upstream, several_calls_are_in_flight_at_once)
{
	enum { CALLS = 8 };
	struct gwt_script_step steps[2 * CALLS];
	struct gwt_upstream_call calls[CALLS] = { 0 };
	struct gwt_arena arenas[CALLS] = { 0 };
	struct gwt_request request = request_of("GET", "/", host_only, "");
	struct gwt_script_server *server;
	struct gwt_upstream *upstream;
	struct gwt_error err;

	for (size_t i = 0; i < GWT_LEN(steps); i++)
		steps[i] =
			(struct gwt_script_step){ .answer =
							  "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok" };
	server = gwt_script_server_start(steps, GWT_LEN(steps), CALLS);
	upstream = connect_to(gwt_script_server_url(server));
	cr_expect_null(gwt_upstream_wait(upstream, 0), "nothing is in flight");
	for (int round = 0; round < 2; round++) {
		bool done[CALLS] = { false };

		for (size_t i = 0; i < CALLS; i++) {
			calls[i] = (struct gwt_upstream_call){ .request = &request,
							       .arena = &arenas[i],
							       .user = &done[i] };
			cr_assert_eq(gwt_upstream_start(upstream, &calls[i], &err), GWT_OK);
		}
		for (size_t i = 0; i < CALLS; i++) {
			struct gwt_upstream_call *call = gwt_upstream_wait(upstream, 20000);

			cr_assert_not_null(call);
			cr_expect_eq(call->status, GWT_OK, "%s", call->err.msg);
			cr_expect(gwt_span_is(call->response.body, "ok"));
			cr_expect(!*(bool *)call->user, "handed out twice");
			*(bool *)call->user = true;
		}
		cr_expect_null(gwt_upstream_wait(upstream, 20000));
	}
	cr_expect_eq(gwt_script_server_connections(server), CALLS, "the second round made new ones");
	gwt_upstream_free(upstream);
	gwt_script_server_stop(server);
	for (size_t i = 0; i < CALLS; i++)
		gwt_arena_release(&arenas[i]);
}

/* Start `count` calls, and wait until `waits` of those in flight are done. */
static void start_and_wait(struct gwt_upstream *upstream, struct gwt_upstream_call *calls, size_t count,
			   size_t waits)
{
	struct gwt_error err;

	for (size_t i = 0; i < count; i++)
		cr_assert_eq(gwt_upstream_start(upstream, &calls[i], &err), GWT_OK, "%s", err.msg);
	for (size_t i = 0; i < waits; i++) {
		struct gwt_upstream_call *call = gwt_upstream_wait(upstream, 20000);

		cr_assert_not_null(call);
		cr_assert_eq(call->status, GWT_OK, "%s", call->err.msg);
	}
}

/* Sixteen calls at once, one of which is answered last, beside a seventeenth; then sixteen more. */
Test(upstream, connections_are_kept_while_the_last_answers_come)
{
	enum { CALLS = 16, ALL = 2 * CALLS + 1 };
	struct gwt_script_step steps[ALL];
	struct gwt_upstream_call calls[ALL] = { 0 };
	struct gwt_request request = request_of("GET", "/", host_only, "");
	struct gwt_script_server *server;
	struct gwt_upstream *upstream;

	for (size_t i = 0; i < ALL; i++) {
		steps[i] = (struct gwt_script_step){ .answer = OK_204,
						     .hold = i > CALLS ? ALL : CALLS + (i == CALLS - 1) };
		calls[i] = (struct gwt_upstream_call){ .request = &request, .arena = &arena };
	}
	server = gwt_script_server_start(steps, ALL, 0);
	upstream = connect_to(gwt_script_server_url(server));
	start_and_wait(upstream, calls, CALLS, CALLS - 1);
	start_and_wait(upstream, calls + CALLS, 1, 2);
	start_and_wait(upstream, calls + CALLS + 1, CALLS, CALLS);
	cr_expect_eq(gwt_script_server_connections(server), CALLS, "kept ones were closed");
	gwt_upstream_free(upstream);
	gwt_script_server_stop(server);
}

Test(upstream, a_single_send_does_not_lose_calls_in_flight)
{
	static const struct gwt_script_step steps[] = { { .answer = OK_204 }, { .answer = OK_204 } };
	struct gwt_script_server *server = gwt_script_server_start(steps, 2, 2);
	struct gwt_upstream *upstream = connect_to(gwt_script_server_url(server));
	struct gwt_request request = request_of("GET", "/", host_only, "");
	struct gwt_arena other = { 0 };
	struct gwt_upstream_call call = { .request = &request, .arena = &other };
	struct gwt_response response;
	struct gwt_error err;

	cr_assert_eq(gwt_upstream_start(upstream, &call, &err), GWT_OK);
	cr_expect_eq(gwt_upstream_send(upstream, &request, &arena, &response, &err), GWT_OK);
	cr_expect_eq(gwt_upstream_wait(upstream, 20000), &call);
	cr_expect_eq(call.response.status, 204);
	gwt_upstream_free(upstream);
	gwt_script_server_stop(server);
	gwt_arena_release(&other);
}

Test(upstream, calls_in_flight_are_dropped_with_it)
{
	static const struct gwt_script_step steps[] = { { .silent = true } };
	struct gwt_script_server *server = gwt_script_server_start(steps, 1, 0);
	struct gwt_upstream *upstream = connect_to(gwt_script_server_url(server));
	struct gwt_request request = request_of("GET", "/", host_only, "");
	struct gwt_upstream_call call = { .request = &request, .arena = &arena };
	struct gwt_error err;

	cr_assert_eq(gwt_upstream_start(upstream, &call, &err), GWT_OK);
	cr_expect_null(gwt_upstream_wait(upstream, 0));
	gwt_upstream_free(upstream);
	gwt_script_server_stop(server);
}

Test(upstream, a_call_is_given_up_when_the_stop_flag_says_so)
{
	static const struct gwt_script_step steps[] = { { .silent = true } };
	static volatile sig_atomic_t stop;
	struct gwt_script_server *server = gwt_script_server_start(steps, 1, 0);
	struct gwt_upstream_options options = { .base_url = gwt_script_server_url(server) };
	struct gwt_request request = request_of("GET", "/", host_only, "");
	struct gwt_upstream_call call = { .request = &request, .arena = &arena, .stop = &stop };
	struct gwt_upstream *upstream;
	struct gwt_error err;

	cr_assert_eq(gwt_upstream_new(&options, &upstream, &err), GWT_OK, "%s", err.msg);
	cr_assert_eq(gwt_upstream_start(upstream, &call, &err), GWT_OK);
	cr_expect_null(gwt_upstream_wait(upstream, 10));
	stop = 1;
	cr_expect_eq(gwt_upstream_wait(upstream, 20000), &call);
	cr_expect_eq(call.status, GWT_EUPSTREAM);
	cr_expect(strstr(call.err.msg, "interrupted"), "%s", call.err.msg);
	gwt_upstream_free(upstream);
	gwt_script_server_stop(server);
}

Test(upstream, another_place_to_connect_to_keeps_the_host)
{
	static const struct gwt_script_step steps[] = { { .answer = OK_204 } };
	static const char *const fields[] = { "Host: apigateway.us-east-1.amazonaws.com", NULL };
	struct gwt_script_server *server = gwt_script_server_start(steps, 1, 0);
	struct gwt_upstream_options options = { .base_url = "http://apigateway.us-east-1.amazonaws.com",
						.direct = true };
	struct gwt_request request = request_of("GET", "/", fields, "");
	struct gwt_upstream *upstream;
	struct gwt_response response;
	struct gwt_error err;

	options.connect_to = gwt_arena_printf(&arena, "127.0.0.1:%u", gwt_script_server_port(server)).ptr;
	cr_assert_eq(gwt_upstream_new(&options, &upstream, &err), GWT_OK);
	cr_expect_eq(gwt_upstream_send(upstream, &request, &arena, &response, &err), GWT_OK, "%s", err.msg);
	cr_expect(gwt_span_is(gwt_script_server_request(server, 0),
			      "GET / HTTP/1.1\r\nHost: apigateway.us-east-1.amazonaws.com\r\n\r\n"));
	gwt_upstream_free(upstream);
	gwt_script_server_stop(server);
}

/* The script server is the proxy: whether it got a request shows whether the proxy was used. */
Test(upstream, a_proxy_is_used_for_other_hosts_only)
{
	static const struct {
		const char *label, *url, *no_proxy;
		bool direct, used;
	} rows[] = {
		{ "another host", "https://apigateway.invalid", NULL, false, true },
		{ "listed in NO_PROXY", "https://apigateway.invalid", "apigateway.invalid", false, false },
		{ "told to go direct", "https://apigateway.invalid", NULL, true, false },
		{ "this machine", "https://127.0.0.1:1", NULL, false, false },
		{ "this machine by name", "https://localhost:1", NULL, false, false },
	};
	struct gwt_request request = request_of("GET", "/", host_only, "");

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		static const struct gwt_script_step steps[] = {
			{ .answer = "HTTP/1.1 502 No\r\nContent-Length: 0\r\n\r\n", .close = true }
		};
		struct gwt_script_server *server = gwt_script_server_start(steps, 1, 0);
		struct gwt_upstream_options options = { .base_url = rows[i].url,
							.direct = rows[i].direct,
							.timeout_ms = 5000 };
		struct gwt_upstream *upstream;
		struct gwt_response response;
		struct gwt_span asked;
		struct gwt_error err;

		setenv("HTTPS_PROXY", gwt_script_server_url(server), 1);
		if (rows[i].no_proxy)
			setenv("NO_PROXY", rows[i].no_proxy, 1);
		else
			unsetenv("NO_PROXY");
		cr_assert_eq(gwt_upstream_new(&options, &upstream, &err), GWT_OK);
		cr_expect_eq(gwt_upstream_send(upstream, &request, &arena, &response, &err), GWT_EUPSTREAM,
			     "%s", rows[i].label);
		asked = gwt_script_server_request(server, 0);
		cr_expect_eq(gwt_span_starts(asked, GWT_SPAN("CONNECT apigateway.invalid:443 ")),
			     rows[i].used, "%s", rows[i].label);
		cr_expect_eq(asked.ptr != NULL, rows[i].used, "%s", rows[i].label);
		gwt_upstream_free(upstream);
		gwt_script_server_stop(server);
	}
}

/* The server's certificate is for "apigateway.test"; the address of the connection does not matter. */
Test(upstream, tls_is_verified)
{
	static const struct {
		const char *label, *host, *answer;
		bool trusted, drop, ok;
	} rows[] = {
		{ "trusted", "apigateway.test", OK_EMPTY, true, false, true },
		{ "not trusted", "apigateway.test", OK_EMPTY, false, false, false },
		{ "another name", "other.test", OK_EMPTY, true, false, false },
		{ "ends without saying so", "apigateway.test", "HTTP/1.1 200 OK\r\n\r\n{\"half", true, true,
		  false },
	};
	static char folder[] = "/tmp/gwt-upstream-XXXXXX";
	char pem[64];

	cr_assert_not_null(mkdtemp(folder));
	snprintf(pem, sizeof(pem), "%s/ca.pem", folder);
	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_tls_server *server =
			gwt_tls_server_start("apigateway.test", pem, rows[i].answer, 1, rows[i].drop);
		struct gwt_upstream_options options = { .direct = true, .timeout_ms = 10000 };
		struct gwt_request request = request_of("GET", "/", host_only, "");
		struct gwt_upstream *upstream;
		struct gwt_response response;
		struct gwt_error err = { .msg = "" };

		options.base_url = gwt_arena_printf(&arena, "https://%s", rows[i].host).ptr;
		options.connect_to =
			gwt_arena_printf(&arena, "127.0.0.1:%u", gwt_tls_server_port(server)).ptr;
		options.ca_bundle = rows[i].trusted ? pem : NULL;
		cr_assert_eq(gwt_upstream_new(&options, &upstream, &err), GWT_OK);
		cr_expect_eq(gwt_upstream_send(upstream, &request, &arena, &response, &err),
			     rows[i].ok ? GWT_OK : GWT_EUPSTREAM, "%s: %s", rows[i].label, err.msg);
		gwt_upstream_free(upstream);
		gwt_tls_server_stop(server);
	}
	unlink(pem);
	rmdir(folder);
}
