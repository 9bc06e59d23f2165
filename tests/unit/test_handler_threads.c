/*
 * Handlers on threads of their own: several at a time, answers in order, clients and servers that go meanwhile.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "tests/unit/net_peer.h"

#define HOST "Host: h\r\n\r\n"
#define OK   "HTTP/1.1 200 OK\r\n"

enum { THREADS = 4, PATIENCE_S = 300 };

static struct net_server at; /* only its port and loop are used */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static size_t inside, wanted; /* handlers in /meet; how many must be in it at once */
static atomic_bool ended;

static void setup(void)
{
	inside = 0;
	wanted = THREADS;
	atomic_store(&ended, false);
}

TestSuite(apart, .init = setup);

/* True when as many handlers as wanted are inside before the time is up. */
static bool meet(void)
{
	struct timespec until;
	int rc = 0;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += PATIENCE_S;
	pthread_mutex_lock(&lock);
	inside++;
	pthread_cond_broadcast(&changed);
	while (inside < wanted && rc == 0)
		rc = pthread_cond_timedwait(&changed, &lock, &until);
	pthread_mutex_unlock(&lock);
	return rc == 0;
}

static void handle(struct gwt_exchange *exchange)
{
	struct gwt_span path = exchange->request->path;

	exchange->response.status = 200;
	if (gwt_span_is(path, "/meet"))
		exchange->response.body = meet() ? GWT_SPAN("met") : GWT_SPAN("alone");
	else
		exchange->response.body = gwt_arena_copy(exchange->arena, exchange->request->body);
}

static void end_when_told(void *arg)
{
	if (!atomic_exchange(&ended, false))
		return;
	gwt_server_close(arg, NULL, NULL);
}

static void *run_loop(void *arg)
{
	gwt_loop_run(arg);
	return NULL;
}

static void start(size_t threads)
{
	struct gwt_server_options options = { .handler = handle, .threads = threads };
	struct gwt_server *server;
	struct gwt_error err;

	at.loop = gwt_loop_new();
	cr_assert_eq(gwt_server_new(at.loop, &options, &server, &err), GWT_OK, "%s", err.msg);
	at.port = (int)strtoul(strrchr(gwt_server_url(server), ':') + 1, NULL, 10);
	gwt_loop_after(at.loop, 5, 5, end_when_told, server);
	cr_assert_eq(pthread_create(&at.thread, NULL, run_loop, at.loop), 0);
}

static void stop(void)
{
	atomic_store(&ended, true);
	net_server_join(&at);
}

static const char *talk_on(int fd, const char *bytes, size_t len)
{
	static struct gwt_buf got;

	gwt_buf_release(&got);
	gwt_buf_init(&got, SIZE_MAX);
	cr_expect(net_send(fd, gwt_span_of(bytes)));
	cr_expect(net_recv_len(fd, &got, len), "got '%s'", gwt_buf_cstr(&got));
	return gwt_buf_cstr(&got);
}

Test(apart, as_many_handlers_as_threads_wait_at_the_same_time)
{
	static const char answer[] = OK "Content-Length: 3\r\n\r\nmet";
	int fds[THREADS];

	start(THREADS);
	for (size_t i = 0; i < THREADS; i++) {
		fds[i] = net_connect(&at);
		cr_expect(net_send(fds[i], GWT_SPAN("GET /meet HTTP/1.1\r\n" HOST)));
	}
	for (size_t i = 0; i < THREADS; i++) {
		cr_expect_str_eq(talk_on(fds[i], "", sizeof(answer) - 1), answer);
		close(fds[i]);
	}
	stop();
}

Test(apart, requests_of_one_connection_are_answered_in_order)
{
	static const char asked[] =
		"PUT /a HTTP/1.1\r\nContent-Length: 1\r\n" HOST
		"1PUT /b HTTP/1.1\r\nContent-Length: 2\r\n" HOST "22PUT /c HTTP/1.1\r\nContent-Le";
	static const char rest[] = "ngth: 3\r\n" HOST "333";
	static const char first[] = OK "Content-Length: 1\r\n\r\n1" OK "Content-Length: 2\r\n\r\n22";
	static const char last[] = OK "Content-Length: 3\r\n\r\n333";
	int fd;

	start(THREADS);
	fd = net_connect(&at);
	cr_expect_str_eq(talk_on(fd, asked, sizeof(first) - 1), first);
	cr_expect_str_eq(talk_on(fd, rest, sizeof(last) - 1), last);
	close(fd);
	stop();
}

/* Wait until `count` handlers are inside. */
static void wait_inside(size_t count)
{
	pthread_mutex_lock(&lock);
	while (inside < count)
		pthread_cond_wait(&changed, &lock);
	pthread_mutex_unlock(&lock);
}

static void let_go(void)
{
	pthread_mutex_lock(&lock);
	wanted = 0;
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&lock);
}

Test(apart, a_client_that_vanishes_meanwhile_costs_nobody_else)
{
	static const char answer[] = OK "Content-Length: 1\r\n\r\n1";
	int gone, fd;

	start(THREADS);
	gone = net_connect(&at);
	cr_expect(net_send(gone, GWT_SPAN("GET /meet HTTP/1.1\r\n" HOST)));
	wait_inside(1);
	close(gone);
	fd = net_connect(&at);
	cr_expect_str_eq(talk_on(fd, "PUT /a HTTP/1.1\r\nContent-Length: 1\r\n" HOST "1", sizeof(answer) - 1),
			 answer);
	let_go();
	close(fd);
	stop();
}

Test(apart, closing_waits_for_what_was_begun)
{
	static const char answer[] = OK "Content-Length: 3\r\nConnection: close\r\n\r\nmet";
	int fd;

	start(THREADS);
	fd = net_connect(&at);
	cr_expect(net_send(fd, GWT_SPAN("GET /meet HTTP/1.1\r\n" HOST)));
	wait_inside(1);
	atomic_store(&ended, true);
	while (atomic_load(&ended))
		sched_yield();
	let_go();
	cr_expect_str_eq(talk_on(fd, "", sizeof(answer) - 1), answer);
	close(fd);
	net_server_join(&at);
}

static size_t entered(void)
{
	size_t count;

	pthread_mutex_lock(&lock);
	count = inside;
	pthread_mutex_unlock(&lock);
	return count;
}

static void stop_loop(void *arg)
{
	gwt_loop_stop(arg);
}

static void *let_go_soon(void *arg)
{
	(void)arg;
	let_go();
	return NULL;
}

Test(apart, freeing_the_loop_waits_for_handlers_and_drops_what_was_not_begun)
{
	pthread_t other;
	int fds[3];

	start(1);
	gwt_loop_after(at.loop, 0, 5, stop_loop,
		       at.loop); /* its thread ends; then this thread waits in rounds of 5 ms */
	pthread_join(at.thread, NULL);
	for (size_t i = 0; i < 3; i++) {
		fds[i] = net_connect(&at);
		cr_expect(net_send(fds[i], GWT_SPAN("GET /meet HTTP/1.1\r\n" HOST)));
	}
	while (entered() < 1)
		gwt_loop_run(at.loop);
	cr_assert_eq(pthread_create(&other, NULL, let_go_soon, NULL), 0);
	gwt_loop_free(at.loop);
	pthread_join(other, NULL);
	for (size_t i = 0; i < 3; i++)
		close(fds[i]);
}
