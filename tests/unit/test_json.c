/*
 * test_json.c - lib/json against the texts of RFC 8259, 8785 and 6901, and against
 * tests/support/canonical_json.py on random values.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/base/file.h"
#include "lib/base/limits.h"
#include "lib/json/json.h"
#include "lib/json/pointer.h"
#include "lib/json/write.h"
#include "tests/support/data.h"
#include "tests/support/guard.h"

static struct gwt_arena arena;
static struct gwt_buf buf;

static void setup(void)
{
	gwt_buf_init(&buf, SIZE_MAX);
}

static void teardown(void)
{
	gwt_arena_release(&arena);
	gwt_buf_release(&buf);
}

TestSuite(json, .init = setup, .fini = teardown, .timeout = 60);

static struct gwt_json *parse(struct gwt_span text)
{
	struct gwt_json_problem problem;
	struct gwt_json *json = NULL;

	cr_assert(gwt_json_parse(&arena, text, &json, &problem), "'%.*s' at %zu: %s",
		  (int)(text.len < 80 ? text.len : 80), text.ptr, problem.offset, problem.detail);
	return json;
}

static struct gwt_json *parse_text(const char *text)
{
	return parse(gwt_guarded(gwt_span_of(text)));
}

static const char *canonical(struct gwt_json *json)
{
	gwt_buf_clear(&buf);
	gwt_json_write_canonical(&buf, json);
	return gwt_buf_cstr(&buf);
}

static const char *written(struct gwt_json *json, enum gwt_json_layout layout)
{
	gwt_buf_clear(&buf);
	gwt_json_write(&buf, json, layout);
	return gwt_buf_cstr(&buf);
}

static struct gwt_json_problem fault_of(struct gwt_span text)
{
	struct gwt_json_problem problem = { .fault = GWT_JSON_OK };
	struct gwt_json *json = NULL;

	if (!gwt_json_parse(&arena, text, &json, &problem))
		cr_expect_null(json, "result written on failure");
	return problem;
}

static struct gwt_span nested(size_t depth)
{
	gwt_buf_clear(&buf);
	for (size_t i = 0; i < depth; i++)
		gwt_buf_add_text(&buf, i % 2 ? "{\"a\":" : "[");
	gwt_buf_add_char(&buf, '1');
	for (size_t i = depth; i-- > 0;)
		gwt_buf_add_char(&buf, i % 2 ? '}' : ']');
	return gwt_arena_copy(&arena, gwt_buf_span(&buf));
}

#define ROW(text, fault, offset)                                                                             \
	{                                                                                                    \
		GWT_SPAN_INIT(text), fault, offset                                                           \
	}

Test(json, each_fault_has_its_word_and_its_place)
{
	static const struct {
		struct gwt_span text;
		const char *fault;
		size_t offset;
	} rows[] = {
		ROW("", "not-json", 0),
		ROW(" \n", "not-json", 2),
		ROW("{", "not-json", 1),
		ROW("[1,]", "not-json", 3),
		ROW("{\"a\":1,}", "not-json", 7),
		ROW("[1 2]", "not-json", 3),
		ROW("[1:2]", "not-json", 2),
		ROW("{\"a\" 1}", "not-json", 5),
		ROW("{\"a\":1 \"b\":2}", "not-json", 7),
		ROW("{a:1}", "not-json", 1),
		ROW("{'a':1}", "not-json", 1),
		ROW("{1:1}", "not-json", 1),
		ROW("[}", "not-json", 1),
		ROW("{]", "not-json", 1),
		ROW("]", "not-json", 0),
		ROW("1 1", "not-json", 2),
		ROW("{} x", "not-json", 3),
		ROW("01", "not-json", 1),
		ROW("-", "not-json", 1),
		ROW("-a", "not-json", 1),
		ROW("+1", "not-json", 0),
		ROW(".5", "not-json", 0),
		ROW("1.", "not-json", 2),
		ROW("1.e1", "not-json", 2),
		ROW("1e", "not-json", 2),
		ROW("1e+", "not-json", 3),
		ROW("0x10", "not-json", 1),
		ROW("NaN", "not-json", 0),
		ROW("Infinity", "not-json", 0),
		ROW("-Infinity", "not-json", 1),
		ROW("nul", "not-json", 3),
		ROW("nulL", "not-json", 3),
		ROW("truefalse", "not-json", 4),
		ROW("True", "not-json", 0),
		ROW("\"a", "not-json", 2),
		ROW("\"a\nb\"", "not-json", 2),
		ROW("\"a\0b\"", "not-json", 2),
		ROW("\"\\x41\"", "not-json", 2),
		ROW("\"\\\0\"", "not-json", 2),
		ROW("\"\\u12g4\"", "not-json", 5),
		ROW("\"\\u123", "not-json", 6),
		ROW("\"\\", "not-json", 2),
		ROW("// c\n1", "not-json", 0),
		ROW("[1]\0", "not-json", 3),
		ROW("\v1", "not-json", 0),
		ROW("\xc2\xa0"
		    "1",
		    "not-json", 0), /* U+00A0 is no white space */
		/* RFC 3629: overlong, surrogates, over U+10FFFF, cut, stray; inside and outside strings */
		ROW("\"\xc0\xaf\"", "invalid-utf8", 1),
		ROW("\"\xc1\xbf\"", "invalid-utf8", 1),
		ROW("\"\xe0\x80\xaf\"", "invalid-utf8", 1),
		ROW("\"\xe0\x9f\xbf\"", "invalid-utf8", 1),
		ROW("\"\xf0\x80\x80\xaf\"", "invalid-utf8", 1),
		ROW("\"\xf0\x8f\xbf\xbf\"", "invalid-utf8", 1),
		ROW("\"\xed\xa0\x80\"", "invalid-utf8", 1),
		ROW("\"\xed\xbf\xbf\"", "invalid-utf8", 1),
		ROW("\"\xed\xa0\xbd\xed\xb8\x80\"", "invalid-utf8", 1),
		ROW("\"\xf4\x90\x80\x80\"", "invalid-utf8", 1),
		ROW("\"\xf5\x80\x80\x80\"", "invalid-utf8", 1),
		ROW("\"\xff\"", "invalid-utf8", 1),
		ROW("\"\x80\"", "invalid-utf8", 1),
		ROW("\"abcdefgh\xe2\x82\"", "invalid-utf8", 9),
		ROW("\"\xe2\x82", "invalid-utf8", 1),
		ROW("\"\xc3(\"", "invalid-utf8", 1),
		ROW("{\"\xff\":1}", "invalid-utf8", 2),
		ROW("\xff", "invalid-utf8", 0),
		ROW("\xff\xfe{\0}\0", "invalid-utf8", 0), /* UTF-16 */
		ROW("[1,\x80]", "invalid-utf8", 3),
		ROW("\xef\xbb\xbf{}", "byte-order-mark", 0),
		ROW("\xef\xbb\xbf", "byte-order-mark", 0),
		ROW("[\xef\xbb\xbf]", "not-json", 1),
		ROW("{\"a\":1,\"a\":1}", "duplicate-member", 7),
		ROW("{\"a\":1,\"\\u0061\":2}", "duplicate-member", 7),
		ROW("{\"/\":1,\"\\/\":2}", "duplicate-member", 7),
		ROW("{\"\":1,\"\":2}", "duplicate-member", 6),
		ROW("[{\"b\":{\"a\":{},\"a\":[]}}]", "duplicate-member", 14),
		ROW("\"\\ud800\"", "lone-surrogate", 1),
		ROW("\"\\uDBFF\"", "lone-surrogate", 1),
		ROW("\"\\udc00\"", "lone-surrogate", 1),
		ROW("\"\\uDFFFx\"", "lone-surrogate", 1),
		ROW("\"\\ud800\\n\"", "lone-surrogate", 1),
		ROW("\"\\ud83d\\u0041\"", "lone-surrogate", 1),
		ROW("\"\\ud83d\\ud83d\\ude00\"", "lone-surrogate", 1),
		ROW("\"\\ude00\\ud83d\"", "lone-surrogate", 1),
		ROW("\"\\ud83d\\uzzzz\"", "lone-surrogate", 1),
		ROW("{\"\\ud800\":1}", "lone-surrogate", 2),
		ROW("\"\\ud83d\\ude0", "not-json", 12), /* cut: it might have become a pair */
		ROW("\"\\ud83d", "not-json", 7),
		/* the first fault is the one named */
		ROW("[\"\\ud800\",\"\xff\",]", "lone-surrogate", 2),
		ROW("[\"\xff\",\"\\ud800\",]", "invalid-utf8", 2),
		ROW("{\"a\":1,\"a\":\"\xff\"", "duplicate-member", 7),
		ROW("{\"a\":,\"a\":\"\xff\"", "not-json", 5),
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_json_problem problem = fault_of(gwt_guarded(rows[i].text));

		cr_expect_str_eq(gwt_json_fault_word(problem.fault), rows[i].fault, "row %zu '%.*s': %s", i,
				 (int)rows[i].text.len, rows[i].text.ptr, problem.detail);
		cr_expect_eq(problem.offset, rows[i].offset, "row %zu '%.*s': offset %zu", i,
			     (int)rows[i].text.len, rows[i].text.ptr, problem.offset);
		cr_expect_neq(problem.detail[0], '\0', "row %zu has no detail", i);
	}
}

