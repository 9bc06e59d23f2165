/*
 * test_pyval.c - awscli/pyval against CPython.
 *
 * tests/data/pyval/cases.json was written by CPython 3.11 (make.py beside it).
 */
#include <criterion/criterion.h>

#include <math.h>
#include <stdlib.h>

#include "awscli/pyval/pyval.h"
#include "awscli/pyval/unicode.h"
#include "tests/support/data.h"
#include "tests/support/guard.h"

/* A list of code points, as text. */
static struct gwt_span text_of(struct gwt_arena *arena, const struct gwt_json *points)
{
	struct gwt_buf out;
	struct gwt_span text;

	gwt_buf_init(&out, SIZE_MAX);
	for (const struct gwt_json *point = points->child; point; point = point->next) {
		uint64_t cp;

		cr_assert(gwt_json_to_u64(point, 0x10ffff, &cp));
		gwt_utf8_add(&out, (uint32_t)cp);
	}
	text = gwt_arena_copy(arena, out.len ? gwt_buf_span(&out) : GWT_SPAN(""));
	gwt_buf_release(&out);
	return text;
}

static void expect_text(struct gwt_span about, const char *what, struct gwt_span want, struct gwt_span got)
{
	cr_expect(gwt_span_eq(want, got), "%s of " GWT_SPAN_FMT "\nwant " GWT_SPAN_FMT "\ngot  " GWT_SPAN_FMT,
		  what, GWT_SPAN_ARG(about), GWT_SPAN_ARG(want), GWT_SPAN_ARG(got));
}

static void expect_buf(struct gwt_arena *arena, struct gwt_span about, const struct gwt_json *row,
		       const char *member, struct gwt_buf *got)
{
	expect_text(about, member, text_of(arena, gwt_json_get(row, member)),
		    got->len ? gwt_buf_span(got) : GWT_SPAN(""));
	gwt_buf_clear(got);
}

static void check_loads(struct gwt_arena *arena, const struct gwt_json *row)
{
	static const struct gwt_py_dumps ascii = { .ascii = true, .comma = ", ", .colon = ": " };
	static const struct gwt_py_dumps pretty = { .indent = 4, .comma = ",", .colon = ": " };
	struct gwt_span text = gwt_guarded(text_of(arena, gwt_json_get(row, "text")));
	struct gwt_py_json_fault fault;
	struct gwt_json *value;
	struct gwt_buf out;

	if (!gwt_py_json_read(arena, text, false, &value, &fault)) {
		expect_text(text, "error", gwt_json_get_text(row, "error"), fault.message);
		return;
	}
	cr_expect_null(gwt_json_get(row, "error"), "accepted: " GWT_SPAN_FMT, GWT_SPAN_ARG(text));
	if (gwt_json_get(row, "error"))
		return;
	gwt_buf_init(&out, SIZE_MAX);
	gwt_py_json_write(&out, value, &ascii);
	expect_buf(arena, text, row, "dumps", &out);
	gwt_py_json_write(&out, value, &pretty);
	expect_buf(arena, text, row, "pretty", &out);
	gwt_py_repr(&out, value);
	expect_buf(arena, text, row, "repr", &out);
	cr_assert(gwt_py_json_read(arena, text, true, &value, &fault));
	gwt_py_repr(&out, value);
	expect_buf(arena, text, row, "ordered", &out);
	gwt_buf_release(&out);
}

static void check_int(struct gwt_arena *arena, const struct gwt_json *row)
{
	struct gwt_span text = gwt_guarded(text_of(arena, gwt_json_get(row, "text"))), value, message;

	if (gwt_py_int(arena, text, &value, &message))
		expect_text(text, "int", gwt_json_get_text(row, "value"), value);
	else
		expect_text(text, "error", text_of(arena, gwt_json_get(row, "error")), message);
}

static void check_float(const struct gwt_json *row)
{
	struct gwt_span hex = gwt_json_get_text(row, "hex");
	struct gwt_buf out;

	gwt_buf_init(&out, SIZE_MAX);
	gwt_py_float_repr(&out, strtod(hex.ptr, NULL));
	expect_text(hex, "repr", gwt_json_get_text(row, "repr"), gwt_buf_span(&out));
	gwt_buf_release(&out);
}

static void check_text(struct gwt_arena *arena, const struct gwt_json *row)
{
	struct gwt_span text = gwt_guarded(text_of(arena, gwt_json_get(row, "text")));
	struct gwt_buf out;

	gwt_buf_init(&out, SIZE_MAX);
	gwt_py_repr_text(&out, text);
	expect_buf(arena, text, row, "repr", &out);
	gwt_py_upper(&out, text);
	expect_buf(arena, text, row, "upper", &out);
	gwt_buf_add(&out, gwt_utf8_strip(text));
	expect_buf(arena, text, row, "strip", &out);
	gwt_buf_release(&out);
}

