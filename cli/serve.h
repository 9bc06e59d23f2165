/*
 * serve.h - what every command that serves does: listen, say so, run until told to stop.
 */
#ifndef GWT_CLI_SERVE_H
#define GWT_CLI_SERVE_H

#include "lib/net/net.h"

struct gwt_serve {
	struct gwt_loop *loop;
	struct gwt_server *server;
	int child_exit; /* of CMD; -1 while it runs or without one */
	struct gwt_child *child;
	int signum;     /* the signal that ended it; 0 for none */
};

/* Listen and print `listening on URL`; write the ready file when there is one. */
gwt_status gwt_serve_open(struct gwt_serve *serve, const struct gwt_server_options *options, const char *ready_file,
			  struct gwt_error *err);
/* Start CMD (NULL: none) and run until it ends or a signal comes. Signals are passed on to CMD. */
gwt_status gwt_serve_run(struct gwt_serve *serve, char **command, char **environment, struct gwt_error *err);
void gwt_serve_close(struct gwt_serve *serve);

#endif
