#include <assert.h>
#include <stdlib.h>

#include "lib/base/arena.h"
#include "lib/base/bounds.h"
#include "lib/base/buf.h"
#include "lib/base/span.h"
#include "lib/net/internal.h"

enum { NO_DEADLINE_MS = INT32_MAX };

static uv_stream_t *stream_of(struct gwt_conn *conn)
{
	return (uv_stream_t *)&conn->tcp;
}

static const struct gwt_timeouts *timeouts_of(const struct gwt_conn *conn)
{
	return &conn->server->timeouts;
}

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

/* A request was begun and will not be read to its end. What was refused, or is being answered, was. */
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

static void reset(struct gwt_conn *conn)
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

static void set_reading(struct gwt_conn *conn, bool reading)
{
	if (conn->reading == reading)
		return;
	conn->reading = reading;
	if (reading)
		uv_read_start(stream_of(conn), on_alloc, on_read);
	else
		uv_read_stop(stream_of(conn));
}

static bool is_full(struct gwt_conn *conn)
{
	size_t queued = conn->desk ? conn->desk->out.len + conn->desk->wire.len : 0;

	if (conn->tls)
		queued += gwt_tls_stream_pending(conn->tls);
	return queued + uv_stream_get_write_queue_size(stream_of(conn)) > GWT_MAX_QUEUED_BYTES;
}

static void next_request(struct gwt_desk *desk)
{
	desk->at += desk->parser.consumed;
	desk->new_request = true;
	gwt_h1_parser_init(&desk->parser);
	gwt_arena_reset(&desk->arena);
}

/* What a request that is passed on has brought. */
static void feed_relay(struct gwt_conn *conn)
{
	struct gwt_desk *desk = conn->desk;

	if (desk->at < desk->input.len)
		desk->at += gwt_relay_feed(conn, gwt_span_slice(desk->input, desk->at, desk->input.len));
}

/* Whether the request whose head was read is another's: then its bytes are passed on from here. */
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

/* Answer what is complete in the input; true when only the unsent output stops it. */
static bool serve(struct gwt_conn *conn)
{
	struct gwt_desk *desk = conn->desk;
	struct gwt_request request;

	while (desk && conn->end == GWT_END_NONE && !conn->held && !conn->on_thread && !conn->relay &&
	       desk->at < desk->input.len && !conn->secure == !conn->tls) {
		struct gwt_span rest = gwt_span_slice(desk->input, desk->at, desk->input.len);

		if (is_full(conn))
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

static void pump(struct gwt_conn *conn);

static void on_written(uv_write_t *write, int status)
{
	struct gwt_conn *conn = write->data;

	conn->in_flight = false;
	gwt_buf_clear(&conn->desk->sending);
	if (status < 0)
		gwt_conn_close(conn);
	else if (!conn->closed)
		pump(conn);
}

/* Leave the rest to libuv, which holds on to the bytes until on_written(). */
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
	if (uv_write(&conn->write, stream_of(conn), &rest, 1, on_written) != 0) {
		conn->in_flight = false;
		gwt_conn_close(conn);
	}
}

/* All answers so far in one write. */
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
	sent = uv_try_write(stream_of(conn), &bytes, 1);
	if (sent == UV_EAGAIN)
		sent = 0;
	if (sent < 0)
		gwt_conn_close(conn);
	else if ((size_t)sent < out->len)
		write_rest(conn, out, (size_t)sent);
	else
		gwt_buf_clear(out);
}

/* Keep what was not used: the read buffer is another connection's next. */
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

static void on_shutdown(uv_shutdown_t *request, int status)
{
	(void)request;
	(void)status; /* the drain's deadline ends it in any case */
}

/*
 * Everything is written: say that we are done, then swallow what the client still sends. Closing with
 * unread input would make the kernel send a reset, and the client might lose our answer.
 */
static void start_drain(struct gwt_conn *conn)
{
	if (conn->phase == GWT_CONN_DRAIN)
		return;
	if (uv_shutdown(&conn->shutdown, stream_of(conn), on_shutdown) != 0) {
		gwt_conn_close(conn);
		return;
	}
	conn->drain_until = uv_now(&conn->server->loop->uv) + timeouts_of(conn)->drain_max_ms;
	gwt_server_enter(conn, GWT_CONN_DRAIN, timeouts_of(conn)->drain_ms);
	set_reading(conn, true);
}

