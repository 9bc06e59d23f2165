/* Which interaction answers: the rules of DESIGN section 4, row by row. */
#include <criterion/criterion.h>

#include "lib/match/session.h"
#include "tests/support/cassettes.h"

#define MOCK   "{\"type\":\"MOCK\"}"
#define HTTP   "{\"type\":\"HTTP\",\"httpMethod\":\"GET\",\"uri\":\"https://a.example\"}"
#define PUT(b) "PUT", "GET/integration", b
#define GET    "GET", "GET/integration", NULL
#define DEL    "DELETE", "GET/integration", NULL
#define NS(t)  "{\"cacheNamespace\":\"res001\",\"type\":\"" t "\"}\n"

static struct gwt_arena arena;
static struct gwt_cassette items[8];
static struct gwt_cassettes cassettes = { items, 0, 8 };
static struct gwt_index *index_;
static struct gwt_session *session;

static void teardown(void)
{
	gwt_session_free(session);
	gwt_index_free(index_);
	gwt_arena_release(&arena);
}

TestSuite(match, .fini = teardown);

static void add(const char *scenario, const char *api, const char *res, const struct test_step *steps)
{
	test_cassette(&arena, scenario, api, res, steps, &items[cassettes.len++]);
}

static void open_session_with(struct gwt_match_options options)
{
	index_ = gwt_index_new(&cassettes);
	session = gwt_session_new(index_, &options);
}

static void open_session(bool strict)
{
	open_session_with(
		(struct gwt_match_options){ .level = GWT_LEVEL_CONTRACT,
					    .once = strict,
					    .order = strict ? GWT_REPLAY_STRICT : GWT_REPLAY_CAUSAL });
}

/* What a client does and gets: a verdict, or a status and, where given, this text in the answer. */
struct row {
	const char *label, *method, *api, *res, *tail, *body;
	enum gwt_verdict verdict;
	const char *scenario, *interaction, *answer;
};

static void play(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct row *row = &rows[i];
		struct gwt_request request;
		struct gwt_match_result result;

		test_request(&arena, row->method,
			     gwt_arena_printf(&arena, "/restapis/%s/resources/%s/methods/%s", row->api,
					      row->res, row->tail)
				     .ptr,
			     row->body, &request);
		gwt_session_find(session, &request, &arena, &result);
		cr_expect_eq(result.verdict, row->verdict, "row %zu %s: got %s " GWT_SPAN_FMT, i, row->label,
			     gwt_verdict_word(result.verdict), GWT_SPAN_ARG(result.note));
		cr_expect_eq(result.ok, row->verdict == GWT_VERDICT_MATCH, "row %zu %s", i, row->label);
		if (row->scenario)
			cr_expect(result.entry &&
					  gwt_span_is(result.entry->cassette->scenario, row->scenario),
				  "row %zu %s: scenario", i, row->label);
		if (row->interaction)
			cr_expect(result.entry &&
					  gwt_span_is(result.entry->interaction->id, row->interaction),
				  "row %zu %s: interaction " GWT_SPAN_FMT, i, row->label,
				  GWT_SPAN_ARG(result.entry ? result.entry->interaction->id
							    : GWT_SPAN("none")));
		if (row->answer)
			cr_expect(gwt_span_is(result.response.body, row->answer),
				  "row %zu %s: answer " GWT_SPAN_FMT, i, row->label,
				  GWT_SPAN_ARG(result.response.body));
		if (result.ok)
			gwt_session_take(session);
	}
}

#define PLAY(rows) play(rows, GWT_LEN(rows))

static const struct test_step put_get[] = {
	{ "put", PUT(MOCK), 201, NS("MOCK") },
	{ "get", GET, 200, NS("MOCK") },
	{ NULL },
};

Test(match, samples_count_as_bound_and_other_ids_bind_on_the_first_step)
{
	static const struct row rows[] = {
		{ "sample put", "PUT", "api0000001", "res001", "GET/integration", MOCK, GWT_VERDICT_MATCH,
		  "t/a", "put", NS("MOCK") },
		{ "sample get", "GET", "api0000001", "res001", "GET/integration", NULL, GWT_VERDICT_MATCH,
		  "t/a", "get", NS("MOCK") },
		{ "own ids start over", "PUT", "mine", "r9", "GET/integration", MOCK, GWT_VERDICT_MATCH,
		  "t/a", "put", "{\"cacheNamespace\":\"r9\",\"type\":\"MOCK\"}\n" },
		{ "answer has own ids", "GET", "mine", "r9", "GET/integration", NULL, GWT_VERDICT_MATCH,
		  "t/a", "get", "{\"cacheNamespace\":\"r9\",\"type\":\"MOCK\"}\n" },
		{ "another id on get", "GET", "mine", "r8", "GET/integration", NULL, GWT_VERDICT_UNKNOWN_ID,
		  "t/a", "get", NULL },
		{ "repeat get", "GET", "mine", "r9", "GET/integration", NULL, GWT_VERDICT_MATCH, "t/a", "get",
		  NULL },
		{ "repeat put", "PUT", "mine", "r9", "GET/integration", MOCK, GWT_VERDICT_MATCH, "t/a", "put",
		  NULL },
	};

	add("t/a", "api0000001", "res001", put_get);
	open_session(false);
	PLAY(rows);
}

