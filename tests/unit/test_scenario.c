/*
 * test_scenario.c - scenario files: what is read, what is refused and where, and
 * the requests that steps make.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/base/file.h"
#include "lib/scenario/scenario.h"
#include "lib/scenario/variable.h"
#include "lib/scenario/yaml.h"
#include "lib/json/pointer.h"
#include "lib/json/write.h"
#include "tests/support/data.h"
#include "tests/support/guard.h"

static struct gwt_arena arena;

static void drop(void)
{
	gwt_arena_release(&arena);
}

TestSuite(scenario, .fini = drop);

#define HEAD                                                                                                 \
	"about: a test\n"                                                                                    \
	"fixtures: [rest-api, resource, method]\n"                                                           \
	"variables: {team: null, size: large}\n"                                                             \
	"steps:\n"                                                                                           \
	"  - id: put\n"                                                                                      \
	"    call: PutIntegration\n"                                                                         \
	"    input:\n"

static gwt_status parse(const char *text, struct gwt_scenario *out, struct gwt_error *err)
{
	return gwt_scenario_parse(&arena, GWT_SPAN("group/name"), "s.yaml", gwt_guarded(gwt_span_of(text)),
				  out, err);
}

static struct gwt_scenario parsed(const char *text)
{
	struct gwt_scenario scenario;
	struct gwt_error err;

	cr_assert_eq(parse(text, &scenario, &err), GWT_OK, "%s", err.msg);
	return scenario;
}

static const char *written(const struct gwt_json *json)
{
	struct gwt_buf out;
	char *text;

	gwt_buf_init(&out, SIZE_MAX);
	gwt_json_write(&out, json, GWT_JSON_COMPACT);
	text = gwt_arena_cstr(&arena, gwt_buf_span(&out));
	gwt_buf_release(&out);
	return text;
}

/* Values for the variables in these tests; `team` has none. */
static struct gwt_span lookup(void *arg, struct gwt_span name)
{
	static const char *const values[][2] = {
		{ "restApiId", "a1b2c3d4e5" }, { "resourceId", "x/y z" }, { "accountId", "123456789012" },
		{ "region", "eu-west-1" },     { "size", "large" },       { "vpcLinkId", "link01" },
	};

	(void)arg;
	for (size_t i = 0; i < GWT_LEN(values); i++)
		if (gwt_span_is(name, values[i][0]))
			return gwt_span_of(values[i][1]);
	return GWT_ABSENT;
}

Test(scenario, the_sample_of_the_design_is_read_whole)
{
	struct gwt_scenario s = parsed(
		"about: MOCK with one request template\n"
		"tags: [type:MOCK, option:requestTemplates]\n"
		"fixtures: [rest-api, resource, method]       # what must exist first\n"
		"steps:\n"
		"  - id: put\n"
		"    call: PutIntegration\n"
		"    input:\n"
		"      restApiId: \"${restApiId}\"\n"
		"      resourceId: \"${resourceId}\"\n"
		"      httpMethod: GET\n"
		"      type: MOCK\n"
		"      requestTemplates:\n"
		"        application/json: |\n"
		"          {\"statusCode\": 200}\n"
		"    expect: {status: 201}\n"
		"  - id: get\n"
		"    call: GetIntegration\n"
		"    input: {restApiId: \"${restApiId}\", resourceId: \"${resourceId}\", httpMethod: GET}\n"
		"    expect: {status: 200, echoes: put}\n");

	cr_expect(gwt_span_is(s.name, "group/name") &&
		  gwt_span_is(s.about, "MOCK with one request template"));
	cr_assert_eq(s.tag_count, 2);
	cr_expect(gwt_span_is(s.tags[1], "option:requestTemplates"));
	cr_expect_eq(s.fixtures, GWT_FIXTURE_REST_API | GWT_FIXTURE_RESOURCE | GWT_FIXTURE_METHOD);
	cr_assert_eq(s.step_count, 2);
	cr_expect_str_eq(
		written(s.steps[0].input),
		"{\"restApiId\":\"${restApiId}\",\"resourceId\":\"${resourceId}\",\"httpMethod\":\"GET\","
		"\"type\":\"MOCK\",\"requestTemplates\":{\"application/json\":\"{\\\"statusCode\\\": "
		"200}\\n\"}}");
	cr_expect_eq(s.steps[0].expect_status, 201);
	cr_expect_eq(s.steps[0].line, 5);
	cr_expect_str_eq(s.steps[1].operation->name, "GetIntegration");
	cr_expect(gwt_span_is(s.steps[1].expect_echoes, "put"));
	cr_expect_null(s.steps[1].expect_error.ptr);
	cr_expect_null(s.steps[1].expect_body);
}

