/*
 * One scenario played more than once, and values that are not ids: DESIGN section 4 ("Variables are typed", "a session
 * keeps…") and docs/matching.md, "Starting over".
 */
#include <criterion/criterion.h>
#include <ctype.h>

#include "lib/json/json.h"
#include "lib/match/session.h"
#include "tests/support/cassettes.h"

static struct gwt_arena arena;
static struct gwt_cassette cassette;
static struct gwt_cassettes cassettes = { &cassette, 1, 1 };
static struct gwt_index *indexed;
static struct gwt_session *session;

static void close_session(void)
{
	gwt_session_free(session);
	gwt_index_free(indexed);
	session = NULL;
	indexed = NULL;
}

static void open_session(void)
{
	indexed = gwt_index_new(&cassettes);
	session = gwt_session_new(indexed, &(struct gwt_match_options){ .level = GWT_LEVEL_CONTRACT });
}

static void teardown(void)
{
	close_session();
	gwt_arena_release(&arena);
}

TestSuite(playthroughs, .fini = teardown);

struct call {
	const char *id, *method, *target, *body;
	int status;
	const char *answer;
};

/* A place of a variable, with the variable's type and sample. */
struct place {
	const char *variable, *type, *sample;
	struct gwt_position at;
};

static struct gwt_cassette_variable *variable_of(const struct place *place)
{
	for (size_t i = 0; i < cassette.variable_count; i++)
		if (gwt_span_is(cassette.variables[i].name, place->variable))
			return &cassette.variables[i];
	cassette.variables[cassette.variable_count] =
		(struct gwt_cassette_variable){ .name = gwt_span_of(place->variable),
						.type = gwt_span_of(place->type),
						.sample = gwt_span_of(place->sample) };
	return &cassette.variables[cassette.variable_count++];
}

static void add_calls(const struct call *calls, size_t count)
{
	cassette = (struct gwt_cassette){ .scenario = GWT_SPAN("t/a"),
					  .provenance = { .upstream = GWT_SPAN("sandbox"),
							  .region = GWT_SPAN("us-east-1") } };
	cassette.interactions = gwt_arena_array(&arena, struct gwt_interaction, count);
	for (size_t i = 0; i < count; i++) {
		struct gwt_interaction *to = &cassette.interactions[cassette.interaction_count++];

		*to = (struct gwt_interaction){ .id = gwt_span_of(calls[i].id),
						.operation = GWT_SPAN("any") };
		test_request(&arena, calls[i].method, calls[i].target, calls[i].body, &to->request);
		to->request.headers.len = calls[i].body ? 2 : 1; /* a cassette has no Authorization */
		to->response.status = calls[i].status;
		gwt_headers_init(&to->response.headers, &arena);
		to->response.body = gwt_span_of(calls[i].answer);
	}
}

static void add_places(const struct place *places, size_t count)
{
	cassette.variables = gwt_arena_array(&arena, struct gwt_cassette_variable, count);
	for (size_t i = 0; i < count; i++) {
		struct gwt_cassette_variable *variable = variable_of(&places[i]);

		GWT_GROW(&arena, variable->at, variable->at_count, variable->at_cap);
		variable->at[variable->at_count++] = places[i].at;
	}
}

#define MAKE(calls, places)                                                                                  \
	(add_calls(calls, GWT_LEN(calls)), add_places(places, GWT_LEN(places)), open_session())

static const struct gwt_match_result *ask(const char *method, const char *target, const char *body)
{
	struct gwt_request *request = gwt_arena_new(&arena, struct gwt_request);
	struct gwt_match_result *result = gwt_arena_new(&arena, struct gwt_match_result);

	test_request(&arena, method, target, body, request);
	gwt_session_find(session, request, &arena, result);
	if (result->ok)
		gwt_session_take(session);
	return result;
}

static const char *target_of(const char *api)
{
	return gwt_arena_printf(&arena, "/restapis/%s", api).ptr;
}

#define API "abcd012345"

#define PATH(call)                                                                                           \
	{                                                                                                    \
		.interaction = call, .part = GWT_AT_PATH, .segment = 1                                       \
	}
#define ANSWER(call)                                                                                         \
	{                                                                                                    \
		.interaction = call, .in_response = true, .part = GWT_AT_BODY,                               \
		.pointer = GWT_SPAN_INIT("/id")                                                              \
	}
#define BODY(call, pointer_)                                                                                 \
	{                                                                                                    \
		.interaction = call, .part = GWT_AT_BODY, .pointer = GWT_SPAN_INIT(pointer_)                 \
	}

