#include "cli/history_changes.h"

#include "cli/command.h"
#include "cli/drift_result.h"
#include "cli/request_file.h"
#include "drift/findings.h"
#include "drift/tapes.h"
#include "lib/base/arena.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/cassette/cassette.h"
#include "lib/json/json.h"
#include "lib/store/history.h"

/* A version that can be compared. */
struct recording {
	const struct gwt_history_version *version;
	struct gwt_cassette cassette;
};

/* False where there is nothing to compare: no cassette, or one that cannot be read, which is reported. */
static bool read_recording(const struct gwt_history_query *query, struct gwt_json *root,
			   struct gwt_span scenario, const struct gwt_history_version *version,
			   struct gwt_arena *arena, struct recording *out)
{
	struct gwt_error why = { 0 };
	const char *reason = version->unreadable;

	out->version = version;
	if (!reason && !version->bytes.ptr)
		return false;
	if (!reason &&
	    gwt_cassette_parse(arena, version->path, version->bytes, &out->cassette, &why) != GWT_OK)
		reason = why.msg;
	if (reason) {
		gwt_history_add_problem(query, root, scenario, version, reason);
		return false;
	}
	out->cassette.scenario = scenario; /* its current name: it may have been renamed */
	return true;
}

static void compare(struct gwt_findings *findings, struct recording *was, struct recording *now)
{
	struct gwt_cassettes before = { .items = &was->cassette, .len = 1 };
	struct gwt_cassettes after = { .items = &now->cassette, .len = 1 };

	gwt_drift_cassettes(findings, &before, &after);
}

/* One scenario */

/* The report of one step: its findings, and what could not be compared (a call whose request changed). */
static struct gwt_json *report_of(const struct gwt_history_query *query,
				  const struct gwt_drift_policy *policy, struct recording *was,
				  struct recording *now)
{
	struct gwt_findings findings;
	struct gwt_json *report;

	gwt_findings_init(&findings, query->arena, policy);
	compare(&findings, was, now);
	gwt_findings_finish(&findings);
	report = gwt_findings_json(&findings, query->arena);
	gwt_findings_release(&findings);
	return report;
}

static void print_findings(const struct gwt_history_query *query, const struct gwt_json *list)
{
	struct gwt_arena *arena = query->arena;

	for (const struct gwt_json *one = list->child; one; one = one->next) {
		struct gwt_span at = gwt_json_get_text(one, "at");

		gwt_print("    " GWT_SPAN_FMT " " GWT_SPAN_FMT " " GWT_SPAN_FMT "%s" GWT_SPAN_FMT
			  ": " GWT_SPAN_FMT " -> " GWT_SPAN_FMT "\n",
			  GWT_SPAN_ARG(gwt_json_get_text(one, "severity")),
			  GWT_SPAN_ARG(gwt_json_get_text(one, "rule")),
			  GWT_SPAN_ARG(gwt_json_get_text(one, "interaction")), at.len ? " " : "",
			  GWT_SPAN_ARG(gwt_visible(arena, at)),
			  GWT_SPAN_ARG(gwt_history_shown(arena, gwt_json_get(one, "was"))),
			  GWT_SPAN_ARG(gwt_history_shown(arena, gwt_json_get(one, "now"))));
	}
}

static void show_version(const struct gwt_history_query *query, struct gwt_json *versions,
			 const struct gwt_history_version *version, const struct gwt_json *report)
{
	const struct gwt_json *list = gwt_json_get(report, "findings");
	const struct gwt_json *unchecked = gwt_json_at(gwt_json_get(report, "couldNotCheck"), 0);
	struct gwt_json *one = gwt_json_append(versions, gwt_json_new(query->arena, GWT_JSON_OBJECT));
	bool removed = !version->unreadable && !version->bytes.ptr;

	gwt_history_add_dates(query->arena, one, version, version->confirmed);
	if (removed)
		gwt_json_add_bool(query->arena, one, "removed", true);
	if (list)
		gwt_json_add(query->arena, one, "findings", gwt_json_copy(query->arena, list));
	if (unchecked)
		gwt_json_add_string(query->arena, one, "couldNotCheck",
				    gwt_json_get_text(unchecked, "reason"));
	if (query->json)
		return;
	gwt_print(GWT_SPAN_FMT ": %s\n",
		  GWT_SPAN_ARG(gwt_history_dates(query->arena, version, version->confirmed)),
		  removed               ? "removed"
		  : version->unreadable ? "cannot be read"
		  : !list               ? "the first, or after one that cannot be compared"
		  : list->len           ? "changed"
					: "no answer changed");
	if (list)
		print_findings(query, list);
	if (unchecked)
		gwt_print("    could not be compared: " GWT_SPAN_FMT "\n",
			  GWT_SPAN_ARG(gwt_visible(query->arena, gwt_json_get_text(unchecked, "reason"))));
}