#define TWO_STEPS(echoes)                                                                                    \
	"about: x\nsteps:\n  - id: put\n    call: PutIntegration\n  - id: get\n    call: GetIntegration\n"   \
	"    expect: {echoes: " echoes "}\n"

/* DESIGN 4: `echoes: {of: put, except: [responseTransferMode]}` leaves out members that only a read shows. */
Test(scenario, an_echo_may_leave_out_members)
{
	static const struct {
		const char *label, *text, *part;
	} wrong[] = {
		{ "no list", TWO_STEPS("{of: put}"), "has no 'except'" },
		{ "no step", TWO_STEPS("{except: [a]}"), "has no 'of'" },
		{ "unknown step", TWO_STEPS("{of: pat, except: [a]}"),
		  "no step before this one is called 'pat'" },
		{ "no name", TWO_STEPS("{of: put, except: [1]}"), "the names of members" },
		{ "empty name", TWO_STEPS("{of: put, except: [\"\"]}"), "the names of members" },
		{ "a text", TWO_STEPS("{of: put, except: a}"), "a list" },
		{ "a number", TWO_STEPS("5"), "a mapping" },
		{ "unknown key", TWO_STEPS("{of: put, except: [a], but: b}"), "but" },
	};
	struct gwt_scenario s = parsed(TWO_STEPS("{of: put, except: [responseTransferMode]}")), again;
	struct gwt_buf text;
	struct gwt_error err;

	cr_expect(gwt_span_is(s.steps[1].expect_echoes, "put"));
	cr_assert_not_null(s.steps[1].echoes_except);
	gwt_buf_init(&text, SIZE_MAX);
	gwt_scenario_write(&text, &s);
	again = parsed(gwt_buf_cstr(&text));
	cr_expect(gwt_json_equal(s.steps[1].echoes_except, again.steps[1].echoes_except), "%s",
		  gwt_buf_cstr(&text));
	gwt_buf_release(&text);
	for (size_t i = 0; i < GWT_LEN(wrong); i++) {
		cr_expect_eq(parse(wrong[i].text, &again, &err), GWT_EPARSE, "%s", wrong[i].label);
		cr_expect(strstr(err.msg, wrong[i].part), "%s: %s", wrong[i].label, err.msg);
	}
}

Test(scenario, the_hash_is_of_the_file_bytes)
{
	/* printf 'about: a\nsteps: [{id: a, call: GetAccount}]\n' | sha256sum */
	struct gwt_scenario s = parsed("about: a\nsteps: [{id: a, call: GetAccount}]\n");

	cr_expect_str_eq(s.sha256, "4d8d24209d9b10dd78a40796c57b044f3d46a9881f1e7463986c630c8f153a0d");
}