static const struct call lifecycle[] = {
	{ "list", "GET", "/restapis", NULL, 200, "{\"item\":[]}" },
	{ "create", "POST", "/restapis", "{\"name\":\"n\"}", 201, "{\"id\":\"" API "\"}" },
	{ "get", "GET", "/restapis/" API, NULL, 200, "{\"id\":\"" API "\"}" },
	{ "delete", "DELETE", "/restapis/" API, NULL, 202, "" },
};
static const struct place lifecycle_places[] = {
	{ "restApiId", "rest-api-id", API, ANSWER(1) },
	{ "restApiId", "rest-api-id", API, PATH(2) },
	{ "restApiId", "rest-api-id", API, ANSWER(2) },
	{ "restApiId", "rest-api-id", API, PATH(3) },
};

static void make_lifecycle(void)
{
	MAKE(lifecycle, lifecycle_places);
}

/* Make a creation; returns the id in its answer. */
static const char *create(void)
{
	const struct gwt_match_result *result = ask("POST", "/restapis", "{\"name\":\"n\"}");
	struct gwt_json *answer;

	cr_assert(result->ok, "%s " GWT_SPAN_FMT, gwt_verdict_word(result->verdict),
		  GWT_SPAN_ARG(result->note));
	cr_assert(gwt_json_parse(&arena, result->response.body, &answer, NULL));
	return gwt_arena_cstr(&arena, gwt_json_get_text(answer, "id"));
}

static bool has_form_of(const char *id, const char *sample)
{
	size_t len = strlen(sample);

	if (strlen(id) != len)
		return false;
	for (size_t i = 0; i < len; i++)
		if (!isdigit(id[i]) != !isdigit(sample[i]) || !islower(id[i]) != !islower(sample[i]))
			return false;
	return true;
}

Test(playthroughs, each_creation_begins_a_run_with_an_id_of_its_own)
{
	enum { RUNS = 5 };
	const char *ids[RUNS];

	make_lifecycle();
	cr_expect(ask("GET", "/restapis", NULL)->ok);
	for (size_t i = 0; i < RUNS; i++) {
		ids[i] = create();
		cr_expect(has_form_of(ids[i], API), "%s", ids[i]);
		for (size_t j = 0; j < i; j++)
			cr_expect_str_neq(ids[i], ids[j]);
	}
	cr_expect_str_eq(ids[0], API, "the first has the recorded one");
	for (size_t i = 0; i < RUNS; i++) {
		const struct gwt_match_result *result = ask("GET", target_of(ids[i]), NULL);

		cr_expect(result->ok, "run %zu", i);
		cr_expect(gwt_span_is(result->response.body,
				      gwt_arena_printf(&arena, "{\"id\":\"%s\"}", ids[i]).ptr),
			  "run %zu", i);
	}
	cr_expect_eq(ask("GET", target_of("zzzz999999"), NULL)->verdict, GWT_VERDICT_UNKNOWN_ID);
	cr_expect(ask("DELETE", target_of(ids[2]), NULL)->ok);
	cr_expect_eq(ask("GET", target_of(ids[2]), NULL)->verdict, GWT_VERDICT_OUT_OF_ORDER, "it is gone");
	cr_expect_eq(ask("DELETE", target_of(ids[2]), NULL)->verdict, GWT_VERDICT_ALREADY_CONSUMED);
	cr_expect(ask("GET", target_of(ids[3]), NULL)->ok, "its neighbour is not");
}

/* "A run ends with its DeleteRestApi; then also reads that come before the creation begin the next one." */
Test(playthroughs, what_comes_before_the_creation_begins_the_next_run_once_the_last_is_over)
{
	const char *first, *second;

	make_lifecycle();
	cr_expect(ask("GET", "/restapis", NULL)->ok);
	first = create();
	cr_expect_eq(ask("GET", "/restapis", NULL)->verdict, GWT_VERDICT_OUT_OF_ORDER);
	cr_expect(ask("DELETE", target_of(first), NULL)->ok);
	cr_expect(ask("GET", "/restapis", NULL)->ok);
	second = create();
	cr_expect_str_neq(first, second);
	cr_expect(ask("GET", target_of(second), NULL)->ok);
}

