/*
 * Requests that another server answers: their bytes are passed on unchanged, and so are the answer's.
 *
 * Nothing is kept whole, so that a body may have any length: the head and each piece of the body are passed
 * on as they come, and no side is read faster than the other one is written. Each request has a connection of
 * its own to the other server, with Connection: close, so that the end of the answer is the end of the
 * connection, and no answer has to be parsed. Only the bytes of the request are passed on (its framing is
 * followed): what the client sends after it is not for that server.
 */
#include <stdlib.h>

#include "lib/base/arena.h"
#include "lib/base/bounds.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/http/uri.h"
#include "lib/net/framing.h"
#include "lib/net/internal.h"

struct gwt_relay {
	uv_tcp_t tcp;
	uv_connect_t connect;
	uv_getaddrinfo_t lookup;
	uv_write_t write;
	uv_shutdown_t shutdown;
	struct gwt_conn *conn; /* NULL: the client has left */
	char *authority;
	struct gwt_framing framing;
	struct gwt_buf up;      /* for the other server, not given to the kernel yet */
	struct gwt_buf sending; /* bytes that uv_write() is using */
	char *read_buffer;
	bool tunnel; /* after CONNECT: bytes both ways, without framing */
	bool connected, in_flight, reading, answered, said_end, closing, looking_up;
};

static uv_stream_t *stream_of(struct gwt_relay *relay)
{
	return (uv_stream_t *)&relay->tcp;
}

static void free_relay(struct gwt_relay *relay)
{
	gwt_buf_release(&relay->up);
	gwt_buf_release(&relay->sending);
	free(relay->read_buffer);
	free(relay->authority);
	free(relay);
}

static void on_closed(uv_handle_t *handle)
{
	struct gwt_relay *relay = handle->data;

	if (relay->looking_up)
		relay->closing = true; /* on_address() frees it */
	else
		free_relay(relay);
}

static void close_relay(struct gwt_relay *relay)
{
	relay->conn = NULL;
	if (relay->looking_up)
		uv_cancel((uv_req_t *)&relay->lookup);
	if (!uv_is_closing((uv_handle_t *)&relay->tcp))
		uv_close((uv_handle_t *)&relay->tcp, on_closed);
}

void gwt_relay_drop(struct gwt_conn *conn)
{
	struct gwt_relay *relay = conn->relay;

	conn->relay = NULL;
	if (relay)
		close_relay(relay);
}

/* The other side is done: its last bytes go to the client, then the connection ends. */
static void end(struct gwt_relay *relay)
{
	struct gwt_conn *conn = relay->conn;

	if (!conn)
		return;
	gwt_relay_drop(conn);
	conn->end = GWT_END_SHUTDOWN;
	gwt_conn_relayed(conn);
}

static void fail(struct gwt_relay *relay, const char *reason)
{
	struct gwt_conn *conn = relay->conn;
	struct gwt_server *server;

	if (!conn)
		return;
	if (relay->answered) { /* half an answer was sent: the client must see that it is cut */
		end(relay);
		return;
	}
	server = conn->server;
	if (server->unreachable)
		server->unreachable(server->arg, relay->authority, reason);
	gwt_relay_drop(conn);
	gwt_answer_closing(conn, 502, "the place that this request is passed on to cannot be reached");
	gwt_conn_relayed(conn);
}

static void on_shutdown(uv_shutdown_t *request, int status)
{
	(void)request, (void)status;
}

static void flush(struct gwt_relay *relay);

static void on_written(uv_write_t *write, int status)
{
	struct gwt_relay *relay = write->data;

	relay->in_flight = false;
	gwt_buf_clear(&relay->sending);
	if (!relay->conn)
		return;
	/* a server that answers early may not read the rest of the request: its answer counts */
	if (status < 0)
		return;
	flush(relay);
	gwt_conn_relayed(relay->conn); /* the client may be read again */
}

