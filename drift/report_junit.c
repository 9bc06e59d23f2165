/*
 * JUnit XML: one test case per scenario; a finding that fails the run is its failure, a scenario that could
 * not be checked an error.
 */
#include "drift/report.h"

#include <inttypes.h>

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/map.h"
#include "lib/base/span.h"
#include "lib/json/json.h"
#include "lib/report/xml.h"

/* The outcome of a scenario's test case. */
struct verdict {
	struct gwt_buf text;
	struct gwt_span first; /* rule of the first finding that fails it; absent: none */
	struct gwt_span reason;
};

struct verdicts {
	struct gwt_map by_scenario;
	struct verdict *items;
	size_t failures, errors;
};

static void note_finding(struct verdicts *verdicts, const struct gwt_json *finding)
{
	const struct gwt_json *places = gwt_json_get(finding, "places");
	struct gwt_span rule = gwt_drift_text(finding, "rule");

	for (const struct gwt_json *place = places->child; place; place = place->next) {
		struct verdict *verdict =
			gwt_map_get(&verdicts->by_scenario, gwt_drift_text(place, "scenario"));

		if (!verdict)
			continue;
		if (!verdict->first.ptr) {
			verdict->first = rule;
			verdicts->failures++;
		}
		gwt_buf_printf(&verdict->text, GWT_SPAN_FMT " #" GWT_SPAN_FMT " " GWT_SPAN_FMT ": ",
			       GWT_SPAN_ARG(rule), GWT_SPAN_ARG(gwt_drift_text(place, "interaction")),
			       GWT_SPAN_ARG(gwt_drift_text(finding, "at")));
		gwt_buf_add(&verdict->text, gwt_drift_text(finding, "text"));
		gwt_buf_add_char(&verdict->text, '\n');
	}
}

static void collect(struct verdicts *verdicts, const struct gwt_drift_report *report,
		    const struct gwt_json *scenarios)
{
	const struct gwt_json *list = gwt_json_get(report->run, "findings");
	size_t i = 0;

	for (const struct gwt_json *one = scenarios->child; one; one = one->next) {
		verdicts->items[i].text.max = SIZE_MAX;
		gwt_map_put(&verdicts->by_scenario, gwt_drift_text(one, "scenario"), &verdicts->items[i++]);
	}
	for (const struct gwt_json *finding = list->child; finding; finding = finding->next)
		if (gwt_drift_fails(report, finding))
			note_finding(verdicts, finding);
	list = gwt_json_get(report->run, "couldNotCheck");
	for (const struct gwt_json *one = list->child; one; one = one->next) {
		struct verdict *verdict =
			gwt_map_get(&verdicts->by_scenario, gwt_drift_text(one, "scenario"));

		if (!verdict)
			continue;
		verdict->reason = gwt_drift_text(one, "reason");
		verdicts->errors += !verdict->first.ptr;
	}
}

static void add_trouble(struct gwt_buf *out, const char *element, struct gwt_span type,
			struct gwt_span message, struct gwt_span text)
{
	gwt_buf_printf(out, ">\n      <%s", element);
	gwt_xml_add_attribute(out, "type", type);
	gwt_xml_add_attribute(out, "message", message);
	gwt_buf_add_char(out, '>');
	gwt_xml_add(out, text);
	gwt_buf_printf(out, "</%s>\n    </testcase>\n", element);
}

static void add_case(struct gwt_buf *out, struct gwt_span scenario, const struct verdict *verdict)
{
	struct gwt_span text = gwt_buf_span(&verdict->text);

	gwt_buf_add_text(out, "    <testcase classname=\"drift\"");
	gwt_xml_add_attribute(out, "name", scenario);
	if (verdict->first.ptr)
		add_trouble(out, "failure", verdict->first,
			    gwt_span_slice(text, 0, gwt_span_find(text, '\n')), text);
	else if (verdict->reason.ptr)
		add_trouble(out, "error", GWT_SPAN("COULD_NOT_CHECK"), verdict->reason, GWT_SPAN(""));
	else
		gwt_buf_add_text(out, "/>\n");
}

/* Findings without a scenario (a model's), and a run that compared nothing, are separate test cases. */
static size_t add_others(struct gwt_buf *out, const struct gwt_drift_report *report)
{
	const struct gwt_json *list = gwt_json_get(report->run, "findings");
	const struct gwt_json *scenarios = gwt_json_get(report->run, "scenarios");
	size_t count = 0;

	for (const struct gwt_json *finding = list->child; finding; finding = finding->next) {
		if (!gwt_drift_fails(report, finding) ||
		    (scenarios->len && gwt_json_get(finding, "places")->len))
			continue;
		count++;
		gwt_buf_add_text(out, "    <testcase classname=\"drift\"");
		gwt_xml_add_attribute(out, "name", gwt_drift_text(finding, "at"));
		add_trouble(out, "failure", gwt_drift_text(finding, "rule"), gwt_drift_text(finding, "text"),
			    GWT_SPAN(""));
	}
	return count;
}

void gwt_drift_report_junit(struct gwt_buf *out, const struct gwt_drift_report *report)
{
	const struct gwt_json *scenarios = gwt_json_get(report->run, "scenarios");
	gwt_auto(gwt_buf_release) struct gwt_buf cases = { .max = SIZE_MAX };
	struct gwt_arena arena = { 0 };
	struct verdicts verdicts = { .items = gwt_arena_array(&arena, struct verdict, scenarios->len + 1) };
	size_t i = 0, others;

	collect(&verdicts, report, scenarios);
	for (const struct gwt_json *one = scenarios->child; one; one = one->next, i++) {
		add_case(&cases, gwt_drift_text(one, "scenario"), &verdicts.items[i]);
		gwt_buf_release(&verdicts.items[i].text);
	}
	others = add_others(&cases, report);
	gwt_buf_printf(out,
		       "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n  <testsuite name=\"gwtape "
		       "drift\" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\">\n",
		       scenarios->len + others, verdicts.failures + others, verdicts.errors);
	gwt_buf_add(out, gwt_buf_span(&cases));
	gwt_buf_add_text(out, "  </testsuite>\n</testsuites>\n");
	gwt_map_release(&verdicts.by_scenario);
	gwt_arena_release(&arena);
}
