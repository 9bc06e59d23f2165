/* The HTML report: nothing of a client becomes markup, everything it sent is seen, labels cannot be swapped.
 */
#include <criterion/criterion.h>
#include <stdio.h>

#include "lib/json/write.h"
#include "lib/report/format.h"
#include "lib/report/html.h"
#include "lib/report/html_text.h"
#include "lib/report/run.h"
#include "lib/report/mask.h"
#include "lib/report/unicode.h"
#include "lib/report/web/web.h"
#include "tests/support/guard.h"

static struct gwt_arena arena;
static struct gwt_buf out;

static void setup(void)
{
	gwt_buf_init(&out, SIZE_MAX);
}

static void teardown(void)
{
	gwt_buf_release(&out);
	gwt_arena_release(&arena);
}

TestSuite(html, .init = setup, .fini = teardown);

#define U(text) "<span class=\"u\">" text "</span>"

/*
 * HTML, 13.1.2.3: characters that attribute values and text may not contain; code points from the Unicode
 * character database.
 */
Test(html, text_cannot_become_markup_and_nothing_is_hidden)
{
	static const struct {
		const char *label;
		struct gwt_span text;
		const char *line, *lines, *attribute;
	} rows[] = {
		{ "markup", GWT_SPAN_INIT("</script><b a=\"&\" c='d'>"),
		  "&lt;/script&gt;&lt;b a=&quot;&amp;&quot; c=&#39;d&#39;&gt;",
		  "&lt;/script&gt;&lt;b a=&quot;&amp;&quot; c=&#39;d&#39;&gt;",
		  "&lt;/script&gt;&lt;b a=&quot;&amp;&quot; c=&#39;d&#39;&gt;" },
		{ "comment", GWT_SPAN_INIT("<!--]]>"), "&lt;!--]]&gt;", "&lt;!--]]&gt;", "&lt;!--]]&gt;" },
		{ "control", GWT_SPAN_INIT("\0\x1b\x7f"), U("U+0000") U("U+001B") U("U+007F"),
		  U("U+0000") U("U+001B") U("U+007F"), "{U+0000}{U+001B}{U+007F}" },
		{ "line feed", GWT_SPAN_INIT("a\r\n\tb"), "a" U("U+000D") U("U+000A") U("U+0009") "b",
		  "a" U("U+000D") "\n" U("U+0009") "b", "a{U+000D}{U+000A}{U+0009}b" },
		{ "bidirectional", GWT_SPAN_INIT("\u202e\u2066\u200f\u061c"),
		  U("U+202E") U("U+2066") U("U+200F") U("U+061C"),
		  U("U+202E") U("U+2066") U("U+200F") U("U+061C"), "{U+202E}{U+2066}{U+200F}{U+061C}" },
		{ "line separators", GWT_SPAN_INIT("\u2028\u2029\xc2\x85"),
		  U("U+2028") U("U+2029") U("U+0085"), U("U+2028") U("U+2029") U("U+0085"),
		  "{U+2028}{U+2029}{U+0085}" },
		{ "blanks", GWT_SPAN_INIT(" \u00a0\u3000\u200b\ufeff"),
		  " " U("U+00A0") U("U+3000") U("U+200B") U("U+FEFF"),
		  " " U("U+00A0") U("U+3000") U("U+200B") U("U+FEFF"), " {U+00A0}{U+3000}{U+200B}{U+FEFF}" },
		{ "tags", GWT_SPAN_INIT("\U000e0041"), U("U+E0041"), U("U+E0041"), "{U+E0041}" },
		{ "not UTF-8", GWT_SPAN_INIT("\xff\xc0\xaf\xed\xa0\x80\xe2\x82"),
		  U("\\xFF") U("\\xC0") U("\\xAF") U("\\xED") U("\\xA0") U("\\x80") U("\\xE2") U("\\x82"),
		  U("\\xFF") U("\\xC0") U("\\xAF") U("\\xED") U("\\xA0") U("\\x80") U("\\xE2") U("\\x82"),
		  "{\\xFF}{\\xC0}{\\xAF}{\\xED}{\\xA0}{\\x80}{\\xE2}{\\x82}" },
		{ "text", GWT_SPAN_INIT("gr\u00fc\u00df \u4f60 \U0001f600"),
		  "gr\u00fc\u00df \u4f60 \U0001f600", "gr\u00fc\u00df \u4f60 \U0001f600",
		  "gr\u00fc\u00df \u4f60 \U0001f600" },
		{ "nothing", { NULL, 0 }, "", "", "" },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_span text = gwt_guarded(rows[i].text);

		gwt_buf_clear(&out);
		gwt_html_add(&out, text);
		cr_expect_str_eq(gwt_buf_cstr(&out), rows[i].line, "%s, a line", rows[i].label);
		gwt_buf_clear(&out);
		gwt_html_add_lines(&out, text);
		cr_expect_str_eq(gwt_buf_cstr(&out), rows[i].lines, "%s, lines", rows[i].label);
		gwt_buf_clear(&out);
		gwt_html_add_attribute(&out, text);
		cr_expect_str_eq(gwt_buf_cstr(&out), rows[i].attribute, "%s, an attribute", rows[i].label);
	}
}

