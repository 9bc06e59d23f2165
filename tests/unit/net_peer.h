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
	struct gwt_tls *tls;     /* with which a CONNECT is answered */
	const char *relay_to;    /* host:port that /relay, and every CONNECT, are passed on to; NULL: none */
	atomic_size_t unreached; /* requests passed on that nobody answered */
	char why[128];           /* the last of them */
	pthread_t thread;
	int port;
	atomic_size_t handled; /* requests given to the handler */
	atomic_int thread_id;
};

/*
 * Serves, by path: /echo the body; /length its length; /count how many requests this connection had;
 * /big?N N bytes; /delay?MS; /close; /empty 204; /reset, /truncate, /lie the faults; /tunnel the host of the
 * CONNECT it came through; /relay passes the request on; /stop closes the server. A CONNECT opens a tunnel.
 */
void net_server_start(struct net_server *server, struct gwt_timeouts timeouts);
/* Speaks TLS from the first byte on, or (`only_tunnels`) after a CONNECT. */
void net_server_start_tls(struct net_server *server, struct gwt_tls *tls, bool only_tunnels,
			  struct gwt_timeouts timeouts);
/* Passes on to `authority` what says so; `routed`: all but /stop, from the head on. */
void net_server_start_relay(struct net_server *server, const char *authority, bool routed);
void net_server_start_small(struct net_server *server, size_t max_connections);
/* Ask for /stop, wait for the loop's end, free it. */
void net_server_stop(struct net_server *server);
/* Wait for the loop's end after someone else asked for /stop. */
void net_server_join(struct net_server *server);

enum net_end { NET_CLOSED, NET_RESET, NET_TIMEOUT, NET_DATA };

/* A connected socket whose reads give up after 10 s. */
int net_connect(const struct net_server *server);
/* False when the other side would not take it all. */
bool net_send(int fd, struct gwt_span bytes);
/* At least one byte into *out, or why there is none. */
enum net_end net_recv(int fd, struct gwt_buf *out);
/* All until the other side closes. */
enum net_end net_recv_all(int fd, struct gwt_buf *out);
/* Until *out holds `len` bytes. */
bool net_recv_len(int fd, struct gwt_buf *out, size_t len);

#endif
