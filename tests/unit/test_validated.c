/* VALIDATED.json: reading, writing, and merging as git asks for it (docs/git.md). */
#include <criterion/criterion.h>

#include "lib/store/merge.h"

static struct gwt_arena arena;
static struct gwt_error err;

static void teardown(void)
{
	gwt_arena_release(&arena);
}

TestSuite(validated, .fini = teardown);

#define LINE(name, recorded, confirmed)                                                                      \
	"  \"g/" name "\": {\"recorded\": \"" recorded "T00:00:00Z\", \"confirmed\": \"" confirmed           \
	"T00:00:00Z\", \"upstream\": \"aws\"}"
#define A1             LINE("a", "2026-01-01", "2026-01-01")
#define A2             LINE("a", "2026-01-01", "2026-02-01")
#define A3             LINE("a", "2026-03-01", "2026-03-01")
#define B1             LINE("b", "2026-01-01", "2026-01-01")
#define B2             LINE("b", "2026-01-01", "2026-02-02")
#define FILE_OF(lines) "{\n" lines "\n}\n"

Test(validated, what_is_written_reads_back_and_writes_the_same)
{
	struct gwt_validated validated;
	struct gwt_buf out;

	gwt_buf_init(&out, SIZE_MAX);
	cr_assert_eq(gwt_validated_parse(&arena, "f", GWT_SPAN(FILE_OF(B1 ",\n" A2)), &validated, &err),
		     GWT_OK, "%s", err.msg);
	gwt_validated_write(&out, &validated);
	cr_expect_str_eq(gwt_buf_cstr(&out), FILE_OF(A2 ",\n" B1));
	gwt_buf_release(&out);
}

Test(validated, what_is_no_such_file_is_refused_with_its_place)
{
	static const struct {
		const char *text, *reason;
	} rows[] = {
		{ "", "f:1:1" },
		{ "[]", "f:1:1: it is not an object" },
		{ "{\n\"g/a\": 1}", "f:2:8: a line must be an object" },
		{ "{\"g/a\": {\"recorded\": \"2026-01-01\", \"confirmed\": \"2026-01-01T00:00:00Z\", \"upstream\": \"aws\"}}",
		  "recorded and confirmed must be times" },
		{ "{\"g/a\": {\"recorded\": \"2026-13-01T00:00:00Z\", \"confirmed\": \"2026-01-01T00:00:00Z\","
		  "\"upstream\": \"aws\"}}",
		  "recorded and confirmed must be times" },
		{ "{\"g/a\": {\"recorded\": \"2026-01-01T00:00:00Z\", \"confirmed\": \"2026-01-01T00:00:00Z\","
		  "\"upstream\": \"\"}}",
		  "upstream is empty" },
		{ "{\"g/a\": {\"recorded\": \"2026-01-01T00:00:00Z\", \"confirmed\": \"2026-01-01T00:00:00Z\","
		  "\"upstream\": \"aws\", \"x\": 1}}",
		  "a line must be an object" },
		{ "<<<<<<< ours\n{}", "f:1:1" },
	};
	struct gwt_validated validated;

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		cr_expect_eq(gwt_validated_parse(&arena, "f", gwt_span_of(rows[i].text), &validated, &err),
			     GWT_EPARSE, "%zu", i);
		cr_expect(strstr(err.msg, rows[i].reason), "%zu: %s", i, err.msg);
	}
}

Test(validated, a_merge_takes_the_newer_date_of_each_line)
{
	static const struct {
		const char *label, *base, *ours, *theirs, *merged;
	} rows[] = {
		{ "one side each", FILE_OF(A1 ",\n" B1), FILE_OF(A2 ",\n" B1), FILE_OF(A1 ",\n" B2),
		  FILE_OF(A2 ",\n" B2) },
		{ "same line, theirs newer", FILE_OF(A1), FILE_OF(A2), FILE_OF(A3), FILE_OF(A3) },
		{ "same line, ours newer", FILE_OF(A1), FILE_OF(A3), FILE_OF(A2), FILE_OF(A3) },
		{ "added on both sides", "", FILE_OF(A1), FILE_OF(B1), FILE_OF(A1 ",\n" B1) },
		{ "removed by them, not touched by us", FILE_OF(A1 ",\n" B1), FILE_OF(A1 ",\n" B1),
		  FILE_OF(A1), FILE_OF(A1) },
		{ "removed by us, confirmed by them", FILE_OF(A1 ",\n" B1), FILE_OF(A1), FILE_OF(A1 ",\n" B2),
		  FILE_OF(A1 ",\n" B2) },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_merge merge = { gwt_span_of(rows[i].base), gwt_span_of(rows[i].ours),
					   gwt_span_of(rows[i].theirs) };
		struct gwt_buf out;

		gwt_buf_init(&out, SIZE_MAX);
		cr_expect_eq(gwt_merge_validated(&arena, &merge, &out, &err), GWT_OK, "%s: %s", rows[i].label,
			     err.msg);
		cr_expect_str_eq(gwt_buf_cstr(&out), rows[i].merged, "%s", rows[i].label);
		gwt_buf_release(&out);
	}
}

Test(validated, two_recordings_of_a_scenario_are_never_mixed)
{
	static const struct {
		const char *base, *ours, *theirs, *result;
		bool clean;
	} rows[] = {
		{ "1", "1", "1", "1", true }, { "1", "2", "1", "2", true },  { "1", "1", "2", "2", true },
		{ "1", "2", "2", "2", true }, { "1", "2", "3", "2", false }, { "", "2", "3", "2", false },
	};

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_merge merge = { gwt_span_of(rows[i].base), gwt_span_of(rows[i].ours),
					   gwt_span_of(rows[i].theirs) };
		struct gwt_span result;

		cr_expect_eq(gwt_merge_cassette(&merge, &result), rows[i].clean, "%zu", i);
		cr_expect(gwt_span_is(result, rows[i].result), "%zu", i);
	}
}
