/*
 * bench_net.c - lib/net with a handler that answers a constant, beside a bare epoll loop.
 */
#include <stdio.h>
#include <stdlib.h>

#include "lib/net/net.h"
#include "tests/bench/load.h"

enum { ROUNDS = 9, ROUND_MS = 250 };

static struct gwt_span answer_body(void)
{
	size_t head = gwt_span_find_span(load_bare_answer, GWT_SPAN("\r\n\r\n")) + 4;

	return gwt_span_slice(load_bare_answer, head, load_bare_answer.len);
}

static void handle(struct gwt_exchange *exchange)
{
	exchange->response.status = 200;
	gwt_headers_add_view(&exchange->response.headers, GWT_SPAN("Content-Type"),
			     GWT_SPAN("application/json"));
	exchange->response.body = answer_body();
}

static void serve_net(int tell_fd)
{
	struct gwt_server_options options = { .handler = handle };
	struct gwt_loop *loop = gwt_loop_new();
	struct gwt_server *server;
	struct gwt_error err;

	if (gwt_server_new(loop, &options, &server, &err) != GWT_OK) {
		fprintf(stderr, "%s\n", err.msg);
		exit(1);
	}
	load_tell_port(tell_fd, (int)strtoul(strrchr(gwt_server_url(server), ':') + 1, NULL, 10));
	gwt_loop_run(loop);
}

/* A PUT with ten headers and a body of 400 bytes. */
static struct gwt_span make_request(void)
{
	static char text[2048];
	int len = snprintf(
		text, sizeof(text),
		"PUT /restapis/a1b2c3d4e5/resources/x9y8z7/methods/POST/integration HTTP/1.1\r\n"
		"Host: apigateway.us-east-1.amazonaws.com\r\nAccept: application/json\r\n"
		"User-Agent: aws-cli/2.9.19 Python/3.11.2 Linux/6.1.0-18-amd64\r\n"
		"Content-Type: application/json\r\nX-Amz-Date: 20261122T123957Z\r\n"
		"amz-sdk-invocation-id: 00000000-0000-0000-0000-000000000000\r\n"
		"amz-sdk-request: attempt=1; max=3\r\nAccept-Encoding: identity\r\n"
		"Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261122/us-east-1/apigateway/"
		"aws4_request, SignedHeaders=accept;content-type;host;x-amz-date, Signature=%064d\r\n"
		"Content-Length: 400\r\n\r\n%0400d",
		0, 0);

	return (struct gwt_span){ text, (size_t)len };
}

static void compare(const struct load_server *net, const struct load_server *bare, int connections, int depth)
{
	struct load_plan plan = { connections, depth, make_request(), load_bare_answer.len, ROUND_MS };
	double cpu[ROUNDS], rate[ROUNDS], cpu_ratio[ROUNDS], rate_ratio[ROUNDS];

	for (int i = 0; i < ROUNDS; i++) {
		struct load_result a = load_run(net, &plan), b = load_run(bare, &plan);

		cpu[i] = a.cpu_us;
		rate[i] = a.requests_per_s;
		cpu_ratio[i] = a.cpu_us / b.cpu_us;
		rate_ratio[i] = a.requests_per_s / b.requests_per_s;
	}
	printf("%3d connections x %2d: %8.0f requests/s (%.2f x bare), %6.2f us CPU each (%.2f x bare)\n",
	       connections, depth, load_median(rate, ROUNDS), load_median(rate_ratio, ROUNDS),
	       load_median(cpu, ROUNDS), load_median(cpu_ratio, ROUNDS));
}

int main(void)
{
	static const int rows[][2] = { { 1, 1 }, { 32, 1 }, { 8, 16 } };
	struct load_server net = load_start(serve_net), bare = load_start(load_serve_bare);

	for (size_t i = 0; i < GWT_LEN(rows); i++)
		compare(&net, &bare, rows[i][0], rows[i][1]);
	load_stop(&net);
	load_stop(&bare);
	return 0;
}
