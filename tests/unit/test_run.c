/* What a run counts, and what it says at its end: row by row, from cassettes in memory. */
#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/bounds.h"
#include "lib/base/file.h"
#include "lib/contract/compare.h"
#include "lib/json/pointer.h"
#include "lib/json/write.h"
#include "lib/report/format.h"
#include "lib/report/grid.h"
#include "lib/report/html_grid.h"
#include "lib/report/run.h"
#include "tests/support/cassettes.h"

static struct gwt_arena arena;
static struct gwt_error err;
static struct gwt_cassette cassettes[2];
static struct gwt_index *indexed;
static struct gwt_run run;
static struct gwt_buf out;

#define DECLARED  "\"requestParameters\":{\"method.request.querystring.q\":true}"
#define KEY(name) "\"cacheKeyParameters\":[\"method.request.querystring." name "\"]"

static const struct test_step steps[] = {
	{ "method", "PUT", "GET", "{\"authorizationType\":\"NONE\"," DECLARED "}", 201, "{}" },
	{ "put", "PUT", "GET/integration", "{\"type\":\"MOCK\"}", 201, "{}" },
	{ "more", "PUT", "GET/integration",
	  "{\"type\":\"MOCK\",\"connectionType\":\"INTERNET\"," KEY("q") "}", 201, "{}" },
	{ "undeclared", "PUT", "GET/integration",
	  "{\"type\":\"MOCK\",\"connectionType\":\"VPC_LINK\"," KEY("z") "}", 201, "{}" },
	{ "odd", "PUT", "GET/integration", "{\"type\":\"MOCK\",\"connectionType\":\"TOMORROW\"}", 201, "{}" },
	{ "get", "GET", "GET/integration", NULL, 200, "{}" },
	{ "list", "PUT", "GET/integration", "[1]", 400, "{}" },
	{ "newer", "PUT", "GET/integration", "{\"type\":\"TOMORROW\"}", 400, "{}" },
	{ NULL },
};
static const struct test_step other[] = {
	{ "put", "PUT", "GET/integration", "{\"type\":\"AWS\",\"httpMethod\":\"POST\"}", 201, "{}" },
	{ NULL },
};

static void setup(void)
{
	static const struct gwt_cassettes both = { cassettes, GWT_LEN(cassettes), GWT_LEN(cassettes) };

	test_cassette(&arena, "t/mock", "api0000001", "res001", steps, &cassettes[0]);
	test_cassette(&arena, "t/aws", "api0000002", "res002", other, &cassettes[1]);
	indexed = gwt_index_new(&both);
	gwt_run_init(&run, true);
	gwt_buf_init(&out, SIZE_MAX);
}

static void teardown(void)
{
	gwt_run_release(&run);
	gwt_index_free(indexed);
	gwt_buf_release(&out);
	gwt_arena_release(&arena);
}

TestSuite(run, .init = setup, .fini = teardown);

static const struct gwt_entry *entry_of(size_t cassette, const char *id)
{
	size_t at = gwt_cassette_find(&cassettes[cassette], gwt_span_of(id));

	cr_assert_neq(at, SIZE_MAX, "%s", id);
	return &gwt_index_entries(indexed, cassette)[at];
}

static void add_match(const char *id, enum gwt_level level)
{
	gwt_run_add(&run, &(struct gwt_run_row){ .ok = true,
						 .entry = entry_of(0, id),
						 .level = level,
						 .operation = GWT_SPAN("PutIntegration"),
						 .verdict = GWT_VERDICT_MATCH });
}

static void add_breach(const char *id, enum gwt_verdict verdict, const char *session,
		       const struct gwt_comparison *comparison)
{
	gwt_run_add(&run, &(struct gwt_run_row){ .entry = entry_of(0, id),
						 .session = gwt_span_of(session),
						 .verdict = verdict,
						 .comparison = comparison,
						 .text = GWT_SPAN("text") });
}

static void add_other(enum gwt_verdict verdict, bool faulted)
{
	gwt_run_add(&run, &(struct gwt_run_row){ .ok = true, .verdict = verdict, .faulted = faulted });
}

static const char *summary(void)
{
	gwt_buf_clear(&out);
	gwt_run_summary(&out, &run);
	return gwt_buf_cstr(&out);
}