/* The ids of a run that ended belong to it for long; a suite of thousands of tests must still go on. */
Test(playthroughs, thousands_of_runs_one_after_the_other_are_answered)
{
	const char *id = NULL, *before = NULL;

	make_lifecycle();
	for (size_t i = 0; i < 1500; i++) {
		before = id;
		id = create();
		cr_assert(ask("DELETE", target_of(id), NULL)->ok, "run %zu", i);
	}
	cr_expect_eq(ask("DELETE", target_of(before), NULL)->verdict, GWT_VERDICT_ALREADY_CONSUMED);
}

#ifdef __SANITIZE_ADDRESS__
#define TAKES_LONG true
#else
#define TAKES_LONG false
#endif

/* "More than 10,000 open runs of a scenario are refused." */
Test(playthroughs, a_client_that_never_deletes_is_told_so, .disabled = TAKES_LONG)
{
	const struct gwt_match_result *result;

	make_lifecycle();
	for (size_t i = 0; i < 10000; i++) {
		struct gwt_arena scratch = { 0 };
		struct gwt_request request;
		struct gwt_match_result each;

		test_request(&scratch, "POST", "/restapis", "{\"name\":\"n\"}", &request);
		gwt_session_find(session, &request, &scratch, &each);
		cr_assert(each.ok, "run %zu", i);
		gwt_session_take(session);
		gwt_arena_release(&scratch);
	}
	result = ask("POST", "/restapis", "{\"name\":\"n\"}");
	cr_expect_eq(result->verdict, GWT_VERDICT_ALREADY_CONSUMED);
	cr_expect_lt(gwt_span_find_span(result->note, GWT_SPAN("is under way 10000 times")), result->note.len,
		     GWT_SPAN_FMT, GWT_SPAN_ARG(result->note));
}

/* Values that are not ids: for each its type, a place, and a value that another client may send. */
#define ARN "arn:aws:iam::012345678901:role/x"

static const struct call typed[] = {
	{ "put", "PUT", "/restapis/" API "/resources/r1/methods/GET/integration?x=one&y=2",
	  "{\"credentials\":\"" ARN
	  "\",\"uri\":\"arn:aws:apigateway:us-east-1:sqs:path/q\",\"text\":\"here\"}",
	  201, "{}" },
	{ "again", "PUT", "/restapis/" API "/resources/r1/methods/POST/integration",
	  "{\"credentials\":\"" ARN "\",\"text\":\"here\"}", 201, "{}" },
};
static const struct place typed_places[] = {
	{ "restApiId", "rest-api-id", API, PATH(0) },
	{ "restApiId", "rest-api-id", API, PATH(1) },
	{ "accountId",
	  "account-id",
	  "012345678901",
	  { .part = GWT_AT_BODY, .pointer = GWT_SPAN_INIT("/credentials"), .from = 13, .len = 12 } },
	{ "accountId",
	  "account-id",
	  "012345678901",
	  { .interaction = 1,
	    .part = GWT_AT_BODY,
	    .pointer = GWT_SPAN_INIT("/credentials"),
	    .from = 13,
	    .len = 12 } },
	{ "region",
	  "region",
	  "us-east-1",
	  { .part = GWT_AT_BODY, .pointer = GWT_SPAN_INIT("/uri"), .from = 19, .len = 9 } },
	{ "suffix", "text", "here", BODY(0, "/text") },
	{ "suffix", "text", "here", BODY(1, "/text") },
	{ "page", "text", "one", { .part = GWT_AT_QUERY, .pointer = GWT_SPAN_INIT("x") } },
};

#define PUT_BODY(account, region, text)                                                                      \
	"{\"credentials\":\"arn:aws:iam::" account ":role/x\",\"uri\":\"arn:aws:apigateway:" region          \
	":sqs:path/q\",\"text\":\"" text "\"}"
#define AGAIN_BODY(account, text)                                                                            \
	"{\"credentials\":\"arn:aws:iam::" account ":role/x\",\"text\":\"" text "\"}"

