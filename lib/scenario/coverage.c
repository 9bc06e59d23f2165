/*
 * coverage.c - counting cells and pairs.
 */
#include "lib/scenario/coverage.h"

#include "lib/base/arena.h"
#include "lib/base/span.h"
#include "lib/json/json.h"
#include "lib/model/model.h"
#include "lib/scenario/variable.h"

#define KEYS ((size_t)GWT_MAX_OPTIONS * GWT_MAX_CLASSES)

struct gwt_coverage *gwt_coverage_new(struct gwt_arena *arena, enum gwt_model_version version)
{
	struct gwt_coverage *coverage = gwt_arena_new(arena, struct gwt_coverage);

	coverage->version = version;
	coverage->arena = arena;
	coverage->pairs = gwt_arena_alloc(arena, KEYS * sizeof(*coverage->pairs));
	gwt_options_init(&coverage->options, version);
	return coverage;
}

void gwt_coverage_begin(struct gwt_coverage_source *source, struct gwt_coverage *coverage,
			struct gwt_span name, bool recorded)
{
	*source = (struct gwt_coverage_source){
		.coverage = coverage,
		.name = name,
		.recorded = recorded,
		.methods = gwt_json_new(coverage->arena, GWT_JSON_OBJECT),
	};
}

static void cover(const struct gwt_coverage_source *source, struct gwt_coverage_cell *cell)
{
	if (!cell->scenario.ptr)
		cell->scenario = source->name;
	cell->recorded = cell->recorded || source->recorded;
}

static void cover_put(const struct gwt_coverage_source *source, const struct gwt_put *put)
{
	struct gwt_coverage *coverage = source->coverage;
	const struct gwt_options *options = &coverage->options;
	size_t classes[GWT_MAX_OPTIONS], type = options->len - 1;

	for (size_t o = 0; o < options->len; o++)
		classes[o] = gwt_option_class(&options->items[o], put);
	for (size_t o = 0; o < type; o++)
		if (classes[o] != GWT_NO_CLASS && classes[type] < GWT_TYPES)
			cover(source, &coverage->cells[classes[type]][o][classes[o]]);
	for (size_t a = 0; a < options->len; a++)
		for (size_t b = a + 1; b < options->len; b++)
			if (classes[a] != GWT_NO_CLASS && classes[b] != GWT_NO_CLASS)
				cover(source, &coverage->pairs[gwt_class_key(a, classes[a])]
							      [gwt_class_key(b, classes[b])]);
}

/* A body that is not a JSON object covers nothing. */
static struct gwt_json *parse_object(struct gwt_arena *arena, struct gwt_span body)
{
	struct gwt_json *json;

	if (!gwt_json_parse(arena, body, &json, NULL) || json->type != GWT_JSON_OBJECT)
		return NULL;
	return json;
}

void gwt_coverage_call(struct gwt_coverage_source *source, const struct gwt_request *request)
{
	struct gwt_arena *arena = source->coverage->arena;
	struct gwt_span path = request->path;
	struct gwt_route route;
	struct gwt_put put;

	if (!gwt_route_find(request->method, path, &route))
		return;
	put.body = parse_object(arena, request->body);
	if (strcmp(route.operation->name, "PutMethod") == 0) {
		struct gwt_json *declared = gwt_json_get(put.body, "requestParameters");

		if (declared)
			gwt_json_set(arena, source->methods, path, gwt_json_copy(arena, declared));
	} else if (strcmp(route.operation->name, "PutIntegration") == 0 && put.body) {
		path.len -= gwt_span_ends(path, GWT_SPAN("/integration")) ? strlen("/integration") : 0;
		put.declared = gwt_json_get_span(source->methods, path);
		cover_put(source, &put);
	}
}

/* A value that a variable could have here: only its form matters. */
static struct gwt_span sample_value(void *arg, struct gwt_span name)
{
	const struct gwt_scenario *scenario = arg;
	struct gwt_span given = gwt_variable_default(scenario->variables, name);

	if (gwt_span_is(name, "accountId"))
		return GWT_SPAN("123456789012");
	if (gwt_span_is(name, "region"))
		return GWT_SPAN("us-east-1");
	return given.ptr ? given : GWT_SPAN("sample");
}

gwt_status gwt_coverage_scenario(struct gwt_coverage *coverage, const struct gwt_scenario *scenario,
				 struct gwt_error *err)
{
	struct gwt_coverage_source source;

	gwt_coverage_begin(&source, coverage, scenario->name, false);
	for (size_t i = 0; i < scenario->step_count; i++) {
		struct gwt_request request;
		gwt_status status =
			gwt_step_request(&scenario->steps[i], sample_value, (void *)(uintptr_t)scenario,
					 coverage->arena, &request, NULL, err);

		if (status != GWT_OK)
			return status;
		gwt_coverage_call(&source, &request);
	}
	return GWT_OK;
}

static void count(struct gwt_count *counted, const struct gwt_coverage_cell *cell)
{
	counted->total++;
	counted->covered += cell->scenario.ptr != NULL;
	counted->recorded += cell->recorded;
}

struct gwt_count gwt_coverage_cells(const struct gwt_coverage *coverage)
{
	const struct gwt_options *options = &coverage->options;
	struct gwt_count counted = { 0 };

