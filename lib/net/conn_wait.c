/* The phases of a connection: each waits for one event, with a deadline, and ends in its own way. */
#include "lib/base/buf.h"
#include "lib/base/bounds.h"
#include "lib/base/span.h"
#include "lib/net/internal.h"

enum { NO_DEADLINE_MS = INT32_MAX };

static const struct gwt_timeouts *timeouts_of(const struct gwt_conn *conn)
{
	return &conn->server->timeouts;
}

static void on_shutdown(uv_shutdown_t *request, int status)
{
	(void)request;
	(void)status; /* the drain's deadline ends it in any case */
}

/*
 * Everything is written: send the end of our side, then drop what the client still sends. Closing with unread
 * input would make the kernel send a reset, and the client might lose our answer.
 */
static void start_drain(struct gwt_conn *conn)
{
	if (conn->phase == GWT_CONN_DRAIN)
		return;
	if (uv_shutdown(&conn->shutdown, gwt_conn_stream(conn), on_shutdown) != 0) {
		gwt_conn_close(conn);
		return;
	}
	conn->drain_until = uv_now(&conn->server->loop->uv) + timeouts_of(conn)->drain_max_ms;
	gwt_server_enter(conn, GWT_CONN_DRAIN, timeouts_of(conn)->drain_ms);
	gwt_conn_set_reading(conn, true);
}

static void finish(struct gwt_conn *conn)
{
	if (conn->end == GWT_END_RESET)
		gwt_conn_reset(conn);
	else if (conn->eof)
		gwt_conn_close(conn);
	else
		start_drain(conn);
}

static void wait_for_write(struct gwt_conn *conn)
{
	conn->window_bytes = uv_stream_get_write_queue_size(gwt_conn_stream(conn));
	gwt_server_enter(conn, GWT_CONN_WRITE, timeouts_of(conn)->write_ms);
}

/* Wait for the rest of a request: the head has one deadline, the body one for each window. */
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

/* Wait for the rest of a TLS record or of the handshake, with the deadline of a head. */
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
	uv_update_time(&conn->server->loop->uv); /* else the time of this round would make the answer early */
	gwt_server_enter(conn, GWT_CONN_DELAY, conn->hold_ms);
}

/* The request is relayed: read as fast as the other server takes it, and write as fast as the client does. */
static void wait_for_relay(struct gwt_conn *conn)
{
	if (conn->eof && gwt_relay_needs_client(conn)) {
		gwt_conn_close(conn);
		return;
	}
	if (conn->eof)
		gwt_relay_client_ended(conn);
	gwt_relay_pause(conn, gwt_conn_is_full(conn));
	gwt_conn_set_reading(conn, !conn->eof && gwt_relay_wants(conn));
	gwt_server_enter(conn, GWT_CONN_ON_THREAD, NO_DEADLINE_MS);
}

/* Choose what to wait for next. */
static void wait_for_client(struct gwt_conn *conn)
{
	bool leftover = conn->desk && conn->desk->input.len > 0,
	     ended = conn->end != GWT_END_NONE || conn->eof;

	gwt_conn_set_reading(conn, !conn->eof && !conn->held && !conn->on_thread &&
					   (ended || !gwt_conn_is_full(conn)));
	if (conn->on_thread)
		gwt_server_enter(conn, GWT_CONN_ON_THREAD, NO_DEADLINE_MS);
	else if (conn->held)
		wait_for_delay(conn);
	else if (conn->in_flight && (ended || !leftover || gwt_conn_is_full(conn)))
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

void gwt_conn_wait(struct gwt_conn *conn)
{
	if (conn->relay) {
		wait_for_relay(conn);
		return;
	}
	wait_for_client(conn);
}

/* The delay is over: send the answer. */
static void release_late(struct gwt_conn *conn)
{
	gwt_buf_add(&conn->desk->out, gwt_buf_span(&conn->desk->late));
	gwt_buf_clear(&conn->desk->late);
	conn->held = false;
	gwt_conn_pump(conn);
}

static void refuse_slow(struct gwt_conn *conn, const char *reason)
{
	gwt_answer_refusal(conn, 408, reason);
	gwt_conn_pump(conn);
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
	if (uv_stream_get_write_queue_size(gwt_conn_stream(conn)) < conn->window_bytes)
		wait_for_write(conn);
	else
		gwt_conn_reset(conn); /* a normal close would leave our bytes in the kernel for minutes */
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

/* Drop input after a closing answer. The drain goes on while input comes, up to its limit. */
void gwt_conn_swallow(struct gwt_conn *conn)
{
	if (conn->phase != GWT_CONN_DRAIN)
		return;
	if (uv_now(&conn->server->loop->uv) >= conn->drain_until)
		gwt_conn_close(conn);
	else
		gwt_server_enter(conn, GWT_CONN_DRAIN, timeouts_of(conn)->drain_ms);
}
