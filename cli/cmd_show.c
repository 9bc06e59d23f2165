/* `gwtape show`: one scenario with its requests and recorded answers, or which of its calls are related. */
#include <stdio.h>

#include "cli/command.h"
#include "cli/request_file.h"
#include "cli/scenario_set.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/cassette/cassette.h"
#include "lib/model/related.h"
#include "lib/scenario/scenario.h"
#include "lib/scenario/variable.h"
#include "lib/json/json.h"
#include "lib/json/write.h"
#include "lib/match/edges.h"
#include "lib/store/load.h"

struct show_options {
	const char *scenarios, *cassettes;
	bool related, json;
};

#define AT(member) offsetof(struct show_options, member)

static const struct gwt_option specs[] = {
	{ "scenarios", "DIR", "where the scenarios are (scenarios)", GWT_OPT_PATH, AT(scenarios), NULL,
	  NULL },
	{ "cassettes", "DIR[@REV]", "where the cassettes are (cassettes)", GWT_OPT_PATH, AT(cassettes), NULL,
	  NULL },
	{ "related", NULL, "print which recorded calls are related, and by which rule", GWT_OPT_FLAG,
	  AT(related), NULL, "" },
	{ "json", NULL, "print JSON", GWT_OPT_FLAG, AT(json), NULL, "" },
	{ 0 },
};

struct viewer {
	const struct gwt_scenario *scenario;
	const struct gwt_cassette *cassette; /* NULL when it was not recorded */
	struct gwt_arena *arena;
};

/* The sample that the cassette has, or would have; a declared default comes first. */
static struct gwt_span sample_value(void *arg, struct gwt_span name)
{
	const struct viewer *v = arg;
	struct gwt_span given = gwt_variable_default(v->scenario->variables, name);

	if (given.ptr)
		return given;
	return gwt_sample_for(v->arena, v->scenario->name, name,
			      gwt_variable_declared_type(v->scenario->variables, name));
}

static const struct gwt_interaction *recorded(const struct viewer *v, const struct gwt_step *step)
{
	size_t at = v->cassette ? gwt_cassette_find(v->cassette, step->id) : SIZE_MAX;

	return at == SIZE_MAX ? NULL : &v->cassette->interactions[at];
}

/* A body as JSON where it is, else as text; NULL when it is empty. */
static struct gwt_json *body_json(struct gwt_arena *arena, struct gwt_span body)
{
	struct gwt_json *json;

	if (!body.len)
		return NULL;
	return gwt_json_parse(arena, body, &json, NULL) ? json : gwt_json_new_string(arena, body);
}

static struct gwt_json *message_json(const struct viewer *v, struct gwt_json *object,
				     const struct gwt_request *request)
{
	struct gwt_json *json = gwt_json_add_object(v->arena, object, "request"),
			*body = body_json(v->arena, request->body);

	gwt_json_add_string(v->arena, json, "method", request->method);
	gwt_json_add_string(v->arena, json, "target", request->target);
	if (body)
		gwt_json_add(v->arena, json, "body", body);
	return json;
}

static void expect_json(const struct viewer *v, struct gwt_json *object, const struct gwt_step *step)
{
	struct gwt_json *json = gwt_json_add_object(v->arena, object, "expect");

	if (step->expect_status)
		gwt_json_add_number(v->arena, json, "status", step->expect_status);
	if (step->expect_error.ptr)
		gwt_json_add_string(v->arena, json, "error", step->expect_error);
	if (step->expect_echoes.ptr)
		gwt_json_add(v->arena, json, "echoes", gwt_step_echoes(step, v->arena));
	if (step->expect_body)
		gwt_json_add(v->arena, json, "body", gwt_json_copy(v->arena, step->expect_body));
}

static void response_json(const struct viewer *v, struct gwt_json *object,
			  const struct gwt_interaction *interaction)
{
	struct gwt_json *json = gwt_json_add_object(v->arena, object, "response");
	struct gwt_json *body = body_json(v->arena, interaction->response.body);

	gwt_json_add_number(v->arena, json, "status", interaction->response.status);
	if (body)
		gwt_json_add(v->arena, json, "body", body);
	gwt_json_add_string(v->arena, json, "evidence",
			    gwt_span_of(gwt_evidence_word(interaction->evidence)));
	if (interaction->evidence_source.ptr)
		gwt_json_add_string(v->arena, json, "source", interaction->evidence_source);
}

