/* The lock of sessions, run, journal and index: one thread at a time has the turn. */
#include "lib/base/arena.h"
#include "lib/http/headers.h"
#include "lib/http/message.h"
#include "replayer/internal.h"
#include "replayer/server.h"
#include "replayer/workers.h"

/* Recursive: a reload through the admin API comes from a thread that already has the turn. */
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
	if (replayer->shared)
		gwt_response_copy(response, arena, response);
}

/* A watched folder and the admin API may ask from two threads: one at a time. */
gwt_status gwt_replayer_reload(struct gwt_replayer *replayer, bool *changed, struct gwt_error *err)
{
	gwt_status status;

	gwt_replayer_enter(replayer);
	status = replayer->options->reload(replayer->options->reload_arg, changed, err);
	gwt_replayer_leave(replayer);
	return status;
}
