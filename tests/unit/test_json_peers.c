/* test_json_peers.c - lib/json against bodies of real clients and tests/support/canonical_json.py. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/base/file.h"
#include "tests/support/data.h"
#include "tests/support/guard.h"
#include "tests/support/json_text.h"

/* The bodies of all requests that real clients sent; only lone surrogates are not valid JSON. */
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

/* Lines "HEX WORD" of the second implementation; NULL when there is no Python. */
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

/* The implementations may name different faults first, but they must agree on whether there is one. */
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
