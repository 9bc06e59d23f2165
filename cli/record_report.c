#include "cli/record_report.h"

#include "cli/command.h"
#include "cli/request_file.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/json/json.h"
#include "recorder/call.h"

static const char *word_of(const struct gwt_record_row *row)
{
	return gwt_record_outcome_word(gwt_record_outcome(row));
}

static void say_trouble(const struct gwt_record_row *row)
{
	struct gwt_span name = row->scenario->name;

	if (row->reason.ptr)
		gwt_say(GWT_SPAN_FMT ": %s: " GWT_SPAN_FMT, GWT_SPAN_ARG(name), word_of(row),
			GWT_SPAN_ARG(row->reason));
	for (size_t i = 0; i < row->surprise_count; i++)
		gwt_say(GWT_SPAN_FMT ": unexpected answer: step '" GWT_SPAN_FMT "': " GWT_SPAN_FMT,
			GWT_SPAN_ARG(name), GWT_SPAN_ARG(row->surprises[i].interaction),
			GWT_SPAN_ARG(row->surprises[i].reason));
	if (row->replaced_upstream.ptr)
		gwt_say(GWT_SPAN_FMT ": replaces answers recorded from " GWT_SPAN_FMT, GWT_SPAN_ARG(name),
			GWT_SPAN_ARG(row->replaced_upstream));
}

/* Rows that failed for the same reason are one line at the end: an unreachable upstream is one line. */
static void say_failures(struct gwt_record_report *report)
{
	for (size_t i = 0; i < report->failure_count; i++) {
		const struct gwt_record_row *row = report->failures[i].row;

		if (report->failures[i].more)
			gwt_say(GWT_SPAN_FMT " and %zu more: %s: " GWT_SPAN_FMT,
				GWT_SPAN_ARG(row->scenario->name), report->failures[i].more, word_of(row),
				GWT_SPAN_ARG(row->reason));
		else
			say_trouble(row);
	}
	report->failure_count = 0;
}

static void keep_failure(struct gwt_record_report *report, const struct gwt_record_row *row)
{
	for (size_t i = 0; i < report->failure_count; i++)
		if (gwt_span_eq(report->failures[i].row->reason, row->reason)) {
			report->failures[i].more++;
			return;
		}
	if (report->failure_count == GWT_LEN(report->failures))
		say_failures(report);
	report->failures[report->failure_count].more = 0;
	report->failures[report->failure_count++].row = row;
}

static void say_row(struct gwt_record_report *report, const struct gwt_record_row *row)
{
	if (row->state != GWT_NOT_RECORDED)
		say_trouble(row);
	else if (!gwt_span_is(row->reason, GWT_INTERRUPTED)) /* reported once, at the end */
		keep_failure(report, row);
}

static void on_row(void *arg, const struct gwt_record_row *row, size_t done, size_t total)
{
	struct gwt_record_report *report = arg;

	if (report->live)
		gwt_say_live("%s", "");
	if (!report->quiet)
		say_row(report, row);
	if (done == total)
		say_failures(report);
	if (report->live && done < total)
		gwt_say_live("%zu of %zu: " GWT_SPAN_FMT, done, total, GWT_SPAN_ARG(row->scenario->name));
	else if (!report->live && !report->quiet && !row->reason.ptr)
		gwt_say("%s " GWT_SPAN_FMT, word_of(row), GWT_SPAN_ARG(row->scenario->name));
}

/* --plan */

static void on_planned_call(void *arg, struct gwt_span method, struct gwt_span target)
{
	struct gwt_record_report *report = arg;
	struct gwt_json *call = gwt_json_append(report->calls, gwt_json_new(report->arena, GWT_JSON_OBJECT));

	gwt_json_add_string(report->arena, call, "scenario", report->scenario);
	gwt_json_add_string(report->arena, call, "method", method);
	gwt_json_add_string(report->arena, call, "target", target);
	if (!report->json)
		gwt_print("  %-6.*s " GWT_SPAN_FMT "\n", GWT_SPAN_ARG(method), GWT_SPAN_ARG(target));
}

static void enter(struct gwt_record_report *report, struct gwt_span scenario, const char *title)
{
	report->scenario = scenario;
	if (!report->json)
		gwt_print("%s" GWT_SPAN_FMT "\n", title, GWT_SPAN_ARG(scenario));
}

static void on_planned_start(void *arg, const struct gwt_record_row *row)
{
	enter(arg, row->scenario->name, "");
}

static void on_planned_row(void *arg, const struct gwt_record_row *row, size_t done, size_t total)
{
	if (row->reason.ptr)
		say_trouble(row);
	if (done == total)
		enter(arg, GWT_SPAN(""), "at the end");
}

void gwt_record_report_init(struct gwt_record_report *report, struct gwt_arena *arena, bool json,
			    bool planned, struct gwt_record_options *run)
{
	*report = (struct gwt_record_report){ .arena = arena, .live = gwt_err_is_terminal(), .json = json };
	report->plan = (struct gwt_dry_run){ .on_call = on_planned_call, .arg = report };
	report->calls = gwt_json_new(arena, GWT_JSON_ARRAY);
	run->dry_run = planned;
	run->on_start = planned ? on_planned_start : NULL;
	run->on_row = planned ? on_planned_row : on_row;
	run->arg = report;
	if (planned)
		enter(report, GWT_SPAN(""), "at the start");
}

