/* test_json.c - reading JSON: RFC 8259, its limits, and what is refused where. */
#include <criterion/criterion.h>

#include "lib/base/bounds.h"
#include "tests/support/guard.h"
#include "tests/support/json_text.h"

static void setup(void)
{
	gwt_buf_init(&buf, SIZE_MAX);
}

static void teardown(void)
{
	gwt_arena_release(&arena);
	gwt_buf_release(&buf);
}

TestSuite(json, .init = setup, .fini = teardown);

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
		    "not-json", 0), /* U+00A0 is not whitespace */
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
		ROW("\"\\ud83d\\ude0", "not-json", 12), /* cut off: it might have become a pair */
		ROW("\"\\ud83d", "not-json", 7),
		/* the first fault is reported */
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

/* The search for duplicates must not be quadratic: for a million members, it would take hours. */
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

/* Every number of members around the one at which the parser changes its method. */
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

/* Large texts get their nodes many at once, from other memory than small texts. */
Test(json, a_large_text_has_the_nodes_that_it_says)
{
	enum { ITEMS = 70000 };
	struct gwt_json *root = NULL;
	size_t i = 0;

	gwt_buf_add_char(&buf, '[');
	for (size_t n = 0; n < ITEMS; n++)
		gwt_buf_printf(&buf, "%s{\"n\":%zu}", n ? "," : "", n);
	gwt_buf_add_char(&buf, ']');
	cr_assert(gwt_json_parse(&arena, gwt_buf_span(&buf), &root, NULL));
	cr_expect_eq(root->len, (size_t)ITEMS);
	cr_expect_eq(gwt_json_count(root, SIZE_MAX), 2u * ITEMS + 1);
	for (const struct gwt_json *item = root->child; item; item = item->next, i++) {
		uint64_t number = 0;

		cr_assert(item->type == GWT_JSON_OBJECT && item->len == 1 && item->child == item->last &&
			  !item->name.ptr && !item->tag);
		cr_assert(gwt_json_to_u64(gwt_json_get(item, "n"), ITEMS, &number) && number == i);
		cr_assert(buf.ptr[item->offset] == '{' && buf.ptr[item->end - 1] == '}');
	}
	cr_expect_eq(i, (size_t)ITEMS);
}
