/* `gwtape ls`: the scenarios, as a table of contents. */
#include <stdio.h>

#include "cli/command.h"
#include "cli/request_file.h"
#include "cli/scenario_set.h"
#include "lib/base/span.h"
#include "lib/json/json.h"

struct ls_options {
	const char *scenarios, *cassettes;
	bool json;
};

#define AT(member) offsetof(struct ls_options, member)

static const struct gwt_option specs[] = {
	{ "scenarios", "DIR", "where the scenarios are (scenarios)", GWT_OPT_PATH, AT(scenarios), NULL,
	  NULL },
	{ "cassettes", "DIR[@REV]", "where the cassettes are (cassettes)", GWT_OPT_PATH, AT(cassettes), NULL,
	  NULL },
	{ "json", NULL, "print JSON", GWT_OPT_FLAG, AT(json), NULL, "" },
	{ 0 },
};

/* "recorded", "changed since it was recorded", or "" */
static const char *state_of(const struct gwt_scenario_set *set, const struct gwt_scenario *scenario)
{
	const struct gwt_cassette *cassette = gwt_scenario_set_cassette(set, scenario->name);

	if (!cassette)
		return "not recorded";
	return strcmp(cassette->scenario_sha256, scenario->sha256) == 0 ? "recorded" : "changed";
}

static struct gwt_json *to_json(const struct gwt_scenario_set *set, struct gwt_arena *arena)
{
	struct gwt_json *list = gwt_json_new(arena, GWT_JSON_ARRAY);

	for (size_t i = 0; i < set->scenarios.len; i++) {
		const struct gwt_scenario *s = &set->scenarios.items[i];
		struct gwt_json *row = gwt_json_append(list, gwt_json_new(arena, GWT_JSON_OBJECT)), *tags;

		gwt_json_add_string(arena, row, "scenario", s->name);
		gwt_json_add_string(arena, row, "about", s->about);
		tags = gwt_json_add_array(arena, row, "tags");
		for (size_t t = 0; t < s->tag_count; t++)
			gwt_json_append(tags, gwt_json_new_string(arena, s->tags[t]));
		gwt_json_add_number(arena, row, "steps", (int64_t)s->step_count);
		gwt_json_add_string(arena, row, "state", gwt_span_of(state_of(set, s)));
	}
	return list;
}

static struct gwt_span group_of(struct gwt_span name)
{
	return gwt_span_cut(&name, '/');
}

static int name_width(const struct gwt_scenarios *scenarios)
{
	size_t width = 0;

	for (size_t i = 0; i < scenarios->len; i++)
		if (scenarios->items[i].name.len > width)
			width = scenarios->items[i].name.len;
	return (int)width;
}

/* A blank line between groups; a mark before scenarios without an up-to-date cassette. */
static void print_text(const struct gwt_scenario_set *set)
{
	int width = name_width(&set->scenarios);
	struct gwt_span group = { NULL, 0 };

	for (size_t i = 0; i < set->scenarios.len; i++) {
		const struct gwt_scenario *s = &set->scenarios.items[i];
		const char *state = state_of(set, s);

		if (group.ptr && !gwt_span_eq(group, group_of(s->name)))
			putchar('\n');
		group = group_of(s->name);
		gwt_print("%-*.*s  " GWT_SPAN_FMT "%s%s%s\n", width, GWT_SPAN_ARG(s->name),
			  GWT_SPAN_ARG(s->about), strcmp(state, "recorded") ? " (" : "",
			  strcmp(state, "recorded") ? state : "", strcmp(state, "recorded") ? ")" : "");
	}
}

static gwt_status run(void *opaque, const struct gwt_arguments *args, struct gwt_arena *arena, int *exit_code,
		      struct gwt_error *err)
{
	const struct ls_options *options = opaque;
	struct gwt_scenario_set set;
	gwt_status status = gwt_scenario_set_load(arena, options->scenarios, options->cassettes,
						  args->words.items, args->words.len, &set, err);

	(void)exit_code;
	if (status == GWT_OK && options->json)
		gwt_print_json(to_json(&set, arena));
	else if (status == GWT_OK)
		print_text(&set);
	return status;
}

const struct gwt_command gwt_cmd_ls = {
	.name = "ls",
	.about = "list the scenarios and what each shows",
	.synopsis = "[SCENARIO|GROUP...]",
	.options = specs,
	.options_size = sizeof(struct ls_options),
	.run = run,
};
