/*
 * skeleton.h - --generate-cli-skeleton: an input to fill in, or a made-up answer.
 */
#ifndef GWT_AWSCLI_SKELETON_H
#define GWT_AWSCLI_SKELETON_H

#include "awscli/command.h"
#include "lib/json/json.h"

/* `input` and `yaml-input`, as text. */
void gwt_aws_skeleton_input(struct gwt_buf *out, struct gwt_arena *arena,
			    const struct gwt_aws_command *command);
void gwt_aws_skeleton_yaml(struct gwt_buf *out, const struct gwt_aws_command *command);
/* `output`: a value for every member that the answer may have. */
struct gwt_json *gwt_aws_skeleton_output(struct gwt_arena *arena, const struct gwt_aws_command *command,
					 enum gwt_model_version version);

#endif
