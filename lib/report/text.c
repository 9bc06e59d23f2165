/* The report for a person: each row begins with ok or FAIL; nothing is cut. */
#include "lib/base/buf.h"
#include "lib/base/span.h"
#include "lib/json/json.h"
#include "lib/json/write.h"
#include "lib/report/escape.h"
#include "lib/report/format.h"
#include "lib/report/row.h"

static void add_member(struct gwt_buf *out, const struct gwt_json *row, const char *name, const char *before)
{
	struct gwt_span text = gwt_json_get_text(row, name);

	if (!text.ptr)
		return;
	gwt_buf_add_text(out, before);
	gwt_visible_add(out, text);
}

/* Indent every line of a text by two spaces. */
static void add_indented(struct gwt_buf *out, struct gwt_span text)
{
	struct gwt_span rest = text;

	while (rest.ptr && rest.len) {
		gwt_buf_add_text(out, "     ");
		gwt_buf_add(out, gwt_span_cut(&rest, '\n'));
		gwt_buf_add_char(out, '\n');
	}
}

static void add_row(struct gwt_buf *out, const struct gwt_json *row)
{
	gwt_buf_add_text(out, gwt_row_ok(row) ? "ok  " : "FAIL");
	add_member(out, row, "operation", " ");
	add_member(out, row, "scenario", " ");
	add_member(out, row, "interaction", "#");
	add_member(out, row, "verdict", " ");
	add_member(out, row, "level", " level=");
	add_member(out, row, "evidence", " evidence=");
	if (gwt_json_is(gwt_json_get(row, "fault"), GWT_JSON_TRUE))
		gwt_buf_add_text(out, " fault");
	add_member(out, row, "session", " session=");
	add_member(out, row, "client", " client=");
	gwt_buf_add_char(out, '\n');
	add_indented(out, gwt_json_get_text(row, "text"));
}

static void add_trouble(struct gwt_buf *out, const struct gwt_json *run)
{
	gwt_auto(gwt_buf_release) struct gwt_buf trouble = { .max = SIZE_MAX };

	gwt_run_trouble_add(&trouble, run);
	if (trouble.len)
		gwt_buf_printf(out, "FAIL " GWT_SPAN_FMT "\n", GWT_SPAN_ARG(gwt_buf_span(&trouble)));
}

void gwt_report_text(struct gwt_buf *out, const struct gwt_json *run)
{
	const struct gwt_json *requests = gwt_json_get(run, "requests"),
			      *unused = gwt_json_get(run, "unused");
	const struct gwt_json *next = gwt_run_first_failing(run);

	for (const struct gwt_json *row = requests->child; row; row = row->next)
		add_row(out, row);
	for (const struct gwt_json *row = unused->child; row; row = row->next) {
		gwt_buf_add_text(out, gwt_row_fails(&next, row) ? "FAIL unused" : "unused");
		add_member(out, row, "scenario", " ");
		add_member(out, row, "interaction", "#");
		gwt_row_cause_add(out, row);
		gwt_buf_add_char(out, '\n');
	}
	add_trouble(out, run);
	gwt_buf_add_text(out, "summary ");
	gwt_json_write(out, gwt_json_get(run, "summary"), GWT_JSON_COMPACT);
	gwt_buf_add_char(out, '\n');
}
