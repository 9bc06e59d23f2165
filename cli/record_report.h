/*
 * record_report.h - what `gwtape record` says: progress on stderr, the result on stdout.
 */
#ifndef GWT_CLI_RECORD_REPORT_H
#define GWT_CLI_RECORD_REPORT_H

#include "lib/store/store.h"
#include "recorder/dry_run.h"
#include "recorder/run.h"

struct gwt_record_report {
	struct gwt_arena *arena;
	bool live; /* one line that changes, on a terminal */
	bool json;
	bool quiet; /* on a terminal, show only how far the run is */
	struct {
		const struct gwt_record_row *row;
		size_t more; /* rows with the same reason */
	} failures[16];      /* not printed yet */
	size_t failure_count;
	/* --plan: the calls so far */
	struct gwt_dry_run plan;
	struct gwt_json *calls;
	struct gwt_span scenario; /* the scenario that makes the calls; empty: the run itself */
};

/* Connect the report to the run's events; `planned`: the run is a dry run. */
void gwt_record_report_init(struct gwt_record_report *report, struct gwt_arena *arena, bool json,
			    bool planned, struct gwt_record_options *run);
/* The end of a dry run, and of a real one. */
void gwt_record_report_plan(const struct gwt_record_report *report);
void gwt_record_report_end(const struct gwt_record_report *report, const struct gwt_record_result *result,
			   const struct gwt_commit_result *commit);
/* Why there was no commit, and the command that makes one; nothing where there is nothing to report. */
void gwt_say_not_committed(const struct gwt_commit_result *commit);

#endif
