/*
 * test_aws.c - the readers and writers of awscli against the AWS CLI's own.
 *
 * tests/data/aws/cases.json was written by aws-cli 2.9.19 and its libraries (make.py beside it). Every
 * text is also cut at every byte, at the end of a page that may not be touched: what is half there is
 * read or refused, and never read past.
 */
#include <criterion/criterion.h>

#include <stdlib.h>

#include "awscli/files.h"
#include "awscli/argparse.h"
#include "awscli/output.h"
#include "awscli/parameters.h"
#include "awscli/prompt_keys.h"
#include "awscli/request.h"
#include "awscli/shorthand.h"
#include "awscli/pyval/pyval.h"
#include "awscli/pyval/unicode.h"
#include "lib/awsconf/ini.h"
#include "tests/support/data.h"
#include "tests/support/guard.h"

static const struct gwt_json *read_cases(struct gwt_arena *arena)
{
	struct gwt_span text = gwt_test_read(arena, gwt_test_source(), "tests/data/aws/cases.json");
	struct gwt_py_json_fault fault;
	struct gwt_json *root;

	cr_assert(gwt_py_json_read(arena, text, false, &root, &fault), GWT_SPAN_FMT,
		  GWT_SPAN_ARG(fault.message));
	return root;
}

static struct gwt_span repr(struct gwt_arena *arena, const struct gwt_json *value)
{
	struct gwt_buf out;
	struct gwt_span text;

	gwt_buf_init(&out, SIZE_MAX);
	gwt_py_repr(&out, value);
	text = gwt_arena_copy(arena, gwt_buf_span(&out));
	gwt_buf_release(&out);
	return text;
}

static struct gwt_span error_text(struct gwt_arena *arena, struct gwt_span message)
{
	return gwt_arena_printf(arena, "ERROR " GWT_SPAN_FMT, GWT_SPAN_ARG(message));
}

static struct gwt_span read_shorthand(struct gwt_arena *arena, struct gwt_span text)
{
	struct gwt_span reason;
	struct gwt_json *value;

	return gwt_aws_shorthand(arena, text, &value, &reason) ? repr(arena, value)
							       : error_text(arena, reason);
}

static struct gwt_json *option_json(struct gwt_arena *arena, const struct gwt_ini_option *option)
{
	struct gwt_json *block = gwt_json_new(arena, GWT_JSON_OBJECT);
	struct gwt_span rest = option->value;
	struct gwt_ini_option line;

	if (!gwt_ini_is_group(option))
		return gwt_json_new_string(arena, option->value);
	while (gwt_ini_group_next(&rest, &line))
		gwt_json_set(arena, block, line.name, gwt_json_new_string(arena, line.value));
	return block;
}

static struct gwt_json *section_json(struct gwt_arena *arena, const struct gwt_ini_section *section)
{
	struct gwt_json *out = gwt_json_new(arena, GWT_JSON_OBJECT);
	const struct gwt_ini_option *option;

	for (size_t i = 0; (option = gwt_ini_next(section, &i));)
		gwt_json_set(arena, out, option->name, option_json(arena, option));
	return out;
}

static struct gwt_span read_ini(struct gwt_arena *arena, struct gwt_span text)
{
	struct gwt_json *sections = gwt_json_new(arena, GWT_JSON_OBJECT);
	struct gwt_ini ini;

	if (gwt_ini_parse(arena, "f", text, GWT_INI_GROUPS, &ini, NULL) != GWT_OK)
		return GWT_SPAN("ERROR");
	for (size_t i = 0; i < ini.len; i++)
		gwt_json_set(arena, sections, ini.sections[i]->name, section_json(arena, ini.sections[i]));
	return repr(arena, sections);
}

static struct gwt_span read_yaml(struct gwt_arena *arena, struct gwt_span text)
{
	struct gwt_span crash;
	struct gwt_json *value;

	if (gwt_aws_yaml_read(arena, text, &value, &crash))
		return repr(arena, value);
	return crash.ptr ? error_text(arena, crash) : GWT_SPAN("ERROR");
}

static struct gwt_span split_words(struct gwt_arena *arena, struct gwt_span text)
{
	struct gwt_json *list = gwt_json_new(arena, GWT_JSON_ARRAY);
	struct gwt_words_list words = { 0 };

	if (!gwt_py_shlex_split(arena, text, &words))
		return GWT_SPAN("ERROR");
	for (size_t i = 0; i < words.len; i++)
		gwt_json_append(list, gwt_json_new_string(arena, words.items[i]));
	return repr(arena, list);
}

