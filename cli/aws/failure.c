#include "cli/aws/failure.h"

#include <stdarg.h>
#include <stdio.h>

#include "lib/pyval/unicode.h"

const char gwt_aws_usage[] = "aws [options] <command> <subcommand> [<subcommand> ...] [parameters]\n"
			     "To see help text, you can run:\n"
			     "\n"
			     "  aws help\n"
			     "  aws <command> help\n"
			     "  aws <command> <subcommand> help\n";

/* Order of enum gwt_aws_failure_kind; the AWS CLI's errorhandler.py. */
static const struct {
	int exit_code;
	const char *before, *after;
} rows[] = {
	[GWT_AWS_OK] = { 0, "", "" },
	[GWT_AWS_PARAM] = { 252, "\n", "\n" },
	[GWT_AWS_UNKNOWN_OPTION] = { 252, "\nusage: ", "\n\n" },
	[GWT_AWS_NO_REGION] = { 253, "\n", " You can also configure your region by running \"aws configure\".\n" },
	[GWT_AWS_NO_CREDENTIALS] = { 253, "\n", ". You can configure credentials by running \"aws configure\".\n" },
	[GWT_AWS_CLIENT] = { 254, "\n", "\n" },
	[GWT_AWS_GENERAL] = { 255, "\n", "\n" },
	[GWT_AWS_INTERRUPT] = { 130, "", "" },
	[GWT_AWS_PROMPT_LEFT] = { 130, "", "\n" },
	[GWT_AWS_CHECK] = { 1, "", "\n" },
	[GWT_AWS_UNCHECKED] = { 5, "gwtape: error: ", "\n" },
};

bool gwt_aws_fail_text(struct gwt_aws_failure *failure, enum gwt_aws_failure_kind kind, struct gwt_span message)
{
	failure->kind = kind;
	failure->message = message;
	return false;
}

bool gwt_aws_fail(struct gwt_aws_failure *failure, enum gwt_aws_failure_kind kind, const char *fmt, ...)
{
	va_list args;
	char *text;
	int len;

	va_start(args, fmt);
	len = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	text = gwt_arena_bytes(failure->arena, (size_t)len + 1);
	va_start(args, fmt);
	vsnprintf(text, (size_t)len + 1, fmt, args);
	va_end(args);
	return gwt_aws_fail_text(failure, kind, (struct gwt_span){ text, (size_t)len });
}

bool gwt_aws_fail_param(struct gwt_aws_failure *failure, const char *cli_name, struct gwt_span reason)
{
	return gwt_aws_fail(failure, GWT_AWS_PARAM, "Error parsing parameter '%s': " GWT_SPAN_FMT, cli_name,
			    GWT_SPAN_ARG(reason));
}

bool gwt_aws_check_encodable(struct gwt_span text, struct gwt_aws_failure *failure)
{
	size_t position = 0;
	uint32_t cp;

	for (size_t i = 0; i < text.len; position++) {
		i += gwt_utf8_get(text, i, &cp);
		if (cp >= 0xd800 && cp < 0xe000)
			return gwt_aws_fail(failure, GWT_AWS_GENERAL,
					    "'utf-8' codec can't encode character '\\u%04x' in position %zu: "
					    "surrogates not allowed",
					    (unsigned)cp, position);
	}
	return true;
}

int gwt_aws_exit_code(enum gwt_aws_failure_kind kind)
{
	return rows[kind].exit_code;
}

void gwt_aws_failure_text(struct gwt_buf *out, const struct gwt_aws_failure *failure)
{
	gwt_buf_add_text(out, rows[failure->kind].before);
	if (failure->kind == GWT_AWS_UNKNOWN_OPTION)
		gwt_buf_printf(out, "%s\n", gwt_aws_usage);
	gwt_buf_add(out, failure->message);
	gwt_buf_add_text(out, rows[failure->kind].after);
}
