/*
 * names.h - paths where names of scenarios are expected: shells complete paths.
 */
#ifndef GWT_CLI_NAMES_H
#define GWT_CLI_NAMES_H

#include "cli/command.h"

/*
 * In words and in --scenario, put "types/http" in place of "scenarios/types/http.yaml",
 * "cassettes/types/http.json" and "types/http.yaml", and "types" in place of "scenarios/types/",
 * however the path is spelled. This is done only where the folder is the one that the command reads and
 * has a file of that name.
 */
void gwt_names_of_paths(const struct gwt_command *command, struct gwt_arguments *args, void *options,
			struct gwt_arena *arena);

#endif
