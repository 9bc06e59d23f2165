#include "cli/serve.h"

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "lib/base/arena.h"
#include "lib/base/error.h"
#include "lib/base/file.h"
#include "lib/base/span.h"

static void on_closed(void *arg)
{
	struct gwt_serve *serve = arg;

	if (--serve->open == 0)
		gwt_loop_stop(serve->loop);
}

static void on_impatience(void *arg)
{
	struct gwt_serve *serve = arg;

	gwt_loop_stop(serve->loop);
}

/* Takes effect once: a second signal may come while the first is being handled. */
static void stop(struct gwt_serve *serve)
{
	uint64_t grace_ms = serve->signum && serve->child ? GWT_SERVE_RUSH_MS : GWT_SERVE_GRACE_MS;

	if (serve->stopping)
		return;
	if (serve->on_stop)
		serve->on_stop(serve->on_stop_arg, grace_ms);
	serve->stopping = true;
	gwt_server_close(serve->server, on_closed, serve);
	for (size_t i = 0; i < serve->more_len; i++)
		gwt_server_close(serve->more[i], on_closed, serve);
	gwt_loop_after(serve->loop, grace_ms, 0, on_impatience, serve);
}

/* CMD did not end in time after the signal. */
static void kill_child(void *arg)
{
	struct gwt_serve *serve = arg;

	if (serve->child_exit < 0)
		gwt_child_kill(serve->child, SIGKILL);
}

static void pass_on(struct gwt_serve *serve, int signum, bool first)
{
	gwt_child_kill(serve->child, signum);
	if (first)
		gwt_loop_after(serve->loop, GWT_SERVE_CHILD_MS, 0, kill_child, serve);
}

static void hurry(struct gwt_serve *serve)
{
	serve->hurried = true;
	gwt_loop_stop(serve->loop);
}

static void on_signal(void *arg, int signum)
{
	struct gwt_serve *serve = arg;
	bool first = !serve->signum;

	serve->signum = signum;
	if (serve->child && serve->child_exit < 0)
		pass_on(serve, signum, first);
	else if (serve->stopping)
		hurry(serve);
	else
		stop(serve);
}

static void on_child_exit(void *arg, int exit_code)
{
	struct gwt_serve *serve = arg;

	serve->child_exit = exit_code;
	stop(serve);
}

gwt_status gwt_serve_listen(struct gwt_serve *serve, const struct gwt_server_options *options,
			    struct gwt_error *err)
{
	gwt_status status;

	*serve = (struct gwt_serve){ .loop = gwt_loop_new(), .child_exit = -1 };
	status = gwt_loop_on_signal(serve->loop, on_signal, serve, err); /* before the URL is announced */
	if (status == GWT_OK)
		status = gwt_server_new(serve->loop, options, &serve->server, err);
	serve->open = status == GWT_OK;
	return status;
}

gwt_status gwt_serve_add(struct gwt_serve *serve, const struct gwt_server_options *options, const char **url,
			 struct gwt_error *err)
{
	gwt_status status = gwt_server_new(serve->loop, options, &serve->more[serve->more_len], err);

	if (status != GWT_OK)
		return status;
	*url = gwt_server_url(serve->more[serve->more_len++]);
	serve->open++;
	return GWT_OK;
}

gwt_status gwt_serve_announce(struct gwt_serve *serve, const char *ready_file, struct gwt_error *err)
{
	struct gwt_arena arena = { 0 };
	gwt_status status;

	fprintf(stderr, "listening on %s\n", gwt_server_url(serve->server));
	if (!ready_file)
		return GWT_OK;
	status = gwt_file_write_any(ready_file,
				    gwt_arena_printf(&arena, "%s\n", gwt_server_url(serve->server)), err);
	gwt_arena_release(&arena);
	return status;
}

gwt_status gwt_serve_open(struct gwt_serve *serve, const struct gwt_server_options *options,
			  const char *ready_file, struct gwt_error *err)
{
	gwt_status status = gwt_serve_listen(serve, options, err);

	return status == GWT_OK ? gwt_serve_announce(serve, ready_file, err) : status;
}

gwt_status gwt_serve_run(struct gwt_serve *serve, char **command, char **environment, struct gwt_error *err)
{
	gwt_status status = GWT_OK;

	if (command)
		status = gwt_child_spawn(serve->loop, command, environment, on_child_exit, serve,
					 &serve->child, err);
	if (status == GWT_OK)
		gwt_loop_run(serve->loop);
	return status;
}

gwt_status gwt_serve_command(struct gwt_serve *serve, char **command, struct gwt_child_settings *settings,
			     struct gwt_arena *arena, struct gwt_error *err)
{
	char empty[GWT_EMPTY_FILE_BYTES];
	gwt_status status;

	if (!command)
		return gwt_serve_run(serve, NULL, NULL, err);
	status = gwt_empty_file_make(empty, err);
	if (status != GWT_OK)
		return status;
	settings->empty_file = empty;
	status = gwt_serve_run(serve, command, gwt_child_environment(arena, settings), err);
	settings->empty_file = NULL;
	unlink(empty);
	return status;
}

void gwt_serve_close(struct gwt_serve *serve)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };
	sigset_t all, before;

	sigemptyset(&all);
	for (size_t i = 0; i < GWT_LEN(numbers); i++)
		sigaddset(&all, numbers[i]);
	sigprocmask(SIG_BLOCK, &all, &before); /* the loop gives the default actions back */
	gwt_loop_free(serve->loop);
	for (size_t i = 0; i < GWT_LEN(numbers); i++)
		signal(numbers[i], SIG_IGN);
	sigprocmask(SIG_SETMASK, &before, NULL);
	*serve = (struct gwt_serve){ .child_exit = -1 };
}
