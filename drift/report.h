/*
 * report.h - what a comparison found, in formats for people and programs.
 *
 * All are made from the JSON of gwt_findings_json(). Texts of services and files go through lib/report's
 * escapes.
 */
#ifndef GWT_DRIFT_REPORT_H
#define GWT_DRIFT_REPORT_H

#include "drift/rules.h"
#include "lib/base/buf.h"
#include "lib/json/json.h"

struct gwt_drift_report {
	const struct gwt_json *run;
	struct gwt_span title; /* what was compared: "cassettes and sandbox" */
	enum gwt_severity fail_on;
};

struct gwt_drift_format {
	const char *name;
	void (*write)(struct gwt_buf *out, const struct gwt_drift_report *report);
};

/* In the order of help; NULL when no format has that name. */
const struct gwt_drift_format *gwt_drift_format_named(struct gwt_span name);
const char *gwt_drift_formats(void); /* for messages: "text|json|…" */

void gwt_drift_report_text(struct gwt_buf *out, const struct gwt_drift_report *report);
void gwt_drift_report_json(struct gwt_buf *out, const struct gwt_drift_report *report);
void gwt_drift_report_markdown(struct gwt_buf *out, const struct gwt_drift_report *report);
void gwt_drift_report_html(struct gwt_buf *out, const struct gwt_drift_report *report);
void gwt_drift_report_junit(struct gwt_buf *out, const struct gwt_drift_report *report);
void gwt_drift_report_github(struct gwt_buf *out, const struct gwt_drift_report *report);
/* The text report without the scenarios in which nothing differs: for a terminal. */
void gwt_drift_report_short(struct gwt_buf *out, const struct gwt_drift_report *report);

/* Shared by the formats: */
bool gwt_drift_fails(const struct gwt_drift_report *report, const struct gwt_json *finding);
struct gwt_span gwt_drift_text(const struct gwt_json *object, const char *name); /* "" when absent */
uint64_t gwt_drift_count(const struct gwt_json *run, const char *name);          /* of the summary */
/* "269 scenarios compared, 3 could not be checked: 1 breaking, 2 risky, 0 info" */
void gwt_drift_counts_add(struct gwt_buf *out, const struct gwt_json *run);
/* "GROUP/NAME#put"; the scenario alone where there is no interaction. */
struct gwt_span gwt_drift_place(struct gwt_arena *arena, const struct gwt_json *object);
/* Scenarios that could not be checked, those with one reason together: [{reason, scenarios: […]}]. */
struct gwt_json *gwt_drift_reasons(struct gwt_arena *arena, const struct gwt_json *run);

#endif
