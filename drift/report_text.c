/*
 * The report for a person: one line per scenario, then each finding with its places, then what could not be
 * checked.
 */
#include "drift/report.h"

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/span.h"
#include "lib/json/json.h"
#include "lib/report/escape.h"

enum { SHOWN_PLACES = 6 };

static void add_scenarios(struct gwt_buf *out, const struct gwt_json *run, bool all)
{
	const struct gwt_json *list = gwt_json_get(run, "scenarios");

	for (const struct gwt_json *one = list ? list->child : NULL; one; one = one->next) {
		struct gwt_span result = gwt_drift_text(one, "result");

		/* what could not be checked is listed below, by reason */
		if (!all && (gwt_span_is(result, "same") || gwt_span_is(result, "could-not-check")))
			continue;
		gwt_buf_printf(out, "%-15.*s ", GWT_SPAN_ARG(result));
		gwt_visible_add(out, gwt_drift_text(one, "scenario"));
		gwt_buf_add_char(out, '\n');
	}
	if (out->len)
		gwt_buf_add_char(out, '\n');
}

static void add_places(struct gwt_buf *out, const struct gwt_json *places, bool all)
{
	struct gwt_arena arena = { 0 };
	size_t shown = 0;

	for (const struct gwt_json *place = places->child; place && (all || shown < SHOWN_PLACES);
	     place = place->next, shown++) {
		gwt_buf_add_text(out, shown ? ", " : "  at ");
		gwt_visible_add(out, gwt_drift_place(&arena, place));
	}
	if (shown < places->len)
		gwt_buf_printf(out, " and %zu more", places->len - shown);
	if (shown)
		gwt_buf_add_char(out, '\n');
	gwt_arena_release(&arena);
}

static void add_acceptance(struct gwt_buf *out, const struct gwt_json *acceptance, const char *what)
{
	if (!acceptance)
		return;
	gwt_buf_printf(out, "  %s until ", what);
	gwt_visible_add(out, gwt_drift_text(acceptance, "until"));
	gwt_buf_add_text(out, ": ");
	gwt_visible_add(out, gwt_drift_text(acceptance, "reason"));
	gwt_buf_add_char(out, '\n');
}

/* The scenario that would cover a new member, as a file. */
static void add_skeleton(struct gwt_buf *out, struct gwt_span skeleton)
{
	if (skeleton.len)
		gwt_buf_add_text(out, "  no scenario uses it; this one would:\n");
	while (skeleton.len) {
		gwt_buf_add_text(out, "    ");
		gwt_visible_add(out, gwt_span_cut(&skeleton, '\n'));
		gwt_buf_add_char(out, '\n');
	}
}

static void add_finding(struct gwt_buf *out, const struct gwt_json *finding, bool all)
{
	const struct gwt_json *places = gwt_json_get(finding, "places");
	struct gwt_span at = gwt_drift_text(finding, "at");

	gwt_buf_printf(out, GWT_SPAN_FMT " " GWT_SPAN_FMT, GWT_SPAN_ARG(gwt_drift_text(finding, "severity")),
		       GWT_SPAN_ARG(gwt_drift_text(finding, "rule")));
	if (at.len) {
		gwt_buf_add_char(out, ' ');
		gwt_visible_add(out, at);
	}
	gwt_buf_printf(out, " (%zu place%s)\n  ", places->len, places->len == 1 ? "" : "s");
	gwt_visible_add(out, gwt_drift_text(finding, "text"));
	gwt_buf_add_char(out, '\n');
	add_places(out, places, all);
	add_acceptance(out, gwt_json_get(finding, "accepted"), "accepted");
	add_acceptance(out, gwt_json_get(finding, "wasAccepted"), "no longer accepted: it was");
	add_skeleton(out, gwt_drift_text(finding, "skeleton"));
}

static void add_list(struct gwt_buf *out, const struct gwt_json *run, const char *name, bool all)
{
	const struct gwt_json *list = gwt_json_get(run, name);

	for (const struct gwt_json *finding = list ? list->child : NULL; finding; finding = finding->next)
		add_finding(out, finding, all);
}

static void add_unchecked(struct gwt_buf *out, const struct gwt_json *run)
{
	struct gwt_arena arena = { 0 };
	const struct gwt_json *groups = gwt_drift_reasons(&arena, run);

	for (const struct gwt_json *group = groups->child; group; group = group->next) {
		const struct gwt_json *scenarios = gwt_json_get(group, "scenarios");

		gwt_buf_add_text(out, "COULD_NOT_CHECK ");
		gwt_visible_add(out, scenarios->child->text);
		if (scenarios->len > 1)
			gwt_buf_printf(out, " and %zu more", scenarios->len - 1);
		gwt_buf_add_text(out, ": ");
		gwt_visible_add(out, gwt_drift_text(group, "reason"));
		gwt_buf_add_char(out, '\n');
	}
	gwt_arena_release(&arena);
}

static void write(struct gwt_buf *out, const struct gwt_drift_report *report, bool all)
{
	add_scenarios(out, report->run, all);
	add_list(out, report->run, "findings", all);
	add_list(out, report->run, "accepted", all);
	add_unchecked(out, report->run);
	gwt_drift_counts_add(out, report->run);
	gwt_buf_add_char(out, '\n');
}

void gwt_drift_report_text(struct gwt_buf *out, const struct gwt_drift_report *report)
{
	write(out, report, true);
}

void gwt_drift_report_short(struct gwt_buf *out, const struct gwt_drift_report *report)
{
	write(out, report, false);
}
