/* aws.c - the AWS command line from its words to its exit code. */
#include "awscli/awscli.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "awscli/argparse.h"
#include "awscli/command.h"
#include "awscli/docs.h"
#include "awscli/failure.h"
#include "awscli/files.h"
#include "awscli/globals.h"
#include "awscli/prompt.h"
#include "awscli/session.h"
#include "awscli/settings.h"
#include "awscli/pyval/pyval.h"
#include "awscli/pyval/unicode.h"
#include "lib/awsconf/ini.h"
#include "lib/awsconf/path.h"
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/span.h"
#include "lib/base/utf8.h"
#include "lib/json/json.h"

static const char first_pass_usage[] = "aws [-h] [--profile PROFILE] [--debug]\n";

/* The parser that runs before all others and knows three options; *done when it printed its help. */
static bool first_pass(struct gwt_aws_session *session, const struct gwt_words_list *words, bool *done,
		       struct gwt_aws_failure *failure)
{
	static const struct gwt_arg_option options[] = {
		{ "--help", GWT_ARG_STOP, .alias = "-h" },
		{ "--profile", GWT_ARG_VALUE },
		{ "--debug", GWT_ARG_FLAG },
		{ NULL },
	};
	struct gwt_arg_parser parser = { .usage = first_pass_usage, .options = options };
	struct gwt_arg_result parsed;

	if (!gwt_arg_parse(&parser, words, &parsed, failure))
		return false;
	*done = parsed.stop != NULL;
	if (*done)
		gwt_buf_printf(&session->out,
			       "usage: %s\noptions:\n"
			       "  -h, --help         show this help message and exit\n"
			       "  --profile PROFILE\n"
			       "  --debug\n",
			       first_pass_usage);
	return true;
}

/* The commands of the AWS CLI and the aliases of ~/.aws/cli/alias. */
static const char *const *command_names(struct gwt_arena *arena, const struct gwt_ini_section *aliases)
{
	const struct gwt_ini_option *alias;
	const char **names;
	size_t count = 0, all = gwt_ini_count(aliases);

	while (gwt_aws_services[count])
		count++;
	names = gwt_arena_array(arena, const char *, count + all + 1);
	gwt_copy(names, gwt_aws_services, count * sizeof(*names));
	for (size_t i = 0; aliases && (alias = gwt_ini_next(aliases, &i));)
		names[count++] = gwt_arena_cstr(arena, alias->name);
	return names;
}

static bool read_aliases(struct gwt_arena *arena, const struct gwt_ini_section **out,
			 struct gwt_aws_failure *failure)
{
	struct gwt_span path = gwt_path_expand_user(arena, GWT_SPAN("~/.aws/cli/alias"));
	struct gwt_ini ini = { .len = 0 };
	gwt_status status = gwt_ini_read(arena, gwt_arena_cstr(arena, path), 0, &ini, NULL);

	*out = NULL;
	if (status != GWT_OK && status != GWT_EIO)
		return gwt_aws_fail(failure, GWT_AWS_GENERAL, "Unable to parse config file: " GWT_SPAN_FMT,
				    GWT_SPAN_ARG(gwt_py_fsdecode(arena, path)));
	*out = gwt_ini_section(&ini, GWT_SPAN("toplevel"));
	return true;
}

/* The alias's words, then `words` without the name of the alias. */
static bool expand_alias(struct gwt_arena *arena, const struct gwt_ini_option *alias,
			 const struct gwt_words_list *words, struct gwt_words_list *out,
			 struct gwt_aws_failure *failure)
{
	struct gwt_span text = gwt_utf8_strip(alias->value);
	bool named = false;

	if (text.len > 0 && text.ptr[0] == '!')
		return gwt_aws_fail(failure, GWT_AWS_GENERAL,
				    "alias '" GWT_SPAN_FMT
				    "' runs a command of the shell, which gwtape does not do",
				    GWT_SPAN_ARG(alias->name));
	if (!gwt_py_shlex_split(arena, text, out))
		return gwt_aws_fail(
			failure, GWT_AWS_GENERAL,
			"Value of alias \"" GWT_SPAN_FMT
			"\" could not be parsed. Received error: No closing quotation when parsing:\n" GWT_SPAN_FMT,
			GWT_SPAN_ARG(alias->name), GWT_SPAN_ARG(text));
	for (size_t i = 0; i < words->len; i++) {
		if (!named && gwt_span_eq(words->items[i], alias->name))
			named = true;
		else
			gwt_words_add(arena, out, words->items[i]);
	}
	return true;
}