Test(scenario, values_are_exact)
{
	static const struct {
		const char *yaml, *json;
	} rows[] = {
		/* on the right: their value in YAML 1.2 and JSON */
		{ "yes", "\"yes\"" },
		{ "no", "\"no\"" },
		{ "on", "\"on\"" },
		{ "1_000", "\"1_000\"" },
		{ "12:30:45", "\"12:30:45\"" },
		{ "2026-01-01", "\"2026-01-01\"" },
		{ "0b1", "\"0b1\"" },
		{ "1e3", "1e3" },
		{ "-0", "-0" },
		{ "1.0", "1.0" },
		{ "1.50E+2", "1.50E+2" },
		{ "9007199254740993", "9007199254740993" },
		{ "true", "true" },
		{ "False", "false" },
		{ "~", "null" },
		{ "null", "null" },
		{ "'null'", "\"null\"" },
		{ "\"true\"", "\"true\"" },
		{ "\"1\"", "\"1\"" },
		{ "''", "\"\"" },
		{ "{}", "{}" },
		{ "[]", "[]" },
		{ "\"a\\0b\"", "\"a\\u0000b\"" },
		{ "\"\\r\\n\"", "\"\\r\\n\"" },
		{ "\"\\u2028\"", "\"\xe2\x80\xa8\"" },
		{ "\"\\U0001F600\"", "\"\xf0\x9f\x98\x80\"" },
		{ "\xf0\x9f\x98\x80 \xe2\x80\xa8x", "\"\xf0\x9f\x98\x80 \xe2\x80\xa8x\"" },
		{ "'it''s'", "\"it's\"" },
		{ "a # b", "\"a\"" },
		{ "a#b", "\"a#b\"" },
		{ "|\n        one\n         two\n\n", "\"one\\n two\\n\"" },
		{ "|-\n        one\n        two\n", "\"one\\ntwo\"" },
		{ "|+\n        one\n", "\"one\\n\\n\"" },
		{ ">\n        one\n        two\n", "\"one two\\n\"" },
		{ "|\n        \ttab\n", "\"\\ttab\\n\"" },
		{ "- .5", NULL }, /* refused */
		{ ".5", NULL },
		{ "5.", NULL },
		{ "+1", NULL },
		{ "0x1f", NULL },
		{ "0o7", NULL },
		{ "007", NULL },
		{ "-.inf", NULL },
		{ ".nan", NULL },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_span text = gwt_arena_printf(&arena, "v: %s\n", rows[i].yaml);
		struct gwt_error err;
		struct gwt_json *json = NULL;
		gwt_status status = gwt_yaml_parse(&arena, "v.yaml", gwt_guarded(text), &json, &err);

		if (!rows[i].json) {
			cr_expect_eq(status, GWT_EPARSE, "%s", rows[i].yaml);
			continue;
		}
		cr_assert_eq(status, GWT_OK, "%s: %s", rows[i].yaml, err.msg);
		cr_expect_str_eq(written(gwt_json_get(json, "v")), rows[i].json, "%s", rows[i].yaml);
	}
}

/* tests/data/scenarios/broken: the first line of each file is the error, "# LINE:COLUMN: reason". */
Test(scenario, every_broken_file_gets_its_own_message_line_and_column)
{
	const char *dir = gwt_file_join(&arena, gwt_test_source(), "tests/data/scenarios/broken");
	struct gwt_file_list files = { 0 };
	struct gwt_error err;

	cr_assert_eq(gwt_file_list(&arena, dir, ".yaml", &files, &err), GWT_OK, "%s", err.msg);
	cr_assert_geq(files.len, 20);
	for (size_t i = 0; i < files.len; i++) {
		struct gwt_span text = gwt_test_read(&arena, dir, files.paths[i]), rest = text;
		struct gwt_span want = gwt_span_slice(gwt_span_cut(&rest, '\n'), 2, SIZE_MAX);
		struct gwt_scenario scenario;

		cr_expect_eq(gwt_scenario_parse(&arena, GWT_SPAN("broken/it"), "", gwt_guarded(text),
						&scenario, &err),
			     GWT_EPARSE, "%s", files.paths[i]);
		cr_expect(gwt_span_is(want, err.msg + 1), "%s: %s", files.paths[i], err.msg + 1);
	}
}

Test(scenario, what_no_text_file_can_hold_is_refused_too)
{
	static const struct {
		const char *text, *message;
	} rows[] = {
		{ "", "s.yaml:1:1: the file is empty" },
		{ "# nothing\n", "s.yaml:2:1: the file is empty" },
		{ "\xef\xbb\xbf"
		  "about: x\n",
		  "s.yaml:1:1: the file begins with a byte order mark; save it as UTF-8 without one" },
		{ "just text\n", "s.yaml:1:1: a scenario must be a mapping, this is text" },
	};
	struct gwt_scenario scenario;
	struct gwt_error err;

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		cr_expect_eq(parse(rows[i].text, &scenario, &err), GWT_EPARSE);
		cr_expect_str_eq(err.msg, rows[i].message);
	}
}

