/*
 * session.h - one run of the command line, and what it writes.
 */
#ifndef GWT_AWSCLI_SESSION_H
#define GWT_AWSCLI_SESSION_H

#include "awscli/awscli.h"
#include "awscli/command.h"
#include "awscli/globals.h"
#include "awscli/settings.h"

struct gwt_aws_session {
	struct gwt_arena *arena;
	const struct gwt_aws_hooks *hooks;
	struct gwt_aws_settings settings;
	struct gwt_aws_globals globals;
	struct gwt_buf out;      /* for stdout, written at the end */
	bool page;               /* send `out` through the pager when stdout is a terminal */
	bool reset_color;        /* reset the terminal's colors at the end */
	const char *prompt_mode; /* off, on, partial: part of the user agent */
	enum gwt_model_version version;
};

/* aws-cli/2.9.19 Python/3.11.2 Linux/… source/x86_64.debian.12 prompt/off */
struct gwt_span gwt_aws_user_agent(struct gwt_arena *arena, const char *prompt_mode);

/* Run the words after `apigateway`. */
bool gwt_aws_service_run(struct gwt_aws_session *session, const struct gwt_words_list *words,
			 struct gwt_aws_failure *failure);
/* Run one operation with the words after it. */
bool gwt_aws_operation_run(struct gwt_aws_session *session, const char *cli_name,
			   const struct gwt_words_list *words, struct gwt_aws_failure *failure);
/* gwt_aws_flush() prints what is in `out`; gwt_aws_help() puts a page made by groff there, for the pager. */
void gwt_aws_flush(struct gwt_aws_session *session);
bool gwt_aws_help(struct gwt_aws_session *session, const char *page, struct gwt_aws_failure *failure);
/* Print a line of --debug on stderr; nothing without --debug. */
void gwt_aws_debug(const struct gwt_aws_session *session, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

bool gwt_aws_stdout_is_terminal(void);
/* Whether `out` will go through a pager. */
bool gwt_aws_is_paged(struct gwt_aws_session *session);

#endif
