/* What is remembered of a request never changes a verdict: found with a cache and without, all is the same. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "lib/match/session.h"
#include "lib/match/cached_search.h"
#include "tests/support/cassettes.h"

static const struct test_step steps[] = {
	{ "put", "PUT", "GET/integration", "{\"type\":\"MOCK\",\"timeoutInMillis\":29000}", 201,
	  "{\"cacheNamespace\":\"res001\",\"type\":\"MOCK\"}\n" },
	{ "get", "GET", "GET/integration", NULL, 200, "{\"cacheNamespace\":\"res001\",\"type\":\"MOCK\"}\n" },
	{ NULL },
};

/* A request with a raw head, as the server makes it. */
static void raw_request_signed(struct gwt_arena *arena, const char *date, const char *agent,
			       const char *accept, const char *body, const char *authorization,
			       struct gwt_request *out)
{
	struct gwt_headers headers;
	const char *names[] = {
		"Host", "Accept", "Content-Type", "User-Agent", "X-Amz-Date", "Authorization"
	};
	const char *values[] = { "127.0.0.1:1", accept, "application/json", agent, date, authorization };
	static const char target[] = "/restapis/mine/resources/r9/methods/GET/integration";
	struct gwt_buf head;
	struct gwt_span all;

	gwt_buf_init(&head, SIZE_MAX);
	gwt_buf_printf(&head, "PUT %s HTTP/1.1\r\n", target);
	for (size_t i = 0; i < GWT_LEN(names); i++)
		gwt_buf_printf(&head, "%s: %s\r\n", names[i], values[i]);
	gwt_buf_add_text(&head, "\r\n");
	all = gwt_arena_copy(arena, gwt_buf_span(&head));
	gwt_buf_release(&head);
	gwt_headers_init(&headers, arena);
	for (size_t i = 0, at = strlen(target) + 15; i < GWT_LEN(names); i++) {
		gwt_headers_add_view(
			&headers, (struct gwt_span){ all.ptr + at, strlen(names[i]) },
			(struct gwt_span){ all.ptr + at + strlen(names[i]) + 2, strlen(values[i]) });
		at += strlen(names[i]) + strlen(values[i]) + 4;
	}
	gwt_request_set(out, GWT_SPAN("PUT"), gwt_span_of(target), &headers, gwt_span_of(body));
	out->head = all;
	out->raw_body = out->body;
	out->minor_version = 1;
}

static void raw_request(struct gwt_arena *arena, const char *date, const char *agent, const char *accept,
			const char *body, struct gwt_request *out)
{
	raw_request_signed(
		arena, date, agent, accept, body,
		gwt_arena_printf(arena,
				 "AWS4-HMAC-SHA256 Credential=K/20260101/us-east-1/apigateway/"
				 "aws4_request, SignedHeaders=accept;content-type;host;x-amz-date, "
				 "Signature=%s",
				 date)
			.ptr,
		out);
}

