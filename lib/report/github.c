/* GitHub Actions workflow commands: an annotation at the line of the cassette that says what was expected. */
#include "lib/report/format.h"
#include "lib/report/row.h"

/* The escapes of workflow commands: data needs %, CR and LF; a property ':' and ',' as well. */
static void add_escaped(struct gwt_buf *out, struct gwt_span text, bool property)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.ptr[i];

		if (c == '%' || c == '\r' || c == '\n' || (property && (c == ':' || c == ',')))
			gwt_buf_printf(out, "%%%02X", c);
		else
			gwt_buf_add_char(out, (char)c);
	}
}

static void add_row(struct gwt_buf *out, const struct gwt_json *row)
{
	const struct gwt_json *cassette = gwt_json_get(row, "cassette");
	gwt_auto(gwt_buf_release) struct gwt_buf title = { .max = SIZE_MAX };
	uint64_t line = 0;

	gwt_buf_add(&title, gwt_json_get_text(row, "verdict"));
	gwt_buf_add_char(&title, ' ');
	gwt_row_title(&title, row);
	gwt_buf_add_text(out, "::error ");
	if (cassette) {
		gwt_json_to_u64(gwt_json_get(cassette, "line"), UINT32_MAX, &line);
		gwt_buf_add_text(out, "file=");
		add_escaped(out, gwt_json_get_text(cassette, "path"), true);
		gwt_buf_printf(out, ",line=%zu,", (size_t)line);
	}
	gwt_buf_add_text(out, "title=");
	add_escaped(out, gwt_buf_span(&title), true);
	gwt_buf_add_text(out, "::");
	add_escaped(out, gwt_json_get_text(row, "text"), false);
	gwt_buf_add_char(out, '\n');
}

void gwt_report_github(struct gwt_buf *out, const struct gwt_json *run)
{
	const struct gwt_json *requests = gwt_json_get(run, "requests"), *unused = gwt_json_get(run, "unused");
	const struct gwt_json *next = gwt_run_first_failing(run);

	for (const struct gwt_json *row = requests->child; row; row = row->next)
		if (!gwt_row_ok(row))
			add_row(out, row);
	for (const struct gwt_json *row = unused->child; row; row = row->next) {
		gwt_auto(gwt_buf_release) struct gwt_buf place = { .max = SIZE_MAX };

		gwt_row_place(&place, row);
		gwt_buf_printf(out, "::%s title=UNUSED::", gwt_row_fails(&next, row) ? "error" : "notice");
		add_escaped(out, gwt_buf_span(&place), false);
		gwt_buf_add_text(out, " was never called\n");
	}
}