static void flush(struct gwt_relay *relay)
{
	struct gwt_buf swap = relay->sending;
	uv_buf_t bytes;

	if (!relay->connected || relay->in_flight)
		return;
	if (!relay->up.len) {
		if (relay->said_end && !uv_is_closing((uv_handle_t *)&relay->tcp))
			uv_shutdown(&relay->shutdown, stream_of(relay), on_shutdown);
		relay->said_end = false;
		return;
	}
	relay->sending = relay->up;
	relay->up = swap;
	bytes = uv_buf_init(relay->sending.ptr, (unsigned)relay->sending.len);
	relay->write.data = relay;
	relay->in_flight = uv_write(&relay->write, stream_of(relay), &bytes, 1, on_written) == 0;
	if (!relay->in_flight)
		fail(relay, "its bytes cannot be sent");
}

static void on_alloc(uv_handle_t *handle, size_t size, uv_buf_t *buf)
{
	struct gwt_relay *relay = handle->data;

	(void)size;
	*buf = uv_buf_init(relay->read_buffer, GWT_READ_BYTES);
}

static void on_read(uv_stream_t *stream, ssize_t got, const uv_buf_t *buf)
{
	struct gwt_relay *relay = stream->data;

	if (!relay->conn || got == 0)
		return;
	if (got < 0 && (got != UV_EOF || !relay->answered)) {
		fail(relay, got == UV_EOF ? "it hung up without an answer" : uv_strerror((int)got));
		return;
	}
	if (got < 0) {
		end(relay);
		return;
	}
	relay->answered = true;
	gwt_buf_add(&relay->conn->desk->out, (struct gwt_span){ buf->base, (size_t)got });
	gwt_conn_relayed(relay->conn);
}

static void set_reading(struct gwt_relay *relay, bool reading)
{
	if (!relay->connected || relay->reading == reading || uv_is_closing((uv_handle_t *)&relay->tcp))
		return;
	relay->reading = reading;
	if (reading)
		uv_read_start(stream_of(relay), on_alloc, on_read);
	else
		uv_read_stop(stream_of(relay));
}

static void on_connected(uv_connect_t *connect, int status)
{
	struct gwt_relay *relay = connect->data;

	if (!relay->conn)
		return;
	if (status < 0) {
		fail(relay, uv_strerror(status));
		return;
	}
	relay->connected = true;
	uv_tcp_nodelay(&relay->tcp, 1);
	if (relay->tunnel) {
		relay->answered = true;
		gwt_buf_add_text(&relay->conn->desk->out, "HTTP/1.1 200 Connection established\r\n\r\n");
	}
	set_reading(relay, true);
	flush(relay);
	if (relay->conn)
		gwt_conn_relayed(relay->conn);
}

static void connect_to(struct gwt_relay *relay, const struct sockaddr *address)
{
	int result;

	relay->connect.data = relay;
	result = uv_tcp_connect(&relay->connect, &relay->tcp, address, on_connected);
	if (result != 0)
		fail(relay, uv_strerror(result));
}

static void on_address(uv_getaddrinfo_t *lookup, int status, struct addrinfo *found)
{
	struct gwt_relay *relay = lookup->data;

	relay->looking_up = false;
	if (relay->closing)
		free_relay(relay);
	else if (relay->conn && status == 0)
		connect_to(relay, found->ai_addr);
	else
		fail(relay, uv_strerror(status));
	uv_freeaddrinfo(found);
}

/* Connect to a numeric address at once; look up a name on a thread of libuv. */
static void find_address(struct gwt_relay *relay)
{
	static const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	gwt_auto(gwt_arena_release) struct gwt_arena arena = { 0 };
	struct sockaddr_storage address;
	struct gwt_authority authority;
	int result;

	if (gwt_address_parse(relay->authority, &address, NULL) == GWT_OK) {
		connect_to(relay, (struct sockaddr *)&address);
		return;
	}
	if (!gwt_authority_parse(gwt_span_of(relay->authority), &authority)) {
		fail(relay, "its name is not one");
		return;
	}
	relay->lookup.data = relay;
	relay->looking_up = true;
	result = uv_getaddrinfo(relay->tcp.loop, &relay->lookup, on_address,
				gwt_arena_cstr(&arena, authority.host),
				gwt_arena_printf(&arena, "%u", (unsigned)authority.port).ptr, &hints);
	if (result == 0)
		return;
	relay->looking_up = false;
	fail(relay, uv_strerror(result));
}

