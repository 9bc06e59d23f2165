#include "tests/support/script_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/base/arena.h"

enum { MAX_REQUESTS = 64, MAX_CONNECTIONS = 64, MAX_REQUEST_BYTES = 64 * 1024 };

struct gwt_script_server {
	const struct gwt_script_step *steps;
	size_t count, hold;
	int listener;
	unsigned port;
	char url[64];
	pthread_t acceptor, workers[MAX_CONNECTIONS];
	pthread_mutex_t lock;
	pthread_cond_t arrived;
	int sockets[MAX_CONNECTIONS];
	size_t connections, requests;
	char *received[MAX_REQUESTS];
	size_t sizes[MAX_REQUESTS];
	bool stopping;
};

struct worker {
	struct gwt_script_server *server;
	int fd;
};

/* Bytes of the request at the start of `text`, or 0 when it is not complete. */
static size_t request_size(const char *text, size_t len)
{
	const char *end = memmem(text, len, "\r\n\r\n", 4), *length;
	size_t head;

	if (!end)
		return 0;
	head = (size_t)(end - text) + 4;
	length = memmem(text, head, "Content-Length: ", 16);
	if (length)
		head += (size_t)strtoul(length + 16, NULL, 10);
	return head <= len ? head : 0;
}

/* Keep the request and return its step; NULL when none is left. Waits for `hold` requests. */
static const struct gwt_script_step *keep_request(struct gwt_script_server *s, const char *text, size_t len)
{
	const struct gwt_script_step *step = NULL;
	size_t n, hold;

	pthread_mutex_lock(&s->lock);
	n = s->requests;
	if (n < MAX_REQUESTS) {
		s->received[n] = memcpy(gwt_xrealloc(NULL, len + 1), text, len);
		s->sizes[n] = len;
		s->requests++;
	}
	pthread_cond_broadcast(&s->arrived);
	if (n < s->count)
		step = &s->steps[n];
	hold = step && step->hold > s->hold ? step->hold : s->hold;
	while (s->requests < hold && !s->stopping)
		pthread_cond_wait(&s->arrived, &s->lock);
	pthread_mutex_unlock(&s->lock);
	return step;
}

static bool answer(int fd, const struct gwt_script_step *step)
{
	size_t len = step && step->answer ? strlen(step->answer) : 0, sent = 0;

	if (step && step->silent)
		return true;
	if (!len)
		return false;
	while (sent < len) {
		ssize_t put = send(fd, step->answer + sent, len - sent, MSG_NOSIGNAL);

		if (put <= 0)
			return false;
		sent += (size_t)put;
	}
	return !step->close;
}

static void *serve(void *arg)
{
	struct worker *worker = arg;
	char *text = gwt_xrealloc(NULL, MAX_REQUEST_BYTES);
	size_t len = 0, size;
	ssize_t got;

	while ((got = recv(worker->fd, text + len, MAX_REQUEST_BYTES - len, 0)) > 0) {
		len += (size_t)got;
		size = request_size(text, len);
		if (!size)
			continue;
		if (!answer(worker->fd, keep_request(worker->server, text, size)))
			break;
		memmove(text, text + size, len - size);
		len -= size;
	}
	shutdown(worker->fd, SHUT_RDWR); /* stop() closes it, so that its number is not used again before */
	free(text);
	free(worker);
	return NULL;
}

static void *accept_all(void *arg)
{
	struct gwt_script_server *s = arg;
	int fd;

	while ((fd = accept(s->listener, NULL, NULL)) >= 0) {
		struct worker *worker = gwt_xcalloc(1, sizeof(*worker));

		*worker = (struct worker){ s, fd };
		pthread_mutex_lock(&s->lock);
		if (s->connections == MAX_CONNECTIONS)
			abort();
		s->sockets[s->connections] = fd;
		pthread_create(&s->workers[s->connections++], NULL, serve, worker);
		pthread_mutex_unlock(&s->lock);
	}
	return NULL;
}

struct gwt_script_server *gwt_script_server_start(const struct gwt_script_step *steps, size_t count,
						  size_t hold)
{
	struct gwt_script_server *s = gwt_xcalloc(1, sizeof(*s));
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(address);

	s->steps = steps;
	s->count = count;
	s->hold = hold;
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->arrived, NULL);
	s->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (s->listener < 0 || bind(s->listener, (struct sockaddr *)&address, size) != 0 ||
	    listen(s->listener, 64) != 0 || getsockname(s->listener, (struct sockaddr *)&address, &size) != 0)
		abort();
	s->port = ntohs(address.sin_port);
	snprintf(s->url, sizeof(s->url), "http://127.0.0.1:%u", s->port);
	pthread_create(&s->acceptor, NULL, accept_all, s);
	return s;
}

const char *gwt_script_server_url(const struct gwt_script_server *server)
{
	return server->url;
}

unsigned gwt_script_server_port(const struct gwt_script_server *server)
{
	return server->port;
}

struct gwt_span gwt_script_server_request(struct gwt_script_server *s, size_t n)
{
	struct gwt_span text = { NULL, 0 };

	pthread_mutex_lock(&s->lock);
	if (n < s->requests)
		text = (struct gwt_span){ s->received[n], s->sizes[n] };
	pthread_mutex_unlock(&s->lock);
	return text;
}

size_t gwt_script_server_connections(struct gwt_script_server *s)
{
	size_t count;

	pthread_mutex_lock(&s->lock);
	count = s->connections;
	pthread_mutex_unlock(&s->lock);
	return count;
}

void gwt_script_server_stop(struct gwt_script_server *s)
{
	pthread_mutex_lock(&s->lock);
	s->stopping = true;
	pthread_cond_broadcast(&s->arrived);
	pthread_mutex_unlock(&s->lock);
	shutdown(s->listener, SHUT_RDWR); /* ends accept() */
	pthread_join(s->acceptor, NULL);
	close(s->listener);
	for (size_t i = 0; i < s->connections; i++) {
		shutdown(s->sockets[i], SHUT_RDWR);
		pthread_join(s->workers[i], NULL);
		close(s->sockets[i]);
	}
	for (size_t i = 0; i < s->requests; i++)
		free(s->received[i]);
	free(s);
}