Test(cached, a_cache_never_changes_what_is_found)
{
	static const char *const dates[] = { "20260101T000000Z", "20260101T000001Z" };
	static const char *const agents[] = { "a/1", "b/2" };
	static const char *const accepts[] = { "application/json", "application/json ", "*/*" };
	static const char *const bodies[] = { "{\"type\":\"MOCK\",\"timeoutInMillis\":29000}",
					      "{\"type\": \"MOCK\", \"timeoutInMillis\": 29000}",
					      "{\"timeoutInMillis\":29000.0,\"type\":\"MOCK\"}",
					      "{\"type\":\"MOCK\",\"timeoutInMillis\":29001}" };
	struct gwt_contract_cache *cache = gwt_contract_cache_new();
	struct gwt_match_options plain = { .level = GWT_LEVEL_CONTRACT },
				 with = { .level = GWT_LEVEL_CONTRACT, .cache = cache };
	struct gwt_arena arena = { 0 };
	struct gwt_cassette item;
	struct gwt_cassettes cassettes = { &item, 1, 1 };
	struct gwt_index *index;
	struct gwt_session *sessions[2];
	size_t compared = 0;

	test_cassette(&arena, "t/a", "api0000001", "res001", steps, &item);
	index = gwt_index_new(&cassettes);
	sessions[0] = gwt_session_new(index, &plain);
	sessions[1] = gwt_session_new(index, &with);
	for (size_t round = 0; round < 4 * 2 * 2 * 3 * 4; round++) {
		size_t at = round % (2 * 2 * 3 * 4);
		struct gwt_match_result result[2];
		struct gwt_request request;

		raw_request(&arena, dates[at % 2], agents[at / 2 % 2], accepts[at / 4 % 3], bodies[at / 12],
			    &request);
		for (size_t i = 0; i < 2; i++) {
			gwt_session_find(sessions[i], &request, &arena, &result[i]);
			if (result[i].ok)
				gwt_session_take(sessions[i]);
		}
		cr_assert_eq(result[0].ok, result[1].ok, "round %zu", round);
		cr_assert_eq(result[0].verdict, result[1].verdict, "round %zu", round);
		cr_assert_eq(result[0].level, result[1].level, "round %zu", round);
		cr_assert_eq(result[0].comparison.len, result[1].comparison.len, "round %zu", round);
		cr_assert(gwt_span_eq(result[0].response.body, result[1].response.body), "round %zu", round);
		compared++;
	}
	cr_expect_eq(compared, 192u);
	gwt_session_free(sessions[0]);
	gwt_session_free(sessions[1]);
	gwt_index_free(index);
	gwt_contract_cache_free(cache);
	gwt_arena_release(&arena);
}

Test(cached, how_a_body_was_chunked_is_looked_at_each_time)
{
	struct gwt_contract_cache *cache = gwt_contract_cache_new();
	struct gwt_comparison kept = { .level = GWT_LEVEL_WIRE, .verdict = GWT_VERDICT_MATCH }, found;
	struct gwt_entry entry = { 0 };
	struct gwt_cached_search *cached = NULL;
	struct gwt_arena arena = { 0 };
	struct gwt_contract contract;
	struct gwt_request request;

	raw_request(&arena, "20260101T000000Z", "a/1", "*/*", "{\"type\":\"MOCK\"}", &request);
	for (size_t i = 0; i < 3 && !cached; i++)
		cached = gwt_cached_search_contract(cache, NULL, &request, &arena, &contract);
	cr_assert_not_null(cached);
	gwt_cached_search_keep(cached, &entry, &request, &kept);
	cr_expect(gwt_cached_search_comparison(cached, &entry, &request, &arena, &found));
	request.chunked = true;
	cr_expect_not(gwt_cached_search_comparison(cached, &entry, &request, &arena, &found));
	gwt_cached_search_keep(cached, &entry, &request, &kept);
	cr_expect_not(gwt_cached_search_comparison(cached, &entry, &request, &arena, &found));
	gwt_contract_cache_free(cache);
	gwt_arena_release(&arena);
}

#define KEY    "Credential=K/20260101/us-east-1/apigateway/aws4_request"
#define OTHER  "Credential=K/20260101/eu-west-1/apigateway/aws4_request"
#define NAMES  "SignedHeaders=accept;content-type;host;x-amz-date"
#define DIGITS "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define SCHEME "AWS4-HMAC-SHA256 "

/*
 * Values that a search for labels would read differently than a split at commas: a label inside a
 * part, 64 bytes after "Signature=" that are more than a signature, parts in another order, twice,
 * or separated by blanks.
 */
