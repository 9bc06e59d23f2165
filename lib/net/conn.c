/* conn.c - one connection of a server: bytes in, requests to the handler, answers out. */
#include <assert.h>
#include <stdlib.h>

#include "lib/base/arena.h"
#include "lib/base/bounds.h"
#include "lib/base/buf.h"
#include "lib/base/span.h"
#include "lib/net/internal.h"

static void on_closed(uv_handle_t *handle)
{
	struct gwt_conn *conn = handle->data;
	struct gwt_server *server = conn->server;

	if (conn->desk)
		gwt_desk_give(server, conn->desk);
	gwt_tls_stream_free(conn->tls);
	free(conn->tunnel);
	free(conn);
	gwt_server_conn_gone(server);
}

/*
 * Report a request that has begun and will not be read to its end; not one that was refused or is
 * being answered.
 */
void gwt_conn_give_up(struct gwt_conn *conn, const char *reason)
{
	struct gwt_server *server = conn->server;

	if (!conn->desk || conn->end != GWT_END_NONE || conn->on_thread || conn->given_up ||
	    !gwt_h1_begun(&conn->desk->parser))
		return;
	conn->given_up = true;
	if (server->refused)
		server->refused(server->arg, 0, reason);
}

void gwt_conn_close(struct gwt_conn *conn)
{
	if (conn->closed)
		return;
	gwt_conn_give_up(conn, "the connection ended in the middle of it");
	conn->closed = true;
	gwt_relay_drop(conn);
	gwt_conn_goodbye(conn);
	gwt_server_leave(conn);
	uv_close((uv_handle_t *)&conn->tcp, on_closed);
}

void gwt_conn_reset(struct gwt_conn *conn)
{
	conn->closed = true;
	gwt_relay_drop(conn);
	gwt_server_leave(conn);
	if (uv_tcp_close_reset(&conn->tcp, on_closed) != 0)
		uv_close((uv_handle_t *)&conn->tcp, on_closed);
}

static void on_alloc(uv_handle_t *handle, size_t size, uv_buf_t *buf)
{
	struct gwt_conn *conn = handle->data;

	(void)size;
	*buf = uv_buf_init(conn->server->loop->read_buffer, GWT_READ_BYTES);
}

static void on_read(uv_stream_t *stream, ssize_t got, const uv_buf_t *buf);

void gwt_conn_set_reading(struct gwt_conn *conn, bool reading)
{
	if (conn->reading == reading)
		return;
	conn->reading = reading;
	if (reading)
		uv_read_start(gwt_conn_stream(conn), on_alloc, on_read);
	else
		uv_read_stop(gwt_conn_stream(conn));
}

bool gwt_conn_is_full(struct gwt_conn *conn)
{
	size_t queued = conn->desk ? conn->desk->out.len + conn->desk->wire.len : 0;

	if (conn->tls)
		queued += gwt_tls_stream_pending(conn->tls);
	return queued + uv_stream_get_write_queue_size(gwt_conn_stream(conn)) > GWT_MAX_QUEUED_BYTES;
}

static void next_request(struct gwt_desk *desk)
{
	desk->at += desk->parser.consumed;
	desk->new_request = true;
	gwt_h1_parser_init(&desk->parser);
	gwt_arena_reset(&desk->arena);
}

/* Pass on the new bytes of a request that is relayed. */
static void feed_relay(struct gwt_conn *conn)
{
	struct gwt_desk *desk = conn->desk;

	if (desk->at < desk->input.len)
		desk->at += gwt_relay_feed(conn, gwt_span_slice(desk->input, desk->at, desk->input.len));
}

/* Whether another server answers the request, whose head was read: its bytes are then passed on from here. */
static bool is_routed(struct gwt_conn *conn, const struct gwt_request *head)
{
	struct gwt_server *server = conn->server;
	const char *authority = server->route(server->arg, head, conn->tunnel);

	if (!authority)
		return false;
	gwt_relay_start(conn, head, authority);
	conn->desk->at += conn->desk->parser.head_end;
	return true;
}