/* For every prefix, a sequence that is cut off is shown byte by byte, and nothing after it is read. */
Test(html, a_text_may_end_anywhere)
{
	static const struct gwt_span whole = GWT_SPAN_INIT("\u00e4\u20ac\U0001f600<\u202e");
	/* The output for the bytes of the last code point that are there. */
	static const char *const ends[] = {
		"",
		U("\\xC3"),
		"\u00e4",
		"\u00e4" U("\\xE2"),
		"\u00e4" U("\\xE2") U("\\x82"),
		"\u00e4\u20ac",
		"\u00e4\u20ac" U("\\xF0"),
		"\u00e4\u20ac" U("\\xF0") U("\\x9F"),
		"\u00e4\u20ac" U("\\xF0") U("\\x9F") U("\\x98"),
		"\u00e4\u20ac\U0001f600",
		"\u00e4\u20ac\U0001f600&lt;",
		"\u00e4\u20ac\U0001f600&lt;" U("\\xE2"),
		"\u00e4\u20ac\U0001f600&lt;" U("\\xE2") U("\\x80"),
		"\u00e4\u20ac\U0001f600&lt;" U("U+202E"),
	};

	cr_assert_eq(GWT_LEN(ends), whole.len + 1);
	for (size_t i = 0; i <= whole.len; i++) {
		gwt_buf_clear(&out);
		gwt_html_add(&out, gwt_guarded(gwt_span_slice(whole, 0, i)));
		cr_expect_str_eq(gwt_buf_cstr(&out), ends[i], "%zu bytes", i);
	}
}

Test(html, what_differs_is_marked_at_code_points)
{
	static const struct {
		const char *text, *other, *marked;
	} rows[] = {
		{ "abc", "axc", "a<mark>b</mark>c" },
		{ "abc", "abc", "abc" },
		{ "abc", "ab", "ab<mark>c</mark>" },
		{ "ab", "abc", "ab" },
		{ "aa", "aaa", "aa" },
		{ "", "abc", "" },
		{ "abc", "", "<mark>abc</mark>" },
		{ "\u00e4", "\u00f6", "<mark>\u00e4</mark>" },
		{ "1\u20ac2", "1\u20ad2", "1<mark>\u20ac</mark>2" },
		{ "x\u0124", "x\u00e4", "x<mark>\u0124</mark>" },
		{ "a<b", "a>b", "a<mark>&lt;</mark>b" },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		gwt_buf_clear(&out);
		gwt_html_add_marked(&out, gwt_span_of(rows[i].text), gwt_span_of(rows[i].other));
		cr_expect_str_eq(gwt_buf_cstr(&out), rows[i].marked, "%s beside %s", rows[i].text,
				 rows[i].other);
	}
}

static const char *row_html(const char *text, bool open)
{
	struct gwt_json *row;

	cr_assert(gwt_json_parse(&arena, gwt_span_of(text), &row, NULL), "%s", text);
	gwt_buf_clear(&out);
	gwt_html_row_add(&out, row, 7, open);
	return gwt_buf_cstr(&out);
}

static bool contains(const char *text, const char *part)
{
	return strstr(text, part) != NULL;
}

