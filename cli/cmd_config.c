/* `gwtape config`: the options in force for each command, and the source of each value. */
#include <string.h>

#include "cli/command.h"
#include "cli/config.h"
#include "cli/help.h"
#include "cli/option.h"
#include "cli/request_file.h"
#include "lib/base/arena.h"
#include "lib/base/span.h"
#include "lib/json/json.h"

struct config_options {
	bool json;
};

static const struct gwt_option specs[] = {
	{ "json", NULL, "machine-readable output", GWT_OPT_FLAG, offsetof(struct config_options, json), NULL,
	  "" },
	{ 0 },
};

static const char *const source_words[] = { "default", "gwtape.json", "environment", "flag" };

/* One value of one command, for both outputs. */
struct row {
	const char *command, *option, *value, *source;
};

static void print_row(const struct row *row)
{
	gwt_print("%-18s %-20s %-30s %s\n", row->command, row->option, row->value, row->source);
}

static void add_row(struct gwt_arena *arena, struct gwt_json *array, const struct row *row)
{
	struct gwt_json *object = gwt_json_append(array, gwt_json_new(arena, GWT_JSON_OBJECT));

	gwt_json_add_string(arena, object, "command", gwt_span_of(row->command));
	gwt_json_add_string(arena, object, "option", gwt_span_of(row->option));
	gwt_json_add_string(arena, object, "value", gwt_span_of(row->value));
	gwt_json_add_string(arena, object, "source", gwt_span_of(row->source));
}

/*
 * The default of an option is the last part of its help in parentheses: "(contract)". A flag is off by
 * default; an option without that part has no default.
 */
static const char *default_of(const struct gwt_option *option, struct gwt_arena *arena)
{
	struct gwt_span help = gwt_span_of(option->help);
	size_t open = help.len;

	if (option->kind == GWT_OPT_FLAG)
		return "off";
	if (!help.len || help.ptr[help.len - 1] != ')')
		return NULL;
	while (open && help.ptr[open - 1] != '(')
		open--;
	return open ? gwt_arena_cstr(arena, gwt_span_slice(help, open, help.len - 1)) : NULL;
}

static gwt_status list_command(const struct gwt_command *command, const struct gwt_config *config,
			       struct gwt_arena *arena, struct gwt_json *array, struct gwt_error *err)
{
	char *none[] = { NULL };
	enum gwt_option_source sources[64] = { GWT_FROM_DEFAULT };
	void *options = gwt_arena_alloc(arena, command->options_size);
	struct gwt_arguments args;
	gwt_status status = gwt_options_fill(command, config, none, arena, options, &args, sources, err);

	for (size_t i = 0; status == GWT_OK && command->options[i].name; i++) {
		const char *value = sources[i] == GWT_FROM_DEFAULT
					    ? default_of(&command->options[i], arena)
					    : gwt_option_text(&command->options[i], options, arena);
		struct row row = { command->name, command->options[i].name, value, source_words[sources[i]] };

		/* Programs get the options that are set; people also see defaults. */
		if (array && sources[i] == GWT_FROM_DEFAULT)
			continue;
		if (value && array)
			add_row(arena, array, &row);
		else if (value)
			print_row(&row);
	}
	return status;
}

/* Without words, all commands are wanted. */
static bool is_wanted(const struct gwt_command *command, const struct gwt_words *words)
{
	bool wanted = words->len == 0;

	for (size_t i = 0; i < words->len; i++)
		wanted |= strcmp(words->items[i], command->name) == 0;
	return wanted;
}

static gwt_status run_config(void *opaque, const struct gwt_arguments *args, struct gwt_arena *arena,
			     int *exit_code, struct gwt_error *err)
{
	const struct config_options *options = opaque;
	struct gwt_json *array = options->json ? gwt_json_new(arena, GWT_JSON_ARRAY) : NULL;
	struct gwt_config config;
	gwt_status status = gwt_config_load(&config, arena, err);

	(void)exit_code;
	for (size_t i = 0; status == GWT_OK && i < args->words.len; i++)
		if (!gwt_command_named(args->words.items[i]))
			status = gwt_fail_no_command(args->words.items[i], err);
	for (size_t i = 0; status == GWT_OK && gwt_commands[i]; i++)
		if (is_wanted(gwt_commands[i], &args->words))
			status = list_command(gwt_commands[i], &config, arena, array, err);
	if (status == GWT_OK && array)
		gwt_print_json(array);
	else if (status == GWT_OK)
		gwt_print("# from %s; options that are not listed are not set\n",
			  config.path ? config.path : "no gwtape.json");
	gwt_config_release(&config);
	return status;
}

const struct gwt_command gwt_cmd_config = {
	.name = "config",
	.about = "show the options in force and where each came from",
	.synopsis = "[COMMAND...]",
	.options = specs,
	.options_size = sizeof(struct config_options),
	.run = run_config,
	.details =
		"gwtape.json, found from the working directory upwards, is an object of option names and values;\n"
		"paths in it are relative to its folder. GWTAPE_<OPTION> variables come next, then flags.\n",
};
