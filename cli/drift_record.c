#include "cli/drift_record.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/record_report.h"
#include "cli/record_scratch.h"
#include "drift/tapes.h"
#include "lib/base/arena.h"
#include "lib/base/bounds.h"
#include "lib/base/clock.h"
#include "lib/base/error.h"
#include "lib/base/file.h"
#include "lib/base/span.h"
#include "lib/cassette/cassette.h"
#include "lib/scenario/scenario.h"
#include "lib/store/load.h"
#include "lib/store/note.h"
#include "lib/store/validated.h"
#include "recorder/run.h"
#include "recorder/transaction.h"

/* What one run needs. */
struct run {
	const struct gwt_drift_recording *recording;
	struct gwt_findings *findings;
	struct gwt_arena *arena;
	char *dir; /* scratch */
	struct gwt_cassettes was;
	struct gwt_words names; /* of the scenarios that are recorded again */
	struct gwt_record_result result;
	const char *region;
};

static const char *cassette_folder(const struct run *run)
{
	return run->recording->cassettes ? run->recording->cassettes : "cassettes";
}

static void unchecked(struct run *run, struct gwt_span scenario, struct gwt_span reason)
{
	gwt_findings_scenario(run->findings, scenario);
	gwt_findings_unchecked(run->findings, scenario, reason);
}

/* Which scenarios */

static gwt_status load_recorded(struct run *run, const struct gwt_words *names, struct gwt_error *err)
{
	const char *source = cassette_folder(run);
	struct gwt_cassettes all = { 0 };
	gwt_status status;

	if (run->recording->against)
		source = gwt_arena_printf(run->arena, "%s@%s", source, run->recording->against).ptr;
	status = gwt_cassettes_load(run->arena, source, NULL, 0, &all, err);
	if (status != GWT_OK)
		return status;
	run->was = (struct gwt_cassettes){ .items = all.items };
	for (size_t i = 0; i < all.len; i++)
		if (gwt_name_is_selected(all.items[i].scenario, names->items, names->len))
			run->was.items[run->was.len++] = all.items[i];
	return GWT_OK;
}

static const struct gwt_cassette *recorded(const struct run *run, struct gwt_span scenario)
{
	for (size_t i = 0; i < run->was.len; i++)
		if (gwt_span_eq(run->was.items[i].scenario, scenario))
			return &run->was.items[i];
	return NULL;
}

static bool has_scenario(const struct gwt_scenarios *scenarios, struct gwt_span name)
{
	for (size_t i = 0; i < scenarios->len; i++)
		if (gwt_span_eq(scenarios->items[i].name, name))
			return true;
	return false;
}

/* Scenarios that have a cassette are recorded again; for the others, report what is missing. */
static gwt_status choose(struct run *run, const struct gwt_words *names, struct gwt_error *err)
{
	struct gwt_scenarios scenarios;
	const char *dir = run->recording->scenarios ? run->recording->scenarios : "scenarios";
	gwt_status status = gwt_scenarios_load(run->arena, dir, names->items, names->len, &scenarios, err);

	if (status != GWT_OK)
		return status;
	run->names.items = gwt_arena_array(run->arena, char *, scenarios.len + 1);
	for (size_t i = 0; i < scenarios.len; i++) {
		struct gwt_span name = scenarios.items[i].name;

		if (recorded(run, name))
			run->names.items[run->names.len++] = gwt_arena_cstr(run->arena, name);
		else
			unchecked(run, name,
				  GWT_SPAN("it was never recorded, so there is nothing to compare"));
	}
	for (size_t i = 0; i < run->was.len; i++)
		if (!has_scenario(&scenarios, run->was.items[i].scenario))
			unchecked(run, run->was.items[i].scenario,
				  GWT_SPAN("it has no scenario, so it cannot be recorded again"));
	return GWT_OK;
}

/* Scratch space */

