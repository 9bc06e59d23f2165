/*
 * net.h - the one place that knows libuv.
 *
 * A loop, an HTTP server on it, timers, signals and child processes. The server
 * reads, parses (lib/http), hands each complete request to a handler and writes
 * the answers of one read in one write, in order. Limits and timeouts are those of
 * lib/base/bounds.h: a slow or hostile client costs its own connection, no other.
 */
#ifndef GWT_NET_NET_H
#define GWT_NET_NET_H

#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/http/message.h"
#include "lib/net/tls.h"

struct gwt_loop;
struct gwt_loop *gwt_loop_new(void); /* ignores SIGPIPE in the process */
/* changes nothing in the process; for a thread that blocks SIGPIPE */
struct gwt_loop *gwt_loop_new_quiet(void);
void gwt_loop_free(struct gwt_loop *loop);
/* Run until gwt_loop_stop() or until nothing is left to wait for. */
void gwt_loop_run(struct gwt_loop *loop);
void gwt_loop_stop(struct gwt_loop *loop);
/* After the run: report the requests that have begun to each server's `refused`. Nothing more is read. */
void gwt_loop_give_up(struct gwt_loop *loop);

/* The answer to one request while it is made. Valid until it is sent. */
struct gwt_exchange {
	const struct gwt_request *request;
	struct gwt_arena *arena; /* of this exchange; reset after the answer was written */
	struct gwt_response response;
	void *server_arg;
	void *conn_data;    /* for the handler's use: lives as long as the connection; begins as NULL */
	const char *tunnel; /* host of the CONNECT through which this came, lower case; NULL: none */
	size_t connections; /* how many are open, this one included */
};

/*
 * Called for each complete request; it fills exchange->response before it returns. For tests,
 * gwt_exchange_fault() requests an answer that breaks the protocol.
 */
typedef void (*gwt_handler)(struct gwt_exchange *exchange);

enum gwt_fault_kind {
	GWT_FAULT_NONE,
	GWT_FAULT_RESET,        /* close with a TCP reset instead of answering */
	GWT_FAULT_TRUNCATE,     /* send half of the body, then close */
	GWT_FAULT_WRONG_LENGTH, /* Content-Length larger than the body, then close */
};
void gwt_exchange_fault(struct gwt_exchange *exchange, enum gwt_fault_kind kind);
/* Send the answer after this many milliseconds. */
void gwt_exchange_delay(struct gwt_exchange *exchange, uint64_t delay_ms);

/*
 * The answer (a 2xx) to this CONNECT, on a plain connection, opens a tunnel that ends here: the client then
 * speaks TLS, with a certificate for the host of the CONNECT, and its requests come to the same handler. A
 * delayed answer or a fault opens none. `tls` must outlive the connection.
 */
void gwt_exchange_tunnel(struct gwt_exchange *exchange, struct gwt_tls *tls);

/*
 * Pass this request on to `authority` (host:port) unchanged, and its answer back; after a CONNECT, on a plain
 * connection, the bytes that follow. The handler's response is ignored. The connection ends with the answer.
 */
void gwt_exchange_relay(struct gwt_exchange *exchange, const char *authority);

struct gwt_server;

/* In milliseconds; 0: the value of bounds.h. */
struct gwt_timeouts {
	uint64_t idle_ms;        /* between two requests */
	uint64_t head_ms;        /* a whole head */
	uint64_t body_window_ms; /* each such span of a body must bring GWT_BODY_MIN_RATE bytes a second */
	uint64_t write_ms;       /* while a client takes none of our bytes */
	uint64_t drain_ms;       /* silence after a closing answer */
	uint64_t drain_max_ms;   /* all input after a closing answer */
};

struct gwt_server_options {
	const char *listen; /* "127.0.0.1:0", "[::1]:0"; NULL for 127.0.0.1:0 */
	gwt_handler handler;
	void *arg; /* becomes exchange->server_arg */
	/*
	 * Called when the input could not be read and was answered with `status`, or (status 0) when a
	 * request was cut short, so that nobody gets an answer; may be NULL.
	 */
	void (*refused)(void *arg, int status, const char *reason);
	/*
	 * Called for each head, on the loop's thread, before the body is read. Returns the "host:port" to
	 * which the request is passed on unchanged, however long it is; NULL: `handler` answers it. `tunnel`
	 * is as in the exchange. May be NULL.
	 */
	const char *(*route)(void *arg, const struct gwt_request *head, const char *tunnel);
	/* Called when no byte of an answer came from `authority`; the client got 502. May be NULL. */
	void (*unreachable)(void *arg, const char *authority, const char *reason);
	struct gwt_tls *tls;       /* speak TLS; outlives the loop; NULL: plain */
	const char *server_header; /* our name in protocol errors: the value of `x-gwtape`; may be NULL */
	struct gwt_timeouts timeouts;
	/*
	 * Call handlers on so many threads at once, since they wait for others; there is no TLS and no tunnel
	 * then. 0: call them on the loop's thread.
	 */
	size_t threads;
	bool reuse_port; /* other servers may listen at the same address (workers.h) */
	/* 0: GWT_MAX_CONNECTIONS, or fewer when the process may not open so many files */
	size_t max_connections;
};

/* Listen. GWT_EUSAGE for a bad address, GWT_EUPSTREAM when it cannot be bound. */
gwt_status gwt_server_new(struct gwt_loop *loop, const struct gwt_server_options *options,
			  struct gwt_server **out, struct gwt_error *err);
/* "http://127.0.0.1:43211", or https; lives as long as the server. */
const char *gwt_server_url(const struct gwt_server *server);
/*
 * Stop accepting, close idle connections, finish requests that have begun, free the server, then call `done`
 * (may be NULL). A handler may call it.
 */
void gwt_server_close(struct gwt_server *server, void (*done)(void *arg), void *arg);

/* Call `fn` for SIGINT, SIGTERM and, unless it is ignored (nohup), SIGHUP until the loop is freed. */
gwt_status gwt_loop_on_signal(struct gwt_loop *loop, void (*fn)(void *arg, int signum), void *arg,
			      struct gwt_error *err);
/* Call `fn` once, or each `every_ms` when that is not 0. */
void gwt_loop_after(struct gwt_loop *loop, uint64_t delay_ms, uint64_t every_ms, void (*fn)(void *arg),
		    void *arg);

/*
 * Start a child with our stdin, stdout and stderr and exactly the environment `envp`; `fn` gets its exit code
 * (128 + signal when it was killed). The caller passes signals 2 and 15 on with gwt_child_kill().
 */
struct gwt_child;
gwt_status gwt_child_spawn(struct gwt_loop *loop, char *const argv[], char *const envp[],
			   void (*fn)(void *arg, int exit_code), void *arg, struct gwt_child **out,
			   struct gwt_error *err);
void gwt_child_kill(struct gwt_child *child, int signum);

#endif