	for (size_t t = 0; t < GWT_TYPES; t++)
		for (size_t o = 0; o + 1 < options->len; o++)
			for (size_t c = 0; c < options->items[o].len; c++)
				count(&counted, &coverage->cells[t][o][c]);
	return counted;
}

/* Calls `each` for every pair of classes of different options. */
static void for_each_pair(const struct gwt_coverage *coverage,
			  void (*each)(const struct gwt_coverage *coverage, size_t a, size_t b, void *arg),
			  void *arg)
{
	const struct gwt_options *options = &coverage->options;

	for (size_t a = 0; a < options->len; a++)
		for (size_t b = a + 1; b < options->len; b++)
			for (size_t c = 0; c < options->items[a].len; c++)
				for (size_t d = 0; d < options->items[b].len; d++)
					each(coverage, gwt_class_key(a, c), gwt_class_key(b, d), arg);
}

static void count_pair(const struct gwt_coverage *coverage, size_t a, size_t b, void *arg)
{
	count(arg, &coverage->pairs[a][b]);
}

struct gwt_count gwt_coverage_pairs(const struct gwt_coverage *coverage)
{
	struct gwt_count counted = { 0 };

	for_each_pair(coverage, count_pair, &counted);
	return counted;
}

struct writer {
	struct gwt_arena *arena;
	struct gwt_json *list;
};

static void add_text(struct gwt_arena *arena, struct gwt_json *object, const char *name, const char *text)
{
	gwt_json_add_string(arena, object, name, gwt_span_of(text));
}

static void add_class(struct gwt_arena *arena, struct gwt_json *object, const struct gwt_coverage *coverage,
		      size_t key)
{
	const struct gwt_option_classes *option = &coverage->options.items[key / GWT_MAX_CLASSES];

	add_text(arena, object, "option", option->member->name);
	add_text(arena, object, "class", option->words[key % GWT_MAX_CLASSES]);
}

static struct gwt_json *new_cell(const struct gwt_coverage *coverage, struct gwt_arena *arena, size_t type,
				 size_t key)
{
	struct gwt_json *cell = gwt_json_new(arena, GWT_JSON_OBJECT);

	add_text(arena, cell, "type", coverage->options.items[coverage->options.len - 1].words[type]);
	add_class(arena, cell, coverage, key);
	return cell;
}

/* List the cells that are covered, or those that are not. */
static void list_cells(const struct gwt_coverage *coverage, struct gwt_arena *arena, struct gwt_json *list,
		       bool covered)
{
	for (size_t t = 0; t < GWT_TYPES; t++) {
		for (size_t o = 0; o + 1 < coverage->options.len; o++) {
			for (size_t c = 0; c < coverage->options.items[o].len; c++) {
				const struct gwt_coverage_cell *cell = &coverage->cells[t][o][c];
				struct gwt_json *json;

				if ((cell->scenario.ptr != NULL) != covered)
					continue;
				json = gwt_json_append(list,
						       new_cell(coverage, arena, t, gwt_class_key(o, c)));
				if (!covered)
					continue;
				gwt_json_add_string(arena, json, "scenario", cell->scenario);
				gwt_json_add_bool(arena, json, "recorded", cell->recorded);
			}
		}
	}
}

static void list_missing_pair(const struct gwt_coverage *coverage, size_t a, size_t b, void *arg)
{
	struct writer *w = arg;
	struct gwt_json *pair;

	if (coverage->pairs[a][b].scenario.ptr)
		return;
	pair = gwt_json_add_array(w->arena, gwt_json_append(w->list, gwt_json_new(w->arena, GWT_JSON_OBJECT)),
				  "pair");
	add_class(w->arena, gwt_json_append(pair, gwt_json_new(w->arena, GWT_JSON_OBJECT)), coverage, a);
	add_class(w->arena, gwt_json_append(pair, gwt_json_new(w->arena, GWT_JSON_OBJECT)), coverage, b);
}

static void add_count(struct gwt_arena *arena, struct gwt_json *object, const char *name,
		      struct gwt_count counted)
{
	struct gwt_json *json = gwt_json_add_object(arena, object, name);

	gwt_json_add_number(arena, json, "total", (int64_t)counted.total);
	gwt_json_add_number(arena, json, "covered", (int64_t)counted.covered);
	gwt_json_add_number(arena, json, "recorded", (int64_t)counted.recorded);
}

struct gwt_json *gwt_coverage_json(const struct gwt_coverage *coverage, struct gwt_arena *arena,
				   bool with_cells)
{
	struct gwt_json *json = gwt_json_new(arena, GWT_JSON_OBJECT);
	struct writer w = { .arena = arena };

	add_text(arena, json, "model", gwt_model_version_word(coverage->version));
	add_count(arena, json, "cells", gwt_coverage_cells(coverage));
	add_count(arena, json, "pairs", gwt_coverage_pairs(coverage));
	w.list = gwt_json_add_array(arena, json, "missing");
	list_cells(coverage, arena, w.list, false);
	for_each_pair(coverage, list_missing_pair, &w);
	if (with_cells)
		list_cells(coverage, arena, gwt_json_add_array(arena, json, "covered"), true);
	return json;
}
