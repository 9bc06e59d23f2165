/* Markdown for a pull request or the summary of a CI step: counts, findings, details folded away. */
#include "drift/report.h"

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/span.h"
#include "lib/json/json.h"
#include "lib/report/escape.h"

/* GitHub takes 65,536 characters in a comment: further places are only counted. */
enum { SHOWN_PLACES = 40, SHOWN_FINDINGS = 200 };

static void add_cell(struct gwt_buf *out, struct gwt_span text)
{
	gwt_buf_add_text(out, " ");
	gwt_markdown_add(out, text);
	gwt_buf_add_text(out, " |");
}

static void add_row(struct gwt_buf *out, const struct gwt_json *finding)
{
	struct gwt_arena arena = { 0 };
	const struct gwt_json *places = gwt_json_get(finding, "places");
	struct gwt_span first = places->child ? gwt_drift_place(&arena, places->child) : GWT_SPAN("");

	gwt_buf_add_char(out, '|');
	add_cell(out, gwt_drift_text(finding, "severity"));
	add_cell(out, gwt_drift_text(finding, "rule"));
	add_cell(out, gwt_drift_text(finding, "at"));
	add_cell(out, gwt_drift_text(finding, "text"));
	if (places->len > 1)
		first = gwt_arena_printf(&arena, GWT_SPAN_FMT " and %zu more", GWT_SPAN_ARG(first),
					 places->len - 1);
	add_cell(out, first);
	gwt_buf_add_char(out, '\n');
	gwt_arena_release(&arena);
}

static void add_table(struct gwt_buf *out, const struct gwt_json *list)
{
	size_t shown = 0;

	if (!list || !list->len)
		return;
	gwt_buf_add_text(out, "| severity | rule | at | what | where |\n| --- | --- | --- | --- | --- |\n");
	for (const struct gwt_json *finding = list->child; finding && shown < SHOWN_FINDINGS;
	     finding = finding->next, shown++)
		add_row(out, finding);
	if (shown < list->len)
		gwt_buf_printf(out, "\n%zu more findings are in the JSON report.\n", list->len - shown);
	gwt_buf_add_char(out, '\n');
}

static void add_places(struct gwt_buf *out, const struct gwt_json *finding)
{
	struct gwt_arena arena = { 0 };
	const struct gwt_json *places = gwt_json_get(finding, "places");
	size_t shown = 0;

	gwt_buf_printf(out, "- %zu × ", places->len);
	gwt_markdown_add(out, gwt_drift_text(finding, "rule"));
	gwt_buf_add_char(out, ' ');
	gwt_markdown_add(out, gwt_drift_text(finding, "at"));
	for (const struct gwt_json *place = places->child; place && shown < SHOWN_PLACES;
	     place = place->next, shown++) {
		gwt_buf_add_text(out, shown ? ", " : ": ");
		gwt_markdown_add(out, gwt_drift_place(&arena, place));
	}
	if (shown < places->len)
		gwt_buf_printf(out, " and %zu more", places->len - shown);
	gwt_buf_add_char(out, '\n');
	gwt_arena_release(&arena);
}

static void add_details(struct gwt_buf *out, const struct gwt_json *list)
{
	size_t shown = 0;

	if (!list || !list->len)
		return;
	gwt_buf_add_text(out, "<details><summary>All places</summary>\n\n");
	for (const struct gwt_json *finding = list->child; finding && shown < SHOWN_FINDINGS;
	     finding = finding->next, shown++)
		add_places(out, finding);
	gwt_buf_add_text(out, "\n</details>\n\n");
}

static void add_unchecked(struct gwt_buf *out, const struct gwt_json *run)
{
	struct gwt_arena arena = { 0 };
	const struct gwt_json *groups = gwt_drift_reasons(&arena, run);

	if (groups->len)
		gwt_buf_add_text(out, "**Could not check:**\n\n");
	for (const struct gwt_json *group = groups->child; group; group = group->next) {
		const struct gwt_json *scenarios = gwt_json_get(group, "scenarios");

		gwt_buf_add_text(out, "- ");
		gwt_markdown_add(out, scenarios->child->text);
		if (scenarios->len > 1)
			gwt_buf_printf(out, " and %zu more", scenarios->len - 1);
		gwt_buf_add_text(out, ": ");
		gwt_markdown_add(out, gwt_drift_text(group, "reason"));
		gwt_buf_add_char(out, '\n');
	}
	if (groups->len)
		gwt_buf_add_char(out, '\n');
	gwt_arena_release(&arena);
}

void gwt_drift_report_markdown(struct gwt_buf *out, const struct gwt_drift_report *report)
{
	const struct gwt_json *findings = gwt_json_get(report->run, "findings"),
			      *accepted = gwt_json_get(report->run, "accepted");

	gwt_buf_add_text(out, "## gwtape drift: ");
	gwt_markdown_add(out, report->title);
	gwt_buf_add_text(out, "\n\n");
	gwt_drift_counts_add(out, report->run);
	gwt_buf_add_text(out, ".\n\n");
	add_table(out, findings);
	add_details(out, findings);
	if (accepted && accepted->len)
		gwt_buf_add_text(out, "**Accepted:**\n\n");
	add_table(out, accepted);
	add_unchecked(out, report->run);
}