Test(scenario, alias_bombs_and_deep_nests_end_at_once)
{
	struct gwt_buf deep;
	struct gwt_scenario scenario;
	struct gwt_error err;

	cr_expect_eq(parse("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", &scenario, &err), GWT_EPARSE);
	cr_expect(strstr(err.msg, "anchors and aliases are not allowed"), "%s", err.msg);
	gwt_buf_init(&deep, SIZE_MAX);
	for (int i = 0; i < 200000; i++)
		gwt_buf_add_char(&deep, '[');
	cr_expect_eq(parse(gwt_buf_cstr(&deep), &scenario, &err), GWT_EPARSE);
	cr_expect_str_eq(err.msg, "s.yaml:1:66: nested deeper than 64 levels");
	while (deep.len <= GWT_MAX_SCENARIO_BYTES)
		gwt_buf_add_text(&deep, "# long\n");
	cr_expect_eq(parse(gwt_buf_cstr(&deep), &scenario, &err), GWT_ELIMIT);
	gwt_buf_release(&deep);
}

Test(scenario, a_file_cut_at_any_byte_is_read_within_its_bytes)
{
	struct gwt_span text = gwt_test_read(&arena, gwt_test_source(), "scenarios/types/http.yaml");
	struct gwt_arena each = { 0 };
	size_t accepted = 0;

	for (size_t len = 0; len < text.len; len++) {
		struct gwt_scenario scenario;
		struct gwt_error err = { 0 };
		gwt_status status =
			gwt_scenario_parse(&each, GWT_SPAN("a/b"), "cut.yaml",
					   gwt_guarded(gwt_span_slice(text, 0, len)), &scenario, &err);

		cr_expect(status == GWT_OK || !strncmp(err.msg, "cut.yaml:", 9), "%zu: %s", len, err.msg);
		accepted += status == GWT_OK;
		gwt_arena_reset(&each);
	}
	cr_expect_gt(accepted, 0);
	gwt_arena_release(&each);
}

static const char *used(const struct gwt_uses *uses)
{
	struct gwt_buf out;
	char *text;

	gwt_buf_init(&out, SIZE_MAX);
	for (size_t i = 0; i < uses->len; i++)
		gwt_buf_printf(&out, GWT_SPAN_FMT " " GWT_SPAN_FMT "\n", GWT_SPAN_ARG(uses->items[i].at),
			       GWT_SPAN_ARG(uses->items[i].variable));
	text = gwt_arena_cstr(&arena, gwt_buf_span(&out));
	gwt_buf_release(&out);
	return text;
}

Test(scenario, a_request_follows_the_model_and_says_where_variables_went)
{
	struct gwt_scenario s = parsed(
		HEAD
		"      type: AWS\n"
		"      httpMethod: \"a/\xc3\xa9~\"\n"
		"      restApiId: \"${restApiId}\"\n"
		"      resourceId: \"${resourceId}\"\n"
		"      integrationHttpMethod: POST\n"
		"      credentials: {$sub: \"arn:aws:iam::${accountId}:role/${size}-$${region}-${stageVariables.x}\"}\n"
		"      connectionId: \"${stageVariables.vpc}\"\n"
		"      cacheNamespace: \"$${region}\"\n"
		"      requestTemplates: {application/json: \"${size}\", x: \"is ${size}\"}\n"
		"      timeoutInMillis: 1.0e3\n"
		"      notInTheModel: [null, \"${region}\"]\n");
	struct gwt_request request;
	struct gwt_uses uses = { 0 };
	struct gwt_error err;

	cr_assert_eq(gwt_step_request(&s.steps[0], lookup, NULL, &arena, &request, &uses, &err), GWT_OK, "%s",
		     err.msg);
	cr_expect(gwt_span_is(request.method, "PUT"));
	cr_expect(gwt_span_is(request.target,
			      "/restapis/a1b2c3d4e5/resources/x%2Fy%20z/methods/a%2F%C3%A9~/integration"));
	cr_expect(
		gwt_span_is(
			request.body,
			"{\"type\":\"AWS\",\"httpMethod\":\"POST\",\"credentials\":\"arn:aws:iam::123456789012:"
			"role/large-${region}-${stageVariables.x}\",\"connectionId\":\"${stageVariables.vpc}\","
			"\"cacheNamespace\":\"${region}\",\"requestTemplates\":{\"application/json\":\"large\","
			"\"x\":\"is ${size}\"},\"timeoutInMillis\":1.0e3,\"notInTheModel\":[null,\"eu-west-1\"]}"),
		GWT_SPAN_FMT, GWT_SPAN_ARG(request.body));
	cr_expect_eq(request.headers.len, 2);
	cr_expect(gwt_span_is(gwt_headers_get(&request.headers, "accept"), "application/json"));
	cr_expect(gwt_span_is(gwt_headers_get(&request.headers, "content-type"), "application/json"));
	cr_expect_str_eq(used(&uses),
			 "path/1 restApiId\n"
			 "path/3 resourceId\n"
			 "body/credentials@13+12 accountId\n"
			 "body/credentials@31+5 size\n"
			 "body/requestTemplates/application~1json size\n"
			 "body/notInTheModel/1 region\n",
			 "%s", used(&uses));
}

