/* One self-contained page: totals, each request with its differences, what was never called. */
#include "lib/report/html.h"

#include <inttypes.h>

#include "lib/report/format.h"
#include "lib/report/html_grid.h"
#include "lib/report/html_groups.h"
#include "lib/report/html_text.h"
#include "lib/report/row.h"
#include "lib/report/web/web.h"

static uint64_t number_of(const struct gwt_json *object, const char *name)
{
	uint64_t value = 0;

	gwt_json_to_u64(gwt_json_get(object, name), UINT64_MAX, &value);
	return value;
}

static const char *plural(uint64_t count)
{
	return count == 1 ? "" : "s";
}

/* The run's result in one line; the exit code alone does not say why. */
static void write_verdict(struct gwt_buf *out, const struct gwt_json *run)
{
	uint64_t requests = gwt_run_summary_number(run, "requests"),
		 broken = gwt_run_summary_number(run, "broken");
	uint64_t matched = gwt_run_summary_number(run, "matched"), code = number_of(run, "exit"),
		 after = gwt_run_summary_number(run, "consequences");
	size_t failing = gwt_run_unused_failing(run);

	if (broken) {
		gwt_buf_printf(out, "%" PRIu64 " of %" PRIu64 " request%s broke the contract", broken,
			       requests, plural(requests));
		if (after)
			gwt_buf_printf(out, ", %" PRIu64 " as a consequence of one before", after);
	} else if (gwt_run_summary_number(run, "unreachable") && !failing)
		gwt_run_trouble_add(out, run);
	else if (!matched)
		gwt_buf_add_text(out, "Nothing was compared: that is not success");
	else if (gwt_run_summary_number(run, "weakEvidence") && !failing)
		gwt_run_trouble_add(out, run);
	else if (failing)
		gwt_buf_printf(out, "%zu recorded interaction%s never called", failing,
			       failing == 1 ? " was" : "s were");
	else if (code)
		gwt_buf_printf(out, "Every request matched; the run ended with exit code %" PRIu64, code);
	else
		gwt_buf_printf(out, "Every request matched: %" PRIu64, matched);
}

static void add_tile(struct gwt_buf *out, const char *class, const char *name, uint64_t count)
{
	gwt_buf_printf(out, "<div class=\"%s\"><dt>%s</dt><dd>%" PRIu64 "</dd></div>\n",
		       count ? class : "none", name, count);
}

static void add_tiles(struct gwt_buf *out, const struct gwt_json *run)
{
	gwt_buf_add_text(out, "<dl class=\"tiles\">\n");
	add_tile(out, "", "requests", gwt_run_summary_number(run, "requests"));
	add_tile(out, "good", "matched", gwt_run_summary_number(run, "matched"));
	add_tile(out, "bad", "broken", gwt_run_summary_number(run, "broken"));
	add_tile(out, gwt_run_unused_failing(run) ? "bad" : "", "unused",
		 gwt_run_summary_number(run, "unused"));
	if (gwt_run_summary_number(run, "backdrop"))
		add_tile(out, "", "backdrop", gwt_run_summary_number(run, "backdrop"));
	if (gwt_run_summary_number(run, "faults"))
		add_tile(out, "", "scripted faults", gwt_run_summary_number(run, "faults"));
	if (gwt_run_summary_number(run, "sessions") > 1)
		add_tile(out, "", "sessions", gwt_run_summary_number(run, "sessions"));
	add_tile(out, "", "exit code", number_of(run, "exit"));
	gwt_buf_add_text(out, "</dl>\n");
}

/* A bar whose length needs no style attribute, because the page's policy forbids them. */
static void add_bar(struct gwt_buf *out, struct gwt_span name, uint64_t count, uint64_t all)
{
	gwt_buf_add_text(out, "<div><dt>");
	gwt_html_add(out, name);
	gwt_buf_printf(out,
		       "</dt><dd>%" PRIu64
		       "</dd><dd class=\"bar\" aria-hidden=\"true\"><svg><rect width=\"%.1f%%\" "
		       "height=\"100%%\"/></svg></dd></div>\n",
		       count, all ? 100.0 * (double)count / (double)all : 0.0);
}

/* Add a member of the summary that counts matched requests by word. */
static void add_counts(struct gwt_buf *out, const struct gwt_json *run, const char *member, const char *title)
{
	const struct gwt_json *counts = gwt_json_get(gwt_json_get(run, "summary"), member);
	uint64_t all = gwt_run_summary_number(run, "matched"), count = 0;

	if (!counts)
		return;
	gwt_buf_printf(out, "<section><h2>%s</h2><dl class=\"bars\">\n", title);
	for (const struct gwt_json *item = counts->child; item; item = item->next)
		if (gwt_json_to_u64(item, UINT64_MAX, &count))
			add_bar(out, item->name, count, all);
	gwt_buf_add_text(out, "</dl></section>\n");
}