static bool dispatch(struct gwt_aws_session *session, struct gwt_aws_failure *failure)
{
	struct gwt_span command = session->globals.command;

	if (gwt_span_is(command, "apigateway"))
		return gwt_aws_service_run(session, &session->globals.rest, failure);
	if (gwt_span_is(command, "help"))
		return gwt_aws_help(session, "apigateway", failure);
	return gwt_aws_fail(
		failure, GWT_AWS_PARAM,
		"gwtape has 'apigateway put-integration' and 'apigateway get-integration'; '" GWT_SPAN_FMT
		"' needs the AWS CLI itself",
		GWT_SPAN_ARG(command));
}

static bool is_one_of(const struct gwt_json *value, const char *a, const char *b)
{
	return gwt_json_is(value, GWT_JSON_STRING) &&
	       (gwt_span_is(value->text, a) || gwt_span_is(value->text, b));
}

/* Settings that the AWS CLI checks before it looks at the command. A missing profile is not a fault yet. */
static bool check_formats(struct gwt_aws_session *session, struct gwt_aws_failure *failure)
{
	const struct gwt_json *timestamp, *binary;
	struct gwt_buf text;

	timestamp = gwt_aws_settings_value(&session->settings, "cli_timestamp_format");
	binary = session->globals.binary_format.ptr
			 ? NULL
			 : gwt_aws_settings_value(&session->settings, "cli_binary_format");
	gwt_buf_init(&text, SIZE_MAX);
	if (timestamp && !is_one_of(timestamp, "wire", "iso8601")) {
		gwt_py_str(&text, timestamp);
		gwt_aws_fail(failure, GWT_AWS_CONFIGURATION,
			     "Unknown cli_timestamp_format value: " GWT_SPAN_FMT
			     ", valid values are \"wire\" or \"iso8601\"",
			     GWT_SPAN_ARG(gwt_aws_shown(gwt_buf_span(&text))));
	} else if (gwt_json_is(binary, GWT_JSON_OBJECT)) {
		gwt_aws_fail(failure, GWT_AWS_GENERAL, "unhashable type: 'dict'");
	} else if (binary && !is_one_of(binary, "base64", "raw-in-base64-out")) {
		gwt_py_repr(&text, binary); /* str() of a KeyError */
		gwt_aws_fail(failure, GWT_AWS_GENERAL, GWT_SPAN_FMT,
			     GWT_SPAN_ARG(gwt_aws_shown(gwt_buf_span(&text))));
	}
	gwt_buf_release(&text);
	return failure->kind == GWT_AWS_OK;
}

static bool run_words(struct gwt_aws_session *session, const struct gwt_words_list *words,
		      struct gwt_aws_failure *failure)
{
	const struct gwt_ini_option *alias = NULL;
	struct gwt_words_list expanded = { 0 };
	const struct gwt_ini_section *aliases;

	if (!read_aliases(session->arena, &aliases, failure) ||
	    !gwt_aws_globals_parse(words, command_names(session->arena, aliases), &session->globals, failure))
		return false;
	if (!session->globals.version)
		alias = gwt_ini_option(aliases, session->globals.command);
	if (alias) {
		if (!expand_alias(session->arena, alias, words, &expanded, failure) ||
		    !gwt_aws_globals_parse(&expanded, gwt_aws_services, &session->globals, failure))
			return false;
	}
	if (session->globals.version) {
		gwt_buf_printf(&session->out, GWT_SPAN_FMT "\n",
			       GWT_SPAN_ARG(gwt_aws_user_agent(session->arena, session->prompt_mode)));
		return true;
	}
	session->settings.profile = session->globals.profile;
	gwt_aws_debug(session, "CLI version: %.*s",
		      GWT_SPAN_ARG(gwt_aws_user_agent(session->arena, session->prompt_mode)));
	return check_formats(session, failure) && dispatch(session, failure);
}

/* LF, TAB, NUL and BEL are printed unescaped, as the AWS CLI does (tests/data/cli). */
static bool is_escaped(uint32_t cp)
{
	return (cp >= 0xd800 && cp < 0xe000) ||
	       (gwt_utf8_is_control(cp) && (cp >= 0x20 || !memchr("\0\a\t\n", (int)cp, 4)));
}

