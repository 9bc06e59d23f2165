/*
 * CPU time of one request in process, without a socket: our own part of what tests/bench/replay.py measures.
 *
 *     bench_request [repeat|new] [proof|replay] [REQUESTS]
 *
 * "proof" parses the request and proves its signature, the least that a server of DESIGN's first promise does;
 * "replay" is the whole: parsed, proved, matched, counted, answered. "repeat" is one request over and over, "new" are
 * as many requests as cassettes, none of them remembered when it comes again. Without arguments all four take turns,
 * and medians and their ratio are printed; with arguments one of them runs, for a profiler to look at.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "lib/base/clock.h"
#include "lib/cassette/pack.h"
#include "lib/http/h1_parse.h"
#include "lib/http/h1_write.h"
#include "replayer/server.h"
#include "tests/bench/load.h"
#include "tests/support/cassettes.h"

enum { CASSETTES = 4000, ROUNDS = 7, A_ROUND = 40000 };

#define HUNDRED                                                                                              \
	"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

struct bench {
	struct gwt_arena arena; /* cassettes and requests */
	struct gwt_cassettes cassettes;
	struct gwt_span requests[CASSETTES];
	struct gwt_index *index;
	struct gwt_replayer_options options;
	struct gwt_run run;
	struct gwt_replayer *replayer;
	struct gwt_sigv4 *sigv4;
	struct gwt_h1_parser parser;
	struct gwt_arena scratch;
	struct gwt_buf out;
};

static const char *body_of(struct gwt_arena *arena, size_t i)
{
	return gwt_arena_printf(
		       arena,
		       "{\"type\":\"HTTP\",\"httpMethod\":\"GET\",\"uri\":\"https://example.com/pets/%zu\","
		       "\"timeoutInMillis\":29000,\"requestTemplates\":{\"application/json\":"
		       "\"{\\\"statusCode\\\": 200, \\\"note\\\": \\\"" HUNDRED HUNDRED "\\\"}\\n\"}}",
		       i)
		.ptr;
}

static const char answer[] =
	"{\"cacheNamespace\":\"res001\",\"passthroughBehavior\":\"WHEN_NO_MATCH\","
	"\"timeoutInMillis\":29000,\"type\":\"HTTP\",\"note\":\"" HUNDRED HUNDRED "\"}\n";

static void make_cassettes(struct bench *bench)
{
	struct gwt_arena scratch = { 0 };
	struct gwt_packer packer;

	gwt_packer_init(&packer, &bench->arena);
	bench->cassettes.items = gwt_arena_array(&bench->arena, struct gwt_cassette, CASSETTES);
	bench->cassettes.len = bench->cassettes.cap = CASSETTES;
	for (size_t i = 0; i < CASSETTES; i++) {
		const struct test_step steps[] = {
			{ "put", "PUT", "GET/integration", body_of(&bench->arena, i), 201, answer }, { NULL }
		};
		struct gwt_cassette made = { 0 };

		test_cassette(&scratch, gwt_arena_printf(&scratch, "bench/s%zu", i).ptr,
			      gwt_arena_printf(&scratch, "a%09zu", i).ptr, "res001", steps, &made);
		gwt_pack(&packer, &made, &bench->cassettes.items[i]);
		gwt_arena_reset(&scratch);
	}
	gwt_packer_release(&packer);
	gwt_arena_release(&scratch);
}

/* The bytes of a request as a client signs and sends it. */
static struct gwt_span request_bytes(struct bench *bench, size_t i, int64_t now)
{
	static const struct gwt_credentials credentials = { .access_key_id =
								    GWT_SPAN_INIT(GWT_DUMMY_ACCESS_KEY_ID),
							    .secret_key =
								    GWT_SPAN_INIT(GWT_DUMMY_SECRET_KEY) };
	struct gwt_arena *arena = &bench->arena;
	struct gwt_span body = gwt_span_of(body_of(arena, i));
	struct gwt_buf out;
	struct gwt_headers headers;
	struct gwt_request request;

	gwt_headers_init(&headers, arena);
	gwt_headers_add_view(&headers, GWT_SPAN("Host"), GWT_SPAN("127.0.0.1:43211"));
	gwt_headers_add_view(&headers, GWT_SPAN("Accept"), GWT_SPAN("application/json"));
	gwt_headers_add_view(&headers, GWT_SPAN("Content-Type"), GWT_SPAN("application/json"));
	gwt_headers_add_view(&headers, GWT_SPAN("User-Agent"), GWT_SPAN("bench/1.0 lang/c os/linux md/none"));
	gwt_headers_add_view(&headers, GWT_SPAN("Content-Length"), gwt_arena_printf(arena, "%zu", body.len));
	gwt_request_set(
		&request, GWT_SPAN("PUT"),
		gwt_arena_printf(arena, "/restapis/a%09zu/resources/res001/methods/GET/integration", i),
		&headers, body);
	request.minor_version = 1;
	if (gwt_sigv4_sign(bench->sigv4, &request, &credentials, GWT_SPAN("us-east-1"),
			   GWT_SPAN("apigateway"), now, NULL) != GWT_OK)
		abort();
	gwt_buf_init_in(&out, arena, 2048);
	gwt_h1_write_request(&out, &request);
	return gwt_buf_span(&out);
}

