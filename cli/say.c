/* say.c - messages on stderr, and printf() for foreign text. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/command.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/report/escape.h"

static bool wants_colour(int fd)
{
	const char *no_color = getenv("NO_COLOR");

	return isatty(fd) && !(no_color && no_color[0]);
}

bool gwt_err_is_terminal(void)
{
	return wants_colour(STDERR_FILENO);
}

bool gwt_out_is_terminal(void)
{
	return wants_colour(STDOUT_FILENO);
}

/*
 * The one place that prints for people: names, paths and values in a text are foreign. The output is UTF-8
 * without control characters, except line ends and TABs.
 */
static void write_visible(FILE *to, const char *before, struct gwt_span text)
{
	gwt_auto(gwt_buf_release) struct gwt_buf out = { .max = SIZE_MAX };

	gwt_buf_add_text(&out, before);
	while (text.len) {
		size_t len = 0;

		while (len < text.len && text.ptr[len] != '\n' && text.ptr[len] != '\t')
			len++;
		gwt_visible_add(&out, gwt_span_slice(text, 0, len));
		if (len < text.len)
			gwt_buf_add_char(&out, text.ptr[len++]);
		text = gwt_span_slice(text, len, text.len);
	}
	fwrite(out.ptr, 1, out.len, to);
}

__attribute__((format(printf, 3, 0), nonnull(3))) static void
write_formatted(FILE *to, const char *before, const char *fmt, va_list args, const char *after)
{
	char *text = NULL;
	size_t len = 0;
	FILE *memory = open_memstream(&text, &len);

	if (!memory)
		return;
	vfprintf(memory, fmt, args);
	fputs(after, memory);
	fclose(memory);
	write_visible(to, before, (struct gwt_span){ text, len });
	free(text);
}

void gwt_print(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	write_formatted(stdout, "", fmt, args, "");
	va_end(args);
}

void gwt_say(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	write_formatted(stderr, "gwtape: ", fmt, args, "\n");
	va_end(args);
}

void gwt_say_plain(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	write_formatted(stderr, "", fmt, args, "\n");
	va_end(args);
}

void gwt_say_live(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	write_formatted(stderr, "\r\033[K", fmt, args, "");
	va_end(args);
}

void gwt_say_error(const char *message)
{
	write_visible(stderr, gwt_err_is_terminal() ? "gwtape: \033[31merror:\033[0m " : "gwtape: error: ",
		      gwt_span_of(message));
	fputc('\n', stderr);
}