static void add_relaxations(struct gwt_buf *out, const struct gwt_json *run)
{
	const struct gwt_json *list = gwt_json_get(gwt_json_get(run, "summary"), "relaxations");

	if (!list || !list->len)
		return;
	gwt_buf_add_text(out, "<section class=\"relaxed\"><h2>Not strict</h2><ul>\n");
	for (const struct gwt_json *item = list->child; item; item = item->next) {
		gwt_buf_add_text(out, "<li>");
		gwt_html_add(out, item->text);
		gwt_buf_add_text(out, "</li>\n");
	}
	gwt_buf_add_text(out, "</ul></section>\n");
}

static void add_top(struct gwt_buf *out, const struct gwt_json *run)
{
	gwt_auto(gwt_buf_release) struct gwt_buf verdict = { .max = SIZE_MAX };
	bool ok = number_of(run, "exit") == 0;

	write_verdict(&verdict, run);
	gwt_buf_printf(out,
		       "<header>\n<p class=\"brand\">gwtape <span>replay report</span></p>\n"
		       "<h1 class=\"%s\"><span class=\"mark\">%s</span> ",
		       ok ? "ok" : "fail", ok ? "ok" : "FAIL");
	gwt_html_add(out, gwt_buf_span(&verdict));
	gwt_buf_add_text(out, "</h1>\n");
	add_tiles(out, run);
	gwt_buf_add_text(out, "<div class=\"panels\">\n");
	add_counts(out, run, "level", "Strongest level that held");
	add_counts(out, run, "evidence", "Answers by evidence");
	add_relaxations(out, run);
	gwt_buf_add_text(out, "</div>\n</header>\n");
}

static void add_choice(struct gwt_buf *out, const char *which, const char *class, uint64_t count, bool chosen)
{
	gwt_buf_printf(
		out,
		"<input type=\"radio\" name=\"show\" id=\"show-%s\" value=\"%s\"%s><label for=\"show-%s\">%s "
		"<span>%" PRIu64 "</span></label>\n",
		which, class, chosen ? " checked" : "", which, which, count);
}

/* Choosing works without the script (page.css); the script shows what needs it. */
static void add_tools(struct gwt_buf *out, const struct gwt_json *requests)
{
	size_t broken = 0;

	for (const struct gwt_json *row = requests->child; row; row = row->next)
		broken += !gwt_row_ok(row);
	gwt_buf_add_text(out, "<div class=\"tools\">\n<fieldset><legend class=\"away\">Show</legend>\n");
	add_choice(out, "all", "all", requests->len, true);
	add_choice(out, "broken", "fail", broken, false);
	add_choice(out, "matched", "ok", requests->len - broken, false);
	gwt_buf_add_text(out, "</fieldset>\n");
	gwt_buf_add(out, gwt_web_file("tools.html"));
	gwt_buf_add_text(out, "</div>\n");
}

static void add_requests(struct gwt_buf *out, const struct gwt_json *run)
{
	const struct gwt_json *requests = gwt_json_get(run, "requests");

	gwt_buf_add_text(out, "<section aria-labelledby=\"requests\"><h2 id=\"requests\">Requests</h2>\n");
	add_tools(out, requests);
	gwt_buf_add_text(out, "<div id=\"list\">\n");
	if (!requests->len)
		gwt_buf_add_text(out, "<p class=\"empty\">No request came.</p>\n");
	gwt_html_groups_add(out, run);
	gwt_buf_add_text(out, "</div>\n</section>\n");
}

void gwt_report_html(struct gwt_buf *out, const struct gwt_json *run)
{
	gwt_auto(gwt_buf_release) struct gwt_buf body = { .max = SIZE_MAX }, title = { .max = SIZE_MAX };
	struct gwt_web_page page = { .scripts = { "page.js", "report.js" } };

	gwt_buf_add_text(&title, number_of(run, "exit") ? "FAIL: " : "ok: ");
	write_verdict(&title, run);
	add_top(&body, run);
	gwt_buf_add_text(&body, "<main id=\"main\" tabindex=\"-1\">\n");
	add_requests(&body, run);
	gwt_html_grid_add(&body, gwt_json_get(run, "coverage"));
	gwt_html_unused_add(&body, run);
	gwt_buf_add_text(&body, "</main>\n<footer>Made by gwtape " GWT_VERSION
				". This page is self-contained: it loads nothing.</footer>\n");
	page.title = gwt_buf_span(&title);
	page.body = gwt_buf_span(&body);
	gwt_web_page_add(out, &page);
}
