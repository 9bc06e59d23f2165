#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/bench/load.h"

#define SIXTY "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

const struct gwt_span load_bare_answer = GWT_SPAN_INIT(
	"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 600\r\n\r\n" SIXTY SIXTY SIXTY
		SIXTY SIXTY SIXTY SIXTY SIXTY SIXTY SIXTY);

enum { ROOM = 64 * 1024 };

struct conn {
	int fd;
	size_t len;
	char bytes[ROOM];
};

/* Length of the first request in `bytes`, 0 when it is not complete. */
static size_t request_len(struct gwt_span bytes)
{
	size_t end = gwt_span_find_span(bytes, GWT_SPAN("\r\n\r\n"));
	struct gwt_span head = gwt_span_slice(bytes, 0, end);
	size_t at = gwt_span_find_span(head, GWT_SPAN("\r\nContent-Length: "));
	size_t body = at < head.len ? strtoul(head.ptr + at + 18, NULL, 10) : 0;

	if (end == bytes.len || end + 4 + body > bytes.len)
		return 0;
	return end + 4 + body;
}

/* Answer what has arrived; each request is first given to `look`, unless that is NULL. */
static bool answer(struct conn *conn, void (*look)(struct gwt_span request))
{
	static char out[ROOM * 4];
	ssize_t got = recv(conn->fd, conn->bytes + conn->len, ROOM - conn->len, 0);
	size_t used = 0, len, out_len = 0;

	if (got <= 0)
		return false;
	conn->len += (size_t)got;
	while ((len = request_len((struct gwt_span){ conn->bytes + used, conn->len - used }))) {
		if (look)
			look((struct gwt_span){ conn->bytes + used, len });
		used += len;
		memcpy(out + out_len, load_bare_answer.ptr, load_bare_answer.len);
		out_len += load_bare_answer.len;
	}
	memmove(conn->bytes, conn->bytes + used, conn->len - used);
	conn->len -= used;
	return out_len == 0 || send(conn->fd, out, out_len, MSG_NOSIGNAL) == (ssize_t)out_len;
}

static void accept_one(int epoll, int listener)
{
	struct conn *conn = calloc(1, sizeof(*conn));
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = conn };
	int on = 1;

	if (!conn)
		exit(1);
	conn->fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	setsockopt(conn->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	epoll_ctl(epoll, EPOLL_CTL_ADD, conn->fd, &event);
}

void load_serve_bare(int tell_fd)
{
	load_serve_looking(tell_fd, NULL);
}

void load_serve_looking(int tell_fd, void (*look)(struct gwt_span request))
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(address);
	int listener = socket(AF_INET, SOCK_STREAM, 0), epoll = epoll_create1(EPOLL_CLOEXEC);
	struct epoll_event event = { .events = EPOLLIN }, events[256];

	if (bind(listener, (struct sockaddr *)&address, len) != 0 || listen(listener, 511) != 0)
		exit(1);
	getsockname(listener, (struct sockaddr *)&address, &len);
	epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
	load_tell_port(tell_fd, ntohs(address.sin_port));
	for (;;) {
		int count = epoll_wait(epoll, events, (int)(sizeof(events) / sizeof(events[0])), -1);

		for (int i = 0; i < count; i++) {
			struct conn *conn = events[i].data.ptr;

			if (!conn) {
				accept_one(epoll, listener);
			} else if (!answer(conn, look)) {
				close(conn->fd);
				free(conn);
			}
		}
	}
}