gwt_status gwt_history_show_scenario(const struct gwt_history_query *query, struct gwt_error *err)
{
	struct gwt_arena *arena = query->arena;
	struct gwt_json *root = gwt_json_new(arena, GWT_JSON_OBJECT), *list;
	struct gwt_history_versions versions;
	struct gwt_drift_policy policy;
	struct recording before, now;
	bool has_before = false;
	gwt_status status = gwt_history_load(query, &versions, err);

	if (status == GWT_OK)
		status = gwt_drift_policy_load(&policy, arena, err);
	if (status != GWT_OK)
		return status;
	gwt_json_add_string(arena, root, "scenario", query->scenario);
	list = gwt_json_add_array(arena, root, "versions");
	for (size_t i = 0; i < versions.len; i++) {
		bool readable = read_recording(query, root, query->scenario, &versions.items[i], arena, &now);

		if (gwt_history_time(&versions.items[i]) >= query->since)
			show_version(query, list, &versions.items[i],
				     readable && has_before ? report_of(query, &policy, &before, &now)
							    : NULL);
		before = readable ? now : before;
		has_before = readable ||
			     (has_before && !versions.items[i].unreadable && versions.items[i].bytes.ptr);
	}
	if (query->json)
		gwt_print_json(root);
	return GWT_OK;
}

/* All scenarios */

struct survey {
	const struct gwt_history_query *query;
	struct gwt_findings findings;
	struct gwt_json *root, *added, *removed;
	size_t scenarios, changes;
};

/* How many places each finding has so far: those are places of other recordings. */
static size_t *count_places(const struct gwt_findings *findings, struct gwt_arena *arena)
{
	size_t *counts = gwt_arena_array(arena, size_t, findings->len + 1);

	for (size_t i = 0; i < findings->len; i++)
		counts[i] = findings->items[i]->place_count;
	return counts;
}

static void add_dates(struct survey *survey, struct gwt_finding *finding, size_t from,
		      const struct gwt_history_version *version)
{
	struct gwt_arena *arena = survey->query->arena;
	struct gwt_json *list;

	if (!finding->more) {
		finding->more = gwt_json_new(arena, GWT_JSON_OBJECT);
		gwt_json_add_array(arena, finding->more, "changes");
	}
	list = gwt_json_get(finding->more, "changes");
	for (size_t i = from; i < finding->place_count; i++) {
		struct gwt_json *one = gwt_json_append(list, gwt_json_new(arena, GWT_JSON_OBJECT));

		gwt_json_add_string(arena, one, "scenario", finding->places[i].scenario);
		gwt_json_add_string(arena, one, "interaction", finding->places[i].interaction);
		gwt_history_add_dates(arena, one, version, version->confirmed);
	}
}

static void compare_dated(struct survey *survey, struct recording *was, struct recording *now)
{
	struct gwt_arena scratch = { 0 };
	size_t known = survey->findings.len, *counts = count_places(&survey->findings, &scratch);

	compare(&survey->findings, was, now);
	survey->changes++;
	for (size_t i = 0; i < survey->findings.len; i++) {
		struct gwt_finding *finding = survey->findings.items[i];
		size_t from = i < known ? counts[i] : 0;

		if (finding->place_count > from)
			add_dates(survey, finding, from, now->version);
	}
	gwt_arena_release(&scratch);
}

static void list_event(const struct survey *survey, struct gwt_json *list, struct gwt_span scenario,
		       const struct gwt_history_version *version)
{
	struct gwt_json *one = gwt_json_append(list, gwt_json_new(survey->query->arena, GWT_JSON_OBJECT));

	gwt_json_add_string(survey->query->arena, one, "scenario", scenario);
	gwt_history_add_dates(survey->query->arena, one, version, version->confirmed);
}

