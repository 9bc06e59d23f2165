/*
 * drift_lists.h - `gwtape drift` with one recording, or with lists and models: --hashes, --model,
 * --echo-contract.
 */
#ifndef GWT_CLI_DRIFT_LISTS_H
#define GWT_CLI_DRIFT_LISTS_H

#include "cli/command.h"
#include "drift/findings.h"

/* The lists of hashes in two files, compared. */
gwt_status gwt_drift_hash_files(const char *a, const char *b, struct gwt_findings *findings,
				struct gwt_arena *arena, struct gwt_error *err);
/* Print the hashes of the answers of a folder, a revision of it, or a cassette. */
gwt_status gwt_drift_print_hashes(const char *source, bool json, struct gwt_arena *arena,
				  struct gwt_error *err);
/* Print the echo contract, as Markdown or JSON. */
gwt_status gwt_drift_print_echoes(const char *source, bool json, struct gwt_arena *arena,
				  struct gwt_error *err);
/* Compare the built-in model with a service model file. A folder that is missing uses no member of it. */
gwt_status gwt_drift_model_file(const char *path, const char *scenarios, const char *cassettes,
				struct gwt_findings *findings, struct gwt_arena *arena,
				struct gwt_error *err);

#endif
