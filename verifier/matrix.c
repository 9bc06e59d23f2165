#include "verifier/matrix.h"

#include <inttypes.h>
#include <stdlib.h>

#include "lib/base/error.h"
#include "lib/base/map.h"
#include "lib/base/span.h"

static const char *const classes[] = {
	[GWT_MARK_BROKEN] = "broken",           [GWT_MARK_KNOWN] = "known",     [GWT_MARK_WAIVED] = "waived",
	[GWT_MARK_UNSUPPORTED] = "unsupported", [GWT_MARK_REFUSED] = "refused", [GWT_MARK_OK] = "ok",
	[GWT_MARK_UNKNOWN] = "unknown",
};

const char *gwt_mark_class(enum gwt_mark mark)
{
	return classes[mark];
}

static bool is_true(const struct gwt_json *row, const char *name)
{
	return gwt_json_is(gwt_json_get(row, name), GWT_JSON_TRUE);
}

enum gwt_mark gwt_mark_of_row(const struct gwt_json *row)
{
	struct gwt_span verdict = gwt_json_get_text(row, "verdict");

	if (is_true(row, "ok"))
		return GWT_MARK_OK;
	if (gwt_span_is(verdict, "LOCAL_REFUSAL"))
		return GWT_MARK_REFUSED;
	if (gwt_span_is(verdict, "UNSUPPORTED"))
		return GWT_MARK_UNSUPPORTED;
	if (gwt_json_get(row, "waiver"))
		return GWT_MARK_WAIVED;
	return is_true(row, "known") ? GWT_MARK_KNOWN : GWT_MARK_BROKEN;
}

struct maker {
	struct gwt_matrix *out;
	struct gwt_arena *arena;
	struct gwt_map lines, columns; /* by name: number + 1 */
};

static void add_clients(struct maker *maker)
{
	const struct gwt_json *list = gwt_json_get(maker->out->report, "clients");

	maker->out->clients = gwt_arena_array(maker->arena, const struct gwt_json *, list->len + 1);
	for (const struct gwt_json *each = list->child; each; each = each->next) {
		maker->out->clients[maker->out->client_count++] = each;
		gwt_map_put(&maker->columns, gwt_json_get_text(each, "client"),
			    (void *)(uintptr_t)maker->out->client_count);
	}
}

static void add_lines(struct maker *maker)
{
	const struct gwt_json *list = gwt_json_get(maker->out->report, "scenarios");

	maker->out->lines = gwt_arena_array(maker->arena, struct gwt_matrix_line, list->len + 1);
	for (const struct gwt_json *each = list->child; each; each = each->next) {
		struct gwt_matrix_line *line = &maker->out->lines[maker->out->len++];

		line->scenario = gwt_json_get_text(each, "scenario");
		line->group = gwt_json_get_text(each, "group");
		line->worst = GWT_MARK_UNKNOWN;
		line->cells =
			gwt_arena_array(maker->arena, struct gwt_matrix_cell, maker->out->client_count + 1);
		for (size_t i = 0; i < maker->out->client_count; i++)
			line->cells[i].mark = GWT_MARK_UNKNOWN;
		gwt_map_put(&maker->lines, line->scenario, (void *)(uintptr_t)maker->out->len);
	}
}

static void add_row(struct maker *maker, const struct gwt_json *row, size_t number)
{
	size_t line = (size_t)gwt_map_get(&maker->lines, gwt_json_get_text(row, "scenario"));
	size_t column = (size_t)gwt_map_get(&maker->columns, gwt_json_get_text(row, "client"));
	enum gwt_mark mark = gwt_mark_of_row(row);
	struct gwt_matrix_cell *cell;

	if (!line || !column)
		return;
	cell = &maker->out->lines[line - 1].cells[column - 1];
	if (!cell->row || mark < cell->mark)
		*cell = (struct gwt_matrix_cell){ mark, row, number };
	if (mark < maker->out->lines[line - 1].worst)
		maker->out->lines[line - 1].worst = mark;
}

static int compare_lines(const void *first, const void *second)
{
	const struct gwt_matrix_line *a = first, *b = second;
	int order = gwt_span_cmp(a->group, b->group);

	if (order)
		return order;
	if (a->worst != b->worst)
		return a->worst < b->worst ? -1 : 1;
	return gwt_span_cmp(a->scenario, b->scenario);
}

