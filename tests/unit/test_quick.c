/*
 * The quick ways of finding an answer, broken on purpose: hashes that all collide, bodies that are nearly one that was
 * recorded, bodies that are one and say that they are something else. Each request is looked for quickly and the long
 * way (a request that comes again is read in full), and both must say the same; what must be said is known from how the
 * cassettes were made.
 */
#include <criterion/criterion.h>

#include "lib/base/map.h"
#include "lib/contract/cache.h"
#include "lib/match/index.h"
#include "lib/match/session.h"
#include "tests/support/cassettes.h"

enum { CASSETTES = 12, BODY_VARIANTS = 9 };

static struct gwt_arena arena;
static struct gwt_cassette items[CASSETTES + 1];
static struct gwt_cassettes cassettes = { items, 0, CASSETTES + 1 };

static void setup(void)
{
	gwt_hash_quick_mask = UINT64_MAX;
	cassettes.len = 0;
}

static void teardown(void)
{
	gwt_hash_quick_mask = UINT64_MAX;
	gwt_arena_release(&arena);
}

TestSuite(quick, .init = setup, .fini = teardown);

/* All bodies have the same length. */
static const char *body_of(size_t i)
{
	return gwt_arena_printf(&arena, "{\"type\":\"MOCK\",\"timeoutInMillis\":29%03zu,\"uri\":\"a b\"}", i)
		.ptr;
}

static void add_cassette(size_t i)
{
	const struct test_step steps[] = {
		{ "put", "PUT", "GET/integration", body_of(i), 201, "{\"type\":\"MOCK\"}\n" }, { NULL }
	};

	test_cassette(&arena, gwt_arena_printf(&arena, "t/s%zu", i).ptr,
		      gwt_arena_printf(&arena, "api%07zu", i).ptr, "res001", steps, &items[cassettes.len++]);
}

/* Changes of one or two bytes of a body; `right`: it is still the same JSON. */
static const struct variant {
	const char *label;
	struct gwt_span (*make)(struct gwt_span body);
	bool right;
} variants[BODY_VARIANTS];

static struct gwt_span as_it_is(struct gwt_span body)
{
	return body;
}

static struct gwt_span cut_short(struct gwt_span body)
{
	return gwt_span_slice(body, 0, body.len - 1);
}

static struct gwt_span with_blank_after(struct gwt_span body)
{
	return gwt_arena_printf(&arena, GWT_SPAN_FMT " ", GWT_SPAN_ARG(body));
}

static struct gwt_span with_more_after(struct gwt_span body)
{
	return gwt_arena_printf(&arena, GWT_SPAN_FMT "}", GWT_SPAN_ARG(body));
}

/* `body` with `with` in place of `needle`. */
static struct gwt_span replaced(struct gwt_span body, const char *needle, const char *with)
{
	size_t at = gwt_span_find_span(body, gwt_span_of(needle));

	return gwt_arena_printf(&arena, GWT_SPAN_FMT "%s" GWT_SPAN_FMT,
				GWT_SPAN_ARG(gwt_span_slice(body, 0, at)), with,
				GWT_SPAN_ARG(gwt_span_slice(body, at + strlen(needle), body.len)));
}

static struct gwt_span spaced(struct gwt_span body)
{
	return replaced(body, "\":29", "\": 29");
}

/* Without its blanks it is the recorded body, but it is not JSON. */
static struct gwt_span blank_in_a_number(struct gwt_span body)
{
	return replaced(body, ":29", ":2 9");
}

static struct gwt_span blank_in_a_string(struct gwt_span body)
{
	return replaced(body, "a b", "ab");
}

static struct gwt_span other_case(struct gwt_span body)
{
	return replaced(body, "MOCK", "MOCk");
}

static struct gwt_span twice(struct gwt_span body)
{
	return replaced(body, "{", "{\"uri\":\"a b\",");
}

static const struct variant variants[BODY_VARIANTS] = {
	{ "as it is", as_it_is, true },
	{ "cut short", cut_short, false },
	{ "a blank after it", with_blank_after, true },
	{ "a brace after it", with_more_after, false },
	{ "spaced", spaced, true },
	{ "a blank in a number", blank_in_a_number, false },
	{ "a blank less in a string", blank_in_a_string, false },
	{ "another letter", other_case, false },
	{ "a member twice", twice, false },
};

static const struct type {
	const char *first, *second; /* Content-Type; NULL: not sent */
	bool right;
} types[] = {
	{ "application/json", NULL, true },          { "text/plain", NULL, false },
	{ "application/jsonx", NULL, false },        { NULL, NULL, false },
	{ "application/json", "text/plain", false }, { "text/plain", "application/json", false },
};