/* Answer all complete requests of the input; true when only the unsent output stops it. */
static bool serve(struct gwt_conn *conn)
{
	struct gwt_desk *desk = conn->desk;
	struct gwt_request request;

	while (desk && conn->end == GWT_END_NONE && !conn->held && !conn->on_thread && !conn->relay &&
	       desk->at < desk->input.len && !conn->secure == !conn->tls) {
		struct gwt_span rest = gwt_span_slice(desk->input, desk->at, desk->input.len);

		if (gwt_conn_is_full(conn))
			return true;
		if (desk->new_request)
			desk->parser.wants_head = conn->server->route != NULL;
		switch (gwt_h1_parse(&desk->parser, rest, &desk->arena, &request)) {
		case GWT_H1_MORE:
			return false;
		case GWT_H1_HEAD:
			desk->parser.wants_head = false;
			if (is_routed(conn, &request))
				next_request(desk);
			break;
		case GWT_H1_CONTINUE:
			gwt_buf_add(&desk->out, GWT_SPAN("HTTP/1.1 100 Continue\r\n\r\n"));
			break;
		case GWT_H1_DONE:
			if (conn->server->threads) {
				gwt_handler_threads_start(conn, &request);
				return false;
			}
			gwt_answer(conn, &request);
			next_request(desk);
			break;
		case GWT_H1_BAD:
			gwt_answer_refusal(conn, desk->parser.status, desk->parser.reason);
			break;
		}
	}
	if (conn->relay)
		feed_relay(conn);
	return false;
}

static void on_written(uv_write_t *write, int status)
{
	struct gwt_conn *conn = write->data;

	conn->in_flight = false;
	gwt_buf_clear(&conn->desk->sending);
	if (status < 0)
		gwt_conn_close(conn);
	else if (!conn->closed)
		gwt_conn_pump(conn);
}

/* Leave the rest to libuv, which uses the bytes until on_written(). */
static void write_rest(struct gwt_conn *conn, struct gwt_buf *out, size_t sent)
{
	struct gwt_desk *desk = conn->desk;
	struct gwt_buf swap = desk->sending;
	uv_buf_t rest;

	desk->sending = *out;
	*out = swap;
	rest = uv_buf_init(desk->sending.ptr + sent, (unsigned)(desk->sending.len - sent));
	conn->write.data = conn;
	conn->in_flight = true;
	if (uv_write(&conn->write, gwt_conn_stream(conn), &rest, 1, on_written) != 0) {
		conn->in_flight = false;
		gwt_conn_close(conn);
	}
}

/* Write all answers so far at once. */
static void flush(struct gwt_conn *conn)
{
	struct gwt_buf *out;
	uv_buf_t bytes;
	int sent;

	if (!conn->desk || conn->in_flight)
		return;
	if (conn->tls && !gwt_conn_encrypt(conn)) {
		gwt_conn_close(conn);
		return;
	}
	out = conn->tls ? &conn->desk->wire : &conn->desk->out;
	if (!out->len)
		return;
	bytes = uv_buf_init(out->ptr, (unsigned)out->len);
	sent = uv_try_write(gwt_conn_stream(conn), &bytes, 1);
	if (sent == UV_EAGAIN)
		sent = 0;
	if (sent < 0)
		gwt_conn_close(conn);
	else if ((size_t)sent < out->len)
		write_rest(conn, out, (size_t)sent);
	else
		gwt_buf_clear(out);
}

/* Keep the unused bytes: another connection uses the read buffer next. */
static void stash(struct gwt_desk *desk)
{
	struct gwt_span rest = gwt_span_slice(desk->input, desk->at, desk->input.len);

	if (desk->input.ptr == desk->in.ptr) {
		gwt_buf_consume(&desk->in, desk->at);
	} else {
		gwt_buf_clear(&desk->in);
		gwt_buf_add(&desk->in, rest);
	}
	desk->input = gwt_buf_span(&desk->in);
	desk->at = 0;
}

void gwt_conn_pump(struct gwt_conn *conn)
{
	bool more;

	do {
		more = serve(conn);
		flush(conn);
	} while (more && !conn->closed && !gwt_conn_is_full(conn));
	if (conn->closed)
		return;
	if (conn->desk && !conn->on_thread) /* a thread still uses the input where it is */
		stash(conn->desk);
	gwt_conn_wait(conn);
}

static bool has_early_tls(const struct gwt_conn *conn);
static void take_early_tls(struct gwt_conn *conn);
static void read_tls(struct gwt_conn *conn);

void gwt_conn_relayed(struct gwt_conn *conn)
{
	if (!conn->closed)
		gwt_conn_pump(conn);
}

