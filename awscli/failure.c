#include "awscli/failure.h"

#include <assert.h>
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "awscli/pyval/unicode.h"
#include "lib/base/span.h"

enum { MAX_SHOWN_WORD = 12, MAX_SHOWN = 80 };

const char gwt_aws_usage[] = "aws [options] <command> <subcommand> [<subcommand> ...] [parameters]\n"
			     "To see help text, you can run:\n"
			     "\n"
			     "  aws help\n"
			     "  aws <command> help\n"
			     "  aws <command> <subcommand> help\n";

/* By enum gwt_aws_failure_kind; codes and texts of the AWS CLI's errorhandler.py. */
static const struct {
	int exit_code;
	const char *before, *after;
} rows[] = {
	[GWT_AWS_OK] = { 0, "", "" },
	[GWT_AWS_PARAM] = { 252, "\n", "\n" },
	[GWT_AWS_UNKNOWN_OPTION] = { 252, "\nusage: ", "\n\n" },
	[GWT_AWS_NO_REGION] = { 253, "\n",
				" You can also configure your region by running \"aws configure\".\n" },
	[GWT_AWS_NO_CREDENTIALS] = { 253, "\n",
				     ". You can configure credentials by running \"aws configure\".\n" },
	[GWT_AWS_CONFIGURATION] = { 253, "\n", "\n" },
	[GWT_AWS_CLIENT] = { 254, "\n", "\n" },
	[GWT_AWS_GENERAL] = { 255, "\n", "\n" },
	[GWT_AWS_INTERRUPT] = { 130, "", "" },
	[GWT_AWS_PROMPT_LEFT] = { 130, "", "\n" },
	[GWT_AWS_CHECK] = { 1, "", "\n" },
	[GWT_AWS_UNCHECKED] = { 5, "gwtape: error: ", "\n" },
};

bool gwt_aws_fail_text(struct gwt_aws_failure *failure, enum gwt_aws_failure_kind kind,
		       struct gwt_span message)
{
	failure->kind = kind;
	failure->message = message;
	return false;
}

/* Number of characters of the directive at `fmt`; its last character is the conversion. */
static size_t directive_length(const char *fmt)
{
	return 1 + strspn(fmt + 1, "0123456789.*z") + 1;
}

static void add_number(struct gwt_buf *out, const char *directive, unsigned number)
{
	if (strcmp(directive, "%d") == 0)
		gwt_buf_printf(out, "%d", (int)number);
	else if (strcmp(directive, "%02x") == 0)
		gwt_buf_printf(out, "%02x", number);
	else if (strcmp(directive, "%04x") == 0)
		gwt_buf_printf(out, "%04x", number);
	else
		assert(false && "a directive that messages do not use");
}

/*
 * As vsnprintf(), but an argument may hold a NUL, at which "%.*s" would stop: files and answers of the
 * service may hold any character.
 */
static void add_formatted(struct gwt_buf *out, const char *fmt, va_list args)
{
	while (*fmt) {
		size_t plain = strcspn(fmt, "%"), len;
		char one[16]; /* one directive: the formats are our own, the longest is "%.*s" */
		int count;

		gwt_buf_add(out, (struct gwt_span){ fmt, plain });
		fmt += plain;
		if (!*fmt)
			return;
		len = directive_length(fmt);
		snprintf(one, sizeof(one), "%.*s", (int)len, fmt);
		fmt += len;
		if (strcmp(one, GWT_SPAN_FMT) == 0) {
			count = va_arg(args, int);
			gwt_buf_add(out, (struct gwt_span){ va_arg(args, const char *), (size_t)count });
		} else if (strcmp(one, "%s") == 0) {
			gwt_buf_add_text(out, va_arg(args, const char *));
		} else if (strcmp(one, "%zu") == 0) {
			gwt_buf_printf(out, "%zu", va_arg(args, size_t));
		} else {
			add_number(out, one, va_arg(args, unsigned));
		}
	}
}

bool gwt_aws_fail(struct gwt_aws_failure *failure, enum gwt_aws_failure_kind kind, const char *fmt, ...)
{
	struct gwt_buf text;
	va_list args;

	gwt_buf_init(&text, SIZE_MAX);
	va_start(args, fmt);
	add_formatted(&text, fmt, args);
	va_end(args);
	gwt_aws_fail_text(failure, kind,
			  gwt_arena_copy(failure->arena, text.len ? gwt_buf_span(&text) : GWT_SPAN("")));
	gwt_buf_release(&text);
	return false;
}

bool gwt_aws_fail_param(struct gwt_aws_failure *failure, const char *cli_name, struct gwt_span reason)
{
	return gwt_aws_fail(failure, GWT_AWS_PARAM, "Error parsing parameter '%s': " GWT_SPAN_FMT, cli_name,
			    GWT_SPAN_ARG(reason));
}

struct gwt_span gwt_aws_shown(struct gwt_span text)
{
	size_t word = 0, longest = 0;

	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.ptr[i];

		if (c >= 'A' && c <= 'Z')
			return GWT_SPAN("***");
		word = isalnum(c) ? word + 1 : 0;
		longest = word > longest ? word : longest;
	}
	return longest <= MAX_SHOWN_WORD && text.len <= MAX_SHOWN ? text : GWT_SPAN("***");
}

static bool is_host(struct gwt_span host)
{
	bool bracket = host.len > 0 && host.ptr[0] == '[';

	for (size_t i = 0; i < host.len; i++) {
		unsigned char c = (unsigned char)host.ptr[i];

		if (bracket ? !isxdigit(c) && !memchr(":.[]%", c, 5) : !isalnum(c) && !memchr(".:-_", c, 4))
			return false;
	}
	return host.len <= 255;
}

struct gwt_span gwt_aws_url_shown(struct gwt_arena *arena, struct gwt_span url)
{
	size_t start = gwt_span_find_span(url, GWT_SPAN("://")), end;
	struct gwt_span rest, host, path;
	bool user = false;

	if (start == url.len)
		return gwt_aws_shown(url);
	rest = gwt_span_slice(url, start + 3, url.len);
	for (end = 0; end < rest.len && !memchr("/?#", rest.ptr[end], 3);)
		end++;
	host = gwt_span_slice(rest, 0, end);
	for (; gwt_span_find(host, '@') < host.len; user = true)
		gwt_span_cut(&host, '@');
	rest = gwt_span_slice(rest, end, rest.len);
	rest = gwt_span_slice(rest, 0, gwt_span_find(rest, '#'));
	path = gwt_span_cut(&rest, '?');
	if (!is_host(host) || gwt_span_find(path, '@') < path.len) { /* a user may have a slash */
		host = GWT_SPAN("***");
		path = GWT_SPAN("");
	}
	return gwt_arena_printf(arena, GWT_SPAN_FMT "%s" GWT_SPAN_FMT GWT_SPAN_FMT "%s",
				GWT_SPAN_ARG(gwt_aws_shown(gwt_span_slice(url, 0, start + 3))),
				user ? "***:***@" : "", GWT_SPAN_ARG(host), GWT_SPAN_ARG(path),
				rest.ptr ? "?***" : "");
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
