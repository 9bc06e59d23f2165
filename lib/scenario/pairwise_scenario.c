/*
 * pairwise_scenario.c - a combination of classes as a scenario.
 */
#include <stdlib.h>

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/json/json.h"
#include "lib/model/model.h"
#include "lib/scenario/coverage.h"
#include "lib/scenario/coverage_options.h"
#include "lib/scenario/pairwise.h"
#include "lib/scenario/class_values.h"

#define NAMED_REFUSALS 2 /* refusals that `about` names */

struct maker {
	struct gwt_arena *arena;
	const struct gwt_options *options;
	const struct gwt_combination *combination;
	struct gwt_error *err;
};

static const char *class_word(const struct maker *m, size_t option)
{
	return m->options->items[option].words[m->combination->classes[option]];
}

static size_t option_named(const struct gwt_options *options, const char *name)
{
	size_t o = 0;

	while (o < options->len && strcmp(options->items[o].member->name, name) != 0)
		o++;
	return o;
}

static bool row_is(const struct maker *m, const char *option, const char *class)
{
	size_t o = option_named(m->options, option);

	return o < m->options->len && strcmp(class_word(m, o), class) == 0;
}

static struct gwt_json *labels(const struct maker *m)
{
	struct gwt_json *input = gwt_json_new(m->arena, GWT_JSON_OBJECT);

	gwt_json_add_string(m->arena, input, "restApiId", GWT_SPAN("${restApiId}"));
	gwt_json_add_string(m->arena, input, "resourceId", GWT_SPAN("${resourceId}"));
	gwt_json_add_string(m->arena, input, "httpMethod", GWT_SPAN("GET"));
	return input;
}

static gwt_status add_value(const struct maker *m, size_t option, struct gwt_json *input)
{
	const char *name = m->options->items[option].member->name;
	const char *text = gwt_class_value(m->options, m->combination, option);
	struct gwt_json *value;

	if (!text)
		return gwt_fail(m->err, GWT_EPARSE, "no sample value for %s '%s'", name,
				class_word(m, option));
	if (!*text)
		return GWT_OK;
	if (!gwt_json_parse(m->arena, gwt_span_of(text), &value, NULL))
		return gwt_fail(m->err, GWT_EPARSE, "the sample value for %s '%s' is not JSON", name,
				class_word(m, option));
	gwt_json_add(m->arena, input, name, value);
	return GWT_OK;
}

/* `type` first, as people write it, then the options in model order. */
static gwt_status put_input(const struct maker *m, struct gwt_json **out)
{
	size_t type = m->options->len - 1;
	struct gwt_json *input = labels(m);
	gwt_status status = add_value(m, type, input);

	for (size_t o = 0; o < type && status == GWT_OK; o++)
		status = add_value(m, o, input);
	*out = input;
	return status;
}

/* Whether a value needs a method that declares parameters. */
static bool needs_parameters(const struct maker *m)
{
	return row_is(m, "requestParameters", "one mapped") || row_is(m, "requestParameters", "two") ||
	       row_is(m, "cacheKeyParameters", "one") || row_is(m, "cacheKeyParameters", "two");
}

static struct gwt_json *method_input(const struct maker *m)
{
	struct gwt_json *input = labels(m), *declared;

	gwt_json_add_string(m->arena, input, "authorizationType", GWT_SPAN("NONE"));
	declared = gwt_json_add_object(m->arena, input, "requestParameters");
	gwt_json_add_bool(m->arena, declared, "method.request.querystring.page", false);
	gwt_json_add_bool(m->arena, declared, "method.request.path.proxy", true);
	return input;
}

static struct gwt_step *add_step(struct gwt_scenario *scenario, const char *id, const char *call,
				 struct gwt_json *input, int status)
{
	struct gwt_step *step = &scenario->steps[scenario->step_count++];

	step->id = gwt_span_of(id);
	step->call = gwt_span_of(call);
	step->operation = gwt_operation_named(step->call);
	step->input = input;
	step->expect_status = status;
	return step;
}

/* A read of a proxy integration shows the transfer mode even when none was sent. */
static void add_echo(const struct maker *m, struct gwt_scenario *scenario)
{
	struct gwt_step *get = add_step(scenario, "get", "GetIntegration", labels(m), 200);
	struct gwt_json *except;

	get->expect_echoes = GWT_SPAN("put");
	if ((!row_is(m, "type", "HTTP_PROXY") && !row_is(m, "type", "AWS_PROXY")) ||
	    !row_is(m, "responseTransferMode", "absent"))
		return;
	except = gwt_json_new(m->arena, GWT_JSON_ARRAY);
	gwt_json_append(except, gwt_json_new_string(m->arena, GWT_SPAN("responseTransferMode")));
	get->echoes_except = except;
}

static gwt_status add_steps(const struct maker *m, struct gwt_scenario *scenario)
{
	const char *error = NULL;
	int answer = gwt_pairwise_status(m->options, m->combination, &error);
	struct gwt_json *input;
	gwt_status status = put_input(m, &input);

	if (status != GWT_OK)
		return status;
	scenario->steps = gwt_arena_array(m->arena, struct gwt_step, 3);
	if (needs_parameters(m))
		add_step(scenario, "method", "PutMethod", method_input(m), 201);
	add_step(scenario, "put", "PutIntegration", input, answer)->expect_error = gwt_span_of(error);
	if (answer == 201)
		add_echo(m, scenario);
	else
		add_step(scenario, "get", "GetIntegration", labels(m), 404)->expect_error =
			GWT_SPAN("NotFoundException");
	return GWT_OK;
}

