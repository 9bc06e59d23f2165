/*
 * guard.h - a proxy that lets a client reach nobody but us.
 *
 * It answers for the host names of API Gateway's control plane (`apigateway.…`, in
 * every partition) with the replayer, and refuses all others. It resolves no name
 * and opens no connection: what it answers, it answers itself.
 */
#ifndef GWT_REPLAYER_GUARD_H
#define GWT_REPLAYER_GUARD_H

#include "replayer/server.h"

struct gwt_guard;

/*
 * `own` is host:port of the replayer's own listener, for clients that send loopback to a proxy as well; NULL:
 * none. All outlive the guard.
 */
struct gwt_guard *gwt_guard_new(struct gwt_replayer *replayer, struct gwt_tls *tls, const char *own);
void gwt_guard_free(struct gwt_guard *guard);

/* A gwt_handler for a listener of its own; exchange->server_arg is the guard. */
void gwt_guard_handle(struct gwt_exchange *exchange);

/* The gwt_replayer_refused() of that listener: what a tunnel brings must be requests too. */
void gwt_guard_refused(void *guard, int status, const char *reason);

/* Whether a host name is one that the guard answers for. */
bool gwt_guard_answers_for(struct gwt_span host);

/* What was refused, by host:port in the order of the first refusal; the last one stands for all beyond a bound. */
struct gwt_guard_refusal {
	const char *authority;
	size_t count;
};
const struct gwt_guard_refusal *gwt_guard_refusals(const struct gwt_guard *guard, size_t *len);

#endif
