/*
 * The bare loop as a program, for tests/bench/replay.py: writes its port (an int) to stdout and serves. With the
 * argument "prove" it also proves each request's signature, and stops at one that is wrong: the least that any
 * server does which holds to DESIGN's first promise.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/http/h1_parse.h"
#include "lib/sigv4/sigv4.h"
#include "tests/bench/load.h"

static struct gwt_sigv4 *sigv4;

static size_t lookup(void *arg, struct gwt_span key_id, struct gwt_span out[8])
{
	(void)arg;
	(void)key_id;
	out[0] = gwt_span_of(getenv("GWT_BENCH_SECRET"));
	return 1;
}

static void prove(struct gwt_span bytes)
{
	static struct gwt_arena arena;
	struct gwt_verify_options options = { .lookup = lookup };
	struct gwt_h1_parser parser;
	struct gwt_signature signature;
	struct gwt_request request;

	gwt_arena_reset(&arena);
	gwt_h1_parser_init(&parser);
	if (gwt_h1_parse(&parser, bytes, &arena, &request) != GWT_H1_DONE) {
		fputs("bare_server: a request that cannot be read\n", stderr);
		exit(1);
	}
	gwt_sigv4_verify(sigv4, &request, &options, false, &arena, &signature);
	if (signature.verdict != GWT_SIG_VALID) {
		fprintf(stderr, "bare_server: %s\n", signature.detail);
		exit(1);
	}
}

int main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "prove") == 0 && getenv("GWT_BENCH_SECRET")) {
		sigv4 = gwt_sigv4_new();
		load_serve_looking(STDOUT_FILENO, prove);
	}
	load_serve_bare(STDOUT_FILENO);
	return 1;
}