Test(match, a_read_before_its_write_is_out_of_order)
{
	static const struct row rows[] = {
		{ "get first", "GET", "api0000001", "res001", "GET/integration", NULL,
		  GWT_VERDICT_OUT_OF_ORDER, "t/a", "get", NULL },
		{ "get with new ids", "GET", "x", "y", "GET/integration", NULL, GWT_VERDICT_UNKNOWN_ID, "t/a",
		  "get", NULL },
		{ "put", "PUT", "api0000001", "res001", "GET/integration", MOCK, GWT_VERDICT_MATCH, "t/a",
		  "put", NULL },
		{ "get", "GET", "api0000001", "res001", "GET/integration", NULL, GWT_VERDICT_MATCH, "t/a",
		  "get", NULL },
	};

	add("t/a", "api0000001", "res001", put_get);
	open_session(false);
	PLAY(rows);
}

Test(match, equal_reads_answer_by_the_writes_before_them_in_order_and_the_last_repeats)
{
	static const struct test_step steps[] = {
		{ "missing", GET, 404, "{\"message\":\"none\"}\n" },
		{ "put", PUT(MOCK), 201, NS("MOCK") },
		{ "one", GET, 200, "{\"n\":1}\n" },
		{ "two", GET, 200, "{\"n\":2}\n" },
		{ "delete", DEL, 204, NULL },
		{ "gone", GET, 404, "{\"message\":\"gone\"}\n" },
		{ NULL },
	};
	static const struct row rows[] = {
		{ "before", "GET", "api0000001", "res001", "GET/integration", NULL, GWT_VERDICT_MATCH, "t/a",
		  "missing", NULL },
		{ "before again", "GET", "api0000001", "res001", "GET/integration", NULL, GWT_VERDICT_MATCH,
		  "t/a", "missing", NULL },
		{ "delete too early", "DELETE", "api0000001", "res001", "GET/integration", NULL,
		  GWT_VERDICT_OUT_OF_ORDER, "t/a", "delete", NULL },
		{ "put", "PUT", "api0000001", "res001", "GET/integration", MOCK, GWT_VERDICT_MATCH, "t/a",
		  "put", NULL },
		{ "first", "GET", "api0000001", "res001", "GET/integration", NULL, GWT_VERDICT_MATCH, "t/a",
		  "one", NULL },
		{ "second", "GET", "api0000001", "res001", "GET/integration", NULL, GWT_VERDICT_MATCH, "t/a",
		  "two", NULL },
		{ "last repeats", "GET", "api0000001", "res001", "GET/integration", NULL, GWT_VERDICT_MATCH,
		  "t/a", "two", NULL },
		{ "delete", "DELETE", "api0000001", "res001", "GET/integration", NULL, GWT_VERDICT_MATCH,
		  "t/a", "delete", NULL },
		{ "gone", "GET", "api0000001", "res001", "GET/integration", NULL, GWT_VERDICT_MATCH, "t/a",
		  "gone", NULL },
	};

	add("t/a", "api0000001", "res001", steps);
	open_session(false);
	PLAY(rows);
}

Test(match, scenarios_with_one_beginning_are_told_apart_by_what_follows)
{
	static const struct test_step put_put_get[] = {
		{ "put", PUT(MOCK), 201, NS("MOCK") },
		{ "again", PUT(HTTP), 201, NS("HTTP") },
		{ "get", GET, 200, NS("HTTP") },
		{ NULL },
	};
	static const struct test_step put_delete_get[] = {
		{ "put", PUT(MOCK), 201, NS("MOCK") },
		{ "delete", DEL, 204, NULL },
		{ "get", GET, 404, "{\"message\":\"gone\"}\n" },
		{ NULL },
	};
	static const struct row rows[] = {
		{ "all begin so", "PUT", "x", "y", "GET/integration", MOCK, GWT_VERDICT_MATCH, NULL, "put",
		  NULL },
		{ "only one reads now", "GET", "x", "y", "GET/integration", NULL, GWT_VERDICT_MATCH, "t/a",
		  "get", NULL },
		{ "only one deletes", "DELETE", "x", "y", "GET/integration", NULL, GWT_VERDICT_MATCH, "t/c",
		  "delete", NULL },
		{ "and is left", "GET", "x", "y", "GET/integration", NULL, GWT_VERDICT_MATCH, "t/c", "get",
		  NULL },
	};

	add("t/a", "api0000001", "res001", put_get);
	add("t/b", "api0000002", "res001", put_put_get);
	add("t/c", "api0000003", "res001", put_delete_get);
	open_session(false);
	PLAY(rows);
}

Test(match, one_api_serves_many_scenarios_one_after_the_other)
{
	static const struct test_step http_put_get[] = {
		{ "put", PUT(HTTP), 201, NS("HTTP") },
		{ "get", GET, 200, NS("HTTP") },
		{ NULL },
	};
	static const struct row rows[] = {
		{ "mock", "PUT", "x", "y", "GET/integration", MOCK, GWT_VERDICT_MATCH, "t/a", "put", NULL },
		{ "get mock", "GET", "x", "y", "GET/integration", NULL, GWT_VERDICT_MATCH, "t/a", "get",
		  NULL },
		{ "http", "PUT", "x", "y", "GET/integration", HTTP, GWT_VERDICT_MATCH, "t/b", "put", NULL },
		{ "get http", "GET", "x", "y", "GET/integration", NULL, GWT_VERDICT_MATCH, "t/b", "get",
		  NULL },
		{ "mock again", "PUT", "x", "y", "GET/integration", MOCK, GWT_VERDICT_MATCH, "t/a", "put",
		  NULL },
		{ "get mock again", "GET", "x", "y", "GET/integration", NULL, GWT_VERDICT_MATCH, "t/a", "get",
		  NULL },
	};

	add("t/a", "api0000001", "res001", put_get);
	add("t/b", "api0000002", "res001", http_put_get);
	open_session(false);
	PLAY(rows);
}

