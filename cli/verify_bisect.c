#include "cli/verify_bisect.h"

#include "cli/command.h"
#include "lib/base/arena.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/contract/verdict.h"
#include "verifier/bisect.h"

enum { MAX_SHOWN = 20 };

static void say(const char *text)
{
	gwt_say("%s", text);
}

static void print_difference(const struct gwt_bisect_difference *difference)
{
	struct gwt_span rest = difference->text;

	gwt_print(GWT_SPAN_FMT ": %s\n", GWT_SPAN_ARG(difference->place),
		  gwt_verdict_word(difference->verdict));
	while (rest.ptr) {
		struct gwt_span line = gwt_span_cut(&rest, '\n');

		if (line.len)
			gwt_print("  " GWT_SPAN_FMT "\n", GWT_SPAN_ARG(line));
	}
}

static void print(const struct gwt_bisect *bisect, enum gwt_level level)
{
	if (!bisect->first) {
		gwt_print("no difference at level %s (%zu versions, %zu installed)\n", gwt_level_word(level),
			  bisect->versions, bisect->installs);
		return;
	}
	gwt_print("first: %s\nbefore: %s\n%zu calls differ at level %s (%zu versions, %zu installed)\n",
		  bisect->first, bisect->before, bisect->len, gwt_level_word(level), bisect->versions,
		  bisect->installs);
	for (size_t i = 0; i < bisect->len && i < MAX_SHOWN; i++)
		print_difference(&bisect->differences[i]);
	if (bisect->len > MAX_SHOWN)
		gwt_print("… and %zu more\n", bisect->len - MAX_SHOWN);
}

gwt_status gwt_verify_bisect(struct gwt_arena *arena, const char *clients, const char *client,
			     const char *range, enum gwt_level level,
			     const struct gwt_contest_options *contest, int *exit_code, struct gwt_error *err)
{
	const char *dots = strstr(range, "..");
	struct gwt_bisect_options options = {
		.clients = clients, .name = client, .level = level, .contest = contest, .say = say
	};
	struct gwt_bisect bisect;
	gwt_status status;

	if (!dots || dots == range || !dots[2])
		return gwt_fail(err, GWT_EUSAGE, "option '--bisect' is GOOD..BAD, not '%s'", range);
	options.good = gwt_arena_cstr(arena, (struct gwt_span){ range, (size_t)(dots - range) });
	options.bad = dots + 2;
	status = gwt_bisect_run(arena, &options, &bisect, err);
	if (status != GWT_OK)
		return status;
	print(&bisect, level);
	*exit_code = bisect.first ? gwt_status_exit_code(GWT_EMISMATCH) : 0;
	return GWT_OK;
}
