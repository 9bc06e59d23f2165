/*
 * scenario.c - scenario files: YAML tree to struct, every rule of the format.
 *
 * Each mapping of the format is a table of its keys; what a key means beyond its
 * type is one small function. Errors say where and what to write instead.
 */
#include "lib/scenario/scenario.h"

#include <strings.h>

#include "lib/base/arena.h"
#include "lib/base/error.h"
#include "lib/base/file.h"
#include "lib/base/bounds.h"
#include "lib/base/span.h"
#include "lib/scenario/raw.h"
#include "lib/scenario/source.h"
#include "lib/scenario/values.h"
#include "lib/scenario/variable.h"
#include "lib/scenario/yaml.h"
#include "lib/sigv4/sigv4.h"

static const struct gwt_source_key scenario_keys[] = {
	{ "about", GWT_JSON_STRING, true },    { "tags", GWT_JSON_ARRAY, false },
	{ "fixtures", GWT_JSON_ARRAY, false }, { "variables", GWT_JSON_OBJECT, false },
	{ "steps", GWT_JSON_ARRAY, true },     { NULL, GWT_JSON_NULL, false },
};
static const struct gwt_source_key step_keys[] = {
	{ "id", GWT_JSON_STRING, true },     { "call", GWT_SOURCE_ANY, true },
	{ "input", GWT_SOURCE_ANY, false },  { "expect", GWT_JSON_OBJECT, false },
	{ "gives", GWT_JSON_OBJECT, false }, { NULL, GWT_JSON_NULL, false },
};
static const struct gwt_source_key echoes_keys[] = {
	{ "of", GWT_JSON_STRING, true },
	{ "except", GWT_JSON_ARRAY, true },
	{ NULL, GWT_JSON_NULL, false },
};
static const struct gwt_source_key expect_keys[] = {
	{ "status", GWT_JSON_NUMBER, false }, { "error", GWT_JSON_STRING, false },
	{ "echoes", GWT_SOURCE_ANY, false },  { "body", GWT_JSON_OBJECT, false },
	{ NULL, GWT_JSON_NULL, false },
};

/* A fixture, and the one that it needs first. */
static const struct {
	const char *word;
	unsigned flag, needs;
	const char *needed;
} fixture_words[] = {
	{ "rest-api", GWT_FIXTURE_REST_API, 0, NULL },
	{ "resource", GWT_FIXTURE_RESOURCE, GWT_FIXTURE_REST_API, "rest-api" },
	{ "method", GWT_FIXTURE_METHOD, GWT_FIXTURE_RESOURCE, "resource" },
	{ "method-response", GWT_FIXTURE_METHOD_RESPONSE, GWT_FIXTURE_METHOD, "method" },
	{ "vpc-link", GWT_FIXTURE_VPC_LINK, 0, NULL },
};

static bool is_id(struct gwt_span id)
{
	for (size_t i = 0; i < id.len; i++)
		if (!((id.ptr[i] >= 'a' && id.ptr[i] <= 'z') ||
		      (i > 0 && ((id.ptr[i] >= '0' && id.ptr[i] <= '9') || id.ptr[i] == '-'))))
			return false;
	return id.len > 0;
}

static gwt_status read_tags(const struct gwt_source *s, const struct gwt_json *list, struct gwt_scenario *out)
{
	if (!list)
		return GWT_OK;
	out->tags = gwt_arena_array(s->arena, struct gwt_span, list->len);
	for (const struct gwt_json *tag = list->child; tag; tag = tag->next) {
		if (tag->type != GWT_JSON_STRING)
			return gwt_source_refuse_type(s, tag, "a tag", GWT_JSON_STRING);
		if (!tag->text.len)
			return gwt_source_refuse(s, tag->offset, "a tag is empty; remove it");
		out->tags[out->tag_count++] = tag->text;
	}
	return GWT_OK;
}

static gwt_status read_fixture(const struct gwt_source *s, const struct gwt_json *word, unsigned *fixtures)
{
	if (word->type != GWT_JSON_STRING)
		return gwt_source_refuse_type(s, word, "a fixture", GWT_JSON_STRING);
	for (size_t i = 0; i < GWT_LEN(fixture_words); i++) {
		if (!gwt_span_is(word->text, fixture_words[i].word))
			continue;
		if (*fixtures & fixture_words[i].flag)
			return gwt_source_refuse(s, word->offset, "fixture '%s' is there twice; remove one",
						 fixture_words[i].word);
		if (fixture_words[i].needs & ~*fixtures)
			return gwt_source_refuse(s, word->offset,
						 "fixture '%s' needs '%s'; list that before it",
						 fixture_words[i].word, fixture_words[i].needed);
		*fixtures |= fixture_words[i].flag;
		return GWT_OK;
	}
	return gwt_source_refuse(s, word->offset,
				 "unknown fixture '" GWT_SPAN_FMT "'; there are rest-api, resource, method, "
				 "method-response and vpc-link",
				 GWT_SPAN_ARG(word->text));
}