Test(match, a_write_ends_only_the_scenarios_whose_path_it_touches)
{
	static const struct test_step http_put_get[] = {
		{ "put", PUT(HTTP), 201, NS("HTTP") },
		{ "get", GET, 200, NS("HTTP") },
		{ NULL },
	};
	static const struct row rows[] = {
		{ "mock on y", "PUT", "x", "y", "GET/integration", MOCK, GWT_VERDICT_MATCH, "t/a", "put",
		  NULL },
		{ "http on z", "PUT", "x", "z", "GET/integration", HTTP, GWT_VERDICT_MATCH, "t/b", "put",
		  NULL },
		{ "y is as it was", "GET", "x", "y", "GET/integration", NULL, GWT_VERDICT_MATCH, "t/a", "get",
		  NULL },
		{ "http on y", "PUT", "x", "y", "GET/integration", HTTP, GWT_VERDICT_MATCH, "t/b", "put",
		  NULL },
		{ "y is http now", "GET", "x", "y", "GET/integration", NULL, GWT_VERDICT_MATCH, "t/b", "get",
		  NULL },
		{ "z was left behind", "GET", "x", "z", "GET/integration", NULL, GWT_VERDICT_UNKNOWN_ID, NULL,
		  NULL, NULL },
	};

	add("t/a", "api0000001", "res001", put_get);
	add("t/b", "api0000002", "res001", http_put_get);
	open_session(false);
	PLAY(rows);
}

Test(match, a_write_touches_a_scenario_by_any_of_its_paths)
{
	static const struct test_step other[] = {
		{ "put", "PUT", "POST/integration", MOCK, 201, NS("MOCK") },
		{ "get", GET, 404, "{\"message\":\"none on GET\"}\n" },
		{ NULL },
	};
	static const struct row rows[] = {
		{ "on POST", "PUT", "x", "y", "POST/integration", MOCK, GWT_VERDICT_MATCH, "t/b", "put",
		  NULL },
		{ "none on GET", "GET", "x", "y", "GET/integration", NULL, GWT_VERDICT_MATCH, "t/b", "get",
		  NULL },
		{ "on GET", "PUT", "x", "y", "GET/integration", MOCK, GWT_VERDICT_MATCH, "t/a", "put", NULL },
		{ "one on GET now", "GET", "x", "y", "GET/integration", NULL, GWT_VERDICT_MATCH, "t/a", "get",
		  NULL },
	};

	add("t/a", "api0000001", "res001", put_get);
	add("t/b", "api0000002", "res001", other);
	open_session(false);
	PLAY(rows);
}

Test(match, a_request_that_two_scenarios_would_answer_differently_is_ambiguous)
{
	static const struct test_step a[] = { { "get", GET, 200, "{\"n\":1}\n" }, { NULL } };
	static const struct test_step b[] = { { "get", GET, 404, "{\"message\":\"x\"}\n" }, { NULL } };
	static const struct row rows[] = {
		{ "open", "GET", "x", "y", "GET/integration", NULL, GWT_VERDICT_AMBIGUOUS_SCENARIO, "t/a",
		  NULL, NULL },
		{ "a sample settles it", "GET", "api0000002", "res001", "GET/integration", NULL,
		  GWT_VERDICT_MATCH, "t/b", "get", NULL },
	};

	add("t/a", "api0000001", "res001", a);
	add("t/b", "api0000002", "res001", b);
	open_session(false);
	PLAY(rows);
}

/* One scenario was recorded in two regions: the recording in the region of the credential scope answers. */
Test(match, of_equal_ones_in_several_regions_that_of_the_scope_answers)
{
	static const struct row rows[] = {
		{ "put", "PUT", "x", "y", "GET/integration", MOCK, GWT_VERDICT_MATCH, "t/b", "put", NULL },
		{ "get", "GET", "x", "y", "GET/integration", NULL, GWT_VERDICT_MATCH, "t/b", "get", NULL },
	};
	static const struct row strict[] = {
		{ "put", "PUT", "x", "y", "GET/integration", MOCK, GWT_VERDICT_MATCH, "t/b", "put", NULL },
		{ "put twice", "PUT", "x", "y", "GET/integration", MOCK, GWT_VERDICT_ALREADY_CONSUMED, "t/b",
		  "put", NULL },
		{ "get", "GET", "x", "y", "GET/integration", NULL, GWT_VERDICT_MATCH, "t/b", "get", NULL },
	};

	add("t/a", "api0000001", "res001", put_get);
	add("t/b", "api0000002", "res001", put_get);
	items[0].provenance.region = GWT_SPAN("eu-west-1");
	open_session(false);
	PLAY(rows);
	gwt_session_free(session);
	gwt_index_free(index_);
	open_session(true);
	PLAY(strict);
}