static void add_tags(const struct maker *m, struct gwt_scenario *scenario)
{
	size_t type = m->options->len - 1;

	scenario->tags = gwt_arena_array(m->arena, struct gwt_span, m->options->len + 1);
	scenario->tags[scenario->tag_count++] = GWT_SPAN("generated");
	scenario->tags[scenario->tag_count++] = gwt_arena_printf(m->arena, "type:%s", class_word(m, type));
	for (size_t o = 0; o < type; o++)
		if (m->combination->classes[o] != GWT_CLASS_ABSENT)
			scenario->tags[scenario->tag_count++] =
				gwt_arena_printf(m->arena, "option:%s", m->options->items[o].member->name);
}

/* What AWS refuses in the combination: "timeoutInMillis 49, uri empty and 3 more". */
static void list_refusals(const struct maker *m, struct gwt_buf *out)
{
	size_t type = m->options->len - 1, count = 0;
	unsigned bit = m->combination->classes[type] < GWT_TYPES ? 1u << m->combination->classes[type] : 0;

	for (size_t o = 0; o < m->options->len; o++) {
		bool refused =
			bit ? gwt_class_refused_by(&m->options->items[o], m->combination->classes[o]) & bit
			    : o == type;

		if (refused && count++ < NAMED_REFUSALS)
			gwt_buf_printf(out, "%s%s %s", out->len ? ", " : "",
				       m->options->items[o].member->name, class_word(m, o));
	}
	if (count > NAMED_REFUSALS)
		gwt_buf_printf(out, " and %zu more", count - NAMED_REFUSALS);
}

static void set_about(const struct maker *m, struct gwt_scenario *scenario)
{
	const char *type = class_word(m, m->options->len - 1), *error;
	size_t options = scenario->tag_count - 2;
	struct gwt_buf refusals;

	if (gwt_pairwise_status(m->options, m->combination, &error) == 201) {
		scenario->about = gwt_arena_printf(m->arena, "%s takes %zu option%s at once", type, options,
						   options == 1 ? "" : "s");
		return;
	}
	gwt_buf_init(&refusals, SIZE_MAX);
	list_refusals(m, &refusals);
	if (!refusals.len)
		gwt_buf_add_text(&refusals, "values that do not go together");
	scenario->about =
		gwt_arena_printf(m->arena, "%s with %zu option%s, refused for " GWT_SPAN_FMT,
				 m->combination->classes[m->options->len - 1] < GWT_TYPES ? type : "A put",
				 options, options == 1 ? "" : "s", GWT_SPAN_ARG(gwt_buf_span(&refusals)));
	gwt_buf_release(&refusals);
}

static gwt_status make_scenario(const struct maker *m, struct gwt_scenario *scenario)
{
	*scenario = (struct gwt_scenario){ .fixtures = GWT_FIXTURE_REST_API | GWT_FIXTURE_RESOURCE };
	if (!needs_parameters(m))
		scenario->fixtures |= GWT_FIXTURE_METHOD;
	if (row_is(m, "connectionType", "VPC_LINK") && row_is(m, "connectionId", "an id"))
		scenario->fixtures |= GWT_FIXTURE_VPC_LINK;
	add_tags(m, scenario);
	set_about(m, scenario);
	return add_steps(m, scenario);
}

/* pairwise/http-proxy-03: numbered within the type. */
static struct gwt_span name_of(const struct maker *m, unsigned number)
{
	static const char *const words[] = { "http",      "aws",          "mock",   "http-proxy",
					     "aws-proxy", "unknown-type", "no-type" };

	return gwt_arena_printf(m->arena, "pairwise/%s-%02u",
				words[m->combination->classes[m->options->len - 1]], number);
}

static int by_name(const void *a, const void *b)
{
	return gwt_span_cmp(((const struct gwt_scenario *)a)->name, ((const struct gwt_scenario *)b)->name);
}

gwt_status gwt_pairwise_scenarios(struct gwt_arena *arena, struct gwt_scenarios *out, struct gwt_error *err)
{
	struct gwt_options options;
	struct gwt_combinations combinations;
	struct gwt_scenarios set = { 0 };
	unsigned numbers[GWT_MAX_CLASSES] = { 0 };
	gwt_status status = GWT_OK;

	gwt_options_init(&options, GWT_MODEL_NEWER);
	gwt_pairwise_combinations(arena, &options, &combinations);
	set.items = gwt_arena_array(arena, struct gwt_scenario, combinations.len);
	for (size_t i = 0; i < combinations.len && status == GWT_OK; i++) {
		struct maker m = { arena, &options, &combinations.items[i], err };

		status = make_scenario(&m, &set.items[i]);
		set.items[i].name = name_of(&m, ++numbers[combinations.items[i].classes[options.len - 1]]);
		set.len++;
	}
	if (status != GWT_OK)
		return status;
	qsort(set.items, set.len, sizeof(*set.items), by_name);
	*out = set;
	return GWT_OK;
}
