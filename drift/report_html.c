/* One self-contained page, in the style of the replay report. */
#include "drift/report.h"

#include <inttypes.h>

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/json/json.h"
#include "lib/report/html_text.h"
#include "lib/report/web/web.h"

static void add_tile(struct gwt_buf *out, const char *class, const char *name, uint64_t count)
{
	gwt_buf_printf(out, "<div class=\"%s\"><dt>%s</dt><dd>%" PRIu64 "</dd></div>\n",
		       count ? class : "none", name, count);
}

static bool is_clean(const struct gwt_drift_report *report)
{
	const struct gwt_json *list = gwt_json_get(report->run, "findings");

	for (const struct gwt_json *finding = list->child; finding; finding = finding->next)
		if (gwt_drift_fails(report, finding))
			return false;
	return gwt_drift_count(report->run, "couldNotCheck") == 0;
}

static void add_top(struct gwt_buf *out, const struct gwt_drift_report *report)
{
	const struct gwt_json *run = report->run;
	bool ok = is_clean(report);

	gwt_buf_printf(out,
		       "<header>\n<p class=\"brand\">gwtape <span>drift report</span></p>\n"
		       "<h1 class=\"%s\"><span class=\"mark\">%s</span> ",
		       ok ? "ok" : "fail", ok ? "ok" : "FAIL");
	gwt_html_add(out, report->title);
	gwt_buf_add_text(out, "</h1>\n<p>");
	gwt_drift_counts_add(out, run);
	gwt_buf_add_text(out, ".</p>\n<dl class=\"tiles\">\n");
	add_tile(out, "", "scenarios", gwt_drift_count(run, "scenarios"));
	add_tile(out, "bad", "breaking", gwt_drift_count(run, "breaking"));
	add_tile(out, "bad", "risky", gwt_drift_count(run, "risky"));
	add_tile(out, "", "info", gwt_drift_count(run, "info"));
	add_tile(out, "", "accepted", gwt_drift_count(run, "accepted"));
	add_tile(out, "bad", "could not check", gwt_drift_count(run, "couldNotCheck"));
	gwt_buf_add_text(out, "</dl>\n</header>\n");
}

static void add_finding(struct gwt_buf *out, const struct gwt_json *finding)
{
	struct gwt_arena arena = { 0 };
	const struct gwt_json *places = gwt_json_get(finding, "places");

	gwt_buf_add_text(out, "<details><summary>");
	gwt_html_add(out, gwt_drift_text(finding, "severity"));
	gwt_buf_add_text(out, " <strong>");
	gwt_html_add(out, gwt_drift_text(finding, "rule"));
	gwt_buf_add_text(out, "</strong> <code>");
	gwt_html_add(out, gwt_drift_text(finding, "at"));
	gwt_buf_printf(out, "</code> (%zu)</summary>\n<p>", places->len);
	gwt_html_add(out, gwt_drift_text(finding, "text"));
	gwt_buf_add_text(out, "</p>\n<ul>\n");
	for (const struct gwt_json *place = places->child; place; place = place->next) {
		gwt_buf_add_text(out, "<li>");
		gwt_html_add(out, gwt_drift_place(&arena, place));
		gwt_buf_add_text(out, "</li>\n");
	}
	gwt_buf_add_text(out, "</ul>\n");
	if (gwt_drift_text(finding, "skeleton").len) {
		gwt_buf_add_text(out, "<pre>");
		gwt_html_add_lines(out, gwt_drift_text(finding, "skeleton"));
		gwt_buf_add_text(out, "</pre>\n");
	}
	gwt_buf_add_text(out, "</details>\n");
	gwt_arena_release(&arena);
}

static void add_section(struct gwt_buf *out, const char *id, const char *title, const struct gwt_json *list)
{
	if (!list || !list->len)
		return;
	gwt_buf_printf(out, "<section aria-labelledby=\"%s\"><h2 id=\"%s\">%s: %zu</h2>\n", id, id, title,
		       list->len);
	for (const struct gwt_json *finding = list->child; finding; finding = finding->next)
		add_finding(out, finding);
	gwt_buf_add_text(out, "</section>\n");
}

static void add_rows(struct gwt_buf *out, const char *id, const char *title, const struct gwt_json *list,
		     const char *member)
{
	if (!list || !list->len)
		return;
	gwt_buf_printf(out, "<section aria-labelledby=\"%s\"><h2 id=\"%s\">%s: %zu</h2>\n<ul>\n", id, id,
		       title, list->len);
	for (const struct gwt_json *one = list->child; one; one = one->next) {
		gwt_buf_add_text(out, "<li>");
		gwt_html_add(out, gwt_drift_text(one, "scenario"));
		gwt_buf_add_text(out, ": ");
		gwt_html_add(out, gwt_drift_text(one, member));
		gwt_buf_add_text(out, "</li>\n");
	}
	gwt_buf_add_text(out, "</ul></section>\n");
}

void gwt_drift_report_html(struct gwt_buf *out, const struct gwt_drift_report *report)
{
	gwt_auto(gwt_buf_release) struct gwt_buf body = { .max = SIZE_MAX }, title = { .max = SIZE_MAX };
	struct gwt_web_page page = { .scripts = { "report.js" } };

	gwt_buf_add_text(&title, is_clean(report) ? "ok: drift" : "FAIL: drift");
	add_top(&body, report);
	gwt_buf_add_text(&body, "<main id=\"main\" tabindex=\"-1\">\n");
	add_section(&body, "findings", "Findings", gwt_json_get(report->run, "findings"));
	add_section(&body, "accepted", "Accepted", gwt_json_get(report->run, "accepted"));
	add_rows(&body, "unchecked", "Could not check", gwt_json_get(report->run, "couldNotCheck"), "reason");
	add_rows(&body, "scenarios", "Scenarios", gwt_json_get(report->run, "scenarios"), "result");
	gwt_buf_add_text(&body, "</main>\n<footer>Made by gwtape " GWT_VERSION
				". This page is self-contained: it loads nothing.</footer>\n");
	page.title = gwt_buf_span(&title);
	page.body = gwt_buf_span(&body);
	gwt_web_page_add(out, &page);
}