/* DESIGN 2: "Exit codes". */
Test(run, the_exit_code_says_the_worst_that_happened)
{
	cr_expect_eq(gwt_run_verdict(&run), 5, "nothing was compared");
	add_other(GWT_VERDICT_BACKDROP, false);
	add_other(GWT_VERDICT_FORWARDED, false);
	add_other(GWT_VERDICT_FOREIGN_SERVICE, true);
	cr_expect_eq(gwt_run_verdict(&run), 5, "nothing of these was held against a contract");
	run.unreachable = 1;
	cr_expect_eq(gwt_run_verdict(&run), 4);
	run.unreachable = 0;
	add_match("put", GWT_LEVEL_SIGNED);
	cr_expect_eq(gwt_run_verdict(&run), 0);
	gwt_run_add_unused(&run, entry_of(0, "get"), false);
	cr_expect_eq(gwt_run_verdict(&run), 0, "nobody asked for it");
	gwt_run_add_unused(&run, entry_of(0, "odd"), true);
	cr_expect_eq(gwt_run_verdict(&run), 1);
	run.unreachable = 1;
	add_breach("put", GWT_VERDICT_WRONG_VALUE, "a", NULL);
	cr_expect_eq(gwt_run_verdict(&run), 1);
}

Test(run, a_summary_of_nothing_is_no_success)
{
	run.exit_code = 5;
	cr_expect_str_eq(summary(), "FAIL: 0 requests, 0 matched, 0 broken\n"
				    "nothing was compared: that is not success (exit 5)\n");
}

Test(run, a_summary_counts_each_kind)
{
	add_match("put", GWT_LEVEL_WIRE);
	add_match("more", GWT_LEVEL_SIGNED);
	add_match("more", GWT_LEVEL_SIGNED);
	add_match("odd", GWT_LEVEL_EFFECT);
	cr_expect_str_eq(summary(),
			 "ok: 4 requests, 4 matched (level wire: 1, signed: 2, effect: 1), 0 broken\n"
			 "answers by evidence: aws-live 4\n");
	add_other(GWT_VERDICT_BACKDROP, false);
	add_other(GWT_VERDICT_FORWARDED, false);
	add_other(GWT_VERDICT_FOREIGN_SERVICE, true);
	gwt_run_relax(&run, "signatures are not checked");
	run.exit_code = 4;
	run.unreachable = 1;
	run.unreachable_reason = "connection refused";
	cr_expect_str_eq(
		summary(),
		"FAIL: 7 requests, 4 matched (level wire: 1, signed: 2, effect: 1), 0 broken, 1 answered by the "
		"backdrop, 1 passed on, 1 answered by a scripted fault\n"
		"answers by evidence: aws-live 4\nnot strict: signatures are not checked\n"
		"1 of the requests passed on got no answer: connection refused (exit 4)\n");
}

/* A call that came too early, or never, because of a breach is its consequence, in the same session only. */
Test(run, a_summary_tells_a_breach_from_what_follows_it)
{
	struct gwt_run_row early = { .entry = entry_of(0, "get"),
				     .session = GWT_SPAN("a"),
				     .verdict = GWT_VERDICT_OUT_OF_ORDER,
				     .comes_after = entry_of(0, "put") };

	add_breach("put", GWT_VERDICT_WRONG_VALUE, "a", NULL);
	gwt_run_add(&run, &early);
	early.session = GWT_SPAN("b");
	gwt_run_add(&run, &early);
	cr_expect_eq(run.consequences, 1u);
	gwt_run_add_unused(&run, entry_of(0, "odd"), true);
	gwt_run_add_unused(&run, entry_of(0, "newer"), true);
	gwt_run_add_unused(&run, entry_of(1, "put"), true);
	run.exit_code = 1;
	cr_expect_str_eq(
		summary(),
		"FAIL: 3 requests, 0 matched, 3 broken (1 of them as a consequence of one before)\n"
		"unused: 3 recorded interactions (FAIL: --scenario or --strict asks for 1) (2 of them "
		"after a call that was broken)\n  t/mock: odd, newer\n  t/aws: put\n");
}

