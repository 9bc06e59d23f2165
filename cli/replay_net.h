/*
 * replay_net.h - what a replay listens on: its endpoint, the guard's proxy, the admin API; and the certificates
 * for them.
 */
#ifndef GWT_CLI_REPLAY_NET_H
#define GWT_CLI_REPLAY_NET_H

#include "cli/run_ca.h"
#include "cli/serve.h"
#include "replayer/guard.h"
#include "replayer/server.h"

struct gwt_replay_net_options {
	const char *listen;       /* ADDR:PORT; NULL: loopback, any port */
	const char *admin;        /* ADDR:PORT of the admin API's own listener; NULL: it has none */
	bool tls;                 /* the endpoint speaks TLS */
	bool proxy;               /* open a proxy and print its URL */
	const char *proxy_listen; /* ADDR:PORT of it; NULL: beside the endpoint, any port */
	bool guard;               /* a proxy for the command that is run */
	const char *forward;      /* host:port that calls of other services go to; NULL: none */
	char *const *allowed;     /* hosts that the guard connects to */
	size_t allowed_count;
	bool shared; /* gwt_replay_net_threads() will follow */
};

struct gwt_replay_net {
	struct gwt_serve serve;
	struct gwt_run_ca ca;      /* zeroed where nothing speaks TLS */
	bool endpoint_tls;         /* the endpoint speaks TLS, not only the proxy */
	struct gwt_tls **more_tls; /* of the other threads; NULL where they speak none */
	struct gwt_guard *guard;
	struct gwt_workers *workers;   /* threads beside the main one; NULL: none */
	struct gwt_worker **answering; /* what they answer with */
	size_t more_threads;
	const char *endpoint, *proxy; /* URLs; proxy NULL where there is none */
};

/* Open all listeners, and print where they are. `net` stays where it is until gwt_replay_net_close(). */
gwt_status gwt_replay_net_open(struct gwt_replay_net *net, const struct gwt_replay_net_options *options,
			       struct gwt_replayer *replayer, struct gwt_arena *arena, struct gwt_error *err);
/* Let `count` more threads answer at the endpoint. */
gwt_status gwt_replay_net_threads(struct gwt_replay_net *net, size_t count, struct gwt_replayer *replayer,
				  struct gwt_arena *arena, struct gwt_error *err);
/* Wait until the other threads have ended: from then on only this thread uses the replayer. */
void gwt_replay_net_settle(struct gwt_replay_net *net);
/* Print which hosts the guard refused, if any. */
void gwt_say_guard(const struct gwt_guard *guard);
void gwt_replay_net_summary(const struct gwt_replay_net *net);
void gwt_replay_net_close(struct gwt_replay_net *net);

/* GWT_EUSAGE when a value of --guard-allow is not a host name, or is a host of AWS. */
struct gwt_words;
gwt_status gwt_check_allowed_hosts(const struct gwt_words *hosts, struct gwt_error *err);

#endif
