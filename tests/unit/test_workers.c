/* Several servers at one address, each on a thread of its own. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/base/arena.h"
#include "lib/net/workers.h"
#include "tests/unit/net_peer.h"

enum { WORKERS = 3, CLIENTS = 64 };

static atomic_size_t handled[WORKERS + 1]; /* by each server; the main one is first */
static struct gwt_loop *loop;
static struct gwt_server *first;
static struct gwt_server_options options;
static struct gwt_error err;

TestSuite(workers);

static void handle(struct gwt_exchange *exchange)
{
	atomic_fetch_add((atomic_size_t *)exchange->server_arg, 1);
	exchange->response.status = 200;
	exchange->response.body = GWT_SPAN("ok");
	if (gwt_span_is(exchange->request->path, "/stop"))
		gwt_server_close(first, NULL, NULL);
}

static void *serve(void *arg)
{
	gwt_loop_run(loop);
	return arg;
}

static int port_of(const char *url)
{
	return (int)strtoul(strrchr(url, ':') + 1, NULL, 10);
}

static void ask(int port, const char *path)
{
	const struct net_server at = { .port = port };
	gwt_auto(gwt_buf_release) struct gwt_buf got = { .max = SIZE_MAX };
	int fd = net_connect(&at);

	gwt_buf_printf(&got, "GET %s HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", path);
	cr_expect(net_send(fd, gwt_buf_span(&got)));
	gwt_buf_clear(&got);
	cr_expect_eq(net_recv_all(fd, &got), NET_CLOSED);
	cr_expect_str_eq(gwt_buf_cstr(&got),
			 "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
	close(fd);
}

static void start_first(bool reuse_port)
{
	loop = gwt_loop_new();
	options = (struct gwt_server_options){ .handler = handle,
					       .arg = &handled[0],
					       .reuse_port = reuse_port };
	cr_assert_eq(gwt_server_new(loop, &options, &first, &err), GWT_OK, "%s", err.msg);
}

/* The kernel distributes connections: that one of three servers gets none of 64 happens once in 10^8 runs. */
Test(workers, servers_at_one_address_share_its_clients)
{
	void *args[WORKERS] = { &handled[1], &handled[2], &handled[3] };
	struct gwt_workers *workers = NULL;
	size_t all = 0, others = 0;
	pthread_t thread;
	int port;

	start_first(true);
	port = port_of(gwt_server_url(first));
	cr_assert_eq(gwt_workers_start(first, &options, args, NULL, WORKERS, &workers, &err), GWT_OK, "%s",
		     err.msg);
	cr_assert_eq(pthread_create(&thread, NULL, serve, NULL), 0);
	for (size_t i = 0; i < CLIENTS; i++)
		ask(port, "/");
	for (size_t i = 0; i <= WORKERS; i++) {
		all += atomic_load(&handled[i]);
		others += i ? atomic_load(&handled[i]) : 0;
	}
	cr_expect_eq(all, (size_t)CLIENTS);
	cr_expect_gt(others, 0u);
	gwt_workers_ask(workers, 10000);
	gwt_workers_ask(workers, 10000);
	gwt_workers_stop(workers, 10000);
	ask(port, "/stop");
	pthread_join(thread, NULL);
	gwt_loop_free(loop);
}

Test(workers, an_address_that_is_not_shared_has_no_room_for_more)
{
	void *args[WORKERS] = { &handled[1], &handled[2], &handled[3] };
	struct gwt_workers *workers = NULL;
	const char *url = NULL;

	start_first(false);
	cr_expect_eq(gwt_workers_start(first, &options, args, NULL, WORKERS, &workers, &err), GWT_EUPSTREAM);
	cr_expect(strstr(err.msg, "address already in use"), "%s", err.msg);
	options.listen = strstr(gwt_server_url(first), "://") + 3;
	cr_expect_eq(gwt_workers_start_apart(&options, &workers, &url, &err), GWT_EUPSTREAM);
	cr_expect_eq(workers, NULL);
	gwt_workers_ask(NULL, 0);
	gwt_workers_stop(NULL, 0);
	gwt_loop_free(loop);
}

Test(workers, a_server_apart_answers_until_it_is_stopped)
{
	struct gwt_workers *workers;
	const char *url;

	options = (struct gwt_server_options){ .handler = handle, .arg = &handled[1] };
	cr_assert_eq(gwt_workers_start_apart(&options, &workers, &url, &err), GWT_OK, "%s", err.msg);
	ask(port_of(url), "/");
	ask(port_of(url), "/");
	cr_expect_eq(atomic_load(&handled[1]), 2u);
	gwt_workers_stop(workers, 10000);
}

/* A request that began before the stop gets its grace period; a client that never ends gets no more. */
Test(workers, a_client_that_never_ends_its_request_does_not_hold_the_end_up)
{
	struct gwt_workers *workers;
	struct net_server at = { 0 };
	const char *url;
	char byte;
	int fd;

	options = (struct gwt_server_options){ .handler = handle, .arg = &handled[1] };
	cr_assert_eq(gwt_workers_start_apart(&options, &workers, &url, &err), GWT_OK, "%s", err.msg);
	at.port = port_of(url);
	fd = net_connect(&at);
	cr_expect(net_send(
		fd,
		GWT_SPAN("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n")));
	cr_expect_eq(recv(fd, &byte, 1, 0), 1); /* by now the server has the head */
	gwt_workers_stop(workers, 10);
	cr_expect_eq(atomic_load(&handled[1]), 0u);
	close(fd);
}