/* Each side has its own name, and each value is on its side. */
Test(html, expected_and_got_cannot_be_swapped)
{
	static const struct {
		const char *label, *difference, *expected, *got;
	} rows[] = {
		{ "numbers", "\"expected\":29000,\"got\":30000", "<pre>29000</pre>", "<pre>30000</pre>" },
		{ "texts", "\"expected\":\"ab\",\"got\":\"ac\"", "<pre>&quot;a<mark>b</mark>&quot;</pre>",
		  "<pre>&quot;a<mark>c</mark>&quot;</pre>" },
		{ "big", "\"expected\":9007199254740993,\"got\":1E400", "<pre>9007199254740993</pre>",
		  "<pre>1E400</pre>" },
		{ "types", "\"expected\":\"1\",\"got\":1", "<pre>&quot;1&quot;</pre>", "<pre>1</pre>" },
		{ "missing", "\"expected\":{}", "<pre>{}</pre>",
		  "<p class=\"absent\">nothing: it is absent</p>" },
		{ "extra", "\"got\":null", "<p class=\"absent\">nothing: it is absent</p>",
		  "<pre>null</pre>" },
		{ "object", "\"expected\":{\"a\":1},\"got\":{\"a\":2}",
		  "<pre>{\n  &quot;a&quot;: <mark>1</mark>\n}</pre>",
		  "<pre>{\n  &quot;a&quot;: <mark>2</mark>\n}</pre>" },
		{ "hostile", "\"expected\":\"</pre>\",\"got\":\"\\u202e\\u0000\"",
		  "<pre>&quot;<mark>&lt;/pre&gt;</mark>&quot;</pre>",
		  "<pre>&quot;<mark>" U("U+202E") "\\u0000</mark>&quot;</pre>" },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		char row[300], wanted[600];
		const char *html;

		snprintf(row, sizeof(row),
			 "{\"ok\":false,\"verdict\":\"WRONG_VALUE\",\"differences\":[{\"at\":\"/"
			 "a~1<b>\",\"verdict\":"
			 "\"WRONG_VALUE\",%s,\"offset\":74}]}",
			 rows[i].difference);
		html = row_html(row, true);
		snprintf(wanted, sizeof(wanted),
			 "<div class=\"side expected\"><h4>expected</h4>%s</div>\n"
			 "<div class=\"side got\"><h4>got</h4>%s</div>\n",
			 rows[i].expected, rows[i].got);
		cr_expect(contains(html, wanted), "%s: %s\nis not in %s", rows[i].label, wanted, html);
		cr_expect(contains(html, "<h3><span class=\"at\">/a~1&lt;b&gt;</span>"), "%s", rows[i].label);
		cr_expect(contains(html, "byte 74 of the body"), "%s", rows[i].label);
	}
}