Test(json, sound_texts_are_accepted)
{
	static const struct gwt_span rows[] = {
		GWT_SPAN_INIT("null"),
		GWT_SPAN_INIT(" \t\r\ntrue \n"),
		GWT_SPAN_INIT("-0.0e-0"),
		GWT_SPAN_INIT("1E+2"),
		GWT_SPAN_INIT("\"\x7f\xc2\x80\xdf\xbf\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf\""),
		GWT_SPAN_INIT("\"\xf0\x90\x80\x80\xf4\x8f\xbf\xbf\xef\xbb\xbf\""),
		GWT_SPAN_INIT("\"\\uD83D\\uDE00\\\"\\\\\\/\\b\\f\\n\\r\\t\""),
		GWT_SPAN_INIT("[ ]"),
		GWT_SPAN_INIT("{ }"),
		GWT_SPAN_INIT("{\"\":0,\"a\":{\"a\":[[],{}]}}"),
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++)
		cr_expect_eq(fault_of(gwt_guarded(rows[i])).fault, GWT_JSON_OK, "row %zu", i);
}

Test(json, depth_is_limited_and_never_costs_the_stack)
{
	static const struct {
		size_t depth;
		enum gwt_json_fault fault;
	} rows[] = {
		{ 1, GWT_JSON_OK },
		{ GWT_MAX_JSON_DEPTH, GWT_JSON_OK },
		{ GWT_MAX_JSON_DEPTH + 1, GWT_JSON_TOO_DEEP },
		{ 1000, GWT_JSON_TOO_DEEP },
		{ 1000000, GWT_JSON_TOO_DEEP },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++)
		cr_expect_eq(fault_of(nested(rows[i].depth)).fault, rows[i].fault, "depth %zu",
			     rows[i].depth);
	cr_expect_str_eq(gwt_json_fault_word(GWT_JSON_TOO_DEEP), "too-deep");
}

