/*
 * fuzz_html.c - two texts in one input, cut at the first 0x00: neither can leave its place on a page, marking
 * loses nothing; the whole as JSON is a row whose elements are closed in turn.
 */
#include <stdlib.h>

#include "lib/report/html.h"
#include "lib/report/html_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

/* Remove from `text` what the writer itself adds; the rest must not have markup. */
static void check_text(struct gwt_span text, struct gwt_buf *bare)
{
	static const char *const own[] = { "<span class=\"u\">", "</span>", "<mark>", "</mark>" };

	must(gwt_json_is_utf8(text));
	for (size_t at = 0, i; at < text.len;) {
		struct gwt_span rest = gwt_span_slice(text, at, text.len);

		for (i = 0; i < GWT_LEN(own) && !gwt_span_starts(rest, gwt_span_of(own[i])); i++)
			;
		must(i < GWT_LEN(own) || !strchr("<>\"'\x1b", text.ptr[at]));
		if (i < 2 || i == GWT_LEN(own))
			gwt_buf_add_char(bare, text.ptr[at]);
		at += i < GWT_LEN(own) ? strlen(own[i]) : 1;
	}
}

static void check_texts(struct gwt_span text, struct gwt_span other)
{
	struct gwt_buf out = { .max = SIZE_MAX }, marked = { .max = SIZE_MAX };
	struct gwt_buf bare = { .max = SIZE_MAX }, same = { .max = SIZE_MAX };

	gwt_html_add_lines(&out, text);
	check_text(gwt_buf_span(&out), &bare);
	gwt_html_add_marked(&marked, text, other);
	check_text(gwt_buf_span(&marked), &same);
	must(gwt_span_eq(gwt_buf_span(&bare), gwt_buf_span(&same)));
	gwt_buf_clear(&out);
	gwt_html_add_attribute(&out, text);
	for (size_t i = 0; i < out.len; i++)
		must(!strchr("<>\"'", out.ptr[i]) && out.ptr[i]);
	gwt_buf_release(&out);
	gwt_buf_release(&marked);
	gwt_buf_release(&bare);
	gwt_buf_release(&same);
}

static void check_row(struct gwt_span text)
{
	struct gwt_arena arena = { 0 };
	struct gwt_buf out = { .max = SIZE_MAX };
	struct gwt_json *row;
	long depth = 0;

	if (gwt_json_parse(&arena, text, &row, NULL)) {
		gwt_html_row_add(&out, row, 1, false);
		for (size_t i = 0; i < out.len; i++) {
			depth += out.ptr[i] != '<' ? 0 : out.ptr[i + 1] == '/' ? -1 : 1;
			must(depth >= 0);
		}
		must(depth == 0);
	}
	gwt_buf_release(&out);
	gwt_arena_release(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gwt_span all = { (const char *)data, size },
			text = gwt_span_slice(all, 0, gwt_span_find(all, '\0'));

	check_texts(text, gwt_span_slice(all, text.len + 1, size));
	check_row(all);
	return 0;
}
