/*
 * bench_sigv4.c - what proving a signature costs, in CPU time of one core.
 *
 * The request is the one that clients send most: PutIntegration with a body of
 * 400 bytes. Each row is the best of several rounds, since machines are shared.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "lib/sigv4/sigv4.h"

enum { ROUNDS = 15, CALLS = 2000 };

#define SECRET "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"

static size_t lookup(void *arg, struct gwt_span access_key_id, struct gwt_span secrets[8])
{
	(void)arg;
	(void)access_key_id;
	secrets[0] = GWT_SPAN(SECRET);
	return 1;
}

struct bench {
	struct gwt_sigv4 *ctx;
	struct gwt_arena arena, scratch;
	struct gwt_request request;
	enum gwt_signature_verdict want;
	bool explain;
};

static uint64_t cpu_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

static void verify_once(struct bench *bench)
{
	static const struct gwt_verify_options options = { .lookup = lookup };
	struct gwt_signature out;

	gwt_sigv4_verify(bench->ctx, &bench->request, &options, bench->explain, &bench->scratch, &out);
	if (out.verdict != bench->want)
		abort();
	gwt_arena_reset(&bench->scratch);
}

static void measure(struct bench *bench, const char *what)
{
	uint64_t best = UINT64_MAX;

	for (int round = 0; round < ROUNDS; round++) {
		uint64_t start = cpu_ns();

		for (int i = 0; i < CALLS; i++)
			verify_once(bench);
		start = cpu_ns() - start;
		best = start < best ? start : best;
	}
	printf("%-46s %6llu ns\n", what, (unsigned long long)(best / CALLS));
}

static void sign(struct bench *bench, const char *target, struct gwt_span body)
{
	static const struct {
		const char *name, *value;
	} fields[] = {
		{ "Host", "127.0.0.1:18080" },          { "Accept-Encoding", "identity" },
		{ "Content-Type", "application/json" }, { "User-Agent", "aws-cli/2.9.19 Python/3.11.2" },
		{ "Accept", "application/json" },
	};
	struct gwt_credentials credentials = { GWT_SPAN("AKIDEXAMPLE"), GWT_SPAN(SECRET), { NULL, 0 } };
	struct gwt_headers headers;

	gwt_headers_init(&headers, &bench->arena);
	for (size_t i = 0; i < GWT_LEN(fields); i++)
		gwt_headers_add_view(&headers, gwt_span_of(fields[i].name), gwt_span_of(fields[i].value));
	gwt_request_set(&bench->request, GWT_SPAN("PUT"), gwt_span_of(target), &headers, body);
	if (gwt_sigv4_sign(bench->ctx, &bench->request, &credentials, GWT_SPAN("us-east-1"),
			   GWT_SPAN("apigateway"), 1795351197, NULL) != GWT_OK)
		abort();
}

int main(void)
{
	static char body[400];
	struct bench bench = { .ctx = gwt_sigv4_new() };
	struct gwt_span all = { body, sizeof(body) };

	memset(body, 'x', sizeof(body));
	sign(&bench, "/restapis/a1b2c3d4e5/resources/r0s0rc/methods/POST/integration", all);
	measure(&bench, "verify, PUT of 400 bytes");
	bench.explain = true;
	measure(&bench, "the same, explained");
	bench.explain = false;
	sign(&bench, "/restapis/a1b2c3d4e5/resources/r%20s%2Frc/methods/POST/integration", all);
	measure(&bench, "verify, a path with escapes");
	sign(&bench, "/restapis/a1b2c3d4e5/resources/../methods/POST/integration?b=2&a=1", all);
	bench.want = GWT_SIG_VALID_NORMALIZED_PATH;
	measure(&bench, "verify, a path with dots and a query");
	body[0] = 'y';
	bench.want = GWT_SIG_INVALID;
	measure(&bench, "refuse, every known mistake tried");
	gwt_arena_release(&bench.arena);
	gwt_arena_release(&bench.scratch);
	gwt_sigv4_free(bench.ctx);
	return 0;
}
