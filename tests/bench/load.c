#include "tests/bench/load.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MAX_CONNECTIONS = 1024 };

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void pin(size_t core)
{
	cpu_set_t cores;

	CPU_ZERO(&cores);
	CPU_SET(core, &cores);
	sched_setaffinity(0, sizeof(cores),
			  &cores); /* with one core this changes nothing, and the ratios still hold */
}

struct load_server load_start(void (*serve)(int tell_fd))
{
	struct load_server server;
	int pipe_fds[2];

	if (pipe(pipe_fds) != 0)
		die("pipe");
	server.pid = fork();
	if (server.pid < 0)
		die("fork");
	if (server.pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		pin(0);
		serve(pipe_fds[1]);
		_exit(1);
	}
	if (read(pipe_fds[0], &server.port, sizeof(server.port)) != sizeof(server.port))
		die("no port");
	close(pipe_fds[0]);
	close(pipe_fds[1]);
	pin(1);
	return server;
}

void load_tell_port(int tell_fd, int port)
{
	if (write(tell_fd, &port, sizeof(port)) != sizeof(port))
		die("write");
}

void load_stop(struct load_server *server)
{
	kill(server->pid, SIGKILL);
	waitpid(server->pid, NULL, 0);
}

static double seconds_of(clockid_t clock)
{
	struct timespec now = { 0 };

	clock_gettime(clock, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double cpu_of(pid_t pid)
{
	clockid_t clock;

	return clock_getcpuclockid(pid, &clock) == 0 ? seconds_of(clock) : 0;
}

struct client {
	int fd;
	size_t due; /* bytes of answers that have not arrived */
};

static void connect_client(struct client *client, int port, int epoll)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = client };
	int on = 1;

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	client->fd = socket(AF_INET, SOCK_STREAM, 0);
	client->due = 0;
	if (client->fd < 0 || connect(client->fd, (struct sockaddr *)&address, sizeof(address)) != 0)
		die("connect");
	setsockopt(client->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (epoll_ctl(epoll, EPOLL_CTL_ADD, client->fd, &event) != 0)
		die("epoll_ctl");
}

static void ask(struct client *client, const struct load_plan *plan, struct gwt_span requests)
{
	if (send(client->fd, requests.ptr, requests.len, MSG_NOSIGNAL) != (ssize_t)requests.len)
		die("send");
	client->due = (size_t)plan->depth * plan->answer_bytes;
}

/* True when all answers that were asked for have arrived. */
static bool take_answers(struct client *client)
{
	static char buffer[256 * 1024];
	ssize_t got = recv(client->fd, buffer, sizeof(buffer), 0);

	if (got <= 0 || (size_t)got > client->due) {
		fprintf(stderr, "a server gave another number of bytes than expected: %.200s\n", buffer);
		exit(1);
	}
	client->due -= (size_t)got;
	return client->due == 0;
}

static struct gwt_span repeat(struct gwt_span request, int depth)
{
	char *bytes = malloc(request.len * (size_t)depth);

	if (!bytes)
		die("malloc");
	for (int i = 0; i < depth; i++)
		memcpy(bytes + request.len * (size_t)i, request.ptr, request.len);
	return (struct gwt_span){ bytes, request.len * (size_t)depth };
}

struct load_result load_run(const struct load_server *server, const struct load_plan *plan)
{
	static struct client clients[MAX_CONNECTIONS];
	struct gwt_span requests = repeat(plan->request, plan->depth);
	int epoll = epoll_create1(EPOLL_CLOEXEC);
	double start, cpu, took, end;
	size_t answered = 0;

	for (int i = 0; i < plan->connections; i++)
		connect_client(&clients[i], server->port, epoll);
	start = seconds_of(CLOCK_MONOTONIC);
	end = start + (double)plan->duration_ms / 1e3;
	cpu = cpu_of(server->pid);
	for (int i = 0; i < plan->connections; i++)
		ask(&clients[i], plan, requests);
	while (seconds_of(CLOCK_MONOTONIC) < end) {
		struct epoll_event events[256];
		int len = epoll_wait(epoll, events, (int)(sizeof(events) / sizeof(events[0])), 100);

		for (int i = 0; i < len; i++) {
			if (!take_answers(events[i].data.ptr))
				continue;
			answered += (size_t)plan->depth;
			ask(events[i].data.ptr, plan, requests);
		}
	}
	took = seconds_of(CLOCK_MONOTONIC) - start;
	cpu = cpu_of(server->pid) - cpu;
	for (int i = 0; i < plan->connections; i++)
		close(clients[i].fd);
	close(epoll);
	free((char *)(uintptr_t)requests.ptr);
	return (struct load_result){ (double)answered / took, cpu * 1e6 / (double)(answered ? answered : 1) };
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double load_median(double *values, size_t len)
{
	qsort(values, len, sizeof(values[0]), compare);
	return values[len / 2];
}
