#include "lib/report/run.h"

#include <stdio.h>

#include "lib/base/arena.h"
#include "lib/base/bounds.h"
#include "lib/base/clock.h"
#include "lib/base/error.h"
#include "lib/base/span.h"
#include "lib/cassette/cassette.h"
#include "lib/contract/compare.h"
#include "lib/contract/verdict.h"
#include "lib/json/json.h"
#include "lib/json/write.h"
#include "lib/report/grid.h"
#include "lib/report/mask.h"
#include "lib/report/unicode.h"

enum { MAX_KEPT_FAILURES = 1000 };

/* Sizes of a row that is cut; SHORT_ROW: everything that does not depend on the client. */
enum {
	CUT_TEXT = 6 * 1024,
	CUT_NAME = 1024,
	CUT_SIGNED = 3 * 1024,
	CUT_DIFFERENCES = 20 * 1024,
	SHORT_ROW = 16 * 1024
};

void gwt_run_init(struct gwt_run *run, bool keep_all)
{
	*run = (struct gwt_run){ .keep_all = keep_all, .order = "causal" };
	run->requests = gwt_json_new(&run->arena, GWT_JSON_ARRAY);
	run->unused = gwt_json_new(&run->arena, GWT_JSON_ARRAY);
	run->failing = gwt_json_new(&run->arena, GWT_JSON_ARRAY);
	run->relaxations = gwt_json_new(&run->arena, GWT_JSON_ARRAY);
}

void gwt_run_release(struct gwt_run *run)
{
	gwt_grid_release(run->grid);
	gwt_map_release(&run->broken_steps);
	gwt_map_release(&run->broken_in);
	gwt_arena_release(&run->arena);
}

static void add_text(struct gwt_arena *arena, struct gwt_json *object, const char *name, struct gwt_span text)
{
	if (text.ptr)
		gwt_json_add_string(arena, object, name, gwt_utf8_repaired(arena, text));
	else
		gwt_json_add(arena, object, name, gwt_json_new(arena, GWT_JSON_NULL));
}

static void add_known(struct gwt_arena *arena, struct gwt_json *object, const char *name,
		      struct gwt_span text)
{
	if (text.ptr)
		add_text(arena, object, name, text);
}

static void add_masked(struct gwt_arena *arena, struct gwt_json *object, const char *name,
		       struct gwt_span text)
{
	gwt_auto(gwt_buf_release) struct gwt_buf masked = { .max = SIZE_MAX };

	gwt_mask_add(&masked, text);
	add_text(arena, object, name, gwt_buf_span(&masked));
}

/* What a correct signer would have signed; only when the signature is wrong. */
static void add_expected(struct gwt_arena *arena, struct gwt_json *object,
			 const struct gwt_signature *signature)
{
	if (signature->verdict != GWT_SIG_INVALID || !signature->expected_canonical_request.ptr)
		return;
	add_masked(arena, object, "expectedCanonicalRequest", signature->expected_canonical_request);
	add_text(arena, object, "expectedStringToSign", signature->expected_string_to_sign);
}

static void add_signature(struct gwt_arena *arena, struct gwt_json *row,
			  const struct gwt_signature *signature)
{
	struct gwt_json *object = gwt_json_add_object(arena, row, "signature");

	if (!signature) {
		gwt_json_add_string(arena, object, "verdict", GWT_SPAN("unchecked"));
		add_text(arena, object, "reason", GWT_ABSENT);
		return;
	}
	gwt_json_add_string(arena, object, "verdict",
			    gwt_span_of(gwt_signature_verdict_word(signature->verdict)));
	add_text(arena, object, "reason",
		 signature->verdict == GWT_SIG_INVALID
			 ? gwt_span_of(gwt_signature_reason_word(signature->reason))
			 : GWT_ABSENT);
	if (signature->detail[0])
		add_masked(arena, object, "detail", gwt_span_of(signature->detail));
	add_expected(arena, object, signature);
}

