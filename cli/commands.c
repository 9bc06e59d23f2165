/* The table of commands, in the order of `gwtape help`. A command is added here and nowhere else. */
#include "cli/commands.h"

#include "cli/command.h"
#include "cli/help.h"

extern const struct gwt_command gwt_cmd_record, gwt_cmd_replay, gwt_cmd_verify, gwt_cmd_drift,
	gwt_cmd_sandbox;
extern const struct gwt_command gwt_cmd_inspect, gwt_cmd_compare;
extern const struct gwt_command gwt_cmd_ls, gwt_cmd_show, gwt_cmd_lint, gwt_cmd_coverage;
extern const struct gwt_command gwt_cmd_scrub, gwt_cmd_git_merge_driver, gwt_cmd_git_textconv;
extern const struct gwt_command gwt_cmd_history;
extern const struct gwt_command gwt_cmd_import, gwt_cmd_export;
#ifdef GWT_AWSCLI
extern const struct gwt_command gwt_cmd_aws, gwt_cmd_put_integration, gwt_cmd_get_integration;
#endif

const struct gwt_command *const gwt_command_table[] = {
	&gwt_cmd_record,
	&gwt_cmd_replay,
	&gwt_cmd_verify,
	&gwt_cmd_drift,
	&gwt_cmd_sandbox,
	&gwt_cmd_ls,
	&gwt_cmd_show,
	&gwt_cmd_lint,
	&gwt_cmd_coverage,
	&gwt_cmd_scrub,
	&gwt_cmd_history,
	&gwt_cmd_import,
	&gwt_cmd_export,
	&gwt_cmd_inspect,
	&gwt_cmd_compare,
	&gwt_cmd_git_merge_driver,
	&gwt_cmd_git_textconv,
#ifdef GWT_AWSCLI
	&gwt_cmd_aws,
	&gwt_cmd_put_integration,
	&gwt_cmd_get_integration,
#endif
	&gwt_cmd_config,
	&gwt_cmd_completion,
	&gwt_cmd_help,
	NULL,
};
