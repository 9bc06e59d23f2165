/*
 * test_jmespath.c - awscli/jmespath against jmespath.py.
 *
 * tests/data/jmespath/cases.json was written by jmespath.py 1.0.1 (make.py beside it): results,
 * and the exact message of every expression or call that is refused.
 */
#include <criterion/criterion.h>

#include <stdlib.h>

#include "awscli/jmespath/jmespath.h"
#include "awscli/pyval/pyval.h"
#include "tests/support/data.h"
#include "tests/support/guard.h"

static struct gwt_json *read_json(struct gwt_arena *arena, struct gwt_span text)
{
	struct gwt_py_json_fault fault;
	struct gwt_json *json;

	cr_assert(gwt_py_json_read(arena, text, false, &json, &fault), GWT_SPAN_FMT,
		  GWT_SPAN_ARG(fault.message));
	return json;
}

static void expect_text(struct gwt_span expression, const char *what, struct gwt_span want,
			struct gwt_span got)
{
	cr_expect(gwt_span_eq(want, got), "%s of " GWT_SPAN_FMT "\nwant " GWT_SPAN_FMT "\ngot  " GWT_SPAN_FMT,
		  what, GWT_SPAN_ARG(expression), GWT_SPAN_ARG(want), GWT_SPAN_ARG(got));
}

static void check_case(struct gwt_arena *arena, const struct gwt_json *given, const struct gwt_json *row)
{
	static const struct gwt_py_dumps how = { .comma = ", ", .colon = ": " };
	struct gwt_span expression = gwt_json_get_text(row, "expression"), message;
	const struct gwt_jmespath *query = gwt_jmespath_compile(arena, expression, &message);
	struct gwt_json *result;
	struct gwt_buf text;

	if (gwt_json_get(row, "compile")) {
		cr_expect_null(query, "compiled: " GWT_SPAN_FMT, GWT_SPAN_ARG(expression));
		if (!query)
			expect_text(expression, "message", gwt_json_get_text(row, "compile"), message);
		return;
	}
	cr_expect_not_null(query, GWT_SPAN_FMT, GWT_SPAN_ARG(message));
	if (!query)
		return;
	if (!gwt_jmespath_search(query, arena, given, &result, &message)) {
		expect_text(expression, "message", gwt_json_get_text(row, "search"), message);
		return;
	}
	gwt_buf_init(&text, SIZE_MAX);
	cr_expect(gwt_py_json_write(&text, result, &how));
	expect_text(expression, "result", gwt_json_get_text(row, "result"), gwt_buf_span(&text));
	gwt_buf_release(&text);
}

Test(jmespath, answers_as_jmespath_py)
{
	struct gwt_arena arena = { 0 };
	const char *other = getenv("GWT_JMESPATH_CASES"); /* a longer run: make.py --random */
	struct gwt_span text;
	struct gwt_json *root;
	size_t count = 0;

	text = gwt_test_read(&arena, other ? "" : gwt_test_source(),
			     other ? other : "tests/data/jmespath/cases.json");
	root = read_json(&arena, text);
	for (const struct gwt_json *row = gwt_json_get(root, "cases")->child; row; row = row->next, count++)
		check_case(&arena, gwt_json_get(root, "given"), row);
	cr_assert_gt(count, 600);
	gwt_arena_release(&arena);
}

Test(jmespath, expressions_cut_anywhere_end_in_a_message)
{
	static const char whole[] = "a.b[?c > `1` && !d].{x: e[0:2], \"y\": f(&g, 'h')} | [*].* || @";
	struct gwt_arena arena = { 0 };

	for (size_t len = 0; len < sizeof(whole); len++) {
		struct gwt_span cut = gwt_guarded((struct gwt_span){ whole, len }), message = { 0 };
		const struct gwt_jmespath *query = gwt_jmespath_compile(&arena, cut, &message);

		cr_expect(query || message.len > 0, "%.*s", (int)len, whole);
	}
	gwt_arena_release(&arena);
}

static struct gwt_span repeated(struct gwt_arena *arena, const char *text, size_t times)
{
	char *out = gwt_arena_bytes(arena, times * strlen(text));

	for (size_t i = 0; i < times; i++)
		memcpy(out + i * strlen(text), text, strlen(text));
	return (struct gwt_span){ out, times * strlen(text) };
}

Test(jmespath, nesting_without_end_is_refused)
{
	static const char *const pieces[] = { "(", "[", "!", "a[?", "{a:", "& ", "f(" };
	struct gwt_arena arena = { 0 };

	for (size_t i = 0; i < GWT_LEN(pieces); i++) {
		struct gwt_span message = { 0 };

		cr_expect_null(gwt_jmespath_compile(&arena, repeated(&arena, pieces[i], 100000), &message));
		cr_expect_str_eq(gwt_arena_cstr(&arena, message), "maximum recursion depth exceeded", "%s",
				 pieces[i]);
	}
	gwt_arena_release(&arena);
}

Test(jmespath, evaluation_without_end_is_refused)
{
	struct gwt_arena arena = { 0 };
	struct gwt_span message = { 0 };
	const struct gwt_jmespath *query;
	struct gwt_json *value = read_json(&arena, GWT_SPAN("[[1]]")), *result;
	char *text = gwt_arena_bytes(&arena, 20000);

	for (size_t i = 0; i < 10000; i++)
		memcpy(text + 2 * i, "[]", 2);
	query = gwt_jmespath_compile(&arena, (struct gwt_span){ text, 20000 }, &message);
	cr_assert_not_null(query);
	cr_expect_not(gwt_jmespath_search(query, &arena, value, &result, &message));
	cr_expect_str_eq(gwt_arena_cstr(&arena, message), "maximum recursion depth exceeded");
	gwt_arena_release(&arena);
}
