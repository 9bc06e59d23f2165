/* The report formats, over one run with a match, a breach with hostile text, and an unused interaction. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/file.h"
#include "lib/report/escape.h"
#include "lib/report/format.h"
#include "lib/report/repository.h"
#include "tests/support/data.h"

static struct gwt_arena arena;
static struct gwt_json *run;

/* A run as docs/reports.md describes it; the text has what XML, TAP and workflow commands must escape. */
static const char source[] =
	"{\"summary\":{\"requests\":2,\"matched\":1,\"broken\":1,\"unused\":1,\"sessions\":1},"
	"\"requests\":[{\"ok\":true,\"session\":null,\"client\":\"Boto3/1.26.27\",\"operation\":\"PutIntegration\","
	"\"scenario\":\"types/mock\",\"interaction\":\"put\",\"level\":\"signed\",\"verdict\":\"MATCH\","
	"\"evidence\":\"aws-published\"},"
	"{\"ok\":false,\"session\":null,\"client\":\"a<b\",\"operation\":\"PutIntegration\",\"scenario\":\"types/mock\","
	"\"interaction\":\"put\",\"level\":null,\"verdict\":\"WRONG_VALUE\",\"evidence\":null,"
	"\"text\":\"one: <&\\\"%\\u0001\\ntwo, # three\","
	"\"cassette\":{\"path\":\"c,d/mock.json\",\"line\":9}}],"
	"\"unused\":[{\"scenario\":\"types/mock\",\"interaction\":\"get\"}],\"exit\":1}";

static void setup(void)
{
	cr_assert(gwt_json_parse(&arena, GWT_SPAN(source), &run, NULL));
}

static void teardown(void)
{
	gwt_arena_release(&arena);
}

TestSuite(report, .init = setup, .fini = teardown);

static void expect(void (*write)(struct gwt_buf *, const struct gwt_json *), const char *text)
{
	struct gwt_buf out;

	gwt_buf_init(&out, SIZE_MAX);
	write(&out, run);
	cr_expect_str_eq(gwt_buf_cstr(&out), text);
	gwt_buf_release(&out);
}

/* XML 1.0 section 2.4 for the escapes; the element names are those that CI servers read. */
Test(report, junit_is_xml_whatever_a_client_sent)
{
	expect(gwt_report_junit,
	       "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
	       "  <testsuite name=\"gwtape\" tests=\"3\" failures=\"1\" skipped=\"1\">\n    <properties>\n"
	       "      <property name=\"requests\" value=\"2\"/>\n      <property name=\"matched\" value=\"1\"/>\n"
	       "      <property name=\"broken\" value=\"1\"/>\n      <property name=\"unused\" value=\"1\"/>\n"
	       "      <property name=\"sessions\" value=\"1\"/>\n    </properties>\n"
	       "    <testcase classname=\"Boto3/1.26.27\" name=\"PutIntegration types/mock#put\">\n    </testcase>\n"
	       "    <testcase classname=\"a&lt;b\" name=\"PutIntegration types/mock#put (2)\">\n"
	       "      <failure type=\"WRONG_VALUE\" message=\"one: &lt;&amp;&quot;%\xef\xbf\xbd\">"
	       "one: &lt;&amp;&quot;%\xef\xbf\xbd&#10;two, # three</failure>\n    </testcase>\n"
	       "    <testcase classname=\"unused\" name=\"types/mock#get\">\n"
	       "      <skipped message=\"never called\"/>\n    </testcase>\n"
	       "  </testsuite>\n</testsuites>\n");
}

/* TAP 13: a plan, `#` escaped in descriptions, diagnostics as a YAML block. */
Test(report, tap_has_a_plan_and_escapes_directives)
{
	expect(gwt_report_tap,
	       "TAP version 13\n1..3\n# 2 requests, 1 matched, 1 broken, 1 unused\nok 1 - PutIntegration types/mock\\#put\n"
	       "not ok 2 - PutIntegration types/mock\\#put (2)\n  ---\n  verdict: WRONG_VALUE\n"
	       "  message: |\n    one: <&\"%\x01\n    two, # three\n  ...\n"
	       "ok 3 - types/mock\\#get # SKIP never called\n");
}