Test(run, a_summary_shows_some_scenarios_and_says_that_there_are_more)
{
	for (size_t i = 0; i < 5; i++) {
		gwt_run_add_unused(&run, entry_of(0, "put"), false);
		gwt_run_add_unused(&run, entry_of(1, "put"), false);
	}
	cr_expect(strstr(summary(), "unused: 10 recorded interactions\n  t/mock: put\n  t/aws: put\n"));
	cr_expect(strstr(summary(), "  t/aws: put\n  … and more (--report json:FILE lists all)\n"));
}

static const struct gwt_json *at(const struct gwt_json *json, const char *pointer)
{
	return gwt_json_pointer_get((struct gwt_json *)(uintptr_t)json, gwt_span_of(pointer));
}

static const char *text_at(const struct gwt_json *json, const char *pointer)
{
	gwt_auto(gwt_buf_release) struct gwt_buf text = { .max = SIZE_MAX };
	const struct gwt_json *found = at(json, pointer);

	if (found)
		gwt_json_write(&text, found, GWT_JSON_COMPACT);
	return gwt_arena_cstr(&arena, gwt_buf_span(&text));
}

/* DESIGN 5: the fields of `--report json:FILE`; "" means that the field is absent. */
Test(run, the_report_has_the_fields_of_the_design)
{
	static const struct {
		const char *at, *value;
	} rows[] = {
		{ "/summary/requests", "4" },
		{ "/summary/matched", "1" },
		{ "/summary/broken", "2" },
		{ "/summary/consequences", "1" },
		{ "/summary/unused", "1" },
		{ "/summary/forwarded", "1" },
		{ "/summary/unreachable", "1" },
		{ "/summary/order", "\"causal\"" },
		{ "/summary/weakEvidence", "1" },
		{ "/summary/level", "{\"wire\":0,\"signed\":1,\"contract\":0}" },
		{ "/summary/relaxations", "[\"any region\"]" },
		{ "/requests/0/ok", "true" },
		{ "/requests/0/session", "null" },
		{ "/requests/0/scenario", "\"t/mock\"" },
		{ "/requests/0/interaction", "\"put\"" },
		{ "/requests/0/level", "\"signed\"" },
		{ "/requests/0/evidence", "\"aws-live\"" },
		{ "/requests/0/signature", "{\"verdict\":\"unchecked\",\"reason\":null}" },
		{ "/requests/1/session", "\"a\"" },
		{ "/requests/1/verdict", "\"OUT_OF_ORDER\"" },
		{ "/requests/1/level", "null" },
		{ "/requests/1/evidence", "null" },
		{ "/requests/1/staleSince",
		  "{\"scenario\":null,\"operation\":\"DeleteMethod\",\"path\":\"/x\"}" },
		{ "/requests/2/comesAfter", "{\"scenario\":\"t/mock\",\"interaction\":\"put\"}" },
		{ "/requests/2/staleSince", "{\"scenario\":\"t/aws\",\"interaction\":\"put\"}" },
		{ "/requests/2/nearest/1/interaction", "\"odd\"" },
		{ "/requests/2/nearest/1/verdict", "\"EXTRA_FIELD\"" },
		{ "/requests/2/differencesLeftOut", "3" },
		{ "/requests/3/verdict", "\"FORWARDED\"" },
		{ "/requests/3/ok", "true" },
		{ "/requests/3/level", "null" },
		{ "/unused/0", "{\"scenario\":\"t/mock\",\"interaction\":\"newer\",\"after\":{\"scenario\":"
			       "\"t/mock\",\"interaction\":\"get\"}}" },
		{ "/unusedFailing", "" },
		{ "/exit", "1" },
	};
	const struct gwt_candidate nearest[] = {
		{ entry_of(0, "get"), { 0 } },
		{ entry_of(0, "odd"), { .verdict = GWT_VERDICT_EXTRA_FIELD } },
	};
	const struct gwt_comparison many = { .left_out = 3 };
	struct gwt_json *json;

	add_match("put", GWT_LEVEL_SIGNED);
	gwt_run_add(&run, &(struct gwt_run_row){
				  .entry = entry_of(0, "put"),
				  .session = GWT_SPAN("a"),
				  .verdict = GWT_VERDICT_OUT_OF_ORDER,
				  .stale_since = { NULL, GWT_SPAN("DeleteMethod"), GWT_SPAN("/x") } });
	gwt_run_add(&run, &(struct gwt_run_row){ .entry = entry_of(0, "get"),
						 .session = GWT_SPAN("a"),
						 .verdict = GWT_VERDICT_OUT_OF_ORDER,
						 .comparison = &many,
						 .nearest = nearest,
						 .nearest_count = GWT_LEN(nearest),
						 .comes_after = entry_of(0, "put"),
						 .stale_since = { .entry = entry_of(1, "put") } });
	add_other(GWT_VERDICT_FORWARDED, false);
	gwt_run_add_unused(&run, entry_of(0, "newer"), true);
	gwt_run_relax(&run, "any region");
	run.weak = 1;
	run.unreachable = 1;
	run.exit_code = gwt_run_verdict(&run);
	json = gwt_run_json(&run);
	for (size_t i = 0; i < GWT_LEN(rows); i++)
		cr_expect_str_eq(text_at(json, rows[i].at), rows[i].value, "%s", rows[i].at);
}