static void add_differences(struct gwt_arena *arena, struct gwt_json *row,
			    const struct gwt_comparison *comparison)
{
	struct gwt_json *array = gwt_json_add_array(arena, row, "differences");

	for (size_t i = 0; comparison && i < comparison->len; i++)
		gwt_json_append(array, gwt_difference_json(arena, &comparison->differences[i]));
	if (comparison && comparison->left_out)
		gwt_json_add_number(arena, row, "differencesLeftOut", (int64_t)comparison->left_out);
}

/* The interactions that a breach was compared with, if there were several. */
static void add_nearest(struct gwt_arena *arena, struct gwt_json *object, const struct gwt_run_row *row)
{
	struct gwt_json *array;

	if (row->nearest_count < 2)
		return;
	array = gwt_json_add_array(arena, object, "nearest");
	for (size_t i = 0; i < row->nearest_count; i++) {
		const struct gwt_entry *entry = row->nearest[i].entry;
		struct gwt_json *each = gwt_json_append(array, gwt_json_new(arena, GWT_JSON_OBJECT));

		add_text(arena, each, "scenario", entry->cassette->scenario);
		add_text(arena, each, "interaction", entry->interaction->id);
		add_text(arena, each, "verdict",
			 gwt_span_of(gwt_verdict_word(row->nearest[i].comparison.verdict)));
		gwt_json_add_number(arena, each, "differences", (int64_t)row->nearest[i].comparison.len);
	}
}

static void add_step(struct gwt_arena *arena, struct gwt_json *object, const char *name,
		     struct gwt_span scenario, struct gwt_span interaction)
{
	struct gwt_json *step = gwt_json_add_object(arena, object, name);

	gwt_json_add_string(arena, step, "scenario", scenario);
	gwt_json_add_string(arena, step, "interaction", interaction);
}

static void add_entry(struct gwt_arena *arena, struct gwt_json *object, const char *name,
		      const struct gwt_entry *entry)
{
	if (entry)
		add_step(arena, object, name, entry->cassette->scenario, entry->interaction->id);
}

/* Why a call was out of order: the step that must come first, or the write that came since. */
static void add_order(struct gwt_arena *arena, struct gwt_json *object, const struct gwt_run_row *row)
{
	struct gwt_json *write;

	add_entry(arena, object, "comesAfter", row->comes_after);
	add_entry(arena, object, "staleSince", row->stale_since.entry);
	if (row->stale_since.entry || !row->stale_since.operation.ptr)
		return;
	write = gwt_json_add_object(arena, object, "staleSince");
	add_text(arena, write, "scenario", GWT_ABSENT);
	add_text(arena, write, "operation", row->stale_since.operation);
	add_text(arena, write, "path", row->stale_since.path);
}

static void add_request(struct gwt_arena *arena, struct gwt_json *object, const struct gwt_run_row *row)
{
	char date[GWT_ISO_DATE_LEN + 1];

	add_known(arena, object, "method", row->method);
	add_known(arena, object, "path", row->path);
	if (!row->request_id.ptr)
		return;
	add_text(arena, object, "requestId", row->request_id);
	gwt_clock_iso_date(row->time, date);
	add_text(arena, object, "time", gwt_span_of(date));
	if (row->duration_ns) /* rounded up, since 0 means not measured */
		gwt_json_add_number(arena, object, "durationUs", (int64_t)((row->duration_ns + 999) / 1000));
}

static struct gwt_json *row_json(struct gwt_arena *arena, const struct gwt_run_row *row)
{
	struct gwt_json *object = gwt_json_new(arena, GWT_JSON_OBJECT);
	const struct gwt_entry *entry = row->entry;
	const char *level = gwt_level_word(row->level);

