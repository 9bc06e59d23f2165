#include "lib/awsconf/run.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/error.h"
#include "lib/sigv4/sigv4.h"

enum { OUTPUT, ERRORS, STREAMS };
enum { TICK_MS = 100 }; /* how soon `stop` and the end of a process without output are noticed */

extern char **environ;

/* One output of the process. */
struct stream {
	int fd; /* to read from; -1: not kept, or at its end */
	char *text;
	size_t len;
	bool over;
};

struct process {
	struct gwt_process *run;
	struct stream streams[STREAMS];
	uint64_t until_ms;
	pid_t pid;
};

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* Open a pipe for one output; the process gets the end *theirs. */
static bool open_stream(struct process *p, int which, int *theirs, struct gwt_arena *arena)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) != 0)
		return false;
	p->streams[which] =
		(struct stream){ .fd = ends[0], .text = gwt_arena_bytes(arena, p->run->max_bytes + 1) };
	*theirs = ends[1];
	return true;
}

static int spawn(struct process *p, const int theirs[STREAMS])
{
	static const int numbers[STREAMS] = { STDOUT_FILENO, STDERR_FILENO };
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t usual;
	int error;

	posix_spawn_file_actions_init(&actions);
	for (int i = 0; i < STREAMS; i++)
		if (theirs[i] >= 0)
			posix_spawn_file_actions_adddup2(&actions, theirs[i], numbers[i]);
	sigemptyset(&usual);
	sigaddset(&usual, SIGPIPE); /* this process ignores it (lib/upstream), the new one must not */
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigdefault(&attributes, &usual);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
	error = posix_spawnp(&p->pid, p->run->argv[0], &actions, &attributes, p->run->argv, environ);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	return error;
}

static int start(struct process *p, struct gwt_arena *arena)
{
	int theirs[STREAMS] = { -1, -1 }, error = 0;

	if (!open_stream(p, OUTPUT, &theirs[OUTPUT], arena) ||
	    (p->run->keep_errors && !open_stream(p, ERRORS, &theirs[ERRORS], arena)))
		error = errno;
	if (!error)
		error = spawn(p, theirs);
	for (int i = 0; i < STREAMS; i++)
		close_fd(&theirs[i]);
	return error;
}

/* Output over the limit is dropped, so that the process can end. */
static void take(struct process *p, struct stream *s)
{
	char rest[512]; /* thrown away, piece by piece */
	size_t room = p->run->max_bytes - s->len;
	ssize_t got =
		s->over || room == 0 ? read(s->fd, rest, sizeof(rest)) : read(s->fd, s->text + s->len, room);

	if (got < 0 && errno == EINTR)
		return;
	if (got <= 0) {
		close_fd(&s->fd);
	} else if (s->over || room == 0) {
		s->over = true;
		gwt_wipe(rest, sizeof(rest));
	} else {
		s->len += (size_t)got;
	}
}

/* Whether the process may go on; else run->end says why not. */
static bool may_go_on(struct process *p)
{
	if (p->run->stop && *p->run->stop)
		p->run->end = GWT_RUN_STOPPED;
	else if (gwt_clock_monotonic_ms() >= p->until_ms)
		p->run->end = GWT_RUN_SLOW;
	else
		return true;
	return false;
}

/* Read until both outputs are at their end; false when the process must be stopped before. */
static bool read_outputs(struct process *p)
{
	while (p->streams[OUTPUT].fd >= 0 || p->streams[ERRORS].fd >= 0) {
		struct pollfd fds[STREAMS];

		if (!may_go_on(p))
			return false;
		for (int i = 0; i < STREAMS; i++) /* poll() ignores a negative descriptor */
			fds[i] = (struct pollfd){ .fd = p->streams[i].fd, .events = POLLIN };
		if (poll(fds, STREAMS, TICK_MS) <= 0)
			continue;
		for (int i = 0; i < STREAMS; i++)
			if (fds[i].fd >= 0 && fds[i].revents)
				take(p, &p->streams[i]);
	}
	return true;
}

/* The process may close its outputs long before it ends. */
static bool wait_for_end(struct process *p, int *status)
{
	for (;;) {
		pid_t ended = waitpid(p->pid, status, WNOHANG);

		if (ended == p->pid || (ended < 0 && errno != EINTR))
			return true;
		if (!may_go_on(p))
			return false;
		poll(NULL, 0, 5);
	}
}

static void kill_process(struct process *p)
{
	kill(p->pid, SIGKILL);
	while (waitpid(p->pid, NULL, 0) < 0 && errno == EINTR)
		;
}

static void judge(struct process *p, int status)
{
	struct gwt_process *run = p->run;

	run->end = WIFEXITED(status) ? GWT_RUN_EXITED : GWT_RUN_KILLED;
	run->number = WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status);
	if (run->end == GWT_RUN_EXITED && run->number == 0 && p->streams[OUTPUT].over)
		run->end = GWT_RUN_FLOOD;
	run->output = (struct gwt_span){ p->streams[OUTPUT].text, p->streams[OUTPUT].len };
	run->errors = (struct gwt_span){ p->streams[ERRORS].text, p->streams[ERRORS].len };
}

void gwt_process_run(struct gwt_process *run, struct gwt_arena *arena)
{
	struct process p = { .run = run,
			     .streams = { { .fd = -1 }, { .fd = -1 } },
			     .until_ms = gwt_clock_monotonic_ms() + run->limit_ms };
	int status = 0;

	run->number = start(&p, arena);
	if (run->number)
		run->end = GWT_RUN_NOT_STARTED;
	else if (read_outputs(&p) && wait_for_end(&p, &status))
		judge(&p, status);
	else
		kill_process(&p);
	for (int i = 0; i < STREAMS; i++)
		close_fd(&p.streams[i].fd);
}
