/* server.c - a listener: its options, its connections, and its end. */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/base/arena.h"
#include "lib/base/bounds.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/net/internal.h"

enum { KEEP_BYTES = 256 * 1024 }; /* a desk's buffers that grew larger are freed */

static void unlink_conn(struct gwt_conn *conn)
{
	struct gwt_conn_list *list = &conn->server->lists[conn->phase];

	*(conn->prev ? &conn->prev->next : &list->first) = conn->next;
	*(conn->next ? &conn->next->prev : &list->last) = conn->prev;
	conn->next = conn->prev = NULL;
}

/* Lists are in order of deadline. Only delays differ within a phase, so the place is mostly at the end. */
static void link_conn(struct gwt_conn *conn)
{
	struct gwt_conn_list *list = &conn->server->lists[conn->phase];
	struct gwt_conn *before = list->last;

	while (before && before->deadline > conn->deadline)
		before = before->prev;
	conn->prev = before;
	conn->next = before ? before->next : list->first;
	*(before ? &before->next : &list->first) = conn;
	*(conn->next ? &conn->next->prev : &list->last) = conn;
}

static void on_delay(uv_timer_t *handle);

static void arm_delay(struct gwt_server *server)
{
	struct gwt_conn *first = server->lists[GWT_CONN_DELAY].first;
	uint64_t now = uv_now(&server->loop->uv);

	if (first && !uv_is_closing((uv_handle_t *)&server->delay))
		uv_timer_start(&server->delay, on_delay, first->deadline > now ? first->deadline - now : 0,
			       0);
}

static void expire(struct gwt_server *server, enum gwt_conn_phase phase)
{
	uint64_t now = uv_now(&server->loop->uv);
	struct gwt_conn *first;

	while ((first = server->lists[phase].first) && first->deadline <= now)
		gwt_conn_expire(first);
}

static void on_delay(uv_timer_t *handle)
{
	struct gwt_server *server = handle->data;

	expire(server, GWT_CONN_DELAY);
	arm_delay(server);
}

static void on_tick(uv_timer_t *handle)
{
	struct gwt_server *server = handle->data;

	for (int phase = 0; phase < GWT_CONN_PHASES; phase++)
		if (phase != GWT_CONN_DELAY)
			expire(server, (enum gwt_conn_phase)phase);
}

void gwt_server_enter(struct gwt_conn *conn, enum gwt_conn_phase phase, uint64_t wait_ms)
{
	unlink_conn(conn);
	conn->phase = phase;
	conn->deadline = uv_now(&conn->server->loop->uv) + wait_ms;
	link_conn(conn);
	if (phase == GWT_CONN_DELAY)
		arm_delay(conn->server);
}

void gwt_server_join(struct gwt_conn *conn)
{
	struct gwt_server *server = conn->server;

	if (server->conn_count++ == 0)
		uv_timer_start(&server->tick, on_tick, GWT_TICK_MS, GWT_TICK_MS);
	conn->phase = GWT_CONN_IDLE;
	conn->deadline = uv_now(&server->loop->uv) + server->timeouts.idle_ms;
	link_conn(conn);
}

void gwt_server_leave(struct gwt_conn *conn)
{
	unlink_conn(conn);
}

struct gwt_desk *gwt_desk_take(struct gwt_server *server)
{
	struct gwt_desk *desk = server->spare;

	if (desk) {
		server->spare = desk->next;
	} else {
		desk = gwt_xcalloc(1, sizeof(*desk));
		gwt_buf_init(&desk->in, SIZE_MAX);
		gwt_buf_init(&desk->out, SIZE_MAX);
		gwt_buf_init(&desk->wire, SIZE_MAX);
		gwt_buf_init(&desk->sending, SIZE_MAX);
		gwt_buf_init(&desk->late, SIZE_MAX);
	}
	gwt_h1_parser_init(&desk->parser);
	desk->new_request = true;
	desk->input = (struct gwt_span){ 0 };
	desk->at = 0;
	return desk;
}

static void shrink(struct gwt_buf *buf)
{
	gwt_buf_clear(buf);
	if (buf->cap > KEEP_BYTES)
		gwt_buf_release(buf);
}

static void shrink_arena(struct gwt_arena *arena)
{
	if (arena->used > KEEP_BYTES)
		gwt_arena_release(arena);
	else
		gwt_arena_reset(arena);
}