/* run.h: counters always; without a report of all rows only failures, up to a limit. */
Test(run, without_a_report_a_long_run_does_not_grow)
{
	const struct gwt_json *json;

	run.keep_all = false;
	add_match("put", GWT_LEVEL_SIGNED);
	for (size_t i = 0; i < 1005; i++)
		add_breach("put", GWT_VERDICT_WRONG_VALUE, "a", NULL);
	json = gwt_run_json(&run);
	cr_expect_str_eq(text_at(json, "/summary/broken"), "1005");
	cr_expect_str_eq(text_at(json, "/summary/matched"), "1");
	cr_expect_eq(at(json, "/requests")->len, 1000u);
}

static struct gwt_span filled(char byte, size_t len)
{
	char *bytes = gwt_arena_bytes(&arena, len);

	memset(bytes, byte, len);
	return (struct gwt_span){ bytes, len };
}

/* DESIGN 9: a report row has at most 64 KiB and says what it leaves out; a control byte takes six in JSON. */
Test(run, a_row_of_a_hostile_request_is_cut_and_says_so)
{
	struct gwt_comparison many = { .len = 100 };
	struct gwt_signature signature = { .verdict = GWT_SIG_INVALID, .reason = GWT_SIG_MISMATCH };
	struct gwt_run_row row = { .session = filled('s', 30000),
				   .client = filled('\x01', 30000),
				   .path = filled('/', 30000),
				   .text = filled('t', 90000),
				   .note = filled('n', 30000),
				   .verdict = GWT_VERDICT_BAD_SIGNATURE,
				   .signature = &signature,
				   .comparison = &many };
	const struct gwt_json *json;

	signature.expected_canonical_request = filled('c', 90000);
	signature.expected_string_to_sign = filled('g', 90000);
	many.differences = gwt_arena_array(&arena, struct gwt_difference, many.len);
	for (size_t i = 0; i < many.len; i++)
		many.differences[i] = (struct gwt_difference){
			.verdict = GWT_VERDICT_EXTRA_FIELD,
			.at = filled('a', 1500),
			.offset = GWT_NO_OFFSET,
		};
	json = gwt_run_row_json(&arena, &row);
	gwt_json_write(&out, json, GWT_JSON_COMPACT);
	cr_expect_leq(out.len, 64u * 1024);
	cr_expect_str_eq(text_at(json, "/cut"), "true");
	cr_expect_gt(at(json, "/differences")->len, 0u);
	cr_expect_str_eq(text_at(json, "/differencesLeftOut"),
			 gwt_arena_printf(&arena, "%zu", 100 - at(json, "/differences")->len).ptr);
	row = (struct gwt_run_row){ .text = filled('t', 20000), .verdict = GWT_VERDICT_BAD_JSON };
	json = gwt_run_row_json(&arena, &row);
	cr_expect_eq(at(json, "/cut"), NULL, "it fits");
	cr_expect_eq(at(json, "/text")->text.len, 20000u);
}

/* The grid: classes are those of DESIGN 4, "Value classes". */

static struct gwt_json *grid(void)
{
	return gwt_grid_json(run.grid, &arena);
}

