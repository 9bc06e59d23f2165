/* Tab completion for bash, zsh and fish, made from the command table. */
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/help.h"
#include "lib/base/error.h"

static const struct gwt_option no_options[] = { { 0 } };

/* File names complete where a value is a path. */
static bool takes_path(const struct gwt_option *option)
{
	static const char *const kinds[] = { "DIR", "FILE", "DIR[@REV]", "FORMAT:FILE", "PATH" };

	for (size_t i = 0; option->value && i < GWT_LEN(kinds); i++)
		if (strcmp(option->value, kinds[i]) == 0)
			return true;
	return false;
}

/* `gwtape ls` lists the working directory's scenarios; where it has none, those that came with gwtape. */
#define LIST_SCENARIOS "gwtape ls 2>/dev/null | sed -n \"s|^\\([^ ]*/[^ ]*\\) .*|\\1|p\""

static bool takes_scenario(const struct gwt_option *option)
{
	return strcmp(option->name, "scenario") == 0;
}

/* The kind of a command's arguments: a scenario, a command, a shell, else a file. */
static bool words_are(const struct gwt_command *command, const char *what)
{
	return command->synopsis && strstr(command->synopsis, what);
}

/* The formats that a row of `write a report: A, B or C; may be repeated` names, each with `end`. */
static void formats_of(const struct gwt_option *option, const char *end)
{
	const char *list = strchr(option->help, ':');

	for (const char *at = list ? list + 1 : ""; *at && *at != ';'; at++)
		if (strncmp(at, ", ", 2) == 0 || strncmp(at, " or ", 4) == 0) {
			printf("%s ", end);
			at += *at == ',' ? 1 : 3;
		} else if (*at != ' ') {
			putchar(*at);
		}
	fputs(end, stdout);
}

static bool takes_report(const struct gwt_option *option)
{
	return option->value && strcmp(option->value, "FORMAT:FILE") == 0;
}

static void command_names(void)
{
	for (size_t i = 0; gwt_commands[i]; i++)
		printf("%s ", gwt_commands[i]->name);
}

static void words_of(const char *values)
{
	for (const char *at = values; *at; at++)
		putchar(*at == '|' ? ' ' : *at);
}

/* Arguments of a command that takes a command's name, or one of a few words. */
static void own_words(const struct gwt_command *command)
{
	if (words_are(command, "COMMAND"))
		command_names();
	if (words_are(command, "bash|"))
		words_of(command->synopsis);
}

/* The words that may follow an option, as bash's reply. */
static void bash_value(const struct gwt_option *option)
{
	if (takes_scenario(option)) {
		puts("COMPREPLY=($(compgen -W \"$(_gwtape_scenarios)\" -- \"$cur\")); return ;;");
	} else if (option->values || takes_report(option)) {
		fputs("COMPREPLY=($(compgen -W \"", stdout);
		if (option->values)
			words_of(option->values);
		else
			formats_of(option, ":");
		puts("\" -- \"$cur\")); return ;;");
	} else {
		puts(takes_path(option) ? "COMPREPLY=($(compgen -f -- \"$cur\")); return ;;" : "return ;;");
	}
}

static void bash_command(const struct gwt_command *command)
{
	printf("    %s)\n        case \"$prev\" in\n", command->name);
	for (const struct gwt_option *option = command->options; option->name; option++)
		if (option->value) {
			printf("        --%s) ", option->name);
			bash_value(option);
		}
	fputs("        esac\n        COMPREPLY=($(compgen -W \"", stdout);
	for (const struct gwt_option *option = command->options; option->name; option++)
		printf("--%s ", option->name);
	if (words_are(command, "SCENARIO"))
		fputs("$(_gwtape_scenarios)", stdout);
	own_words(command);
	puts("\" -- \"$cur\") $(compgen -f -- \"$cur\")) ;;");
}

static void bash(void)
{
	puts("# bash completion for gwtape: gwtape completion bash > /etc/bash_completion.d/gwtape\n"
	     "_gwtape_scenarios() {\n    " LIST_SCENARIOS "\n}\n"
	     "_gwtape() {\n"
	     "    local cur=\"${COMP_WORDS[COMP_CWORD]}\" prev=\"${COMP_WORDS[COMP_CWORD-1]}\"\n"
	     "    if [ \"$COMP_CWORD\" -eq 1 ]; then");
	fputs("        COMPREPLY=($(compgen -W \"", stdout);
	command_names();
	puts("\" -- \"$cur\")); return\n    fi\n    case \"${COMP_WORDS[1]}\" in");
	for (size_t i = 0; gwt_commands[i]; i++)
		bash_command(gwt_commands[i]);
	puts("    esac\n}\ncomplete -o filenames -F _gwtape gwtape");
}

/* Print `text` for use inside single quotes; `quote` is how zsh or fish writes a quote there. */
static void quoted(const char *text, const char *quote)
{
	for (; *text; text++)
		if (*text == '\'')
			fputs(quote, stdout);
		else
			putchar(*text);
}

