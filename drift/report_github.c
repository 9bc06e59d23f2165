/*
 * GitHub Actions workflow commands: one annotation per finding, one for what could not be checked, one for
 * the counts.
 */
#include "drift/report.h"

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/span.h"
#include "lib/json/json.h"
#include "lib/report/escape.h"

static void add_finding(struct gwt_buf *out, const struct gwt_drift_report *report,
			const struct gwt_json *finding)
{
	struct gwt_arena arena = { 0 };
	const struct gwt_json *places = gwt_json_get(finding, "places");
	struct gwt_span severity = gwt_drift_text(finding, "severity");
	const char *level = gwt_drift_fails(report, finding) ? "error"
			    : gwt_span_is(severity, "INFO")  ? "notice"
							     : "warning";
	struct gwt_span title = gwt_arena_printf(
		&arena, GWT_SPAN_FMT " " GWT_SPAN_FMT " " GWT_SPAN_FMT, GWT_SPAN_ARG(severity),
		GWT_SPAN_ARG(gwt_drift_text(finding, "rule")), GWT_SPAN_ARG(gwt_drift_text(finding, "at")));

	gwt_buf_printf(out, "::%s title=", level);
	gwt_github_add(out, title, true);
	gwt_buf_add_text(out, "::");
	gwt_github_add(out, gwt_drift_text(finding, "text"), false);
	if (places->child) {
		gwt_buf_add_text(out, " (");
		gwt_github_add(out, gwt_drift_place(&arena, places->child), false);
		if (places->len > 1)
			gwt_buf_printf(out, " and %zu more", places->len - 1);
		gwt_buf_add_char(out, ')');
	}
	gwt_buf_add_char(out, '\n');
	gwt_arena_release(&arena);
}

static void add_unchecked(struct gwt_buf *out, const struct gwt_json *run)
{
	struct gwt_arena arena = { 0 };
	const struct gwt_json *groups = gwt_drift_reasons(&arena, run);

	for (const struct gwt_json *group = groups->child; group; group = group->next) {
		const struct gwt_json *scenarios = gwt_json_get(group, "scenarios");

		gwt_buf_printf(out, "::error title=COULD_NOT_CHECK::%zu scenario%s (", scenarios->len,
			       scenarios->len == 1 ? "" : "s");
		gwt_github_add(out, scenarios->child->text, false);
		gwt_buf_add_text(out, scenarios->len > 1 ? ", …): " : "): ");
		gwt_github_add(out, gwt_drift_text(group, "reason"), false);
		gwt_buf_add_char(out, '\n');
	}
	gwt_arena_release(&arena);
}

void gwt_drift_report_github(struct gwt_buf *out, const struct gwt_drift_report *report)
{
	const struct gwt_json *list = gwt_json_get(report->run, "findings");

	for (const struct gwt_json *finding = list->child; finding; finding = finding->next)
		add_finding(out, report, finding);
	add_unchecked(out, report->run);
	gwt_buf_add_text(out, "::notice title=gwtape drift::");
	gwt_drift_counts_add(out, report->run);
	gwt_buf_add_char(out, '\n');
}
