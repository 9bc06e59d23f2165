#include "cli/serve.h"

#include <signal.h>
#include <stdio.h>

#include "lib/base/file.h"

static void on_closed(void *arg)
{
	struct gwt_serve *serve = arg;

	gwt_loop_stop(serve->loop);
}

/* Once: a second signal may come while the first is being followed. */
static void stop(struct gwt_serve *serve)
{
	if (serve->server)
		gwt_server_close(serve->server, on_closed, serve);
	serve->server = NULL;
}

static void on_signal(void *arg, int signum)
{
	struct gwt_serve *serve = arg;

	serve->signum = signum;
	if (serve->child && serve->child_exit < 0)
		gwt_child_kill(serve->child, signum);
	else
		stop(serve);
}

static void on_child_exit(void *arg, int exit_code)
{
	struct gwt_serve *serve = arg;

	serve->child_exit = exit_code;
	stop(serve);
}

gwt_status gwt_serve_open(struct gwt_serve *serve, const struct gwt_server_options *options, const char *ready_file,
			  struct gwt_error *err)
{
	gwt_status status;
	char line[300];

	*serve = (struct gwt_serve){ .loop = gwt_loop_new(), .child_exit = -1 };
	status = gwt_loop_on_signal(serve->loop, on_signal, serve, err); /* before anybody knows that we are here */
	if (status == GWT_OK)
		status = gwt_server_new(serve->loop, options, &serve->server, err);
	if (status != GWT_OK)
		return status;
	fprintf(stderr, "listening on %s\n", gwt_server_url(serve->server));
	if (!ready_file)
		return GWT_OK;
	snprintf(line, sizeof(line), "%s\n", gwt_server_url(serve->server));
	return gwt_file_write(ready_file, gwt_span_of(line), err);
}

gwt_status gwt_serve_run(struct gwt_serve *serve, char **command, char **environment, struct gwt_error *err)
{
	gwt_status status = GWT_OK;

	if (command)
		status = gwt_child_spawn(serve->loop, command, environment, on_child_exit, serve, &serve->child, err);
	if (status == GWT_OK)
		gwt_loop_run(serve->loop);
	return status;
}

void gwt_serve_close(struct gwt_serve *serve)
{
	gwt_loop_free(serve->loop);
	*serve = (struct gwt_serve){ .child_exit = -1 };
}
