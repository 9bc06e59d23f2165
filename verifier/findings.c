/* What each client's maintainers need to know, ready to be pasted into an issue. */
#include <inttypes.h>

#include "lib/base/buf.h"
#include "lib/base/span.h"
#include "lib/json/json.h"
#include "lib/json/write.h"
#include "verifier/matrix.h"
#include "verifier/writers.h"

/* Two rows are one finding when they deviate in the same way. */
static void add_kind(struct gwt_buf *out, const struct gwt_json *row)
{
	const struct gwt_json *first = gwt_json_at(gwt_json_get(row, "differences"), 0);
	struct gwt_span reason = gwt_json_get_text(row, "reason"),
			signature = gwt_json_get_text(gwt_json_get(row, "signature"), "reason"),
			at = gwt_json_get_text(first, "at");

	gwt_buf_add(out, gwt_json_get_text(row, "verdict"));
	if (reason.ptr || signature.ptr)
		gwt_buf_printf(out, " (" GWT_SPAN_FMT ")", GWT_SPAN_ARG(reason.ptr ? reason : signature));
	if (at.len)
		gwt_buf_printf(out, " at `" GWT_SPAN_FMT "`", GWT_SPAN_ARG(at));
}

static bool is_finding(const struct gwt_json *row, struct gwt_span client)
{
	enum gwt_mark mark = gwt_mark_of_row(row);

	return mark <= GWT_MARK_WAIVED && gwt_span_eq(gwt_json_get_text(row, "client"), client);
}

static bool same_kind(const struct gwt_json *a, const struct gwt_json *b)
{
	gwt_auto(gwt_buf_release) struct gwt_buf first = { .max = SIZE_MAX }, second = { .max = SIZE_MAX };

	add_kind(&first, a);
	add_kind(&second, b);
	return gwt_span_eq(gwt_buf_span(&first), gwt_buf_span(&second));
}

/* A fence longer than any in the text, so that the text cannot end it. */
static void add_block(struct gwt_buf *out, const char *title, struct gwt_span text)
{
	struct gwt_span rest = text;

	gwt_buf_printf(out, "%s\n\n", title);
	while (rest.ptr) {
		struct gwt_span line = gwt_span_cut(&rest, '\n');

		while (line.len && line.ptr[line.len - 1] == '\r')
			line.len--;
		if (line.len > 400)
			gwt_buf_printf(out, "    %.*s… (%zu bytes)\n", 400, line.ptr, line.len);
		else
			gwt_buf_printf(out, "    " GWT_SPAN_FMT "\n", GWT_SPAN_ARG(line));
	}
	gwt_buf_add_char(out, '\n');
}

static void add_value(struct gwt_buf *out, const char *title, const struct gwt_json *value)
{
	gwt_auto(gwt_buf_release) struct gwt_buf text = { .max = SIZE_MAX };

	if (value)
		gwt_json_write(&text, value, GWT_JSON_SPACED);
	else
		gwt_buf_add_text(&text, "(absent)");
	add_block(out, title, gwt_buf_span(&text));
}

static void add_sides(struct gwt_buf *out, const struct gwt_json *row)
{
	const struct gwt_json *first = gwt_json_at(gwt_json_get(row, "differences"), 0);
	struct gwt_span detail = gwt_json_get_text(gwt_json_get(row, "signature"), "detail"),
			note = gwt_json_get_text(row, "note");

	if (first) {
		add_value(out, "Expected:", gwt_json_get(first, "expected"));
		add_value(out, "Got:", gwt_json_get(first, "got"));
	} else if (detail.ptr) {
		add_block(out, "Expected: a signature that AWS accepts. Got:", detail);
		add_block(out, "Canonical request that AWS would sign:",
			  gwt_json_get_text(gwt_json_get(row, "signature"), "expectedCanonicalRequest"));
	} else if (note.ptr) {
		add_block(out, "Expected: one request, as recorded. Got:", note);
	}
}

