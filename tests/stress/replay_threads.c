/*
 * replay_threads.c - one replay, four threads that answer, eight clients that ask at once.
 *
 * Not a Criterion test: ThreadSanitizer cannot watch those. First every client runs its own session of right and
 * wrong calls, and each verdict must be the one that a single thread would have given. Then the same while the
 * cassettes are replaced over and over and the admin API is asked, where only the sums must be right.
 */
#include <arpa/inet.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/http/h1_write.h"
#include "lib/net/workers.h"
#include "replayer/workers.h"
#include "tests/support/cassettes.h"

enum { CLIENTS = 8, ROUNDS = 60, THREADS = 4, REPLACEMENTS = 40 };

#define GOOD "{\"type\":\"MOCK\",\"timeoutInMillis\":29000}"
#define BAD  "{\"type\":\"MOCK\",\"timeoutInMillis\":28999}"

static void must(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "replay_threads: %s\n", what);
	exit(1);
}

/* What each client asks in each round, and the status that it gets in a session of its own. */
static const struct {
	const char *method, *body;
	bool badly_signed;
	int status;
} calls[] = {
	{ "PUT", GOOD, false, 201 }, { "GET", NULL, false, 200 }, { "PUT", BAD, false, 422 },
	{ "GET", NULL, true, 422 },  { "GET", NULL, false, 200 },
};

struct client {
	pthread_t thread;
	int number, port;
	bool exact; /* check each status */
	size_t matched, broken;
};

static int connect_to(int port)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	must(fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0, "cannot connect");
	return fd;
}

/* Send the request and read the answer to its end, where the server closes the connection. */
static int exchange(int port, struct gwt_span request)
{
	char answer[32768];
	size_t len = 0;
	int fd = connect_to(port);
	ssize_t got;

	must(send(fd, request.ptr, request.len, MSG_NOSIGNAL) == (ssize_t)request.len, "cannot send");
	while (len < sizeof(answer) - 1 && (got = recv(fd, answer + len, sizeof(answer) - 1 - len, 0)) > 0)
		len += (size_t)got;
	close(fd);
	answer[len] = '\0';
	must(len > 12 && strncmp(answer, "HTTP/1.1 ", 9) == 0, "no answer came");
	return (int)strtoul(answer + 9, NULL, 10);
}

static void write_call(struct gwt_sigv4 *sigv4, const struct client *client, size_t which,
		       struct gwt_arena *arena, struct gwt_buf *out)
{
	char key[16], host[32];
	struct gwt_credentials credentials = { .access_key_id = { key, 0 },
					       .secret_key = GWT_SPAN(GWT_DUMMY_SECRET_KEY) };
	struct gwt_span body = calls[which].body ? gwt_span_of(calls[which].body) : GWT_SPAN("");
	struct gwt_headers headers;
	struct gwt_request request;

	credentials.access_key_id.len = (size_t)snprintf(key, sizeof(key), "CLIENT%d", client->number);
	snprintf(host, sizeof(host), "127.0.0.1:%d", client->port);
	gwt_headers_init(&headers, arena);
	gwt_headers_add_view(&headers, GWT_SPAN("Host"), gwt_span_of(host));
	gwt_headers_add_view(&headers, GWT_SPAN("Accept"), GWT_SPAN("application/json"));
	if (body.len)
		gwt_headers_add_view(&headers, GWT_SPAN("Content-Type"), GWT_SPAN("application/json"));
	gwt_request_set(&request, gwt_span_of(calls[which].method),
			GWT_SPAN("/restapis/abcdefghij/resources/res001/methods/GET/integration"), &headers,
			body);
	request.minor_version = 1;
	must(gwt_sigv4_sign(sigv4, &request, &credentials, GWT_SPAN("us-east-1"), GWT_SPAN("apigateway"),
			    gwt_clock_now(), NULL) == GWT_OK,
	     "cannot sign");
	gwt_headers_add_view(&request.headers, GWT_SPAN("Connection"), GWT_SPAN("close"));
	gwt_headers_add_view(&request.headers, GWT_SPAN("Content-Length"),
			     gwt_arena_printf(arena, "%zu", body.len));
	if (calls[which].badly_signed)
		gwt_headers_add_view(&request.headers, GWT_SPAN("X-Amz-Meta"), GWT_SPAN("not signed"));
	gwt_h1_write_request(out, &request);
}

