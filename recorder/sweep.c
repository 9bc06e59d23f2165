#include "recorder/sweep.h"

#include "lib/base/arena.h"
#include "lib/base/clock.h"
#include "lib/base/span.h"
#include "lib/json/json.h"
#include "recorder/fixtures.h"
#include "recorder/tag.h"

/* The creation time: AWS gives seconds, or a date in its console's form. */
static int64_t time_of(const struct gwt_json *created)
{
	int64_t time = 0;

	if (gwt_json_is(created, GWT_JSON_STRING))
		return gwt_clock_parse(created->text, &time) ? time : 0;
	return gwt_json_to_i64(created, &time) ? time : 0;
}

static gwt_status sweep_kind(struct gwt_caller *caller, const char *kind, size_t *removed,
			     struct gwt_arena *arena, struct gwt_error *err)
{
	struct gwt_json *answer = NULL, *items;
	gwt_status status = gwt_fixture_call(caller, "GET", gwt_arena_printf(arena, "/%s?limit=500", kind),
					     NULL, arena, &answer, err);

	items = gwt_json_get(answer, "item");
	for (const struct gwt_json *item = items ? items->child : NULL; status == GWT_OK && item;
	     item = item->next) {
		struct gwt_span id = gwt_json_get_text(item, "id");
		struct gwt_span tag = gwt_json_get_text(gwt_json_get(item, "tags"), GWT_TAG_NAME);

		if (!id.len || !gwt_tag_is_stale(caller, tag, time_of(gwt_json_get(item, "createdDate")),
						 gwt_clock_now()))
			continue;
		if (gwt_fixture_call(caller, "DELETE",
				     gwt_arena_printf(arena, "/%s/" GWT_SPAN_FMT, kind, GWT_SPAN_ARG(id)),
				     NULL, arena, NULL, NULL) == GWT_OK)
			++*removed;
	}
	return status;
}

gwt_status gwt_sweep(struct gwt_caller *caller, size_t *removed, struct gwt_error *err)
{
	struct gwt_arena arena = { 0 };
	gwt_status status = sweep_kind(caller, "restapis", removed, &arena, err);

	if (status == GWT_OK && caller->met_sandbox)
		status = sweep_kind(caller, "vpclinks", removed, &arena, err);
	gwt_arena_release(&arena);
	return status;
}
