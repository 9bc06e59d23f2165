/*
 * proxy.h - between a real client and the upstream: prove, re-sign, forward, remember.
 *
 * The client signs with dummy credentials; we verify that, sign again with the real ones, which the client
 * never sees, and keep the calls (docs/proxy.md). Calls go on at the same time, but for two whose order
 * matters (order.h): those wait for one another, so that their order is a fact.
 */
#ifndef GWT_RECORDER_PROXY_H
#define GWT_RECORDER_PROXY_H

#include <pthread.h>

#include "lib/cassette/ids.h"
#include "recorder/call.h"
#include "recorder/keep.h"

struct gwt_proxy_options {
	struct gwt_caller *callers; /* one for each call that may be made at the same time */
	size_t caller_count;
	gwt_secret_lookup lookup; /* the dummy secrets that a client may sign with */
	void *lookup_arg;
	const struct gwt_span *forbidden; /* texts that must not be in any file */
	size_t forbidden_count;
	struct gwt_run_texts texts; /* texts that become variables */
	/* May be NULL. Called after each call, one at a time; `trouble` is absent when all was well. */
	void (*on_call)(void *arg, const struct gwt_request *request, int status, struct gwt_span trouble);
	void *arg;
};

struct gwt_proxy_turn;

/* A request that is not kept, and why. */
struct gwt_proxy_left {
	struct gwt_span method, target; /* absent: it could not be read */
	const char *why;
};

/* A call that got no complete answer and was not repeated with success. */
struct gwt_proxy_failure {
	struct gwt_span contract; /* its contract bytes */
	struct gwt_error why;
};

enum { GWT_PROXY_LEFT = 100 }; /* how many are named; the others are only counted */

struct gwt_proxy {
	struct gwt_proxy_options options;
	pthread_mutex_t lock; /* of all members below */
	pthread_cond_t changed;
	size_t *idle, idle_count;     /* callers, by index */
	struct gwt_proxy_turn *turns; /* calls of API Gateway that are being made or wait, by arrival */
	size_t turn_count;
	struct gwt_trace *trace;   /* every call of API Gateway, by arrival, and which are related */
	bool concurrent;           /* the client made calls at the same time */
	struct gwt_arena arena;    /* holds the calls */
	struct gwt_capture *calls; /* of API Gateway, by arrival; `id` and `uses` are not filled yet */
	size_t len, cap;
	size_t forwarded; /* calls of other services, passed on and not kept */
	size_t refused;   /* bad signatures, wrong scope */
	struct gwt_proxy_failure *failures;
	size_t failed, failure_cap;
	struct gwt_proxy_left left[GWT_PROXY_LEFT];
	size_t left_count;
};

void gwt_proxy_init(struct gwt_proxy *proxy, const struct gwt_proxy_options *options);
void gwt_proxy_release(struct gwt_proxy *proxy);

/* Answer one request, on any thread; there may be one thread per caller. *response lives in `arena`. */
void gwt_proxy_handle(struct gwt_proxy *proxy, const struct gwt_request *request, struct gwt_arena *arena,
		      struct gwt_response *response);

/*
 * Add a call that was made: the client's request, the request that we signed and sent, and the answer.
 * All of it is copied; raw bytes are kept where the request has them. Call it under the lock when
 * there are other threads.
 */
void gwt_proxy_remember(struct gwt_proxy *proxy, const struct gwt_request *request,
			const struct gwt_request *sent, const struct gwt_response *response);

/* The files of the calls, as gwt_keep_calls() makes them. `name` is group/name, `endpoint` the upstream's. */
gwt_status gwt_proxy_keep(const struct gwt_proxy *proxy, struct gwt_span name, struct gwt_span endpoint,
			  struct gwt_arena *arena, struct gwt_kept *out, struct gwt_error *err);

/* Note a request that could not be read and was answered with `status`. */
void gwt_proxy_unreadable(struct gwt_proxy *proxy, int status, const char *reason);
/* Note that the client has more than one connection: its calls may overlap, even if none has been seen to. */
void gwt_proxy_note_concurrent(struct gwt_proxy *proxy);
/* Whether the calls are kept in the stable order, because some were or may have been concurrent. */
bool gwt_proxy_orders(const struct gwt_proxy *proxy);

#endif
