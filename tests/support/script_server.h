/*
 * script_server.h - a server that answers what a test wrote, byte for byte.
 *
 * It listens on a port of its own choice on 127.0.0.1 and answers the n-th request
 * with the n-th step, whichever connection it comes on; it keeps what it received.
 */
#ifndef GWT_TESTS_SCRIPT_SERVER_H
#define GWT_TESTS_SCRIPT_SERVER_H

#include "lib/base/span.h"

struct gwt_script_step {
	const char *answer; /* NULL: close the connection without an answer */
	bool close;         /* after the answer */
	bool silent;        /* neither answer nor close until the server stops */
	size_t hold;        /* answer only after this many requests have come */
};

struct gwt_script_server;

/* `hold`: no request is answered before this many have come (0: at once). `steps` must outlive the server. */
struct gwt_script_server *gwt_script_server_start(const struct gwt_script_step *steps, size_t count,
						  size_t hold);
/* "http://127.0.0.1:PORT" */
const char *gwt_script_server_url(const struct gwt_script_server *server);
unsigned gwt_script_server_port(const struct gwt_script_server *server);
/* The n-th request; absent when it did not come. It no longer changes once the client has its answer. */
struct gwt_span gwt_script_server_request(struct gwt_script_server *server, size_t n);
/* Connections accepted so far. */
size_t gwt_script_server_connections(struct gwt_script_server *server);
void gwt_script_server_stop(struct gwt_script_server *server);

#endif