/* Groups in which something is broken come before the others. */
static void broken_groups_first(struct gwt_matrix *matrix, struct gwt_arena *arena)
{
	struct gwt_matrix_line *sorted = gwt_arena_array(arena, struct gwt_matrix_line, matrix->len + 1);
	size_t len = 0;

	for (int wanted = 1; wanted >= 0; wanted--)
		for (size_t i = 0, end; i < matrix->len; i = end) {
			bool broken = matrix->lines[i].worst <= GWT_MARK_KNOWN; /* of a group, the first */

			for (end = i; end < matrix->len &&
				      gwt_span_eq(matrix->lines[end].group, matrix->lines[i].group);)
				end++;
			if (broken != (wanted == 1))
				continue;
			gwt_copy(&sorted[len], &matrix->lines[i], (end - i) * sizeof(*sorted));
			len += end - i;
		}
	matrix->lines = sorted;
}

bool gwt_matrix_make(const struct gwt_json *report, struct gwt_arena *arena, struct gwt_matrix *out)
{
	const struct gwt_json *rows = gwt_json_get(report, "requests");
	struct maker maker = { .out = out, .arena = arena };
	size_t number = 0;

	*out = (struct gwt_matrix){ .report = report };
	if (!gwt_json_is(rows, GWT_JSON_ARRAY) ||
	    !gwt_json_is(gwt_json_get(report, "clients"), GWT_JSON_ARRAY) ||
	    !gwt_json_is(gwt_json_get(report, "scenarios"), GWT_JSON_ARRAY))
		return false;
	add_clients(&maker);
	add_lines(&maker);
	for (const struct gwt_json *row = rows->child; row; row = row->next)
		add_row(&maker, row, number++);
	gwt_map_release(&maker.lines);
	gwt_map_release(&maker.columns);
	if (out->len)
		qsort(out->lines, out->len, sizeof(*out->lines), compare_lines);
	broken_groups_first(out, arena);
	return true;
}

static void add_verdict(struct gwt_buf *out, const struct gwt_json *row)
{
	struct gwt_span reason = gwt_json_get_text(row, "reason");
	struct gwt_span signature = gwt_json_get_text(gwt_json_get(row, "signature"), "reason");

	gwt_buf_add(out, gwt_json_get_text(row, "verdict"));
	if (!reason.ptr)
		reason = signature;
	if (reason.ptr)
		gwt_buf_printf(out, " " GWT_SPAN_FMT, GWT_SPAN_ARG(reason));
}

void gwt_matrix_word_add(struct gwt_buf *out, const struct gwt_matrix_cell *cell)
{
	if (!cell->row)
		gwt_buf_add_text(out, "?");
	else if (cell->mark == GWT_MARK_BROKEN)
		add_verdict(out, cell->row);
	else
		gwt_buf_add_text(out, gwt_mark_class(cell->mark));
}

struct gwt_span gwt_matrix_client(const struct gwt_matrix *matrix, size_t client)
{
	return gwt_json_get_text(matrix->clients[client], "client");
}

static uint64_t number_of(const struct gwt_json *object, const char *name)
{
	uint64_t value = 0;

	gwt_json_to_u64(gwt_json_get(object, name), UINT64_MAX, &value);
	return value;
}

uint64_t gwt_matrix_count(const struct gwt_matrix *matrix, size_t client, const char *name)
{
	return number_of(matrix->clients[client], name);
}

void gwt_matrix_summary_add(struct gwt_buf *out, const struct gwt_matrix *matrix)
{
	static const struct {
		const char *name, *text;
		bool always;
	} counts[] = {
		{ "matched", "matched", true },
		{ "broken", "broken", true },
		{ "waived", "waived", false },
		{ "localRefusals", "refused by the client itself", false },
		{ "unsupported", "unsupported", false },
		{ "expiredWaivers", "with an expired waiver", false },
	};
	const struct gwt_json *summary = gwt_json_get(matrix->report, "summary");

	gwt_buf_printf(out, "%zu client%s, %zu scenario%s: %" PRIu64 " calls", matrix->client_count,
		       matrix->client_count == 1 ? "" : "s", matrix->len, matrix->len == 1 ? "" : "s",
		       number_of(summary, "requests"));
	for (size_t i = 0; i < GWT_LEN(counts); i++)
		if (counts[i].always || number_of(summary, counts[i].name))
			gwt_buf_printf(out, ", %" PRIu64 " %s", number_of(summary, counts[i].name),
				       counts[i].text);
}