	gwt_json_add_bool(arena, object, "ok", row->ok);
	add_text(arena, object, "session", row->session);
	add_text(arena, object, "client", row->client);
	add_text(arena, object, "operation", row->operation);
	add_text(arena, object, "scenario", entry ? entry->cassette->scenario : GWT_ABSENT);
	add_text(arena, object, "interaction", entry ? entry->interaction->id : GWT_ABSENT);
	add_text(arena, object, "level", level ? gwt_span_of(level) : GWT_ABSENT);
	gwt_json_add_string(arena, object, "verdict", gwt_span_of(gwt_verdict_word(row->verdict)));
	add_text(arena, object, "evidence",
		 row->ok && entry && !row->faulted
			 ? gwt_span_of(gwt_evidence_word(entry->interaction->evidence))
			 : GWT_ABSENT);
	if (row->faulted)
		gwt_json_add_bool(arena, object, "fault", true);
	add_signature(arena, object, row->signature);
	add_differences(arena, object, row->comparison);
	add_nearest(arena, object, row);
	add_order(arena, object, row);
	add_known(arena, object, "note", row->note);
	add_known(arena, object, "text", row->text);
	add_request(arena, object, row);
	if (entry && entry->cassette->path.ptr) {
		struct gwt_json *place = gwt_json_add_object(arena, object, "cassette");

		add_text(arena, place, "path", entry->cassette->path);
		gwt_json_add_number(arena, place, "line", (int64_t)entry->interaction->line);
	}
	return object;
}

/* Whether the row of the breach that was just counted is kept. */
static bool is_kept(const struct gwt_run *run)
{
	return run->keep_all || run->broken <= MAX_KEPT_FAILURES;
}

static struct gwt_span step_name(struct gwt_arena *arena, const struct gwt_entry *entry, size_t interaction)
{
	return gwt_arena_printf(arena, GWT_SPAN_FMT "#" GWT_SPAN_FMT, GWT_SPAN_ARG(entry->cassette->scenario),
				GWT_SPAN_ARG(entry->cassette->interactions[interaction].id));
}

static struct gwt_span step_in(struct gwt_arena *arena, struct gwt_span session, struct gwt_span step)
{
	return gwt_arena_printf(arena, GWT_SPAN_FMT "\n" GWT_SPAN_FMT, GWT_SPAN_ARG(session),
				GWT_SPAN_ARG(step));
}

/* The same as gwt_rows_is_consequence(): mending the call that must come first mends this one. */
static bool is_consequence(const struct gwt_run *run, const struct gwt_run_row *row)
{
	struct gwt_arena scratch = { 0 };
	bool is = row->comes_after &&
		  gwt_map_get(&run->broken_in, step_in(&scratch, row->session,
						       step_name(&scratch, row->comes_after,
								 row->comes_after->interaction_index)));

	gwt_arena_release(&scratch);
	return is;
}

static void note(struct gwt_run *run, struct gwt_map *map, struct gwt_span name)
{
	if (!gwt_map_get(map, name))
		gwt_map_put(map, gwt_arena_copy(&run->arena, name), run);
}

/*
 * Note the interaction that a broken call was compared with: later steps may be unused or come too early
 * because of it.
 */
static void note_broken_step(struct gwt_run *run, const struct gwt_run_row *row)
{
	struct gwt_arena scratch = { 0 };
	struct gwt_span name = step_name(&scratch, row->entry, row->entry->interaction_index);

	run->consequences += is_consequence(run, row);
	note(run, &run->broken_steps, name);
	if (is_kept(run)) {
		note(run, &run->broken_in, step_in(&scratch, row->session, name));
		if (row->comes_after)
			note(run, &run->broken_in,
			     step_in(&scratch, row->session,
				     step_name(&scratch, row->comes_after,
					       row->comes_after->interaction_index)));
	}
	gwt_arena_release(&scratch);
}

/*
 * A call of another service that a scripted answer took is neither matched nor broken, like those that
 * are forwarded.
 */
bool gwt_run_row_matched(const struct gwt_run_row *row)
{
	return row->ok && row->verdict != GWT_VERDICT_BACKDROP && row->verdict != GWT_VERDICT_FORWARDED &&
	       row->verdict != GWT_VERDICT_FOREIGN_SERVICE;
}

/* The size of what a row is made of, before it is escaped. */
static size_t raw_bytes(const struct gwt_run_row *row)
{
	const struct gwt_comparison *comparison = row->comparison;
	size_t bytes = row->session.len + row->client.len + row->path.len + row->note.len + row->text.len;

	if (row->signature)
		bytes += row->signature->expected_canonical_request.len +
			 row->signature->expected_string_to_sign.len;
	for (size_t i = 0; comparison && i < comparison->len; i++)
		bytes += comparison->differences[i].at.len + 2 * GWT_MAX_SHOWN_BYTES;
	return bytes;
}