void gwt_desk_give(struct gwt_server *server, struct gwt_desk *desk)
{
	shrink(&desk->in);
	shrink(&desk->out);
	shrink(&desk->wire);
	shrink(&desk->sending);
	shrink(&desk->late);
	shrink_arena(&desk->arena);
	desk->next = server->spare;
	server->spare = desk;
}

static void free_desks(struct gwt_server *server)
{
	while (server->spare) {
		struct gwt_desk *desk = server->spare;

		server->spare = desk->next;
		gwt_h1_parser_release(&desk->parser);
		gwt_arena_release(&desk->arena);
		gwt_buf_release(&desk->in);
		gwt_buf_release(&desk->out);
		gwt_buf_release(&desk->wire);
		gwt_buf_release(&desk->sending);
		gwt_buf_release(&desk->late);
		free(desk);
	}
}

static void free_server(struct gwt_server *server)
{
	struct gwt_server **at = &server->loop->servers;
	void (*done)(void *arg) = server->done;
	void *done_arg = server->done_arg;

	while (*at != server)
		at = &(*at)->next;
	*at = server->next;
	gwt_handler_threads_free(server->threads);
	free_desks(server);
	free(server->name);
	free(server);
	if (done)
		done(done_arg);
}

static void on_handle_closed(uv_handle_t *handle)
{
	struct gwt_server *server = handle->data;

	if (--server->open_handles == 0)
		free_server(server);
}

static void close_handle(uv_handle_t *handle)
{
	if (!uv_is_closing(handle))
		uv_close(handle, on_handle_closed);
}

/* Close the listener at once, and the timers after the last connection. */
static void close_handles(struct gwt_server *server)
{
	close_handle((uv_handle_t *)&server->listener);
	if (server->conn_count)
		return;
	close_handle((uv_handle_t *)&server->tick);
	close_handle((uv_handle_t *)&server->delay);
	if (server->threads)
		close_handle(gwt_handler_threads_handle(server->threads));
}

void gwt_server_conn_gone(struct gwt_server *server)
{
	if (--server->conn_count == 0)
		uv_timer_stop(&server->tick);
	if (server->closing) {
		close_handles(server);
	} else if (server->accept_waits) {
		server->accept_waits = false;
		gwt_conn_accept(server);
	}
}

/*
 * At the limit the connection that has been idle for longest makes room; when none is idle, clients wait in
 * the kernel's queue (libuv accepts no more until this one is accepted).
 */
static void on_connection(uv_stream_t *listener, int status)
{
	struct gwt_server *server = listener->data;

	if (status < 0 || server->closing)
		return;
	if (server->conn_count < server->max_conns) {
		gwt_conn_accept(server);
		return;
	}
	server->accept_waits = true;
	if (server->lists[GWT_CONN_IDLE].first)
		gwt_conn_close(server->lists[GWT_CONN_IDLE].first);
}

/* The listener then needs its socket now: the option must be set before the socket is bound. */
static int share_port(struct gwt_server *server, sa_family_t family)
{
	int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), on = 1, result;

	if (fd < 0)
		return uv_translate_sys_error(errno);
	result = setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)) == 0
			 ? uv_tcp_open(&server->listener, fd)
			 : uv_translate_sys_error(errno);
	if (result != 0)
		close(fd);
	return result;
}

static int start_listening(struct gwt_server *server, struct sockaddr_storage *address, bool reuse_port)
{
	int len = sizeof(*address), result;

	result = reuse_port ? share_port(server, address->ss_family) : 0;
	if (result == 0)
		result = uv_tcp_bind(&server->listener, (struct sockaddr *)address, 0);
	if (result == 0)
		result = uv_listen((uv_stream_t *)&server->listener, SOMAXCONN, on_connection);
	if (result == 0)
		result = uv_tcp_getsockname(&server->listener, (struct sockaddr *)address, &len);
	return result;
}

static struct gwt_timeouts with_defaults(struct gwt_timeouts given)
{
	return (struct gwt_timeouts){
		.idle_ms = given.idle_ms ? given.idle_ms : GWT_IDLE_TIMEOUT_MS,
		.head_ms = given.head_ms ? given.head_ms : GWT_HEAD_TIMEOUT_MS,
		.body_window_ms = given.body_window_ms ? given.body_window_ms : GWT_BODY_WINDOW_MS,
		.write_ms = given.write_ms ? given.write_ms : GWT_WRITE_TIMEOUT_MS,
		.drain_ms = given.drain_ms ? given.drain_ms : GWT_DRAIN_TIMEOUT_MS,
		.drain_max_ms = given.drain_max_ms ? given.drain_max_ms : GWT_DRAIN_MAX_MS,
	};
}