Test(match, only_selected_scenarios_answer)
{
	static const struct test_step a[] = { { "get", GET, 200, "{\"n\":1}\n" }, { NULL } };
	static const struct test_step b[] = { { "get", GET, 404, "{\"message\":\"x\"}\n" }, { NULL } };
	static const struct row both[] = {
		{ "open", "GET", "x", "y", "GET/integration", NULL, GWT_VERDICT_AMBIGUOUS_SCENARIO, "t/a",
		  NULL, NULL },
	};
	static const struct row second[] = {
		{ "b answers", "GET", "x", "y", "GET/integration", NULL, GWT_VERDICT_MATCH, "t/b", "get",
		  "{\"message\":\"x\"}\n" },
		{ "samples of the other are no ids", "GET", "api0000001", "res002", "GET/integration", NULL,
		  GWT_VERDICT_MATCH, "t/b", "get", NULL },
		{ "nearest is b", "GET", "x", "y", "PUT/integration", NULL, GWT_VERDICT_WRONG_PATH, "t/b",
		  "get", NULL },
	};
	static const struct row none[] = {
		{ "nobody", "GET", "x", "y", "GET/integration", NULL, GWT_VERDICT_NO_SCENARIO, NULL, NULL,
		  NULL },
	};
	static const bool only_b[] = { false, true }, neither[] = { false, false };

	add("t/a", "api0000001", "res001", a);
	add("t/b", "api0000002", "res001", b);
	open_session(false);
	PLAY(both);
	gwt_session_select(session, only_b);
	cr_expect(gwt_session_has_operation(session, items[0].interactions[0].operation));
	PLAY(second);
	gwt_session_select(session, neither);
	cr_expect_not(gwt_session_has_operation(session, items[0].interactions[0].operation));
	PLAY(none);
	gwt_session_select(session, NULL);
	PLAY(both);
}

/* Three scenarios begin alike; only the selected ones decide whether one may begin again. */
Test(match, strict_counts_the_beginnings_of_selected_scenarios_alone)
{
	static const struct row rows[] = {
		{ "put", "PUT", "x", "y", "GET/integration", MOCK, GWT_VERDICT_MATCH, "t/b", "put", NULL },
		{ "put twice", "PUT", "x", "y", "GET/integration", MOCK, GWT_VERDICT_ALREADY_CONSUMED, "t/b",
		  "put", NULL },
	};
	static const bool only_b[] = { false, true, false };

	add("t/a", "api0000001", "res001", put_get);
	add("t/b", "api0000002", "res001", put_get);
	add("t/c", "api0000003", "res001", put_get);
	open_session(true);
	gwt_session_select(session, only_b);
	PLAY(rows);
}

Test(match, strict_takes_each_interaction_once_and_in_order)
{
	static const struct row rows[] = {
		{ "get first", "GET", "api0000001", "res001", "GET/integration", NULL,
		  GWT_VERDICT_OUT_OF_ORDER, "t/a", "get", NULL },
		{ "put", "PUT", "api0000001", "res001", "GET/integration", MOCK, GWT_VERDICT_MATCH, "t/a",
		  "put", NULL },
		{ "put twice", "PUT", "api0000001", "res001", "GET/integration", MOCK,
		  GWT_VERDICT_ALREADY_CONSUMED, "t/a", "put", NULL },
		{ "get", "GET", "api0000001", "res001", "GET/integration", NULL, GWT_VERDICT_MATCH, "t/a",
		  "get", NULL },
		{ "get twice", "GET", "api0000001", "res001", "GET/integration", NULL,
		  GWT_VERDICT_ALREADY_CONSUMED, "t/a", "get", NULL },
	};

	add("t/a", "api0000001", "res001", put_get);
	open_session(true);
	PLAY(rows);
}

Test(match, what_matches_nothing_names_the_nearest_and_its_difference)
{
	static const struct row rows[] = {
		{ "wrong value", "PUT", "x", "y", "GET/integration", "{\"type\":\"HTTP\"}",
		  GWT_VERDICT_WRONG_VALUE, "t/a", "put", NULL },
		{ "extra member", "PUT", "x", "y", "GET/integration", "{\"type\":\"MOCK\",\"uri\":\"u\"}",
		  GWT_VERDICT_EXTRA_FIELD, "t/a", "put", NULL },
		{ "no such operation", "PATCH", "x", "y", "GET/integration", "{}", GWT_VERDICT_NO_SCENARIO,
		  NULL, NULL, NULL },
	};
	struct gwt_request request;
	struct gwt_match_result result;

	add("t/a", "api0000001", "res001", put_get);
	open_session(false);
	PLAY(rows);
	test_request(&arena, "PUT", "/restapis/x/resources/y/methods/GET/integration", "{\"type\":\"HTTP\"}",
		     &request);
	gwt_session_find(session, &request, &arena, &result);
	cr_assert_eq(result.comparison.len, 1u);
	cr_expect(gwt_span_is(result.comparison.differences[0].at, "/type"));
}

Test(match, issued_ids_refuse_ids_that_nobody_gave)
{
	struct gwt_match_options options = { .level = GWT_LEVEL_CONTRACT, .issued_ids = true };
	static const struct row before[] = {
		{ "invented", "PUT", "x", "y", "GET/integration", MOCK, GWT_VERDICT_UNKNOWN_ID, "t/a", "put",
		  NULL },
		{ "sample", "PUT", "api0000001", "res001", "GET/integration", MOCK, GWT_VERDICT_MATCH, "t/a",
		  "put", NULL },
	};
	static const struct row after[] = {
		{ "issued", "PUT", "x", "y", "GET/integration", MOCK, GWT_VERDICT_MATCH, "t/a", "put", NULL },
	};

	add("t/a", "api0000001", "res001", put_get);
	index_ = gwt_index_new(&cassettes);
	session = gwt_session_new(index_, &options);
	PLAY(before);
	gwt_session_issue(session, GWT_SPAN("x"));
	gwt_session_issue(session, GWT_SPAN("y"));
	PLAY(after);
}

