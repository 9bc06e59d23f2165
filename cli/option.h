/*
 * option.h - from words, environment and gwtape.json to a command's options.
 *
 * Later sources win: gwtape.json (found from the working directory upwards), then
 * GWT_* variables named GWTAPE_<OPTION>, then flags. Where each value came from is
 * kept for `gwtape config`.
 */
#ifndef GWT_CLI_OPTION_H
#define GWT_CLI_OPTION_H

#include "cli/command.h"
#include "cli/config.h"

enum gwt_option_source { GWT_FROM_DEFAULT, GWT_FROM_FILE, GWT_FROM_ENVIRONMENT, GWT_FROM_FLAG };

/*
 * Fill `options` (zeroed) for `command`. argv[0] is the first word after the command's name.
 * `sources`, one for each row of command->options, may be NULL. GWT_EUSAGE names the word.
 */
gwt_status gwt_options_fill(const struct gwt_command *command, const struct gwt_config *config, char **argv,
			    struct gwt_arena *arena, void *options, struct gwt_arguments *args,
			    enum gwt_option_source *sources, struct gwt_error *err);

/*
 * The value of a row as text, for `gwtape config`; NULL when it is not set. What may be secret is not shown:
 * secret texts are counted, and a URL is shown without its user and query.
 */
const char *gwt_option_text(const struct gwt_option *option, const void *options, struct gwt_arena *arena);

#endif