/* GitHub: "Workflow commands": %25 %0A in data, %3A %2C as well in properties. */
Test(report, github_annotations_point_at_the_cassette)
{
	expect(gwt_report_github,
	       "::error file=c%2Cd/mock.json,line=9,title=WRONG_VALUE PutIntegration types/mock#put::"
	       "one: <&\"%25\\u{1}%0Atwo, # three\n::notice title=UNUSED::types/mock#get was never called\n"
	       "::notice title=gwtape::2 requests, 1 matched, 1 broken, 1 unused\n");
}

Test(report, text_rows_begin_with_ok_or_FAIL)
{
	expect(gwt_report_text,
	       "ok   PutIntegration types/mock#put MATCH level=signed evidence=aws-published client=Boto3/1.26.27\n"
	       "FAIL PutIntegration types/mock#put WRONG_VALUE client=a<b\n     one: <&\"%\x01\n     two, # three\n"
	       "unused types/mock#get\nsummary {\"requests\":2,\"matched\":1,\"broken\":1,\"unused\":1,\"sessions\":1}\n");
}

/* In every format, an interaction that had to be called and was not is a failure. */
Test(report, an_unused_interaction_that_fails_the_run_fails_in_every_format)
{
	static const struct {
		void (*write)(struct gwt_buf *, const struct gwt_json *);
		const char *line;
	} rows[] = {
		{ gwt_report_junit, "tests=\"1\" failures=\"1\" skipped=\"0\"" },
		{ gwt_report_junit, "<failure type=\"UNUSED\" message=\"never called\"/>" },
		{ gwt_report_tap, "\nnot ok 1 - types/mock\\#get was never called\n" },
		{ gwt_report_github, "::error title=UNUSED::types/mock#get" },
		{ gwt_report_text, "FAIL unused types/mock#get\n" },
		{ gwt_report_html,
		  "<li class=\"fail\"><span class=\"mark\">FAIL</span> types/mock#get</li>" },
	};
	struct gwt_buf out;

	cr_assert(gwt_json_parse(
		&arena,
		GWT_SPAN("{\"summary\":{},\"requests\":[],\"unused\":[{\"scenario\":\"types/mock\","
			 "\"interaction\":\"get\"}],\"unusedFailing\":[{\"scenario\":"
			 "\"types/mock\",\"interaction\":\"get\"}],\"exit\":1}"),
		&run, NULL));
	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		gwt_buf_init(&out, SIZE_MAX);
		rows[i].write(&out, run);
		cr_expect(strstr(gwt_buf_cstr(&out), rows[i].line), "%s", rows[i].line);
		gwt_buf_release(&out);
	}
}