static bool is_about_the_connection(struct gwt_span line)
{
	static const char *const names[] = { "connection", "keep-alive", "proxy-connection",
					     "proxy-authorization" };
	struct gwt_span name = gwt_span_cut(&line, ':');

	for (size_t i = 0; i < GWT_LEN(names); i++)
		if (gwt_span_iis(name, names[i]))
			return true;
	return false;
}

/* The head unchanged, except for the fields about the connection, and for a URL as its target. */
static void add_head(struct gwt_buf *out, const struct gwt_request *request)
{
	struct gwt_span rest = request->head;

	gwt_span_cut(&rest, '\n');
	gwt_buf_printf(out, GWT_SPAN_FMT " " GWT_SPAN_FMT "%s" GWT_SPAN_FMT " HTTP/1.%d\r\n",
		       GWT_SPAN_ARG(request->method), GWT_SPAN_ARG(request->path),
		       request->query.ptr ? "?" : "", GWT_SPAN_ARG(request->query), request->minor_version);
	while (rest.len) {
		struct gwt_span line = gwt_span_cut(&rest, '\n');

		if (line.len <= 1)
			break;
		if (is_about_the_connection(line))
			continue;
		gwt_buf_add(out, line);
		gwt_buf_add_char(out, '\n');
	}
	gwt_buf_add_text(out, "Connection: close\r\n\r\n");
}

static struct gwt_relay *new_relay(struct gwt_conn *conn, const char *authority)
{
	struct gwt_relay *relay = gwt_xcalloc(1, sizeof(*relay));

	uv_tcp_init(&conn->server->loop->uv, &relay->tcp);
	relay->tcp.data = relay;
	relay->conn = conn;
	relay->authority = gwt_xstrdup(authority);
	relay->read_buffer = gwt_xcalloc(1, GWT_READ_BYTES);
	gwt_buf_init(&relay->up, SIZE_MAX);
	gwt_buf_init(&relay->sending, SIZE_MAX);
	conn->relay = relay;
	return relay;
}

void gwt_relay_start(struct gwt_conn *conn, const struct gwt_request *request, const char *authority)
{
	struct gwt_relay *relay = new_relay(conn, authority);

	relay->tunnel = gwt_span_is(request->method, "CONNECT");
	if (relay->tunnel) {
		relay->framing = (struct gwt_framing){ .kind = GWT_FRAMING_NONE };
	} else {
		add_head(&relay->up, request);
		gwt_framing_init(&relay->framing, request);
		gwt_buf_add(&relay->up, request->raw_body);
		gwt_framing_feed(&relay->framing, request->raw_body);
	}
	find_address(relay);
}

size_t gwt_relay_feed(struct gwt_conn *conn, struct gwt_span bytes)
{
	struct gwt_relay *relay = conn->relay;

	gwt_buf_add(&relay->up, gwt_span_slice(bytes, 0, gwt_framing_feed(&relay->framing, bytes)));
	flush(relay);
	return bytes.len;
}

void gwt_relay_client_ended(struct gwt_conn *conn)
{
	struct gwt_relay *relay = conn->relay;

	if (relay->tunnel && !relay->said_end) {
		relay->said_end = true;
		flush(relay);
	}
}

bool gwt_relay_wants(const struct gwt_conn *conn)
{
	return conn->relay->up.len + conn->relay->sending.len <= GWT_MAX_QUEUED_BYTES;
}

bool gwt_relay_needs_client(const struct gwt_conn *conn)
{
	return !conn->relay->tunnel && !gwt_framing_is_done(&conn->relay->framing);
}

void gwt_relay_pause(struct gwt_conn *conn, bool pause)
{
	set_reading(conn->relay, !pause);
}
