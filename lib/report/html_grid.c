#include "lib/report/html_grid.h"

#include <inttypes.h>

#include "lib/report/html_text.h"

static uint64_t number(const struct gwt_json *value)
{
	uint64_t number = 0;

	gwt_json_to_u64(value, UINT64_MAX, &number);
	return number;
}

static bool is_empty(const struct gwt_json *grid)
{
	uint64_t calls = 0;

	for (size_t i = 0; i < gwt_json_get(grid, "types")->len; i++)
		calls += number(gwt_json_at(gwt_json_get(grid, "matched"), i)) +
			 number(gwt_json_at(gwt_json_get(grid, "broken"), i));
	return calls == 0;
}

static void add_heads(struct gwt_buf *out, const struct gwt_json *types)
{
	gwt_buf_add_text(out, "<thead><tr><th scope=\"col\">option</th>");
	for (const struct gwt_json *type = types->child; type; type = type->next) {
		gwt_buf_add_text(out, "<th scope=\"col\">");
		gwt_html_add(out, type->text);
		gwt_buf_add_text(out, "</th>");
	}
	gwt_buf_add_text(out, "</tr></thead>\n");
}

/* How many calls of each type there were: a breach outside all options is seen only here. */
static void add_calls(struct gwt_buf *out, const struct gwt_json *grid)
{
	gwt_buf_add_text(out, "<tbody><tr class=\"calls\"><th scope=\"row\">calls</th>");
	for (size_t i = 0; i < gwt_json_get(grid, "types")->len; i++) {
		uint64_t matched = number(gwt_json_at(gwt_json_get(grid, "matched"), i)),
			 broken = number(gwt_json_at(gwt_json_get(grid, "broken"), i));

		if (broken)
			gwt_buf_printf(out, "<td class=\"broken\">%" PRIu64 ", %" PRIu64 " broken</td>",
				       matched + broken, broken);
		else if (matched)
			gwt_buf_printf(out, "<td>%" PRIu64 "</td>", matched);
		else
			gwt_buf_add_text(out, "<td class=\"never\">none</td>");
	}
	gwt_buf_add_text(out, "</tr>\n");
}

static void add_cell(struct gwt_buf *out, const struct gwt_json *cell, uint64_t classes)
{
	uint64_t sent = number(gwt_json_get(cell, "sent")), values = number(gwt_json_get(cell, "values"));

	if (gwt_json_is(gwt_json_get(cell, "broken"), GWT_JSON_TRUE))
		gwt_buf_add_text(out, "<td class=\"broken\">broken</td>");
	else if (sent == 0)
		gwt_buf_add_text(out, "<td class=\"never\"><span class=\"away\">never sent</span></td>");
	else if (sent >= classes)
		gwt_buf_printf(out, "<td class=\"covered\">all %" PRIu64 "</td>", classes);
	else if (values == 0)
		gwt_buf_add_text(out, "<td class=\"never\">left out</td>");
	else
		gwt_buf_printf(out, "<td class=\"sent\">%" PRIu64 " of %" PRIu64 "</td>", sent, classes);
}

static void add_option(struct gwt_buf *out, const struct gwt_json *option)
{
	uint64_t classes = number(gwt_json_get(option, "classes"));

	gwt_buf_add_text(out, "<tr><th scope=\"row\">");
	gwt_html_add(out, gwt_json_get_text(option, "option"));
	gwt_buf_add_text(out, "</th>");
	for (const struct gwt_json *cell = gwt_json_get(option, "cells")->child; cell; cell = cell->next)
		add_cell(out, cell, classes);
	gwt_buf_add_text(out, "</tr>\n");
}

void gwt_html_grid_add(struct gwt_buf *out, const struct gwt_json *grid)
{
	if (!grid || is_empty(grid))
		return;
	gwt_buf_add_text(
		out,
		"<section class=\"coverage\" aria-labelledby=\"coverage\"><h2 id=\"coverage\">What was "
		"sent of PutIntegration</h2>\n<p>Of the kinds of values that an option can have, how many "
		"matched, for each type. <strong>broken</strong>: a difference at this option broke a call; "
		"<strong>left out</strong>: only calls without the option matched.</p>\n"
		"<div class=\"matrix\" tabindex=\"0\" role=\"region\" aria-labelledby=\"coverage\"><table>");
	add_heads(out, gwt_json_get(grid, "types"));
	add_calls(out, grid);
	for (const struct gwt_json *option = gwt_json_get(grid, "options")->child; option;
	     option = option->next)
		add_option(out, option);
	gwt_buf_add_text(out, "</tbody></table></div></section>\n");
}
