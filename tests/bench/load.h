/*
 * load.h - a load generator and the servers it compares, for the programs that measure.
 *
 * Servers run in processes of their own on core 0, the generator on core 1, so that a server's CPU time is
 * its own. Ratios of alternating rounds are what counts: absolute numbers depend on the machine.
 */
#ifndef GWT_BENCH_LOAD_H
#define GWT_BENCH_LOAD_H

#include <sys/types.h>

#include "lib/base/span.h"

struct load_server {
	pid_t pid;
	int port;
};

struct load_plan {
	int connections, depth; /* requests in flight on each */
	struct gwt_span request;
	size_t answer_bytes; /* of each answer: they are counted, not parsed */
	uint64_t duration_ms;
};

struct load_result {
	double requests_per_s, cpu_us; /* of the server, for each request */
};

/* Start `serve`, which listens, reports its port with load_tell_port() and never returns. */
struct load_server load_start(void (*serve)(int tell_fd));
void load_tell_port(int tell_fd, int port);
void load_stop(struct load_server *server);

struct load_result load_run(const struct load_server *server, const struct load_plan *plan);

/* The least that a server on sockets can do: recv, find the ends of requests, send a constant answer. */
void load_serve_bare(int tell_fd);
/* The same, but each complete request is first given to `look`. */
void load_serve_looking(int tell_fd, void (*look)(struct gwt_span request));
/* The answer that both of them send. */
extern const struct gwt_span load_bare_answer;

double load_median(double *values, size_t len);

#endif