Test(json, the_deepest_tree_can_be_copied_compared_sorted_and_written)
{
	struct gwt_span text = nested(GWT_MAX_JSON_DEPTH);
	struct gwt_json *json = parse(text), *copy = gwt_json_copy(&arena, json);

	cr_expect(gwt_json_equal(json, copy));
	gwt_json_sort(copy);
	cr_expect_str_eq(written(copy, GWT_JSON_COMPACT), text.ptr);
	cr_expect_str_eq(canonical(copy), text.ptr);
}

Test(json, a_text_cut_anywhere_is_refused)
{
	static const char text[] =
		"{\"a\\u00e9\":[1,-2.5e+7,true,false,null,\"\xe2\x82\xac\\ud83d\\ude00\\n\"],"
		"\"b\":{\"c\":{},\"d\":[]}}";
	struct gwt_span whole = gwt_span_of(text);

	cr_expect_eq(fault_of(gwt_guarded(whole)).fault, GWT_JSON_OK);
	for (size_t len = 0; len < whole.len; len++) {
		struct gwt_json_problem problem = fault_of(gwt_guarded(gwt_span_slice(whole, 0, len)));
		bool in_character = len && ((unsigned char)text[len] & 0xc0) == 0x80;

		cr_expect_eq(problem.fault, in_character ? GWT_JSON_INVALID_UTF8 : GWT_JSON_NOT_JSON,
			     "cut at %zu", len);
		cr_expect(in_character || problem.offset == len, "cut at %zu: offset %zu", len,
			  problem.offset);
	}
}

Test(json, a_tree_keeps_tokens_nul_order_and_places)
{
	struct gwt_json *json =
		parse(gwt_guarded(GWT_SPAN(" {\"b\" : 1.50E2, \"a\\u0000\":[\"x\\u0000y\", {}]} ")));
	struct gwt_json *number = gwt_json_get(json, "b");
	struct gwt_json *array = gwt_json_get_span(json, GWT_SPAN("a\0"));

	cr_assert_not_null(number);
	cr_assert_not_null(array);
	cr_expect_eq(json->child, number, "order");
	cr_expect(gwt_span_is(number->text, "1.50E2"));
	cr_expect_eq(number->offset, 8u);
	cr_expect_eq(number->end, 14u);
	cr_expect_eq(number->name_offset, 2u);
	cr_expect(gwt_span_eq(gwt_json_at(array, 0)->text, GWT_SPAN("x\0y")));
	cr_expect_eq(array->len, 2u);
	cr_expect_eq(array->end, 42u);
	cr_expect_eq(json->offset, 1u);
	cr_expect_eq(json->end, 43u);
	cr_expect_null(gwt_json_at(array, 2));
	cr_expect_null(gwt_json_get(array, "b"));
	cr_expect_null(gwt_json_get(NULL, "b"));
	cr_expect_null(gwt_json_get_text(json, "b").ptr);
}

