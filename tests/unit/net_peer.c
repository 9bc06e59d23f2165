#include "tests/unit/net_peer.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static void set_body(struct gwt_exchange *exchange, struct gwt_span body)
{
	exchange->response.status = 200;
	exchange->response.body = body;
}

static uint64_t query_number(const struct gwt_exchange *exchange)
{
	uint64_t number = 0;

	gwt_span_to_u64(exchange->request->query, UINT32_MAX, &number);
	return number;
}

static void do_echo(struct gwt_exchange *exchange)
{
	set_body(exchange, exchange->request->body);
}

static void do_length(struct gwt_exchange *exchange)
{
	set_body(exchange, gwt_arena_printf(exchange->arena, "%zu", exchange->request->body.len));
}

static void do_count(struct gwt_exchange *exchange)
{
	exchange->conn_data = (void *)((uintptr_t)exchange->conn_data + 1);
	set_body(exchange, gwt_arena_printf(exchange->arena, "%zu", (size_t)(uintptr_t)exchange->conn_data));
}

static void do_big(struct gwt_exchange *exchange)
{
	size_t len = (size_t)query_number(exchange);
	char *bytes = gwt_arena_bytes(exchange->arena, len);

	memset(bytes, 'x', len);
	set_body(exchange, (struct gwt_span){ bytes, len });
}

static void do_delay(struct gwt_exchange *exchange)
{
	gwt_exchange_delay(exchange, query_number(exchange));
	set_body(exchange, GWT_SPAN("late"));
}

static void do_close(struct gwt_exchange *exchange)
{
	set_body(exchange, GWT_SPAN("bye"));
	exchange->response.close = true;
}

static void do_empty(struct gwt_exchange *exchange)
{
	exchange->response.status = 204;
	exchange->response.no_content_length = true;
}

static void do_reset(struct gwt_exchange *exchange)
{
	gwt_exchange_fault(exchange, GWT_FAULT_RESET);
}

static void do_truncate(struct gwt_exchange *exchange)
{
	set_body(exchange, GWT_SPAN("0123456789"));
	gwt_exchange_fault(exchange, GWT_FAULT_TRUNCATE);
}

static void do_lie(struct gwt_exchange *exchange)
{
	set_body(exchange, GWT_SPAN("0123456789"));
	gwt_exchange_fault(exchange, GWT_FAULT_WRONG_LENGTH);
}

static void do_tunnel(struct gwt_exchange *exchange)
{
	set_body(exchange, gwt_span_of(exchange->tunnel ? exchange->tunnel : "none"));
}

static void do_connect(struct gwt_exchange *exchange)
{
	struct net_server *server = exchange->server_arg;

	if (server->relay_to) {
		gwt_exchange_relay(exchange, server->relay_to);
		return;
	}
	exchange->response.status = 200;
	exchange->response.no_content_length = true;
	gwt_exchange_tunnel(exchange, server->tls);
}

static void do_relay(struct gwt_exchange *exchange)
{
	struct net_server *server = exchange->server_arg;

	gwt_exchange_relay(exchange, server->relay_to);
}

static void do_stop(struct gwt_exchange *exchange)
{
	struct net_server *server = exchange->server_arg;

	set_body(exchange, GWT_SPAN("stopping"));
	gwt_server_close(server->server, NULL, NULL);
}

static void handle(struct gwt_exchange *exchange)
{
	static const struct {
		const char *path;
		gwt_handler handler;
	} routes[] = {
		{ "/echo", do_echo },         { "/length", do_length }, { "/count", do_count },
		{ "/big", do_big },           { "/delay", do_delay },   { "/close", do_close },
		{ "/empty", do_empty },       { "/reset", do_reset },   { "/lie", do_lie },
		{ "/truncate", do_truncate }, { "/stop", do_stop },     { "/tunnel", do_tunnel },
		{ "/relay", do_relay },
	};
	struct net_server *server = exchange->server_arg;

	atomic_fetch_add(&server->handled, 1);
	exchange->response.status = 404;
	if (gwt_span_is(exchange->request->method, "CONNECT"))
		do_connect(exchange);
	for (size_t i = 0; i < GWT_LEN(routes); i++)
		if (gwt_span_is(exchange->request->path, routes[i].path))
			routes[i].handler(exchange);
}

