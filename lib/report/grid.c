#include "lib/report/grid.h"

#include "lib/base/arena.h"
#include "lib/base/span.h"
#include "lib/cassette/cassette.h"
#include "lib/contract/compare.h"
#include "lib/json/json.h"
#include "lib/model/model.h"
#include "lib/scenario/coverage_options.h"

/* The class of each option in a recorded call; `type` is GWT_TYPES when the call is not a PutIntegration. */
struct gwt_grid_put {
	size_t type, classes[GWT_MAX_OPTIONS];
};

struct gwt_grid *gwt_grid_new(struct gwt_arena *arena)
{
	struct gwt_grid *grid = gwt_arena_new(arena, struct gwt_grid);

	grid->arena = arena;
	gwt_options_init(&grid->options, GWT_MODEL_NEWER);
	return grid;
}

void gwt_grid_release(struct gwt_grid *grid)
{
	if (grid)
		gwt_map_release(&grid->puts);
}

/* The number of the model's options except `type`, which is the last. */
static size_t option_count(const struct gwt_grid *grid)
{
	return grid->options.len - 1;
}

static bool is_call(const struct gwt_request *request, const char *operation)
{
	struct gwt_route route;

	return gwt_route_find(request->method, request->path, &route) &&
	       strcmp(route.operation->name, operation) == 0;
}

/* NULL when it is not an object. */
static const struct gwt_json *body_of(struct gwt_arena *arena, const struct gwt_request *request)
{
	struct gwt_json *body;

	if (!gwt_json_parse(arena, request->body, &body, NULL) || body->type != GWT_JSON_OBJECT)
		return NULL;
	return body;
}

/* The parameters that the last PutMethod before the call declares for the method. */
static const struct gwt_json *declared_before(struct gwt_arena *arena, const struct gwt_entry *entry)
{
	struct gwt_span method = entry->interaction->request.path;

	method.len -= gwt_span_ends(method, GWT_SPAN("/integration")) ? strlen("/integration") : 0;
	for (size_t i = entry->interaction_index; i-- > 0;) {
		const struct gwt_request *request = &entry->cassette->interactions[i].request;

		if (gwt_span_eq(request->path, method) && is_call(request, "PutMethod"))
			return gwt_json_get(body_of(arena, request), "requestParameters");
	}
	return NULL;
}

static void classify(const struct gwt_grid *grid, struct gwt_arena *scratch, const struct gwt_entry *entry,
		     struct gwt_grid_put *out)
{
	struct gwt_put put = { .body = body_of(scratch, &entry->interaction->request) };

	out->type = GWT_TYPES;
	if (!put.body || !is_call(&entry->interaction->request, "PutIntegration"))
		return;
	put.declared = declared_before(scratch, entry);
	for (size_t i = 0; i < grid->options.len; i++)
		out->classes[i] = gwt_option_class(&grid->options.items[i], &put);
	if (out->classes[option_count(grid)] < GWT_TYPES)
		out->type = out->classes[option_count(grid)];
}

/* Each recorded call is read once. */
static const struct gwt_grid_put *put_of(struct gwt_grid *grid, const struct gwt_entry *entry)
{
	struct gwt_arena scratch = { 0 };
	struct gwt_span name = gwt_arena_printf(&scratch, GWT_SPAN_FMT "#" GWT_SPAN_FMT,
						GWT_SPAN_ARG(entry->cassette->scenario),
						GWT_SPAN_ARG(entry->interaction->id));
	struct gwt_grid_put *put = gwt_map_get(&grid->puts, name);

	if (!put) {
		put = gwt_arena_new(grid->arena, struct gwt_grid_put);
		classify(grid, &scratch, entry, put);
		gwt_map_put(&grid->puts, gwt_arena_copy(grid->arena, name), put);
	}
	gwt_arena_release(&scratch);
	return put;
}

