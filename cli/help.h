/*
 * help.h - help, completions and man pages, all made from the command table.
 */
#ifndef GWT_CLI_HELP_H
#define GWT_CLI_HELP_H

#include <stdio.h>

#include "cli/command.h"

void gwt_help_overview(FILE *out);
void gwt_help_command(FILE *out, const struct gwt_command *command);
const struct gwt_command *gwt_command_named(const char *name);
/* GWT_EUSAGE that names the command which was probably meant. */
gwt_status gwt_fail_no_command(const char *name, struct gwt_error *err);

extern const struct gwt_command gwt_cmd_help, gwt_cmd_completion, gwt_cmd_config;

#endif