static struct gwt_span id_in_pieces(void *arg, struct gwt_span name)
{
	(void)arg;
	return gwt_span_is(name, "restApiId") ? GWT_SPAN("a/b c") : GWT_SPAN("v");
}

Test(scenario, a_call_by_method_and_path_is_sent_as_it_stands)
{
	static const struct {
		const char *step, *target, *body, *uses;
	} rows[] = {
		{ "call: {method: GET, path: \"/x%2fy/a:b?q=%7e&r\"}", "/x%2fy/a:b?q=%7e&r", NULL, "" },
		{ "call: {method: GET, path: {$sub: \"/restapis/${restApiId}/x%2fy\"}}",
		  "/restapis/a%2Fb%20c/x%2fy", NULL, "restApiId=path/1 " },
		{ "call: {method: GET, path: {$sub: \"/a/p-${restApiId}?size=${size}&n=1\"}}",
		  "/a/p-a%2Fb%20c?size=v&n=1", NULL, "restApiId=path/1@2+5 size=query/size " },
		{ "call: {method: GET, path: {$sub: \"/a/$${restApiId}\"}}", "/a/$${restApiId}", NULL, "" },
		{ "call: {method: PUT, path: /x}\n    input: {}", "/x", "{}", "" },
		{ "call: {method: PUT, path: /x}\n    input: [1.0, \"${size}\"]", "/x", "[1.0,\"v\"]",
		  "size=body/1 " },
		{ "call: {method: PUT, path: /x}\n    input: \"swagger: '2.0'\\n\"", "/x", "swagger: '2.0'\n",
		  "" },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		gwt_auto(gwt_buf_release) struct gwt_buf uses = { .max = SIZE_MAX };
		struct gwt_scenario s = parsed(gwt_arena_printf(&arena,
								"about: x\nvariables: {size: null}\n"
								"steps:\n  - id: a\n    %s\n",
								rows[i].step)
						       .ptr);
		struct gwt_uses used = { 0 };
		struct gwt_request request;

		cr_assert(gwt_step_is_raw(&s.steps[0]));
		cr_assert_eq(gwt_step_request(&s.steps[0], id_in_pieces, NULL, &arena, &request, &used, NULL),
			     GWT_OK, "%s", rows[i].step);
		for (size_t j = 0; j < used.len; j++)
			gwt_buf_printf(&uses, GWT_SPAN_FMT "=" GWT_SPAN_FMT " ",
				       GWT_SPAN_ARG(used.items[j].variable), GWT_SPAN_ARG(used.items[j].at));
		cr_expect(gwt_span_is(request.target, rows[i].target), GWT_SPAN_FMT,
			  GWT_SPAN_ARG(request.target));
		cr_expect(gwt_span_is(request.body, rows[i].body ? rows[i].body : ""), GWT_SPAN_FMT,
			  GWT_SPAN_ARG(request.body));
		cr_expect_eq(gwt_headers_get(&request.headers, "content-type").ptr != NULL,
			     rows[i].body != NULL, "%s", rows[i].step);
		cr_expect(gwt_span_is(gwt_buf_span(&uses), rows[i].uses), "%s: " GWT_SPAN_FMT, rows[i].step,
			  GWT_SPAN_ARG(gwt_buf_span(&uses)));
	}
}

