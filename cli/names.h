/*
 * names.h - paths where names of scenarios are expected: shells complete paths.
 */
#ifndef GWT_CLI_NAMES_H
#define GWT_CLI_NAMES_H

#include "cli/command.h"

/*
 * Put "types/http" in place of "scenarios/types/http.yaml", "cassettes/types/http.json" and "scenarios/types/", in words
 * and in --scenario, however the path is spelled, and "types/http" in place of "types/http.yaml": where the folder is the
 * one that the command reads, and a file of that name is there.
 */
void gwt_names_of_paths(const struct gwt_command *command, struct gwt_arguments *args, void *options,
			struct gwt_arena *arena);

#endif