static void zsh(void)
{
	puts("#compdef gwtape\n"
	     "_gwtape_scenarios() {\n    compadd -- ${(f)\"$(" LIST_SCENARIOS ")\"}\n}\n"
	     "_gwtape_words() {\n    _gwtape_scenarios\n    _files\n}\n"
	     "_gwtape_reports() {\n    if compset -P '*:'; then _files; else compadd -S : -- $@; fi\n}\n"
	     "_gwtape() {\n    local -a commands\n    commands=(");
	for (size_t i = 0; gwt_commands[i]; i++) {
		printf("        '%s:", gwt_commands[i]->name);
		quoted(gwt_commands[i]->about, "'\\''");
		puts("'");
	}
	puts("    )\n    if (( CURRENT == 2 )); then _describe command commands; return; fi\n    case $words[2] in");
	for (size_t i = 0; gwt_commands[i]; i++) {
		printf("    %s) _arguments", gwt_commands[i]->name);
		for (const struct gwt_option *option = gwt_commands[i]->options; option->name; option++) {
			printf(" '*--%s[", option->name);
			for (const char *at = option->help; *at; at++)
				fputs(*at == '['    ? "("
				      : *at == ']'  ? ")"
				      : *at == '\'' ? "'\\''"
						    : (char[]){ *at, 0 },
				      stdout);
			putchar(']');
			if (takes_scenario(option)) {
				printf(":%s:_gwtape_scenarios", option->name);
			} else if (option->values) {
				printf(":%s:(", option->name);
				words_of(option->values);
				putchar(')');
			} else if (takes_report(option)) {
				printf(":%s: _gwtape_reports ", option->name);
				formats_of(option, "");
			} else if (option->value) {
				printf(":%s:%s", option->name, takes_path(option) ? "_files" : "");
			}
			putchar('\'');
		}
		if (words_are(gwt_commands[i], "COMMAND") || words_are(gwt_commands[i], "bash|")) {
			fputs(" '*:word:(", stdout);
			own_words(gwt_commands[i]);
			puts(")' ;;");
			continue;
		}
		puts(words_are(gwt_commands[i], "SCENARIO") ? " '*:scenario:_gwtape_words' ;;"
							    : " '*:file:_files' ;;");
	}
	puts("    esac\n}\n_gwtape \"$@\"");
}

/* The words that may follow an option or a command, where they are not file names. */
static void fish_words(const struct gwt_option *option)
{
	if (takes_scenario(option)) {
		fputs(" -f -a '(__gwtape_scenarios)'", stdout);
	} else if (option->values) {
		fputs(" -f -a '", stdout);
		words_of(option->values);
		putchar('\'');
	} else if (takes_report(option)) {
		fputs(" -a '", stdout);
		formats_of(option, ":");
		putchar('\'');
	}
}

static void fish_own_words(const struct gwt_command *command)
{
	const char *what = words_are(command, "SCENARIO") ? "(__gwtape_scenarios)" : NULL;

	if (!what && !words_are(command, "COMMAND") && !words_are(command, "bash|"))
		return;
	printf("complete -c gwtape -n '__fish_seen_subcommand_from %s' -a '", command->name);
	if (what)
		fputs(what, stdout);
	else
		own_words(command);
	puts("'");
}

static void fish(void)
{
	puts("function __gwtape_scenarios\n    " LIST_SCENARIOS "\nend");
	for (size_t i = 0; gwt_commands[i]; i++) {
		printf("complete -c gwtape -n __fish_use_subcommand -f -a %s -d '", gwt_commands[i]->name);
		quoted(gwt_commands[i]->about, "\\'");
		puts("'");
		for (const struct gwt_option *option = gwt_commands[i]->options; option->name; option++) {
			printf("complete -c gwtape -n '__fish_seen_subcommand_from %s' -l %s %s-d '",
			       gwt_commands[i]->name, option->name, option->value ? "-r " : "");
			quoted(option->help, "\\'");
			putchar('\'');
			fish_words(option);
			putchar('\n');
		}
		fish_own_words(gwt_commands[i]);
	}
}

static const struct {
	const char *name;
	void (*write)(void);
} shells[] = { { "bash", bash }, { "zsh", zsh }, { "fish", fish } };

static gwt_status run_completion(void *options, const struct gwt_arguments *args, struct gwt_arena *arena,
				 int *exit_code, struct gwt_error *err)
{
	(void)options, (void)arena, (void)exit_code;
	for (size_t i = 0; args->words.len == 1 && i < GWT_LEN(shells); i++)
		if (strcmp(args->words.items[0], shells[i].name) == 0) {
			shells[i].write();
			return GWT_OK;
		}
	return gwt_fail(err, GWT_EUSAGE, "'completion' takes a shell: bash, zsh or fish");
}

const struct gwt_command gwt_cmd_completion = {
	.name = "completion",
	.about = "print tab completions for a shell",
	.synopsis = "bash|zsh|fish",
	.options = no_options,
	.run = run_completion,
};
