/* child.c - the command under test as a child process: started, signalled, waited for. */
#include <pthread.h>
#include <stdlib.h>

#include "lib/base/arena.h"
#include "lib/base/error.h"
#include "lib/net/internal.h"

/* Kept until the loop is freed, so that gwt_child_kill() is safe at any time. */
struct gwt_child {
	uv_process_t process;
	struct gwt_loop *loop;
	struct gwt_child *next;
	void (*fn)(void *arg, int exit_code);
	void *arg;
	bool exited;
};

static void on_exit_of(uv_process_t *process, int64_t exit_status, int term_signal)
{
	struct gwt_child *child = process->data;

	child->exited = true;
	uv_close((uv_handle_t *)process, NULL);
	child->fn(child->arg, term_signal ? 128 + term_signal : (int)exit_status);
}

/* The file limit of the child that this thread is about to start; NULL: our own limit. */
static _Thread_local const struct rlimit *files_of_child;
static pthread_once_t hooked = PTHREAD_ONCE_INIT;

static void after_fork(void)
{
	if (files_of_child)
		setrlimit(RLIMIT_NOFILE, files_of_child);
}

static void hook(void)
{
	pthread_atfork(NULL, NULL, after_fork);
}

/*
 * The child starts with the file limit that we were started with, since some programs close every number
 * below it. The limit is set after the fork, in the child only: it belongs to a whole process, and our
 * threads go on accepting connections.
 */
int gwt_loop_spawn(struct gwt_loop *loop, uv_process_t *process, const uv_process_options_t *options)
{
	int result;

	pthread_once(&hooked, hook);
	files_of_child = loop->files_before.rlim_max ? &loop->files_before : NULL;
	result = uv_spawn(&loop->uv, process, options);
	files_of_child = NULL;
	return result;
}

gwt_status gwt_child_spawn(struct gwt_loop *loop, char *const argv[], char *const envp[],
			   void (*fn)(void *arg, int exit_code), void *arg, struct gwt_child **out,
			   struct gwt_error *err)
{
	struct gwt_child *child = gwt_xcalloc(1, sizeof(*child));
	uv_stdio_container_t stdio[3];
	uv_process_options_t options = {
		.exit_cb = on_exit_of,
		.file = argv[0],
		.args = (char **)(uintptr_t)argv,
		.env = (char **)(uintptr_t)envp,
		.stdio = stdio,
		.stdio_count = 3,
	};
	int result;

	for (int fd = 0; fd < 3; fd++) {
		stdio[fd].flags = UV_INHERIT_FD;
		stdio[fd].data.fd = fd;
	}
	*child = (struct gwt_child){ .loop = loop, .next = loop->children, .fn = fn, .arg = arg };
	loop->children = child;
	child->process.data = child;
	result = gwt_loop_spawn(loop, &child->process, &options);
	if (result != 0) {
		child->exited = true;
		uv_close((uv_handle_t *)&child->process, NULL);
		return gwt_fail(err, GWT_EUSAGE, "cannot run '%s': %s", argv[0], uv_strerror(result));
	}
	*out = child;
	return GWT_OK;
}

void gwt_child_kill(struct gwt_child *child, int signum)
{
	if (!child->exited)
		uv_process_kill(&child->process, signum);
}

static void free_child(uv_handle_t *handle)
{
	free(handle->data);
}

void gwt_child_forget_all(struct gwt_loop *loop)
{
	while (loop->children) {
		struct gwt_child *child = loop->children;

		loop->children = child->next;
		if (!child->exited)
			uv_close((uv_handle_t *)&child->process, free_child);
		else
			free(child);
	}
}