static gwt_status step_json(struct viewer *v, const struct gwt_step *step, struct gwt_json *list,
			    struct gwt_error *err)
{
	const struct gwt_interaction *interaction = recorded(v, step);
	struct gwt_json *json = gwt_json_append(list, gwt_json_new(v->arena, GWT_JSON_OBJECT));
	struct gwt_request request;
	gwt_status status = gwt_step_request(step, sample_value, v, v->arena, &request, NULL, err);

	if (status != GWT_OK)
		return status;
	gwt_json_add_string(v->arena, json, "id", step->id);
	gwt_json_add_string(v->arena, json, "call", step->call);
	message_json(v, json, interaction ? &interaction->request : &request);
	expect_json(v, json, step);
	if (interaction)
		response_json(v, json, interaction);
	return GWT_OK;
}

static gwt_status scenario_json(struct viewer *v, struct gwt_json **out, struct gwt_error *err)
{
	struct gwt_json *json = gwt_json_new(v->arena, GWT_JSON_OBJECT), *tags, *steps;
	gwt_status status = GWT_OK;

	gwt_json_add_string(v->arena, json, "scenario", v->scenario->name);
	gwt_json_add_string(v->arena, json, "about", v->scenario->about);
	tags = gwt_json_add_array(v->arena, json, "tags");
	for (size_t i = 0; i < v->scenario->tag_count; i++)
		gwt_json_append(tags, gwt_json_new_string(v->arena, v->scenario->tags[i]));
	steps = gwt_json_add_array(v->arena, json, "steps");
	for (size_t i = 0; i < v->scenario->step_count && status == GWT_OK; i++)
		status = step_json(v, &v->scenario->steps[i], steps, err);
	*out = json;
	return status;
}

/* Print a JSON body on several lines, indented by two spaces. */
static void print_body(const struct gwt_json *body)
{
	struct gwt_buf text;
	struct gwt_span rest;

	if (!body)
		return;
	gwt_buf_init(&text, SIZE_MAX);
	gwt_json_write(&text, body, GWT_JSON_PRETTY);
	rest = gwt_span_slice(gwt_buf_span(&text), 0, text.len - 1);
	while (rest.ptr) {
		struct gwt_span line = gwt_span_cut(&rest, '\n');

		gwt_print("    " GWT_SPAN_FMT "\n", GWT_SPAN_ARG(line));
	}
	gwt_buf_release(&text);
}

static void print_expect(const struct gwt_json *expect)
{
	struct gwt_buf text;

	if (!expect->len)
		return;
	gwt_buf_init(&text, SIZE_MAX);
	gwt_json_write(&text, expect, GWT_JSON_SPACED);
	gwt_print("  expects " GWT_SPAN_FMT "\n", GWT_SPAN_ARG(gwt_buf_span(&text)));
	gwt_buf_release(&text);
}

static void print_response(const struct gwt_json *response)
{
	struct gwt_span source = gwt_json_get_text(response, "source");

	if (!response)
		return;
	gwt_print("  answered " GWT_SPAN_FMT " (" GWT_SPAN_FMT "%s" GWT_SPAN_FMT ")\n",
		  GWT_SPAN_ARG(gwt_json_get(response, "status")->text),
		  GWT_SPAN_ARG(gwt_json_get_text(response, "evidence")), source.len ? ": " : "",
		  GWT_SPAN_ARG(source));
	print_body(gwt_json_get(response, "body"));
}

static void print_step(const struct gwt_json *step)
{
	const struct gwt_json *request = gwt_json_get(step, "request");

	gwt_print("\n" GWT_SPAN_FMT ": " GWT_SPAN_FMT "\n  " GWT_SPAN_FMT " " GWT_SPAN_FMT "\n",
		  GWT_SPAN_ARG(gwt_json_get_text(step, "id")), GWT_SPAN_ARG(gwt_json_get_text(step, "call")),
		  GWT_SPAN_ARG(gwt_json_get_text(request, "method")),
		  GWT_SPAN_ARG(gwt_json_get_text(request, "target")));
	print_body(gwt_json_get(request, "body"));
	print_expect(gwt_json_get(step, "expect"));
	print_response(gwt_json_get(step, "response"));
}

static void print_text(const struct gwt_json *scenario)
{
	gwt_print(GWT_SPAN_FMT "\n" GWT_SPAN_FMT "\n", GWT_SPAN_ARG(gwt_json_get_text(scenario, "scenario")),
		  GWT_SPAN_ARG(gwt_json_get_text(scenario, "about")));
	for (const struct gwt_json *step = gwt_json_get(scenario, "steps")->child; step; step = step->next)
		print_step(step);
}

