/*
 * run.h - record scenarios: make the calls, keep what came back.
 *
 * docs/recording.md describes the life of a run. A scenario's cassette is written when all its calls were made,
 * it could be replayed and no secret is in it; else the one that was there stays. Nothing is printed here:
 * the caller learns what happens through `on_event`.
 */
#ifndef GWT_RECORDER_RUN_H
#define GWT_RECORDER_RUN_H

#include "lib/scenario/scenario.h"
#include "recorder/call.h"
#include "recorder/transaction.h"

enum gwt_record_mode { GWT_RECORD_NEW, GWT_RECORD_ALL };

enum gwt_recording_state {
	GWT_RECORDED,        /* the cassette was written */
	GWT_CONFIRMED,       /* the same answers as before; only VALIDATED.json says so */
	GWT_UP_TO_DATE,      /* mode `new`: there was nothing to do */
	GWT_COULD_NOT_CHECK, /* something that the scenario needs is missing */
	GWT_NOT_RECORDED,    /* the upstream failed or a secret was found: nothing was written */
};
/* An answer other than `expect`. */
struct gwt_surprise {
	struct gwt_span interaction, reason;
};

struct gwt_record_row {
	const struct gwt_scenario *scenario;
	enum gwt_recording_state state;
	bool is_new;            /* with RECORDED: there was no cassette before */
	gwt_status status;      /* with NOT_RECORDED */
	struct gwt_span reason; /* with COULD_NOT_CHECK and NOT_RECORDED */
	struct gwt_surprise *surprises;
	size_t surprise_count;
	struct gwt_span replaced_upstream; /* that of the replaced cassette, when it differs */
};

/* How a row is reported: the first that fits of failed, could-not-check, unexpected, changed, new. */
enum gwt_record_outcome {
	GWT_OUTCOME_NEW,
	GWT_OUTCOME_CHANGED, /* its answers changed, or its scenario's file */
	GWT_OUTCOME_CONFIRMED,
	GWT_OUTCOME_UNEXPECTED,
	GWT_OUTCOME_FAILED,
	GWT_OUTCOME_COULD_NOT_CHECK,
	GWT_OUTCOME_UP_TO_DATE,
};
enum { GWT_OUTCOME_COUNT = GWT_OUTCOME_UP_TO_DATE + 1 };
enum gwt_record_outcome gwt_record_outcome(const struct gwt_record_row *row);
const char *gwt_record_outcome_word(enum gwt_record_outcome outcome);

struct gwt_record_options {
	const char *cassettes;
	const struct gwt_transaction *transaction; /* prepared for `cassettes`; NULL when nothing is kept */
	const struct gwt_scenarios *scenarios;
	enum gwt_record_mode mode;
	struct gwt_span endpoint; /* for the provenance */
	char *const *sets;        /* NAME=VALUE */
	size_t set_count;
	const struct gwt_span *forbidden; /* texts that must not be in any file */
	size_t forbidden_count;
	bool dry_run; /* keep nothing: the transport is that of dry_run.h */
	void (*on_start)(void *arg, const struct gwt_record_row *row); /* may be NULL, and so may on_row */
	void (*on_row)(void *arg, const struct gwt_record_row *row, size_t done, size_t total);
	void *arg;
};

struct gwt_record_result {
	struct gwt_record_row *rows; /* one for each scenario, in the order of the scenarios */
	size_t len;
	size_t counts[GWT_NOT_RECORDED + 1]; /* by outcome */
	size_t surprised;                    /* scenarios with an answer other than `expect` */
	size_t calls, retries;
	bool answered;      /* at least one call got an answer */
	size_t swept;       /* leftovers of killed runs that were removed */
	gwt_status cleanup; /* not GWT_OK: fixtures may be left */
	struct gwt_span cleanup_reason;
	bool interrupted;
};

/* Which scenarios a run would record: those that are not done. Fills rows (UP_TO_DATE or RECORDED). */
gwt_status gwt_record_plan(const struct gwt_record_options *options, struct gwt_arena *arena,
			   struct gwt_record_result *out, struct gwt_error *err);
/*
 * Make the run, after gwt_record_plan() on the same result, with one thread for each caller. It fails only
 * when the run as a whole does; errors of scenarios are in their rows. `on_start` and `on_row` are never
 * called at the same time.
 */
gwt_status gwt_record_run(const struct gwt_record_options *options, struct gwt_caller *callers,
			  size_t caller_count, struct gwt_arena *arena, struct gwt_record_result *result,
			  struct gwt_error *err);

/* What to commit: `all` rows, or those that were recorded, confirmed or up to date. Returns their number. */
size_t gwt_record_items(const struct gwt_record_result *result, bool all, struct gwt_arena *arena,
			struct gwt_commit_item **out);

/* The status for exit code 0, 1, 4 or 5 (DESIGN section 2). A changed cassette is 1 if `fail_on_change`. */
gwt_status gwt_record_verdict(const struct gwt_record_result *result, bool fail_on_change);

/* Commit what gwt_record_items() gives after the run. */
gwt_status gwt_record_commit(const struct gwt_record_result *result, struct gwt_transaction *transaction,
			     struct gwt_arena *arena, struct gwt_error *err);

#endif
