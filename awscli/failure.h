/*
 * failure.h - how the AWS-compatible command line fails.
 *
 * The AWS CLI has its own exit codes and its texts are of any length, so these
 * modules return false and fill a struct gwt_aws_failure where the rest of
 * gwtape returns a gwt_status. The message is str() of the Python exception; the
 * kind says how it is printed and what the exit code is (failure.c has the table).
 */
#ifndef GWT_AWSCLI_FAILURE_H
#define GWT_AWSCLI_FAILURE_H

#include "lib/base/arena.h"
#include "lib/base/buf.h"

enum gwt_aws_failure_kind {
	GWT_AWS_OK,
	GWT_AWS_PARAM,          /* argparse, shorthand, JSON, validation: 252 */
	GWT_AWS_UNKNOWN_OPTION, /* 252, with the usage */
	GWT_AWS_NO_REGION,      /* 253 */
	GWT_AWS_NO_CREDENTIALS, /* 253 */
	GWT_AWS_CONFIGURATION,  /* an invalid setting of the profile: 253 */
	GWT_AWS_CLIENT,         /* the service answered with an error: 254 */
	GWT_AWS_GENERAL,        /* everything else: 255 */
	GWT_AWS_INTERRUPT,      /* Ctrl-C: 130 */
	GWT_AWS_PROMPT_LEFT,    /* Ctrl-C or Ctrl-D in the prompt: 130 */
	GWT_AWS_CHECK,          /* --check found a difference: 1 */
	GWT_AWS_UNCHECKED,      /* --check had nothing to compare with: 5 */
};

struct gwt_aws_failure {
	struct gwt_arena *arena; /* borrowed; the message lives there */
	enum gwt_aws_failure_kind kind;
	struct gwt_span message;
};

/* Fill `failure` and return false, so that a failure is one statement. */
bool gwt_aws_fail(struct gwt_aws_failure *failure, enum gwt_aws_failure_kind kind, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* The same with a finished message, which may hold any byte. */
bool gwt_aws_fail_text(struct gwt_aws_failure *failure, enum gwt_aws_failure_kind kind,
		       struct gwt_span message);
/* The same with the message "Error parsing parameter '--x': REASON". */
bool gwt_aws_fail_param(struct gwt_aws_failure *failure, const char *cli_name, struct gwt_span reason);

/*
 * A text from a configuration file, a variable or a program, for a message in AWS's words: `text` itself when
 * it consists of short lower-case words, as no key or token does; else "***".
 */
struct gwt_span gwt_aws_shown(struct gwt_span text);

/* A URL for a message, in `arena`: without its user and without the value of its query. */
struct gwt_span gwt_aws_url_shown(struct gwt_arena *arena, struct gwt_span url);

/*
 * Fails for a lone surrogate, which has no UTF-8 form: "'utf-8' codec can't encode character '\\udcff' in
 * position 0: …"
 */
bool gwt_aws_check_encodable(struct gwt_span text, struct gwt_aws_failure *failure);

int gwt_aws_exit_code(enum gwt_aws_failure_kind kind);
/* Append the text that stderr gets for a failure. */
void gwt_aws_failure_text(struct gwt_buf *out, const struct gwt_aws_failure *failure);

/* The usage text at the beginning of argparse errors, without "usage: ". */
extern const char gwt_aws_usage[];

#endif