Test(json, a_file_error_names_line_and_column)
{
	struct gwt_json *json = NULL;
	struct gwt_error err;

	cr_expect_eq(gwt_json_parse_file(&arena, "x.json", GWT_SPAN("{\n  \"a\": 1,\n  b\n}"), &json, &err),
		     GWT_EPARSE);
	cr_expect_str_eq(err.msg, "x.json:3:3: expected a member name");
	cr_expect_eq(gwt_json_parse_file(&arena, "x.json", GWT_SPAN("1"), &json, &err), GWT_OK);
}

/* Looking for duplicates must not be quadratic: a million members would then take hours. */
Test(json, large_objects_are_searched_for_duplicates_fast)
{
	struct gwt_span text;
	struct gwt_json *json;

	gwt_buf_add_char(&buf, '{');
	for (int i = 0; i < 300000; i++)
		gwt_buf_printf(&buf, "\"k%d\":%d,", i, i);
	text = gwt_arena_copy(&arena, gwt_buf_span(&buf));
	gwt_buf_add_text(&buf, "\"k\":0}");
	json = parse(gwt_arena_copy(&arena, gwt_buf_span(&buf)));
	cr_expect_eq(json->len, 300001u);
	cr_expect(gwt_json_equal(json, gwt_json_copy(&arena, json)));
	for (int i = 0; i < 300000; i += 29999) {
		gwt_buf_clear(&buf);
		gwt_buf_add(&buf, text);
		gwt_buf_printf(&buf, "\"\\u006b%d\":0}", i);
		cr_expect_eq(fault_of(gwt_buf_span(&buf)).fault, GWT_JSON_DUPLICATE_MEMBER, "k%d", i);
	}
}

/* Every count around the place where the parser changes its way of looking. */
Test(json, duplicates_are_found_at_every_size)
{
	for (int count = 1; count < 100; count++) {
		for (int twin = 0; twin < count; twin++) {
			gwt_buf_clear(&buf);
			gwt_buf_add_char(&buf, '{');
			for (int i = 0; i < count; i++)
				gwt_buf_printf(&buf, "\"%d\":0,", i);
			gwt_buf_printf(&buf, "\"%d\":0}", twin);
			cr_expect_eq(fault_of(gwt_buf_span(&buf)).fault, GWT_JSON_DUPLICATE_MEMBER,
				     "%d of %d", twin, count);
		}
	}
}

Test(json, a_ten_mebibyte_body_is_exact)
{
	struct gwt_span text;

	gwt_buf_add_char(&buf, '[');
	while (buf.len < 10 * 1024 * 1024)
		gwt_buf_add_text(&buf, "9007199254740993,\"\xc3\xb6\xe2\x82\xac\",{\"k\":[]},");
	gwt_buf_add_text(&buf, "0]");
	text = gwt_arena_copy(&arena, gwt_buf_span(&buf));
	cr_expect(gwt_span_is(text, canonical(parse(text))));
}

/* RFC 8785, Appendix B: the text that each of these doubles has. Exact arithmetic leaves them as they are. */
Test(json, numbers_of_rfc_8785_appendix_b_are_fixed_points)
{
	static const char *const rows[] = {
		"0",
		"5e-324",
		"-5e-324",
		"1.7976931348623157e+308",
		"-1.7976931348623157e+308",
		"9007199254740992",
		"-9007199254740992",
		"295147905179352830000",
		"9.999999999999997e+22",
		"1e+23",
		"1.0000000000000001e+23",
		"999999999999999700000",
		"999999999999999900000",
		"1e+21",
		"9.999999999999997e-7",
		"0.000001",
		"333333333.3333332",
		"333333333.33333325",
		"333333333.3333333",
		"333333333.3333334",
		"333333333.33333343",
		"-0.0000033333333333333333",
		"1424953923781206.2",
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++)
		cr_expect_str_eq(canonical(parse_text(rows[i])), rows[i]);
}

