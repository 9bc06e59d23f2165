/*
 * internal.h - what the files of lib/net share.
 *
 * loop.c owns the uv_loop_t and frees everything that belongs to it. server.c listens and keeps the lists of
 * connections. conn.c moves the bytes of one connection, conn_wait.c decides what it waits for and how long,
 * and conn_tls.c encrypts its bytes. answer.c writes answers; handler_threads.c runs handlers that wait on
 * threads of their own. Nothing here is for other folders.
 *
 * An idle connection is only a struct gwt_conn. A request that is being read or answered needs a desk
 * (parser, arena, buffers), which comes from the server's pool with the first byte and goes back when nothing
 * is left to do. So thousands of idle connections cost little, and a busy one allocates nothing.
 */
#ifndef GWT_NET_INTERNAL_H
#define GWT_NET_INTERNAL_H

#include <sys/resource.h>
#include <uv.h>

#include "lib/http/h1_parse.h"
#include "lib/net/net.h"
#include "lib/net/tls_stream.h"

enum { GWT_READ_BYTES = 64 * 1024, GWT_TICK_MS = 250, GWT_OTHER_FILES = 256 };

struct gwt_timer;
struct gwt_child;
struct gwt_watch;
struct gwt_piped;

struct gwt_loop {
	uv_loop_t uv;
	uv_signal_t signals[3];
	bool signals_open;
	void (*on_signal)(void *arg, int signum);
	void *on_signal_arg;
	struct gwt_timer *timers;
	struct gwt_child *children;
	struct gwt_piped *piped;
	struct gwt_watch *watches;
	struct gwt_server *servers;
	struct rlimit files_before; /* the limit before we raised it, for children; rlim_max 0: not raised */
	char *read_buffer;          /* GWT_READ_BYTES; valid until the read's callback returns */
};

/* What a connection waits for; each phase has one list, in order of deadline. */
enum gwt_conn_phase {
	GWT_CONN_IDLE,      /* for a request to begin */
	GWT_CONN_HEAD,      /* for the rest of a head: the whole head has one deadline */
	GWT_CONN_BODY,      /* for the rest of a body: each window must bring its share */
	GWT_CONN_WRITE,     /* for the client to take what we wrote */
	GWT_CONN_DELAY,     /* for gwt_exchange_delay() */
	GWT_CONN_ON_THREAD, /* for a handler on a thread of its own; no deadline */
	GWT_CONN_DRAIN,     /* for the client to stop sending after a closing answer */
	GWT_CONN_PHASES,
};

struct gwt_conn_list {
	struct gwt_conn *first, *last;
};

/* What to do after all output is written. */
enum gwt_conn_end { GWT_END_NONE, GWT_END_SHUTDOWN, GWT_END_RESET };

struct gwt_desk {
	struct gwt_desk *next; /* the next one in the pool */
	struct gwt_h1_parser parser;
	struct gwt_arena arena;
	struct gwt_span input;  /* unread bytes: the loop's read buffer, or `in` */
	size_t at;              /* where in `input` the current request begins */
	bool new_request;       /* the parser has not seen a byte of it */
	struct gwt_buf in;      /* input that outlived its read */
	struct gwt_buf out;     /* answers not yet given to the kernel (or to TLS) */
	struct gwt_buf wire;    /* TLS: ciphertext that is not sent yet */
	struct gwt_buf sending; /* answers that uv_write() is using */
	struct gwt_buf late;    /* the answer that waits for its delay */
};

struct gwt_conn {
	uv_tcp_t tcp;
	uv_write_t write;
	uv_shutdown_t shutdown;
	struct gwt_server *server;
	struct gwt_conn *next, *prev; /* in the list of `phase` */
	enum gwt_conn_phase phase;
	enum gwt_conn_end end;
	bool reading, in_flight, held, on_thread, eof, closed, given_up;
	uint64_t hold_ms;
	uint64_t deadline, drain_until;
	size_t window_bytes; /* BODY: received since the window began; WRITE: still queued when it began */
	struct gwt_desk *desk;
	struct gwt_tls *secure;     /* the client must speak TLS from now on; NULL: plain */
	struct gwt_tls_stream *tls; /* set from the first byte of TLS on */
	char *tunnel;               /* host of the CONNECT that opened a tunnel, owned; NULL: none */
	struct gwt_relay *relay;    /* passes its request on; NULL: none */
	bool ended_tls;             /* the end of TLS was sent to the client */
	void *data;                 /* for the handler's use */
};