static gwt_status read_fixtures(const struct gwt_source *s, const struct gwt_json *list,
				struct gwt_scenario *out)
{
	gwt_status status = GWT_OK;

	for (const struct gwt_json *word = list ? list->child : NULL; word && status == GWT_OK;
	     word = word->next)
		status = read_fixture(s, word, &out->fixtures);
	return status;
}

static const struct gwt_source_key variable_keys[] = { { "type", GWT_JSON_STRING, true },
						       { "default", GWT_JSON_NULL, false },
						       { 0 } };

/* A variable such as {type: text, default: null}. */
static gwt_status read_typed_variable(const struct gwt_source *s, const struct gwt_json *value)
{
	const struct gwt_json *type = gwt_json_get(value, "type"), *given = gwt_json_get(value, "default");

	for (const struct gwt_json *member = value->child; member; member = member->next)
		if (!gwt_source_key_named(variable_keys, member->name))
			return gwt_source_refuse_key(s, member, "a variable", variable_keys);
	if (!gwt_json_is(type, GWT_JSON_STRING) || !gwt_variable_type_is_known(type->text) ||
	    gwt_span_is(type->text, "timestamp"))
		return gwt_source_refuse(
			s, type ? type->offset : value->offset,
			"the type of a variable must be one of text, id, rest-api-id, resource-id, "
			"vpc-link-id, account-id and region");
	if (given && given->type != GWT_JSON_NULL && given->type != GWT_JSON_STRING)
		return gwt_source_refuse(
			s, given->offset,
			"the default of a variable must be text, or null for one that --set gives, "
			"this is %s; quote it",
			gwt_source_type_word(given->type));
	if (gwt_json_is(given, GWT_JSON_STRING) && !gwt_variable_takes(type->text, given->text))
		return gwt_source_refuse(s, given->offset,
					 "the default of a variable of type '" GWT_SPAN_FMT "' must be %s",
					 GWT_SPAN_ARG(type->text), gwt_variable_wants(type->text));
	return GWT_OK;
}

static gwt_status read_variable(const struct gwt_source *s, const struct gwt_json *value)
{
	if (!gwt_variable_name(value->name))
		return gwt_source_refuse(s, value->name_offset,
					 "'" GWT_SPAN_FMT "' is not a name for a variable; write a "
					 "letter, then letters, digits or '_'",
					 GWT_SPAN_ARG(value->name));
	if (gwt_variable_known(NULL, value->name))
		return gwt_source_refuse(s, value->name_offset,
					 "variable '" GWT_SPAN_FMT "' exists already; choose "
					 "another name",
					 GWT_SPAN_ARG(value->name));
	if (value->type == GWT_JSON_OBJECT)
		return read_typed_variable(s, value);
	if (value->type != GWT_JSON_STRING && value->type != GWT_JSON_NULL)
		return gwt_source_refuse(
			s, value->offset,
			"the value of a variable must be text, null for one that --set gives, or a mapping "
			"with 'type' and 'default', this is %s; quote it",
			gwt_source_type_word(value->type));
	return GWT_OK;
}

static gwt_status read_variables(const struct gwt_source *s, struct gwt_json *map, struct gwt_scenario *out)
{
	gwt_status status = GWT_OK;

	for (const struct gwt_json *value = map ? map->child : NULL; value && status == GWT_OK;
	     value = value->next)
		status = read_variable(s, value);
	out->variables = map;
	return status;
}

static const struct gwt_step *step_named(const struct gwt_scenario *scenario, struct gwt_span id)
{
	for (size_t i = 0; i < scenario->step_count; i++)
		if (gwt_span_eq(scenario->steps[i].id, id))
			return &scenario->steps[i];
	return NULL;
}

static gwt_status read_expected_status(const struct gwt_source *s, const struct gwt_json *status,
				       struct gwt_step *step)
{
	uint64_t value;

	if (!status)
		return GWT_OK;
	if (!gwt_json_to_u64(status, 599, &value) || value < 100)
		return gwt_source_refuse(s, status->offset, "status must be an HTTP status, 100 to 599");
	step->expect_status = (int)value;
	return GWT_OK;
}

