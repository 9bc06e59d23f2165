/*
 * commands.h - the table of all commands, for main().
 */
#ifndef GWT_CLI_COMMANDS_H
#define GWT_CLI_COMMANDS_H

#include "cli/command.h"

extern const struct gwt_command *const gwt_command_table[]; /* NULL-ended */

#endif