static void make_request(const char *api, struct gwt_span body, const struct type *type,
			 struct gwt_request *out)
{
	struct gwt_headers headers;

	gwt_headers_init(&headers, &arena);
	gwt_headers_add_view(&headers, GWT_SPAN("Accept"), GWT_SPAN("application/json"));
	if (type->first)
		gwt_headers_add_view(&headers, GWT_SPAN("Content-Type"), gwt_span_of(type->first));
	if (type->second)
		gwt_headers_add_view(&headers, GWT_SPAN("Content-Type"), gwt_span_of(type->second));
	gwt_headers_add_view(
		&headers, GWT_SPAN("Authorization"),
		GWT_SPAN("AWS4-HMAC-SHA256 Credential=K/20260101/us-east-1/apigateway/aws4_request, "
			 "SignedHeaders=accept;host;x-amz-date, Signature=00"));
	gwt_request_set(
		out, GWT_SPAN("PUT"),
		gwt_arena_printf(&arena, "/restapis/%s/resources/res001/methods/GET/integration", api),
		&headers, body);
}

/* Search quickly and the long way: a cache has the whole contract of a request that comes again. */
static void find_both(const struct gwt_index *index, const struct gwt_request *request,
		      struct gwt_match_result out[2])
{
	struct gwt_contract_cache *cache = gwt_contract_cache_new();
	struct gwt_match_options quick = { .level = GWT_LEVEL_CONTRACT },
				 whole = { .level = GWT_LEVEL_CONTRACT, .cache = cache };
	struct gwt_session *sessions[] = { gwt_session_new(index, &quick), gwt_session_new(index, &whole) };

	gwt_session_find(sessions[0], request, &arena, &out[0]);
	gwt_session_find(sessions[1], request, &arena, &out[1]);
	gwt_session_find(sessions[1], request, &arena, &out[1]);
	gwt_session_free(sessions[0]);
	gwt_session_free(sessions[1]);
	gwt_contract_cache_free(cache);
}

static void expect_same(const struct gwt_match_result out[2], const char *label)
{
	cr_assert_eq(out[0].ok, out[1].ok, "%s", label);
	cr_assert_eq(out[0].verdict, out[1].verdict, "%s: %s and %s", label, gwt_verdict_word(out[0].verdict),
		     gwt_verdict_word(out[1].verdict));
	cr_assert_eq(out[0].level, out[1].level, "%s", label);
	cr_assert_eq(out[0].entry, out[1].entry, "%s", label);
	cr_assert_eq(out[0].comparison.len, out[1].comparison.len, "%s", label);
	for (size_t i = 0; i < out[0].comparison.len; i++)
		cr_assert(out[0].comparison.differences[i].verdict ==
					  out[1].comparison.differences[i].verdict &&
				  gwt_span_eq(out[0].comparison.differences[i].at,
					      out[1].comparison.differences[i].at),
			  "%s", label);
	cr_assert(gwt_span_eq(out[0].response.body, out[1].response.body), "%s", label);
}

static size_t check_all(uint64_t mask)
{
	struct gwt_index *index;
	size_t right = 0;

	gwt_hash_quick_mask = mask;
	index = gwt_index_new(&cassettes);
	for (size_t n = 0; n < CASSETTES * BODY_VARIANTS * GWT_LEN(types); n++) {
		size_t i = n % CASSETTES;
		const struct variant *variant = &variants[n / CASSETTES % BODY_VARIANTS];
		const struct type *type = &types[n / CASSETTES / BODY_VARIANTS];
		const char *label = gwt_arena_printf(&arena, "body %zu, %s, sent as %s and %s", i,
						     variant->label, type->first, type->second)
					    .ptr;
		struct gwt_match_result out[2];
		struct gwt_request request;

		make_request("mine", variant->make(gwt_span_of(body_of(i))), type, &request);
		find_both(index, &request, out);
		expect_same(out, label);
		cr_assert_eq(out[0].ok, variant->right && type->right, "%s: %s", label,
			     gwt_verdict_word(out[0].verdict));
		cr_assert(!out[0].ok || out[0].entry->cassette_index == i, "%s: of another cassette", label);
		right += out[0].ok;
	}
	gwt_index_free(index);
	return right;
}

Test(quick, what_nearly_was_recorded_is_no_match)
{
	for (size_t i = 0; i < CASSETTES; i++)
		add_cassette(i);
	cr_expect_eq(check_all(UINT64_MAX), 3u * CASSETTES);
}

