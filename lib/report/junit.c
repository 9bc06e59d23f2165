/* JUnit XML: one test case a request; an unused interaction is skipped, or fails where it fails the run. */
#include <inttypes.h>

#include "lib/base/buf.h"
#include "lib/base/span.h"
#include "lib/json/json.h"
#include "lib/report/format.h"
#include "lib/report/row.h"
#include "lib/report/rows.h"
#include "lib/report/xml.h"

static void add_property(struct gwt_buf *out, const struct gwt_json *row, const char *name)
{
	struct gwt_span value = gwt_json_get_text(row, name);

	if (!value.ptr)
		return;
	gwt_buf_printf(out, "        <property name=\"%s\"", name);
	gwt_xml_add_attribute(out, "value", value);
	gwt_buf_add_text(out, "/>\n");
}

/* The time and the session of a row, if the row has them. */
static void add_place(struct gwt_buf *out, const struct gwt_json *row)
{
	if (!gwt_json_get_text(row, "session").ptr && !gwt_json_get_text(row, "time").ptr)
		return;
	gwt_buf_add_text(out, "      <properties>\n");
	add_property(out, row, "session");
	add_property(out, row, "time");
	gwt_buf_add_text(out, "      </properties>\n");
}

/* In seconds, as the format requires; nothing when the time was not measured. */
static void add_duration(struct gwt_buf *out, uint64_t us)
{
	if (us)
		gwt_buf_printf(out, " time=\"%" PRIu64 ".%06" PRIu64 "\"", us / 1000000, us % 1000000);
}

static uint64_t duration_of(const struct gwt_json *row)
{
	uint64_t us = 0;

	gwt_json_to_u64(gwt_json_get(row, "durationUs"), UINT32_MAX, &us);
	return us;
}

static void add_failure(struct gwt_buf *out, const struct gwt_json *row, bool consequence)
{
	if (consequence) {
		gwt_buf_add_text(
			out,
			"      <skipped message=\"a consequence of a call before it that was broken\"/>\n");
		return;
	}
	gwt_buf_add_text(out, "      <failure");
	gwt_xml_add_attribute(out, "type", gwt_json_get_text(row, "verdict"));
	gwt_xml_add_attribute(out, "message", gwt_row_first_line(row));
	gwt_buf_add_char(out, '>');
	gwt_xml_add(out, gwt_json_get_text(row, "text"));
	gwt_buf_add_text(out, "</failure>\n");
}

/* Add a case; returns whether it is a consequence, which is skipped. */
static bool add_case(struct gwt_buf *out, struct gwt_rows *rows, const struct gwt_json *row)
{
	bool consequence = gwt_rows_is_consequence(rows, row);
	struct gwt_span client = gwt_json_get_text(row, "client");

	gwt_buf_add_text(out, "    <testcase");
	gwt_xml_add_attribute(out, "classname", client.ptr ? client : GWT_SPAN("client"));
	gwt_xml_add_attribute(out, "name", gwt_rows_name(rows, row));
	add_duration(out, duration_of(row));
	gwt_buf_add_text(out, ">\n");
	add_place(out, row);
	if (!gwt_row_ok(row))
		add_failure(out, row, consequence);
	gwt_buf_add_text(out, "    </testcase>\n");
	return consequence;
}

static void add_unused(struct gwt_buf *out, const struct gwt_json *row, bool fails)
{
	gwt_auto(gwt_buf_release) struct gwt_buf place = { .max = SIZE_MAX };
	gwt_auto(gwt_buf_release) struct gwt_buf why = { .max = SIZE_MAX };

	gwt_buf_add_text(&why, "never called");
	gwt_row_place(&place, row);
	gwt_buf_add_text(out, "    <testcase classname=\"unused\"");
	gwt_xml_add_attribute(out, "name", gwt_buf_span(&place));
	gwt_buf_printf(out, ">\n      <%s", fails ? "failure type=\"UNUSED\"" : "skipped");
	gwt_row_cause_add(&why, row);
	gwt_xml_add_attribute(out, "message", gwt_buf_span(&why));
	gwt_buf_add_text(out, "/>\n    </testcase>\n");
}

