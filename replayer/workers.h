/*
 * workers.h - the same replay, answered by several threads.
 *
 * A worker has its own signature context, so that signatures are proved in parallel. Everything that gives a
 * verdict (sessions, the run, the journal, a reload) belongs to one thread at a time: the verdicts are those
 * that a single thread would give, in the order in which the requests took their turn.
 */
#ifndef GWT_REPLAYER_WORKERS_H
#define GWT_REPLAYER_WORKERS_H

#include "replayer/server.h"

struct gwt_worker;

/* Before the first request, and before the first worker is made. */
void gwt_replayer_share(struct gwt_replayer *replayer);
struct gwt_worker *gwt_worker_new(struct gwt_replayer *replayer);
void gwt_worker_free(struct gwt_worker *worker);

/* As the functions of gwt_replayer_… of these names, for a server whose `arg` is a worker. */
void gwt_worker_handle(struct gwt_exchange *exchange);
void gwt_worker_refused(void *worker, int status, const char *reason);
const char *gwt_worker_route(void *worker, const struct gwt_request *head, const char *tunnel);
void gwt_worker_unreachable(void *worker, const char *authority, const char *reason);

#endif