static void *run_client(void *arg)
{
	struct client *client = arg;
	struct gwt_sigv4 *sigv4 = gwt_sigv4_new();
	gwt_auto(gwt_buf_release) struct gwt_buf bytes = { .max = SIZE_MAX };
	struct gwt_arena arena = { 0 };

	for (size_t i = 0; i < ROUNDS * GWT_LEN(calls); i++) {
		size_t which = i % GWT_LEN(calls);
		int status;

		gwt_buf_clear(&bytes);
		write_call(sigv4, client, which, &arena, &bytes);
		status = exchange(client->port, gwt_buf_span(&bytes));
		must(!client->exact || status == calls[which].status, "a verdict is not that of the session");
		must(status == 200 || status == 201 || status == 422, "an answer is none of ours");
		client->matched += status != 422;
		client->broken += status == 422;
		gwt_arena_reset(&arena);
	}
	gwt_arena_release(&arena);
	gwt_sigv4_free(sigv4);
	return NULL;
}

/* ---- the server ---- */

struct side {
	struct gwt_loop *loop;
	struct gwt_server *server;
	struct gwt_replayer *replayer;
	struct gwt_index *indexes[2];
	atomic_bool done; /* the clients are done */
	int ticks;
	bool replaces;
	size_t replaced; /* not atomic: only one reload runs at a time */
};

/* Reload from a folder that has changed each time. */
static gwt_status reload(void *arg, bool *changed, struct gwt_error *err)
{
	struct side *side = arg;

	(void)err;
	gwt_replayer_replace(side->replayer, side->indexes[++side->replaced % 2]);
	*changed = true;
	return GWT_OK;
}

static void on_closed(void *arg)
{
	gwt_loop_stop(((struct side *)arg)->loop);
}

/* Runs on the main loop every few milliseconds and reloads as a watched folder would. */
static void on_tick(void *arg)
{
	struct side *side = arg;
	bool changed;

	if (side->server && atomic_load(&side->done)) {
		gwt_server_close(side->server, on_closed, side);
		side->server = NULL;
	} else if (side->replaces && side->ticks++ < REPLACEMENTS) {
		must(gwt_replayer_reload(side->replayer, &changed, NULL) == GWT_OK, "cannot reload");
	}
}

static void *run_clients(void *arg)
{
	struct side *side = arg;
	struct client clients[CLIENTS] = { 0 };
	const char *admin = "GET /_gwtape/journal HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
	const char *ask_reload =
		"POST /_gwtape/reload HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
	int port = (int)strtoul(strrchr(gwt_server_url(side->server), ':') + 1, NULL, 10);

	for (int i = 0; i < CLIENTS; i++) {
		clients[i] = (struct client){ .number = i, .port = port, .exact = !side->replaces };
		must(pthread_create(&clients[i].thread, NULL, run_client, &clients[i]) == 0,
		     "cannot start a thread");
	}
	for (int i = 0; i < ROUNDS; i++)
		must(exchange(port, gwt_span_of(admin)) == 200, "the admin API did not answer");
	for (int i = 0; side->replaces && i < REPLACEMENTS; i++)
		must(exchange(port, gwt_span_of(ask_reload)) == 200, "the admin API did not reload");
	for (int i = 0; i < CLIENTS; i++) {
		pthread_join(clients[i].thread, NULL);
		must(clients[i].matched + clients[i].broken == ROUNDS * GWT_LEN(calls),
		     "an answer is missing");
	}
	atomic_store(&side->done, true);
	return NULL;
}