/* A client that uses one resource for all: the last write of a scenario is the first of the next one. */
Test(match, a_later_write_of_one_scenario_also_starts_the_scenario_that_begins_so)
{
	static const struct test_step put_put_get[] = {
		{ "put", PUT(MOCK), 201, NS("MOCK") },
		{ "again", PUT(HTTP), 201, NS("HTTP") },
		{ "get", GET, 200, NS("HTTP") },
		{ NULL },
	};
	static const struct test_step put_delete[] = {
		{ "put", PUT(HTTP), 201, NS("HTTP") },
		{ "delete", DEL, 204, NULL },
		{ "gone", GET, 404, "{\"message\":\"gone\"}\n" },
		{ NULL },
	};
	static const struct row rows[] = {
		{ "a put", "PUT", "x", "y", "GET/integration", MOCK, GWT_VERDICT_MATCH, "t/a", "put", NULL },
		{ "a again", "PUT", "x", "y", "GET/integration", HTTP, GWT_VERDICT_MATCH, "t/a", "again",
		  NULL },
		{ "a get", "GET", "x", "y", "GET/integration", NULL, GWT_VERDICT_MATCH, "t/a", "get", NULL },
		{ "b put", "PUT", "x", "y", "GET/integration", HTTP, GWT_VERDICT_MATCH, NULL, NULL, NULL },
		{ "b delete", "DELETE", "x", "y", "GET/integration", NULL, GWT_VERDICT_MATCH, "t/b", "delete",
		  NULL },
		{ "b over: put", "PUT", "x", "z", "GET/integration", HTTP, GWT_VERDICT_MATCH, "t/b", "put",
		  NULL },
		{ "b delete", "DELETE", "x", "z", "GET/integration", NULL, GWT_VERDICT_MATCH, "t/b", "delete",
		  NULL },
		{ "a over: put", "PUT", "x", "y", "GET/integration", MOCK, GWT_VERDICT_MATCH, "t/a", "put",
		  NULL },
		{ "a over: again", "PUT", "x", "y", "GET/integration", HTTP, GWT_VERDICT_MATCH, "t/a",
		  "again", NULL },
		{ "b goes on elsewhere", "GET", "x", "z", "GET/integration", NULL, GWT_VERDICT_MATCH, "t/b",
		  "gone", NULL },
		{ "a goes on", "GET", "x", "y", "GET/integration", NULL, GWT_VERDICT_MATCH, "t/a", "get",
		  NULL },
	};

	add("t/a", "api0000001", "res001", put_put_get);
	add("t/b", "api0000002", "res001", put_delete);
	open_session(false);
	PLAY(rows);
}

Test(match, only_a_put_repeats_since_it_alone_does_the_same_again)
{
	static const struct test_step steps[] = {
		{ "put", PUT(MOCK), 201, NS("MOCK") },
		{ "delete", DEL, 204, NULL },
		{ NULL },
	};
	static const struct row rows[] = {
		{ "put", "PUT", "x", "y", "GET/integration", MOCK, GWT_VERDICT_MATCH, "t/a", "put", NULL },
		{ "put again", "PUT", "x", "y", "GET/integration", MOCK, GWT_VERDICT_MATCH, "t/a", "put",
		  NULL },
		{ "delete", "DELETE", "x", "y", "GET/integration", NULL, GWT_VERDICT_MATCH, "t/a", "delete",
		  NULL },
		{ "AWS would answer 404", "DELETE", "x", "y", "GET/integration", NULL,
		  GWT_VERDICT_ALREADY_CONSUMED, "t/a", "delete", NULL },
	};

	add("t/a", "api0000001", "res001", steps);
	open_session(false);
	PLAY(rows);
}

Test(match, what_is_empty_or_no_text_is_no_id)
{
	static const struct row rows[] = {
		{ "no api", "PUT", "", "y", "GET/integration", MOCK, GWT_VERDICT_UNKNOWN_ID, "t/a", "put",
		  NULL },
		{ "no resource", "PUT", "x", "", "GET/integration", MOCK, GWT_VERDICT_UNKNOWN_ID, "t/a",
		  "put", NULL },
		{ "a dot segment", "PUT", "..", "y", "GET/integration", MOCK, GWT_VERDICT_UNKNOWN_ID, "t/a",
		  "put", NULL },
		{ "another", "PUT", "x", "%2e", "GET/integration", MOCK, GWT_VERDICT_UNKNOWN_ID, "t/a", "put",
		  NULL },
		{ "not UTF-8", "PUT", "x", "%ff", "GET/integration", MOCK, GWT_VERDICT_UNKNOWN_ID, "t/a",
		  "put", NULL },
		{ "UTF-8, but not of an id", "PUT", "x", "%c3%bc", "GET/integration", MOCK,
		  GWT_VERDICT_UNKNOWN_ID, "t/a", "put", NULL },
		{ "both", "PUT", "x", "y", "GET/integration", MOCK, GWT_VERDICT_MATCH, "t/a", "put", NULL },
		{ "no resource any more", "GET", "x", "", "GET/integration", NULL, GWT_VERDICT_UNKNOWN_ID,
		  "t/a", "get", NULL },
	};

	add("t/a", "api0000001", "res001", put_get);
	open_session(false);
	PLAY(rows);
}

