#include "drift/model_use.h"

#include "drift/findings.h"
#include "lib/base/arena.h"
#include "lib/base/span.h"
#include "lib/json/json.h"

/* What is looked for. */
struct wanted {
	struct gwt_span operation, member, value; /* `member` and `value` absent: any */
};

/* Whether a member of that name (and value) is anywhere in it. */
static bool holds(const struct gwt_json *json, const struct wanted *wanted)
{
	for (const struct gwt_json *child = json ? json->child : NULL; child; child = child->next) {
		if (child->name.ptr && gwt_span_eq(child->name, wanted->member) &&
		    (!wanted->value.ptr ||
		     (child->type == GWT_JSON_STRING && gwt_span_eq(child->text, wanted->value))))
			return true;
		if (holds(child, wanted))
			return true;
	}
	return false;
}

static bool is_used(struct gwt_span operation, const struct gwt_json *json, const struct wanted *wanted)
{
	return gwt_span_eq(operation, wanted->operation) && (!wanted->member.ptr || holds(json, wanted));
}

/* Scenarios and cassettes are sorted, but a scenario may use it twice, and in both. */
static void add_place(const struct gwt_model_use *use, struct gwt_finding *finding, struct gwt_span scenario,
		      struct gwt_span interaction)
{
	for (size_t i = 0; i < finding->place_count; i++)
		if (gwt_span_eq(finding->places[i].scenario, scenario) &&
		    gwt_span_eq(finding->places[i].interaction, interaction))
			return;
	gwt_finding_add_place(use->findings, finding, scenario, interaction);
}

static void look_in_answer(const struct gwt_model_use *use, struct gwt_finding *finding,
			   const struct gwt_cassette *cassette, const struct gwt_interaction *interaction,
			   const struct wanted *wanted)
{
	struct gwt_arena arena = { 0 };
	struct gwt_json *json = NULL;

	if (gwt_span_eq(interaction->operation, wanted->operation) && interaction->response.status < 300) {
		gwt_json_parse(&arena, interaction->response.body, &json, NULL);
		if (is_used(interaction->operation, json, wanted))
			add_place(use, finding, cassette->scenario, interaction->id);
	}
	gwt_arena_release(&arena);
}

static void look(const struct gwt_model_use *use, struct gwt_finding *finding, const struct wanted *wanted)
{
	const struct gwt_scenarios *scenarios = use->users->scenarios;
	const struct gwt_cassettes *cassettes = use->users->cassettes;

	for (size_t i = 0; i < scenarios->len; i++)
		for (size_t s = 0; s < scenarios->items[i].step_count; s++)
			if (is_used(scenarios->items[i].steps[s].call, scenarios->items[i].steps[s].input,
				    wanted))
				add_place(use, finding, scenarios->items[i].name,
					  scenarios->items[i].steps[s].id);
	for (size_t i = 0; wanted->member.ptr && i < cassettes->len; i++)
		for (size_t j = 0; j < cassettes->items[i].interaction_count; j++)
			look_in_answer(use, finding, &cassettes->items[i],
				       &cassettes->items[i].interactions[j], wanted);
}

void gwt_model_use_operation(const struct gwt_model_use *use, struct gwt_finding *finding,
			     struct gwt_span operation)
{
	look(use, finding, &(struct wanted){ .operation = operation });
}

void gwt_model_use_member(const struct gwt_model_use *use, struct gwt_finding *finding,
			  struct gwt_span operation, struct gwt_span member)
{
	look(use, finding, &(struct wanted){ .operation = operation, .member = member });
}

void gwt_model_use_value(const struct gwt_model_use *use, struct gwt_finding *finding,
			 struct gwt_span operation, struct gwt_span member, struct gwt_span value)
{
	look(use, finding, &(struct wanted){ operation, member, value });
}
