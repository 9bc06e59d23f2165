/* Tab completion for bash, zsh and fish, made from the command table. */
#include <stdio.h>
#include <string.h>

#include "cli/help.h"

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

static void words_of(const char *values)
{
	for (const char *at = values; *at; at++)
		putchar(*at == '|' ? ' ' : *at);
}

static void bash_command(const struct gwt_command *command)
{
	printf("    %s)\n        case \"$prev\" in\n", command->name);
	for (const struct gwt_option *option = command->options; option->name; option++) {
		if (!option->value)
			continue;
		printf("        --%s) ", option->name);
		if (option->values) {
			fputs("COMPREPLY=($(compgen -W \"", stdout);
			words_of(option->values);
			puts("\" -- \"$cur\")); return ;;");
		} else {
			puts(takes_path(option) ? "COMPREPLY=($(compgen -f -- \"$cur\")); return ;;"
						: "return ;;");
		}
	}
	fputs("        esac\n        COMPREPLY=($(compgen -W \"", stdout);
	for (const struct gwt_option *option = command->options; option->name; option++)
		printf("--%s ", option->name);
	puts("\" -- \"$cur\") $(compgen -f -- \"$cur\")) ;;");
}

static void bash(void)
{
	puts("# bash completion for gwtape: gwtape completion bash > /etc/bash_completion.d/gwtape\n"
	     "_gwtape() {\n"
	     "    local cur=\"${COMP_WORDS[COMP_CWORD]}\" prev=\"${COMP_WORDS[COMP_CWORD-1]}\"\n"
	     "    if [ \"$COMP_CWORD\" -eq 1 ]; then");
	fputs("        COMPREPLY=($(compgen -W \"", stdout);
	for (size_t i = 0; gwt_commands[i]; i++)
		printf("%s ", gwt_commands[i]->name);
	puts("\" -- \"$cur\")); return\n    fi\n    case \"${COMP_WORDS[1]}\" in");
	for (size_t i = 0; gwt_commands[i]; i++)
		bash_command(gwt_commands[i]);
	puts("    esac\n}\ncomplete -o filenames -F _gwtape gwtape");
}

/* In zsh's and fish's single quotes. */
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
	puts("#compdef gwtape\n_gwtape() {\n    local -a commands\n    commands=(");
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
			if (option->values) {
				printf(":%s:(", option->name);
				words_of(option->values);
				putchar(')');
			} else if (option->value) {
				printf(":%s:%s", option->name, takes_path(option) ? "_files" : "");
			}
			putchar('\'');
		}
		puts(" '*:file:_files' ;;");
	}
	puts("    esac\n}\n_gwtape \"$@\"");
}

static void fish(void)
{
	for (size_t i = 0; gwt_commands[i]; i++) {
		printf("complete -c gwtape -n __fish_use_subcommand -f -a %s -d '", gwt_commands[i]->name);
		quoted(gwt_commands[i]->about, "\\'");
		puts("'");
		for (const struct gwt_option *option = gwt_commands[i]->options; option->name; option++) {
			printf("complete -c gwtape -n '__fish_seen_subcommand_from %s' -l %s %s-d '",
			       gwt_commands[i]->name, option->name, option->value ? "-r " : "");
			quoted(option->help, "\\'");
			putchar('\'');
			if (option->values) {
				fputs(" -f -a '", stdout);
				words_of(option->values);
				putchar('\'');
			}
			putchar('\n');
		}
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
