/*
 * kept_files.h - a recording that was not made from a scenario: its cassette, and the scenario made of its calls.
 *
 * Prepare, make the calls, then gwt_keep_calls() (keep.h) makes the bytes of both files, write, commit: the proxy,
 * the AWS command line and import go this way. An object that was initialised is released, whatever failed.
 */
#ifndef GWT_RECORDER_KEPT_FILES_H
#define GWT_RECORDER_KEPT_FILES_H

#include "recorder/keep.h"
#include "recorder/transaction.h"

struct gwt_kept_files {
	const char *name; /* group/name */
	const char *cassettes;
	const char *scenario_path, *cassette_path; /* whole */
	struct gwt_commit_item item;
	struct gwt_transaction transaction; /* the caller fills in its upstream and region */
	bool is_new;                        /* there was no cassette when it was prepared */
	bool changed;                       /* the cassette was written and differs from the one before */
};

/* GWT_EUSAGE when the name is not allowed. NULL folders are the usual ones. */
gwt_status gwt_kept_files_init(struct gwt_kept_files *files, const char *name, const char *cassettes,
			       const char *scenarios, struct gwt_arena *arena, struct gwt_error *err);
/* GWT_EUSAGE where a person wrote a scenario of this name: it is not replaced. */
gwt_status gwt_kept_files_check(const struct gwt_kept_files *files, struct gwt_arena *arena,
				struct gwt_error *err);
/* Prepare the store of the folder; `files` must not move until it is released. */
gwt_status gwt_kept_files_prepare(struct gwt_kept_files *files, enum gwt_commit_mode mode,
				  struct gwt_error *err);
/* Write the cassette, the scenario where there is one, and the scenario's line in VALIDATED.json. */
gwt_status gwt_kept_files_write(struct gwt_kept_files *files, const struct gwt_kept *kept,
				struct gwt_arena *arena, struct gwt_error *err);
/* The result is in files->transaction.commit. */
gwt_status gwt_kept_files_commit(struct gwt_kept_files *files, struct gwt_arena *arena,
				 struct gwt_error *err);
/* Takes a zeroed one too. */
void gwt_kept_files_release(struct gwt_kept_files *files);

#endif