Test(html, a_row_says_what_is_known_of_it)
{
	static const struct {
		const char *label, *row, *part;
	} rows[] = {
		{ "ok",
		  "{\"ok\":true,\"verdict\":\"MATCH\",\"operation\":\"GetIntegration\",\"level\":\"signed\"}",
		  "<details class=\"row ok\" id=\"r7\"><summary><span class=\"mark\">ok</span><span "
		  "class=\"operation\">GetIntegration</span>" },
		{ "spelling", "{\"ok\":true,\"verdict\":\"KEY_ORDER\"}",
		  "<span class=\"word\">KEY_ORDER</span>" },
		{ "level",
		  "{\"ok\":true,\"verdict\":\"MATCH\",\"level\":\"signed\",\"evidence\":\"aws-live\"}",
		  "<span class=\"held\">signed</span><span class=\"from\">aws-live</span>" },
		{ "fail", "{\"ok\":false,\"verdict\":\"NO_SCENARIO\",\"method\":\"GET\",\"path\":\"/<x>\"}",
		  "<details class=\"row fail\" id=\"r7\"><summary><span class=\"mark\">FAIL</span><span "
		  "class=\"operation\">GET /&lt;x&gt;</span>" },
		{ "more",
		  "{\"ok\":false,\"verdict\":\"X\",\"differences\":[{\"at\":\"\",\"got\":1},{\"at\":\"/b\"},{\"at\":\"/"
		  "c\"}]}",
		  "<span class=\"at\">(whole body)</span><span class=\"more\">and 2 more</span>" },
		{ "same effect",
		  "{\"ok\":true,\"verdict\":\"X\",\"differences\":[{\"at\":\"/a\",\"got\":1,\"effect\":\"same\"}]}",
		  "AWS would do the same" },
		{ "place",
		  "{\"ok\":false,\"scenario\":\"a/b\",\"interaction\":\"put\",\"cassette\":{\"path\":\"c/a/"
		  "b.json\",\"line\":9}}",
		  "<dt>compared with</dt><dd>a/b#put <span class=\"file\">c/a/b.json:9</span>" },
		{ "reason",
		  "{\"ok\":false,\"signature\":{\"verdict\":\"invalid\",\"reason\":\"body-hash\",\"detail\":"
		  "\"<d>\","
		  "\"expectedCanonicalRequest\":\"PUT\\n/<\",\"expectedStringToSign\":\"AWS4\\n&\"}}",
		  "<span class=\"word\">invalid</span><span "
		  "class=\"offset\">body-hash</span></h3>\n<p>&lt;d&gt;</p>\n"
		  "<details class=\"box\"><summary>expected canonical "
		  "request</summary><pre>PUT\n/&lt;</pre></details>\n"
		  "<details class=\"box\"><summary>expected string to "
		  "sign</summary><pre>AWS4\n&amp;</pre></details>" },
		{ "note",
		  "{\"ok\":false,\"verdict\":\"OUT_OF_ORDER\",\"differences\":[{\"at\":\"\"}],\"note\":\"'put' <was>\"}",
		  "<span class=\"word\">OUT_OF_ORDER</span></span><span class=\"who\"></span></summary>\n<div "
		  "class=\"inside\">\n<p class=\"note\">&#39;put&#39; &lt;was&gt;</p>" },
		{ "text", "{\"ok\":false,\"text\":\"one\\n<two>\"}",
		  "<summary>what the client was answered</summary><pre>one\n&lt;two&gt;</pre>" },
		{ "names of a member",
		  "{\"ok\":false,\"verdict\":\"X\",\"differences\":[{\"at\":\"/httpMethod\",\"name\":"
		  "\"integrationHttpMethod\",\"got\":1}]}",
		  "/httpMethod (integrationHttpMethod)" },
		{ "a line of a level",
		  "{\"ok\":false,\"verdict\":\"MATCH\",\"differences\":[{\"at\":\"host\",\"got\":1,\"level\":\"wire\","
		  "\"line\":3}]}",
		  "line 3 of the head" },
		{ "client", "{\"ok\":false,\"client\":\"a<b\",\"session\":\"s\\\"\"}",
		  "<span class=\"session\">s&quot;</span><span class=\"client\">a&lt;b</span>" },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++)
		cr_expect(contains(row_html(rows[i].row, false), rows[i].part), "%s: %s", rows[i].label,
			  gwt_buf_cstr(&out));
	cr_expect(contains(row_html("{\"ok\":false}", true), "<details class=\"row fail\" id=\"r7\" open>"));
}

/* The title's place is that of its verdict, which also comes first below; those without effect come last. */
Test(html, a_title_pairs_a_verdict_with_its_own_place)
{
	const char *html =
		row_html("{\"ok\":false,\"verdict\":\"WRONG_VALUE\",\"differences\":["
			 "{\"at\":\"/harmless\",\"verdict\":\"WRONG_VALUE\",\"got\":0,\"effect\":\"same\"},"
			 "{\"at\":\"/extra\",\"verdict\":\"EXTRA_FIELD\",\"got\":1},"
			 "{\"at\":\"/wrong\",\"verdict\":\"WRONG_VALUE\",\"got\":2},"
			 "{\"at\":\"/other\",\"verdict\":\"WRONG_VALUE\",\"got\":3}]}",
			 true);
	static const char *const order[] = { ("WRONG_VALUE</span><span class=\"at\">/wrong</span><span "
					      "class=\"more\">and 3 more</span>"),
					     "<h3><span class=\"at\">/wrong<",
					     "<h3><span class=\"at\">/extra<",
					     "<h3><span class=\"at\">/other<",
					     "<h3><span class=\"at\">/harmless<",
					     "AWS would do the same" };

	for (size_t i = 0; i < GWT_LEN(order); i++) {
		const char *found = strstr(html, order[i]);

		cr_assert(found, "%s is not in, or not in this order in %s", order[i], html);
		html = found + 1;
	}
	cr_expect(!strstr(html, "<h3>"));
}