static gwt_status show(const struct show_options *options, const struct gwt_scenario_set *set, size_t index,
		       struct gwt_arena *arena, struct gwt_error *err)
{
	struct viewer v = { .scenario = &set->scenarios.items[index], .arena = arena };
	struct gwt_json *json;
	gwt_status status;

	v.cassette = gwt_scenario_set_cassette(set, v.scenario->name);
	status = scenario_json(&v, &json, err);
	if (status != GWT_OK)
		return status;
	if (options->json) {
		gwt_print_json(json);
		return GWT_OK;
	}
	if (index)
		putchar('\n');
	print_text(json);
	return GWT_OK;
}

/* Every related pair, also where the relation follows from others. */
static struct gwt_json *related_json(struct gwt_arena *arena, const struct gwt_cassette *cassette)
{
	struct gwt_json *json = gwt_json_new(arena, GWT_JSON_OBJECT), *edges;
	struct gwt_trace *trace = gwt_edges_trace(cassette, arena);
	int up_to = gwt_edges_are_old(cassette) ? 2 : 4;

	gwt_json_add_string(arena, json, "scenario", cassette->scenario);
	edges = gwt_json_add_array(arena, json, "edges");
	for (size_t i = 0; i < cassette->interaction_count; i++)
		for (size_t j = i + 1; j < cassette->interaction_count; j++) {
			struct gwt_relation relation = gwt_trace_relation_up_to(trace, up_to, i, j);
			struct gwt_json *edge;

			if (!relation.rule)
				continue;
			edge = gwt_json_append(edges, gwt_json_new(arena, GWT_JSON_OBJECT));
			gwt_json_add_string(arena, edge, "before", cassette->interactions[i].id);
			gwt_json_add_string(arena, edge, "after", cassette->interactions[j].id);
			gwt_json_add_number(arena, edge, "rule", relation.rule);
			gwt_json_add_string(arena, edge, "row", gwt_span_of(relation.row));
		}
	return json;
}

static void print_related(const struct gwt_json *related)
{
	gwt_print(GWT_SPAN_FMT "\n", GWT_SPAN_ARG(gwt_json_get_text(related, "scenario")));
	for (const struct gwt_json *edge = gwt_json_get(related, "edges")->child; edge; edge = edge->next)
		gwt_print("  " GWT_SPAN_FMT " -> " GWT_SPAN_FMT "  (rule " GWT_SPAN_FMT ": " GWT_SPAN_FMT
			  ")\n",
			  GWT_SPAN_ARG(gwt_json_get_text(edge, "before")),
			  GWT_SPAN_ARG(gwt_json_get_text(edge, "after")),
			  GWT_SPAN_ARG(gwt_json_get(edge, "rule")->text),
			  GWT_SPAN_ARG(gwt_json_get_text(edge, "row")));
}

/* Relations come from answers, so a scenario without a recording has no graph. */
static gwt_status show_related(const struct show_options *options, const struct gwt_arguments *args,
			       struct gwt_arena *arena, struct gwt_error *err)
{
	const char *folder = options->cassettes ? options->cassettes : "cassettes";
	struct gwt_cassettes cassettes = { 0 };
	gwt_status status =
		gwt_cassettes_load(arena, folder, args->words.items, args->words.len, &cassettes, err);

	for (size_t i = 0; status == GWT_OK && i < cassettes.len; i++) {
		struct gwt_json *json = related_json(arena, &cassettes.items[i]);

		if (options->json)
			gwt_print_json(json);
		else
			print_related(json);
	}
	return status;
}

static gwt_status run(void *opaque, const struct gwt_arguments *args, struct gwt_arena *arena, int *exit_code,
		      struct gwt_error *err)
{
	const struct show_options *options = opaque;
	struct gwt_scenario_set set;
	gwt_status status;

	(void)exit_code;
	if (!args->words.len)
		return gwt_fail(err, GWT_EUSAGE,
				"'show' needs the name of a scenario ('gwtape ls' lists them)");
	if (options->related)
		return show_related(options, args, arena, err);
	status = gwt_scenario_set_load(arena, options->scenarios, options->cassettes, args->words.items,
				       args->words.len, &set, err);
	for (size_t i = 0; status == GWT_OK && i < set.scenarios.len; i++)
		status = show(options, &set, i, arena, err);
	return status;
}

const struct gwt_command gwt_cmd_show = {
	.name = "show",
	.about = "print a scenario with its requests and recorded answers",
	.synopsis = "SCENARIO...",
	.options = specs,
	.options_size = sizeof(struct show_options),
	.run = run,
};
