/*
 * prompt.h - --cli-auto-prompt: a command line edited with everything offered.
 *
 * After the AWS CLI's prompt (prompt_toolkit): one line of input, a menu below the
 * cursor, panels for documentation and an example answer. The terminal is ours,
 * without a library: raw mode, a grid of cells drawn again after every key.
 * docs/aws-cli.md lists the keys.
 */
#ifndef GWT_AWSCLI_PROMPT_H
#define GWT_AWSCLI_PROMPT_H

#include "awscli/session.h"

enum gwt_prompt_mode { GWT_PROMPT_OFF, GWT_PROMPT_ON, GWT_PROMPT_PARTIAL };

/* Literal words first, then AWS_CLI_AUTO_PROMPT, then the profile. */
bool gwt_aws_prompt_mode(const struct gwt_aws_settings *settings, const struct gwt_words_list *words,
			 enum gwt_prompt_mode *out, struct gwt_aws_failure *failure);

/*
 * Edit `words`; *out are those to run. GWT_AWS_PROMPT_LEFT when the user left, GWT_AWS_GENERAL at the
 * end of an input that is not a terminal.
 */
bool gwt_aws_prompt(struct gwt_aws_session *session, const struct gwt_words_list *words,
		    struct gwt_words_list *out, struct gwt_aws_failure *failure);

#endif