/* Read `echoes: put`, or `echoes: {of: put, except: [NAME, …]}`. */
static gwt_status read_echoes(const struct gwt_source *s, const struct gwt_scenario *scenario,
			      const struct gwt_json *echoes, struct gwt_step *step)
{
	const struct gwt_json *of = echoes, *except = NULL;
	gwt_status status;

	if (!echoes)
		return GWT_OK;
	if (echoes->type != GWT_JSON_STRING) {
		status = gwt_source_map(s, echoes, "echoes", echoes_keys);
		if (status != GWT_OK)
			return status;
		of = gwt_json_get(echoes, "of");
		except = gwt_json_get(echoes, "except");
	}
	if (!step_named(scenario, of->text))
		return gwt_source_refuse(s, of->offset,
					 "no step before this one is called '" GWT_SPAN_FMT
					 "'; name an earlier one",
					 GWT_SPAN_ARG(of->text));
	for (const struct gwt_json *name = except ? except->child : NULL; name; name = name->next)
		if (name->type != GWT_JSON_STRING || name->text.len == 0)
			return gwt_source_refuse(s, name->offset,
						 "except must be a list of the names of members");
	step->expect_echoes = of->text;
	step->echoes_except = except;
	return GWT_OK;
}

static gwt_status read_expect(const struct gwt_source *s, const struct gwt_scenario *scenario,
			      struct gwt_json *expect, struct gwt_step *step)
{
	const struct gwt_json *error;
	gwt_status status;

	if (!expect)
		return GWT_OK;
	status = gwt_source_map(s, expect, "expect", expect_keys);
	if (status == GWT_OK)
		status = read_expected_status(s, gwt_json_get(expect, "status"), step);
	if (status != GWT_OK)
		return status;
	error = gwt_json_get(expect, "error");
	if (error && step->expect_status && step->expect_status < 400)
		return gwt_source_refuse(s, error->offset,
					 "an answer with status %d has no error code; remove one of the two",
					 step->expect_status);
	status = read_echoes(s, scenario, gwt_json_get(expect, "echoes"), step);
	if (status != GWT_OK)
		return status;
	step->expect_error = gwt_json_get_text(expect, "error");
	step->expect_body = gwt_json_get(expect, "body");
	return step->expect_body ? gwt_source_values(s, step->expect_body, scenario->variables) : GWT_OK;
}

static gwt_status read_gives(const struct gwt_source *s, const struct gwt_scenario *scenario,
			     struct gwt_json *gives, struct gwt_step *step)
{
	for (const struct gwt_json *pointer = gives ? gives->child : NULL; pointer; pointer = pointer->next) {
		if (!gwt_variable_known(scenario->variables, pointer->name))
			return gwt_source_refuse(s, pointer->name_offset,
						 "'" GWT_SPAN_FMT "' is not a variable; declare it under "
						 "'variables'",
						 GWT_SPAN_ARG(pointer->name));
		if (pointer->type != GWT_JSON_STRING || !gwt_span_starts(pointer->text, GWT_SPAN("/")))
			return gwt_source_refuse(
				s, pointer->offset,
				"a variable is given by a JSON pointer into the answer, such "
				"as /id");
	}
	step->gives = gives;
	return GWT_OK;
}

/* How many letters two names share at the beginning, case ignored. */
static size_t shared_start(struct gwt_span a, const char *b)
{
	size_t n = 0;

	while (n < a.len && b[n] && strncasecmp(a.ptr + n, b + n, 1) == 0)
		n++;
	return n;
}

static gwt_status refuse_call(const struct gwt_source *s, const struct gwt_json *call)
{
	size_t count, best = 0, at = 0;
	const struct gwt_operation *operations = gwt_operations(&count);

	for (size_t i = 0; i < count; i++) {
		size_t shared = shared_start(call->text, operations[i].name);

		if (shared > best) {
			best = shared;
			at = i;
		}
	}
	return gwt_source_refuse(s, call->offset,
				 "'" GWT_SPAN_FMT
				 "' is not an operation of API Gateway that is known here; did you "
				 "mean %s? What has no name here is called by method and path: "
				 "call: {method: …, path: …}",
				 GWT_SPAN_ARG(call->text), operations[at].name);
}

/* Read the operation of a step and its input. */
static gwt_status read_call(const struct gwt_source *s, const struct gwt_json *call, struct gwt_step *step)
{
	if (call->type == GWT_JSON_OBJECT)
		return gwt_raw_read(s, call, step);
	if (call->type != GWT_JSON_STRING)
		return gwt_source_refuse_type(s, call, "call", GWT_JSON_STRING);
	step->call = call->text;
	step->operation = gwt_operation_named(step->call);
	if (!step->operation)
		return refuse_call(s, call);
	if (!step->input)
		step->input = gwt_json_new(s->arena, GWT_JSON_OBJECT);
	if (step->input->type != GWT_JSON_OBJECT)
		return gwt_source_refuse_type(s, step->input, "input", GWT_JSON_OBJECT);
	return gwt_source_input(s, step, step->variables);
}

