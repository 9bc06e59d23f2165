#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/command.h"

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

void gwt_say(const char *fmt, ...)
{
	va_list args;

	fputs("gwtape: ", stderr);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputc('\n', stderr);
}
