/*
 * serve.h - what every serving command does: listen, announce the URL, run until a signal.
 */
#ifndef GWT_CLI_SERVE_H
#define GWT_CLI_SERVE_H

#include "cli/child_env.h"
#include "lib/net/net.h"

enum {
	GWT_SERVE_MORE = 2,
	GWT_SERVE_GRACE_MS = 4500, /* how long running requests may take after the end was asked for */
	GWT_SERVE_CHILD_MS = 3500, /* how long CMD may take to end after the signal, before it is killed */
	GWT_SERVE_RUSH_MS = 1000,  /* how long running requests may take after CMD ended on a signal */
};

struct gwt_serve {
	struct gwt_loop *loop;
	struct gwt_server *server;               /* the endpoint */
	struct gwt_server *more[GWT_SERVE_MORE]; /* other listeners */
	size_t more_len, open;
	bool stopping;
	bool hurried;   /* a second signal ended the wait for running requests */
	int child_exit; /* of CMD; -1 while it runs or without one */
	struct gwt_child *child;
	int signum; /* the signal that ended the run; 0 for none */
	/* Called once at the end, before the wait of `grace_ms` for running requests; may be NULL. */
	void (*on_stop)(void *arg, uint64_t grace_ms);
	void *on_stop_arg;
};

/*
 * Listen, and take over SIGINT, SIGTERM and SIGHUP. The first signal ends the run when the running
 * requests are answered, or after some seconds; a second one ends it at once. `serve` must not move
 * until gwt_serve_close().
 */
gwt_status gwt_serve_listen(struct gwt_serve *serve, const struct gwt_server_options *options,
			    struct gwt_error *err);
/* One more listener; *url lives as long as `serve`. */
gwt_status gwt_serve_add(struct gwt_serve *serve, const struct gwt_server_options *options, const char **url,
			 struct gwt_error *err);
/* Print `listening on URL`; write the ready file when there is one. */
gwt_status gwt_serve_announce(struct gwt_serve *serve, const char *ready_file, struct gwt_error *err);
/* gwt_serve_listen() and gwt_serve_announce(). */
gwt_status gwt_serve_open(struct gwt_serve *serve, const struct gwt_server_options *options,
			  const char *ready_file, struct gwt_error *err);
/*
 * Start CMD (NULL: none) and run until it ends or a signal comes. Signals are passed on to CMD, which is
 * killed when it does not end in time.
 */
gwt_status gwt_serve_run(struct gwt_serve *serve, char **command, char **environment, struct gwt_error *err);
/* The same with the environment of `settings`, whose empty file is made for the run. */
gwt_status gwt_serve_command(struct gwt_serve *serve, char **command, struct gwt_child_settings *settings,
			     struct gwt_arena *arena, struct gwt_error *err);
/* From here on SIGINT, SIGTERM and SIGHUP are ignored, so that a second one does not lose the result. */
void gwt_serve_close(struct gwt_serve *serve);

#endif