static gwt_status read_step(const struct gwt_source *s, struct gwt_json *json, struct gwt_scenario *scenario)
{
	struct gwt_step *step = &scenario->steps[scenario->step_count];
	gwt_status status = gwt_source_map(s, json, "a step", step_keys);
	size_t column;

	if (status != GWT_OK)
		return status;
	gwt_file_position(s->text, json->offset, &step->line, &column);
	step->id = gwt_json_get_text(json, "id");
	step->input = gwt_json_get(json, "input");
	step->variables = scenario->variables;
	if (!is_id(step->id))
		return gwt_source_refuse(s, gwt_json_get(json, "id")->offset,
					 "'" GWT_SPAN_FMT "' is not a step id; write a small "
					 "letter, then small letters, digits or '-'",
					 GWT_SPAN_ARG(step->id));
	if (step_named(scenario, step->id))
		return gwt_source_refuse(s, gwt_json_get(json, "id")->offset,
					 "two steps are called '" GWT_SPAN_FMT "'; rename "
					 "one",
					 GWT_SPAN_ARG(step->id));
	status = read_call(s, gwt_json_get(json, "call"), step);
	if (status == GWT_OK)
		status = read_expect(s, scenario, gwt_json_get(json, "expect"), step);
	if (status == GWT_OK)
		status = read_gives(s, scenario, gwt_json_get(json, "gives"), step);
	if (status == GWT_OK)
		scenario->step_count++;
	return status;
}

static gwt_status read_steps(const struct gwt_source *s, struct gwt_json *list, struct gwt_scenario *out)
{
	gwt_status status = GWT_OK;

	if (!list->len)
		return gwt_source_refuse(s, list->offset,
					 "steps is empty; a scenario makes at least one call");
	if (list->len > GWT_MAX_STEPS)
		return gwt_source_refuse(s, list->offset, "more than %d steps; split the scenario",
					 GWT_MAX_STEPS);
	out->steps = gwt_arena_array(s->arena, struct gwt_step, list->len);
	for (struct gwt_json *step = list->child; step && status == GWT_OK; step = step->next)
		status = read_step(s, step, out);
	return status;
}

static gwt_status read_scenario(const struct gwt_source *s, const struct gwt_json *root,
				struct gwt_scenario *out)
{
	gwt_status status = gwt_source_map(s, root, "a scenario", scenario_keys);
	const struct gwt_json *about;

	if (status != GWT_OK)
		return status;
	about = gwt_json_get(root, "about");
	if (!about->text.len || memchr(about->text.ptr, '\n', about->text.len))
		return gwt_source_refuse(s, about->offset,
					 "about must be one line that says what the scenario shows");
	out->about = about->text;
	status = read_tags(s, gwt_json_get(root, "tags"), out);
	if (status == GWT_OK)
		status = read_fixtures(s, gwt_json_get(root, "fixtures"), out);
	if (status == GWT_OK)
		status = read_variables(s, gwt_json_get(root, "variables"), out);
	if (status == GWT_OK)
		status = read_steps(s, gwt_json_get(root, "steps"), out);
	return status;
}

static void hash_source(struct gwt_scenario *scenario)
{
	struct gwt_sigv4 *digests = gwt_sigv4_new();

	gwt_sha256_hex(digests, scenario->source, scenario->sha256);
	gwt_sigv4_free(digests);
}

gwt_status gwt_scenario_parse(struct gwt_arena *arena, struct gwt_span name, const char *path,
			      struct gwt_span text, struct gwt_scenario *out, struct gwt_error *err)
{
	struct gwt_scenario scenario = { .name = gwt_arena_copy(arena, name),
					 .source = gwt_arena_copy(arena, text) };
	struct gwt_source s = { arena, path, scenario.source, err };
	struct gwt_json *root;
	gwt_status status;

	if (text.len > GWT_MAX_SCENARIO_BYTES)
		return gwt_fail(err, GWT_ELIMIT, "%s: larger than %d bytes", path, GWT_MAX_SCENARIO_BYTES);
	scenario.path = gwt_arena_copy(arena, gwt_span_of(path));
	status = gwt_yaml_parse(arena, path, scenario.source, &root, err);
	if (status == GWT_OK)
		status = read_scenario(&s, root, &scenario);
	if (status != GWT_OK)
		return status;
	hash_source(&scenario);
	*out = scenario;
	return GWT_OK;
}