Test(scenario, body_and_content_type_are_there_exactly_when_the_operation_takes_a_body)
{
	static const struct {
		const char *step, *target, *body;
	} rows[] = {
		{ "call: PutIntegration", "/restapis//resources//methods//integration", "{}" },
		{ "call: GetIntegration, input: {restApiId: ..}",
		  "/restapis/../resources//methods//integration", "" },
		{ "call: GetIntegration, input: {extra: 1}", "/restapis//resources//methods//integration",
		  "{\"extra\":1}" },
		{ "call: DeleteIntegration, input: {httpMethod: true, resourceId: 12}",
		  "/restapis//resources/12/methods/true/integration", "" },
		{ "call: GetResources, input: {restApiId: a, embed: [methods, \"a b&\"], limit: 25}",
		  "/restapis/a/resources?embed=methods&embed=a%20b%26&limit=25", "" },
		{ "call: UpdateAccount", "/account", "{}" },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_span text =
			gwt_arena_printf(&arena, "about: x\nsteps: [{id: a, %s}]\n", rows[i].step);
		struct gwt_scenario s = parsed(text.ptr);
		struct gwt_request request;
		struct gwt_error err;

		cr_assert_eq(gwt_step_request(&s.steps[0], lookup, NULL, &arena, &request, NULL, &err),
			     GWT_OK);
		cr_expect(gwt_span_is(request.target, rows[i].target), "%s: " GWT_SPAN_FMT, rows[i].step,
			  GWT_SPAN_ARG(request.target));
		cr_expect(gwt_span_is(request.body, rows[i].body), "%s: " GWT_SPAN_FMT, rows[i].step,
			  GWT_SPAN_ARG(request.body));
		cr_expect_eq(gwt_headers_count(&request.headers, "content-type"), rows[i].body[0] != 0);
		cr_expect_eq(gwt_headers_count(&request.headers, "accept"), 1);
	}
}

Test(scenario, a_variable_without_a_value_is_an_error_that_names_it)
{
	struct gwt_scenario s = parsed(HEAD "      cacheNamespace: \"${team}\"\n");
	struct gwt_request request;
	struct gwt_error err;

	cr_expect_eq(gwt_step_request(&s.steps[0], lookup, NULL, &arena, &request, NULL, &err), GWT_EPARSE);
	cr_expect_str_eq(err.msg,
			 "step 'put': variable 'team' has no value; give it one with --set team=VALUE");
}

static const char *names_of(const struct gwt_scenarios *set)
{
	struct gwt_buf out;
	char *text;

	gwt_buf_init(&out, SIZE_MAX);
	for (size_t i = 0; i < set->len; i++)
		gwt_buf_printf(&out, GWT_SPAN_FMT " ", GWT_SPAN_ARG(set->items[i].name));
	text = gwt_arena_cstr(&arena, gwt_buf_span(&out));
	gwt_buf_release(&out);
	return text;
}

Test(scenario, names_and_groups_select_from_a_folder)
{
	static const struct {
		const char *names[3], *found;
	} rows[] = {
		{ { NULL }, "a/one a/two ab/one " },
		{ { "a" }, "a/one a/two " },
		{ { "a/" }, "a/one a/two " },
		{ { "a/two", "ab/one" }, "a/two ab/one " },
		{ { "a/one", "a" }, "a/one a/two " },
		{ { "a/one", "none" }, NULL },
		{ { "a/on" }, NULL },
	};
	const char *dir = gwt_file_join(&arena, gwt_test_source(), "tests/data/scenarios/set");

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_scenarios set = { 0 };
		struct gwt_error err;
		size_t count = 0;
		gwt_status status;

		while (count < 3 && rows[i].names[count])
			count++;
		status = gwt_scenarios_load(&arena, dir, (char *const *)rows[i].names, count, &set, &err);
		cr_expect_eq(status, rows[i].found ? GWT_OK : GWT_EUNCHECKED, "row %zu", i);
		if (rows[i].found)
			cr_expect_str_eq(names_of(&set), rows[i].found);
	}
}