Test(match, the_scope_comes_before_ids_and_order)
{
	static const struct row rows[] = {
		{ "order and region", "GET", "api0000001", "res001", "GET/integration", NULL,
		  GWT_VERDICT_WRONG_SCOPE, "t/a", "get", NULL },
		{ "id and region", "GET", "x", "y", "GET/integration", NULL, GWT_VERDICT_WRONG_SCOPE, "t/a",
		  "get", NULL },
	};
	struct gwt_request request;
	struct gwt_match_result result;

	add("t/a", "api0000001", "res001", put_get);
	items[0].provenance.region = GWT_SPAN("eu-west-1");
	open_session(false);
	PLAY(rows);
	test_request(&arena, "GET", "/restapis/x/resources/y/methods/GET/integration", NULL, &request);
	gwt_session_find(session, &request, &arena, &result);
	cr_assert_eq(result.comparison.len, 2u);
	cr_expect_eq(result.comparison.differences[0].verdict, GWT_VERDICT_WRONG_SCOPE);
	cr_expect_eq(result.comparison.differences[1].verdict, GWT_VERDICT_UNKNOWN_ID);
}

/* Level `effect` (docs/contract-bytes.md): 29000 ms is AWS's default. */
Test(match, at_level_effect_what_makes_no_difference_to_aws_is_answered)
{
#define MOCK_29000 "{\"type\":\"MOCK\",\"timeoutInMillis\":29000}"
#define MOCK_50    "{\"type\":\"MOCK\",\"timeoutInMillis\":50}"
	static const struct {
		const char *label, *method, *api, *body;
		bool ok;
		enum gwt_level level;
		enum gwt_verdict verdict;
	} rows[] = {
		{ "other value", "PUT", "x", MOCK_50, false, GWT_LEVEL_NONE, GWT_VERDICT_EXTRA_FIELD },
		{ "unknown id", "GET", "x", NULL, false, GWT_LEVEL_NONE, GWT_VERDICT_UNKNOWN_ID },
		{ "default, new ids", "PUT", "x", MOCK_29000, true, GWT_LEVEL_EFFECT,
		  GWT_VERDICT_EXTRA_FIELD },
		{ "bound by it", "GET", "x", NULL, true, GWT_LEVEL_CONTRACT, GWT_VERDICT_MATCH },
		{ "same ids again", "PUT", "x", MOCK_29000, true, GWT_LEVEL_EFFECT, GWT_VERDICT_EXTRA_FIELD },
		{ "as recorded", "PUT", "x", MOCK, true, GWT_LEVEL_CONTRACT, GWT_VERDICT_MATCH },
	};

	add("t/a", "api0000001", "res001", put_get);
	open_session_with((struct gwt_match_options){ .level = GWT_LEVEL_EFFECT });
	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_request request;
		struct gwt_match_result result;

		test_request(&arena, rows[i].method,
			     gwt_arena_printf(&arena, "/restapis/%s/resources/y/methods/GET/integration",
					      rows[i].api)
				     .ptr,
			     rows[i].body, &request);
		gwt_session_find(session, &request, &arena, &result);
		cr_expect_eq(result.ok, rows[i].ok, "%s", rows[i].label);
		cr_expect_eq(result.level, rows[i].level, "%s: %s", rows[i].label,
			     gwt_level_word(result.level));
		cr_expect_eq(result.verdict, rows[i].verdict, "%s: %s", rows[i].label,
			     gwt_verdict_word(result.verdict));
		if (result.ok)
			gwt_session_take(session);
	}
}

/* Of scenarios that begin alike, each needs its own first call: one call does not begin two. */
Test(match, strict_tells_scenarios_with_one_beginning_apart)
{
	static const struct test_step put_delete[] = {
		{ "put", PUT(MOCK), 201, NS("MOCK") },
		{ "delete", DEL, 204, NULL },
		{ NULL },
	};
	static const struct row rows[] = {
		{ "a", "PUT", "x", "y", "GET/integration", MOCK, GWT_VERDICT_MATCH, NULL, "put", NULL },
		{ "a", "GET", "x", "y", "GET/integration", NULL, GWT_VERDICT_MATCH, NULL, "get", NULL },
		{ "b, other ids", "PUT", "x", "z", "GET/integration", MOCK, GWT_VERDICT_MATCH, NULL, "put",
		  NULL },
		{ "b", "DELETE", "x", "z", "GET/integration", NULL, GWT_VERDICT_MATCH, "t/b", "delete",
		  NULL },
		{ "c, the ids of b", "PUT", "x", "z", "GET/integration", MOCK, GWT_VERDICT_MATCH, NULL, "put",
		  NULL },
		{ "one too many", "PUT", "x", "z", "GET/integration", MOCK, GWT_VERDICT_ALREADY_CONSUMED,
		  NULL, "put", NULL },
		{ "c", "GET", "x", "z", "GET/integration", NULL, GWT_VERDICT_MATCH, NULL, "get", NULL },
		{ "no more", "GET", "x", "z", "GET/integration", NULL, GWT_VERDICT_ALREADY_CONSUMED, NULL,
		  "get", NULL },
	};

	add("t/a", "api0000001", "res001", put_get);
	add("t/b", "api0000002", "res001", put_delete);
	add("t/c", "api0000003", "res001", put_get);
	open_session(true);
	PLAY(rows);
}

