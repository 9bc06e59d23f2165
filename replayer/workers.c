#include "replayer/workers.h"

#include <stdlib.h>

#include "lib/base/arena.h"
#include "lib/http/headers.h"
#include "lib/sigv4/sigv4.h"
#include "replayer/forward.h"
#include "replayer/internal.h"
#include "replayer/judge.h"

struct gwt_worker {
	struct gwt_replayer *replayer;
	struct gwt_sigv4 *sigv4;
};

/* Recursive: a reload is asked for through the admin API as well as by a watched folder. */
void gwt_replayer_share(struct gwt_replayer *replayer)
{
	pthread_mutexattr_t recursive;

	pthread_mutexattr_init(&recursive);
	pthread_mutexattr_settype(&recursive, PTHREAD_MUTEX_RECURSIVE);
	pthread_mutex_init(&replayer->turn, &recursive);
	pthread_mutexattr_destroy(&recursive);
	replayer->shared = true;
}

void gwt_replayer_enter(struct gwt_replayer *replayer)
{
	if (replayer->shared)
		pthread_mutex_lock(&replayer->turn);
}

void gwt_replayer_leave(struct gwt_replayer *replayer)
{
	if (replayer->shared)
		pthread_mutex_unlock(&replayer->turn);
}

void gwt_replayer_keep(const struct gwt_replayer *replayer, struct gwt_arena *arena,
		       struct gwt_response *response)
{
	struct gwt_headers own;

	if (!replayer->shared)
		return;
	gwt_headers_init(&own, arena);
	for (size_t i = 0; i < response->headers.len; i++)
		gwt_headers_add_view(&own, gwt_arena_copy(arena, response->headers.items[i].name),
				     gwt_arena_copy(arena, response->headers.items[i].value));
	response->headers = own;
	response->body = gwt_arena_copy(arena, response->body);
}

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