Test(quick, hashes_that_collide_change_nothing)
{
	for (size_t i = 0; i < CASSETTES; i++)
		add_cassette(i);
	cr_expect_eq(check_all(0), 3u * CASSETTES);
	cr_expect_eq(check_all(1), 3u * CASSETTES);
}

/* All hashes of the cache collide: each request is compared with the kept one, and the next replaces it. */
Test(quick, a_cache_whose_hashes_collide_gives_nobody_the_contract_of_another)
{
	struct gwt_contract_cache *cache = gwt_contract_cache_new();

	gwt_hash_quick_mask = 0;
	for (size_t n = 0; n < 400; n++) {
		struct gwt_contract kept, made;
		struct gwt_request request;

		make_request(n % 3 ? "mine" : "other", variants[n % 5].make(gwt_span_of(body_of(n / 2 % 7))),
			     &types[n % 2], &request);
		gwt_contract_cache_make(cache, &request, &arena, &kept, NULL);
		gwt_contract_make(&request, &arena, &made);
		cr_assert(gwt_span_eq(kept.bytes, made.bytes), "request %zu", n);
		cr_assert_eq(kept.body_error, made.body_error, "request %zu", n);
	}
	gwt_contract_cache_free(cache);
}

/*
 * One scenario has the value as text, the other has an id in its place: the bytes are those of the first, and
 * both answer. A search for the bytes alone would miss that the request is ambiguous.
 */
Test(quick, a_variable_in_a_body_is_not_passed_over)
{
	static const char body[] = "{\"type\":\"HTTP\",\"connectionId\":\"res001\"}";
	const char *answers[] = { "{\"type\":\"HTTP\"}\n", "{\"type\":\"HTTP\",\"uri\":\"x\"}\n" };
	static struct gwt_position places[3];
	struct gwt_match_result out[2];
	struct gwt_request request;
	struct gwt_index *index;

	for (size_t i = 0; i < 2; i++) {
		const struct test_step steps[] = { { "put", "PUT", "GET/integration", body, 201, answers[i] },
						   { NULL } };

		test_cassette(&arena, i ? "t/id" : "t/text", "api0000001", "res001", steps, &items[i]);
	}
	places[0] = items[1].variables[1].at[0];
	places[1] = (struct gwt_position){ .part = GWT_AT_BODY, .pointer = GWT_SPAN("/connectionId") };
	items[1].variables[1].at = places;
	items[1].variables[1].at_count = items[1].variables[1].at_cap = 2;
	cassettes.len = 2;
	index = gwt_index_new(&cassettes);
	make_request("api0000001", GWT_SPAN(body), &types[0], &request);
	cr_expect_null(gwt_index_known_body(index, &request, &arena).ptr);
	find_both(index, &request, out);
	expect_same(out, "an id in the body");
	cr_expect_eq(out[0].verdict, GWT_VERDICT_AMBIGUOUS_SCENARIO, "%s", gwt_verdict_word(out[0].verdict));
	gwt_index_free(index);
}

static void check_known_bodies(uint64_t mask)
{
	struct gwt_contract quick, whole;
	struct gwt_request request;
	struct gwt_index *index;
	struct gwt_span known;

	gwt_hash_quick_mask = mask;
	index = gwt_index_new(&cassettes);
	for (size_t i = 0; i < CASSETTES * BODY_VARIANTS; i++) {
		make_request("mine", variants[i / CASSETTES].make(gwt_span_of(body_of(i % CASSETTES))),
			     &types[0], &request);
		known = gwt_index_known_body(index, &request, &arena);
		cr_assert_eq(known.ptr != NULL, i < CASSETTES, "%s", variants[i / CASSETTES].label);
		if (!known.ptr)
			continue;
		gwt_contract_make_known(&request, known, &arena, &quick);
		gwt_contract_make(&request, &arena, &whole);
		cr_assert(gwt_span_eq(quick.bytes, whole.bytes));
		cr_assert(gwt_span_eq(quick.body, whole.body));
	}
	make_request("mine", gwt_span_of(body_of(0)), &types[1], &request);
	cr_expect_null(gwt_index_known_body(index, &request, &arena).ptr, "text is not JSON");
	gwt_index_free(index);
}

/* The quick way is used where it should be, and only there; else the tests above would prove nothing. */
Test(quick, a_recorded_body_is_known_by_its_bytes)
{
	for (size_t i = 0; i < CASSETTES; i++)
		add_cassette(i);
	check_known_bodies(UINT64_MAX);
	check_known_bodies(0);
}