static gwt_status make_dir(struct run *run, struct gwt_error *err)
{
	const char *tmp = getenv("TMPDIR");

	run->dir = gwt_arena_cstr(run->arena, gwt_arena_printf(run->arena, "%s/gwtape-drift-XXXXXX",
							       tmp && *tmp ? tmp : "/tmp"));
	if (mkdtemp(run->dir))
		return GWT_OK;
	return gwt_fail(err, GWT_EIO, "cannot make the folder '%s': %s", run->dir, strerror(errno));
}

static const char *file_of(const struct run *run, const char *dir, struct gwt_span scenario)
{
	return gwt_file_join(run->arena, dir,
			     gwt_arena_printf(run->arena, GWT_SPAN_FMT ".json", GWT_SPAN_ARG(scenario)).ptr);
}

/* Remove the files that this run wrote, by name, and nothing else. */
static void remove_dir(struct run *run)
{
	for (size_t i = 0; i < run->names.len; i++) {
		struct gwt_span name = gwt_span_of(run->names.items[i]);

		unlink(file_of(run, run->dir, name));
		unlink(gwt_validated_path(run->arena, run->dir, name));
	}
	for (size_t i = 0; i < run->names.len; i++) {
		struct gwt_span rest = gwt_span_of(run->names.items[i]);

		rmdir(gwt_file_join(run->arena, run->dir,
				    gwt_arena_cstr(run->arena, gwt_span_cut(&rest, '/'))));
	}
	rmdir(run->dir);
}

/* Comparing */

static bool was_made(const struct gwt_record_row *row)
{
	return row->state == GWT_RECORDED || row->state == GWT_CONFIRMED;
}

static gwt_status load_made(struct run *run, struct gwt_cassettes *out, struct gwt_error *err)
{
	*out = (struct gwt_cassettes){ .items = gwt_arena_array(run->arena, struct gwt_cassette,
								run->result.len + 1) };
	for (size_t i = 0; i < run->result.len; i++) {
		const struct gwt_record_row *row = &run->result.rows[i];
		const char *path = file_of(run, run->dir, row->scenario->name);
		struct gwt_span text;
		gwt_status status;

		if (!was_made(row))
			continue;
		status = gwt_file_read(run->arena, path, GWT_MAX_FILE_BYTES, &text, err);
		if (status == GWT_OK)
			status = gwt_cassette_parse(run->arena, path, text, &out->items[out->len], err);
		if (status != GWT_OK)
			return status;
		out->len++;
	}
	return GWT_OK;
}

static gwt_status compare(struct run *run, struct gwt_error *err)
{
	struct gwt_cassettes now,
		was = { .items = gwt_arena_array(run->arena, struct gwt_cassette, run->result.len + 1) };
	gwt_status status = load_made(run, &now, err);

	if (status != GWT_OK)
		return status;
	for (size_t i = 0; i < now.len; i++)
		was.items[was.len++] = *recorded(run, now.items[i].scenario);
	gwt_drift_cassettes(run->findings, &was, &now);
	for (size_t i = 0; i < run->result.len; i++)
		if (!was_made(&run->result.rows[i]))
			unchecked(run, run->result.rows[i].scenario->name, run->result.rows[i].reason);
	return GWT_OK;
}

/* Accepting */

/* Put one recording in its place; its row says whether the cassette changed. */
static gwt_status accept_one(struct run *run, const struct gwt_transaction *transaction,
			     struct gwt_record_row *row, struct gwt_error *err)
{
	struct gwt_span name = row->scenario->name, text;
	const char *path = file_of(run, cassette_folder(run), name);
	bool changed = false;
	gwt_status status =
		gwt_file_read(run->arena, file_of(run, run->dir, name), GWT_MAX_FILE_BYTES, &text, err);

	row->is_new = !gwt_file_exists(path);
	if (status == GWT_OK)
		status = gwt_transaction_write(transaction, path, text, &changed, err);
	row->state = changed ? GWT_RECORDED : GWT_CONFIRMED;
	return status;
}

