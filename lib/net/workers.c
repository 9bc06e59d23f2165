#include "lib/net/workers.h"

#include <signal.h>
#include <stdlib.h>

#include "lib/base/arena.h"
#include "lib/base/error.h"
#include "lib/net/internal.h"

struct worker {
	struct gwt_loop *loop;
	struct gwt_server *server;
	uv_async_t stop;
	uv_thread_t thread;
	uint64_t grace_ms; /* set before `stop` is sent */
};

struct gwt_workers {
	struct worker *items;
	size_t len;
	bool asked; /* a stop was requested */
};

static void run(void *arg)
{
	struct worker *worker = arg;

	gwt_loop_run(worker->loop);
	gwt_loop_free(worker->loop);
}

static void on_impatience(void *arg)
{
	struct worker *worker = arg;

	gwt_loop_stop(worker->loop);
}

static void on_closed(void *arg)
{
	on_impatience(arg);
}

static void on_stop(uv_async_t *handle)
{
	struct worker *worker = handle->data;

	uv_close((uv_handle_t *)handle, NULL);
	gwt_loop_after(worker->loop, worker->grace_ms, 0, on_impatience, worker);
	gwt_server_close(worker->server, on_closed, worker);
}

static gwt_status start_one(struct worker *worker, const struct gwt_server_options *options,
			    struct gwt_error *err)
{
	gwt_status status;

	worker->loop = gwt_loop_new_quiet();
	status = gwt_server_new(worker->loop, options, &worker->server, err);
	if (status != GWT_OK) {
		gwt_loop_free(worker->loop);
		return status;
	}
	uv_async_init(&worker->loop->uv, &worker->stop, on_stop);
	worker->stop.data = worker;
	if (uv_thread_create(&worker->thread, run, worker) == 0)
		return GWT_OK;
	uv_close((uv_handle_t *)&worker->stop, NULL);
	gwt_loop_free(worker->loop);
	return gwt_fail(err, GWT_EUPSTREAM, "cannot start a thread");
}

gwt_status gwt_workers_start(const struct gwt_server *first, const struct gwt_server_options *options,
			     void *const *args, struct gwt_tls *const *tls, size_t count,
			     struct gwt_workers **out, struct gwt_error *err)
{
	struct gwt_workers *workers = gwt_xcalloc(1, sizeof(*workers));
	struct gwt_server_options each = *options;
	gwt_status status = GWT_OK;

	workers->items = gwt_xcalloc(count, sizeof(*workers->items));
	each.listen = strstr(gwt_server_url(first), "://") + 3;
	each.reuse_port = true;
	for (size_t i = 0; i < count && status == GWT_OK; i++) {
		each.arg = args[i];
		each.tls = tls ? tls[i] : NULL;
		status = start_one(&workers->items[i], &each, err);
		workers->len += status == GWT_OK;
	}
	if (status == GWT_OK)
		*out = workers;
	else
		gwt_workers_stop(workers, 0);
	return status;
}

/* A thread begins with the blocked signals of the thread that makes it. */
static gwt_status start_without_signals(struct worker *worker, const struct gwt_server_options *options,
					struct gwt_error *err)
{
	sigset_t all, before;
	gwt_status status;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	status = start_one(worker, options, err);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return status;
}

gwt_status gwt_workers_start_apart(const struct gwt_server_options *options, struct gwt_workers **out,
				   const char **url, struct gwt_error *err)
{
	struct gwt_workers *workers = gwt_xcalloc(1, sizeof(*workers));
	gwt_status status;

	workers->items = gwt_xcalloc(1, sizeof(*workers->items));
	status = start_without_signals(workers->items, options, err);
	if (status != GWT_OK) {
		gwt_workers_stop(workers, 0);
		return status;
	}
	workers->len = 1;
	*url = gwt_server_url(workers->items[0].server);
	*out = workers;
	return GWT_OK;
}

void gwt_workers_ask(struct gwt_workers *workers, uint64_t grace_ms)
{
	if (!workers || workers->asked)
		return;
	workers->asked = true;
	for (size_t i = 0; i < workers->len; i++) {
		workers->items[i].grace_ms = grace_ms;
		uv_async_send(&workers->items[i].stop);
	}
}

void gwt_workers_stop(struct gwt_workers *workers, uint64_t grace_ms)
{
	if (!workers)
		return;
	gwt_workers_ask(workers, grace_ms);
	for (size_t i = 0; i < workers->len; i++)
		uv_thread_join(&workers->items[i].thread);
	free(workers->items);
	free(workers);
}
