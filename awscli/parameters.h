/*
 * parameters.h - words of the command line to the parameters of a call.
 *
 * The order of the checks is the AWS CLI's: every option in model order (its file
 * read, then shorthand, JSON or int), then --cli-input-json, --cli-input-yaml.
 */
#ifndef GWT_AWSCLI_PARAMETERS_H
#define GWT_AWSCLI_PARAMETERS_H

#include "awscli/command.h"
#include "lib/json/json.h"

/* *out: an object of API member names, in the order of the request's body. */
bool gwt_aws_parameters(const struct gwt_aws_command *command, const struct gwt_arg_result *parsed,
			struct gwt_json **out, struct gwt_aws_failure *failure);

/* botocore's ParamValidator: all complaints at once, GWT_AWS_PARAM. */
bool gwt_aws_validate(const struct gwt_aws_command *command, const struct gwt_json *parameters,
		      struct gwt_aws_failure *failure);

/*
 * YAML as ruamel.yaml's safe loader reads it (YAML 1.2, yaml.h). False when it is not YAML, and when the
 * loader raises another exception, such as for a date that does not exist: *crash is its message then.
 */
bool gwt_aws_yaml_read(struct gwt_arena *arena, struct gwt_span text, struct gwt_json **out,
		       struct gwt_span *crash);

#endif