/* Whether a place is at a member: "/requestTemplates/application~1json" is at requestTemplates. */
static bool is_at(struct gwt_span at, const char *wire)
{
	struct gwt_span rest = at;

	if (at.len == 0 || at.ptr[0] != '/')
		return false;
	gwt_span_cut(&rest, '/');
	return gwt_span_is(gwt_span_cut(&rest, '/'), wire);
}

static void add_broken(struct gwt_grid *grid, size_t type, const struct gwt_comparison *comparison)
{
	grid->calls[type].broken++;
	for (size_t i = 0; comparison && i < comparison->len; i++) {
		const struct gwt_difference *difference = &comparison->differences[i];

		for (size_t o = 0; o < option_count(grid) && !difference->same_effect; o++)
			if (difference->level == GWT_LEVEL_NONE &&
			    is_at(difference->at, grid->options.items[o].member->wire))
				grid->cells[type][o].broken = true;
	}
}

static void add_matched(struct gwt_grid *grid, const struct gwt_grid_put *put)
{
	grid->calls[put->type].matched++;
	for (size_t o = 0; o < option_count(grid); o++)
		if (put->classes[o] != GWT_NO_CLASS)
			grid->cells[put->type][o].sent[put->classes[o]] = true;
}

void gwt_grid_add(struct gwt_grid *grid, const struct gwt_run_row *row, bool matched)
{
	const struct gwt_grid_put *put = row->entry ? put_of(grid, row->entry) : NULL;

	if (!put || put->type == GWT_TYPES)
		return;
	if (!row->ok)
		add_broken(grid, put->type, row->comparison);
	else if (matched)
		add_matched(grid, put);
}

static void add_number(struct gwt_arena *arena, struct gwt_json *list, size_t number)
{
	gwt_json_append(list, gwt_json_new_number(arena, (int64_t)number));
}

static void add_cell(const struct gwt_grid *grid, struct gwt_arena *arena, struct gwt_json *list, size_t type,
		     size_t option)
{
	struct gwt_json *cell = gwt_json_append(list, gwt_json_new(arena, GWT_JSON_OBJECT));
	int64_t sent = 0, left_out = grid->cells[type][option].sent[GWT_CLASS_ABSENT];

	for (size_t i = 0; i < grid->options.items[option].len; i++)
		sent += grid->cells[type][option].sent[i];
	gwt_json_add_number(arena, cell, "sent", sent);
	gwt_json_add_number(arena, cell, "values", sent - left_out);
	gwt_json_add_bool(arena, cell, "broken", grid->cells[type][option].broken);
}

struct gwt_json *gwt_grid_json(const struct gwt_grid *grid, struct gwt_arena *arena)
{
	struct gwt_json *root = gwt_json_new(arena, GWT_JSON_OBJECT);
	struct gwt_json *types = gwt_json_add_array(arena, root, "types"),
			*matched = gwt_json_add_array(arena, root, "matched"),
			*broken = gwt_json_add_array(arena, root, "broken"),
			*options = gwt_json_add_array(arena, root, "options");

	for (size_t t = 0; t < GWT_TYPES; t++) {
		gwt_json_append(
			types, gwt_json_new_string(
				       arena, gwt_span_of(grid->options.items[option_count(grid)].words[t])));
		add_number(arena, matched, grid->calls[t].matched);
		add_number(arena, broken, grid->calls[t].broken);
	}
	for (size_t o = 0; o < option_count(grid); o++) {
		struct gwt_json *option = gwt_json_append(options, gwt_json_new(arena, GWT_JSON_OBJECT)),
				*cells;

		gwt_json_add_string(arena, option, "option",
				    gwt_span_of(grid->options.items[o].member->name));
		gwt_json_add_number(arena, option, "classes", (int64_t)grid->options.items[o].len);
		cells = gwt_json_add_array(arena, option, "cells");
		for (size_t t = 0; t < GWT_TYPES; t++)
			add_cell(grid, arena, cells, t, o);
	}
	return root;
}