Test(playthroughs, a_value_is_of_its_type_and_stays_the_same)
{
	static const struct {
		const char *label, *tail, *body;
		enum gwt_verdict verdict;
		const char *at, *note; /* of the difference */
	} rows[] = {
		{ "an account of letters", "GET/integration?x=one&y=2",
		  PUT_BODY("abcdefghijkl", "us-east-1", "t"), GWT_VERDICT_WRONG_VALUE, "/credentials",
		  "twelve digits" },
		{ "a region that the request is not signed for", "GET/integration?x=one&y=2",
		  PUT_BODY("111122223333", "eu-west-1", "t"), GWT_VERDICT_WRONG_VALUE, "/uri",
		  "not the one that the request is signed for" },
		{ "a role in its place", "GET/integration?x=one&y=2",
		  "{\"credentials\":\"arn:aws:iam::111122223333:user/x\",\"uri\":\"arn:aws:apigateway:us-east-1:sqs:"
		  "path/q\",\"text\":\"t\"}",
		  GWT_VERDICT_WRONG_VALUE, "/credentials", "" },
		{ "another query", "GET/integration?x=two&y=3", PUT_BODY("111122223333", "us-east-1", "t"),
		  GWT_VERDICT_WRONG_QUERY, "y", "" },
		{ "all of its own", "GET/integration?y=2&x=two",
		  PUT_BODY("111122223333", "us-east-1", "mine"), GWT_VERDICT_MATCH, NULL, "" },
		{ "another account then", "POST/integration", AGAIN_BODY("444455556666", "mine"),
		  GWT_VERDICT_WRONG_VALUE, "/credentials", "" },
		{ "another text then", "POST/integration", AGAIN_BODY("111122223333", "yours"),
		  GWT_VERDICT_WRONG_VALUE, "/text", "" },
		{ "the same", "POST/integration", AGAIN_BODY("111122223333", "mine"), GWT_VERDICT_MATCH, NULL,
		  "" },
	};

	MAKE(typed, typed_places);
	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		const struct gwt_match_result *result = ask(
			"PUT",
			gwt_arena_printf(&arena, "/restapis/mine/resources/r1/methods/%s", rows[i].tail).ptr,
			rows[i].body);

		cr_expect_eq(result->verdict, rows[i].verdict, "%s: %s " GWT_SPAN_FMT, rows[i].label,
			     gwt_verdict_word(result->verdict), GWT_SPAN_ARG(result->note));
		cr_expect(!rows[i].at || (result->comparison.len &&
					  gwt_span_is(result->comparison.differences[0].at, rows[i].at)),
			  "%s: " GWT_SPAN_FMT, rows[i].label,
			  GWT_SPAN_ARG(result->comparison.len ? result->comparison.differences[0].at
							      : GWT_SPAN("nothing")));
		cr_expect_leq(
			gwt_span_find_span(result->note, gwt_span_of(rows[i].note)) + strlen(rows[i].note),
			result->note.len, "%s: " GWT_SPAN_FMT, rows[i].label, GWT_SPAN_ARG(result->note));
	}
}

/* Contract bytes are the raw bytes where the body does not claim to be JSON; they may have variables, too. */
Test(playthroughs, a_body_that_does_not_say_that_it_is_JSON_has_variables_too)
{
	static const struct {
		const char *body;
		enum gwt_verdict verdict;
	} rows[] = {
		{ "{\"b\": \"x\",  \"name\": \"here\", \"text\":\"here\"}", GWT_VERDICT_MATCH },
		{ "{\"b\": \"x\",  \"name\": \"mine\", \"text\":\"mine\"}", GWT_VERDICT_MATCH },
		{ "{\"b\": \"x\", \"name\": \"here\", \"text\":\"here\"}", GWT_VERDICT_WRONG_VALUE },
		{ "{\"b\": \"x\",  \"name\": \"one\", \"text\":\"two\"}", GWT_VERDICT_WRONG_VALUE },
	};
	static const struct call calls[] = { { "put", "PUT", "/restapis/" API "/x", NULL, 201, "{}" } };
	static const struct place places[] = {
		{ "suffix", "text", "here", BODY(0, "/text") },
		{ "suffix", "text", "here", BODY(0, "/name") },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_request request;
		struct gwt_match_result result;
		struct gwt_request *recorded;

		add_calls(calls, 1);
		recorded = &cassette.interactions[0].request;
		gwt_headers_add_view(&recorded->headers, GWT_SPAN("Content-Type"), GWT_SPAN("text/plain"));
		recorded->body = gwt_span_of(rows[0].body);
		add_places(places, GWT_LEN(places));
		open_session();
		test_request(&arena, "PUT", "/restapis/" API "/x", NULL, &request);
		gwt_headers_add_view(&request.headers, GWT_SPAN("Content-Type"), GWT_SPAN("text/plain"));
		request.body = gwt_span_of(rows[i].body);
		gwt_session_find(session, &request, &arena, &result);
		cr_expect_eq(result.ok, rows[i].verdict == GWT_VERDICT_MATCH, "%zu: %s", i,
			     gwt_verdict_word(result.verdict));
		close_session();
	}
}