static void make_cassettes(struct gwt_arena *arena, struct gwt_cassettes *out)
{
	static const struct test_step steps[] = {
		{ "put", "PUT", "GET/integration", GOOD, 201,
		  "{\"cacheNamespace\":\"res001\",\"type\":\"MOCK\"}\n" },
		{ "get", "GET", "GET/integration", NULL, 200,
		  "{\"cacheNamespace\":\"res001\",\"type\":\"MOCK\"}\n" },
		{ NULL },
	};
	static const struct gwt_span names[] = { GWT_SPAN_INIT("accept"), GWT_SPAN_INIT("content-type"),
						 GWT_SPAN_INIT("host"), GWT_SPAN_INIT("x-amz-date") };

	*out = (struct gwt_cassettes){ gwt_arena_array(arena, struct gwt_cassette, 1), 1, 1,
				       .fingerprint = 0 };
	test_cassette(arena, "threads/one", "abcdefghij", "res001", steps, &out->items[0]);
	for (size_t i = 0; i < 2; i++) {
		out->items[0].interactions[i].signed_headers = (struct gwt_span *)(uintptr_t)names;
		out->items[0].interactions[i].signed_header_count = GWT_LEN(names);
	}
}

static void play(const struct gwt_cassettes *cassettes, bool replaces)
{
	struct gwt_replayer_options options = { .match = { .level = GWT_LEVEL_CONTRACT },
						.session_by = GWT_SESSION_BY_ACCESS_KEY,
						.admin = true,
						.check_clock = true };
	struct side side = { .loop = gwt_loop_new(), .replaces = replaces };
	struct gwt_server_options listen = { .handler = gwt_replayer_handle,
					     .refused = gwt_replayer_refused,
					     .server_header = "replay",
					     .reuse_port = true };
	struct gwt_worker *answering[THREADS - 1];
	struct gwt_workers *workers;
	void *args[THREADS - 1];
	struct gwt_run run;
	pthread_t asking;

	options.reload = reload;
	options.reload_arg = &side;
	for (size_t i = 0; i < 2; i++)
		side.indexes[i] = gwt_index_new(cassettes);
	gwt_run_init(&run, false);
	side.replayer = gwt_replayer_new(side.indexes[0], &options, &run);
	gwt_replayer_share(side.replayer);
	listen.arg = side.replayer;
	must(gwt_server_new(side.loop, &listen, &side.server, NULL) == GWT_OK, "cannot listen");
	for (size_t i = 0; i < THREADS - 1; i++)
		args[i] = answering[i] = gwt_worker_new(side.replayer);
	listen.handler = gwt_worker_handle;
	listen.refused = gwt_worker_refused;
	must(gwt_workers_start(side.server, &listen, args, NULL, THREADS - 1, &workers, NULL) == GWT_OK,
	     "cannot start workers");
	must(pthread_create(&asking, NULL, run_clients, &side) == 0, "cannot start a thread");
	gwt_loop_after(side.loop, 2, 2, on_tick, &side);
	gwt_loop_run(side.loop);
	pthread_join(asking, NULL);
	gwt_workers_stop(workers, 1000);
	must(run.matched + run.broken == CLIENTS * ROUNDS * GWT_LEN(calls),
	     "the run counts other requests than were sent");
	must(replaces || run.matched == CLIENTS * ROUNDS * 3,
	     "the run counts other verdicts than were given");
	printf("%zu requests, %zu matched, %zu broken, %zu replacements\n", run.count, run.matched,
	       run.broken, side.replaced);
	for (size_t i = 0; i < THREADS - 1; i++)
		gwt_worker_free(answering[i]);
	gwt_loop_free(side.loop);
	gwt_replayer_free(side.replayer);
	gwt_run_release(&run);
	for (size_t i = 0; i < 2; i++)
		gwt_index_free(side.indexes[i]);
}

int main(void)
{
	struct gwt_arena arena = { 0 };
	struct gwt_cassettes cassettes;

	make_cassettes(&arena, &cassettes);
	play(&cassettes, false);
	play(&cassettes, true);
	gwt_arena_release(&arena);
	return 0;
}
