/* The matrix as one self-contained page: the table, each difference, each raw request. */
#include <inttypes.h>

#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/report/html.h"
#include "lib/report/html_text.h"
#include "lib/json/json.h"
#include "lib/json/write.h"
#include "lib/report/web/web.h"
#include "verifier/matrix.h"
#include "verifier/writers.h"

static void add_element(struct gwt_buf *out, const char *name, struct gwt_span text)
{
	gwt_buf_printf(out, "<%s>", name);
	gwt_html_add(out, text);
	gwt_buf_printf(out, "</%s>", name);
}

static const struct {
	const char *name, *title;
} counts[] = {
	{ "cells", "calls" },   { "matched", "matched" },       { "broken", "broken" },
	{ "waived", "waived" }, { "localRefusals", "refused" }, { "unsupported", "unsupported" },
};

static void add_client(struct gwt_buf *out, const struct gwt_matrix *matrix, size_t i)
{
	const struct gwt_json *client = matrix->clients[i];
	struct gwt_span state = gwt_json_get_text(client, "state"),
			version = gwt_json_get_text(client, "version");

	gwt_buf_add_text(out, "<tr>");
	add_element(out, "th", gwt_matrix_client(matrix, i));
	add_element(out, "td", gwt_span_is(state, "ok") && version.ptr ? version : state);
	for (size_t j = 0; j < GWT_LEN(counts); j++)
		if (gwt_span_is(state, "ok"))
			gwt_buf_printf(out, "<td class=\"number\">%" PRIu64 "</td>",
				       gwt_matrix_count(matrix, i, counts[j].name));
		else
			gwt_buf_add_text(out, "<td class=\"number unknown\">?</td>");
	gwt_buf_add_text(out, "</tr>\n");
}

static void add_clients(struct gwt_buf *out, const struct gwt_matrix *matrix)
{
	gwt_buf_add_text(out, "<section class=\"matrix\"><h2>Clients</h2>\n<table><thead><tr><th>client</th>"
			      "<th>version</th>");
	for (size_t j = 0; j < GWT_LEN(counts); j++)
		gwt_buf_printf(out, "<th class=\"number\">%s</th>", counts[j].title);
	gwt_buf_add_text(out, "</tr></thead><tbody>\n");
	for (size_t i = 0; i < matrix->client_count; i++)
		add_client(out, matrix, i);
	gwt_buf_add_text(out, "</tbody></table></section>\n");
}

/* The choice works without a script (page.css). */
static void add_filter(struct gwt_buf *out)
{
	static const char *const words[] = { "all", "broken", "waived", "refused", "unsupported", "unknown" };

	gwt_buf_add_text(out, "<div class=\"tools\">\n<fieldset><legend class=\"away\">Show</legend>\n");
	for (size_t i = 0; i < GWT_LEN(words); i++)
		gwt_buf_printf(out,
			       "<input type=\"radio\" name=\"show\" id=\"show-%s\" value=\"%s\"%s><label "
			       "for=\"show-%s\">%s</label>\n",
			       words[i], words[i], i ? "" : " checked", words[i], words[i]);
	gwt_buf_add_text(out, "</fieldset>\n</div>\n");
}

static void add_cell(struct gwt_buf *out, const struct gwt_matrix_cell *cell)
{
	gwt_auto(gwt_buf_release) struct gwt_buf word = { .max = SIZE_MAX };
	bool linked = cell->row && cell->mark != GWT_MARK_OK;

	gwt_matrix_word_add(&word, cell);
	gwt_buf_printf(out, "<td class=\"%s\">", gwt_mark_class(cell->mark));
	if (linked)
		gwt_buf_printf(out, "<a href=\"#r%zu\">", cell->number + 1);
	gwt_html_add(out, gwt_buf_span(&word));
	gwt_buf_add_text(out, linked ? "</a></td>" : "</td>");
}

static bool has_mark(const struct gwt_matrix_line *line, size_t clients, enum gwt_mark mark)
{
	for (size_t i = 0; i < clients; i++)
		if (line->cells[i].mark == mark)
			return true;
	return false;
}

