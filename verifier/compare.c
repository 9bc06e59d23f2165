#include "verifier/compare.h"

#include "lib/base/arena.h"
#include "lib/base/bounds.h"
#include "lib/base/error.h"
#include "lib/base/file.h"
#include "lib/base/map.h"
#include "lib/base/span.h"
#include "lib/contract/verdict.h"
#include "lib/json/json.h"
#include "verifier/cell.h"

enum { MAX_REPORT_BYTES = 512 * 1024 * 1024 };

static bool is_row(const struct gwt_json *row)
{
	const struct gwt_json *ok = gwt_json_get(row, "ok");

	return gwt_json_get_text(row, "client").ptr && gwt_json_get_text(row, "scenario").ptr &&
	       gwt_json_get_text(row, "interaction").ptr && gwt_json_get_text(row, "verdict").ptr &&
	       (gwt_json_is(ok, GWT_JSON_TRUE) || gwt_json_is(ok, GWT_JSON_FALSE));
}

gwt_status gwt_compare_parse(struct gwt_arena *arena, const char *path, struct gwt_span text,
			     struct gwt_json **out, struct gwt_error *err)
{
	struct gwt_json *json;
	const struct gwt_json *rows;
	gwt_status status = gwt_json_parse_file(arena, path, text, &json, err);

	if (status != GWT_OK)
		return status;
	rows = gwt_json_get(json, "requests");
	if (!gwt_json_is(rows, GWT_JSON_ARRAY))
		return gwt_fail(err, GWT_EPARSE,
				"'%s' is not a report of 'gwtape verify': it has no list "
				"'requests'",
				path);
	for (const struct gwt_json *row = rows->child; row; row = row->next)
		if (!is_row(row))
			return gwt_fail_at(err, path, text, row->offset,
					   "not a row of 'gwtape verify': it must name client, scenario, "
					   "interaction, verdict and ok");
	*out = json;
	return GWT_OK;
}

gwt_status gwt_compare_read(struct gwt_arena *arena, const char *path, struct gwt_json **out,
			    struct gwt_error *err)
{
	struct gwt_span text;
	gwt_status status = gwt_file_read_any(arena, path, MAX_REPORT_BYTES, &text, err);

	return status == GWT_OK ? gwt_compare_parse(arena, path, text, out, err) : status;
}

static struct gwt_span key_of(struct gwt_arena *arena, struct gwt_span client, struct gwt_span scenario,
			      struct gwt_span interaction)
{
	return gwt_arena_printf(arena, "%zu:" GWT_SPAN_FMT "%zu:" GWT_SPAN_FMT GWT_SPAN_FMT, client.len,
				GWT_SPAN_ARG(client), scenario.len, GWT_SPAN_ARG(scenario),
				GWT_SPAN_ARG(interaction));
}

/* Whether a row of a report is a failure; a waived one is not. */
static bool row_failed(const struct gwt_json *row)
{
	static const char *const settled[] = { "LOCAL_REFUSAL", "UNSUPPORTED" };

	for (size_t i = 0; i < GWT_LEN(settled); i++)
		if (gwt_span_is(gwt_json_get_text(row, "verdict"), settled[i]))
			return false;
	return gwt_json_is(gwt_json_get(row, "ok"), GWT_JSON_FALSE) && !gwt_json_get(row, "waiver");
}

static void list_cell(const struct gwt_cell *cell, struct gwt_span client, struct gwt_json *list,
		      struct gwt_arena *arena)
{
	struct gwt_json *object = gwt_json_append(list, gwt_json_new(arena, GWT_JSON_OBJECT));
	const struct gwt_entry *entry = cell->call->entry;

	gwt_json_add_string(arena, object, "client", client);
	gwt_json_add_string(arena, object, "scenario", entry->cassette->scenario);
	gwt_json_add_string(arena, object, "interaction", entry->interaction->id);
	gwt_json_add_string(arena, object, "verdict", gwt_span_of(gwt_verdict_word(cell->verdict)));
}

static void compare_cell(struct gwt_cell *cell, const struct gwt_json *old, struct gwt_span client,
			 bool forgive, struct gwt_json *out, struct gwt_arena *arena)
{
	bool failed = old && row_failed(old), fails = gwt_cell_fails(cell);

	if (fails && !failed)
		list_cell(cell, client, gwt_json_get(out, "new"), arena);
	if (failed && cell->ok)
		list_cell(cell, client, gwt_json_get(out, "right"), arena);
	cell->known = forgive && fails && failed;
}

struct gwt_json *gwt_compare_with(const struct gwt_json *old, struct gwt_contestant *items, size_t len,
				  size_t calls, bool forgive, const char *as, struct gwt_arena *arena)
{
	struct gwt_json *out = gwt_json_new(arena, GWT_JSON_OBJECT);
	struct gwt_map rows = { 0 };

	gwt_json_add_array(arena, out, "new");
	gwt_json_add_array(arena, out, "right");
	for (struct gwt_json *row = gwt_json_get(old, "requests")->child; row; row = row->next)
		gwt_map_put(&rows,
			    key_of(arena, gwt_json_get_text(row, "client"),
				   gwt_json_get_text(row, "scenario"), gwt_json_get_text(row, "interaction")),
			    row);
	for (size_t i = 0; i < len; i++) {
		struct gwt_span client = gwt_span_of(items[i].client->word);

		for (size_t j = 0; items[i].cells && j < calls; j++) {
			struct gwt_cell *cell = &items[i].cells[j];
			struct gwt_span key = key_of(arena, as ? gwt_span_of(as) : client,
						     cell->call->entry->cassette->scenario,
						     cell->call->entry->interaction->id);

			compare_cell(cell, gwt_map_get(&rows, key), client, forgive, out, arena);
		}
	}
	gwt_map_release(&rows);
	return out;
}
