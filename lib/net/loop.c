/* loop.c - the event loop: timers, signals, and its end. */
#include <assert.h>
#include <signal.h>
#include <stdlib.h>

#include "lib/base/arena.h"
#include "lib/base/bounds.h"
#include "lib/base/error.h"
#include "lib/net/internal.h"

struct gwt_timer {
	uv_timer_t uv;
	struct gwt_loop *loop;
	struct gwt_timer *next;
	void (*fn)(void *arg);
	void *arg;
};

struct gwt_loop *gwt_loop_new(void)
{
	/* a client that left is an error of its connection only; children get the default action */
	signal(SIGPIPE, SIG_IGN);
	return gwt_loop_new_quiet();
}

struct gwt_loop *gwt_loop_new_quiet(void)
{
	struct gwt_loop *loop = gwt_xcalloc(1, sizeof(*loop));

	if (uv_loop_init(&loop->uv) != 0)
		abort();
	loop->read_buffer = gwt_xcalloc(1, GWT_READ_BYTES);
	return loop;
}

size_t gwt_loop_file_limit(void)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) != 0)
		return 0;
	return files.rlim_cur < GWT_MAX_CONNECTIONS ? (size_t)files.rlim_cur : GWT_MAX_CONNECTIONS;
}

size_t gwt_loop_raise_file_limit(struct gwt_loop *loop)
{
	rlim_t wanted = GWT_MAX_CONNECTIONS + GWT_OTHER_FILES;
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) != 0)
		return 0;
	if (files.rlim_cur < wanted && files.rlim_cur < files.rlim_max) {
		loop->files_before = files;
		files.rlim_cur = files.rlim_max < wanted ? files.rlim_max : wanted;
		setrlimit(RLIMIT_NOFILE, &files);
	}
	return files.rlim_cur < wanted ? (size_t)files.rlim_cur : (size_t)wanted;
}

static void free_timer(uv_handle_t *handle)
{
	free(handle->data);
}

static void close_timer(struct gwt_timer *timer)
{
	struct gwt_timer **at = &timer->loop->timers;

	while (*at != timer)
		at = &(*at)->next;
	*at = timer->next;
	uv_close((uv_handle_t *)&timer->uv, free_timer);
}

static void on_timer(uv_timer_t *handle)
{
	struct gwt_timer *timer = handle->data;
	void (*fn)(void *arg) = timer->fn;
	void *arg = timer->arg;

	if (!uv_timer_get_repeat(handle))
		close_timer(timer);
	fn(arg);
}

void gwt_loop_after(struct gwt_loop *loop, uint64_t delay_ms, uint64_t every_ms, void (*fn)(void *arg),
		    void *arg)
{
	struct gwt_timer *timer = gwt_xcalloc(1, sizeof(*timer));

	*timer = (struct gwt_timer){ .loop = loop, .next = loop->timers, .fn = fn, .arg = arg };
	loop->timers = timer;
	uv_timer_init(&loop->uv, &timer->uv);
	timer->uv.data = timer;
	uv_update_time(&loop->uv);
	uv_timer_start(&timer->uv, on_timer, delay_ms, every_ms);
	if (every_ms)
		uv_unref((uv_handle_t *)&timer->uv);
}

static void on_signal(uv_signal_t *handle, int signum)
{
	struct gwt_loop *loop = handle->data;

	loop->on_signal(loop->on_signal_arg, signum);
}

/* As SIGHUP is under nohup. */
static bool is_ignored(int signum)
{
	struct sigaction action;

	return sigaction(signum, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

gwt_status gwt_loop_on_signal(struct gwt_loop *loop, void (*fn)(void *arg, int signum), void *arg,
			      struct gwt_error *err)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };

	loop->on_signal = fn;
	loop->on_signal_arg = arg;
	for (size_t i = 0; i < GWT_LEN(numbers) && !loop->signals_open; i++) {
		int result;

		if (numbers[i] == SIGHUP && is_ignored(SIGHUP))
			continue;
		result = uv_signal_init(&loop->uv, &loop->signals[i]);
		assert(result == 0);
		loop->signals[i].data = loop;
		result = uv_signal_start(&loop->signals[i], on_signal, numbers[i]);
		if (result != 0)
			return gwt_fail(err, GWT_EUPSTREAM, "cannot watch signal %d: %s", numbers[i],
					uv_strerror(result));
		uv_unref((uv_handle_t *)&loop->signals[i]);
	}
	loop->signals_open = true;
	return GWT_OK;
}

void gwt_loop_run(struct gwt_loop *loop)
{
	uv_run(&loop->uv, UV_RUN_DEFAULT);
}

void gwt_loop_stop(struct gwt_loop *loop)
{
	uv_stop(&loop->uv);
}

void gwt_loop_give_up(struct gwt_loop *loop)
{
	for (struct gwt_server *server = loop->servers; server; server = server->next)
		gwt_server_give_up(server, "the run ended in the middle of it");
}

void gwt_loop_free(struct gwt_loop *loop)
{
	int result;

	if (!loop)
		return;
	for (struct gwt_server *server = loop->servers; server; server = server->next)
		gwt_server_abort(server);
	while (loop->timers)
		close_timer(loop->timers);
	for (size_t i = 0; i < GWT_LEN(loop->signals); i++)
		if (loop->signals[i].data)
			uv_close((uv_handle_t *)&loop->signals[i], NULL);
	gwt_child_forget_all(loop);
	gwt_watch_forget_all(loop);
	gwt_piped_drop_all(loop);
	do /* a stop that was requested but not seen yet ends the first run */
		result = uv_run(&loop->uv, UV_RUN_DEFAULT);
	while (result != 0);
	result = uv_loop_close(&loop->uv);
	assert(result == 0);
	gwt_piped_free_all(loop);
	free(loop->read_buffer);
	free(loop);
}