static void add_reproduction(struct gwt_buf *out, const struct gwt_json *row)
{
	gwt_buf_printf(out,
		       "Reproduce:\n\n    sh clients/install.sh " GWT_SPAN_FMT "\n    gwtape verify --client "
		       "" GWT_SPAN_FMT " --scenario " GWT_SPAN_FMT "\n\n",
		       GWT_SPAN_ARG(gwt_json_get_text(row, "client")),
		       GWT_SPAN_ARG(gwt_json_get_text(row, "client")),
		       GWT_SPAN_ARG(gwt_json_get_text(row, "scenario")));
}

static void add_places(struct gwt_buf *out, const struct gwt_json *from, struct gwt_span client)
{
	size_t count = 0, shown = 0;

	for (const struct gwt_json *row = from; row; row = row->next)
		count += is_finding(row, client) && same_kind(row, from);
	gwt_buf_printf(out, "%zu call%s:", count, count == 1 ? "" : "s");
	for (const struct gwt_json *row = from; row && shown < 8; row = row->next)
		if (is_finding(row, client) && same_kind(row, from))
			gwt_buf_printf(out, "%s `" GWT_SPAN_FMT "#" GWT_SPAN_FMT "`", shown++ ? "," : "",
				       GWT_SPAN_ARG(gwt_json_get_text(row, "scenario")),
				       GWT_SPAN_ARG(gwt_json_get_text(row, "interaction")));
	gwt_buf_add_text(out, count > shown ? ", …\n\n" : "\n\n");
}

static void add_finding(struct gwt_buf *out, const struct gwt_json *row, struct gwt_span client)
{
	struct gwt_span known = gwt_json_get_text(gwt_json_get(row, "waiver"), "reason");

	gwt_buf_add_text(out, "### ");
	add_kind(out, row);
	gwt_buf_add_text(out, "\n\n");
	if (known.ptr)
		gwt_buf_printf(out, "Known: " GWT_SPAN_FMT ".\n\n", GWT_SPAN_ARG(known));
	add_places(out, row, client);
	add_value(out, "Input:", gwt_json_get(row, "input"));
	add_sides(out, row);
	add_reproduction(out, row);
}

static bool was_told(const struct gwt_json *first, const struct gwt_json *row, struct gwt_span client)
{
	for (; first != row; first = first->next)
		if (is_finding(first, client) && same_kind(first, row))
			return true;
	return false;
}

static void add_client(struct gwt_buf *out, const struct gwt_matrix *matrix, size_t i)
{
	const struct gwt_json *first = gwt_json_get(matrix->report, "requests")->child;
	struct gwt_span client = gwt_matrix_client(matrix, i),
			version = gwt_json_get_text(matrix->clients[i], "version");
	size_t findings = 0;

	gwt_buf_printf(out,
		       "## " GWT_SPAN_FMT "\n\n" GWT_SPAN_FMT "%s%" PRIu64 " calls, %" PRIu64
		       " as recorded, %" PRIu64 " refused by the client itself, %" PRIu64
		       " that its driver does not have.\n\n",
		       GWT_SPAN_ARG(client), GWT_SPAN_ARG(version), version.len ? ": " : "",
		       gwt_matrix_count(matrix, i, "cells"), gwt_matrix_count(matrix, i, "matched"),
		       gwt_matrix_count(matrix, i, "localRefusals"),
		       gwt_matrix_count(matrix, i, "unsupported"));
	for (const struct gwt_json *row = first; row; row = row->next) {
		if (!is_finding(row, client) || was_told(first, row, client))
			continue;
		add_finding(out, row, client);
		findings++;
	}
	if (!findings)
		gwt_buf_add_text(out, "Nothing to report: every request it made is as recorded.\n\n");
}

void gwt_matrix_findings(struct gwt_buf *out, const struct gwt_matrix *matrix)
{
	gwt_buf_add_text(out,
			 "# What clients send that AWS does not expect\n\n"
			 "Generated by `gwtape verify --report findings:FILE`. Each finding is ready for "
			 "an issue: input, expected,\ngot, and how to see it in two commands.\n\n");
	for (size_t i = 0; i < matrix->client_count; i++)
		if (gwt_span_is(gwt_json_get_text(matrix->clients[i], "state"), "ok"))
			add_client(out, matrix, i);
	while (out->len > 1 && out->ptr[out->len - 1] == '\n' && out->ptr[out->len - 2] == '\n')
		out->len--;
}