Test(json, numbers_get_ecmascript_layout_and_keep_their_value)
{
	static const struct {
		const char *token, *expected;
	} rows[] = {
		{ "-0", "0" },
		{ "-0.000e5", "0" },
		{ "0e99999999999999999999", "0" },
		{ "1.0", "1" },
		{ "1E2", "100" },
		{ "1e400", "1e+400" },
		{ "1e-400", "1e-400" },
		{ "9007199254740993", "9007199254740993" },
		{ "100000000000000000000", "100000000000000000000" },
		{ "123456789012345678901", "123456789012345678901" },
		{ "1000000000000000000000", "1e+21" },
		{ "1234567890123456789012345", "1.234567890123456789012345e+24" },
		{ "-1234567890123456789012000", "-1.234567890123456789012e+24" },
		{ "0.0000001", "1e-7" },
		{ "0.000001", "0.000001" },
		{ "0.00000123", "0.00000123" },
		{ "0.000000123", "1.23e-7" },
		{ "123.456000", "123.456" },
		{ "12345678901234567890123.5e-3", "12345678901234567890.1235" },
		{ "0.1e1", "1" },
		{ "100e-2", "1" },
		{ "120e-2", "1.2" },
		{ "0.00e1", "0" },
		{ "0.5e-00", "0.5" },
		{ "1e21", "1e+21" },
		{ "1e20", "100000000000000000000" },
		{ "1e-6", "0.000001" },
		{ "1e+0021", "1e+21" },
		{ "4.50", "4.5" },
		{ "1e999999999999999999", "1e+999999999999999999" },
		{ "10e999999999999999999", "1e+1000000000000000000" },
		{ "1e9999999999999999999", "1e+9999999999999999999" },
		{ "100e9999999999999999999", "1e+10000000000000000001" },
		{ "-1.5e99999999999999999999", "-1.5e+99999999999999999999" },
		{ "0.01e10000000000000000000", "1e+9999999999999999998" },
		{ "0.01e-9999999999999999999", "1e-10000000000000000001" },
		{ "1000e-10000000000000000000", "1e-9999999999999999997" },
		{ "1e00000000000000000000000000000000000000001", "10" },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++)
		cr_expect_str_eq(canonical(parse_text(rows[i].token)), rows[i].expected, "%s: %s",
				 rows[i].token, canonical(parse_text(rows[i].token)));
}

