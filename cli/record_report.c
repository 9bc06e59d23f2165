#include "cli/record_report.h"

#include <stdio.h>

#include "cli/command.h"
#include "lib/json/write.h"

static void print_json(const struct gwt_json *json)
{
	gwt_auto(gwt_buf_release) struct gwt_buf out = { 0 };

	gwt_buf_init(&out, SIZE_MAX);
	gwt_json_write(&out, json, GWT_JSON_PRETTY);
	fwrite(out.ptr, 1, out.len, stdout);
}

static void clear_line(const struct gwt_record_report *report)
{
	if (report->live)
		fputs("\r\033[K", stderr);
}

static void say_trouble(const struct gwt_record_row *row)
{
	struct gwt_span name = row->scenario->name;

	if (row->reason.ptr)
		gwt_say(GWT_SPAN_FMT ": %s: " GWT_SPAN_FMT, GWT_SPAN_ARG(name),
			gwt_outcome_word(row->outcome), GWT_SPAN_ARG(row->reason));
	for (size_t i = 0; i < row->surprise_count; i++)
		gwt_say(GWT_SPAN_FMT ": unexpected answer: step '" GWT_SPAN_FMT "': " GWT_SPAN_FMT,
			GWT_SPAN_ARG(name), GWT_SPAN_ARG(row->surprises[i].interaction),
			GWT_SPAN_ARG(row->surprises[i].reason));
	if (row->replaced_upstream.ptr)
		gwt_say(GWT_SPAN_FMT ": replaces answers recorded from " GWT_SPAN_FMT, GWT_SPAN_ARG(name),
			GWT_SPAN_ARG(row->replaced_upstream));
}

static void on_row(void *arg, const struct gwt_record_row *row, size_t done, size_t total)
{
	const struct gwt_record_report *report = arg;

	clear_line(report);
	if (!gwt_span_is(row->reason, GWT_INTERRUPTED)) /* said once, at the end */
		say_trouble(row);
	if (report->live && done < total)
		fprintf(stderr, "%zu of %zu: " GWT_SPAN_FMT, done, total, GWT_SPAN_ARG(row->scenario->name));
	else if (!report->live && !row->reason.ptr)
		gwt_say("%s " GWT_SPAN_FMT, gwt_outcome_word(row->outcome),
			GWT_SPAN_ARG(row->scenario->name));
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
		printf("  %-6.*s " GWT_SPAN_FMT "\n", GWT_SPAN_ARG(method), GWT_SPAN_ARG(target));
}

static void enter(struct gwt_record_report *report, struct gwt_span scenario, const char *title)
{
	report->scenario = scenario;
	if (!report->json)
		printf("%s" GWT_SPAN_FMT "\n", title, GWT_SPAN_ARG(scenario));
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
	report->plan = (struct gwt_plan){ .on_call = on_planned_call, .arg = report };
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
		print_json(report->calls);
	else
		printf("%zu calls; none was made\n", report->calls->len);
}

/* The result */

static const struct {
	enum gwt_outcome_kind outcome;
	const char *name; /* in the summary */
} counted[] = {
	{ GWT_RECORDED, "recorded" },        { GWT_CONFIRMED, "confirmed" },
	{ GWT_UP_TO_DATE, "upToDate" },      { GWT_COULD_NOT_CHECK, "couldNotCheck" },
	{ GWT_NOT_RECORDED, "notRecorded" },
};

static void add_row(struct gwt_arena *arena, struct gwt_json *rows, const struct gwt_record_row *row)
{
	struct gwt_json *object = gwt_json_append(rows, gwt_json_new(arena, GWT_JSON_OBJECT)), *surprises;

	gwt_json_add_string(arena, object, "scenario", row->scenario->name);
	gwt_json_add_string(arena, object, "outcome", gwt_span_of(counted[row->outcome].name));
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

	gwt_json_add_number(arena, summary, "scenarios", (int64_t)result->len);
	for (size_t i = 0; i < GWT_LEN(counted); i++)
		gwt_json_add_number(arena, summary, counted[i].name,
				    (int64_t)result->counts[counted[i].outcome]);
	gwt_json_add_number(arena, summary, "unexpected", (int64_t)result->surprised);
	gwt_json_add_number(arena, summary, "calls", (int64_t)result->calls);
	gwt_json_add_number(arena, summary, "retries", (int64_t)result->retries);
	rows = gwt_json_add_array(arena, root, "scenarios");
	for (size_t i = 0; i < result->len; i++)
		add_row(arena, rows, &result->rows[i]);
	if (commit->committed)
		gwt_json_add_string(arena, root, "commit", gwt_span_of(commit->oid));
	print_json(root);
}

static void print_counts(const struct gwt_record_result *result)
{
	const char *separator = "";

	for (size_t i = 0; i < GWT_LEN(counted); i++)
		if (result->counts[counted[i].outcome]) {
			printf("%s%zu %s", separator, result->counts[counted[i].outcome],
			       gwt_outcome_word(counted[i].outcome));
			separator = ", ";
		}
	if (result->surprised)
		printf("%s%zu with an unexpected answer", separator, result->surprised);
	printf(" (%zu calls, %zu retries)\n", result->calls, result->retries);
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
		printf("committed %.12s\n", commit->oid);
	gwt_say_not_committed(commit);
}