Test(match, strict_counts_a_call_once_though_two_scenarios_have_it)
{
	static const struct test_step put_get_delete[] = {
		{ "put", PUT(MOCK), 201, NS("MOCK") },
		{ "get", GET, 200, NS("MOCK") },
		{ "delete", DEL, 204, NULL },
		{ NULL },
	};
	static const struct row rows[] = {
		{ "b", "PUT", "x", "y", "GET/integration", MOCK, GWT_VERDICT_MATCH, NULL, "put", NULL },
		{ "b", "GET", "x", "y", "GET/integration", NULL, GWT_VERDICT_MATCH, NULL, "get", NULL },
		{ "b", "DELETE", "x", "y", "GET/integration", NULL, GWT_VERDICT_MATCH, "t/b", "delete",
		  NULL },
	};
	const struct gwt_entry *a, *b;

	add("t/a", "api0000001", "res001", put_get);
	add("t/b", "api0000002", "res001", put_get_delete);
	open_session(true);
	PLAY(rows);
	a = gwt_index_entries(index_, 0);
	b = gwt_index_entries(index_, 1);
	for (size_t i = 0; i < 2; i++)
		cr_expect_eq(gwt_session_uses(session, &a[i]), 0u, "a %zu was not called", i);
	for (size_t i = 0; i < 3; i++)
		cr_expect_eq(gwt_session_uses(session, &b[i]), 1u, "b %zu was", i);
}

static const struct test_step two_methods[] = {
	{ "put-get", PUT(MOCK), 201, NS("MOCK") },
	{ "put-post", "PUT", "POST/integration", MOCK, 201, NS("MOCK") },
	{ "get", GET, 200, NS("MOCK") },
	{ "delete", DEL, 204, NULL },
	{ NULL },
};

Test(match, independent_writes_come_in_any_order_but_not_under_order_strict)
{
	static const struct row causal[] = {
		{ "the second first, with ids of its own", "PUT", "x", "y", "POST/integration", MOCK,
		  GWT_VERDICT_MATCH, "t/a", "put-post", NULL },
		{ "the first", "PUT", "x", "y", "GET/integration", MOCK, GWT_VERDICT_MATCH, "t/a", "put-get",
		  NULL },
		{ "get", "GET", "x", "y", "GET/integration", NULL, GWT_VERDICT_MATCH, "t/a", "get", NULL },
	};
	static const struct row strict[] = {
		{ "the second first", "PUT", "api0000001", "res001", "POST/integration", MOCK,
		  GWT_VERDICT_OUT_OF_ORDER, "t/a", "put-post", NULL },
		{ "the first", "PUT", "api0000001", "res001", "GET/integration", MOCK, GWT_VERDICT_MATCH,
		  "t/a", "put-get", NULL },
		{ "a read before the next write is one after it", "GET", "api0000001", "res001",
		  "GET/integration", NULL, GWT_VERDICT_OUT_OF_ORDER, "t/a", "get", NULL },
	};

	add("t/a", "api0000001", "res001", two_methods);
	open_session(false);
	PLAY(causal);
	gwt_session_free(session);
	gwt_index_free(index_);
	open_session_with(
		(struct gwt_match_options){ .level = GWT_LEVEL_CONTRACT, .order = GWT_REPLAY_STRICT });
	PLAY(strict);
}

static const struct gwt_match_result *ask(const char *method, const char *tail, const char *body)
{
	struct gwt_request *request = gwt_arena_new(&arena, struct gwt_request);
	struct gwt_match_result *result = gwt_arena_new(&arena, struct gwt_match_result);

	test_request(&arena, method,
		     gwt_arena_printf(&arena, "/restapis/api0000001/resources/res001/methods/%s", tail).ptr,
		     body, request);
	gwt_session_find(session, request, &arena, result);
	if (result->ok)
		gwt_session_take(session);
	return result;
}

Test(match, a_breach_of_the_order_names_what_must_come_first_or_what_came_since)
{
	const struct gwt_match_result *result;

	add("t/a", "api0000001", "res001", two_methods);
	open_session(false);
	result = ask(GET);
	cr_expect_eq(result->verdict, GWT_VERDICT_OUT_OF_ORDER);
	cr_assert(result->comes_after);
	cr_expect(gwt_span_is(result->comes_after->interaction->id, "put-get"));
	cr_expect_eq(result->comparison.len, 0u, "there is nothing to expect or to get");
	ask(PUT(MOCK));
	cr_expect(ask(DEL)->ok);
	result = ask(GET);
	cr_expect_eq(result->verdict, GWT_VERDICT_OUT_OF_ORDER);
	cr_expect_null(result->comes_after);
	cr_assert(result->stale_since.entry);
	cr_expect(gwt_span_is(result->stale_since.entry->interaction->id, "delete"));
}

