/*
 * workers.h - servers on threads of their own, at one address.
 *
 * Each has its own loop; the kernel shares new connections out between all that listen on the address
 * (SO_REUSEPORT). A handler is called on its server's thread: what handlers share is theirs to guard.
 */
#ifndef GWT_NET_WORKERS_H
#define GWT_NET_WORKERS_H

#include "lib/net/net.h"

struct gwt_workers;

/*
 * Start `count` more servers at the address of `first`, which was made with options->reuse_port. `options`
 * are those of `first`; args[i] is used instead of options->arg of the i-th and tls[i] instead of its
 * options->tls, since that is one thread's. `tls` is NULL where the servers speak none.
 */
gwt_status gwt_workers_start(const struct gwt_server *first, const struct gwt_server_options *options,
			     void *const *args, struct gwt_tls *const *tls, size_t count,
			     struct gwt_workers **out, struct gwt_error *err);
/*
 * One server on a thread of its own, for a process whose threads are not ours: its signals and their handlers stay as
 * they are. `url` lives as long as the workers.
 */
gwt_status gwt_workers_start_apart(const struct gwt_server_options *options, struct gwt_workers **out,
				   const char **url, struct gwt_error *err);
/* Stop accepting and finish what was begun, for `grace_ms` at most; nothing is waited for. Again: no effect. Takes NULL. */
void gwt_workers_ask(struct gwt_workers *workers, uint64_t grace_ms);
/* The same, and wait; then end the threads and free all. Takes NULL. */
void gwt_workers_stop(struct gwt_workers *workers, uint64_t grace_ms);

#endif
