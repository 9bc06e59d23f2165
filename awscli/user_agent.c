/* user_agent.c - what the AWS CLI of Debian 12 says of itself and of the machine. */
#include <string.h>
#include <sys/utsname.h>

#include "awscli/files.h"
#include "awscli/session.h"
#include "lib/base/arena.h"
#include "lib/base/span.h"

/* ID and the first part of VERSION_ID of /etc/os-release: debian.12 */
static struct gwt_span distribution(struct gwt_arena *arena)
{
	struct gwt_span text, line, name = GWT_SPAN("unknown"), version = { 0 };

	if (gwt_aws_read_file(arena, GWT_SPAN("/etc/os-release"), &text) != 0)
		return name;
	while (text.len > 0) {
		struct gwt_span value = line = gwt_span_cut(&text, '\n'), key = gwt_span_cut(&value, '=');

		if (value.len > 1 && value.ptr[0] == '"')
			value = gwt_span_slice(value, 1, value.len - 1);
		if (gwt_span_is(key, "ID"))
			name = value;
		else if (gwt_span_is(key, "VERSION_ID"))
			version = gwt_span_slice(value, 0, gwt_span_find(value, '.'));
	}
	if (version.len == 0)
		return name;
	return gwt_arena_printf(arena, GWT_SPAN_FMT "." GWT_SPAN_FMT, GWT_SPAN_ARG(name),
				GWT_SPAN_ARG(version));
}

struct gwt_span gwt_aws_user_agent(struct gwt_arena *arena, const char *prompt_mode)
{
	struct gwt_span place = distribution(arena), environment = gwt_aws_env(arena, "AWS_EXECUTION_ENV"),
			inside = GWT_SPAN("");
	struct utsname system;

	if (uname(&system) != 0)
		memset(&system, 0, sizeof(system));
	if (environment.ptr)
		inside = gwt_arena_printf(arena, " exec-env/" GWT_SPAN_FMT, GWT_SPAN_ARG(environment));
	return gwt_arena_printf(arena,
				"aws-cli/2.9.19 Python/3.11.2 %s/%s" GWT_SPAN_FMT " source/%s." GWT_SPAN_FMT
				" prompt/%s",
				system.sysname, system.release, GWT_SPAN_ARG(inside), system.machine,
				GWT_SPAN_ARG(place), prompt_mode);
}
