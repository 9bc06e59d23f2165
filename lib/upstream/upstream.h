/*
 * upstream.h - requests to a real endpoint, byte for byte, through libcurl.
 *
 * Only this module knows libcurl. A request is sent unchanged: its target, its header names and their order,
 * HTTP/1.1, nothing added (except that libcurl puts Host first, and adds Content-Length to a body without
 * one). No redirects, no cookies, no decompression. An answer comes back whole or not at all: one that is cut
 * short, over the limit or malformed is GWT_EUPSTREAM.
 *
 * Connections are kept and used again. A proxy is taken from HTTPS_PROXY and NO_PROXY as curl does, but never
 * for a loopback address. Not shared between threads.
 */
#ifndef GWT_UPSTREAM_UPSTREAM_H
#define GWT_UPSTREAM_UPSTREAM_H

#include "lib/base/bounds.h"
#include "lib/upstream/transport.h"

struct gwt_upstream_options {
	const char *base_url;        /* http(s)://host[:port][/prefix] */
	const char *connect_to;      /* "HOST:PORT" to connect to instead of the URL's; may be NULL */
	const char *ca_bundle;       /* PEM file; NULL: the system's certificates */
	bool direct;                 /* use no proxy, whatever the environment says */
	unsigned connect_timeout_ms; /* 0: 10 s */
	unsigned timeout_ms;         /* for a whole call; 0: 60 s */
	unsigned idle_timeout_s;     /* longest silence once connected; 0: no such limit */
	bool insecure;               /* do not verify certificates */
	size_t max_response_bytes;   /* 0: GWT_MAX_RESPONSE_BYTES */
};

/*
 * Whether a host is this machine: 127.0.0.0/8, ::1, localhost and names that end in .localhost. No brackets,
 * no port.
 */
bool gwt_host_is_loopback(struct gwt_span host);

struct gwt_upstream;

/* GWT_EUSAGE when the URL is not valid. Everything is copied. */
gwt_status gwt_upstream_new(const struct gwt_upstream_options *options, struct gwt_upstream **out,
			    struct gwt_error *err);
/* Drops the calls in flight. Takes NULL. */
void gwt_upstream_free(struct gwt_upstream *upstream);

/* Make one call and wait for it. `request` is signed and complete; *response lives in `arena`. */
gwt_status gwt_upstream_send(struct gwt_upstream *upstream, const struct gwt_request *request,
			     struct gwt_arena *arena, struct gwt_response *response, struct gwt_error *err);

/* The same through transport.h; valid as long as `upstream`. */
void gwt_upstream_transport(struct gwt_upstream *upstream, struct gwt_transport *out);

/* Why there is no answer, for a caller that must distinguish the reasons. */
enum gwt_upstream_fault {
	GWT_FAULT_OTHER, /* cut short, malformed, over a limit */
	GWT_FAULT_CONNECT,
	GWT_FAULT_CONNECT_TIMEOUT,
	GWT_FAULT_READ_TIMEOUT,
	GWT_FAULT_CLOSED, /* the connection was closed before the first byte of the answer */
	GWT_FAULT_TLS,
};

/* Several calls in flight: start them, then wait for whichever is done first. */
struct gwt_upstream_call {
	const struct gwt_request *request; /* in: must live until the call is done */
	struct gwt_arena *arena;           /* in: used by no other call in flight */
	void *user;                        /* in: for the caller's use */
	/* in: when not 0, the call is given up within 0.2 s; may be NULL */
	const volatile sig_atomic_t *stop;
	gwt_status status;             /* out: as returned by gwt_upstream_send() */
	struct gwt_response response;  /* out: when status is GWT_OK */
	struct gwt_error err;          /* out: when it is not */
	enum gwt_upstream_fault fault; /* out: likewise */
	const char *reason; /* out: likewise, in the arena: the words of libcurl, without the URL */
	struct gwt_upstream_call *next; /* private */
};

/*
 * Fails only when the request cannot be written as HTTP/1.1 (GWT_EUSAGE); gwt_upstream_wait() reports
 * other failures.
 */
gwt_status gwt_upstream_start(struct gwt_upstream *upstream, struct gwt_upstream_call *call,
			      struct gwt_error *err);
/* Wait for a call that is done; NULL when none is in flight or after `timeout_ms` (0: do not wait). */
struct gwt_upstream_call *gwt_upstream_wait(struct gwt_upstream *upstream, unsigned timeout_ms);

#endif
