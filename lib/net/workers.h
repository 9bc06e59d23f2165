/*
 * workers.h - servers on threads of their own, at one address.
 *
 * Each has its own loop; the kernel shares new connections out between all that listen on the address
 * (SO_REUSEPORT). A handler is called on its server's thread: handlers must protect what they share.
 */
#ifndef GWT_NET_WORKERS_H
#define GWT_NET_WORKERS_H

#include "lib/net/net.h"

struct gwt_workers;

/*
 * Start `count` more servers at the address of `first`, which was made with options->reuse_port. `options`
 * are those of `first`, except that the i-th server gets args[i] for options->arg and tls[i] for
 * options->tls, which belongs to one thread. `tls` is NULL when the servers do not speak TLS.
 */
gwt_status gwt_workers_start(const struct gwt_server *first, const struct gwt_server_options *options,
			     void *const *args, struct gwt_tls *const *tls, size_t count,
			     struct gwt_workers **out, struct gwt_error *err);
/*
 * One server on a thread of its own, for a process whose threads are not ours: its signal mask and its signal
 * handlers are not changed. `url` lives as long as the workers.
 */
gwt_status gwt_workers_start_apart(const struct gwt_server_options *options, struct gwt_workers **out,
				   const char **url, struct gwt_error *err);
/*
 * Stop accepting and finish what was begun, within `grace_ms`; does not wait. A second call has no effect.
 * Takes NULL.
 */
void gwt_workers_ask(struct gwt_workers *workers, uint64_t grace_ms);
/* The same, and wait; then end the threads and free everything. Takes NULL. */
void gwt_workers_stop(struct gwt_workers *workers, uint64_t grace_ms);

#endif
