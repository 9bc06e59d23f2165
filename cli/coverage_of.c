#include "cli/coverage_of.h"

#include "lib/base/arena.h"
#include "lib/base/error.h"
#include "lib/base/file.h"
#include "lib/base/map.h"
#include "lib/base/span.h"
#include "lib/json/json.h"

enum { MAX_REPORT_BYTES = 512 * 1024 * 1024 };

static bool is_row(const struct gwt_json *row)
{
	const struct gwt_json *ok = gwt_json_get(row, "ok");

	return gwt_json_is(ok, GWT_JSON_TRUE) || gwt_json_is(ok, GWT_JSON_FALSE);
}

gwt_status gwt_coverage_report_read(struct gwt_arena *arena, const char *path, const struct gwt_json **rows,
				    struct gwt_error *err)
{
	struct gwt_json *json;
	struct gwt_span text;
	gwt_status status = gwt_file_read_any(arena, path, MAX_REPORT_BYTES, &text, err);

	if (status == GWT_OK)
		status = gwt_json_parse_file(arena, path, text, &json, err);
	if (status != GWT_OK)
		return status;
	*rows = gwt_json_get(json, "requests");
	if (!gwt_json_is(*rows, GWT_JSON_ARRAY))
		return gwt_fail(err, GWT_EPARSE, "'%s' is not a report: it has no list 'requests'", path);
	for (const struct gwt_json *row = (*rows)->child; row; row = row->next)
		if (!is_row(row))
			return gwt_fail_at(err, path, text, row->offset,
					   "not a row of a report: 'ok' is missing");
	return GWT_OK;
}

static struct gwt_span key_of(struct gwt_arena *arena, struct gwt_span scenario, struct gwt_span interaction)
{
	return gwt_arena_printf(arena, "%zu:" GWT_SPAN_FMT GWT_SPAN_FMT, scenario.len, GWT_SPAN_ARG(scenario),
				GWT_SPAN_ARG(interaction));
}

static bool is_counted(const struct gwt_json *row, struct gwt_span client)
{
	return gwt_json_is(gwt_json_get(row, "ok"), GWT_JSON_TRUE) &&
	       gwt_json_get_text(row, "scenario").ptr && gwt_json_get_text(row, "interaction").ptr &&
	       (!client.ptr || gwt_span_eq(gwt_json_get_text(row, "client"), client));
}

static void count_cassette(struct gwt_coverage *coverage, const struct gwt_cassette *cassette,
			   const struct gwt_map *sent, struct gwt_arena *arena)
{
	struct gwt_coverage_source source;

	gwt_coverage_begin(&source, coverage, cassette->scenario, false);
	for (size_t i = 0; i < cassette->interaction_count; i++)
		if (gwt_map_get(sent, key_of(arena, cassette->scenario, cassette->interactions[i].id)))
			gwt_coverage_call(&source, &cassette->interactions[i].request);
}

void gwt_coverage_count_rows(struct gwt_coverage *coverage, const struct gwt_scenario_set *set,
			     const struct gwt_json *rows, struct gwt_span client, struct gwt_arena *arena)
{
	struct gwt_map sent = { 0 };

	for (struct gwt_json *row = rows->child; row; row = row->next)
		if (is_counted(row, client))
			gwt_map_put(&sent,
				    key_of(arena, gwt_json_get_text(row, "scenario"),
					   gwt_json_get_text(row, "interaction")),
				    row);
	for (size_t i = 0; i < set->cassettes.len; i++)
		count_cassette(coverage, &set->cassettes.items[i], &sent, arena);
	gwt_map_release(&sent);
}

struct gwt_json *gwt_coverage_clients(const struct gwt_json *rows, struct gwt_arena *arena)
{
	struct gwt_json *list = gwt_json_new(arena, GWT_JSON_ARRAY);
	struct gwt_map seen = { 0 };

	for (struct gwt_json *row = rows->child; row; row = row->next) {
		struct gwt_span client = gwt_json_get_text(row, "client");

		if (client.ptr && !gwt_map_put(&seen, client, row))
			gwt_json_append(list, gwt_json_new_string(arena, client));
	}
	gwt_map_release(&seen);
	return list;
}