/* DESIGN 2: "nothing was compared" is never exit code 0, and a report for CI must not look like success. */
Test(report, a_run_that_could_not_check_fails_in_every_format)
{
	static const struct {
		const char *run;
		void (*write)(struct gwt_buf *, const struct gwt_json *);
		const char *line;
	} rows[] = {
#define NOTHING "{\"summary\":{\"requests\":0},\"requests\":[],\"unused\":[],\"exit\":5}"
#define WEAK                                                                                                 \
	"{\"summary\":{\"requests\":2,\"matched\":2,\"weakEvidence\":2},\"requests\":[],\"unused\":[],\"exit\":5}"
#define SILENT                                                                                               \
	"{\"summary\":{\"requests\":2,\"matched\":1,\"forwarded\":1,\"unreachable\":1},\"requests\":[],"     \
	"\"unused\":[],\"exit\":4}"
		{ NOTHING, gwt_report_text, "FAIL nothing was compared: that is not success\n" },
		{ NOTHING, gwt_report_junit, "tests=\"1\" failures=\"1\" skipped=\"0\"" },
		{ NOTHING, gwt_report_junit,
		  "<failure type=\"UNCHECKED\" message=\"nothing was compared: that is not success\"/>" },
		{ NOTHING, gwt_report_tap,
		  "1..1\n# 0 requests, 0 matched, 0 broken\nnot ok 1 - nothing was compared" },
		{ NOTHING, gwt_report_github, "::error title=gwtape::nothing was compared" },
		{ NOTHING, gwt_report_html, "Nothing was compared: that is not success" },
		{ WEAK, gwt_report_text, "FAIL 2 answers have weaker evidence than was asked for\n" },
		{ WEAK, gwt_report_junit, "message=\"2 answers have weaker evidence than was asked for\"" },
		{ WEAK, gwt_report_tap, "not ok 1 - 2 answers have weaker" },
		{ WEAK, gwt_report_github, "::error title=gwtape::2 answers have weaker" },
		{ WEAK, gwt_report_html, "2 answers have weaker evidence than was asked for</h1>" },
		{ SILENT, gwt_report_text, "FAIL 1 of the requests passed on got no answer\n" },
		{ SILENT, gwt_report_junit, "tests=\"1\" failures=\"1\" skipped=\"0\"" },
		{ SILENT, gwt_report_tap, "# 2 requests, 1 matched, 0 broken, 1 passed on\nnot ok 1 - 1 of" },
		{ SILENT, gwt_report_github,
		  "::error title=gwtape::1 of the requests passed on got no answer" },
		{ SILENT, gwt_report_markdown, "**1 of the requests passed on got no answer**" },
		{ SILENT, gwt_report_html, "1 of the requests passed on got no answer</h1>" },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_buf out;

		cr_assert(gwt_json_parse(&arena, gwt_span_of(rows[i].run), &run, NULL));
		gwt_buf_init(&out, SIZE_MAX);
		rows[i].write(&out, run);
		cr_expect(strstr(gwt_buf_cstr(&out), rows[i].line), "%s", rows[i].line);
		gwt_buf_release(&out);
	}
}

Test(report, a_match_that_was_too_weak_says_how_far_it_came)
{
	static const struct {
		void (*write)(struct gwt_buf *, const struct gwt_json *);
		const char *line;
	} rows[] = {
		{ gwt_report_text, "FAIL PutIntegration MATCH level=contract\n" },
		{ gwt_report_github, "::error title=MATCH at contract PutIntegration::t\n" },
		{ gwt_report_html, "<span class=\"word\">MATCH at contract</span>" },
	};

	cr_assert(gwt_json_parse(
		&arena,
		GWT_SPAN("{\"summary\":{\"broken\":1},\"requests\":[{\"ok\":false,\"text\":\"t\","
			 "\"operation\":\"PutIntegration\",\"level\":\"contract\",\"verdict\":\"MATCH\"}],"
			 "\"unused\":[],\"exit\":1}"),
		&run, NULL));
	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_buf out;

		gwt_buf_init(&out, SIZE_MAX);
		rows[i].write(&out, run);
		cr_expect(strstr(gwt_buf_cstr(&out), rows[i].line), "%s", rows[i].line);
		gwt_buf_release(&out);
	}
}

