#include "drift/echo.h"

#include "drift/normal.h"
#include "lib/base/arena.h"
#include "lib/base/span.h"

const char *gwt_echo_word(enum gwt_echo echo)
{
	static const char *const words[] = {
		[GWT_ECHO_ABSENT] = "absent",         [GWT_ECHO_DEFAULTED] = "defaulted",
		[GWT_ECHO_DROPPED] = "dropped",       [GWT_ECHO_SAME] = "same",
		[GWT_ECHO_NORMALIZED] = "normalized",
	};

	return words[echo];
}

/* A patch says numbers and booleans as texts. */
static bool equal(const struct gwt_json *sent, const struct gwt_json *got)
{
	bool scalar = got->type == GWT_JSON_NUMBER || got->type == GWT_JSON_STRING;

	return gwt_normal_equal(sent, got) || (sent->type == GWT_JSON_STRING && scalar &&
					       sent->tag == got->tag && gwt_span_eq(sent->text, got->text));
}

enum gwt_echo gwt_echo_of(const struct gwt_json *sent, const struct gwt_json *got)
{
	if (!sent)
		return got ? GWT_ECHO_DEFAULTED : GWT_ECHO_ABSENT;
	if (!got)
		return GWT_ECHO_DROPPED;
	return equal(sent, got) ? GWT_ECHO_SAME : GWT_ECHO_NORMALIZED;
}

/* "was defaulted to 29000", "is now absent"; `is` is "was" or "is now". */
static struct gwt_span phrase(struct gwt_arena *arena, const char *is, enum gwt_echo echo,
			      const struct gwt_json *value)
{
	struct gwt_span shown = value ? gwt_value_shown(arena, value) : GWT_SPAN("");

	switch (echo) {
	case GWT_ECHO_ABSENT:
		return gwt_arena_printf(arena, "%s absent", is);
	case GWT_ECHO_DROPPED:
		return gwt_arena_printf(arena, "%s dropped", is);
	case GWT_ECHO_DEFAULTED:
		return gwt_arena_printf(arena, "%s defaulted to " GWT_SPAN_FMT, is, GWT_SPAN_ARG(shown));
	case GWT_ECHO_SAME:
		return gwt_arena_printf(arena, "%s answered as it was sent (" GWT_SPAN_FMT ")", is,
					GWT_SPAN_ARG(shown));
	case GWT_ECHO_NORMALIZED:
		break;
	}
	return gwt_arena_printf(arena, "%s answered as " GWT_SPAN_FMT ", which is not what was sent", is,
				GWT_SPAN_ARG(shown));
}

void gwt_echo_say(struct gwt_changes *changes, struct gwt_change *change, struct gwt_span name,
		  const struct gwt_json *sent)
{
	struct gwt_arena *arena = changes->arena;
	struct gwt_span was = phrase(arena, "was", gwt_echo_of(sent, change->was), change->was);
	struct gwt_span now = phrase(arena, "is now", gwt_echo_of(sent, change->now), change->now);

	gwt_change_say(changes, change, "'" GWT_SPAN_FMT "' " GWT_SPAN_FMT ", " GWT_SPAN_FMT,
		       GWT_SPAN_ARG(name), GWT_SPAN_ARG(was), GWT_SPAN_ARG(now));
}
