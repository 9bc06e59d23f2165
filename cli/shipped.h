/*
 * shipped.h - the scenarios and cassettes that come with gwtape, wherever it is installed.
 *
 * They are found relative to the program, so that an installed folder may be moved. `shipped` as the value of
 * --scenarios or --cassettes names them. Commands that only read scenarios also take them where the working
 * directory has none; a replay never does, since it would then test against cassettes that nobody chose.
 */
#ifndef GWT_CLI_SHIPPED_H
#define GWT_CLI_SHIPPED_H

#include "cli/command.h"

/* The value that names them; './shipped' is a folder of that name. */
#define GWT_SHIPPED "shipped"

/*
 * The folder that is shipped as `kind` ("scenarios", "cassettes"), for a program in the folder `program_dir`;
 * NULL where there is none. In `arena`.
 */
const char *gwt_shipped_beside(const char *program_dir, const char *kind, struct gwt_arena *arena);

/*
 * Put the shipped folders in place of the value `shipped`, and of folders that were not given and do not
 * exist. GWT_EUSAGE where the command would write to them, GWT_EUNCHECKED where they are not installed.
 * Prints to stderr when it uses them without being asked to.
 */
gwt_status gwt_shipped_fill(const struct gwt_command *command, const struct gwt_arguments *args,
			    struct gwt_arena *arena, void *options, struct gwt_error *err);

#endif
