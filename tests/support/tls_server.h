/*
 * tls_server.h - one TLS server with a certificate of its own making, for a name and 127.0.0.1's peers.
 *
 * It accepts `connections` times, answers each first request with `answer` and closes, properly or by
 * dropping the connection without a close_notify.
 */
#ifndef GWT_TESTS_TLS_SERVER_H
#define GWT_TESTS_TLS_SERVER_H

#include <stdbool.h>

struct gwt_tls_server;

/* Start it; its certificate, valid for `name`, is written to `pem_path`. */
struct gwt_tls_server *gwt_tls_server_start(const char *name, const char *pem_path, const char *answer,
					    unsigned connections, bool drop);
unsigned gwt_tls_server_port(const struct gwt_tls_server *server);
void gwt_tls_server_stop(struct gwt_tls_server *server);

#endif
