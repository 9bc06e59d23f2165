/*
 * net_peer.h - a server on its own thread, and blocking clients for it.
 */
#ifndef GWT_TESTS_NET_PEER_H
#define GWT_TESTS_NET_PEER_H

#include <pthread.h>
#include <stdatomic.h>

#include "lib/net/net.h"

struct net_server {
	struct gwt_loop *loop;
	struct gwt_server *server;
	struct gwt_tls *tls;     /* answers a CONNECT with TLS */
	const char *relay_to;    /* host:port that /relay and every CONNECT are passed on to; NULL: none */
	atomic_size_t unreached; /* requests passed on that got no answer */
	char why[128];           /* the reason of the last of them */
	pthread_t thread;
	int port;
	atomic_size_t handled; /* requests given to the handler */
	atomic_int thread_id;
};

/*
 * Serves by path: /echo sends the body; /length its length; /count the number of requests on this
 * connection; /big?N N bytes; /delay?MS waits; /close closes; /empty sends 204; /reset, /truncate and /lie
 * are faults; /tunnel sends the host of the CONNECT; /relay passes the request on; /stop closes the server.
 * A CONNECT opens a tunnel.
 */
void net_server_start(struct net_server *server, struct gwt_timeouts timeouts);
/* Speaks TLS from the first byte on, or, with `only_tunnels`, after a CONNECT. */
void net_server_start_tls(struct net_server *server, struct gwt_tls *tls, bool only_tunnels,
			  struct gwt_timeouts timeouts);
/* Passes /relay and CONNECT on to `authority`; with `routed`, all but /stop, once the head is read. */
void net_server_start_relay(struct net_server *server, const char *authority, bool routed);
void net_server_start_small(struct net_server *server, size_t max_connections);
/* Ask for /stop, wait until the loop ends, and free the server. */
void net_server_stop(struct net_server *server);
/* Wait until the loop ends, after another thread asked for /stop. */
void net_server_join(struct net_server *server);

enum net_end { NET_CLOSED, NET_RESET, NET_TIMEOUT, NET_DATA };

/* A connected socket whose reads give up after 10 s. */
int net_connect(const struct net_server *server);
/* False when the other side did not take all of it. */
bool net_send(int fd, struct gwt_span bytes);
/* Read at least one byte into *out, or return why there is none. */
enum net_end net_recv(int fd, struct gwt_buf *out);
/* Read until the other side closes. */
enum net_end net_recv_all(int fd, struct gwt_buf *out);
/* Read until *out holds `len` bytes. */
bool net_recv_len(int fd, struct gwt_buf *out, size_t len);

#endif
