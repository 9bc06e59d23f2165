#include "cli/command.h"

const struct gwt_command *const *gwt_commands;

const char *gwt_option_config_name(const struct gwt_option *option)
{
	return option->config ? option->config : option->name;
}