Test(scenario, a_scenario_is_written_in_one_spelling_that_reads_back_the_same)
{
	static const char text[] = "about: \"'quoted': text\"\n"
				   "tags: [type:AWS, \"a, b\"]\n"
				   "fixtures: [rest-api, resource, method]\n"
				   "variables: {size: large, team: null}\n"
				   "steps:\n"
				   "  - id: put\n"
				   "    call: PutIntegration\n"
				   "    input:\n"
				   "      restApiId: \"${restApiId}\"\n"
				   "      type: AWS\n"
				   "      uri: {$sub: \"arn:aws:apigateway:${region}:s3:path/b\"}\n"
				   "      requestTemplates:\n"
				   "        application/json: |\n"
				   "          {\"a\": 1}\n"
				   "\n"
				   "            two\n"
				   "        text/plain: |-\n"
				   "          no\n"
				   "          end\n"
				   "        x/y: \"\\0 \\r\\n\\L \\\\ caf\xc3\xa9\"\n"
				   "      cacheKeyParameters: []\n"
				   "      timeoutInMillis: 1.0e3\n"
				   "      numbers: [\"1\", \"true\", \"~\", \"\", null, false]\n"
				   "    expect: {status: 201, body: {type: AWS}}\n"
				   "  - id: get\n"
				   "    call: GetIntegration\n"
				   "    expect: {status: 404, error: NotFoundException}\n"
				   "  - id: raw\n"
				   "    call: {method: GET, path: \"/usageplans?limit=5\"}\n"
				   "  - id: raw-empty\n"
				   "    call: {method: PUT, path: {$sub: \"/restapis/${restApiId}/x%2Fy\"}}\n"
				   "    input: {}\n"
				   "  - id: raw-text\n"
				   "    call: {method: PUT, path: /x}\n"
				   "    input: \"\\\"quoted\\\"\"\n";
	struct gwt_scenario s = parsed(text);
	struct gwt_buf out;

	gwt_buf_init(&out, SIZE_MAX);
	gwt_scenario_write(&out, &s);
	cr_expect_str_eq(gwt_buf_cstr(&out), text, "%s", gwt_buf_cstr(&out));
	gwt_buf_release(&out);
}

Test(scenario, every_scenario_of_the_project_is_accepted)
{
	const char *dir = gwt_file_join(&arena, gwt_test_source(), "scenarios");
	struct gwt_scenarios set = { 0 };
	struct gwt_error err;

	cr_assert_eq(gwt_scenarios_load(&arena, dir, NULL, 0, &set, &err), GWT_OK, "%s", err.msg);
	cr_expect_geq(set.len, 5);
	for (size_t i = 0; i < set.len; i++)
		for (size_t s = 0; s < set.items[i].step_count; s++)
			cr_expect(set.items[i].steps[s].expect_status,
				  GWT_SPAN_FMT ": step " GWT_SPAN_FMT " pins no "
					       "status",
				  GWT_SPAN_ARG(set.items[i].name), GWT_SPAN_ARG(set.items[i].steps[s].id));
}