static void *serve(void *arg)
{
	struct net_server *server = arg;

	atomic_store(&server->thread_id, gettid());
	gwt_loop_run(server->loop);
	return NULL;
}

static void start(struct net_server *server, struct gwt_server_options *options)
{
	struct gwt_error err;

	options->handler = handle;
	options->arg = server;
	options->server_header = "test";
	server->loop = gwt_loop_new();
	if (gwt_server_new(server->loop, options, &server->server, &err) != GWT_OK)
		abort();
	server->port = (int)strtoul(strrchr(gwt_server_url(server->server), ':') + 1, NULL, 10);
	if (pthread_create(&server->thread, NULL, serve, server) != 0)
		abort();
}

void net_server_start(struct net_server *server, struct gwt_timeouts timeouts)
{
	start(server, &(struct gwt_server_options){ .timeouts = timeouts });
}

void net_server_start_tls(struct net_server *server, struct gwt_tls *tls, bool only_tunnels,
			  struct gwt_timeouts timeouts)
{
	server->tls = tls;
	start(server, &(struct gwt_server_options){ .tls = only_tunnels ? NULL : tls, .timeouts = timeouts });
}

static const char *route(void *arg, const struct gwt_request *head, const char *tunnel)
{
	struct net_server *server = arg;

	(void)tunnel;
	return gwt_span_is(head->path, "/stop") ? NULL : server->relay_to;
}

static void unreachable(void *arg, const char *authority, const char *reason)
{
	struct net_server *server = arg;

	snprintf(server->why, sizeof(server->why), "%s: %s", authority, reason);
	atomic_fetch_add(&server->unreached, 1);
}

void net_server_start_relay(struct net_server *server, const char *authority, bool routed)
{
	server->relay_to = authority;
	start(server,
	      &(struct gwt_server_options){ .route = routed ? route : NULL, .unreachable = unreachable });
}

void net_server_start_small(struct net_server *server, size_t max_connections)
{
	start(server, &(struct gwt_server_options){ .max_connections = max_connections });
}

void net_server_join(struct net_server *server)
{
	pthread_join(server->thread, NULL);
	gwt_loop_free(server->loop);
}

void net_server_stop(struct net_server *server)
{
	int fd = net_connect(server);
	struct gwt_buf buf;

	gwt_buf_init(&buf, SIZE_MAX);
	net_send(fd, GWT_SPAN("GET /stop HTTP/1.1\r\nHost: h\r\n\r\n"));
	net_recv_all(fd, &buf);
	close(fd);
	gwt_buf_release(&buf);
	net_server_join(server);
}

int net_connect(const struct net_server *server)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)server->port) };
	struct timeval patience = { .tv_sec = 10 };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0)
		abort();
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	return fd;
}

bool net_send(int fd, struct gwt_span bytes)
{
	while (bytes.len) {
		ssize_t sent = send(fd, bytes.ptr, bytes.len, MSG_NOSIGNAL);

		if (sent <= 0)
			return false;
		bytes = gwt_span_slice(bytes, (size_t)sent, bytes.len);
	}
	return true;
}

enum net_end net_recv(int fd, struct gwt_buf *out)
{
	char *at = gwt_buf_reserve(out, 256 * 1024);
	ssize_t got = recv(fd, at, 256 * 1024, 0);

	if (got > 0)
		out->len += (size_t)got;
	if (got >= 0)
		return got ? NET_DATA : NET_CLOSED;
	return errno == EAGAIN ? NET_TIMEOUT : NET_RESET;
}

enum net_end net_recv_all(int fd, struct gwt_buf *out)
{
	enum net_end end;

	do
		end = net_recv(fd, out);
	while (end == NET_DATA);
	return end;
}

bool net_recv_len(int fd, struct gwt_buf *out, size_t len)
{
	while (out->len < len)
		if (net_recv(fd, out) != NET_DATA)
			return false;
	return true;
}