static size_t written_bytes(const struct gwt_json *json)
{
	gwt_auto(gwt_buf_release) struct gwt_buf text = { .max = SIZE_MAX };

	gwt_json_write(&text, json, GWT_JSON_COMPACT);
	return text.len;
}

/* Keep the first differences, as many as fit. */
static void keep_first(struct gwt_comparison *comparison)
{
	size_t bytes = 0, kept = 0;

	for (; kept < comparison->len; kept++) {
		struct gwt_arena scratch = { 0 };

		bytes += written_bytes(gwt_difference_json(&scratch, &comparison->differences[kept]));
		gwt_arena_release(&scratch);
		if (bytes > CUT_DIFFERENCES)
			break;
	}
	comparison->left_out += comparison->len - kept;
	comparison->len = kept;
}

/* A row without the parts that are limited only by the size of the request; the row says so. */
static struct gwt_json *cut_row(struct gwt_arena *arena, const struct gwt_run_row *row)
{
	struct gwt_run_row less = *row;
	struct gwt_comparison comparison;
	struct gwt_signature signature;
	struct gwt_json *json;

	less.note = gwt_span_begin(row->note, CUT_NAME);
	less.text = gwt_span_begin(row->text, CUT_TEXT);
	less.session = gwt_span_begin(row->session, CUT_NAME);
	less.client = gwt_span_begin(row->client, CUT_NAME);
	less.path = gwt_span_begin(row->path, CUT_NAME);
	if (row->comparison) {
		comparison = *row->comparison;
		keep_first(&comparison);
		less.comparison = &comparison;
	}
	if (row->signature) {
		signature = *row->signature;
		signature.expected_canonical_request =
			gwt_span_begin(signature.expected_canonical_request, CUT_SIGNED);
		signature.expected_string_to_sign =
			gwt_span_begin(signature.expected_string_to_sign, CUT_SIGNED);
		less.signature = &signature;
	}
	json = row_json(arena, &less);
	gwt_json_add_bool(arena, json, "cut", true);
	return json;
}

/* An escape makes at most six bytes of one, so a short row need not be measured. */
struct gwt_json *gwt_run_row_json(struct gwt_arena *arena, const struct gwt_run_row *row)
{
	struct gwt_arena scratch = { 0 };
	bool fits = 6 * raw_bytes(row) + SHORT_ROW <= GWT_MAX_ROW_BYTES;

	if (!fits)
		fits = written_bytes(row_json(&scratch, row)) <= GWT_MAX_ROW_BYTES;
	gwt_arena_release(&scratch);
	return fits ? row_json(arena, row) : cut_row(arena, row);
}

void gwt_run_add(struct gwt_run *run, const struct gwt_run_row *row)
{
	bool matched = gwt_run_row_matched(row);

	run->count++;
	run->matched += matched;
	run->backdrop += row->verdict == GWT_VERDICT_BACKDROP;
	run->forwarded += row->verdict == GWT_VERDICT_FORWARDED;
	run->broken += !row->ok;
	if (!row->ok && row->entry)
		note_broken_step(run, row);
	run->faults += row->faulted;
	if (run->grid)
		gwt_grid_add(run->grid, row, matched);
	if (matched) {
		run->levels[row->level]++;
		run->evidence[row->entry->interaction->evidence] += !row->faulted;
	}
	if (run->keep_all || (!row->ok && is_kept(run)))
		gwt_json_append(run->requests, gwt_run_row_json(&run->arena, row));
}

/* The last step, up to this one, that a broken call was compared with; absent when there is none. */
static struct gwt_span broken_before(const struct gwt_run *run, const struct gwt_entry *entry)
{
	struct gwt_arena scratch = { 0 };
	struct gwt_span found = { NULL, 0 };

	for (size_t i = entry->interaction_index + 1; run->broken_steps.len && i-- > 0 && !found.ptr;)
		if (gwt_map_get(&run->broken_steps, step_name(&scratch, entry, i)))
			found = entry->cassette->interactions[i].id;
	gwt_arena_release(&scratch);
	return found;
}