static size_t column(const struct gwt_json *json, const char *type)
{
	const struct gwt_json *types = at(json, "/types");

	for (size_t i = 0; i < types->len; i++)
		if (gwt_span_is(gwt_json_at(types, i)->text, type))
			return i;
	cr_assert(false, "no type %s", type);
	return 0;
}

/* {"sent", "values", "broken"} of an option and a type, with the number of the option's classes. */
static const char *cell(const struct gwt_json *json, const char *option, const char *type)
{
	for (const struct gwt_json *each = at(json, "/options")->child; each; each = each->next) {
		const struct gwt_json *found;

		if (!gwt_span_is(gwt_json_get_text(each, "option"), option))
			continue;
		found = gwt_json_at(gwt_json_get(each, "cells"), column(json, type));
		return gwt_arena_printf(&arena, "%s of %s, %s values%s", text_at(found, "/sent"),
					text_at(each, "/classes"), text_at(found, "/values"),
					gwt_json_is(gwt_json_get(found, "broken"), GWT_JSON_TRUE) ? ", broken"
												  : "")
			.ptr;
	}
	return "no such option";
}

static void expect_grid(void)
{
	struct gwt_report_target target;

	cr_assert_eq(gwt_report_parse("html:x", &target, &err), GWT_OK);
	gwt_report_expect(&target, &run);
	cr_assert(run.grid);
	gwt_report_expect(&target, &run); /* a second HTML report uses the same grid */
}

Test(run, the_grid_counts_the_classes_of_values_that_matched)
{
	static const char *const matched[] = { "put",  "more", "undeclared", "odd",
					       "more", "get",  "list",       "newer" };
	static const struct {
		const char *option, *type, *cell;
	} rows[] = {
		{ "connectionType", "MOCK", "4 of 4, 3 values" },
		{ "uri", "MOCK", "1 of 10, 0 values" },
		{ "cacheKeyParameters", "MOCK", "3 of 5, 2 values" },
		{ "uri", "AWS", "0 of 10, 0 values" },
		{ "connectionType", "HTTP_PROXY", "0 of 4, 0 values" },
	};
	const struct gwt_json *json;

	expect_grid();
	for (size_t i = 0; i < GWT_LEN(matched); i++)
		add_match(matched[i], GWT_LEVEL_SIGNED);
	json = grid();
	for (size_t i = 0; i < GWT_LEN(rows); i++)
		cr_expect_str_eq(cell(json, rows[i].option, rows[i].type), rows[i].cell, "%s of %s",
				 rows[i].option, rows[i].type);
	cr_expect_str_eq(text_at(json, gwt_arena_printf(&arena, "/matched/%zu", column(json, "MOCK")).ptr),
			 "5", "a GET, a list and an unknown type are of no column");
}

/* The same as a table; no table where no call was compared. */
Test(run, the_grid_as_a_table_says_what_was_never_sent)
{
	static const char *const has[] = {
		"<th scope=\"row\">calls</th><td class=\"never\">none</td>",
		"<td class=\"broken\">6, 1 broken</td>",
		"<th scope=\"row\">connectionType</th><td class=\"never\"><span class=\"away\">never sent</span></td>",
		"<td class=\"covered\">all 4</td>",
		"<td class=\"never\">left out</td>",
		"<td class=\"sent\">3 of 5</td>",
		"<td class=\"broken\">broken</td>",
	};
	static const char *const matched[] = { "put", "more", "undeclared", "odd", "odd" };
	struct gwt_difference difference = { .verdict = GWT_VERDICT_EXTRA_FIELD, .at = GWT_SPAN("/uri") };
	struct gwt_comparison comparison = { .differences = &difference, .len = 1 };

	expect_grid();
	gwt_html_grid_add(&out, NULL);
	gwt_html_grid_add(&out, grid());
	cr_expect_eq(out.len, 0u);
	for (size_t i = 0; i < GWT_LEN(matched); i++)
		add_match(matched[i], GWT_LEVEL_SIGNED);
	add_breach("put", GWT_VERDICT_EXTRA_FIELD, "a", &comparison);
	gwt_html_grid_add(&out, grid());
	for (size_t i = 0; i < GWT_LEN(has); i++)
		cr_expect(strstr(gwt_buf_cstr(&out), has[i]), "%s\n%s", has[i], gwt_buf_cstr(&out));
}