/* What a handler sees, and what it requested with gwt_exchange_...(). */
struct gwt_asked {
	struct gwt_exchange seen;
	enum gwt_fault_kind fault;
	uint64_t delay_ms;
	struct gwt_tls *tunnel;
	const char *relay; /* host:port that answers instead of us; NULL: none */
};

struct gwt_handler_threads;

struct gwt_server {
	struct gwt_loop *loop;
	struct gwt_server *next;
	uv_tcp_t listener;
	uv_timer_t tick, delay;
	int open_handles;
	gwt_handler handler;
	void *arg;
	void (*refused)(void *arg, int status, const char *reason);
	const char *(*route)(void *arg, const struct gwt_request *head, const char *tunnel);
	void (*unreachable)(void *arg, const char *authority, const char *reason);
	struct gwt_tls *tls; /* NULL: plain */
	struct gwt_timeouts timeouts;
	char *name;
	char url[64]; /* "https://[", an IPv6 address, "]:", a port */
	struct gwt_conn_list lists[GWT_CONN_PHASES];
	size_t conn_count, max_conns;
	bool accept_waits, closing;
	struct gwt_handler_threads *threads; /* NULL: handlers are called on the loop's thread */
	struct gwt_desk *spare;
	void (*done)(void *arg);
	void *done_arg;
};

/* server.c */
void gwt_server_enter(struct gwt_conn *conn, enum gwt_conn_phase phase, uint64_t wait_ms);
void gwt_server_leave(struct gwt_conn *conn);
/* A new connection, idle. */
void gwt_server_join(struct gwt_conn *conn);
/* A connection's handle is closed and its memory freed: accept another, or finish closing. */
void gwt_server_conn_gone(struct gwt_server *server);
/* Report the requests that have begun; nothing more is read. */
void gwt_server_give_up(struct gwt_server *server, const char *reason);
/* Close all connections at once, whatever their phase; for gwt_loop_free(). */
void gwt_server_abort(struct gwt_server *server);
struct gwt_desk *gwt_desk_take(struct gwt_server *server);
void gwt_desk_give(struct gwt_server *server, struct gwt_desk *desk);

static inline uv_stream_t *gwt_conn_stream(struct gwt_conn *conn)
{
	return (uv_stream_t *)&conn->tcp;
}

/* conn.c */
void gwt_conn_accept(struct gwt_server *server);
void gwt_conn_close(struct gwt_conn *conn);
/* Report, once, a request that has begun and will not be complete, to server->refused. */
void gwt_conn_give_up(struct gwt_conn *conn, const char *reason);
/* Close the connection so that none of our bytes stay in the kernel. */
void gwt_conn_reset(struct gwt_conn *conn);
void gwt_conn_set_reading(struct gwt_conn *conn, bool reading);
/* Whether so much output waits that no more requests are answered. */
bool gwt_conn_is_full(struct gwt_conn *conn);
/* Answer the requests that came, write what can be written, and wait for the next event. */
void gwt_conn_pump(struct gwt_conn *conn);
/* A thread's request is answered: go on with the next one. */
void gwt_conn_answered(struct gwt_conn *conn);

/* The server that a request is passed on to sent something or can take more: go on. */
void gwt_conn_relayed(struct gwt_conn *conn);

/* conn_wait.c */
/* Choose what to wait for next. */
void gwt_conn_wait(struct gwt_conn *conn);
/* Act on the deadline, which has passed. */
void gwt_conn_expire(struct gwt_conn *conn);
/* Drop input that came after a closing answer. */
void gwt_conn_swallow(struct gwt_conn *conn);

/* relay.c */
/*
 * Pass on the request that the connection has read, or whose head it has; the rest comes
 * through gwt_relay_feed().
 */