static const char *const authorizations[] = {
	SCHEME KEY ", " NAMES ", Signature=" DIGITS,
	SCHEME OTHER ", " NAMES ", Signature=" DIGITS,
	SCHEME "Signature=" DIGITS ", " NAMES ", " KEY,
	SCHEME "Signature=" DIGITS ", " NAMES ", " OTHER,
	SCHEME KEY ", " NAMES ", Signature=" DIGITS DIGITS,
	SCHEME NAMES ", Signature=a, Credential=K/1/us-east-1/apigateway/aws4_request       ",
	SCHEME NAMES ", Signature=a, Credential=K/1/eu-west-1/apigateway/aws4_request       ",
	SCHEME NAMES ", Signature=, Credential=KKKKKKKKKKKK/1/us-east-1/apigateway/aws4_request",
	SCHEME NAMES ", Signature=, Credential=KKKKKKKKKKKK/1/eu-west-1/apigateway/aws4_request",
	SCHEME KEY ", SignedHeaders=host, Signature=" DIGITS,
	SCHEME "Credential=KSignedHeaders=host/20260101/us-east-1/apigateway/aws4_request, " NAMES
	       ", Signature=" DIGITS,
	SCHEME "Credential=K SignedHeaders=host/20260101/us-east-1/apigateway/aws4_request, " NAMES
	       ", Signature=" DIGITS,
	SCHEME "Credential=K Signature=x/20260101/us-east-1/apigateway/aws4_request, " NAMES
	       ", Signature=" DIGITS,
	SCHEME OTHER " " KEY ", " NAMES ", Signature=" DIGITS,
	SCHEME KEY " " NAMES " Signature=" DIGITS,
	SCHEME KEY ", " NAMES ", Signature=" DIGITS ", Signature=" DIGITS,
	SCHEME OTHER ", " KEY ", " NAMES ", Signature=" DIGITS,
	"Basic S2V5OlNlY3JldA==",
	"",
};

/* Whether the value can be read by the strict rules: each part once, after the scheme, split at commas. */
static bool is_strict(size_t i)
{
	return i < 4 || i == 4 || i == 5 || i == 6 || i == 9;
}

Test(cached, cache_keys_hold_what_was_judged)
{
	static const enum gwt_level levels[] = { GWT_LEVEL_CONTRACT, GWT_LEVEL_SIGNED, GWT_LEVEL_WIRE };
	struct gwt_arena arena = { 0 };
	struct gwt_cassette item;
	struct gwt_cassettes cassettes = { &item, 1, 1 };
	struct gwt_index *index;
	size_t compared = 0;

	test_cassette(&arena, "t/a", "api0000001", "res001", steps, &item);
	index = gwt_index_new(&cassettes);
	for (size_t n = 0; n < GWT_LEN(levels) * GWT_LEN(authorizations) * GWT_LEN(authorizations); n++) {
		size_t sent[] = { n % GWT_LEN(authorizations), n % GWT_LEN(authorizations),
				  n / GWT_LEN(authorizations) % GWT_LEN(authorizations) };
		enum gwt_level level = levels[n / GWT_LEN(authorizations) / GWT_LEN(authorizations)];
		struct gwt_contract_cache *cache = gwt_contract_cache_new();
		struct gwt_match_options plain = { .level = level },
					 with = { .level = level, .cache = cache };
		struct gwt_session *sessions[2] = { gwt_session_new(index, &plain),
						    gwt_session_new(index, &with) };

		for (size_t i = 0; i < GWT_LEN(sent); i++) {
			struct gwt_match_result result[2];
			struct gwt_request request;

			raw_request_signed(&arena, "20260101T000000Z", "a/1", "application/json",
					   "{\"type\":\"MOCK\",\"timeoutInMillis\":29000}",
					   authorizations[sent[i]], &request);
			for (size_t j = 0; j < 2; j++) {
				gwt_session_find(sessions[j], &request, &arena, &result[j]);
				if (result[j].ok)
					gwt_session_take(sessions[j]);
			}
			cr_assert_eq(result[0].verdict, result[1].verdict,
				     "'%s' after '%s': %s, with the memo %s", authorizations[sent[i]],
				     authorizations[sent[0]], gwt_verdict_word(result[0].verdict),
				     gwt_verdict_word(result[1].verdict));
			cr_assert_eq(result[0].level, result[1].level, "'%s'", authorizations[sent[i]]);
			cr_assert(is_strict(sent[i]) || result[0].verdict == GWT_VERDICT_WRONG_SCOPE,
				  "'%s' cannot be read and is %s", authorizations[sent[i]],
				  gwt_verdict_word(result[0].verdict));
			compared++;
		}
		gwt_session_free(sessions[0]);
		gwt_session_free(sessions[1]);
		gwt_contract_cache_free(cache);
	}
	cr_expect_eq(compared, 3 * GWT_LEN(levels) * GWT_LEN(authorizations) * GWT_LEN(authorizations));
	gwt_index_free(index);
	gwt_arena_release(&arena);
}
