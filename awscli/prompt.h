/*
 * prompt.h - --cli-auto-prompt: an editor for a command line, with completions.
 *
 * Made after the AWS CLI's prompt (prompt_toolkit): one line of input, a menu below
 * the cursor, panels for documentation and an example answer. No library drives the
 * terminal: it is in raw mode, and a grid of cells is drawn after every key.
 * docs/aws-cli.md lists the keys.
 */
#ifndef GWT_AWSCLI_PROMPT_H
#define GWT_AWSCLI_PROMPT_H

#include "awscli/session.h"

enum gwt_prompt_mode { GWT_PROMPT_OFF, GWT_PROMPT_ON, GWT_PROMPT_PARTIAL };

/*
 * Whether to prompt: --cli-auto-prompt or --no-cli-auto-prompt among the words, else AWS_CLI_AUTO_PROMPT,
 * else the profile.
 */
bool gwt_aws_prompt_mode(const struct gwt_aws_settings *settings, const struct gwt_words_list *words,
			 enum gwt_prompt_mode *out, struct gwt_aws_failure *failure);

/*
 * Let the user edit `words`; *out are the words to run. GWT_AWS_PROMPT_LEFT when the user left,
 * GWT_AWS_GENERAL at the end of an input that is not a terminal.
 */
bool gwt_aws_prompt(struct gwt_aws_session *session, const struct gwt_words_list *words,
		    struct gwt_words_list *out, struct gwt_aws_failure *failure);

#endif
