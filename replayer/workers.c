#include "replayer/workers.h"

#include <stdlib.h>

#include "lib/base/arena.h"
#include "lib/sigv4/sigv4.h"
#include "replayer/forward.h"
#include "replayer/internal.h"

struct gwt_worker {
	struct gwt_replayer *replayer;
	struct gwt_sigv4 *sigv4;
};

struct gwt_worker *gwt_worker_new(struct gwt_replayer *replayer)
{
	struct gwt_worker *worker = gwt_xcalloc(1, sizeof(*worker));

	*worker = (struct gwt_worker){ replayer, gwt_sigv4_new() };
	return worker;
}

void gwt_worker_free(struct gwt_worker *worker)
{
	if (worker)
		gwt_sigv4_free(worker->sigv4);
	free(worker);
}

void gwt_worker_handle(struct gwt_exchange *exchange)
{
	struct gwt_worker *worker = exchange->server_arg;

	gwt_replayer_answer(worker->replayer, worker->sigv4, exchange);
}

void gwt_worker_refused(void *worker, int status, const char *reason)
{
	gwt_replayer_refused(((struct gwt_worker *)worker)->replayer, status, reason);
}

const char *gwt_worker_route(void *worker, const struct gwt_request *head, const char *tunnel)
{
	return gwt_replayer_route(((struct gwt_worker *)worker)->replayer, head, tunnel);
}

void gwt_worker_unreachable(void *worker, const char *authority, const char *reason)
{
	gwt_replayer_unreachable(((struct gwt_worker *)worker)->replayer, authority, reason);
}
