/* The matrix for a terminal, and as Markdown. */
#include <inttypes.h>

#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/json/json.h"
#include "verifier/matrix.h"
#include "verifier/writers.h"

enum { WORD_WIDTH = 18, MAX_NAME = 44, MAX_LINE = 200 };

static const struct {
	const char *name, *title;
} counts[] = {
	{ "cells", "calls" },   { "matched", "matched" },       { "broken", "broken" },
	{ "waived", "waived" }, { "localRefusals", "refused" }, { "unsupported", "unsupported" },
};

static size_t widest(const struct gwt_matrix *matrix)
{
	size_t width = 8;

	for (size_t i = 0; i < matrix->client_count; i++)
		if (gwt_matrix_client(matrix, i).len > width)
			width = gwt_matrix_client(matrix, i).len;
	return width < MAX_NAME ? width : MAX_NAME;
}

static void add_padded(struct gwt_buf *out, struct gwt_span text, size_t width)
{
	gwt_buf_add(out, text);
	for (size_t i = text.len; i < width; i++)
		gwt_buf_add_char(out, ' ');
}

/* The strongest level at which all that was sent agrees with the recording. */
static const char *level_of(const struct gwt_json *client)
{
	static const char *const weakest_first[] = { "effect", "contract", "signed", "wire" };
	const struct gwt_json *levels = gwt_json_get(client, "level");

	for (size_t i = 0; i < GWT_LEN(weakest_first); i++) {
		uint64_t count = 0;

		if (gwt_json_to_u64(gwt_json_get(levels, weakest_first[i]), UINT64_MAX, &count) && count)
			return weakest_first[i];
	}
	return "-";
}

static bool is_tested(const struct gwt_json *client)
{
	return gwt_span_is(gwt_json_get_text(client, "state"), "ok");
}

static void text_client(struct gwt_buf *out, const struct gwt_matrix *matrix, size_t i, size_t width)
{
	const struct gwt_json *client = matrix->clients[i];
	struct gwt_span version = gwt_json_get_text(client, "version"),
			install = gwt_json_get_text(client, "install");

	add_padded(out, gwt_matrix_client(matrix, i), width + 2);
	if (!is_tested(client)) {
		gwt_buf_printf(out, "%.*s", GWT_SPAN_ARG(gwt_json_get_text(client, "state")));
		if (install.ptr)
			gwt_buf_printf(out, ": %.*s", GWT_SPAN_ARG(install));
		gwt_buf_add_char(out, '\n');
		return;
	}
	for (size_t j = 0; j < GWT_LEN(counts); j++)
		gwt_buf_printf(out, "%*" PRIu64, (int)strlen(counts[j].title) + 2,
			       gwt_matrix_count(matrix, i, counts[j].name));
	gwt_buf_printf(out, "  %-8s  " GWT_SPAN_FMT "\n", level_of(client), GWT_SPAN_ARG(version));
}

static void text_clients(struct gwt_buf *out, const struct gwt_matrix *matrix)
{
	size_t width = widest(matrix);

	add_padded(out, GWT_SPAN("client"), width + 2);
	for (size_t j = 0; j < GWT_LEN(counts); j++)
		gwt_buf_printf(out, "  %s", counts[j].title);
	gwt_buf_add_text(out, "  level     version\n");
	for (size_t i = 0; i < matrix->client_count; i++)
		text_client(out, matrix, i, width);
}

static void text_head(struct gwt_buf *out, const struct gwt_matrix *matrix, size_t width)
{
	gwt_buf_add_char(out, '\n');
	add_padded(out, GWT_SPAN("scenario"), width);
	for (size_t i = 0; i < matrix->client_count; i++) {
		gwt_buf_add_text(out, "  ");
		add_padded(out, gwt_matrix_client(matrix, i), WORD_WIDTH);
	}
	gwt_buf_add_char(out, '\n');
}

static void text_line(struct gwt_buf *out, const struct gwt_matrix *matrix,
		      const struct gwt_matrix_line *line, size_t width)
{
	add_padded(out, line->scenario, width);
	for (size_t i = 0; i < matrix->client_count; i++) {
		gwt_auto(gwt_buf_release) struct gwt_buf word = { .max = SIZE_MAX };

		gwt_matrix_word_add(&word, &line->cells[i]);
		gwt_buf_add_text(out, "  ");
		add_padded(out, gwt_buf_span(&word), WORD_WIDTH);
	}
	while (out->len && out->ptr[out->len - 1] == ' ')
		out->len--;
	gwt_buf_add_char(out, '\n');
}

/* Only lines with a fault in them. */
static void text_lines(struct gwt_buf *out, const struct gwt_matrix *matrix)
{
	size_t width = 8, shown = 0;

	for (size_t i = 0; i < matrix->len; i++)
		if (matrix->lines[i].worst <= GWT_MARK_WAIVED && matrix->lines[i].scenario.len > width)
			width = matrix->lines[i].scenario.len;
	for (size_t i = 0; i < matrix->len; i++) {
		if (matrix->lines[i].worst > GWT_MARK_WAIVED)
			continue;
		if (shown++ == 0)
			text_head(out, matrix, width);
		text_line(out, matrix, &matrix->lines[i], width);
	}
}