/* RFC 8785, 3.2.2 with exact numbers (there 333333333.33333329 loses its last digit), and 3.2.3. */
Test(json, members_sort_by_utf16_and_strings_are_escaped_as_rfc_8785_says)
{
	cr_expect_str_eq(
		canonical(parse_text(
			"{\n  \"numbers\": [333333333.33333329, 1E30, 4.50,\n"
			"  2e-3, 0.000000000000000000000000001],\n"
			"  \"string\": \"\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\\"\\/\",\n"
			"  \"literals\": [null, true, false]\n}")),
		"{\"literals\":[null,true,false],\"numbers\":[333333333.33333329,1e+30,4.5,0.002,1e-27],"
		"\"string\":\"\xe2\x82\xac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
	cr_expect_str_eq(
		canonical(parse_text("{\"\\u20ac\":\"Euro Sign\",\"\\r\":\"Carriage Return\","
				     "\"\\ufb33\":\"Hebrew Letter Dalet With Dagesh\",\"1\":\"One\","
				     "\"\\ud83d\\ude00\":\"Emoji: Grinning Face\",\"\\u0080\":\"Control\","
				     "\"\\u00f6\":\"Latin Small Letter O With Diaeresis\"}")),
		"{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\xc2\x80\":\"Control\","
		"\"\xc3\xb6\":\"Latin Small Letter O With Diaeresis\",\"\xe2\x82\xac\":\"Euro Sign\","
		"\"\xf0\x9f\x98\x80\":\"Emoji: Grinning Face\","
		"\"\xef\xac\xb3\":\"Hebrew Letter Dalet With Dagesh\"}");
}

Test(json, layouts_are_those_that_clients_write)
{
	struct gwt_json *json =
		parse_text("{\"b\":[1, 2,{}],\"a\":{\"c\":\"\\u0001\xc3\xa9\\u007f\\/\"},\"d\":[]}");

	cr_expect_str_eq(written(json, GWT_JSON_COMPACT),
			 "{\"b\":[1,2,{}],\"a\":{\"c\":\"\\u0001\xc3\xa9\x7f/\"},\"d\":[]}");
	cr_expect_str_eq(written(json, GWT_JSON_COMPACT_LF),
			 "{\"b\":[1,2,{}],\"a\":{\"c\":\"\\u0001\xc3\xa9\x7f/\"},\"d\":[]}\n");
	cr_expect_str_eq(written(json, GWT_JSON_SPACED),
			 "{\"b\": [1, 2, {}], \"a\": {\"c\": \"\\u0001\xc3\xa9\x7f/\"}, \"d\": []}");
	cr_expect_str_eq(written(json, GWT_JSON_PRETTY), "{\n  \"b\": [\n    1,\n    2,\n    {}\n  ],\n  "
							 "\"a\": {\n    \"c\": \"\\u0001\xc3\xa9\x7f/\"\n"
							 "  },\n  \"d\": []\n}\n");
}

Test(json, equality_is_by_value)
{
	static const struct {
		const char *a, *b;
		bool equal;
	} rows[] = {
		{ "1.0", "1", true },
		{ "1e2", "100", true },
		{ "-0", "0", true },
		{ "0e5", "0.0", true },
		{ "9007199254740993", "9007199254740992", false },
		{ "1e99999999999999999999", "10e99999999999999999998", true },
		{ "1e99999999999999999999", "1e99999999999999999998", false },
		{ "1", "-1", false },
		{ "1", "\"1\"", false },
		{ "null", "false", false },
		{ "true", "false", false },
		{ "\"a\"", "\"\\u0061\"", true },
		{ "\"a\\u0000b\"", "\"a\\u0000c\"", false },
		{ "[1,2]", "[2,1]", false },
		{ "[1,2]", "[1,2,3]", false },
		{ "[]", "{}", false },
		{ "{\"a\":1,\"b\":2}", "{\"b\":2,\"a\":1}", true },
		{ "{\"a\":1,\"b\":2}", "{\"b\":1,\"a\":2}", false },
		{ "{\"a\":1,\"b\":2}", "{\"a\":1,\"c\":2}", false },
		{ "{\"a\":1}", "{\"a\":1,\"b\":2}", false },
		{ "{\"a\":null}", "{}", false },
		{ "{\"x\":0,\"a\":[{\"p\":1,\"q\":2}]}", "{\"a\":[{\"q\":2.0,\"p\":1}],\"x\":-0}", true },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_json *a = parse_text(rows[i].a), *b = parse_text(rows[i].b);

		cr_expect_eq(gwt_json_equal(a, b), rows[i].equal, "%s and %s", rows[i].a, rows[i].b);
		cr_expect_eq(gwt_json_equal(b, a), rows[i].equal, "%s and %s", rows[i].b, rows[i].a);
	}
}

Test(json, integers_are_read_when_they_are_exactly_that)
{
	static const struct {
		const char *token;
		bool is_u64, is_i64;
		uint64_t u;
		int64_t i;
	} rows[] = {
		{ "0", true, true, 0, 0 },
		{ "-0", true, true, 0, 0 },
		{ "29000", true, true, 29000, 29000 },
		{ "2.9e4", true, true, 29000, 29000 },
		{ "18446744073709551615", true, false, UINT64_MAX, 0 },
		{ "18446744073709551616", false, false, 0, 0 },
		{ "9223372036854775807", true, true, INT64_MAX, INT64_MAX },
		{ "9223372036854775808", true, false, 9223372036854775808u, 0 },
		{ "-1", false, true, 0, -1 },
		{ "-9223372036854775808", false, true, 0, INT64_MIN },
		{ "-9223372036854775809", false, false, 0, 0 },
		{ "1.5", false, false, 0, 0 },
		{ "1e400", false, false, 0, 0 },
		{ "1e-400", false, false, 0, 0 },
		{ "\"1\"", false, false, 0, 0 },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_json *json = parse_text(rows[i].token);
		uint64_t u = 0;
		int64_t n = 0;

		cr_expect_eq(gwt_json_to_u64(json, UINT64_MAX, &u), rows[i].is_u64, "%s", rows[i].token);
		cr_expect_eq(u, rows[i].u, "%s", rows[i].token);
		cr_expect_eq(gwt_json_to_i64(json, &n), rows[i].is_i64, "%s", rows[i].token);
		cr_expect_eq(n, rows[i].i, "%s", rows[i].token);
	}
	cr_expect_not(gwt_json_to_u64(NULL, 1, &(uint64_t){ 0 }));
	cr_expect_not(gwt_json_to_u64(parse_text("29001"), 29000, &(uint64_t){ 0 }));
}

Test(json, builders_set_remove_and_sort_members)
{
	struct gwt_json *object = gwt_json_new(&arena, GWT_JSON_OBJECT);

	gwt_json_add_string(&arena, object, "s", GWT_SPAN("x"));
	gwt_json_add_number(&arena, object, "n", INT64_MIN);
	gwt_json_add_bool(&arena, object, "t", true);
	gwt_json_append(gwt_json_add_array(&arena, object, "a"), gwt_json_new(&arena, GWT_JSON_NULL));
	gwt_json_add_object(&arena, object, "o");
	cr_expect_str_eq(written(object, GWT_JSON_COMPACT),
			 "{\"s\":\"x\",\"n\":-9223372036854775808,\"t\":true,\"a\":[null],\"o\":{}}");
	gwt_json_set(&arena, object, GWT_SPAN("n"), gwt_json_new_bool(&arena, false));
	gwt_json_set(&arena, object, GWT_SPAN("o"), gwt_json_new_number(&arena, 7));
	gwt_json_set(&arena, object, GWT_SPAN("z"), gwt_json_new_string(&arena, GWT_SPAN("")));
	gwt_json_set(&arena, object, GWT_SPAN("z"), gwt_json_get(object, "z"));
	cr_expect_str_eq(written(object, GWT_JSON_COMPACT),
			 "{\"s\":\"x\",\"n\":false,\"t\":true,\"a\":[null],\"o\":7,\"z\":\"\"}");
	cr_expect(gwt_json_remove(object, GWT_SPAN("s")));
	cr_expect(gwt_json_remove(object, GWT_SPAN("z")));
	cr_expect(gwt_json_remove(object, GWT_SPAN("t")));
	cr_expect_not(gwt_json_remove(object, GWT_SPAN("t")));
	gwt_json_add_bool(&arena, object, "b", true);
	gwt_json_sort(object);
	cr_expect_str_eq(written(object, GWT_JSON_COMPACT), "{\"a\":[null],\"b\":true,\"n\":false,\"o\":7}");
	cr_expect_eq(object->len, 4u);
	for (const char *name = "abno"; *name; name++)
		cr_expect(gwt_json_remove(object, (struct gwt_span){ name, 1 }));
	cr_expect_str_eq(written(object, GWT_JSON_COMPACT), "{}");
	gwt_json_add_bool(&arena, object, "again", true);
	cr_expect_str_eq(written(object, GWT_JSON_COMPACT), "{\"again\":true}");
}

/* RFC 6901, 5. */
Test(json, pointers_of_rfc_6901_section_5)
{
	static const struct {
		const char *pointer, *expected;
	} rows[] = {
		{ "/foo", "[\"bar\",\"baz\"]" },
		{ "/foo/0", "\"bar\"" },
		{ "/", "0" },
		{ "/a~1b", "1" },
		{ "/c%d", "2" },
		{ "/e^f", "3" },
		{ "/g|h", "4" },
		{ "/i\\j", "5" },
		{ "/k\"l", "6" },
		{ "/ ", "7" },
		{ "/m~0n", "8" },
	};
	static const char *const missing[] = {
		"foo",	   "/foo/2",  "/foo/-",	 "/foo/00",
		"/foo/01", "/foo/+1", "/foo/",	 "/foo/0/x",
		"/nope",   "//",      "/a~b",	 "/m~",
		"/m~2n",   "/a/b",    "/foo/0 ", "/foo/99999999999999999999999"
	};
	struct gwt_json *json =
		parse_text("{\"foo\":[\"bar\",\"baz\"],\"\":0,\"a/b\":1,\"c%d\":2,\"e^f\":3,\"g|h\":4,"
			   "\"i\\\\j\":5,\"k\\\"l\":6,\" \":7,\"m~n\":8}");

	cr_expect_eq(gwt_json_pointer_get(json, GWT_SPAN("")), json);
	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_json *at = gwt_json_pointer_get(json, gwt_guarded(gwt_span_of(rows[i].pointer)));

		cr_assert_not_null(at, "%s", rows[i].pointer);
		cr_expect_str_eq(canonical(at), rows[i].expected, "%s", rows[i].pointer);
	}
	for (size_t i = 0; i < GWT_LEN(missing); i++)
		cr_expect_null(gwt_json_pointer_get(json, gwt_guarded(gwt_span_of(missing[i]))), "%s",
			       missing[i]);
}

