/* Markdown for the summary of a CI step or a pull request: counts, what broke first, all it says folded away. */
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/span.h"
#include "lib/json/json.h"
#include "lib/report/escape.h"
#include "lib/report/format.h"
#include "lib/report/row.h"
#include "lib/report/rows.h"

/* GitHub accepts 1 MiB in the summary of a step, and 65,536 characters in a comment. */
enum { MAX_ROWS = 100, MAX_DETAILS = 20, MAX_DETAIL_BYTES = 2048 };

static void add_cell(struct gwt_buf *out, struct gwt_span text)
{
	gwt_buf_add_char(out, ' ');
	gwt_markdown_add(out, text);
	gwt_buf_add_text(out, " |");
}

static void add_row(struct gwt_buf *out, struct gwt_rows *rows, const struct gwt_json *row)
{
	gwt_auto(gwt_buf_release) struct gwt_buf word = { .max = SIZE_MAX };
	bool consequence = gwt_rows_is_consequence(rows, row);

	gwt_row_word_add(&word, row);
	if (consequence)
		gwt_buf_add_text(&word, " (a consequence)");
	gwt_buf_add_char(out, '|');
	add_cell(out, gwt_buf_span(&word));
	add_cell(out, gwt_json_get_text(gwt_row_difference(row), "at"));
	add_cell(out, gwt_rows_name(rows, row));
	add_cell(out, gwt_json_get_text(row, "client"));
	gwt_buf_add_char(out, '\n');
}

static void add_broken(struct gwt_buf *out, const struct gwt_json *requests)
{
	struct gwt_rows rows = { 0 };
	size_t broken = 0;

	for (const struct gwt_json *row = requests->child; row; row = row->next) {
		if (gwt_row_ok(row))
			continue;
		if (broken++ == 0)
			gwt_buf_add_text(out,
					 "| verdict | at | call | client |\n| --- | --- | --- | --- |\n");
		if (broken <= MAX_ROWS)
			add_row(out, &rows, row);
	}
	if (broken > MAX_ROWS)
		gwt_buf_printf(out, "\n%zu more are in the other reports.\n", broken - MAX_ROWS);
	if (broken)
		gwt_buf_add_char(out, '\n');
	gwt_rows_release(&rows);
}

/* Indent every line by four, which makes it code, whatever is in it. */
static void add_code(struct gwt_buf *out, struct gwt_span text)
{
	bool cut = text.len > MAX_DETAIL_BYTES;
	struct gwt_span rest = gwt_span_begin(text, MAX_DETAIL_BYTES);

	while (rest.ptr && rest.len) {
		gwt_buf_add_text(out, "    ");
		gwt_visible_add(out, gwt_span_cut(&rest, '\n'));
		gwt_buf_add_char(out, '\n');
	}
	if (cut)
		gwt_buf_add_text(out, "    ...\n");
}

static void add_details(struct gwt_buf *out, const struct gwt_json *requests)
{
	size_t shown = 0;

	for (const struct gwt_json *row = requests->child; row && shown < MAX_DETAILS; row = row->next) {
		if (gwt_row_ok(row))
			continue;
		if (shown++ == 0)
			gwt_buf_add_text(out, "<details><summary>What differs</summary>\n\n");
		add_code(out, gwt_json_get_text(row, "text"));
		gwt_buf_add_text(out, "\n<!-- -->\n\n");
	}
	if (shown)
		gwt_buf_add_text(out, "</details>\n\n");
}

static void add_failing(struct gwt_buf *out, const struct gwt_json *run)
{
	const struct gwt_json *failing = gwt_json_get(run, "unusedFailing");
	size_t shown = 0;

	for (const struct gwt_json *row = failing ? failing->child : NULL; row; row = row->next) {
		gwt_auto(gwt_buf_release) struct gwt_buf place = { .max = SIZE_MAX };

		if (shown++ == MAX_ROWS) {
			gwt_buf_printf(out, "- and %zu more\n", failing->len - MAX_ROWS);
			break;
		}
		gwt_row_place(&place, row);
		gwt_buf_add_text(out, "- never called: ");
		gwt_markdown_add(out, gwt_buf_span(&place));
		gwt_buf_add_char(out, '\n');
	}
	if (shown)
		gwt_buf_add_char(out, '\n');
}

static bool failed(const struct gwt_json *run)
{
	uint64_t code = 1;

	gwt_json_to_u64(gwt_json_get(run, "exit"), UINT32_MAX, &code);
	return code != 0;
}

void gwt_report_markdown(struct gwt_buf *out, const struct gwt_json *run)
{
	const struct gwt_json *requests = gwt_json_get(run, "requests");
	gwt_auto(gwt_buf_release) struct gwt_buf trouble = { .max = SIZE_MAX };

	gwt_run_trouble_add(&trouble, run);
	gwt_buf_printf(out, "### gwtape: %s\n\n", failed(run) ? "FAIL" : "ok");
	gwt_run_counts_add(out, run);
	gwt_buf_add_text(out, "\n\n");
	if (trouble.len)
		gwt_buf_printf(out, "**" GWT_SPAN_FMT "**\n\n", GWT_SPAN_ARG(gwt_buf_span(&trouble)));
	add_broken(out, requests);
	add_failing(out, run);
	add_details(out, requests);
}