static const char *report_html(const char *text)
{
	struct gwt_json *run;

	cr_assert(gwt_json_parse(&arena, gwt_span_of(text), &run, NULL), "%s", text);
	gwt_buf_clear(&out);
	gwt_report_html(&out, run);
	return gwt_buf_cstr(&out);
}

#define NO_ROWS "\"requests\":[],\"unused\":[]"

/* The heading reports success only for a run that compared something and ended with exit code 0. */
Test(html, the_heading_is_no_false_success)
{
	static const struct {
		const char *run, *heading;
	} rows[] = {
		{ "{\"summary\":{\"requests\":2,\"matched\":2}," NO_ROWS ",\"exit\":0}",
		  "<h1 class=\"ok\"><span class=\"mark\">ok</span> Every request matched: 2</h1>" },
		{ "{\"summary\":{\"requests\":0,\"matched\":0}," NO_ROWS ",\"exit\":5}",
		  "<h1 class=\"fail\"><span class=\"mark\">FAIL</span> Nothing was compared: that is not "
		  "success</h1>" },
		{ "{\"summary\":{\"requests\":3,\"matched\":2,\"broken\":1}," NO_ROWS ",\"exit\":1}",
		  "<h1 class=\"fail\"><span class=\"mark\">FAIL</span> 1 of 3 requests broke the "
		  "contract</h1>" },
		{ "{\"summary\":{\"requests\":1,\"matched\":1},\"requests\":[],\"unused\":[{\"scenario\":\"a/"
		  "b\","
		  "\"interaction\":\"get\"}],\"unusedFailing\":[{\"scenario\":\"a/b\",\"interaction\":\"get\"}],\"exit\":1}",
		  "<h1 class=\"fail\"><span class=\"mark\">FAIL</span> 1 recorded interaction was never "
		  "called</h1>" },
		{ "{\"summary\":{\"requests\":1,\"matched\":1}," NO_ROWS ",\"exit\":5}",
		  "<span class=\"mark\">FAIL</span> Every request matched; the run ended with exit code "
		  "5</h1>" },
		{ "{\"summary\":{\"requests\":1,\"matched\":1,\"relaxations\":[\"--any-region: "
		  "<x>\"]}," NO_ROWS ",\"exit\":0}",
		  "<li>--any-region: &lt;x&gt;</li>" },
		{ "{\"summary\":{\"requests\":4,\"matched\":4,\"level\":{\"wire\":1,\"signed\":3}}," NO_ROWS
		  ",\"exit\":0}",
		  "<dt>signed</dt><dd>3</dd><dd class=\"bar\" aria-hidden=\"true\"><svg><rect "
		  "width=\"75.0%\"" },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++)
		cr_expect(contains(report_html(rows[i].run), rows[i].heading), "%s", rows[i].heading);
}

/* The first breach is unfolded, so that it can be read without a click; the others are folded. */
Test(html, only_the_first_breach_is_open)
{
	const char *html =
		report_html("{\"summary\":{},\"requests\":[{\"ok\":true},{\"ok\":false},{\"ok\":false}],"
			    "\"unused\":[],\"exit\":1}");

	cr_expect(contains(html, "<details class=\"row ok\" id=\"r1\">"));
	cr_expect(contains(html, "<details class=\"row fail\" id=\"r2\" open>"));
	cr_expect(contains(html, "<details class=\"row fail\" id=\"r3\">"));
}

