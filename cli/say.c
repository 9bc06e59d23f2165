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
 * The one place where words for people leave us on stderr: names and paths in them are other people's. Every line is
 * UTF-8 in which nothing speaks to a terminal; TAB stays.
 */
static void write_line(const char *before, struct gwt_span text)
{
	gwt_auto(gwt_buf_release) struct gwt_buf out = { .max = SIZE_MAX };

	gwt_buf_add_text(&out, before);
	while (text.ptr) {
		struct gwt_span line = gwt_span_cut(&text, '\n');

		while (line.ptr) {
			gwt_visible_add(&out, gwt_span_cut(&line, '\t'));
			if (line.ptr)
				gwt_buf_add_char(&out, '\t');
		}
		gwt_buf_add_char(&out, '\n');
	}
	fwrite(out.ptr, 1, out.len, stderr);
}

static void write_formatted(const char *before, const char *fmt, va_list args)
{
	char *text = NULL;
	size_t len = 0;
	FILE *memory = open_memstream(&text, &len);

	if (!memory)
		return;
	vfprintf(memory, fmt, args);
	fclose(memory);
	write_line(before, (struct gwt_span){ text, len });
	free(text);
}

void gwt_say(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	write_formatted("gwtape: ", fmt, args);
	va_end(args);
}

void gwt_say_plain(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	write_formatted("", fmt, args);
	va_end(args);
}

void gwt_say_error(const char *message)
{
	write_line(gwt_err_is_terminal() ? "gwtape: \033[31merror:\033[0m " : "gwtape: error: ",
		   gwt_span_of(message));
}