/* Every count of the summary; those of levels and evidence have names such as "level.signed". */
static void add_properties(struct gwt_buf *out, const struct gwt_json *object, const char *before)
{
	uint64_t count;

	for (const struct gwt_json *item = object ? object->child : NULL; item; item = item->next) {
		if (item->type == GWT_JSON_OBJECT) {
			gwt_auto(gwt_buf_release) struct gwt_buf name = { .max = SIZE_MAX };

			gwt_buf_printf(&name, GWT_SPAN_FMT ".", GWT_SPAN_ARG(item->name));
			add_properties(out, item, gwt_buf_cstr(&name));
		} else if (gwt_json_to_u64(item, UINT64_MAX, &count)) {
			gwt_buf_printf(
				out, "      <property name=\"%s" GWT_SPAN_FMT "\" value=\"%" PRIu64 "\"/>\n",
				before, GWT_SPAN_ARG(item->name), count);
		}
	}
}

/* A run that fails when no request does must not look like a success in this file. */
static void add_trouble(struct gwt_buf *out, struct gwt_span trouble)
{
	if (!trouble.len)
		return;
	gwt_buf_add_text(
		out,
		"    <testcase classname=\"gwtape\" name=\"the run\">\n      <failure type=\"UNCHECKED\"");
	gwt_xml_add_attribute(out, "message", trouble);
	gwt_buf_add_text(out, "/>\n    </testcase>\n");
}

/* The time of the first request, and the duration of all of them. */
static void add_start(struct gwt_buf *out, const struct gwt_json *requests)
{
	struct gwt_span time = requests->child ? gwt_json_get_text(requests->child, "time") : GWT_SPAN("");
	uint64_t us = 0;

	for (const struct gwt_json *row = requests->child; row; row = row->next)
		us += duration_of(row);
	add_duration(out, us);
	if (time.len)
		gwt_xml_add_attribute(out, "timestamp", time);
}

void gwt_report_junit(struct gwt_buf *out, const struct gwt_json *run)
{
	const struct gwt_json *requests = gwt_json_get(run, "requests"),
			      *unused = gwt_json_get(run, "unused");
	const struct gwt_json *next = gwt_run_first_failing(run);
	size_t failing = gwt_run_unused_failing(run);
	gwt_auto(gwt_buf_release) struct gwt_buf trouble = { .max = SIZE_MAX };
	gwt_auto(gwt_buf_release) struct gwt_buf cases = { .max = SIZE_MAX };
	struct gwt_rows rows = { 0 };
	size_t consequences = 0;

	gwt_run_trouble_add(&trouble, run);
	for (const struct gwt_json *row = requests->child; row; row = row->next)
		consequences += add_case(&cases, &rows, row);
	gwt_rows_release(&rows);
	gwt_buf_printf(
		out,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n  <testsuite name=\"gwtape\" "
		"tests=\"%zu\" failures=\"%zu\" skipped=\"%zu\"",
		requests->len + unused->len + (trouble.len > 0),
		(size_t)gwt_run_summary_number(run, "broken") - consequences + failing + (trouble.len > 0),
		unused->len - failing + consequences);
	add_start(out, requests);
	gwt_buf_add_text(out, ">\n");
	gwt_buf_add_text(out, "    <properties>\n");
	add_properties(out, gwt_json_get(run, "summary"), "");
	gwt_buf_add_text(out, "    </properties>\n");
	gwt_buf_add(out, gwt_buf_span(&cases));
	for (const struct gwt_json *row = unused->child; row; row = row->next)
		add_unused(out, row, gwt_row_fails(&next, row));
	add_trouble(out, gwt_buf_span(&trouble));
	gwt_buf_add_text(out, "  </testsuite>\n</testsuites>\n");
}
