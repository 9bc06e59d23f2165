#include "awscli/command.h"

#include <ctype.h>
#include <stdlib.h>

#include "lib/base/arena.h"
#include "lib/base/error.h"
#include "lib/base/span.h"

static const struct {
	const char *cli_name, *operation;
} rows[] = {
	{ "put-integration", "PutIntegration" },
	{ "get-integration", "GetIntegration" },
};

const char *const gwt_aws_implemented[] = { "get-integration", "put-integration", NULL };

static const char *const skeleton_choices[] = { "input", "output", "yaml-input", NULL };

static const struct gwt_arg_option extra_options[GWT_AWS_EXTRA_OPTIONS] = {
	[GWT_AWS_CLI_INPUT_JSON] = { "--cli-input-json", GWT_ARG_VALUE },
	[GWT_AWS_CLI_INPUT_YAML] = { "--cli-input-yaml", GWT_ARG_VALUE },
	[GWT_AWS_SKELETON] = { "--generate-cli-skeleton", GWT_ARG_OPTIONAL, skeleton_choices, "input" },
};

char *gwt_aws_cli_name(struct gwt_arena *arena, const char *member)
{
	char *name = gwt_arena_bytes(arena, 2 * strlen(member) + 1);
	size_t len = 0;

	for (; *member; member++) {
		if (isupper((unsigned char)*member))
			name[len++] = '-';
		name[len++] = (char)tolower((unsigned char)*member);
	}
	name[len] = 0;
	return name;
}

enum gwt_model_version gwt_aws_model_version(void)
{
	const char *word = getenv("GWTAPE_AWS_MODEL");

	return word && strcmp(word, "newer") == 0 ? GWT_MODEL_NEWER : GWT_MODEL_REFERENCE;
}

static struct gwt_arg_option option_of(struct gwt_arena *arena, const struct gwt_member *member)
{
	struct gwt_arg_option option = { 0 };
	char *name = gwt_aws_cli_name(arena, member->name),
	     *dashed = gwt_arena_bytes(arena, strlen(name) + 3);

	memcpy(dashed, "--", 2);
	gwt_copy(dashed + 2, name, strlen(name) + 1);
	option.name = dashed;
	option.kind = member->shape == GWT_SHAPE_STRING_LIST ? GWT_ARG_LIST : GWT_ARG_VALUE;
	option.required = member->required;
	return option;
}

static struct gwt_aws_command *new_command(struct gwt_arena *arena, const struct gwt_operation *operation,
					   enum gwt_model_version version)
{
	struct gwt_aws_command *command = gwt_arena_new(arena, struct gwt_aws_command);
	size_t count = 0;

	while (operation->input[count].name)
		count++;
	command->operation = operation;
	command->members = gwt_arena_array(arena, const struct gwt_member *, count + 1);
	command->options = gwt_arena_array(arena, struct gwt_arg_option, count + GWT_AWS_EXTRA_OPTIONS + 1);
	for (size_t i = 0; i < count; i++) {
		if (operation->input[i].since > version)
			continue;
		command->options[command->member_count] = option_of(arena, &operation->input[i]);
		command->members[command->member_count++] = &operation->input[i];
	}
	memcpy(command->options + command->member_count, extra_options, sizeof(extra_options));
	return command;
}

struct gwt_aws_command *gwt_aws_command_named(struct gwt_arena *arena, struct gwt_span cli_name,
					      enum gwt_model_version version)
{
	struct gwt_aws_command *command;

	for (size_t i = 0; i < GWT_LEN(rows); i++) {
		if (!gwt_span_is(cli_name, rows[i].cli_name))
			continue;
		command = new_command(arena, gwt_operation_named(gwt_span_of(rows[i].operation)), version);
		command->cli_name = rows[i].cli_name;
		return command;
	}
	return NULL;
}
