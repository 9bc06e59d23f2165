/* answer.c - answers of a connection: those of handlers, and refusals that close it. */
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/base/span.h"
#include "lib/http/h1_write.h"
#include "lib/http/headers.h"
#include "lib/net/internal.h"

void gwt_exchange_fault(struct gwt_exchange *exchange, enum gwt_fault_kind kind)
{
	((struct gwt_asked *)exchange)->fault = kind;
}

void gwt_exchange_delay(struct gwt_exchange *exchange, uint64_t delay_ms)
{
	((struct gwt_asked *)exchange)->delay_ms = delay_ms;
}

void gwt_exchange_tunnel(struct gwt_exchange *exchange, struct gwt_tls *tls)
{
	((struct gwt_asked *)exchange)->tunnel = tls;
}

void gwt_exchange_relay(struct gwt_exchange *exchange, const char *authority)
{
	((struct gwt_asked *)exchange)->relay = authority;
}

static void write_truncated(struct gwt_buf *out, const struct gwt_response *response)
{
	gwt_h1_write_response(out, response, true);
	gwt_buf_add(out, gwt_span_slice(response->body, 0, response->body.len / 2));
}

static void write_wrong_length(struct gwt_buf *out, struct gwt_response *response)
{
	struct gwt_span length = gwt_arena_printf(response->headers.arena, "%zu", response->body.len + 16);

	response->no_content_length = true;
	gwt_headers_add_view(&response->headers, GWT_SPAN("Content-Length"), length);
	gwt_h1_write_response(out, response, true);
	gwt_buf_add(out, response->body);
}

static void write_fault(struct gwt_buf *out, struct gwt_asked *exchange)
{
	if (exchange->fault == GWT_FAULT_TRUNCATE)
		write_truncated(out, &exchange->seen.response);
	else if (exchange->fault == GWT_FAULT_WRONG_LENGTH)
		write_wrong_length(out, &exchange->seen.response);
}

static void write_answer(struct gwt_buf *out, struct gwt_conn *conn, struct gwt_asked *exchange)
{
	const struct gwt_request *request = exchange->seen.request;
	struct gwt_response *response = &exchange->seen.response;

	/*
	 * an answer to CONNECT does not end the connection, not even in HTTP/1.0, which Python opens
	 * tunnels with
	 */
	response->close |= (!request->keep_alive && !exchange->tunnel) || conn->server->closing;
	if (response->close)
		conn->end = GWT_END_SHUTDOWN;
	else if (request->minor_version == 0 && !exchange->tunnel) /* not the default in HTTP/1.0 */
		gwt_headers_add_view(&response->headers, GWT_SPAN("Connection"), GWT_SPAN("keep-alive"));
	gwt_h1_write_response(out, response, gwt_span_is(request->method, "HEAD"));
}

void gwt_answer_asked(struct gwt_conn *conn, struct gwt_asked *asked)
{
	struct gwt_desk *desk = conn->desk;
	struct gwt_buf *out;

	conn->data = asked->seen.conn_data;
	if (asked->relay) {
		gwt_relay_start(conn, asked->seen.request, asked->relay);
		return;
	}
	conn->held = asked->delay_ms > 0;
	conn->hold_ms = asked->delay_ms;
	out = conn->held ? &desk->late : &desk->out;
	if (asked->fault == GWT_FAULT_NONE) {
		write_answer(out, conn, asked);
	} else {
		conn->end = asked->fault == GWT_FAULT_RESET ? GWT_END_RESET : GWT_END_SHUTDOWN;
		write_fault(out, asked);
	}
	if (asked->tunnel && !conn->secure && conn->end == GWT_END_NONE && !conn->held)
		gwt_conn_open_tunnel(conn, asked->tunnel, asked->seen.request->target);
}

void gwt_answer(struct gwt_conn *conn, const struct gwt_request *request)
{
	struct gwt_asked asked = { .seen = { .request = request,
					     .arena = &conn->desk->arena,
					     .server_arg = conn->server->arg,
					     .conn_data = conn->data,
					     .tunnel = conn->tunnel,
					     .connections = conn->server->conn_count } };

	gwt_headers_init(&asked.seen.response.headers, &conn->desk->arena);
	conn->server->handler(&asked.seen);
	gwt_answer_asked(conn, &asked);
}

void gwt_answer_refusal(struct gwt_conn *conn, int status, const char *reason)
{
	gwt_answer_closing(conn, status, reason);
	if (conn->server->refused)
		conn->server->refused(conn->server->arg, status, reason);
}

void gwt_answer_closing(struct gwt_conn *conn, int status, const char *reason)
{
	struct gwt_arena *arena = &conn->desk->arena;
	struct gwt_response response = { .status = status, .close = true };
	char date[GWT_HTTP_DATE_LEN + 1];

	gwt_clock_http_date(gwt_clock_now(), date);
	gwt_headers_init(&response.headers, arena);
	gwt_headers_add_view(&response.headers, GWT_SPAN("Date"), gwt_span_of(date));
	gwt_headers_add_view(&response.headers, GWT_SPAN("Content-Type"), GWT_SPAN("application/json"));
	if (conn->server->name)
		gwt_headers_add_view(&response.headers, GWT_SPAN("x-gwtape"),
				     gwt_span_of(conn->server->name));
	response.body = gwt_arena_printf(arena, "{\"message\":\"%s\"}", reason);
	gwt_h1_write_response(&conn->desk->out, &response, false);
	conn->end = GWT_END_SHUTDOWN;
}
