#include "cli/help.h"

#include <string.h>

#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/guess.h"
#include "lib/base/span.h"

const struct gwt_command *gwt_command_named(const char *name)
{
	for (size_t i = 0; gwt_commands[i]; i++)
		if (strcmp(gwt_commands[i]->name, name) == 0)
			return gwt_commands[i];
	return NULL;
}

/* Words that other tools use for what one of our commands does. */
static const struct {
	const char *word, *command;
} elsewhere[] = {
	{ "explain", "inspect" }, { "serve", "replay" },       { "run", "replay" },
	{ "test", "replay" },     { "check", "lint" },         { "validate", "lint" },
	{ "mock", "sandbox" },    { "emulate", "sandbox" },    { "list", "ls" },
	{ "log", "history" },     { "conformance", "verify" },
};

gwt_status gwt_fail_no_command(const char *name, struct gwt_error *err)
{
	struct gwt_guess guess = { .word = gwt_span_of(name) };

	if (name[0] == '-' && name[1])
		return gwt_fail(err, GWT_EUSAGE,
				"the command comes first, then its options, as '%.*s' (see 'gwtape help')",
				(int)strcspn(name, "="), name);
	for (size_t i = 0; gwt_commands[i]; i++)
		gwt_guess_try(&guess, gwt_span_of(gwt_commands[i]->name));
	for (size_t i = 0; i < GWT_LEN(elsewhere) && !guess.best.ptr; i++)
		if (strcmp(name, elsewhere[i].word) == 0)
			guess.best = gwt_span_of(elsewhere[i].command);
	if (guess.best.ptr)
		return gwt_fail(err, GWT_EUSAGE, "no command '%s'; did you mean '" GWT_SPAN_FMT "'?", name,
				GWT_SPAN_ARG(guess.best));
	return gwt_fail(err, GWT_EUSAGE, "no command '%s' (see 'gwtape help')", name);
}

static const struct gwt_option no_options[] = { { 0 } };

void gwt_help_overview(FILE *out)
{
	fputs("gwtape - record and replay contract tests for Amazon API Gateway integrations\n\n"
	      "usage: gwtape COMMAND [OPTION]... [-- CMD...]\n\ncommands:\n",
	      out);
	for (size_t i = 0; gwt_commands[i]; i++)
		fprintf(out, "  %-18s %s\n", gwt_commands[i]->name, gwt_commands[i]->about);
	fputs("\n'gwtape help COMMAND' shows a command's options; 'gwtape --version' the version.\n"
	      "Options are also read from gwtape.json and GWTAPE_* variables ('gwtape config').\n"
	      "Exit codes: 0 all held, 1 contract broken, 2 bad command line, 3 malformed input,\n"
	      "4 network or upstream failure, 5 could not check.\n",
	      out);
}

void gwt_help_command(FILE *out, const struct gwt_command *command)
{
	fprintf(out, "usage: gwtape %s", command->name);
	if (command->options[0].name)
		fputs(" [OPTION]...", out);
	if (command->synopsis)
		fprintf(out, " %s", command->synopsis);
	fprintf(out, "\n\n%s\n", command->about);
	if (command->options[0].name)
		fputs("\noptions:\n", out);
	for (const struct gwt_option *option = command->options; option->name; option++) {
		gwt_auto(gwt_buf_release) struct gwt_buf left = { 0 };

		gwt_buf_init(&left, SIZE_MAX);
		gwt_buf_printf(&left, "--%s%s%s", option->name, option->value ? " " : "",
			       option->value ? option->value : "");
		fprintf(out, left.len > 26 ? "  %s\n%30s%s\n" : "  %-26s%.0s  %s\n", gwt_buf_cstr(&left), "",
			option->help);
	}
	if (command->details)
		fprintf(out, "\n%s", command->details);
}

static gwt_status run_help(void *options, const struct gwt_arguments *args, struct gwt_arena *arena,
			   int *exit_code, struct gwt_error *err)
{
	const struct gwt_command *command;

	(void)options, (void)arena, (void)exit_code;
	if (args->words.len == 0) {
		gwt_help_overview(stdout);
		return GWT_OK;
	}
	if (args->words.len > 1)
		return gwt_fail(err, GWT_EUSAGE, "'help' takes one command");
	command = gwt_command_named(args->words.items[0]);
	if (!command)
		return gwt_fail_no_command(args->words.items[0], err);
	gwt_help_command(stdout, command);
	return GWT_OK;
}

const struct gwt_command gwt_cmd_help = {
	.name = "help",
	.about = "show the commands, or one command's options",
	.synopsis = "[COMMAND]",
	.options = no_options,
	.run = run_help,
};