static void finish(struct gwt_conn *conn)
{
	if (conn->end == GWT_END_RESET)
		reset(conn);
	else if (conn->eof)
		gwt_conn_close(conn);
	else
		start_drain(conn);
}

static void wait_for_write(struct gwt_conn *conn)
{
	conn->window_bytes = uv_stream_get_write_queue_size(stream_of(conn));
	gwt_server_enter(conn, GWT_CONN_WRITE, timeouts_of(conn)->write_ms);
}

/* In the middle of a request: its head has one deadline, its body one for each window. */
static void wait_for_request(struct gwt_conn *conn)
{
	struct gwt_desk *desk = conn->desk;
	bool in_body = desk->parser.head_end > 0;
	enum gwt_conn_phase phase = in_body ? GWT_CONN_BODY : GWT_CONN_HEAD;

	if (conn->phase == phase && !desk->new_request)
		return;
	desk->new_request = false;
	conn->window_bytes = 0;
	gwt_server_enter(conn, phase,
			 in_body ? timeouts_of(conn)->body_window_ms : timeouts_of(conn)->head_ms);
}

/* In the middle of a TLS record or of the hand shake: that has the deadline of a head. */
static void wait_for_record(struct gwt_conn *conn)
{
	if (conn->phase != GWT_CONN_HEAD)
		gwt_server_enter(conn, GWT_CONN_HEAD, timeouts_of(conn)->head_ms);
}

static void go_idle(struct gwt_conn *conn)
{
	if (conn->desk)
		gwt_desk_give(conn->server, conn->desk);
	conn->desk = NULL;
	if (conn->server->closing)
		gwt_conn_close(conn);
	else
		gwt_server_enter(conn, GWT_CONN_IDLE, timeouts_of(conn)->idle_ms);
}

static void wait_for_delay(struct gwt_conn *conn)
{
	uv_update_time(
		&conn->server->loop->uv); /* so that the answer is not early by what was done in this round */
	gwt_server_enter(conn, GWT_CONN_DELAY, conn->hold_ms);
}

/* Its request is passed on: read as fast as that goes, take the answer as fast as the client does. */
static void wait_for_relay(struct gwt_conn *conn)
{
	if (conn->eof && gwt_relay_needs_client(conn)) {
		gwt_conn_close(conn);
		return;
	}
	if (conn->eof)
		gwt_relay_client_ended(conn);
	gwt_relay_pause(conn, is_full(conn));
	set_reading(conn, !conn->eof && gwt_relay_wants(conn));
	gwt_server_enter(conn, GWT_CONN_ON_THREAD, NO_DEADLINE_MS);
}

/* Choose what to wait for next. */
static void wait_for_client(struct gwt_conn *conn)
{
	bool leftover = conn->desk && conn->desk->input.len > 0,
	     ended = conn->end != GWT_END_NONE || conn->eof;

	set_reading(conn, !conn->eof && !conn->held && !conn->on_thread && (ended || !is_full(conn)));
	if (conn->on_thread)
		gwt_server_enter(conn, GWT_CONN_ON_THREAD, NO_DEADLINE_MS);
	else if (conn->held)
		wait_for_delay(conn);
	else if (conn->in_flight && (ended || !leftover || is_full(conn)))
		wait_for_write(conn);
	else if (ended)
		finish(conn);
	else if (leftover)
		wait_for_request(conn);
	else if (conn->tls && gwt_tls_stream_is_midway(conn->tls))
		wait_for_record(conn);
	else
		go_idle(conn);
}

static void wait_for_next(struct gwt_conn *conn)
{
	if (conn->relay) {
		wait_for_relay(conn);
		return;
	}
	wait_for_client(conn);
}

static void pump(struct gwt_conn *conn)
{
	bool more;

	do {
		more = serve(conn);
		flush(conn);
	} while (more && !conn->closed && !is_full(conn));
	if (conn->closed)
		return;
	if (conn->desk && !conn->on_thread) /* a thread looks at the input as it lies there */
		stash(conn->desk);
	wait_for_next(conn);
}

static bool has_early_tls(const struct gwt_conn *conn);
static void take_early_tls(struct gwt_conn *conn);
static void read_tls(struct gwt_conn *conn);

void gwt_conn_relayed(struct gwt_conn *conn)
{
	if (!conn->closed)
		pump(conn);
}