/* Consequences of a breach are folded below it; rows without a scenario have their own group. */
Test(html, consequences_are_folded_below_their_breach)
{
#define STEP(id) "\"scenario\":\"t/a\",\"interaction\":\"" id "\""
#define BREACH   "{\"ok\":false,\"session\":\"s\",\"verdict\":\"WRONG_VALUE\"," STEP("put") "}"
#define EARLY                                                                                                \
	"{\"ok\":false,\"session\":\"s\",\"verdict\":\"OUT_OF_ORDER\"," STEP(                                \
		"get") ",\"comesAfter\":{" STEP("put") "}}"
#define AFTER(id) "{" STEP(id) ",\"after\":{" STEP("put") "}}"
#define RUN(requests, unused)                                                                                \
	"{\"summary\":{},\"requests\":[" requests "],\"unused\":[" unused "],\"exit\":1}"
	static const struct {
		const char *run, *has;
	} rows[] = {
		{ RUN(BREACH "," EARLY, ""),
		  "<summary>1 consequence of it: calls that came too early</summary>" },
		{ RUN(BREACH, AFTER("get")),
		  "<summary>1 consequence of it: never called after it</summary>" },
		{ RUN(BREACH "," EARLY, AFTER("x") "," AFTER("y")),
		  "<summary>3 consequences of it: calls that came too early, or never came</summary>" },
		{ RUN(BREACH, AFTER("get")), "<li>t/a#get (after t/a#put, which was broken)</li>" },
		{ RUN(BREACH "," EARLY, ""),
		  "<h3>t/a <span>2 requests, <strong>1 broken</strong></span></h3>" },
		{ RUN("{\"ok\":false}", ""), "<h3>(of no scenario) <span>1 request, " },
		{ RUN("{\"ok\":true," STEP("put") "},{\"ok\":false}", "{" STEP("get") "}"),
		  "Never called: 1 recorded interaction</h2>" },
	};
	const char *html, *broken, *right;

	for (size_t i = 0; i < GWT_LEN(rows); i++)
		cr_expect(contains(report_html(rows[i].run), rows[i].has), "%s", rows[i].has);
	html = report_html(RUN("{\"ok\":true," STEP("put") "},{\"ok\":false}", ""));
	broken = strstr(html, "(of no scenario)");
	right = strstr(html, "<h3>t/a ");
	cr_assert(broken && right);
	cr_expect_lt(broken, right, "what is broken comes first");
}

/* The page's files must not contain what would end their element early, and must be plain ASCII. */
Test(html, embedded_files_fit_into_their_elements)
{
	size_t count = 0;

	for (const struct gwt_web_file *file = gwt_web_files; file->name; file++, count++) {
		cr_expect(file->bytes.len > 0, "%s", file->name);
		for (size_t i = 0; i < file->bytes.len; i++)
			cr_assert(file->bytes.ptr[i] > 0, "%s, byte %zu", file->name, i);
		if (strstr(file->name, ".html"))
			continue;
		cr_expect_eq(gwt_span_find_span(file->bytes, GWT_SPAN("</")), file->bytes.len, "%s",
			     file->name);
		cr_expect_eq(gwt_span_find_span(file->bytes, GWT_SPAN("<!--")), file->bytes.len, "%s",
			     file->name);
		cr_expect_eq(gwt_span_find_span(file->bytes, GWT_SPAN("{{")), file->bytes.len, "%s",
			     file->name);
	}
	cr_expect_eq(count, 7);
}

/* AWS: session tokens and signatures are credentials; the names are those of the SigV4 documentation. */
Test(html, credentials_are_masked)
{
	static const struct {
		const char *text, *masked;
	} rows[] = {
		{ "GET\n/\n\nx-amz-security-token:IQoJb3=\nhost:a\n",
		  "GET\n/\n\nx-amz-security-token:*\nhost:a\n" },
		{ "/x?X-Amz-Security-Token=abc&X-Amz-Signature=0f&a=b",
		  "/x?X-Amz-Security-Token=*&X-Amz-Signature=*&a=b" },
		{ "X-Amz-Signature=", "X-Amz-Signature=*" },
		{ "/?x-amz-signature=0f", "/?x-amz-signature=*" },
		{ "/?X-Amz-%53ecurity%2DToken=0f&b", "/?X-Amz-%53ecurity%2DToken=*&b" },
		{ "/?x-amz-signature%3", "/?x-amz-signature%3" },
		{ "100%", "100%" },
		{ "nothing to hide", "nothing to hide" },
		{ "/?X-Amz-Credential=AKIDEXAMPLE%2F20260101%2Fus-east-1&x=1",
		  "/?X-Amz-Credential=AKIDEXAMPLE%2F20260101%2Fus-east-1&x=1" },
		{ "/?X-Amz-Credential=0123456789012345678901234567890123456789%2F20260101",
		  "/?X-Amz-Credential=*%2F20260101" },
		{ "/?X-Amz-SignedHeaders=host;0123456789012345678901234567890123456789",
		  "/?X-Amz-SignedHeaders=host;*" },
		{ "x-amz-date:0123456789012345678901234567890123456789\nhost:a", "x-amz-date:*\nhost:a" },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		gwt_buf_clear(&out);
		gwt_mask_add(&out, gwt_guarded(gwt_span_of(rows[i].text)));
		cr_expect_str_eq(gwt_buf_cstr(&out), rows[i].masked);
	}
}

