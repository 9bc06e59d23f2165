/*
 * replay_net.h - what a replay listens on: its endpoint, the guard's proxy, the admin API; and the certificates
 * for them.
 */
#ifndef GWT_CLI_REPLAY_NET_H
#define GWT_CLI_REPLAY_NET_H

#include "cli/serve.h"
#include "replayer/guard.h"

struct gwt_replay_net_options {
	const char *listen;       /* ADDR:PORT; NULL: loopback, any port */
	const char *admin;        /* ADDR:PORT of the admin API's own listener; NULL: it has none */
	bool tls;                 /* the endpoint speaks TLS */
	bool proxy;               /* a proxy that is printed */
	const char *proxy_listen; /* ADDR:PORT of it; NULL: beside the endpoint, any port */
	bool guard;               /* a proxy for the command that is run */
	bool shared;              /* gwt_replay_net_threads() will follow */
};

struct gwt_replay_net {
	struct gwt_serve serve;
	struct gwt_ca *ca; /* NULL where nothing speaks TLS */
	struct gwt_tls *tls;
	bool endpoint_tls;         /* the endpoint speaks TLS, not only the proxy */
	struct gwt_tls **more_tls; /* of the other threads; NULL where they speak none */
	struct gwt_guard *guard;
	struct gwt_workers *workers;   /* threads beside the main one; NULL: none */
	struct gwt_worker **answering; /* what they answer with */
	size_t more_threads;
	const char *endpoint, *proxy; /* URLs; proxy NULL where there is none */
	char temporary[64];           /* folder of an authority that is for this run only; "": none */
};

/* Open all listeners, and print where they are. `net` stays where it is until gwt_replay_net_close(). */
gwt_status gwt_replay_net_open(struct gwt_replay_net *net, const struct gwt_replay_net_options *options,
			       struct gwt_replayer *replayer, struct gwt_arena *arena, struct gwt_error *err);
/* Let `count` threads more answer at the endpoint. */
gwt_status gwt_replay_net_threads(struct gwt_replay_net *net, size_t count, struct gwt_replayer *replayer,
				  struct gwt_arena *arena, struct gwt_error *err);
/* Wait for the other threads to end: from then on the replayer is this thread's alone. */
void gwt_replay_net_settle(struct gwt_replay_net *net);
/* Print which hosts the guard refused, if any. */
void gwt_replay_net_summary(const struct gwt_replay_net *net);
void gwt_replay_net_close(struct gwt_replay_net *net);
/* Only the certificate authority and what speaks TLS with it, for listeners that are opened elsewhere. */
gwt_status gwt_replay_net_open_ca(struct gwt_replay_net *net, struct gwt_arena *arena, struct gwt_error *err);
void gwt_replay_net_close_ca(struct gwt_replay_net *net, struct gwt_arena *arena);

/* $XDG_CACHE_HOME/gwtape or ~/.cache/gwtape; NULL where neither is known. Relative paths do not count (XDG). */
const char *gwt_cache_folder(struct gwt_arena *arena);

#endif
