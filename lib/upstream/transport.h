/*
 * transport.h - how an upstream is reached.
 *
 * Real ones are reached through libcurl (upstream.h); the command line connects the sandbox within the
 * process. A transport takes a complete, signed request and gives the answer.
 */
#ifndef GWT_UPSTREAM_TRANSPORT_H
#define GWT_UPSTREAM_TRANSPORT_H

#include <signal.h>

#include "lib/http/message.h"

struct gwt_transport {
	/*
	 * GWT_EUPSTREAM when no whole answer came; *response lives in `arena`. The call is given up soon
	 * after *stop (may be NULL) becomes other than 0.
	 */
	gwt_status (*send)(void *arg, const struct gwt_request *request, const volatile sig_atomic_t *stop,
			   struct gwt_arena *arena, struct gwt_response *response, struct gwt_error *err);
	void *arg;
	struct gwt_span host;        /* value of the Host header */
	struct gwt_span path_prefix; /* path of the endpoint URL, without a trailing slash; may be empty */
};

#endif