/* DESIGN, section 4, "Variables are typed". */
Test(scenario, a_type_takes_the_values_that_are_of_it)
{
	static const struct {
		const char *type, *value;
		bool takes;
	} rows[] = {
		{ "account-id", "123456789012", true },
		{ "account-id", "12345678901", false },
		{ "account-id", "1234567890123", false },
		{ "account-id", "12345678901a", false },
		{ "account-id", "", false },
		{ "region", "us-east-1", true },
		{ "region", "us-gov-west-1", true },
		{ "region", "ap-southeast-10", true },
		{ "region", "us-east", false },
		{ "region", "us-east-", false },
		{ "region", "US-EAST-1", false },
		{ "region", "east-1", false },
		{ "region", "us-east-1.evil.example", false },
		{ "region", "*", false },
		{ "id", "a1b2c3", true },
		{ "id", "Ab-_9", true },
		{ "id", "", false },
		{ "id", "undefined", false },
		{ "id", "null", false },
		{ "id", "None", false },
		{ "id", "a b", false },
		{ "id", "a/b", false },
		{ "id", "%24", false },
		{ "rest-api-id", "undefined", false },
		{ "resource-id", "undefined", false },
		{ "vpc-link-id", "null", false },
		{ "text", "", true },
		{ "text", "undefined", true },
		{ "text", "a b/\xc3\xa9", true },
	};
	char longest[GWT_VARIABLE_ID_BYTES + 2];

	for (size_t i = 0; i < GWT_LEN(rows); i++)
		cr_expect_eq(gwt_variable_takes(gwt_span_of(rows[i].type),
						gwt_guarded(gwt_span_of(rows[i].value))),
			     rows[i].takes, "%s: '%s'", rows[i].type, rows[i].value);
	memset(longest, 'a', sizeof(longest));
	cr_expect(gwt_variable_takes(GWT_SPAN("id"), (struct gwt_span){ longest, 64 }));
	cr_expect_not(gwt_variable_takes(GWT_SPAN("id"), (struct gwt_span){ longest, 65 }));
}

Test(scenario, a_variable_may_declare_its_type)
{
	struct gwt_scenario s =
		parsed("about: a\nvariables: {suffix: {type: text, default: null}, linkId: {type: text, "
		       "default: a b}, account: {type: account-id}, teamId: null, name: x}\nsteps:\n"
		       "  - {id: get, call: GetRestApis}\n");
	static const struct {
		const char *name, *type, *value;
	} rows[] = {
		{ "suffix", "text", NULL },
		{ "linkId", "text", "a b" },
		{ "account", "account-id", NULL },
		{ "teamId", "id", NULL },
		{ "name", "text", "x" },
		{ "restApiId", "rest-api-id", NULL },
		{ "resourceId2", "resource-id", NULL },
	};
	gwt_auto(gwt_buf_release) struct gwt_buf out = { 0 };
	struct gwt_scenario again;
	struct gwt_error err;

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_span type = gwt_variable_declared_type(s.variables, gwt_span_of(rows[i].name));
		struct gwt_span value = gwt_variable_default(s.variables, gwt_span_of(rows[i].name));

		cr_expect(gwt_span_is(type, rows[i].type), "%s", rows[i].name);
		cr_expect(rows[i].value ? gwt_span_is(value, rows[i].value) : !value.ptr, "%s", rows[i].name);
	}
	gwt_buf_init(&out, SIZE_MAX);
	gwt_scenario_write(&out, &s);
	cr_assert_eq(gwt_scenario_parse(&arena, GWT_SPAN("group/name"), "s.yaml", gwt_buf_span(&out), &again,
					&err),
		     GWT_OK, "%s", err.msg);
	cr_expect(gwt_json_equal(s.variables, again.variables));
}

Test(scenario, a_type_that_is_not_one_is_refused)
{
	static const struct {
		const char *variables, *says;
	} rows[] = {
		{ "{a: {type: string}}", "the type of a variable must be one of text, id" },
		{ "{a: {type: timestamp}}", "the type of a variable must be one of text, id" },
		{ "{a: {default: x}}", "the type of a variable must be one of text, id" },
		{ "{a: {type: text, value: x}}", "unknown key 'value'; a variable has type, default" },
		{ "{a: {type: text, default: 1}}", "the default of a variable must be text" },
		{ "{a: {type: account-id, default: abc}}", "must be twelve digits" },
		{ "{a: {type: region, default: nowhere}}", "must be the name of a region" },
		{ "{a: [x]}", "the value of a variable must be text, null" },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_scenario s;
		struct gwt_error err;
		const char *text = gwt_arena_printf(&arena,
						    "about: a\nvariables: %s\nsteps:\n"
						    "  - {id: get, call: GetRestApis}\n",
						    rows[i].variables)
					   .ptr;

		cr_expect_eq(parse(text, &s, &err), GWT_EPARSE, "%s", rows[i].variables);
		cr_expect(strstr(err.msg, rows[i].says), "%s: %s", rows[i].variables, err.msg);
	}
}
