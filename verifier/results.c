#include "verifier/results.h"

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/file.h"
#include "lib/base/span.h"
#include "lib/json/json.h"
#include "lib/json/write.h"
#include "verifier/cell.h"
#include "verifier/compare.h"

/* A version as a file's name. */
static const char *file_name(struct gwt_arena *arena, const char *version)
{
	char *name = gwt_arena_cstr(arena, gwt_span_of(version));

	for (char *at = name; *at; at++)
		if (!((*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z') ||
		      (*at >= '0' && *at <= '9') || strchr(".-+_", *at)) ||
		    (at == name && *at == '.'))
			*at = '_';
	return gwt_arena_printf(arena, "%.80s.json", name).ptr;
}

/* Only what is the same in two runs of one version: no dates, no durations. */
static void write_row(struct gwt_buf *out, const struct gwt_cell *cell, const char *client,
		      struct gwt_arena *arena)
{
	static const char *const kept[] = { "client",  "scenario", "interaction", "ok",
					    "verdict", "level",    "reason",      "waiver" };
	struct gwt_json *row = gwt_cell_json(cell, client, arena);
	struct gwt_json *object = gwt_json_new(arena, GWT_JSON_OBJECT);

	for (size_t i = 0; i < GWT_LEN(kept); i++)
		if (gwt_json_get(row, kept[i]))
			gwt_json_add(arena, object, kept[i],
				     gwt_json_copy(arena, gwt_json_get(row, kept[i])));
	gwt_json_write(out, object, GWT_JSON_SPACED);
}

static void write_all(struct gwt_buf *out, const struct gwt_plan *plan,
		      const struct gwt_contestant *contestant, struct gwt_arena *arena)
{
	gwt_buf_add_text(out, "{\"version\": ");
	gwt_json_write_string(out, gwt_span_of(contestant->client->version));
	gwt_buf_add_text(out, ",\n\"requests\": [\n");
	for (size_t i = 0; i < plan->len; i++) {
		write_row(out, &contestant->cells[i], contestant->client->name, arena);
		gwt_buf_add_text(out, i + 1 < plan->len ? ",\n" : "\n");
	}
	gwt_buf_add_text(out, "]}\n");
}

/* The newest file of another version; NULL when there is none. */
static const char *find_before(struct gwt_arena *arena, const char *folder, const char *own)
{
	struct gwt_file_list files = { 0 };
	const char *found = NULL;
	int64_t newest = INT64_MIN;

	if (!gwt_file_is_dir(folder) || gwt_file_list(arena, folder, ".json", &files, NULL) != GWT_OK)
		return NULL;
	for (size_t i = 0; i < files.len; i++) {
		const char *path = gwt_file_join(arena, folder, files.paths[i]);
		struct gwt_file_facts facts;

		if (strcmp(files.paths[i], own) == 0 || !gwt_file_facts(path, &facts) ||
		    facts.modified_ns < newest)
			continue;
		newest = facts.modified_ns;
		found = path;
	}
	return found;
}

static gwt_status compare_with(struct gwt_arena *arena, const char *path, const struct gwt_plan *plan,
			       struct gwt_contestant *contestant, struct gwt_upgrade *out,
			       struct gwt_error *err)
{
	struct gwt_json *old;
	gwt_status status = gwt_compare_read(arena, path, &old, err);
	struct gwt_span version;

	if (status != GWT_OK)
		return status;
	version = gwt_json_get_text(old, "version");
	out->client = contestant->client->word;
	out->before = version.ptr ? gwt_arena_cstr(arena, version) : "another version";
	out->now = contestant->client->version;
	out->changes =
		gwt_compare_with(old, contestant, 1, plan->len, false, contestant->client->name, arena);
	return GWT_OK;
}

gwt_status gwt_results_keep(struct gwt_arena *arena, const char *folder, const struct gwt_plan *plan,
			    struct gwt_contestant *contestant, struct gwt_upgrade *out, struct gwt_error *err)
{
	gwt_auto(gwt_buf_release) struct gwt_buf text = { .max = SIZE_MAX };
	const char *name, *own, *before;
	gwt_status status = GWT_OK;
	bool changed;

	*out = (struct gwt_upgrade){ 0 };
	if (!contestant->cells || !contestant->called || !contestant->client->name ||
	    !contestant->client->version)
		return GWT_OK;
	name = gwt_file_join(arena, gwt_file_join(arena, folder, gwt_arena_cstr(arena, plan->hash)),
			     contestant->client->name);
	own = file_name(arena, contestant->client->version);
	before = find_before(arena, name, own);
	if (before)
		status = compare_with(arena, before, plan, contestant, out, err);
	if (status != GWT_OK)
		return status;
	write_all(&text, plan, contestant, arena);
	status = gwt_file_mkdirs(name, err);
	return status == GWT_OK
		       ? gwt_file_update(gwt_file_join(arena, name, own), gwt_buf_span(&text), &changed, err)
		       : status;
}