/* A report's file is always complete; "-" is stdout. */
Test(run, reports_are_written_where_they_are_asked_for)
{
	struct gwt_report_target target;
	char folder[] = "/tmp/gwtape-run.XXXXXX";
	const char *path;
	struct gwt_span text;

	cr_assert(mkdtemp(folder));
	path = gwt_file_join(&arena, folder, "new/report.html");
	cr_assert_eq(gwt_report_parse(gwt_arena_printf(&arena, "html:%s", path).ptr, &target, &err), GWT_OK);
	gwt_report_expect(&target, &run);
	add_match("put", GWT_LEVEL_SIGNED);
	cr_expect_eq(gwt_report_write(&target, &run, &err), GWT_OK, "%s", err.msg);
	cr_assert_eq(gwt_file_read(&arena, path, 1u << 20, &text, &err), GWT_OK, "%s", err.msg);
	cr_expect(strstr(gwt_arena_cstr(&arena, text), "What was sent of PutIntegration"));
	cr_assert_eq(gwt_report_parse(gwt_arena_printf(&arena, "json:%s/below", path).ptr, &target, &err),
		     GWT_OK);
	cr_expect_eq(gwt_report_write(&target, &run, &err), GWT_EIO);
	cr_expect(strstr(err.msg, path), "%s", err.msg);
	cr_assert_eq(gwt_report_parse(gwt_arena_printf(&arena, "json:%s", path).ptr, &target, &err), GWT_OK);
	cr_expect_eq(gwt_report_write(&target, &run, &err), GWT_OK, "%s", err.msg);
	cr_assert_eq(gwt_file_read(&arena, path, 1u << 20, &text, &err), GWT_OK, "%s", err.msg);
	cr_redirect_stdout();
	cr_assert_eq(gwt_report_parse("json:-", &target, &err), GWT_OK);
	cr_expect_eq(gwt_report_write(&target, &run, &err), GWT_OK);
	fflush(stdout);
	cr_expect_stdout_eq_str(gwt_arena_cstr(&arena, text));
	cr_expect_eq(remove(path), 0);
	cr_expect_eq(rmdir(gwt_file_join(&arena, folder, "new")), 0);
	cr_expect_eq(rmdir(folder), 0);
}

Test(run, the_grid_marks_the_option_at_which_a_call_broke)
{
	struct gwt_difference differences[] = {
		{ .verdict = GWT_VERDICT_WRONG_HEADER, .at = GWT_SPAN("accept") },
		{ .verdict = GWT_VERDICT_WRONG_VALUE, .at = GWT_SPAN("/requestTemplates/application~1json") },
		{ .verdict = GWT_VERDICT_EXTRA_FIELD, .at = GWT_SPAN("/uri"), .same_effect = true },
		{ .verdict = GWT_VERDICT_WRONG_VALUE,
		  .at = GWT_SPAN("/connectionType"),
		  .level = GWT_LEVEL_SIGNED },
		{ .verdict = GWT_VERDICT_WRONG_VALUE, .at = GWT_SPAN("/httpMethod") },
	};
	struct gwt_comparison comparison = { .differences = differences, .len = GWT_LEN(differences) };
	static const struct {
		const char *option, *cell;
	} rows[] = {
		{ "requestTemplates", "0 of 6, 0 values, broken" },
		{ "integrationHttpMethod", "0 of 6, 0 values, broken" }, /* on the wire it is httpMethod */
		{ "uri", "0 of 10, 0 values" },
		{ "connectionType", "0 of 4, 0 values" },
	};
	const struct gwt_json *json;

	expect_grid();
	add_breach("put", GWT_VERDICT_WRONG_HEADER, "a", &comparison);
	add_other(GWT_VERDICT_BACKDROP, false);
	json = grid();
	for (size_t i = 0; i < GWT_LEN(rows); i++)
		cr_expect_str_eq(cell(json, rows[i].option, "MOCK"), rows[i].cell, "%s", rows[i].option);
	cr_expect_str_eq(text_at(json, gwt_arena_printf(&arena, "/broken/%zu", column(json, "MOCK")).ptr),
			 "1");
}
