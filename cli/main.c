/* main.c - finds the row of the command, runs it, prints the error, returns the exit code. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/config.h"
#include "cli/help.h"
#include "cli/names.h"
#include "cli/option.h"
#include "cli/shipped.h"
#include "lib/base/arena.h"
#include "lib/base/error.h"

static bool is_help(const char *word)
{
	return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

static int fail(const struct gwt_error *err)
{
	gwt_say_error(err->msg);
	return gwt_status_exit_code(err->status);
}

/* --help anywhere before `--` shows the command's help. */
static bool wants_help(char **argv)
{
	for (; *argv && strcmp(*argv, "--") != 0; argv++)
		if (is_help(*argv))
			return true;
	return false;
}

static gwt_status run_command(const struct gwt_command *command, char **argv, struct gwt_arena *arena,
			      int *exit_code, struct gwt_error *err)
{
	void *options = gwt_arena_alloc(arena, command->options_size);
	struct gwt_config config;
	struct gwt_arguments args;
	gwt_status status = gwt_config_load(&config, arena, err);

	if (status == GWT_OK)
		status = gwt_options_fill(command, &config, argv, arena, options, &args, NULL, err);
	gwt_config_release(&config);
	if (status == GWT_OK)
		status = gwt_shipped_fill(command, &args, arena, options, err);
	if (status == GWT_OK)
		gwt_names_of_paths(command, &args, options, arena);
	if (status == GWT_OK)
		status = command->run(options, &args, arena, exit_code, err);
	return status;
}

/*
 * Keep file descriptors 0 to 2 open, so that no file or socket gets their number and then our output. A
 * closed one is replaced by one whose reads and writes fail, too.
 */
static void hold_stdio(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

int main(int argc, char **argv)
{
	struct gwt_arena arena = { 0 };
	struct gwt_error err = { GWT_OK, "" };
	const struct gwt_command *command;
	int exit_code = 0;

	hold_stdio();
	gwt_commands = gwt_command_table;
	if (argc < 2) {
		gwt_help_overview(stderr);
		return gwt_status_exit_code(GWT_EUSAGE);
	}
	if (strcmp(argv[1], "--version") == 0) {
		puts("gwtape " GWT_VERSION);
		return 0;
	}
	command = is_help(argv[1]) ? &gwt_cmd_help : gwt_command_named(argv[1]);
	if (!command) {
		gwt_fail_no_command(argv[1], &err);
		return fail(&err);
	}
	if (command->own_main)
		return command->own_main(argc - 1, argv + 1);
	if (is_help(argv[1]) || wants_help(argv + 2)) {
		command == &gwt_cmd_help ? gwt_help_overview(stdout) : gwt_help_command(stdout, command);
		return 0;
	}
	if (run_command(command, argv + 2, &arena, &exit_code, &err) != GWT_OK)
		exit_code = fail(&err);
	gwt_arena_release(&arena);
	if (fflush(stdout) != 0 && exit_code == 0) {
		gwt_fail(&err, GWT_EIO, "cannot write the result to stdout");
		exit_code = fail(&err);
	}
	return exit_code;
}