Test(pyval, reads_and_prints_as_cpython)
{
	struct gwt_arena arena = { 0 };
	const char *other = getenv("GWT_PYVAL_CASES"); /* a longer run: make.py --random */
	struct gwt_json_problem problem;
	struct gwt_json *rows;
	size_t count = 0;

	cr_assert(gwt_json_parse(&arena,
				 gwt_test_read(&arena, other ? "" : gwt_test_source(),
					       other ? other : "tests/data/pyval/cases.json"),
				 &rows, &problem));
	for (const struct gwt_json *row = rows->child; row; row = row->next, count++) {
		struct gwt_span kind = gwt_json_get_text(row, "kind");

		if (gwt_span_is(kind, "loads"))
			check_loads(&arena, row);
		else if (gwt_span_is(kind, "int"))
			check_int(&arena, row);
		else if (gwt_span_is(kind, "float"))
			check_float(row);
		else
			check_text(&arena, row);
	}
	cr_assert_gt(count, 500);
	gwt_arena_release(&arena);
}

Test(pyval, nesting_without_end_is_refused)
{
	struct gwt_arena arena = { 0 };
	struct gwt_py_json_fault fault;
	struct gwt_json *value;
	char text[4000];

	memset(text, '[', sizeof(text));
	cr_expect_not(
		gwt_py_json_read(&arena, (struct gwt_span){ text, sizeof(text) }, false, &value, &fault));
	cr_expect(fault.recursion);
	cr_expect_str_eq(
		gwt_arena_cstr(&arena, fault.message),
		"maximum recursion depth exceeded while decoding a JSON array from a unicode string");
	gwt_arena_release(&arena);
}

Test(pyval, integers_add_and_compare_exactly)
{
	/* by CPython */
	static const struct {
		const char *a, *b, *sum;
		int order;
	} rows[] = {
		{ "0", "0", "0", 0 },
		{ "999", "1", "1000", 1 },
		{ "-5", "3", "-2", -1 },
		{ "5", "-7", "-2", 1 },
		{ "-7", "7", "0", -1 },
		{ "123456789012345678901234567890", "-1", "123456789012345678901234567889", 1 },
		{ "-99999999999999999999", "-1", "-100000000000000000000", -1 },
	};
	struct gwt_arena arena = { 0 };

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_span a = gwt_span_of(rows[i].a), b = gwt_span_of(rows[i].b);
		int order = gwt_py_int_cmp(a, b);

		expect_text(a, "sum", gwt_span_of(rows[i].sum), gwt_py_int_add(&arena, a, b));
		cr_expect_eq((order > 0) - (order < 0), rows[i].order, "%s and %s", rows[i].a, rows[i].b);
	}
	gwt_arena_release(&arena);
}

Test(pyval, numbers_of_two_kinds_compare_by_value)
{
	/* by CPython: a < b is -1 */
	static const struct {
		const char *a, *b;
		int order;
	} rows[] = {
		{ "9007199254740993", "9007199254740992.0", 1 },
		{ "1", "1.0", 0 },
		{ "1", "1.5", -1 },
		{ "-1", "-1.5", 1 },
		{ "inf", "10", 1 },
		{ "-inf", "-10", -1 },
		{ "0", "-0.5", 1 },
		{ "0", "0.5", -1 },
		{ "0.0", "-0.0", 0 },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_json a = { .type = GWT_JSON_NUMBER, .text = gwt_span_of(rows[i].a) };
		struct gwt_json b = { .type = GWT_JSON_NUMBER, .text = gwt_span_of(rows[i].b) };
		int order;

		cr_expect(gwt_py_number_cmp(&a, &b, &order));
		cr_expect_eq((order > 0) - (order < 0), rows[i].order, "%s and %s", rows[i].a, rows[i].b);
	}
}

Test(pyval, bytes_that_are_no_utf8_survive_as_surrogates)
{
	struct gwt_arena arena = { 0 };
	struct gwt_span bytes = gwt_guarded(GWT_SPAN("a\xff\xc3\xa9\xed\xa0\x80\xf0\x9f")), text;
	struct gwt_buf back;

	text = gwt_py_fsdecode(&arena, bytes);
	cr_expect_eq(gwt_utf8_len(text), 8); /* len(os.fsdecode(bytes)) */
	cr_expect(gwt_utf8_has_surrogate(text));
	gwt_buf_init(&back, SIZE_MAX);
	gwt_py_fsencode(&back, text);
	cr_expect(gwt_span_eq(gwt_buf_span(&back), bytes));
	gwt_buf_release(&back);
	gwt_arena_release(&arena);
}