Test(json, a_built_pointer_leads_to_its_value)
{
	static const char *const names[] = { "", "a/b", "m~n", "~1", "~01", "/~/", "\xc3\xb6", "0" };
	struct gwt_json *json = gwt_json_new(&arena, GWT_JSON_OBJECT), *array, *item;
	struct gwt_buf pointer;

	gwt_buf_init(&pointer, SIZE_MAX);
	for (size_t i = 0; i < GWT_LEN(names); i++) {
		array = gwt_json_add_array(&arena, json, names[i]);
		gwt_json_append(array, gwt_json_new(&arena, GWT_JSON_NULL));
		item = gwt_json_append(array, gwt_json_new(&arena, GWT_JSON_NULL));
		gwt_buf_clear(&pointer);
		gwt_json_pointer_add_name(&pointer, gwt_span_of(names[i]));
		gwt_json_pointer_add_index(&pointer, 1);
		cr_expect_eq(gwt_json_pointer_get(json, gwt_buf_span(&pointer)), item, "%s", names[i]);
	}
	gwt_buf_release(&pointer);
}

/* The body of every request that real clients sent; only a lone surrogate is no sound JSON. */
Test(json, captured_bodies_parse)
{
	const char *dir = gwt_file_join(&arena, gwt_test_source(), "tests/data/captures");
	struct gwt_file_list list;
	struct gwt_error err;
	size_t bodies = 0, lone = 0;

	cr_assert_eq(gwt_file_list(&arena, dir, ".http", &list, &err), GWT_OK, "%s", err.msg);
	for (size_t i = 0; i < list.len; i++) {
		struct gwt_span raw = gwt_test_read(&arena, dir, list.paths[i]);
		size_t head = gwt_span_find_span(raw, GWT_SPAN("\r\n\r\n")) + 4;
		struct gwt_span body = gwt_guarded(gwt_span_slice(raw, head, raw.len));
		struct gwt_json_problem problem;

		if (body.len == 0)
			continue;
		bodies++;
		problem = fault_of(body);
		lone += problem.fault == GWT_JSON_LONE_SURROGATE;
		cr_expect(problem.fault == GWT_JSON_OK || (problem.fault == GWT_JSON_LONE_SURROGATE &&
							   strstr(list.paths[i], "lone_surrogate")),
			  "%s: %s", list.paths[i], problem.detail);
	}
	cr_expect_gt(bodies, 1000u);
	cr_expect_gt(lone, 0u);
}