void gwt_conn_answered(struct gwt_conn *conn)
{
	conn->on_thread = false;
	next_request(conn->desk);
	pump(conn);
	if (has_early_tls(conn))
		take_early_tls(conn);
	else if (conn->tls && !conn->closed && !conn->on_thread)
		read_tls(conn);
}

/* A delay is over. */
static void release_late(struct gwt_conn *conn)
{
	gwt_buf_add(&conn->desk->out, gwt_buf_span(&conn->desk->late));
	gwt_buf_clear(&conn->desk->late);
	conn->held = false;
	pump(conn);
}

static void refuse_slow(struct gwt_conn *conn, const char *reason)
{
	gwt_answer_refusal(conn, 408, reason);
	pump(conn);
}

/* A client that sent an empty line and no request expects no answer. */
static void expire_head(struct gwt_conn *conn)
{
	if (gwt_h1_begun(&conn->desk->parser))
		refuse_slow(conn, "the head did not come in time");
	else
		gwt_conn_close(conn);
}

static void expire_body(struct gwt_conn *conn)
{
	uint64_t window_ms = timeouts_of(conn)->body_window_ms;

	if (conn->window_bytes < GWT_BODY_MIN_RATE * window_ms / 1000) {
		refuse_slow(conn, "the body comes too slowly");
		return;
	}
	conn->window_bytes = 0;
	gwt_server_enter(conn, GWT_CONN_BODY, window_ms);
}

static void expire_write(struct gwt_conn *conn)
{
	if (uv_stream_get_write_queue_size(stream_of(conn)) < conn->window_bytes)
		wait_for_write(conn);
	else
		reset(conn); /* a close would leave our bytes in the kernel for minutes */
}

void gwt_conn_expire(struct gwt_conn *conn)
{
	switch (conn->phase) {
	case GWT_CONN_HEAD:
		expire_head(conn);
		break;
	case GWT_CONN_BODY:
		expire_body(conn);
		break;
	case GWT_CONN_WRITE:
		expire_write(conn);
		break;
	case GWT_CONN_DELAY:
		release_late(conn);
		break;
	case GWT_CONN_ON_THREAD:
		gwt_server_enter(conn, GWT_CONN_ON_THREAD, NO_DEADLINE_MS);
		break;
	case GWT_CONN_IDLE:
	case GWT_CONN_DRAIN:
	case GWT_CONN_PHASES:
		gwt_conn_close(conn);
		break;
	}
}

/* Input after a closing answer is dropped; as long as it comes, the drain goes on. */
static void swallow(struct gwt_conn *conn)
{
	if (conn->phase != GWT_CONN_DRAIN)
		return;
	if (uv_now(&conn->server->loop->uv) >= conn->drain_until)
		gwt_conn_close(conn);
	else
		gwt_server_enter(conn, GWT_CONN_DRAIN, timeouts_of(conn)->drain_ms);
}

static void take_tls_input(struct gwt_conn *conn, struct gwt_span bytes);

static bool has_early_tls(const struct gwt_conn *conn)
{
	return conn->secure && !conn->tls && !conn->closed && !conn->on_thread && conn->desk &&
	       conn->desk->input.len;
}

/* A client that did not wait for the answer to its CONNECT: what it sent after it is TLS. */
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
	pump(conn);
	if (has_early_tls(conn))
		take_early_tls(conn);
}

/* The read buffer's ciphertext goes into TLS first; so plaintext can take its place. */
static void take_tls_input(struct gwt_conn *conn, struct gwt_span bytes)
{
	if (!conn->desk)
		conn->desk = gwt_desk_take(conn->server);
	if (conn->tls || gwt_conn_begin_tls(conn, bytes))
		gwt_tls_stream_feed(conn->tls, bytes);
	read_tls(conn);
}

/* What TLS has of the client's, as far as it can be taken now: a thread looks at the input as it lies there. */
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
	pump(conn);
}

static void on_read(uv_stream_t *stream, ssize_t got, const uv_buf_t *buf)
{
	struct gwt_conn *conn = stream->data;

	if (got == UV_EOF) {
		conn->eof = true;
		pump(conn);
	} else if (got < 0) {
		gwt_conn_close(conn);
	} else if (got > 0 && conn->end != GWT_END_NONE) {
		swallow(conn);
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
	if (uv_accept((uv_stream_t *)&server->listener, stream_of(conn)) != 0) {
		gwt_conn_close(conn);
		return;
	}
	uv_tcp_nodelay(&conn->tcp, 1);
	set_reading(conn, true);
}