Test(html, credentials_in_differences_are_masked)
{
	const struct gwt_json *secret = gwt_json_new_string(&arena, GWT_SPAN("SECRET"));
	const struct gwt_json *query = gwt_json_new_string(&arena, GWT_SPAN("a=b&X-Amz-Signature=SECRET"));
	struct gwt_difference differences[] = {
		{ .at = GWT_SPAN("X-Amz-Security-Token"), .got = secret },
		{ .at = GWT_SPAN("x-amz-signature"), .expected = secret },
		{ .at = GWT_SPAN("query"), .got = query },
		{ .at = GWT_SPAN("/uri"), .got = secret },
	};
	static const char *const wanted[] = { "*", "*", "a=b&X-Amz-Signature=*", "SECRET" };
	struct gwt_comparison comparison = { .differences = differences, .len = GWT_LEN(differences) };

	gwt_mask_comparison(&arena, &comparison);
	for (size_t i = 0; i < GWT_LEN(wanted); i++) {
		const struct gwt_difference *masked = &comparison.differences[i];

		cr_expect(gwt_span_is((masked->got ? masked->got : masked->expected)->text, wanted[i]), "%zu",
			  i);
		cr_expect_eq(!masked->got, !differences[i].got);
	}
	cr_expect_eq(differences[0].got, secret, "what others hold is as it was");
}

/* A row of the JSON report is UTF-8 and has no token, whatever the client sent. */
Test(html, a_json_row_of_hostile_bytes_is_json)
{
	struct gwt_signature signature = {
		.verdict = GWT_SIG_INVALID,
		.reason = GWT_SIG_MISMATCH,
		.detail = "signed as '\xff'",
		.expected_canonical_request = GWT_SPAN("PUT\n/\xfe\n\nx-amz-security-token:SECRET\n"),
		.expected_string_to_sign = GWT_SPAN("AWS4-HMAC-SHA256\n"),
	};
	struct gwt_run_row row = {
		.client = GWT_SPAN("\xff\xfe</x>"),
		.verdict = GWT_VERDICT_BAD_SIGNATURE,
		.signature = &signature,
		.text = GWT_SPAN("t\xc0"),
		.request_id = GWT_SPAN("id"),
		.time = 1440938160,
		.method = GWT_SPAN("PUT"),
		.path = GWT_SPAN("/\x80"),
	};
	struct gwt_json *json = gwt_run_row_json(&arena, &row), *again, *inner;

	gwt_json_write(&out, json, GWT_JSON_COMPACT);
	cr_assert(gwt_json_parse(&arena, gwt_buf_span(&out), &again, NULL));
	cr_expect(gwt_span_is(gwt_json_get_text(again, "client"), "\ufffd\ufffd</x>"));
	cr_expect(gwt_span_is(gwt_json_get_text(again, "time"), "2015-08-30T12:36:00Z"));
	cr_expect(gwt_span_is(gwt_json_get_text(again, "path"), "/\ufffd"));
	inner = gwt_json_get(again, "signature");
	cr_expect(gwt_span_is(gwt_json_get_text(inner, "detail"), "signed as '\ufffd'"));
	cr_expect(gwt_span_is(gwt_json_get_text(inner, "expectedCanonicalRequest"),
			      "PUT\n/\ufffd\n\nx-amz-security-token:*\n"));
	cr_expect(gwt_span_is(gwt_json_get_text(inner, "expectedStringToSign"), "AWS4-HMAC-SHA256\n"));
}
