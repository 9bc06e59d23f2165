/* report_parts.c - what the formats of a report share. */
#include <inttypes.h>

#include "drift/report.h"
#include "drift/rules.h"
#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/map.h"
#include "lib/base/span.h"
#include "lib/json/json.h"

bool gwt_drift_fails(const struct gwt_drift_report *report, const struct gwt_json *finding)
{
	enum gwt_severity severity;

	return gwt_severity_parse(gwt_json_get_text(finding, "severity"), &severity) &&
	       severity >= report->fail_on;
}

struct gwt_span gwt_drift_text(const struct gwt_json *object, const char *name)
{
	struct gwt_span text = gwt_json_get_text(object, name);

	return text.ptr ? text : GWT_SPAN("");
}

uint64_t gwt_drift_count(const struct gwt_json *run, const char *name)
{
	uint64_t count = 0;

	gwt_json_to_u64(gwt_json_get(gwt_json_get(run, "summary"), name), UINT64_MAX, &count);
	return count;
}

static void add_score(struct gwt_buf *out, const struct gwt_json *run)
{
	const struct gwt_json *score = gwt_json_get(run, "score");
	uint64_t compared = 0, same = 0;

	gwt_json_to_u64(gwt_json_get(score, "compared"), UINT64_MAX, &compared);
	gwt_json_to_u64(gwt_json_get(score, "same"), UINT64_MAX, &same);
	if (compared)
		gwt_buf_printf(out, "; %" PRIu64 " of %" PRIu64 " answers are the same", same, compared);
}

void gwt_drift_counts_add(struct gwt_buf *out, const struct gwt_json *run)
{
	uint64_t compared = gwt_drift_count(run, "compared"), accepted = gwt_drift_count(run, "accepted");

	gwt_buf_printf(out, "%" PRIu64 " scenario%s compared, %" PRIu64 " could not be checked: ", compared,
		       compared == 1 ? "" : "s", gwt_drift_count(run, "couldNotCheck"));
	gwt_buf_printf(out, "%" PRIu64 " breaking, %" PRIu64 " risky, %" PRIu64 " info",
		       gwt_drift_count(run, "breaking"), gwt_drift_count(run, "risky"),
		       gwt_drift_count(run, "info"));
	if (accepted)
		gwt_buf_printf(out, ", %" PRIu64 " accepted", accepted);
	add_score(out, run);
}

struct gwt_span gwt_drift_place(struct gwt_arena *arena, const struct gwt_json *object)
{
	struct gwt_span scenario = gwt_drift_text(object, "scenario"),
			interaction = gwt_drift_text(object, "interaction");

	return gwt_arena_printf(arena, GWT_SPAN_FMT "%s" GWT_SPAN_FMT, GWT_SPAN_ARG(scenario),
				interaction.len ? "#" : "", GWT_SPAN_ARG(interaction));
}

struct gwt_json *gwt_drift_reasons(struct gwt_arena *arena, const struct gwt_json *run)
{
	struct gwt_json *groups = gwt_json_new(arena, GWT_JSON_ARRAY);
	const struct gwt_json *list = gwt_json_get(run, "couldNotCheck");
	struct gwt_map by_reason = { 0 };

	for (const struct gwt_json *one = list ? list->child : NULL; one; one = one->next) {
		struct gwt_span reason = gwt_drift_text(one, "reason");
		struct gwt_json *group = gwt_map_get(&by_reason, reason);

		if (!group) {
			group = gwt_json_append(groups, gwt_json_new(arena, GWT_JSON_OBJECT));
			gwt_json_add_string(arena, group, "reason", reason);
			gwt_json_add_array(arena, group, "scenarios");
			gwt_map_put(&by_reason, reason, group);
		}
		gwt_json_append(gwt_json_get(group, "scenarios"),
				gwt_json_new_string(arena, gwt_drift_text(one, "scenario")));
	}
	gwt_map_release(&by_reason);
	return groups;
}
