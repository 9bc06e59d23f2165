/*
 * Cost of finding an answer, for 10 to 100,000 cassettes: time a request, and memory a cassette.
 *
 * Each cassette is a put and a get of its own ids; requests alternate over all of them, so that nothing is warm by
 * accident. Prints one line a size; the ratio to the smallest says whether matching slows down.
 */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/base/clock.h"
#include "lib/match/session.h"
#include "tests/support/cassettes.h"

enum { ROUNDS = 20000 };

static const char *body_of(struct gwt_arena *arena, size_t i)
{
	return gwt_arena_printf(
		       arena,
		       "{\"type\":\"HTTP\",\"httpMethod\":\"GET\",\"uri\":\"https://example.com/%zu\","
		       "\"timeoutInMillis\":29000,\"passthroughBehavior\":\"WHEN_NO_MATCH\"}",
		       i % 997)
		.ptr;
}

static void make(struct gwt_arena *arena, size_t count, struct gwt_cassettes *out)
{
	*out = (struct gwt_cassettes){ gwt_arena_array(arena, struct gwt_cassette, count), count, count };
	for (size_t i = 0; i < count; i++) {
		const struct test_step steps[] = {
			{ "put", "PUT", "GET/integration", body_of(arena, i), 201,
			  "{\"cacheNamespace\":\"res001\",\"type\":\"HTTP\"}\n" },
			{ "get", "GET", "GET/integration", NULL, 200,
			  "{\"cacheNamespace\":\"res001\",\"type\":\"HTTP\"}\n" },
			{ NULL },
		};

		test_cassette(arena, gwt_arena_printf(arena, "bench/s%zu", i).ptr,
			      gwt_arena_printf(arena, "a%09zu", i).ptr, "res001", steps, &out->items[i]);
	}
}

static double nanoseconds_a_request(struct gwt_index *index, size_t count)
{
	struct gwt_match_options options = { .level = GWT_LEVEL_CONTRACT };
	struct gwt_session *session = gwt_session_new(index, &options);
	struct gwt_arena arena = { 0 }, made = { 0 };
	uint64_t spent = 0;

	for (size_t i = 0; i < ROUNDS; i++) {
		size_t which = (i / 2 * 7919) % count;
		struct gwt_request request;
		struct gwt_match_result result;
		uint64_t start;

		test_request(&made, i % 2 ? "GET" : "PUT",
			     gwt_arena_printf(&made,
					      "/restapis/a%09zu/resources/res001/methods/GET/integration",
					      which)
				     .ptr,
			     i % 2 ? NULL : body_of(&made, which), &request);
		start = gwt_clock_monotonic_ns();
		gwt_session_find(session, &request, &arena, &result);
		if (result.ok)
			gwt_session_take(session);
		spent += gwt_clock_monotonic_ns() - start;
		if (!result.ok) {
			fprintf(stderr, "not matched: %s\n", gwt_verdict_word(result.verdict));
			exit(1);
		}
		gwt_arena_reset(&arena);
		gwt_arena_reset(&made);
	}
	gwt_session_free(session);
	gwt_arena_release(&arena);
	gwt_arena_release(&made);
	return (double)spent / ROUNDS;
}

int main(void)
{
	static const size_t sizes[] = { 10, 1000, 10000, 100000 };
	double first = 0;

	printf("%10s %14s %10s %14s %16s\n", "cassettes", "ns a request", "ratio", "index ms",
	       "index B/cassette");
	for (size_t i = 0; i < GWT_LEN(sizes); i++) {
		struct gwt_arena arena = { 0 };
		struct gwt_cassettes cassettes;
		struct gwt_index *index;
		uint64_t start;
		size_t before;
		double each;

		make(&arena, sizes[i], &cassettes);
		before = mallinfo2().uordblks + mallinfo2().hblkhd;
		start = gwt_clock_monotonic_ns();
		index = gwt_index_new(&cassettes);
		start = gwt_clock_monotonic_ns() - start;
		each = nanoseconds_a_request(index, sizes[i]);
		first = first > 0 ? first : each;
		printf("%10zu %14.0f %10.2f %14.1f %16zu\n", sizes[i], each, each / first,
		       (double)start / 1e6, (mallinfo2().uordblks + mallinfo2().hblkhd - before) / sizes[i]);
		gwt_index_free(index);
		gwt_arena_release(&arena);
	}
	return 0;
}