static void add_line(struct gwt_buf *out, const struct gwt_matrix *matrix, const struct gwt_matrix_line *line)
{
	gwt_buf_add_text(out, "<tr class=\"scenario");
	for (int mark = GWT_MARK_BROKEN; mark <= GWT_MARK_UNKNOWN; mark++)
		if (has_mark(line, matrix->client_count, (enum gwt_mark)mark))
			gwt_buf_printf(out, " has-%s", gwt_mark_class((enum gwt_mark)mark));
	gwt_buf_add_text(out, "\">");
	add_element(out, "th", line->scenario);
	for (size_t i = 0; i < matrix->client_count; i++)
		add_cell(out, &line->cells[i]);
	gwt_buf_add_text(out, "</tr>\n");
}

/* A group is a <tbody>, so that a filter that hides all its rows hides the group, too. */
static void begin_group(struct gwt_buf *out, const struct gwt_matrix *matrix, struct gwt_span group,
			bool first)
{
	gwt_buf_printf(out,
		       "%s<tbody class=\"group\"><tr class=\"group\"><th colspan=\"%zu\" scope=\"rowgroup\">",
		       first ? "" : "</tbody>\n", matrix->client_count + 1);
	gwt_html_add(out, group);
	gwt_buf_add_text(out, "</th></tr>\n");
}

static void add_heads(struct gwt_buf *out, const struct gwt_matrix *matrix)
{
	gwt_buf_add_text(out, "<thead><tr><th>scenario</th>");
	for (size_t i = 0; i < matrix->client_count; i++)
		add_element(out, "th", gwt_matrix_client(matrix, i));
	gwt_buf_add_text(out, "</tr></thead>\n");
}

static void add_table(struct gwt_buf *out, const struct gwt_matrix *matrix)
{
	struct gwt_span group = { NULL, 0 };

	gwt_buf_add_text(out, "<section class=\"matrix grid\"><h2>Scenarios</h2>\n<table>");
	add_heads(out, matrix);
	for (size_t i = 0; i < matrix->len; i++) {
		if (i == 0 || !gwt_span_eq(group, matrix->lines[i].group))
			begin_group(out, matrix, group = matrix->lines[i].group, i == 0);
		add_line(out, matrix, &matrix->lines[i]);
	}
	gwt_buf_printf(out, "%s</table></section>\n", matrix->len ? "</tbody>" : "");
}

/* What a cell links to. */
static void add_rows(struct gwt_buf *out, const struct gwt_matrix *matrix)
{
	const struct gwt_json *rows = gwt_json_get(matrix->report, "requests");
	uint64_t number = 0;

	gwt_buf_add_text(out, "<section><h2>Calls that are not as recorded</h2>\n<div id=\"list\">\n");
	for (const struct gwt_json *row = rows->child; row; row = row->next) {
		number++;
		if (gwt_mark_of_row(row) != GWT_MARK_OK)
			gwt_html_row_add(out, row, number, false);
	}
	gwt_buf_add_text(out, "</div>\n</section>\n");
}

/* The level at which two clients agree; unknown is not "no". */
static void add_agreement(struct gwt_buf *out, const struct gwt_json *pairs, struct gwt_span a,
			  struct gwt_span b)
{
	for (const struct gwt_json *pair = pairs->child; pair; pair = pair->next) {
		struct gwt_span first = gwt_json_get_text(pair, "a"), second = gwt_json_get_text(pair, "b"),
				level = gwt_json_get_text(pair, "level");
		uint64_t compared = 0;

		if (!(gwt_span_eq(a, first) && gwt_span_eq(b, second)) &&
		    !(gwt_span_eq(a, second) && gwt_span_eq(b, first)))
			continue;
		gwt_json_to_u64(gwt_json_get(pair, "compared"), UINT64_MAX, &compared);
		add_element(out, "td", level.ptr ? level : compared ? GWT_SPAN("no") : GWT_SPAN("?"));
		return;
	}
	gwt_buf_add_text(out, "<td></td>");
}