static struct gwt_span quote(struct gwt_arena *arena, struct gwt_span text)
{
	struct gwt_buf out;

	gwt_buf_init(&out, SIZE_MAX);
	gwt_py_shlex_quote(&out, text);
	text = gwt_arena_copy(arena, gwt_buf_span(&out));
	gwt_buf_release(&out);
	return text;
}

/* The readers: each returns its result as text. */
static const struct reader {
	const char *kind;
	struct gwt_span (*read)(struct gwt_arena *arena, struct gwt_span text);
	bool message; /* the message of an error is compared, too */
} readers[] = {
	{ "shorthand", read_shorthand, true }, { "ini", read_ini, false }, { "yaml", read_yaml, true },
	{ "shlex", split_words, false },       { "quote", quote, true },
};

static void check_row(struct gwt_arena *arena, const struct reader *reader, const struct gwt_json *row)
{
	struct gwt_span text = row->child->text, want = row->child->next->text;
	struct gwt_span got = reader->read(arena, gwt_guarded(text));

	if (!reader->message && gwt_span_starts(want, GWT_SPAN("ERROR")))
		want = GWT_SPAN("ERROR");
	cr_expect(gwt_span_eq(want, got), "%s of %s\nwant " GWT_SPAN_FMT "\ngot  " GWT_SPAN_FMT, reader->kind,
		  gwt_arena_cstr(arena, repr(arena, row->child)), GWT_SPAN_ARG(want), GWT_SPAN_ARG(got));
}

Test(aws, texts_are_read_as_the_aws_cli_reads_them)
{
	struct gwt_arena arena = { 0 };
	const struct gwt_json *cases = read_cases(&arena);

	for (size_t i = 0; i < GWT_LEN(readers); i++) {
		const struct gwt_json *rows = gwt_json_get(cases, readers[i].kind);

		cr_assert_gt(rows->len, 10, "%s", readers[i].kind);
		for (const struct gwt_json *row = rows->child; row; row = row->next)
			check_row(&arena, &readers[i], row);
	}
	gwt_arena_release(&arena);
}

Test(aws, texts_cut_anywhere_are_read_to_their_end_only)
{
	struct gwt_arena arena = { 0 }, scratch = { 0 };
	const struct gwt_json *cases = read_cases(&arena);
	size_t reads = 0;

	for (size_t i = 0; i < GWT_LEN(readers); i++)
		for (const struct gwt_json *row = gwt_json_get(cases, readers[i].kind)->child; row;
		     row = row->next) {
			struct gwt_span text = row->child->text, end = gwt_guarded(text);

			/* moved to the end of the page each time, so that the cut is at the guard page */
			for (size_t len = 0; len < text.len; len++, reads++) {
				char *start = (char *)end.ptr + end.len - len;

				memmove(start, text.ptr, len);
				cr_expect_not_null(
					readers[i].read(&scratch, (struct gwt_span){ start, len }).ptr);
				gwt_arena_wipe(&scratch);
			}
		}
	cr_assert_gt(reads, 3000);
	gwt_arena_release(&scratch);
	gwt_arena_release(&arena);
}

Test(aws, nesting_without_end_is_refused)
{
	static const struct {
		const struct reader *reader;
		const char *opening, *before;
	} rows[] = { { &readers[0], "[", "a=" },
		     { &readers[0], "{a=", "a=" },
		     { &readers[2], "[", "" },
		     { &readers[2], "{a: ", "" },
		     { &readers[2], "- ", "" } };
	struct gwt_arena arena = { 0 };

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		struct gwt_buf text;

		gwt_buf_init(&text, SIZE_MAX);
		gwt_buf_add_text(&text, rows[i].before);
		for (size_t n = 0; n < 20000; n++)
			gwt_buf_add_text(&text, rows[i].opening);
		cr_expect(
			gwt_span_starts(rows[i].reader->read(&arena, gwt_buf_span(&text)), GWT_SPAN("ERROR")),
			"row %zu", i);
		gwt_buf_release(&text);
	}
	gwt_arena_release(&arena);
}