static struct gwt_span from_hex(const char *hex, size_t len)
{
	char *bytes = gwt_arena_bytes(&arena, len / 2 + 1);

	for (size_t i = 0; i < len / 2; i++)
		bytes[i] = (char)strtoul((char[]){ hex[2 * i], hex[2 * i + 1], '\0' }, NULL, 16);
	return (struct gwt_span){ bytes, len / 2 };
}

/* Lines "HEX WORD" of the second implementation, NULL when there is no Python. */
static FILE *run_python(const char *mode)
{
	const char *script = gwt_file_join(&arena, gwt_test_source(), "tests/support/canonical_json.py");

	if (system("python3 -c 'import json' >/dev/null 2>&1") != 0) {
		fprintf(stderr, "SKIPPED: %s against Python (no python3)\n", mode);
		return NULL;
	}
	return popen(gwt_arena_printf(&arena, "python3 '%s' %s 20261122 5000", script, mode).ptr, "r");
}

Test(json, canonical_form_is_that_of_the_second_implementation)
{
	FILE *lines = run_python("random");
	char *line = NULL;
	size_t size = 0, count = 0;

	if (!lines)
		return;
	for (; getline(&line, &size, lines) > 0; count++) {
		size_t space = strcspn(line, " ");
		struct gwt_span text = from_hex(line, space);
		struct gwt_span expected = from_hex(line + space + 1, strcspn(line + space + 1, "\n"));
		struct gwt_json *json = parse(text);

		canonical(json);
		cr_expect(gwt_span_eq(gwt_buf_span(&buf), expected), "%.*s\n  is %.*s\n not %.*s",
			  (int)text.len, text.ptr, (int)buf.len, buf.ptr, (int)expected.len, expected.ptr);
		cr_expect(gwt_json_equal(json, parse(expected)));
	}
	free(line);
	cr_expect_eq(pclose(lines), 0);
	cr_expect_eq(count, 5000u);
}

/* Which of several faults comes first is ours to say; whether there is one is not. */
Test(json, damaged_texts_are_refused_where_the_second_implementation_does)
{
	FILE *lines = run_python("faults");
	char *line = NULL;
	size_t size = 0, count = 0;

	if (!lines)
		return;
	for (; getline(&line, &size, lines) > 0; count++) {
		size_t space = strcspn(line, " ");
		struct gwt_span text = from_hex(line, space);
		bool accepted = strncmp(line + space + 1, "accepted", 8) == 0;
		struct gwt_json_problem problem = fault_of(text);

		cr_expect_eq(problem.fault == GWT_JSON_OK, accepted, "%.*s: ours %s, theirs %s",
			     (int)text.len, text.ptr, problem.detail, line + space);
	}
	free(line);
	cr_expect_eq(pclose(lines), 0);
	cr_expect_eq(count, 5000u);
}