static void add_pairs(struct gwt_buf *out, const struct gwt_matrix *matrix)
{
	const struct gwt_json *pairs = gwt_json_get(matrix->report, "pairs");

	if (!pairs || matrix->client_count < 2)
		return;
	gwt_buf_add_text(out,
			 "<section class=\"matrix\"><h2>Agreement of clients</h2>\n<table><tbody><tr><th>"
			 "</th>");
	for (size_t i = 0; i < matrix->client_count; i++)
		add_element(out, "th", gwt_matrix_client(matrix, i));
	gwt_buf_add_text(out, "</tr>\n");
	for (size_t i = 0; i < matrix->client_count; i++) {
		gwt_buf_add_text(out, "<tr>");
		add_element(out, "th", gwt_matrix_client(matrix, i));
		for (size_t j = 0; j < matrix->client_count; j++)
			add_agreement(out, pairs, gwt_matrix_client(matrix, i), gwt_matrix_client(matrix, j));
		gwt_buf_add_text(out, "</tr>\n");
	}
	gwt_buf_add_text(out, "</tbody></table></section>\n");
}

/* The report's `retries` or `evolution` as a table, members as columns. */
static void add_trials(struct gwt_buf *out, const struct gwt_json *list, const char *title)
{
	if (!list || !list->child)
		return;
	gwt_buf_printf(out, "<section class=\"matrix\"><h2>%s</h2>\n<table><thead><tr>", title);
	for (const struct gwt_json *member = list->child->child; member; member = member->next)
		add_element(out, "th", member->name);
	gwt_buf_add_text(out, "</tr></thead><tbody>\n");
	for (const struct gwt_json *row = list->child; row; row = row->next) {
		gwt_buf_add_text(out, "<tr>");
		for (const struct gwt_json *member = row->child; member; member = member->next) {
			gwt_auto(gwt_buf_release) struct gwt_buf text = { .max = SIZE_MAX };

			if (member->type == GWT_JSON_STRING)
				gwt_buf_add(&text, member->text);
			else if (member->type != GWT_JSON_NULL)
				gwt_json_write(&text, member, GWT_JSON_SPACED);
			add_element(out, "td", gwt_buf_span(&text));
		}
		gwt_buf_add_text(out, "</tr>\n");
	}
	gwt_buf_add_text(out, "</tbody></table></section>\n");
}

void gwt_matrix_html(struct gwt_buf *out, const struct gwt_matrix *matrix)
{
	gwt_auto(gwt_buf_release) struct gwt_buf body = { .max = SIZE_MAX }, title = { .max = SIZE_MAX };
	struct gwt_web_page page = { .scripts = { "report.js" } };
	uint64_t code = 0;

	gwt_json_to_u64(gwt_json_get(matrix->report, "exit"), UINT64_MAX, &code);
	gwt_matrix_summary_add(&title, matrix);
	gwt_buf_printf(&body,
		       "<header>\n<p class=\"brand\">gwtape <span>verify report</span></p>\n<h1 class=\"%s\">"
		       "<span class=\"mark\">%s</span> ",
		       code ? "fail" : "ok", code ? "FAIL" : "ok");
	gwt_html_add(&body, gwt_buf_span(&title));
	gwt_buf_add_text(&body, "</h1>\n</header>\n<main id=\"main\" tabindex=\"-1\">\n");
	add_clients(&body, matrix);
	add_filter(&body);
	add_table(&body, matrix);
	add_pairs(&body, matrix);
	add_trials(&body, gwt_json_get(matrix->report, "retries"), "What clients do when the service fails");
	add_trials(&body, gwt_json_get(matrix->report, "evolution"),
		   "What clients make of answers that evolve");
	add_rows(&body, matrix);
	gwt_buf_add_text(&body, "</main>\n<footer>Made by gwtape " GWT_VERSION
				". This page is self-contained: it loads nothing.</footer>\n");
	page.title = gwt_buf_span(&title);
	page.body = gwt_buf_span(&body);
	gwt_web_page_add(out, &page);
}