Test(match, a_write_of_the_backdrop_makes_stale_what_it_is_related_to)
{
	struct gwt_request request;
	struct gwt_response response = { .status = 200 };
	const struct gwt_match_result *result;

	add("t/a", "api0000001", "res001", two_methods);
	open_session(false);
	ask(PUT(MOCK));
	test_request(&arena, "PATCH", "/restapis/api0000001/resources/res001/methods/GET/integration", "{}",
		     &request);
	gwt_session_overtaken(session, &request, &response);
	result = ask(GET);
	cr_expect_eq(result->verdict, GWT_VERDICT_OUT_OF_ORDER);
	cr_expect_null(result->stale_since.entry);
	cr_expect(gwt_span_is(result->stale_since.operation, "UpdateIntegration"));
	cr_expect(gwt_span_eq(result->stale_since.path, request.path));
	cr_expect(ask("PUT", "POST/integration", MOCK)->ok, "the other method is as it was");
}

Test(match, what_programs_write_where_they_lost_an_id_is_not_an_id)
{
	static const char *const lost[] = {
		"undefined", "null", "None",
		"a%20b",     "a.b",  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	};

	add("t/a", "api0000001", "res001", put_get);
	open_session(false);
	for (size_t i = 0; i < GWT_LEN(lost); i++) {
		struct row row = {
			lost[i], "PUT", "x", lost[i], "GET/integration", MOCK, GWT_VERDICT_UNKNOWN_ID,
			"t/a",   "put", NULL
		};

		play(&row, 1);
	}
}

/* How many candidates are compared for a message does not change a verdict. */
Test(match, a_right_request_among_thousands_of_alike_scenarios_is_right)
{
	enum { MANY = 3000 };
	static const struct test_step steps[] = { { "put", PUT(MOCK), 201, NS("MOCK") },
						  { "get", GET, 200, NS("MOCK") },
						  { NULL } };
	static struct gwt_cassettes many; /* the session uses it until teardown() */
	struct row row = { "the last one",    "GET", NULL,  "res001", "GET/integration", NULL,
			   GWT_VERDICT_MATCH, NULL,  "get", NULL };

	many = (struct gwt_cassettes){ gwt_arena_array(&arena, struct gwt_cassette, MANY), MANY, MANY };
	for (size_t i = 0; i < MANY; i++)
		test_cassette(&arena, gwt_arena_printf(&arena, "t/s%zu", i).ptr,
			      gwt_arena_printf(&arena, "api%07zu", i).ptr, "res001", steps, &many.items[i]);
	index_ = gwt_index_new(&many);
	session = gwt_session_new(index_, &(struct gwt_match_options){ .level = GWT_LEVEL_CONTRACT });
	for (size_t i = MANY - 2; i < MANY; i++) {
		struct row put = { "put", "PUT", NULL, "res001", "GET/integration", MOCK, GWT_VERDICT_MATCH,
				   NULL,  "put", NULL };

		put.api = row.api = gwt_arena_printf(&arena, "api%07zu", i).ptr;
		play(&put, 1);
		play(&row, 1);
	}
}

Test(match, the_next_call_of_a_scenario_under_way_begins_no_other)
{
	static const struct test_step begins_alike[] = {
		{ "put", "PUT", "POST/integration", MOCK, 201, "{\"n\":9}\n" }, { NULL }
	};
	static const struct row rows[] = {
		{ "a", "PUT", "x", "y", "GET/integration", MOCK, GWT_VERDICT_MATCH, "t/a", "put-get", NULL },
		{ "a has it next", "PUT", "x", "y", "POST/integration", MOCK, GWT_VERDICT_MATCH, "t/a",
		  "put-post", NULL },
		{ "b may begin elsewhere", "PUT", "x", "z", "POST/integration", MOCK, GWT_VERDICT_MATCH,
		  "t/b", "put", "{\"n\":9}\n" },
	};

	add("t/a", "api0000001", "res001", two_methods);
	add("t/b", "api0000002", "res001", begins_alike);
	open_session(false);
	PLAY(rows);
}

Test(match, a_scenario_of_another_region_is_not_blamed)
{
	static const struct row rows[] = {
		{ "put", "PUT", "x", "y", "GET/integration", MOCK, GWT_VERDICT_MATCH, "t/b", "put", NULL },
		{ "get", "GET", "x", "y", "GET/integration", NULL, GWT_VERDICT_MATCH, "t/b", "get", NULL },
		{ "with the other's samples", "GET", "api0000001", "res001", "GET/integration", NULL,
		  GWT_VERDICT_WRONG_SCOPE, "t/a", NULL, NULL },
		{ "b goes on", "GET", "x", "y", "GET/integration", NULL, GWT_VERDICT_MATCH, "t/b", "get",
		  NULL },
	};

	add("t/a", "api0000001", "res001", put_get);
	add("t/b", "api0000002", "res001", put_get);
	items[0].provenance.region = GWT_SPAN("eu-west-1");
	open_session(false);
	PLAY(rows);
}

Test(match, where_all_are_of_another_region_the_scope_is_wrong_and_nothing_ambiguous)
{
	static const struct test_step a[] = { { "get", GET, 200, "{\"n\":1}\n" }, { NULL } };
	static const struct test_step b[] = { { "get", GET, 404, "{\"message\":\"x\"}\n" }, { NULL } };
	static const struct row rows[] = {
		{ "open", "GET", "x", "y", "GET/integration", NULL, GWT_VERDICT_WRONG_SCOPE, NULL, NULL,
		  NULL },
	};

	add("t/a", "api0000001", "res001", a);
	add("t/b", "api0000002", "res001", b);
	items[0].provenance.region = items[1].provenance.region = GWT_SPAN("eu-west-1");
	open_session(false);
	PLAY(rows);
}
