/* JUnit XML: one suite a client, one test case a call. */
#include "lib/base/buf.h"
#include "lib/base/span.h"
#include "lib/json/json.h"
#include "lib/report/row.h"
#include "lib/report/xml.h"
#include "verifier/matrix.h"
#include "verifier/writers.h"

static void add_failure(struct gwt_buf *out, const struct gwt_json *row)
{
	struct gwt_span reason = gwt_json_get_text(row, "reason"), note = gwt_json_get_text(row, "note"),
			text = gwt_json_get_text(row, "text");

	gwt_buf_add_text(out, "      <failure");
	gwt_xml_add_attribute(out, "type", gwt_json_get_text(row, "verdict"));
	gwt_xml_add_attribute(out, "message",
			      reason.ptr ? reason
			      : note.ptr ? note
					 : gwt_row_first_line(row));
	gwt_buf_add_char(out, '>');
	gwt_xml_add(out, text.ptr ? text : note);
	gwt_buf_add_text(out, "</failure>\n");
}

static void add_skipped(struct gwt_buf *out, enum gwt_mark mark, const struct gwt_json *row)
{
	struct gwt_span why = gwt_json_get_text(gwt_json_get(row, "waiver"), "reason");

	gwt_buf_add_text(out, "      <skipped");
	gwt_xml_add_attribute(out, "message", why.ptr ? why : gwt_span_of(gwt_mark_class(mark)));
	gwt_buf_add_text(out, "/>\n");
}

static void add_case(struct gwt_buf *out, const struct gwt_json *row)
{
	gwt_auto(gwt_buf_release) struct gwt_buf title = { .max = SIZE_MAX };
	enum gwt_mark mark = gwt_mark_of_row(row);

	gwt_row_title(&title, row);
	gwt_buf_add_text(out, "    <testcase");
	gwt_xml_add_attribute(out, "classname", gwt_json_get_text(row, "client"));
	gwt_xml_add_attribute(out, "name", gwt_buf_span(&title));
	if (mark == GWT_MARK_OK) {
		gwt_buf_add_text(out, "/>\n");
		return;
	}
	gwt_buf_add_text(out, ">\n");
	if (mark == GWT_MARK_BROKEN)
		add_failure(out, row);
	else
		add_skipped(out, mark, row);
	gwt_buf_add_text(out, "    </testcase>\n");
}

static void count_rows(const struct gwt_matrix *matrix, struct gwt_span client, size_t counts[3])
{
	const struct gwt_json *rows = gwt_json_get(matrix->report, "requests");

	for (const struct gwt_json *row = rows->child; row; row = row->next) {
		enum gwt_mark mark = gwt_mark_of_row(row);

		if (!gwt_span_eq(gwt_json_get_text(row, "client"), client))
			continue;
		counts[0]++;
		counts[1] += mark == GWT_MARK_BROKEN;
		counts[2] += mark != GWT_MARK_BROKEN && mark != GWT_MARK_OK;
	}
}

/* A client that could not be tested must not look like a success in this file. */
static void add_untested(struct gwt_buf *out, const struct gwt_json *client)
{
	gwt_buf_add_text(out, "    <testcase name=\"the client\"");
	gwt_xml_add_attribute(out, "classname", gwt_json_get_text(client, "client"));
	gwt_buf_add_text(out, ">\n      <error type=\"UNCHECKED\"");
	gwt_xml_add_attribute(out, "message", gwt_json_get_text(client, "state"));
	gwt_buf_add_text(out, "/>\n    </testcase>\n");
}

static void add_suite(struct gwt_buf *out, const struct gwt_matrix *matrix, size_t i)
{
	const struct gwt_json *rows = gwt_json_get(matrix->report, "requests");
	struct gwt_span client = gwt_matrix_client(matrix, i);
	bool untested = !gwt_span_is(gwt_json_get_text(matrix->clients[i], "state"), "ok");
	size_t counts[3] = { 0 };

	count_rows(matrix, client, counts);
	gwt_buf_add_text(out, "  <testsuite");
	gwt_xml_add_attribute(out, "name", client);
	gwt_buf_printf(out, " tests=\"%zu\" failures=\"%zu\" skipped=\"%zu\" errors=\"%d\">\n",
		       counts[0] + untested, counts[1], counts[2], untested);
	for (const struct gwt_json *row = rows->child; row; row = row->next)
		if (gwt_span_eq(gwt_json_get_text(row, "client"), client))
			add_case(out, row);
	if (untested)
		add_untested(out, matrix->clients[i]);
	gwt_buf_add_text(out, "  </testsuite>\n");
}

void gwt_matrix_junit(struct gwt_buf *out, const struct gwt_matrix *matrix)
{
	gwt_buf_add_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
	for (size_t i = 0; i < matrix->client_count; i++)
		add_suite(out, matrix, i);
	gwt_buf_add_text(out, "</testsuites>\n");
}