void gwt_relay_start(struct gwt_conn *conn, const struct gwt_request *request, const char *authority);
/* Pass on what the connection has read; all of `bytes` is taken, and bytes after the request are dropped. */
size_t gwt_relay_feed(struct gwt_conn *conn, struct gwt_span bytes);
/* The client sends nothing more. */
void gwt_relay_client_ended(struct gwt_conn *conn);
/* Whether it can take more from the client; whether the request is not complete yet. */
bool gwt_relay_wants(const struct gwt_conn *conn);
bool gwt_relay_needs_client(const struct gwt_conn *conn);
/* Read no more of the answer until the client has taken what came. */
void gwt_relay_pause(struct gwt_conn *conn, bool pause);
/* End it: the connection closes, or its answer is complete. */
void gwt_relay_drop(struct gwt_conn *conn);

/* conn_tls.c */
/* Take the first bytes, which must be TLS; false, with a refusal in desk->out, when they are not. */
bool gwt_conn_begin_tls(struct gwt_conn *conn, struct gwt_span bytes);
/* Open the tunnel that a CONNECT to `target` requested: what comes from now on is TLS. */
void gwt_conn_open_tunnel(struct gwt_conn *conn, struct gwt_tls *tls, struct gwt_span target);
/* Move desk->out and the records that TLS itself sends to desk->wire; false when that fails. */
bool gwt_conn_encrypt(struct gwt_conn *conn);
/* Send the end of TLS to a client that waits for nothing, if the kernel takes it at once. */
void gwt_conn_goodbye(struct gwt_conn *conn);

/* answer.c */
/*
 * Let the handler answer `request`: bytes go to desk->out (or desk->late); conn->end says what happens
 * after them.
 */
void gwt_answer(struct gwt_conn *conn, const struct gwt_request *request);
/* The rest of gwt_answer(), when the handler has filled `asked`. */
void gwt_answer_asked(struct gwt_conn *conn, struct gwt_asked *asked);
/* Refuse and report what is not a request, and end the connection. */
void gwt_answer_refusal(struct gwt_conn *conn, int status, const char *reason);
/* The same for a complete request: nothing is reported. */
void gwt_answer_closing(struct gwt_conn *conn, int status, const char *reason);

/* handler_threads.c */
struct gwt_handler_threads *gwt_handler_threads_new(struct gwt_server *server, size_t count);
/*
 * Let a thread call the handler; conn->on_thread is true until gwt_conn_answered(). `request` and its bytes
 * must not move.
 */
void gwt_handler_threads_start(struct gwt_conn *conn, const struct gwt_request *request);
/* Wait for the handlers that have begun, without answering. For gwt_server_abort(). */
void gwt_handler_threads_drop(struct gwt_handler_threads *threads);
uv_handle_t *gwt_handler_threads_handle(struct gwt_handler_threads *threads);
/* Takes NULL. Its handle must be closed, with no handler left to run. */
void gwt_handler_threads_free(struct gwt_handler_threads *threads);

/* address.c */
/* Parse "127.0.0.1:0", "[::1]:0" or "localhost:0"; GWT_EUSAGE for anything else. */
gwt_status gwt_address_parse(const char *text, struct sockaddr_storage *out, struct gwt_error *err);
/* Write "SCHEME://127.0.0.1:80". */
void gwt_address_url(const char *scheme, const struct sockaddr_storage *address, char *out, size_t size);

/* loop.c */
/* Raise the process's limit of open files as far as allowed, up to what a server needs; returns the limit. */
size_t gwt_loop_raise_file_limit(struct gwt_loop *loop);
/* The limit of open files, GWT_MAX_CONNECTIONS at most. */
size_t gwt_loop_file_limit(void);
/* child.c */
void gwt_child_forget_all(struct gwt_loop *loop);
/* uv_spawn() with the file limit that we were started with. */
int gwt_loop_spawn(struct gwt_loop *loop, uv_process_t *process, const uv_process_options_t *options);
/* piped.c: close all handles, then, once they are closed, free the memory. */
void gwt_piped_drop_all(struct gwt_loop *loop);
void gwt_piped_free_all(struct gwt_loop *loop);
/* watch.c */
void gwt_watch_forget_all(struct gwt_loop *loop);

#endif