Test(aws, aliases_that_multiply_are_refused)
{
	struct gwt_arena arena = { 0 };
	struct gwt_buf text;

	gwt_buf_init(&text, SIZE_MAX);
	gwt_buf_add_text(&text, "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
	for (int i = 1; i < 12; i++)
		gwt_buf_printf(&text, "a%d: &a%d [*a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d]\n", i,
			       i, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1);
	cr_expect(gwt_span_is(read_yaml(&arena, gwt_buf_span(&text)), "ERROR"));
	gwt_buf_release(&text);
	gwt_arena_release(&arena);
}

Test(aws, urls_are_cut_as_urlsplit_cuts_them)
{
	struct gwt_arena arena = { 0 };
	const struct gwt_json *rows = gwt_json_get(read_cases(&arena), "url");

	cr_assert_gt(rows->len, 20);
	for (const struct gwt_json *row = rows->child; row; row = row->next) {
		const struct gwt_json *want = row->child->next->child;
		struct gwt_aws_failure failure = { .arena = &arena };
		struct gwt_aws_url url;

		if (!gwt_aws_url_split(gwt_guarded(row->child->text), &url, &failure)) {
			cr_expect(gwt_span_eq(failure.message, row->child->next->text), GWT_SPAN_FMT,
				  GWT_SPAN_ARG(failure.message));
			continue;
		}
		cr_assert_not_null(want, GWT_SPAN_FMT, GWT_SPAN_ARG(row->child->text));
		cr_expect(gwt_span_eq(url.scheme, want->text) && gwt_span_eq(url.netloc, want->next->text) &&
				  gwt_span_eq(url.path, want->next->next->text) &&
				  gwt_span_eq(url.query, want->next->next->next->text),
			  GWT_SPAN_FMT ": '" GWT_SPAN_FMT "' '" GWT_SPAN_FMT "' '" GWT_SPAN_FMT
				       "' '" GWT_SPAN_FMT "'",
			  GWT_SPAN_ARG(row->child->text), GWT_SPAN_ARG(url.scheme), GWT_SPAN_ARG(url.netloc),
			  GWT_SPAN_ARG(url.path), GWT_SPAN_ARG(url.query));
	}
	gwt_arena_release(&arena);
}

Test(aws, close_words_are_those_that_difflib_finds)
{
	struct gwt_arena arena = { 0 };
	const struct gwt_json *cases = read_cases(&arena), *names = gwt_json_get(cases, "choices");
	const char **choices = gwt_arena_array(&arena, const char *, names->len + 1);
	size_t count = 0;

	for (const struct gwt_json *name = names->child; name; name = name->next)
		choices[count++] = gwt_arena_cstr(&arena, name->text);
	for (const struct gwt_json *row = gwt_json_get(cases, "close")->child; row; row = row->next) {
		const struct gwt_json *want = row->child->next->child;
		const char *close[3];
		size_t found = gwt_close_matches(row->child->text, choices, close);

		cr_expect_eq(found, row->child->next->len, "count for " GWT_SPAN_FMT,
			     GWT_SPAN_ARG(row->child->text));
		for (size_t i = 0; i < found && want; i++, want = want->next)
			cr_expect(gwt_span_is(want->text, close[i]), GWT_SPAN_FMT ": %s",
				  GWT_SPAN_ARG(row->child->text), close[i]);
	}
	gwt_arena_release(&arena);
}

static void check_output(struct gwt_arena *arena, const char *format, const struct gwt_json *value,
			 const struct gwt_json *want)
{
	struct gwt_aws_output how = { .format = gwt_span_of(format),
				      .title = "put-integration",
				      .width = 80 };
	struct gwt_aws_failure failure = { .arena = arena };
	struct gwt_buf out;
	bool ok;

	gwt_buf_init(&out, SIZE_MAX);
	ok = gwt_aws_output_write(&out, &how, value, &failure);
	if (want->type == GWT_JSON_NULL)
		cr_expect(!ok, "%s of %s was written", format, gwt_arena_cstr(arena, repr(arena, value)));
	else
		cr_expect(ok && gwt_span_eq(gwt_buf_span(&out), want->text),
			  "%s of %s\nwant " GWT_SPAN_FMT "\ngot  " GWT_SPAN_FMT, format,
			  gwt_arena_cstr(arena, repr(arena, value)), GWT_SPAN_ARG(want->text),
			  GWT_SPAN_ARG(gwt_buf_span(&out)));
	gwt_buf_release(&out);
}

Test(aws, values_are_written_as_the_aws_cli_writes_them)
{
	struct gwt_arena arena = { 0 };
	const struct gwt_json *rows = gwt_json_get(read_cases(&arena), "write");

	cr_assert_gt(rows->len, 100);
	for (const struct gwt_json *row = rows->child; row; row = row->next) {
		const struct gwt_json *want = row->child->next;

		check_output(&arena, "yaml", row->child, want);
		check_output(&arena, "text", row->child, want->next);
		check_output(&arena, "table", row->child, want->next->next);
	}
	gwt_arena_release(&arena);
}

/* Bytes that a terminal sends (xterm's control sequences), and how many of them are the first key. */
static const struct {
	const char *bytes;
	enum gwt_key_kind kind;
	int number;
	const char *text;
	size_t taken;
} keys[] = {
	{ "ab", GWT_KEY_TEXT, 0, "a", 1 },
	{ "\u2603b", GWT_KEY_TEXT, 0, "\u2603", 3 },
	{ "\001", GWT_KEY_CONTROL, 1, NULL, 1 },
	{ "\r", GWT_KEY_ENTER, 0, NULL, 1 },
	{ "\t", GWT_KEY_TAB, 0, NULL, 1 },
	{ "\177", GWT_KEY_BACKSPACE, 0, NULL, 1 },
	{ "\033[A", GWT_KEY_UP, 0, NULL, 3 },
	{ "\033OB", GWT_KEY_DOWN, 0, NULL, 3 },
	{ "\033[3~x", GWT_KEY_DELETE, 0, NULL, 4 },
	{ "\033[Z", GWT_KEY_BACK_TAB, 0, NULL, 3 },
	{ "\033OP", GWT_KEY_FUNCTION, 1, NULL, 3 },
	{ "\033[15~", GWT_KEY_FUNCTION, 5, NULL, 5 },
	{ "\033b", GWT_KEY_ALT, 'b', NULL, 2 },
	{ "\033[200~a\nb\033[201~c", GWT_KEY_PASTE, 0, "a\nb", 15 },
	{ "\033[24;80R", GWT_KEY_POSITION, 24, NULL, 8 },
	{ "\033[99;9x", GWT_KEY_NONE, 0, NULL, 7 },
};

Test(aws, bytes_of_a_terminal_are_keys)
{
	for (size_t i = 0; i < GWT_LEN(keys); i++) {
		struct gwt_span bytes = gwt_guarded(gwt_span_of(keys[i].bytes));
		struct gwt_keystroke key;

		cr_expect_eq(gwt_key_parse(bytes, true, &key), keys[i].taken, "row %zu", i);
		cr_expect(key.kind == keys[i].kind && key.number == keys[i].number,
			  "row %zu: kind %d, number %d", i, key.kind, key.number);
		cr_expect(!keys[i].text || gwt_span_is(key.text, keys[i].text), "row %zu", i);
	}
}

/* A key that arrives byte by byte is the same key: no byte is taken before the key is complete. */
Test(aws, a_key_may_arrive_in_pieces)
{
	for (size_t i = 0; i < GWT_LEN(keys); i++) {
		struct gwt_keystroke key;

		for (size_t len = 1; len < keys[i].taken; len++) {
			struct gwt_span part = gwt_guarded((struct gwt_span){ keys[i].bytes, len });

			cr_expect_eq(gwt_key_parse(part, false, &key), 0, "row %zu, %zu bytes", i, len);
			cr_expect_gt(gwt_key_parse(part, true, &key), 0, "row %zu, %zu bytes at the end", i,
				     len);
		}
		cr_expect_eq(gwt_key_parse(gwt_guarded((struct gwt_span){ keys[i].bytes, keys[i].taken }),
					   false, &key),
			     keys[i].taken, "row %zu", i);
	}
}

Test(aws, paths_are_expanded_from_the_environment)
{
	static const struct {
		const char *given, *want;
	} rows[] = {
		{ "$GWT_A/x", "one/x" },
		{ "${GWT_A}x", "onex" },
		{ "$GWT_AB", "$GWT_AB" },
		{ "${GWT_A", "${GWT_A" },
		{ "$", "$" },
		{ "a$$GWT_A", "a$one" },
		{ "${}", "${}" },
	};
	static const struct {
		const char *given, *want;
	} homes[] = { { "~", "/h" },
		      { "~/x", "/h/x" },
		      { "a~", "a~" },
		      { "~nobody-of-this-name/x", "~nobody-of-this-name/x" } };
	struct gwt_arena arena = { 0 };

	cr_assert(setenv("GWT_A", "one", 1) == 0 && setenv("HOME", "/h/", 1) == 0);
	for (size_t i = 0; i < GWT_LEN(rows); i++)
		cr_expect(gwt_span_is(gwt_py_expandvars(&arena, gwt_guarded(gwt_span_of(rows[i].given))),
				      rows[i].want),
			  "%s", rows[i].given);
	for (size_t i = 0; i < GWT_LEN(homes); i++)
		cr_expect(gwt_span_is(gwt_py_expanduser(&arena, gwt_guarded(gwt_span_of(homes[i].given))),
				      homes[i].want),
			  "%s", homes[i].given);
	gwt_arena_release(&arena);
}