/* Any text can be printed on stderr: lone surrogates and control characters are escaped (\udcff). */
static void print_failure(const struct gwt_aws_failure *failure)
{
	struct gwt_buf text, shown;
	uint32_t cp;

	gwt_buf_init(&text, SIZE_MAX);
	gwt_buf_init(&shown, SIZE_MAX);
	gwt_aws_failure_text(&text, failure);
	for (size_t i = 0; i < text.len;) {
		i += gwt_utf8_get(gwt_buf_span(&text), i, &cp);
		if (is_escaped(cp))
			gwt_buf_printf(&shown, "\\u%04x", (unsigned)cp);
		else
			gwt_utf8_add(&shown, cp);
	}
	fwrite(shown.ptr ? shown.ptr : "", 1, shown.len, stderr);
	gwt_buf_release(&text);
	gwt_buf_release(&shown);
}

static bool prompt_and_run(struct gwt_aws_session *session, const struct gwt_words_list *words,
			   const char *mode, struct gwt_aws_failure *failure)
{
	struct gwt_words_list edited = { 0 };

	if (!gwt_aws_prompt(session, words, &edited, failure))
		return false;
	session->prompt_mode = mode;
	return run_words(session, &edited, failure);
}

/* on-partial: run the words first, and prompt only when they are not a valid command line. */
static bool run_prompted(struct gwt_aws_session *session, const struct gwt_words_list *words,
			 struct gwt_aws_failure *failure)
{
	enum gwt_prompt_mode mode;

	if (!gwt_aws_prompt_mode(&session->settings, words, &mode, failure))
		return false;
	if (mode == GWT_PROMPT_ON)
		return prompt_and_run(session, words, "on", failure);
	if (run_words(session, words, failure))
		return true;
	if (mode != GWT_PROMPT_PARTIAL ||
	    gwt_aws_exit_code(failure->kind) != gwt_aws_exit_code(GWT_AWS_PARAM))
		return false;
	if (failure->kind == GWT_AWS_UNKNOWN_OPTION) /* other kinds are not shown */
		print_failure(failure);
	failure->kind = GWT_AWS_OK;
	gwt_buf_clear(&session->out);
	session->settings.profile = (struct gwt_span){ 0 };
	return prompt_and_run(session, words, "partial", failure);
}

static bool run(struct gwt_aws_session *session, const struct gwt_words_list *words,
		struct gwt_aws_failure *failure)
{
	bool done;

	if (!first_pass(session, words, &done, failure) || done)
		return failure->kind == GWT_AWS_OK;
	return gwt_aws_settings_load(&session->settings, failure) && run_prompted(session, words, failure);
}

/* Ctrl-C: Python prints a line break and the CLI exits with 128 + SIGINT. */
static void on_interrupt(int signal_number)
{
	ssize_t ignored = write(STDOUT_FILENO, "\n", 1);

	(void)ignored;
	(void)signal_number;
	_exit(130);
}

static void collect_words(struct gwt_arena *arena, int argc, char **argv, struct gwt_words_list *out)
{
	if (strcmp(argv[0], "aws") != 0) {
		gwt_words_add(arena, out, GWT_SPAN("apigateway"));
		gwt_words_add(arena, out, gwt_span_of(argv[0]));
	}
	for (int i = 1; i < argc; i++)
		gwt_words_add(arena, out, gwt_py_fsdecode(arena, gwt_span_of(argv[i])));
}

int gwt_aws_main(int argc, char **argv, const struct gwt_aws_hooks *hooks)
{
	struct gwt_arena arena = { 0 };
	struct gwt_aws_session session = {
		.arena = &arena, .hooks = hooks, .prompt_mode = "off", .version = gwt_aws_model_version()
	};
	struct gwt_aws_failure failure = { .arena = &arena };
	struct gwt_words_list words = { 0 };
	int code;

	signal(SIGINT, on_interrupt);
	gwt_buf_init(&session.out, SIZE_MAX);
	collect_words(&arena, argc, argv, &words);
	run(&session, &words, &failure);
	gwt_aws_flush(&session);
	print_failure(&failure);
	code = gwt_aws_exit_code(failure.kind);
	gwt_buf_release(&session.out);
	gwt_aws_settings_release(&session.settings);
	gwt_arena_wipe(&arena); /* it held signed requests */
	return code;
}