static void start(struct bench *bench)
{
	int64_t now = gwt_clock_now();

	bench->sigv4 = gwt_sigv4_new();
	make_cassettes(bench);
	for (size_t i = 0; i < CASSETTES; i++)
		bench->requests[i] = request_bytes(bench, i, now);
	bench->index = gwt_index_new(&bench->cassettes);
	bench->options =
		(struct gwt_replayer_options){ .match = { .level = GWT_LEVEL_CONTRACT }, .admin = true };
	gwt_run_init(&bench->run, false);
	bench->replayer = gwt_replayer_new(bench->index, &bench->options, &bench->run);
	gwt_buf_init(&bench->out, SIZE_MAX);
}

static void stop(struct bench *bench)
{
	gwt_replayer_free(bench->replayer);
	gwt_run_release(&bench->run);
	gwt_index_free(bench->index);
	gwt_sigv4_free(bench->sigv4);
	gwt_h1_parser_release(&bench->parser);
	gwt_buf_release(&bench->out);
	gwt_arena_release(&bench->scratch);
	gwt_arena_release(&bench->arena);
}

static void must(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "bench_request: %s\n", what);
	exit(1);
}

static void read_request(struct bench *bench, struct gwt_span bytes, struct gwt_request *out)
{
	gwt_arena_reset(&bench->scratch);
	gwt_h1_parser_init(&bench->parser);
	must(gwt_h1_parse(&bench->parser, bytes, &bench->scratch, out) == GWT_H1_DONE,
	     "a request that cannot be read");
}

static void prove(struct bench *bench, struct gwt_span bytes)
{
	struct gwt_verify_options options = { .lookup = gwt_secrets_lookup,
					      .lookup_arg = &bench->options.secrets };
	struct gwt_signature signature;
	struct gwt_request request;

	read_request(bench, bytes, &request);
	gwt_sigv4_verify(bench->sigv4, &request, &options, false, &bench->scratch, &signature);
	must(signature.verdict == GWT_SIG_VALID, signature.detail);
}

static void replay(struct bench *bench, struct gwt_span bytes)
{
	struct gwt_exchange exchange = { .arena = &bench->scratch, .server_arg = bench->replayer };
	struct gwt_request request;

	read_request(bench, bytes, &request);
	exchange.request = &request;
	gwt_headers_init(&exchange.response.headers, &bench->scratch);
	gwt_replayer_handle(&exchange);
	gwt_buf_clear(&bench->out);
	gwt_h1_write_response(&bench->out, &exchange.response, false);
	must(exchange.response.status == 201, "a request that is not answered as recorded");
}

typedef void (*serve_fn)(struct bench *bench, struct gwt_span bytes);

/* Nanoseconds of CPU time per request. */
static double measure(struct bench *bench, serve_fn serve, size_t different, size_t count)
{
	struct timespec before, after;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &before);
	for (size_t i = 0; i < count; i++)
		serve(bench, bench->requests[i % different]);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &after);
	return ((double)(after.tv_sec - before.tv_sec) * 1e9 + (double)(after.tv_nsec - before.tv_nsec)) /
	       (double)count;
}

static void compare(struct bench *bench, const char *load, size_t different)
{
	double least[ROUNDS], whole[ROUNDS], ratio[ROUNDS];

	for (size_t i = 0; i < ROUNDS; i++) {
		least[i] = measure(bench, prove, different, A_ROUND);
		whole[i] = measure(bench, replay, different, A_ROUND);
		ratio[i] = whole[i] - least[i];
	}
	printf("%-8s %12.0f %12.0f %12.0f\n", load, load_median(least, ROUNDS), load_median(whole, ROUNDS),
	       load_median(ratio, ROUNDS));
}

int main(int argc, char **argv)
{
	static struct bench bench;

	start(&bench);
	if (argc > 3) {
		size_t different = strcmp(argv[1], "new") == 0 ? CASSETTES : 1;

		printf("%.0f ns a request\n", measure(&bench, strcmp(argv[2], "proof") == 0 ? prove : replay,
						      different, strtoul(argv[3], NULL, 10)));
	} else {
		printf("%-8s %12s %12s %12s\n", "load", "proof, ns", "replay, ns", "difference");
		compare(&bench, "repeat", 1);
		compare(&bench, "new", CASSETTES);
	}
	stop(&bench);
	return 0;
}