static gwt_status accept_all(struct run *run, const struct gwt_transaction *transaction,
			     struct gwt_error *err)
{
	struct gwt_record_result *result = &run->result;
	struct gwt_store_note *lines = gwt_arena_array(run->arena, struct gwt_store_note, result->len + 1);
	gwt_status status = GWT_OK;
	size_t len = 0;

	for (size_t i = 0; status == GWT_OK && i < result->len; i++) {
		struct gwt_record_row *row = &result->rows[i];

		if (!was_made(row))
			continue;
		status = accept_one(run, transaction, row, err);
		lines[len++] = gwt_transaction_line(transaction, row->scenario->name,
						    row->state == GWT_RECORDED, run->arena);
	}
	memset(result->counts, 0, sizeof(result->counts));
	for (size_t i = 0; i < result->len; i++)
		result->counts[result->rows[i].state]++;
	return status == GWT_OK ? gwt_transaction_note(transaction, lines, len, err) : status;
}

static void say_commit(const struct gwt_commit_result *commit)
{
	if (commit->committed)
		gwt_say("committed %.12s", commit->oid);
	gwt_say_not_committed(commit);
}

static gwt_status accept(struct run *run, struct gwt_error *err)
{
	struct gwt_commit_item *items;
	struct gwt_transaction transaction = {
		.request = { .dir = cassette_folder(run),
			     .len = gwt_record_items(&run->result, true, run->arena, &items),
			     .mode = run->recording->commit },
		.upstream = gwt_span_of(run->recording->upstream ? run->recording->upstream : "sandbox"),
		.region = gwt_span_of(run->region),
	};
	gwt_status status;

	transaction.request.items = items;
	status = gwt_transaction_prepare(&transaction, err);
	if (status != GWT_OK)
		return status;
	status = accept_all(run, &transaction, err);
	if (status == GWT_OK)
		status = gwt_record_commit(&run->result, &transaction, run->arena, err);
	gwt_transaction_release(&transaction);
	if (status == GWT_OK)
		say_commit(&transaction.commit);
	return status;
}

/* The run */

/* No call was answered: then the upstream failed, and there is no result. */
static bool is_unanswered(const struct gwt_record_result *result)
{
	if (result->answered)
		return false;
	for (size_t i = 0; i < result->len; i++)
		if (result->rows[i].state == GWT_NOT_RECORDED && result->rows[i].status == GWT_EUPSTREAM)
			return true;
	return false;
}

static gwt_status record_and_compare(struct run *run, bool *unanswered, struct gwt_error *err)
{
	const struct gwt_drift_recording *from = run->recording;
	struct gwt_record_scratch scratch = { .dir = run->dir,
					      .upstream = from->upstream,
					      .region = from->region,
					      .profile = from->profile,
					      .scenarios = from->scenarios,
					      .rate = from->rate,
					      .names = &run->names,
					      .sets = from->sets,
					      .redact = from->redact,
					      .jobs = from->jobs };
	gwt_status status = gwt_record_scratch(&scratch, run->arena, &run->result, &run->region, err);

	if (status == GWT_OK)
		status = compare(run, err);
	if (status != GWT_OK)
		return status;
	*unanswered = is_unanswered(&run->result);
	if (run->result.cleanup != GWT_OK)
		gwt_say("could not clean up: " GWT_SPAN_FMT, GWT_SPAN_ARG(run->result.cleanup_reason));
	return from->accept && !*unanswered ? accept(run, err) : GWT_OK;
}

gwt_status gwt_drift_record(const struct gwt_drift_recording *recording, const struct gwt_words *names,
			    struct gwt_findings *findings, struct gwt_arena *arena, bool *unanswered,
			    struct gwt_error *err)
{
	struct run run = { .recording = recording, .findings = findings, .arena = arena };
	gwt_status status = load_recorded(&run, names, err);

	*unanswered = false;
	if (status == GWT_OK)
		status = choose(&run, names, err);
	if (status != GWT_OK || !run.names.len)
		return status;
	status = make_dir(&run, err);
	if (status != GWT_OK)
		return status;
	status = record_and_compare(&run, unanswered, err);
	remove_dir(&run);
	return status;
}
