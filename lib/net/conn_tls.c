/* conn_tls.c - the TLS of a connection, and the tunnel that CONNECT opens. */
#include <ctype.h>
#include <stdlib.h>

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/span.h"
#include "lib/http/uri.h"
#include "lib/net/internal.h"

/* The first byte of TLS: a handshake record (RFC 8446, 5.1). */
enum { TLS_HANDSHAKE = 0x16 };

static void local_address(struct gwt_conn *conn, char out[INET6_ADDRSTRLEN])
{
	struct sockaddr_storage address;
	int len = sizeof(address);

	out[0] = '\0';
	if (uv_tcp_getsockname(&conn->tcp, (struct sockaddr *)&address, &len) != 0)
		return;
	if (address.ss_family == AF_INET6)
		uv_ip6_name((struct sockaddr_in6 *)&address, out, INET6_ADDRSTRLEN);
	else
		uv_ip4_name((struct sockaddr_in *)&address, out, INET6_ADDRSTRLEN);
}

bool gwt_conn_begin_tls(struct gwt_conn *conn, struct gwt_span bytes)
{
	char address[INET6_ADDRSTRLEN];

	if (bytes.ptr[0] != TLS_HANDSHAKE) {
		gwt_answer_refusal(conn, 400, "TLS is spoken here: the URL begins with https://");
		return false;
	}
	local_address(conn, address);
	conn->tls = gwt_tls_stream_new(conn->secure, gwt_span_of(conn->tunnel), address);
	if (!conn->tls) {
		gwt_answer_refusal(conn, 500, "TLS cannot be started");
		return false;
	}
	/* the answer that opened the tunnel, if it is still unsent, must not be encrypted */
	gwt_buf_add(&conn->desk->wire, gwt_buf_span(&conn->desk->out));
	gwt_buf_clear(&conn->desk->out);
	return true;
}

void gwt_conn_open_tunnel(struct gwt_conn *conn, struct gwt_tls *tls, struct gwt_span target)
{
	struct gwt_authority authority;
	gwt_auto(gwt_buf_release) struct gwt_buf host = { .max = SIZE_MAX };

	if (!gwt_authority_parse(target, &authority))
		return;
	for (size_t i = 0; i < authority.host.len; i++)
		gwt_buf_add_char(&host, (char)tolower((unsigned char)authority.host.ptr[i]));
	conn->tunnel = gwt_xstrdup(gwt_buf_cstr(&host));
	conn->secure = tls;
}

bool gwt_conn_encrypt(struct gwt_conn *conn)
{
	struct gwt_desk *desk = conn->desk;

	if (!gwt_tls_stream_write(conn->tls, gwt_buf_span(&desk->out)))
		return false;
	gwt_buf_clear(&desk->out);
	if (conn->end == GWT_END_SHUTDOWN && !conn->ended_tls) {
		gwt_tls_stream_end(conn->tls);
		conn->ended_tls = true;
	}
	gwt_tls_stream_take(conn->tls, &desk->wire);
	return true;
}

void gwt_conn_goodbye(struct gwt_conn *conn)
{
	gwt_auto(gwt_buf_release) struct gwt_buf bytes = { .max = SIZE_MAX };
	uv_buf_t out;

	if (!conn->tls || conn->ended_tls || conn->in_flight || (conn->desk && conn->desk->wire.len))
		return;
	conn->ended_tls = true;
	gwt_tls_stream_end(conn->tls);
	gwt_tls_stream_take(conn->tls, &bytes);
	out = uv_buf_init(bytes.ptr, (unsigned)bytes.len);
	if (bytes.len)
		uv_try_write((uv_stream_t *)&conn->tcp, &out, 1);
}
