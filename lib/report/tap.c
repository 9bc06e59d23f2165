/* Test Anything Protocol, version 13. */
#include "lib/base/buf.h"
#include "lib/base/span.h"
#include "lib/json/json.h"
#include "lib/report/format.h"
#include "lib/report/row.h"
#include "lib/report/rows.h"

/* '#' begins a directive in TAP. */
static void add_description(struct gwt_buf *out, struct gwt_span text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == '#')
			gwt_buf_add_char(out, '\\');
		gwt_buf_add_char(out, text.ptr[i] == '\n' ? ' ' : text.ptr[i]);
	}
}

/* The whole difference, as a YAML block of diagnostics. */
static void add_diagnostics(struct gwt_buf *out, const struct gwt_json *row)
{
	struct gwt_span rest = gwt_json_get_text(row, "text");

	gwt_buf_printf(out, "  ---\n  verdict: " GWT_SPAN_FMT "\n  message: |\n",
		       GWT_SPAN_ARG(gwt_json_get_text(row, "verdict")));
	while (rest.ptr) {
		struct gwt_span line = gwt_span_cut(&rest, '\n');

		gwt_buf_printf(out, "    " GWT_SPAN_FMT "\n", GWT_SPAN_ARG(line));
	}
	gwt_buf_add_text(out, "  ...\n");
}

void gwt_report_tap(struct gwt_buf *out, const struct gwt_json *run)
{
	const struct gwt_json *requests = gwt_json_get(run, "requests"),
			      *unused = gwt_json_get(run, "unused");
	const struct gwt_json *next = gwt_run_first_failing(run);
	gwt_auto(gwt_buf_release) struct gwt_buf trouble = { .max = SIZE_MAX };
	struct gwt_rows rows = { 0 };
	size_t number = 0;

	gwt_run_trouble_add(&trouble, run);
	gwt_buf_printf(out, "TAP version 13\n1..%zu\n# ", requests->len + unused->len + (trouble.len > 0));
	gwt_run_counts_add(out, run);
	gwt_buf_add_char(out, '\n');
	for (const struct gwt_json *row = requests->child; row; row = row->next) {
		bool consequence = gwt_rows_is_consequence(&rows, row),
		     fails = !gwt_row_ok(row) && !consequence;

		gwt_buf_printf(out, "%s %zu - ", fails ? "not ok" : "ok", ++number);
		add_description(out, gwt_rows_name(&rows, row));
		gwt_buf_add_text(out,
				 consequence ? " # SKIP a consequence of a call that was broken\n" : "\n");
		if (fails)
			add_diagnostics(out, row);
	}
	gwt_rows_release(&rows);
	for (const struct gwt_json *row = unused->child; row; row = row->next) {
		gwt_auto(gwt_buf_release) struct gwt_buf place = { .max = SIZE_MAX };
		bool fails = gwt_row_fails(&next, row);

		gwt_row_place(&place, row);
		gwt_row_cause_add(&place, row);
		gwt_buf_printf(out, "%s %zu - ", fails ? "not ok" : "ok", ++number);
		add_description(out, gwt_buf_span(&place));
		gwt_buf_add_text(out, fails ? " was never called\n" : " # SKIP never called\n");
	}
	if (trouble.len)
		gwt_buf_printf(out, "not ok %zu - " GWT_SPAN_FMT "\n", ++number,
			       GWT_SPAN_ARG(gwt_buf_span(&trouble)));
}