static void survey_versions(struct survey *survey, struct gwt_span scenario,
			    const struct gwt_history_versions *versions, struct gwt_arena *arena)
{
	struct recording recordings[2];
	size_t turn = 0;
	bool has_before = false;

	for (size_t i = 0; i < versions->len; i++) {
		const struct gwt_history_version *version = &versions->items[i];
		/* a version at an older path is reported under its earlier name */
		bool asked = gwt_history_time(version) >= survey->query->since &&
			     strcmp(version->path, versions->items[versions->len - 1].path) == 0;
		bool next_asked = i + 1 == versions->len ||
				  gwt_history_time(&versions->items[i + 1]) >= survey->query->since;

		if (!asked && !next_asked)
			continue; /* neither this version nor the next one is reported */
		if (asked && !version->unreadable && !version->bytes.ptr)
			list_event(survey, survey->removed, scenario, version);
		if (!version->unreadable && !version->bytes.ptr)
			has_before = false;
		if (!read_recording(survey->query, survey->root, scenario, version, arena, &recordings[turn]))
			continue;
		if (asked && has_before)
			compare_dated(survey, &recordings[!turn], &recordings[turn]);
		else if (asked)
			list_event(survey, survey->added, scenario, version);
		has_before = true;
		turn = !turn;
	}
}

static gwt_status survey_scenarios(struct survey *survey, struct gwt_error *err)
{
	const struct gwt_span *names;
	gwt_status status = gwt_history_scenarios(survey->query->history, &names, &survey->scenarios, err);

	for (size_t i = 0; status == GWT_OK && i < survey->scenarios; i++) {
		struct gwt_history_versions versions;
		struct gwt_arena arena = { 0 };

		status = gwt_history_of(survey->query->history, &arena, names[i], &versions, err);
		if (status == GWT_OK)
			survey_versions(survey, names[i], &versions, &arena);
		gwt_arena_release(&arena);
	}
	if (status == GWT_OK && !survey->scenarios)
		return gwt_fail(err, GWT_EUNCHECKED,
				"no commit has a cassette there: name the folder with --cassettes");
	return status;
}

static void print_survey(const struct survey *survey, const struct gwt_json *findings)
{
	print_findings(survey->query, findings);
	for (const struct gwt_json *one = findings->child; one; one = one->next)
		for (const struct gwt_json *change = gwt_json_get(one, "changes")->child; change;
		     change = change->next)
			gwt_print("        " GWT_SPAN_FMT "#" GWT_SPAN_FMT " since " GWT_SPAN_FMT
				  " (commit " GWT_SPAN_FMT ")\n",
				  GWT_SPAN_ARG(gwt_json_get_text(change, "scenario")),
				  GWT_SPAN_ARG(gwt_json_get_text(change, "interaction")),
				  GWT_SPAN_ARG(gwt_json_get_text(change, "recorded")),
				  GWT_SPAN_ARG(gwt_span_slice(gwt_json_get_text(change, "commit"), 0, 12)));
	gwt_print("%zu scenarios, %zu changed recordings, %zu findings; %zu added, %zu removed\n",
		  survey->scenarios, survey->changes, findings->len, survey->added->len,
		  survey->removed->len);
}

static void show_survey(struct survey *survey)
{
	struct gwt_arena *arena = survey->query->arena;
	struct gwt_json *summary, *findings, *report;

	gwt_findings_finish(&survey->findings);
	report = gwt_findings_json(&survey->findings, arena);
	findings = gwt_json_copy(arena, gwt_json_get(report, "findings"));
	if (!survey->query->json) {
		print_survey(survey, findings);
		return;
	}
	summary = gwt_json_add_object(arena, survey->root, "summary");
	gwt_json_add_number(arena, summary, "scenarios", (int64_t)survey->scenarios);
	gwt_json_add_number(arena, summary, "changes", (int64_t)survey->changes);
	gwt_json_add_number(arena, summary, "findings", (int64_t)findings->len);
	gwt_json_add(arena, survey->root, "findings", findings);
	gwt_json_add(arena, survey->root, "couldNotCheck",
		     gwt_json_copy(arena, gwt_json_get(report, "couldNotCheck")));
	gwt_json_add(arena, survey->root, "added", survey->added);
	gwt_json_add(arena, survey->root, "removed", survey->removed);
	gwt_print_json(survey->root);
}

gwt_status gwt_history_show_all(const struct gwt_history_query *query, struct gwt_error *err)
{
	struct survey survey = { .query = query,
				 .root = gwt_json_new(query->arena, GWT_JSON_OBJECT),
				 .added = gwt_json_new(query->arena, GWT_JSON_ARRAY),
				 .removed = gwt_json_new(query->arena, GWT_JSON_ARRAY) };
	struct gwt_drift_policy policy;
	gwt_status status = gwt_drift_policy_load(&policy, query->arena, err);

	if (status != GWT_OK)
		return status;
	if (query->since_text)
		gwt_json_add_string(query->arena, survey.root, "since", gwt_span_of(query->since_text));
	gwt_findings_init(&survey.findings, query->arena, &policy);
	status = survey_scenarios(&survey, err);
	if (status == GWT_OK)
		show_survey(&survey);
	gwt_findings_release(&survey.findings);
	return status;
}
