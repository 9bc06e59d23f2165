/* print.c - where results go: stdout, a pager, or through groff to either. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "awscli/docs.h"
#include "awscli/failure.h"
#include "awscli/files.h"
#include "awscli/session.h"
#include "awscli/settings.h"
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/span.h"

extern char **environ;

bool gwt_aws_stdout_is_terminal(void)
{
	return isatty(STDOUT_FILENO);
}

static void write_all(int fd, struct gwt_span bytes)
{
	while (bytes.len > 0) {
		ssize_t count = write(fd, bytes.ptr, bytes.len);

		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return; /* the reader has closed the pipe */
		bytes = gwt_span_slice(bytes, (size_t)count, bytes.len);
	}
}

/* Run `argv` with a pipe to its stdin and, when `from` is given, one from its stdout and no stderr. */
static bool start(char *const *argv, int *to, int *from, pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	int in[2], out[2] = { -1, -1 }, error;

	if (pipe(in) != 0)
		return false;
	if (from && pipe(out) != 0) {
		close(in[0]);
		close(in[1]);
		return false;
	}
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
	posix_spawn_file_actions_addclose(&actions, in[1]);
	if (from) {
		posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
		posix_spawn_file_actions_addclose(&actions, out[0]);
		posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	}
	error = posix_spawnp(pid, argv[0], &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	close(in[0]);
	if (from)
		close(out[1]);
	*to = in[1];
	if (from)
		*from = out[0];
	if (error == 0)
		return true;
	close(in[1]);
	if (from)
		close(out[0]);
	return false;
}

static void wait_for(pid_t pid)
{
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

/* The pager by AWS_PAGER, the profile's cli_pager or PAGER; else less. */
static struct gwt_span pager_of(struct gwt_aws_session *session)
{
	struct gwt_aws_failure ignored = { .arena = session->arena };
	struct gwt_span pager = { 0 };

	if (session->globals.no_pager)
		return GWT_SPAN("");
	gwt_aws_settings_get(&session->settings, &gwt_aws_pager, &pager, &ignored);
	if (!pager.ptr)
		gwt_aws_settings_get(&session->settings, &gwt_aws_pager_env, &pager, &ignored);
	return pager.ptr ? pager : GWT_SPAN("less");
}

bool gwt_aws_is_paged(struct gwt_aws_session *session)
{
	return session->page && gwt_aws_stdout_is_terminal() && pager_of(session).len > 0;
}

static bool page_through(struct gwt_aws_session *session, struct gwt_span pager, struct gwt_span text)
{
	struct gwt_words_list words = { 0 };
	char **argv;
	pid_t pid;
	int to;

	if (!gwt_py_shlex_split(session->arena, pager, &words) || words.len == 0)
		return false;
	argv = gwt_arena_array(session->arena, char *, words.len + 1);
	for (size_t i = 0; i < words.len; i++)
		argv[i] = gwt_arena_cstr(session->arena, words.items[i]);
	setenv("LESS", "FRX", 0);
	if (!start(argv, &to, NULL, &pid))
		return false;
	signal(SIGINT, SIG_IGN); /* Ctrl-C is for the pager */
	signal(SIGPIPE, SIG_IGN);
	write_all(to, text);
	close(to);
	wait_for(pid);
	return true;
}

void gwt_aws_flush(struct gwt_aws_session *session)
{
	struct gwt_span text = gwt_buf_span(&session->out), pager;

	if (text.len == 0)
		return;
	fflush(stdout);
	pager = gwt_aws_is_paged(session) ? pager_of(session) : GWT_SPAN("");
	if (pager.len == 0 || !page_through(session, pager, text)) {
		signal(SIGPIPE, SIG_IGN);
		write_all(STDOUT_FILENO, text);
	}
	if (session->reset_color)
		write_all(STDOUT_FILENO, GWT_SPAN("\033[0m"));
	gwt_buf_clear(&session->out);
}

/* A process of its own writes the page to groff, so that the two pipes cannot block each other. */
static bool render(const char *const *lines, struct gwt_buf *out)
{
	char *const argv[] = { (char[]){ "groff" }, (char[]){ "-m" },    (char[]){ "man" },
			       (char[]){ "-T" },    (char[]){ "ascii" }, NULL };
	int to, from;
	ssize_t count;
	char *room;
	pid_t writer, pid;

	if (!start(argv, &to, &from, &pid))
		return false;
	writer = fork();
	if (writer == 0) {
		close(from);
		for (; *lines; lines++)
			write_all(to, gwt_span_of(*lines));
		_exit(0);
	}
	close(to);
	while ((room = gwt_buf_reserve(out, 4096)) &&
	       ((count = read(from, room, 4096)) > 0 || (count < 0 && errno == EINTR)))
		out->len += count > 0 ? (size_t)count : 0;
	close(from);
	if (writer > 0)
		wait_for(writer);
	wait_for(pid);
	return out->len > 0;
}

bool gwt_aws_help(struct gwt_aws_session *session, const char *page, struct gwt_aws_failure *failure)
{
	const char *const *lines = gwt_aws_page(gwt_arena_printf(session->arena, "%s.man", page).ptr);

	if (!lines)
		return gwt_aws_fail(failure, GWT_AWS_PARAM, "gwtape has no help page for '%s'", page);
	if (!render(lines, &session->out))
		return gwt_aws_fail(failure, GWT_AWS_GENERAL,
				    "Could not find executable named \"groff or mandoc\"");
	session->page = true;
	return true;
}
