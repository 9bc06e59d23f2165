/*
 * command.h - one operation as a command: its options, made from the service model.
 */
#ifndef GWT_AWSCLI_COMMAND_H
#define GWT_AWSCLI_COMMAND_H

#include "awscli/argparse.h"
#include "lib/model/model.h"

struct gwt_aws_command {
	const struct gwt_operation *operation;
	const char *cli_name;              /* put-integration */
	const struct gwt_member **members; /* members that this model version has, in model order */
	size_t member_count;
	/* the members' options, then the three of the enum below, then the end */
	struct gwt_arg_option *options;
};

/* Options after those of the members. */
enum { GWT_AWS_CLI_INPUT_JSON, GWT_AWS_CLI_INPUT_YAML, GWT_AWS_SKELETON, GWT_AWS_EXTRA_OPTIONS };

/* The command named `cli_name`; NULL when gwtape does not have it. */
struct gwt_aws_command *gwt_aws_command_named(struct gwt_arena *arena, struct gwt_span cli_name,
					      enum gwt_model_version version);
/* The operations that are commands, NULL-ended. */
extern const char *const gwt_aws_implemented[];

/* restApiId -> rest-api-id */
char *gwt_aws_cli_name(struct gwt_arena *arena, const char *member);
/* GWTAPE_AWS_MODEL=newer in the environment chooses the newer model. */
enum gwt_model_version gwt_aws_model_version(void);

#endif
