/*
 * guard.h - a proxy that lets a client reach only us.
 *
 * It answers for the host names of API Gateway's control plane (`apigateway.…`, in every partition) with a
 * handler of ours, and refuses all others. With --forward it takes other hosts of AWS as well, whose calls
 * are passed on to one place of this machine. Only a host that was allowed by name is connected to.
 */
#ifndef GWT_REPLAYER_GUARD_H
#define GWT_REPLAYER_GUARD_H

#include "lib/net/net.h"

struct gwt_guard;

/* All outlive the guard. */
struct gwt_guard_options {
	gwt_handler inside; /* answers what comes through; exchange->server_arg is `arg` */
	void (*refused)(void *arg, int status, const char *reason);
	const char *(*route)(void *arg, const struct gwt_request *head, const char *tunnel);
	void (*unreachable)(void *arg, const char *authority, const char *reason);
	void *arg;
	struct gwt_tls *tls;
	const char *own;  /* host:port of our own listener, for clients that send loopback to a proxy; NULL */
	const char *name; /* of us: value of x-gwtape */
	bool others;      /* other hosts of AWS are taken: --forward passes their calls on */
	char *const *allowed; /* hosts that are connected to */
	size_t allowed_count;
	bool (*is_aws)(struct gwt_span host);
};

struct gwt_guard *gwt_guard_new(const struct gwt_guard_options *options);
void gwt_guard_free(struct gwt_guard *guard);

/* A gwt_handler for a listener of its own, on whatever thread; exchange->server_arg is the guard. */
void gwt_guard_handle(struct gwt_exchange *exchange);

/* The other hooks of that listener: a tunnel must carry requests, too. */
void gwt_guard_refused(void *guard, int status, const char *reason);
const char *gwt_guard_route(void *guard, const struct gwt_request *head, const char *tunnel);
void gwt_guard_unreachable(void *guard, const char *authority, const char *reason);

/* Whether the guard answers for a host name. */
bool gwt_guard_answers_for(struct gwt_span host);

/*
 * What was refused, by host:port in the order of the first refusal; the last one is for all beyond a bound.
 */
struct gwt_guard_refusal {
	const char *authority;
	size_t count;
};
const struct gwt_guard_refusal *gwt_guard_refusals(const struct gwt_guard *guard, size_t *len);

#endif