static void text_difference(struct gwt_buf *out, const struct gwt_json *row)
{
	struct gwt_span text = gwt_json_get_text(row, "text"), note = gwt_json_get_text(row, "note");
	size_t lines = 0;

	gwt_buf_printf(out, "FAIL " GWT_SPAN_FMT " " GWT_SPAN_FMT "#" GWT_SPAN_FMT ": " GWT_SPAN_FMT,
		       GWT_SPAN_ARG(gwt_json_get_text(row, "client")),
		       GWT_SPAN_ARG(gwt_json_get_text(row, "scenario")),
		       GWT_SPAN_ARG(gwt_json_get_text(row, "interaction")),
		       GWT_SPAN_ARG(gwt_json_get_text(row, "verdict")));
	if (gwt_json_get_text(row, "reason").ptr)
		gwt_buf_printf(out, " (" GWT_SPAN_FMT ")", GWT_SPAN_ARG(gwt_json_get_text(row, "reason")));
	gwt_buf_add_char(out, '\n');
	while (text.ptr && lines < 3) {
		struct gwt_span line = gwt_span_cut(&text, '\n');

		if (gwt_span_starts(line, GWT_SPAN("gwtape: ")) || !line.len)
			continue; /* it would repeat the line above */
		gwt_buf_printf(out, "  " GWT_SPAN_FMT "%s\n", GWT_SPAN_ARG(gwt_span_slice(line, 0, MAX_LINE)),
			       line.len > MAX_LINE ? "…" : "");
		lines++;
	}
	if (note.ptr && lines == 0)
		gwt_buf_printf(out, "  " GWT_SPAN_FMT "\n", GWT_SPAN_ARG(note));
}

static void text_failures(struct gwt_buf *out, const struct gwt_matrix *matrix)
{
	const struct gwt_json *rows = gwt_json_get(matrix->report, "requests");
	size_t shown = 0, left = 0;

	for (const struct gwt_json *row = rows->child; row; row = row->next) {
		if (gwt_mark_of_row(row) != GWT_MARK_BROKEN)
			continue;
		if (shown++ == 0)
			gwt_buf_add_char(out, '\n');
		if (shown <= 20)
			text_difference(out, row);
		else
			left++;
	}
	if (left)
		gwt_buf_printf(out, "… and %zu more (--report html:FILE shows all)\n", left);
}

void gwt_matrix_text(struct gwt_buf *out, const struct gwt_matrix *matrix)
{
	text_clients(out, matrix);
	text_lines(out, matrix);
	text_failures(out, matrix);
	gwt_buf_add_char(out, '\n');
	gwt_matrix_summary_add(out, matrix);
	gwt_buf_add_char(out, '\n');
}

/* A bar would begin a cell, and a line feed a row. */
static void add_markdown(struct gwt_buf *out, struct gwt_span text)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];

		if (memchr("|`*_<>[]\\", c, 9))
			gwt_buf_add_char(out, '\\');
		gwt_buf_add_char(out, (unsigned char)c < ' ' ? ' ' : c);
	}
}

static void markdown_clients(struct gwt_buf *out, const struct gwt_matrix *matrix)
{
	gwt_buf_add_text(out,
			 "| client | version | calls | matched | broken | waived | refused | unsupported | "
			 "level |\n| --- | --- | --: | --: | --: | --: | --: | --: | --- |\n");
	for (size_t i = 0; i < matrix->client_count; i++) {
		const struct gwt_json *client = matrix->clients[i];

		gwt_buf_add_text(out, "| ");
		add_markdown(out, gwt_matrix_client(matrix, i));
		gwt_buf_add_text(out, " | ");
		add_markdown(out, is_tested(client) ? gwt_json_get_text(client, "version")
						    : gwt_json_get_text(client, "state"));
		for (size_t j = 0; j < GWT_LEN(counts); j++)
			if (is_tested(client))
				gwt_buf_printf(out, " | %" PRIu64,
					       gwt_matrix_count(matrix, i, counts[j].name));
			else
				gwt_buf_add_text(out, " | ?");
		gwt_buf_printf(out, " | %s |\n", is_tested(client) ? level_of(client) : "?");
	}
}

static void markdown_line(struct gwt_buf *out, const struct gwt_matrix *matrix,
			  const struct gwt_matrix_line *line)
{
	gwt_buf_add_text(out, "| ");
	add_markdown(out, line->scenario);
	for (size_t i = 0; i < matrix->client_count; i++) {
		gwt_auto(gwt_buf_release) struct gwt_buf word = { .max = SIZE_MAX };

		gwt_matrix_word_add(&word, &line->cells[i]);
		gwt_buf_add_text(out, " | ");
		add_markdown(out, gwt_buf_span(&word));
	}
	gwt_buf_add_text(out, " |\n");
}

void gwt_matrix_markdown(struct gwt_buf *out, const struct gwt_matrix *matrix)
{
	struct gwt_span group = { NULL, 0 };

	gwt_buf_add_text(out, "# Clients and scenarios\n\n");
	gwt_matrix_summary_add(out, matrix);
	gwt_buf_add_text(out, ".\n\n");
	markdown_clients(out, matrix);
	for (size_t i = 0; i < matrix->len; i++) {
		if (!group.ptr || !gwt_span_eq(group, matrix->lines[i].group)) {
			group = matrix->lines[i].group;
			gwt_buf_add_text(out, "\n## ");
			add_markdown(out, group);
			gwt_buf_add_text(out, "\n\n| scenario");
			for (size_t j = 0; j < matrix->client_count; j++) {
				gwt_buf_add_text(out, " | ");
				add_markdown(out, gwt_matrix_client(matrix, j));
			}
			gwt_buf_add_text(out, " |\n| ---");
			for (size_t j = 0; j < matrix->client_count; j++)
				gwt_buf_add_text(out, " | ---");
			gwt_buf_add_text(out, " |\n");
		}
		markdown_line(out, matrix, &matrix->lines[i]);
	}
}