/* A client that got only scripted faults was compared and never answered: every format reports that. */
Test(report, answers_that_were_faults_are_told_in_every_format)
{
	static const struct {
		void (*write)(struct gwt_buf *, const struct gwt_json *);
		const char *line;
	} rows[] = {
		{ gwt_report_text, "ok   PutIntegration t/a#put MATCH level=signed fault\n" },
		{ gwt_report_junit, "<property name=\"faults\" value=\"1\"/>" },
		{ gwt_report_tap, "# 1 request, 1 matched, 0 broken, 1 answered by a scripted fault\n" },
		{ gwt_report_github, "1 matched, 0 broken, 1 answered by a scripted fault\n" },
		{ gwt_report_html, "<dt>scripted faults</dt><dd>1</dd>" },
		{ gwt_report_html, "<span class=\"from\">scripted fault</span>" },
	};

	cr_assert(gwt_json_parse(
		&arena,
		GWT_SPAN(
			"{\"summary\":{\"requests\":1,\"matched\":1,\"faults\":1},\"requests\":[{\"ok\":true,"
			"\"operation\":\"PutIntegration\",\"scenario\":\"t/a\",\"interaction\":\"put\","
			"\"level\":\"signed\",\"verdict\":\"MATCH\",\"evidence\":null,\"fault\":true}],"
			"\"unused\":[],\"exit\":0}"),
		&run, NULL));
	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_buf out;

		gwt_buf_init(&out, SIZE_MAX);
		rows[i].write(&out, run);
		cr_expect(strstr(gwt_buf_cstr(&out), rows[i].line), "%s\n%s", rows[i].line,
			  rows[i].write == gwt_report_html ? "" : gwt_buf_cstr(&out));
		gwt_buf_release(&out);
	}
}

/* GitHub shows ten annotations of a kind: those that fail nothing must not use them up. */
Test(report, github_has_one_line_for_many_that_were_never_called)
{
	gwt_auto(gwt_buf_release) struct gwt_buf json = { .max = SIZE_MAX };
	struct gwt_buf out;

	gwt_buf_add_text(
		&json,
		"{\"summary\":{\"requests\":1,\"matched\":1,\"unused\":40},\"requests\":[],\"unused\":[");
	for (int i = 0; i < 40; i++)
		gwt_buf_printf(&json, "%s{\"scenario\":\"t/a%d\",\"interaction\":\"put\"}", i ? "," : "", i);
	gwt_buf_add_text(&json,
			 "],\"unusedFailing\":[{\"scenario\":\"t/a7\",\"interaction\":\"put\"}],\"exit\":1}");
	cr_assert(gwt_json_parse(&arena, gwt_buf_span(&json), &run, NULL));
	gwt_buf_init(&out, SIZE_MAX);
	gwt_report_github(&out, run);
	cr_expect_str_eq(gwt_buf_cstr(&out),
			 "::error title=UNUSED::t/a7#put was never called\n"
			 "::notice title=UNUSED::39 recorded interactions were never called\n"
			 "::notice title=gwtape::1 request, 1 matched, 0 broken, 40 unused\n");
	gwt_buf_release(&out);
}

