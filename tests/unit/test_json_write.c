/* test_json_write.c - writing and comparing JSON: RFC 8785, the layouts of clients, pointers of RFC 6901. */
#include <criterion/criterion.h>

#include "lib/json/pointer.h"
#include "tests/support/guard.h"
#include "tests/support/json_text.h"

/* RFC 8785, Appendix B: the text of each of these doubles. With exact numbers, each text stays the same. */
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
		"foo",     "/foo/2",  "/foo/-",  "/foo/00",
		"/foo/01", "/foo/+1", "/foo/",   "/foo/0/x",
		"/nope",   "//",      "/a~b",    "/m~",
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