/* Leaves some files for cassettes and reports. With an explicit number the process's limit is not raised. */
static size_t max_conns(struct gwt_loop *loop, size_t wanted)
{
	size_t files = wanted ? gwt_loop_file_limit() : gwt_loop_raise_file_limit(loop);
	size_t room = files > 2 * GWT_OTHER_FILES ? files - GWT_OTHER_FILES : files / 2 + 1;

	if (!wanted)
		wanted = GWT_MAX_CONNECTIONS;
	return wanted < room ? wanted : room;
}

static struct gwt_server *make_server(struct gwt_loop *loop, const struct gwt_server_options *options)
{
	struct gwt_server *server = gwt_xcalloc(1, sizeof(*server));

	server->loop = loop;
	server->handler = options->handler;
	server->refused = options->refused;
	server->route = options->route;
	server->unreachable = options->unreachable;
	server->arg = options->arg;
	server->tls = options->tls;
	server->timeouts = with_defaults(options->timeouts);
	server->max_conns = max_conns(loop, options->max_connections);
	server->name = options->server_header ? gwt_xstrdup(options->server_header) : NULL;
	server->next = loop->servers;
	loop->servers = server;
	uv_tcp_init(&loop->uv, &server->listener);
	uv_timer_init(&loop->uv, &server->tick);
	uv_timer_init(&loop->uv, &server->delay);
	server->open_handles = 3;
	server->listener.data = server->tick.data = server->delay.data = server;
	if (options->threads) {
		assert(!options->tls);
		server->threads = gwt_handler_threads_new(server, options->threads);
		server->open_handles++;
	}
	uv_unref((uv_handle_t *)&server->tick);
	uv_unref((uv_handle_t *)&server->delay);
	return server;
}

gwt_status gwt_server_new(struct gwt_loop *loop, const struct gwt_server_options *options,
			  struct gwt_server **out, struct gwt_error *err)
{
	const char *listen = options->listen ? options->listen : "127.0.0.1:0";
	struct sockaddr_storage address;
	struct gwt_server *server;
	int result;

	if (gwt_address_parse(listen, &address, err) != GWT_OK)
		return GWT_EUSAGE;
	server = make_server(loop, options);
	result = start_listening(server, &address, options->reuse_port);
	if (result != 0) {
		gwt_server_abort(server);
		return gwt_fail(err, GWT_EUPSTREAM, "cannot listen on '%s': %s", listen, uv_strerror(result));
	}
	gwt_address_url(options->tls ? "https" : "http", &address, server->url, sizeof(server->url));
	*out = server;
	return GWT_OK;
}

const char *gwt_server_url(const struct gwt_server *server)
{
	return server->url;
}

static void close_list(struct gwt_conn_list *list)
{
	while (list->first)
		gwt_conn_close(list->first);
}

/* A connection that has a desk is being served right now, by the caller of gwt_server_close(). */
static void close_idle(struct gwt_server *server)
{
	struct gwt_conn *conn = server->lists[GWT_CONN_IDLE].first, *next;

	for (; conn; conn = next) {
		next = conn->next;
		if (!conn->desk)
			gwt_conn_close(conn);
	}
}

void gwt_server_close(struct gwt_server *server, void (*done)(void *arg), void *arg)
{
	server->closing = true;
	server->done = done;
	server->done_arg = arg;
	close_idle(server);
	close_handles(server);
}

void gwt_server_give_up(struct gwt_server *server, const char *reason)
{
	for (int phase = 0; phase < GWT_CONN_PHASES; phase++)
		for (struct gwt_conn *conn = server->lists[phase].first; conn; conn = conn->next)
			gwt_conn_give_up(conn, reason);
}

void gwt_server_abort(struct gwt_server *server)
{
	server->done = NULL;
	server->closing = true;
	if (server->threads)
		gwt_handler_threads_drop(server->threads);
	for (int phase = 0; phase < GWT_CONN_PHASES; phase++)
		close_list(&server->lists[phase]);
	close_handles(server);
}