/* XML 1.0, 2.2: no U+FFFE, U+FFFF. */
Test(report, junit_has_no_noncharacters)
{
	struct gwt_buf out;

	cr_assert(gwt_json_parse(&arena,
				 GWT_SPAN("{\"summary\":{},\"requests\":[{\"ok\":true,\"operation\":"
					  "\"a\xef\xbf\xbe\xef\xbf\xbf\xef\xbf\xbd\"}],\"unused\":[]}"),
				 &run, NULL));
	gwt_buf_init(&out, SIZE_MAX);
	gwt_report_junit(&out, run);
	cr_expect(strstr(gwt_buf_cstr(&out), "name=\"a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""));
	gwt_buf_release(&out);
}

/* GitHub allows 65,536 characters in a comment: of many rows, the first are shown, with the number of all. */
Test(report, markdown_of_a_long_run_is_cut_and_says_so)
{
	gwt_auto(gwt_buf_release) struct gwt_buf json = { .max = SIZE_MAX }, out = { .max = SIZE_MAX };
	static const char *const has[] = { "\n20 more are in the other reports.\n", "\n    ...\n",
					   "- never called: t/a\\_b&#35;put\n", "- and 30 more\n" };

	gwt_buf_add_text(&json, "{\"summary\":{\"requests\":120,\"broken\":120},\"requests\":[");
	for (int i = 0; i < 120; i++) {
		gwt_buf_printf(&json, "%s{\"ok\":false,\"verdict\":\"NO_SCENARIO\",\"text\":\"",
			       i ? "," : "");
		for (int k = 0; k < 300; k++)
			gwt_buf_add_text(&json, "0123456789");
		gwt_buf_add_text(&json, "\"}");
	}
	gwt_buf_add_text(&json, "],\"unused\":[],\"unusedFailing\":[");
	for (int i = 0; i < 130; i++)
		gwt_buf_printf(&json, "%s{\"scenario\":\"t/a_b\",\"interaction\":\"put\"}", i ? "," : "");
	gwt_buf_add_text(&json, "],\"exit\":1}");
	cr_assert(gwt_json_parse(&arena, gwt_buf_span(&json), &run, NULL));
	gwt_report_markdown(&out, run);
	for (size_t i = 0; i < GWT_LEN(has); i++)
		cr_expect(strstr(gwt_buf_cstr(&out), has[i]), "%s", has[i]);
	cr_expect_lt(out.len, 65536u);
}

/* GitHub Flavored Markdown, 2.4 and 6: characters with a meaning get a backslash or become entities. */
Test(report, markdown_of_a_client_is_text)
{
	static const struct {
		const char *text, *markdown;
	} rows[] = {
		{ "a&b<c>d", "a&amp;b&lt;c&gt;d" },
		{ "@all #1 http://x", "&#64;all &#35;1 http&#58;//x" },
		{ "`*_{}[]()!|~$\\", "\\`\\*\\_\\{\\}\\[\\]\\(\\)\\!\\|\\~\\$\\\\" },
		{ "- a", "\\- a" },
		{ "a - b + c: d", "a - b + c: d" },
		{ "\xe2\x80\xae", "\\\\u\\{202e\\}" },
		{ "\xff", "\xef\xbf\xbd" },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		gwt_auto(gwt_buf_release) struct gwt_buf out = { .max = SIZE_MAX };

		gwt_markdown_add(&out, gwt_span_of(rows[i].text));
		cr_expect_str_eq(gwt_buf_cstr(&out), rows[i].markdown, "%s", rows[i].text);
	}
}

/* RFC 8259, 7: \uXXXX, in pairs beyond the first plane, for what terminals obey or readers do not see. */
Test(report, JSON_on_a_terminal_hides_nothing)
{
	static const struct {
		const char *json, *visible;
	} rows[] = {
		{ "{\"a\": \"\xe2\x80\xae\"}\n", "{\"a\": \"\\u202e\"}\n" },
		{ "\"\xc2\x9b\xc2\xad\"", "\"\\u009b\\u00ad\"" },
		{ "\"\xf3\xa0\x80\x81\"", "\"\\udb40\\udc01\"" },
		{ "\"\xc3\xa9\xf0\x9f\x98\x80\"", "\"\xc3\xa9\xf0\x9f\x98\x80\"" },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		gwt_auto(gwt_buf_release) struct gwt_buf out = { .max = SIZE_MAX };

		gwt_json_visible_add(&out, gwt_span_of(rows[i].json));
		cr_expect_str_eq(gwt_buf_cstr(&out), rows[i].visible, "%zu", i);
	}
}

/* GitHub: paths of annotations are relative to the root of the repository, wherever the job runs. */
Test(report, a_path_is_told_from_the_root_of_the_repository)
{
	char folder[] = "/tmp/gwtape-report.XXXXXX";

	cr_assert(mkdtemp(folder) && chdir(folder) == 0);
	cr_assert(mkdir("repo", 0755) == 0 && mkdir("repo/.git", 0755) == 0 && mkdir("repo/sub", 0755) == 0);
	cr_assert_eq(gwt_file_write("repo/sub/a.json", GWT_SPAN("{}"), NULL), GWT_OK);
	cr_assert_eq(gwt_file_write("b.json", GWT_SPAN("{}"), NULL), GWT_OK);
	cr_expect(gwt_span_is(gwt_path_in_repository(&arena, GWT_SPAN("b.json")), "b.json"), "in none");
	cr_assert_eq(chdir("repo/sub"), 0);
	cr_expect(gwt_span_is(gwt_path_in_repository(&arena, GWT_SPAN("a.json")), "sub/a.json"));
	cr_expect(gwt_span_is(gwt_path_in_repository(&arena, GWT_SPAN("../sub/a.json")), "sub/a.json"));
	cr_expect(gwt_span_is(gwt_path_in_repository(&arena, GWT_SPAN("../../b.json")), "../../b.json"));
	cr_expect(gwt_span_is(gwt_path_in_repository(&arena, GWT_SPAN("none.json")), "none.json"));
	cr_expect_eq(gwt_path_in_repository(&arena, GWT_ABSENT).ptr, NULL);
	cr_assert_eq(chdir(folder), 0);
	cr_expect(remove("repo/sub/a.json") == 0 && remove("b.json") == 0 && rmdir("repo/sub") == 0 &&
		  rmdir("repo/.git") == 0 && rmdir("repo") == 0 && rmdir(folder) == 0);
}

Test(report, a_target_names_a_known_format_and_a_file)
{
	static const struct {
		const char *text, *message;
	} rows[] = {
		{ "xml:x",
		  "unknown report 'xml:x': it is FORMAT:FILE, with a format of text|json|junit|tap|github|markdown|html" },
		{ "json", "report 'json' names no file: json:FILE" },
		{ "json:", "report 'json:' names no file: json:FILE" },
	};
	struct gwt_report_target target;
	struct gwt_error err;

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		cr_expect_eq(gwt_report_parse(rows[i].text, &target, &err), GWT_EUSAGE);
		cr_expect_str_eq(err.msg, rows[i].message);
	}
	cr_expect_eq(gwt_report_parse("json:a:b", &target, &err), GWT_OK);
	cr_expect_str_eq(target.path, "a:b");
}

/* A broken call, a call that was too early because of it, and two sessions that make the same call twice. */
static const char chain[] =
	"{\"summary\":{\"requests\":4,\"matched\":1,\"broken\":3},\"requests\":["
	"{\"ok\":false,\"session\":\"a\",\"operation\":\"PutIntegration\",\"scenario\":\"s/x\",\"interaction\":\"put\","
	"\"verdict\":\"EXTRA_FIELD\",\"text\":\"first\",\"time\":\"2026-11-22T12:39:57Z\",\"durationUs\":1213,"
	"\"differences\":[{\"at\":\"accept\",\"verdict\":\"WRONG_HEADER\"},{\"at\":\"/a|b\",\"verdict\":\"EXTRA_FIELD\"}]},"
	"{\"ok\":false,\"session\":\"a\",\"operation\":\"GetIntegration\",\"scenario\":\"s/x\",\"interaction\":\"get\","
	"\"verdict\":\"OUT_OF_ORDER\",\"text\":\"second\",\"comesAfter\":{\"scenario\":\"s/x\",\"interaction\":\"put\"}},"
	"{\"ok\":false,\"session\":\"b\",\"operation\":\"GetIntegration\",\"scenario\":\"s/x\",\"interaction\":\"get\","
	"\"verdict\":\"OUT_OF_ORDER\",\"text\":\"third\",\"comesAfter\":{\"scenario\":\"s/x\",\"interaction\":\"put\"}},"
	"{\"ok\":true,\"session\":\"a\",\"operation\":\"GetIntegration\",\"scenario\":\"s/x\",\"interaction\":\"get\"}],"
	"\"unused\":[],\"exit\":1}";

/* A step that was left out, and two calls that need it; in another session this is reported again. */
static const char missing[] =
	"{\"summary\":{\"requests\":3,\"matched\":0,\"broken\":3},\"requests\":["
	"{\"ok\":false,\"session\":\"a\",\"operation\":\"UpdateStage\",\"scenario\":\"s/x\",\"interaction\":\"update\","
	"\"verdict\":\"OUT_OF_ORDER\",\"text\":\"first\",\"comesAfter\":{\"scenario\":\"s/x\",\"interaction\":\"create\"}},"
	"{\"ok\":false,\"session\":\"a\",\"operation\":\"DeleteStage\",\"scenario\":\"s/x\",\"interaction\":\"delete\","
	"\"verdict\":\"OUT_OF_ORDER\",\"text\":\"second\",\"comesAfter\":{\"scenario\":\"s/x\",\"interaction\":\"create\"}},"
	"{\"ok\":false,\"session\":\"b\",\"operation\":\"DeleteStage\",\"scenario\":\"s/x\",\"interaction\":\"delete\","
	"\"verdict\":\"OUT_OF_ORDER\",\"text\":\"third\",\"comesAfter\":{\"scenario\":\"s/x\",\"interaction\":\"create\"}}],"
	"\"unused\":[],\"exit\":1}";

Test(report, of_calls_that_miss_the_same_step_the_first_fails)
{
	gwt_auto(gwt_buf_release) struct gwt_buf out = { .max = SIZE_MAX };

	cr_assert(gwt_json_parse(&arena, GWT_SPAN(missing), &run, NULL));
	gwt_report_tap(&out, run);
	cr_expect(strstr(gwt_buf_cstr(&out), "not ok 1 - UpdateStage s/x\\#update [a]\n"), "%s",
		  gwt_buf_cstr(&out));
	cr_expect(strstr(gwt_buf_cstr(&out), "ok 2 - DeleteStage s/x\\#delete [a] # SKIP a consequence"),
		  "%s", gwt_buf_cstr(&out));
	cr_expect(strstr(gwt_buf_cstr(&out), "not ok 3 - DeleteStage s/x\\#delete [b]\n"), "%s",
		  gwt_buf_cstr(&out));
}

Test(report, a_consequence_is_not_a_failure_of_its_own_and_names_are_unique)
{
	static const struct {
		void (*write)(struct gwt_buf *, const struct gwt_json *);
		const char *has;
	} rows[] = {
		{ gwt_report_junit,
		  "tests=\"4\" failures=\"2\" skipped=\"1\" time=\"0.001213\" timestamp=\"2026-11-22T12:39:57Z\"" },
		{ gwt_report_junit, "name=\"GetIntegration s/x#get [a]\">\n      <properties>\n"
				    "        <property name=\"session\" value=\"a\"/>\n      </properties>\n"
				    "      <skipped message=\"a consequence" },
		{ gwt_report_junit, "name=\"PutIntegration s/x#put [a]\" time=\"0.001213\">" },
		{ gwt_report_junit, "name=\"GetIntegration s/x#get [a] (2)\"" },
		{ gwt_report_junit, "name=\"GetIntegration s/x#get [b]\"" },
		{ gwt_report_junit, "<property name=\"time\" value=\"2026-11-22T12:39:57Z\"/>" },
		{ gwt_report_tap, "ok 2 - GetIntegration s/x\\#get [a] # SKIP a consequence" },
		{ gwt_report_tap, "not ok 3 - GetIntegration s/x\\#get [b]\n" },
		{ gwt_report_github,
		  "::error title=EXTRA_FIELD PutIntegration s/x#put [a]::first\n::notice title=OUT_OF_ORDER" },
		{ gwt_report_markdown, "### gwtape: FAIL\n\n4 requests, 1 matched, 3 broken\n" },
		{ gwt_report_markdown, "/a" },
		{ gwt_report_markdown, "a consequence" },
		{ gwt_report_markdown, "    first\n" },
	};

	cr_assert(gwt_json_parse(&arena, GWT_SPAN(chain), &run, NULL));
	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		gwt_auto(gwt_buf_release) struct gwt_buf out = { .max = SIZE_MAX };

		rows[i].write(&out, run);
		cr_expect(strstr(gwt_buf_cstr(&out), rows[i].has), "row %zu: %s", i, gwt_buf_cstr(&out));
	}
}