void gwt_run_add_unused(struct gwt_run *run, const struct gwt_entry *entry, bool fails)
{
	struct gwt_json *object = gwt_json_append(run->unused, gwt_json_new(&run->arena, GWT_JSON_OBJECT));
	struct gwt_span broken = broken_before(run, entry);

	gwt_json_add_string(&run->arena, object, "scenario", entry->cassette->scenario);
	gwt_json_add_string(&run->arena, object, "interaction", entry->interaction->id);
	if (broken.ptr)
		add_step(&run->arena, object, "after", entry->cassette->scenario, broken);
	run->unused_after += broken.ptr != NULL;
	if (fails && !broken.ptr)
		gwt_json_append(run->failing, gwt_json_copy(&run->arena, object));
}

void gwt_run_relax(struct gwt_run *run, const char *what)
{
	gwt_json_append(run->relaxations, gwt_json_new_string(&run->arena, gwt_span_of(what)));
}

static void add_count(struct gwt_run *run, struct gwt_json *object, const char *name, size_t count)
{
	gwt_json_add_number(&run->arena, object, name, (int64_t)count);
}

static void add_summary(struct gwt_run *run, struct gwt_json *root)
{
	struct gwt_json *summary = gwt_json_add_object(&run->arena, root, "summary"), *levels, *evidence;

	add_count(run, summary, "requests", run->count);
	add_count(run, summary, "matched", run->matched);
	add_count(run, summary, "broken", run->broken);
	if (run->consequences)
		add_count(run, summary, "consequences", run->consequences);
	add_count(run, summary, "unused", run->unused->len);
	add_count(run, summary, "forwarded", run->forwarded);
	add_count(run, summary, "sessions", run->sessions);
	gwt_json_add_string(&run->arena, summary, "order", gwt_span_of(run->order));
	if (run->backdrop)
		add_count(run, summary, "backdrop", run->backdrop);
	if (run->faults)
		add_count(run, summary, "faults", run->faults);
	if (run->unreachable)
		add_count(run, summary, "unreachable", run->unreachable);
	if (run->weak)
		add_count(run, summary, "weakEvidence", run->weak);
	levels = gwt_json_add_object(&run->arena, summary, "level");
	add_count(run, levels, "wire", run->levels[GWT_LEVEL_WIRE]);
	add_count(run, levels, "signed", run->levels[GWT_LEVEL_SIGNED]);
	add_count(run, levels, "contract", run->levels[GWT_LEVEL_CONTRACT]);
	if (run->levels[GWT_LEVEL_EFFECT])
		add_count(run, levels, "effect", run->levels[GWT_LEVEL_EFFECT]);
	evidence = gwt_json_add_object(&run->arena, summary, "evidence");
	for (int i = 0; i <= GWT_EVIDENCE_GUESSED; i++)
		add_count(run, evidence, gwt_evidence_word((enum gwt_evidence)i), run->evidence[i]);
	if (run->relaxations->len)
		gwt_json_add(&run->arena, summary, "relaxations",
			     gwt_json_copy(&run->arena, run->relaxations));
}

struct gwt_json *gwt_run_json(struct gwt_run *run)
{
	struct gwt_json *root = gwt_json_new(&run->arena, GWT_JSON_OBJECT);

	add_summary(run, root);
	gwt_json_add(&run->arena, root, "requests", gwt_json_copy(&run->arena, run->requests));
	gwt_json_add(&run->arena, root, "unused", gwt_json_copy(&run->arena, run->unused));
	if (run->failing->len)
		gwt_json_add(&run->arena, root, "unusedFailing", gwt_json_copy(&run->arena, run->failing));
	gwt_json_add_number(&run->arena, root, "exit", run->exit_code);
	return root;
}

int gwt_run_verdict(const struct gwt_run *run)
{
	if (run->broken)
		return gwt_status_exit_code(GWT_EMISMATCH);
	if (run->unreachable)
		return gwt_status_exit_code(GWT_EUPSTREAM);
	if (run->matched == 0)
		return gwt_status_exit_code(GWT_EUNCHECKED);
	return gwt_status_exit_code(run->failing->len ? GWT_EMISMATCH : GWT_OK);
}