/* DESIGN 2: `--order`. */
Test(playthroughs, the_words_of_the_order_are_those_of_the_design)
{
	static const struct {
		const char *word;
		enum gwt_replay_order order;
	} rows[] = { { "causal", GWT_REPLAY_CAUSAL },
		     { "strict", GWT_REPLAY_STRICT },
		     { "none", GWT_REPLAY_NONE } };
	enum gwt_replay_order got = GWT_REPLAY_CAUSAL;

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		cr_expect(gwt_replay_order_parse(gwt_span_of(rows[i].word), &got));
		cr_expect_eq(got, rows[i].order);
		cr_expect_str_eq(gwt_replay_order_word(rows[i].order), rows[i].word);
	}
	cr_expect_not(gwt_replay_order_parse(GWT_SPAN("Causal"), &got));
	cr_expect_not(gwt_replay_order_parse(GWT_SPAN(""), &got));
}

/* `--ids issued`: ids that one session was given are known to the session that continues it. */
Test(playthroughs, issued_ids_are_handed_on)
{
	const struct gwt_match_options issued = { .level = GWT_LEVEL_CONTRACT, .issued_ids = true };
	struct gwt_session *next;
	struct gwt_request request;
	struct gwt_match_result result;

	MAKE(typed, typed_places);
	gwt_session_free(session);
	session = gwt_session_new(indexed, &issued);
	next = gwt_session_new(indexed, &issued);
	gwt_session_issue(session, GWT_SPAN("given1"));
	test_request(&arena, "PUT", "/restapis/given1/resources/r1/methods/POST/integration",
		     AGAIN_BODY("012345678901", "t"), &request);
	gwt_session_find(next, &request, &arena, &result);
	cr_expect_eq(result.verdict, GWT_VERDICT_UNKNOWN_ID);
	gwt_session_issue_all(next, session);
	gwt_session_find(next, &request, &arena, &result);
	cr_expect(result.ok, "%s", gwt_verdict_word(result.verdict));
	gwt_session_free(next);
}

/* Another server answered: a write without an API in its path may be related to any scenario's calls. */
Test(playthroughs, a_write_of_no_API_makes_stale_what_is_related_to_it)
{
	static const struct call calls[] = {
		{ "put", "PUT", "/restapis/" API "/resources/r1/methods/GET",
		  "{\"authorizationType\":\"NONE\"}", 201, "{}" },
		{ "tags", "GET", "/tags/arn%3Aaws%3Aapigateway%3Aus-east-1%3A%3A%2Frestapis%2F" API, NULL,
		  200, "{}" },
		{ "account", "GET", "/account", NULL, 200, "{}" },
	};
	static const struct place places[] = { { "restApiId", "rest-api-id", API, PATH(0) } };
	static const struct {
		const char *method, *target, *stale, *fresh;
	} rows[] = {
		{ "PATCH", "/account", "/account",
		  "/tags/arn%3Aaws%3Aapigateway%3Aus-east-1%3A%3A%2Frestapis%2F" API },
		{ "PUT", "/tags/arn%3Aaws%3Aapigateway%3Aus-east-1%3A%3A%2Frestapis%2F" API,
		  "/tags/arn%3Aaws%3Aapigateway%3Aus-east-1%3A%3A%2Frestapis%2F" API, "/account" },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		const struct gwt_response answered = { .status = 200 };
		struct gwt_request request;

		MAKE(calls, places);
		cr_assert(ask("PUT", "/restapis/" API "/resources/r1/methods/GET",
			      "{\"authorizationType\":\"NONE\"}")
				  ->ok);
		test_request(&arena, rows[i].method, rows[i].target, "{}", &request);
		gwt_session_overtaken(session, &request, &answered);
		cr_expect_eq(ask("GET", rows[i].stale, NULL)->verdict, GWT_VERDICT_OUT_OF_ORDER, "%zu", i);
		cr_expect(ask("GET", rows[i].fresh, NULL)->ok, "%zu", i);
		close_session();
	}
}

/* The nearest interaction does not depend on the calls so far, nor on ids. */
Test(playthroughs, the_nearest_is_named_whatever_was_called)
{
	struct gwt_request request;
	struct gwt_match_result result;

	make_lifecycle();
	test_request(&arena, "POST", "/restapis", "{\"name\":\"other\"}", &request);
	gwt_session_nearest(session, &request, &arena, &result);
	cr_expect_not(result.ok);
	cr_expect_eq(result.verdict, GWT_VERDICT_WRONG_VALUE);
	cr_assert(result.entry);
	cr_expect(gwt_span_is(result.entry->interaction->id, "create"));
}