void gwt_conn_answered(struct gwt_conn *conn)
{
	conn->on_thread = false;
	next_request(conn->desk);
	gwt_conn_pump(conn);
	if (has_early_tls(conn))
		take_early_tls(conn);
	else if (conn->tls && !conn->closed && !conn->on_thread)
		read_tls(conn);
}

static void take_tls_input(struct gwt_conn *conn, struct gwt_span bytes);

static bool has_early_tls(const struct gwt_conn *conn)
{
	return conn->secure && !conn->tls && !conn->closed && !conn->on_thread && conn->desk &&
	       conn->desk->input.len;
}

/* A client need not wait for the answer to its CONNECT: what it sent after the request is TLS. */
static void take_early_tls(struct gwt_conn *conn)
{
	struct gwt_desk *desk = conn->desk;
	struct gwt_buf early = desk->in;

	gwt_buf_init(&desk->in, SIZE_MAX);
	desk->input = (struct gwt_span){ 0 };
	take_tls_input(conn, gwt_buf_span(&early));
	gwt_buf_release(&early);
}

static void take_input(struct gwt_conn *conn, struct gwt_span bytes)
{
	struct gwt_desk *desk;

	if (!conn->desk)
		conn->desk = gwt_desk_take(conn->server);
	desk = conn->desk;
	if (conn->phase == GWT_CONN_BODY)
		conn->window_bytes += bytes.len;
	if (desk->in.len || conn->server->threads) {
		gwt_buf_add(&desk->in, bytes);
		desk->input = gwt_buf_span(&desk->in);
	} else {
		desk->input = bytes;
	}
	gwt_conn_pump(conn);
	if (has_early_tls(conn))
		take_early_tls(conn);
}

/* TLS takes the ciphertext out of the read buffer first, so that plaintext can take its place. */
static void take_tls_input(struct gwt_conn *conn, struct gwt_span bytes)
{
	if (!conn->desk)
		conn->desk = gwt_desk_take(conn->server);
	if (conn->tls || gwt_conn_begin_tls(conn, bytes))
		gwt_tls_stream_feed(conn->tls, bytes);
	read_tls(conn);
}

/* Take the plaintext that TLS has, as long as no thread uses the input. */
static void read_tls(struct gwt_conn *conn)
{
	char *buffer = conn->server->loop->read_buffer;
	size_t len = GWT_READ_BYTES;

	while (conn->tls && len == GWT_READ_BYTES && !conn->closed && conn->end == GWT_END_NONE &&
	       !conn->on_thread) {
		len = gwt_tls_stream_read(conn->tls, buffer, GWT_READ_BYTES);
		if (len)
			take_input(conn, (struct gwt_span){ buffer, len });
	}
	if (conn->closed)
		return;
	if (conn->tls && gwt_tls_stream_state(conn->tls) == GWT_TLS_ENDED)
		conn->eof = true;
	if (conn->tls && gwt_tls_stream_state(conn->tls) == GWT_TLS_BROKEN && conn->end == GWT_END_NONE)
		conn->end = GWT_END_SHUTDOWN;
	if (!conn->desk)
		conn->desk = gwt_desk_take(conn->server);
	gwt_conn_pump(conn);
}

static void on_read(uv_stream_t *stream, ssize_t got, const uv_buf_t *buf)
{
	struct gwt_conn *conn = stream->data;

	if (got == UV_EOF) {
		conn->eof = true;
		gwt_conn_pump(conn);
	} else if (got < 0) {
		gwt_conn_close(conn);
	} else if (got > 0 && conn->end != GWT_END_NONE) {
		gwt_conn_swallow(conn);
	} else if (got > 0 && conn->secure) {
		take_tls_input(conn, (struct gwt_span){ buf->base, (size_t)got });
	} else if (got > 0) {
		take_input(conn, (struct gwt_span){ buf->base, (size_t)got });
	}
}

void gwt_conn_accept(struct gwt_server *server)
{
	struct gwt_conn *conn = gwt_xcalloc(1, sizeof(*conn));

	conn->server = server;
	conn->secure = server->tls;
	uv_tcp_init(&server->loop->uv, &conn->tcp);
	conn->tcp.data = conn;
	gwt_server_join(conn);
	if (uv_accept((uv_stream_t *)&server->listener, gwt_conn_stream(conn)) != 0) {
		gwt_conn_close(conn);
		return;
	}
	uv_tcp_nodelay(&conn->tcp, 1);
	gwt_conn_set_reading(conn, true);
}