void gwt_record_report_plan(const struct gwt_record_report *report)
{
	if (report->json)
		gwt_print_json(report->calls);
	else
		gwt_print("%zu calls; none was made\n", report->calls->len);
}

/* The result */

static const char *const members[] = {
	[GWT_OUTCOME_NEW] = "new",
	[GWT_OUTCOME_CHANGED] = "changed",
	[GWT_OUTCOME_CONFIRMED] = "confirmed",
	[GWT_OUTCOME_UNEXPECTED] = "unexpected",
	[GWT_OUTCOME_FAILED] = "failed",
	[GWT_OUTCOME_COULD_NOT_CHECK] = "couldNotCheck",
	[GWT_OUTCOME_UP_TO_DATE] = "upToDate",
};

static void count(const struct gwt_record_result *result, size_t counts[GWT_OUTCOME_COUNT])
{
	memset(counts, 0, GWT_OUTCOME_COUNT * sizeof(*counts));
	for (size_t i = 0; i < result->len; i++)
		counts[gwt_record_outcome(&result->rows[i])]++;
}

static void add_row(struct gwt_arena *arena, struct gwt_json *rows, const struct gwt_record_row *row)
{
	struct gwt_json *object = gwt_json_append(rows, gwt_json_new(arena, GWT_JSON_OBJECT)), *surprises;

	gwt_json_add_string(arena, object, "scenario", row->scenario->name);
	gwt_json_add_string(arena, object, "outcome", gwt_span_of(word_of(row)));
	if (row->reason.ptr)
		gwt_json_add_string(arena, object, "reason", row->reason);
	surprises = gwt_json_add_array(arena, object, "unexpected");
	for (size_t i = 0; i < row->surprise_count; i++) {
		struct gwt_json *one = gwt_json_append(surprises, gwt_json_new(arena, GWT_JSON_OBJECT));

		gwt_json_add_string(arena, one, "interaction", row->surprises[i].interaction);
		gwt_json_add_string(arena, one, "reason", row->surprises[i].reason);
	}
}

static void print_result(const struct gwt_record_report *report, const struct gwt_record_result *result,
			 const struct gwt_commit_result *commit)
{
	struct gwt_arena *arena = report->arena;
	struct gwt_json *root = gwt_json_new(arena, GWT_JSON_OBJECT), *rows;
	struct gwt_json *summary = gwt_json_add_object(arena, root, "summary");
	size_t counts[GWT_OUTCOME_COUNT];

	count(result, counts);
	gwt_json_add_number(arena, summary, "scenarios", (int64_t)result->len);
	for (size_t i = 0; i < GWT_LEN(members); i++)
		gwt_json_add_number(arena, summary, members[i], (int64_t)counts[i]);
	gwt_json_add_number(arena, summary, "calls", (int64_t)result->calls);
	gwt_json_add_number(arena, summary, "retries", (int64_t)result->retries);
	rows = gwt_json_add_array(arena, root, "scenarios");
	for (size_t i = 0; i < result->len; i++)
		add_row(arena, rows, &result->rows[i]);
	if (commit->committed)
		gwt_json_add_string(arena, root, "commit", gwt_span_of(commit->oid));
	gwt_print_json(root);
}

static void print_counts(const struct gwt_record_result *result)
{
	const char *separator = "";
	size_t counts[GWT_OUTCOME_COUNT];

	count(result, counts);
	for (size_t i = 0; i < GWT_LEN(counts); i++)
		if (counts[i]) {
			gwt_print("%s%zu %s", separator, counts[i],
				  gwt_record_outcome_word((enum gwt_record_outcome)i));
			separator = ", ";
		}
	gwt_print(" (%zu calls, %zu retries)\n", result->calls, result->retries);
}

void gwt_say_not_committed(const struct gwt_commit_result *commit)
{
	if (commit->hint[0])
		gwt_say("not committed: %s; to commit:\n  %s", commit->reason, commit->hint);
	else if (commit->reason[0])
		gwt_say("not committed: %s", commit->reason);
}

void gwt_record_report_end(const struct gwt_record_report *report, const struct gwt_record_result *result,
			   const struct gwt_commit_result *commit)
{
	if (result->interrupted)
		gwt_say("interrupted: what was recorded until then is kept");
	if (result->swept)
		gwt_say("removed %zu things that a killed run had left at the upstream", result->swept);
	if (result->cleanup != GWT_OK)
		gwt_say("could not clean up: " GWT_SPAN_FMT, GWT_SPAN_ARG(result->cleanup_reason));
	if (report->json)
		print_result(report, result, commit);
	else
		print_counts(result);
	if (commit->committed && !report->json)
		gwt_print("committed %.12s\n", commit->oid);
	gwt_say_not_committed(commit);
}
