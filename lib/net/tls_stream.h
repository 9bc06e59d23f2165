/*
 * tls_stream.h - one connection's TLS, bytes to bytes; for lib/net only.
 *
 * OpenSSL on memory BIOs: ciphertext is fed in and taken out, whatever owns the socket moves it.
 */
#ifndef GWT_NET_TLS_STREAM_H
#define GWT_NET_TLS_STREAM_H

#include "lib/base/buf.h"
#include "lib/net/tls.h"

struct gwt_tls_stream;

enum gwt_tls_state {
	GWT_TLS_OPEN,
	GWT_TLS_ENDED,  /* the client said that it sends no more */
	GWT_TLS_BROKEN, /* the input is not TLS, or we do not accept it; an alert may wait to be sent */
};

/*
 * The server's side. Its certificate is for `host` (copied). When `host` is absent it is for the name that
 * the client asks for, else for `address`, loopback and localhost. NULL when OpenSSL fails.
 */
struct gwt_tls_stream *gwt_tls_stream_new(struct gwt_tls *tls, struct gwt_span host, const char *address);
void gwt_tls_stream_free(struct gwt_tls_stream *stream);

/* Take bytes from the network. */
void gwt_tls_stream_feed(struct gwt_tls_stream *stream, struct gwt_span bytes);
/* Read what the client said, at most `size` bytes; 0 when there is nothing more now: check the state. */
size_t gwt_tls_stream_read(struct gwt_tls_stream *stream, char *out, size_t size);
enum gwt_tls_state gwt_tls_stream_state(const struct gwt_tls_stream *stream);
/* Whether more must come: the handshake is not done, or a record is incomplete. */
bool gwt_tls_stream_is_midway(const struct gwt_tls_stream *stream);

/* Encrypt `plain`; false when that fails. */
bool gwt_tls_stream_write(struct gwt_tls_stream *stream, struct gwt_span plain);
/* Tell the client that nothing more comes. */
void gwt_tls_stream_end(struct gwt_tls_stream *stream);
/* How many bytes wait to be sent; append them to *out. */
size_t gwt_tls_stream_pending(const struct gwt_tls_stream *stream);
void gwt_tls_stream_take(struct gwt_tls_stream *stream, struct gwt_buf *out);

#endif
